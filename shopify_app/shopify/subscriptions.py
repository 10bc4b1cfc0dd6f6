"""A shop's subscriptions to the app as Shopify tells them. Pure.

Source: Admin API 2026-10, `AppInstallation.activeSubscriptions` and `allSubscriptions`, `AppSubscriptionStatus`;
plans are set up in Shopify App Pricing, whose handles stand in `AppRecurringPricing.planHandle`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from shopify_app.money import Money

Node = Mapping[str, Any]

DAYS = {"EVERY_30_DAYS": 30, "ANNUAL": 365}


class Status(StrEnum):
    """`AppSubscriptionStatus`; words that Shopify adds stay as they are."""

    ACTIVE = "ACTIVE"
    ACCEPTED = "ACCEPTED"  # deprecated: approved, which has meant active since 2021-01
    PENDING = "PENDING"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    FROZEN = "FROZEN"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class SubscriptionSnapshot:
    """One subscription. `handle` is the plan's, empty where Shopify knows none; `price` and `every_days` are those of
    the recurring charge, None where there is none. `created_at` is when the trial of `trial_days` begins."""

    gid: str
    name: str
    handle: str
    status: Status | str
    created_at: datetime
    trial_days: int = 0
    period_ends_at: datetime | None = None
    price: Money | None = None
    every_days: int | None = None
    is_test: bool = False


def subscriptions(installation: Node) -> tuple[SubscriptionSnapshot, ...]:
    """From `currentAppInstallation` of the document Subscriptions: those in force and the latest of all, each once."""
    nodes = (*installation["activeSubscriptions"], *installation["allSubscriptions"]["nodes"])
    return tuple({node["id"]: subscription(node) for node in nodes}.values())


def subscription(node: Node) -> SubscriptionSnapshot:
    """One `AppSubscription`."""
    recurring = _recurring(node)
    price = recurring.get("price")
    ends = node["currentPeriodEnd"]
    return SubscriptionSnapshot(
        gid=node["id"],
        name=node["name"],
        handle=recurring.get("planHandle") or "",
        status=_status(node["status"]),
        created_at=_instant(node["createdAt"]),
        trial_days=node["trialDays"],
        period_ends_at=_instant(ends) if ends else None,
        price=Money.parse(price["amount"], price["currencyCode"]) if price else None,
        every_days=DAYS.get(recurring.get("interval", "")),
        is_test=node["test"],
    )


def _recurring(node: Node) -> Node:
    """The recurring charge among a subscription's lines; usage is charged beside it, if at all."""
    details = (line["plan"]["pricingDetails"] for line in node["lineItems"])
    return next((each for each in details if "interval" in each), {})


def _status(word: str) -> Status | str:
    return Status(word) if word in list(Status) else word


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
