"""The shop's subscriptions to the app."""

from __future__ import annotations

from typing import Any

from devstore import billing
from devstore.admin.connections import Page, page
from devstore.admin.fields import Ask, Typed, plain, resolver
from devstore.admin.values import at, in_currency
from devstore.gids import gid
from devstore.store import Document, Store

plain(
    "AppSubscription",
    id=lambda held, ask, args: gid("AppSubscription", held["id"]),
    name="name",
    status="status",
    test="test",
    trialDays="trial_days",
    createdAt=at("created_at"),
    currentPeriodEnd=at("current_period_end"),
    returnUrl=lambda held, ask, args: f"{ask.world.config.app_url}/app/plans",
    lineItems=lambda held, ask, args: [held],
)
plain(
    "AppSubscriptionLineItem",
    id=lambda held, ask, args: f"{gid('AppSubscriptionLineItem', held['id'])}?v=1&index=0",
    plan=lambda held, ask, args: held,
)
plain("AppPlanV2", pricingDetails=lambda held, ask, args: Typed("AppRecurringPricing", held))
plain(
    "AppRecurringPricing",
    planHandle="plan_handle",
    interval="interval",
    price=lambda held, ask, args: in_currency(held["price"], held["currency"]),
)


def in_force(store: Store) -> list[Document]:
    """What is billed now."""
    return [each for each in store.all(billing.KIND) if each["status"] == "ACTIVE"]


@resolver("AppInstallation", "allSubscriptions")
def _all(installation: Document, ask: Ask, args: dict[str, Any]) -> Page:
    billing.expire(ask.world)
    keys = {"CREATED_AT": lambda held: held["created_at"], "ID": lambda held: held["id"]}
    return page(ask.store.all(billing.KIND), args, keys[args.get("sortKey") or "CREATED_AT"])
