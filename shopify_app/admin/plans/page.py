"""The page of plans: what the shop has, what each plan includes, and the way to Shopify's own plan page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, request

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, say, show
from shopify_app.admin.plans.gate import ask_again, entitlement
from shopify_app.admin.plans.words import AFTERWARDS, EVERY_PLAN, FEATURES, due, in_short, notice, room
from shopify_app.i18n import Phrase, phrase
from shopify_app.shops.entitlements_plans import PLANS, Entitlement, Feature, Limit, Standing

STALE = timedelta(days=1)
FROM_SHOPIFY = ("plan_handle", "charge_id")
"""What Shopify adds to the welcome link when a merchant comes back from its plan page."""
ASKED = phrase("This is what Shopify says now.")
SILENT = phrase("Shopify did not answer, so this may have changed. Try again in a minute.")


@blueprint.get("/plans")
def plans_page() -> Response:
    """What the shop has and could have. Shopify is asked for news where there may be some."""
    is_silent = _may_have_changed(entitlement()) and not ask_again()
    did = say(ASKED) if request.args.get("did") == "ask" else ""
    return _page(say(SILENT) if is_silent else "", did)


@blueprint.post("/plans")
def ask_for_plan() -> Response:
    """Asks Shopify because somebody wants to know."""
    if not ask_again():
        return _page(say(SILENT), status=503)
    return go("/app/plans", did="ask")


def plan_now(_: object) -> Phrase:
    """In the list of settings: which plan it is."""
    found = entitlement()
    return in_short(found, found.trial_days_left(adapters().clock.now()))


def _may_have_changed(found: Entitlement) -> bool:
    if found.standing is Standing.FIXED:
        return False
    if found.standing in (Standing.UNREAD, Standing.PENDING) or any(name in request.args for name in FROM_SHOPIFY):
        return True
    return found.read_at is None or adapters().clock.now() - found.read_at >= STALE


def _page(silent: str = "", did: str = "", status: int = 200) -> Response:
    found, now = entitlement(), adapters().clock.now()
    return show(
        "plans/page.html",
        status,
        found=found,
        is_fixed=found.standing is Standing.FIXED,
        is_subscribed=found.standing is Standing.SUBSCRIBED,
        days_left=found.trial_days_left(now),
        notice=notice(found),
        price=due(found.price or found.plan.price, found.every_days),
        plans=tuple(_cards(found)),
        plan_page=adapters().entitlements.plan_page(shop_row().domain),
        every_plan=EVERY_PLAN,
        afterwards=AFTERWARDS,
        silent=silent,
        did=did,
    )


@dataclass(frozen=True)
class Card:
    """One plan that is on sale; `includes` is what it has beside the one before it."""

    name: str
    price: Phrase
    trial_days: int
    is_here: bool
    includes: tuple[Phrase, ...]


def _cards(found: Entitlement) -> Iterator[Card]:
    held: frozenset[Feature] = frozenset()
    for plan in PLANS:
        more = tuple(words for feature, words in FEATURES.items() if feature in plan.features - held)
        rooms = tuple(room(plan, limit) for limit in Limit)
        yield Card(plan.name, due(plan.price, None), plan.trial_days, plan == found.plan, more + rooms)
        held = plan.features
