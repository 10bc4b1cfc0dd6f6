"""The gate before what a shop's plan does not include: one table, asked before any view.

Whoever comes to something closed reads why and where it is opened; nothing is done, and a form that was sent keeps what
was typed. Templates say the same beside the button: ``closed_by_plan("rehearsal")`` is the plan that has it, None where
this shop's has; ``full_by_plan("saved_replies", count)`` the plan with room for one more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog
from flask import Response, g, request

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import show
from shopify_app.admin.plans.words import FEATURES, IS_FULL, IS_PART
from shopify_app.admin.rendering import environment
from shopify_app.automations import versions
from shopify_app.automations.rules import Automations
from shopify_app.casework import replies
from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shopify.transport import WEB
from shopify_app.shops.entitlements_plans import (
    Entitlement,
    Feature,
    Limit,
    Plan,
    Standing,
    smallest_for,
    smallest_with,
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Gate:
    """`unless`: what is let through all the same."""

    feature: Feature
    unless: Callable[[], bool] = lambda: False


def _takes_only_away() -> bool:
    """Whether the rules to be published are among those in force: switching off is everybody's."""
    with adapters().database.read() as session:
        draft = versions.draft_of(session, shop_row().id)
        number = (request.view_args or {}).get("version")
        old = versions.version(session, shop_row().id, number) if number is not None else draft
    return old is None or is_only_less(draft.newest.rules, old.rules)


GATES: Mapping[str, Gate] = {
    "admin.rehearse_draft": Gate(Feature.REHEARSAL),
    "admin.insights_file": Gate(Feature.INSIGHTS_FILES),
    "admin.publish_automations": Gate(Feature.AUTOMATIONS, unless=_takes_only_away),
    "admin.bring_automations_back": Gate(Feature.AUTOMATIONS, unless=_takes_only_away),
}
"""What is closed to shops whose plan lacks it, by endpoint. Pages that show what was made are never here."""


@dataclass(frozen=True)
class Room:
    """What there may be so many of: `is_new`, whether this form makes one more; `held`, how many there are."""

    limit: Limit
    is_new: Callable[[], bool]
    held: Callable[[Session, int], int]


ROOMS: Mapping[str, Room] = {
    "admin.save_reply": Room(
        Limit.SAVED_REPLIES,
        lambda: not request.form.get("id") and request.form.get("verb") != "remove",
        lambda session, shop_id: len(replies.kept(session, shop_id)),
    ),
}
SAVED_REPLIES = phrase("Saved replies")


def entitlement() -> Entitlement:
    """What the shop of this request may use, read once. Where Shopify has never told, it is asked now; when it does not
    answer, nothing is closed."""
    if "entitlement" not in g:
        with adapters().database.read() as session:
            g.entitlement = adapters().entitlements.of(session, shop_row().id)
    return g.entitlement


def ask_again() -> bool:
    """Asks Shopify now; False, and what we knew stays, when it gives no answer."""
    try:
        g.entitlement = adapters().entitlements.ask(shop_row().id, WEB)
    except ShopifyError as failure:
        log.warning("plan_not_read", shop_id=shop_row().id, error=type(failure).__name__)
        return False
    return True


def closed_by_plan(feature: str) -> Plan | None:
    """The smallest plan that includes it, where the shop's does not."""
    return None if entitlement().allows(Feature(feature)) else smallest_with(Feature(feature))


def full_by_plan(limit: str, held: int) -> Plan | None:
    """The smallest plan with room for one more, where the shop's has none."""
    most = entitlement().limit(Limit(limit))
    return None if most is None or held < most else smallest_for(Limit(limit), held + 1)


def is_only_less(before: Automations, after: Automations) -> bool:
    """Whether every rule that would act acts already, word for word and in the same order."""
    acting = iter([rule for rule in before.rules if not rule.is_off])
    return all(rule in acting for rule in after.rules if not rule.is_off)


environment.globals |= {"closed_by_plan": closed_by_plan, "full_by_plan": full_by_plan, "is_only_less": is_only_less}


@blueprint.before_request
def included() -> Response | None:
    """Behind the guard: lets through what the shop's plan includes."""
    endpoint = request.endpoint or ""
    if "visitor" not in g or endpoint not in GATES.keys() | ROOMS.keys():
        return None
    if entitlement().standing is Standing.UNREAD:
        ask_again()
    if endpoint in GATES:
        return _closed(GATES[endpoint])
    return _full(ROOMS[endpoint]) if request.method == "POST" and ROOMS[endpoint].is_new() else None


def _closed(gate: Gate) -> Response | None:
    feature, plan = gate.feature, closed_by_plan(gate.feature)
    if plan is None or gate.unless():
        return None
    return _page(FEATURES[feature], phrase(IS_PART[feature].text, plan=plan.name))


def _full(room: Room) -> Response | None:
    with adapters().database.read() as session:
        held = room.held(session, shop_row().id)
    plan = full_by_plan(room.limit, held)
    if plan is None:
        return None
    most = entitlement().limit(room.limit)
    return _page(SAVED_REPLIES, phrase(IS_FULL[room.limit].text, room=most, plan=plan.name))


def _page(title: Phrase, said: Phrase) -> Response:
    """403, as for what the owner reserved: the frame's script then leaves a form as it was typed."""
    return show("plans/closed.html", 403, title=title, said=said)
