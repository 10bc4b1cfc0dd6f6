"""What the draft would have done: begun here, gone on with by workers where there is much to look at, and followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, request
from sqlalchemy import select

from shopify_app.admin.automations import words
from shopify_app.admin.automations.desk import PATH, Desk, desk
from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, show, staff
from shopify_app.automations import kept_dry_run
from shopify_app.automations.dry_run import LONGEST_DAYS, Example, SoFar, Wanted
from shopify_app.automations.kept_dry_run import Ended
from shopify_app.automations.models import DryRun
from shopify_app.automations.rules import Automations
from shopify_app.automations.vocabulary import Trigger
from shopify_app.db import Session
from shopify_app.leases import WorkState
from shopify_app.orders.models import Order
from shopify_app.queue import send
from shopify_app.returns.models import Return

HERE = f"{PATH}/dry-run"
SPANS = (7, 30, LONGEST_DAYS)


@dataclass(frozen=True)
class Listed:
    """A firing that would have been, with what its order and return are called; `rule` by its key."""

    at: datetime
    kind: Trigger
    order: str
    order_shopify_id: int
    rma: str | None
    rule: str


@dataclass(frozen=True)
class Last:
    """The last dry run. `is_of_today`: the draft has not been changed since."""

    run: DryRun
    rules: Automations
    found: SoFar
    listed: tuple[Listed, ...]
    is_of_today: bool

    @property
    def since(self) -> datetime:
        """From when on the past was looked at."""
        return Wanted.of_days(self.rules, self.run.days, self.run.begun_at).since

    @property
    def is_running(self) -> bool:
        """Whether more will be found without anybody's doing."""
        return self.run.state == WorkState.PENDING and self.is_of_today

    @property
    def is_whole(self) -> bool:
        return self.run.ended_as == Ended.WHOLE

    @property
    def has_failed(self) -> bool:
        return self.run.state == WorkState.PARKED


@blueprint.get("/automations/dry-run")
def automations_dry_run() -> Response:
    """The last one, refreshed while it lasts, and the form for another."""
    with adapters().database.read() as session:
        run = kept_dry_run.of_shop(session, shop_row().id)
        tried = kept_dry_run.rules_of(run) if run else Automations()
        here = desk(session, tried)
        last = _last(session, here, run, tried) if run else None
    return show(
        "automations/dry_run.html",
        last=last,
        days=run.days if run else LONGEST_DAYS,
        spans=SPANS,
        rules=here.draft.rules.rules,
        names={rule.key: rule.name for rule in tried.rules},
        actions={rule.key: [here.teller.action(each) for each in rule.then] for rule in tried.rules},
        triggers=words.TRIGGERS,
        doing=words.DOING,
    )


@blueprint.post("/automations/dry-run")
def run_automations_dry() -> Response:
    """Begins one over the draft and goes on with it for as long as somebody may wait; a worker does the rest."""
    days = request.form.get("days", LONGEST_DAYS, type=int)
    now, database = adapters().clock.now(), adapters().database
    with database.write() as session:
        run_id = kept_dry_run.begin(session, shop_row().id, days if days in SPANS else LONGEST_DAYS, staff(), now)
    if kept_dry_run.take_further(database, run_id, now):
        send(kept_dry_run.TASK, run_id)
    return go(HERE)


def _last(session: Session, here: Desk, run: DryRun, tried: Automations) -> Last:
    found = kept_dry_run.found_by(run)
    return Last(run, tried, found, _listed(session, found.examples), tried == here.draft.rules)


def _listed(session: Session, examples: Sequence[Example]) -> tuple[Listed, ...]:
    """Without orders and returns that have gone since, or were erased."""
    if not examples:
        return ()
    mine = (Order.shop_id == shop_row().id, Order.deleted_at.is_(None), Order.erased_at.is_(None))
    wanted = select(Order.id, Order.name, Order.shopify_id).where(*mine, Order.id.in_({e.order_id for e in examples}))
    orders = {row.id: row for row in session.execute(wanted)}
    rmas = _rmas(session, {each.return_id for each in examples if each.return_id is not None})
    return tuple(
        Listed(
            each.at,
            Trigger(each.kind),
            orders[each.order_id].name,
            orders[each.order_id].shopify_id,
            rmas.get(each.return_id) if each.return_id else None,
            each.rule,
        )
        for each in examples
        if each.order_id in orders
    )


def _rmas(session: Session, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    found = select(Return.id, Return.rma).where(Return.shop_id == shop_row().id, Return.id.in_(ids))
    return {return_id: rma for return_id, rma in session.execute(found)}
