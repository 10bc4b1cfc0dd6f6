"""What rules did, firing by firing; and what a draft would have done."""

from __future__ import annotations

from flask import Response, request

from shopify_app.admin.automations import words
from shopify_app.admin.automations.desk import desk
from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import show
from shopify_app.automations import history
from shopify_app.automations.actions import action_of
from shopify_app.automations.dry_run import LONGEST_DAYS, MOST_LISTED, DryRun, Patience, dry_run
from shopify_app.automations.vocabulary import Trigger

SPANS = (7, 30, LONGEST_DAYS)
PATIENCE = Patience(5.0)
"""For so long events are looked at while somebody waits for the page."""


@blueprint.get("/automations/log")
def automations_log() -> Response:
    """The newest firings, a page at a time, of one rule or of all."""
    before, key = request.args.get("before", type=int), request.args.get("key", "")[:8]
    with adapters().database.read() as session:
        here = desk(session)
        found, more = history.fired(session, shop_row().id, before, key)
    return show(
        "automations/log.html",
        rows=[(each, [(here.teller.action(action_of(e.action)), e) for e in each.effects]) for each in found],
        more=found[-1].firing.id if more else None,
        key=key,
        triggers=words.TRIGGERS,
        outcomes=words.OUTCOMES,
        why=words.WHY,
        trigger=Trigger,
    )


@blueprint.get("/automations/dry-run")
def automations_dry_run() -> Response:
    """The form."""
    return _dry_run(LONGEST_DAYS, None)


@blueprint.post("/automations/dry-run")
def run_automations_dry() -> Response:
    """What the draft would have done."""
    days = request.form.get("days", LONGEST_DAYS, type=int)
    days = days if days in SPANS else LONGEST_DAYS
    with adapters().database.read() as session:
        rules = desk(session).draft.rules
    now = adapters().clock.now()
    return _dry_run(days, dry_run(adapters().database, shop_row(), rules, days, now, PATIENCE))


def _dry_run(days: int, found: DryRun | None) -> Response:
    with adapters().database.read() as session:
        here = desk(session)
    return show(
        "automations/dry_run.html",
        here=here,
        days=days,
        spans=SPANS,
        found=found,
        rules=here.draft.rules.rules,
        actions={rule.key: [here.teller.action(each) for each in rule.then] for rule in here.draft.rules.rules},
        triggers=words.TRIGGERS,
        trigger=Trigger,
        most=MOST_LISTED,
    )
