"""What each plan includes, and what a subscription at Shopify entitles a shop to. Pure.

A gate harms no shopper and moves no money: tracking pages, returns, refunds, credit, exchanges, withdrawals, mails and
the law's duties are part of every plan. What is closed to a shop is a tool for its own staff; what was made with it
stays, can be read, and keeps working for shoppers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from shopify_app.money import Money
from shopify_app.shopify.subscriptions import Status, SubscriptionSnapshot


class Feature(StrEnum):
    """What a plan may include. Everything that is not named here is everybody's."""

    REHEARSAL = "rehearsal"
    """A draft policy held against the orders and returns that were."""
    INSIGHTS_FILES = "insights_files"
    """Figures as files for a spreadsheet; the same figures on the page are everybody's."""
    AUTOMATIONS = "automations"
    """Putting an automation in force; one that is in force goes on."""


class Limit(StrEnum):
    """What a plan may have so many of."""

    SAVED_REPLIES = "saved_replies"


@dataclass(frozen=True)
class Plan:
    """`handle` is the plan's in Shopify App Pricing, `price` what its page shows for 30 days. A limit that is not named
    is none."""

    handle: str
    name: str
    price: Money
    trial_days: int = 0
    features: frozenset[Feature] = frozenset()
    limits: Mapping[Limit, int] = field(default_factory=dict)


STARTER = Plan("starter", "Starter", Money(0, "USD"), limits={Limit.SAVED_REPLIES: 5})
GROWTH = Plan(
    "growth",
    "Growth",
    Money(4900, "USD"),
    trial_days=14,
    features=frozenset({Feature.REHEARSAL, Feature.INSIGHTS_FILES}),
    limits={Limit.SAVED_REPLIES: 25},
)
SCALE = Plan("scale", "Scale", Money(14900, "USD"), trial_days=14, features=frozenset(Feature))
EVERYTHING = Plan("everything", "Everything", Money(0, "USD"), features=frozenset(Feature))
"""What whoever runs the app on a machine of their own has; no plan that Shopify sells."""

PLANS = (STARTER, GROWTH, SCALE)
"""As they are set up in Shopify App Pricing, the smallest first: whoever has no subscription has that one."""


class Standing(StrEnum):
    """How a shop came to what it has."""

    FIXED = "fixed"  # by this installation's configuration
    UNREAD = "unread"  # Shopify has not been asked yet: nothing is closed until it answers
    FREE = "free"  # never subscribed
    SUBSCRIBED = "subscribed"
    PENDING = "pending"  # chosen, not approved yet
    DECLINED = "declined"
    EXPIRED = "expired"  # chosen, and not approved within two days
    FROZEN = "frozen"  # on hold at Shopify for lack of payment; comes back by itself
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Entitlement:
    """What a shop may use. `named`, `price` and `every_days` (30 or 365) are those of the subscription as Shopify tells
    them, which may be one that does not count (any more): `standing` says so. `is_known` is False where Shopify named a
    plan, or a status, that we do not know: then the shop keeps what it had."""

    plan: Plan
    standing: Standing
    named: str = ""
    price: Money | None = None
    every_days: int | None = None
    trial_ends_at: datetime | None = None
    period_ends_at: datetime | None = None
    is_test: bool = False
    is_known: bool = True
    read_at: datetime | None = None

    def allows(self, feature: Feature) -> bool:
        return feature in self.plan.features

    def limit(self, limit: Limit) -> int | None:
        """How many there may be; None where the plan sets no limit."""
        return self.plan.limits.get(limit)

    def trial_days_left(self, now: datetime) -> int:
        """Days of the free trial, the one that has begun included; 0 when there is none (any more)."""
        if self.standing is not Standing.SUBSCRIBED or self.trial_ends_at is None or self.trial_ends_at <= now:
            return 0
        return -(-(self.trial_ends_at - now) // timedelta(days=1))


ASKED_FOR: Mapping[str, Standing] = {
    Status.PENDING: Standing.PENDING,
    Status.DECLINED: Standing.DECLINED,
    Status.EXPIRED: Standing.EXPIRED,
    Status.FROZEN: Standing.FROZEN,
    Status.CANCELLED: Standing.CANCELLED,
}
IN_FORCE = (Status.ACTIVE, Status.ACCEPTED)
COUNTS_FIRST = (*IN_FORCE, Status.FROZEN, Status.PENDING)
"""Of several subscriptions: one in force, else one that payment brings back, else one that waits for approval, else
whichever came last."""


def entitled(told: Sequence[SubscriptionSnapshot], before: Plan | None, read_at: datetime) -> Entitlement:
    """What a shop has by the subscriptions that Shopify tells of. `before` is the plan it had until now: what it keeps
    where Shopify names one that we do not know."""
    subscription = _that_counts(told)
    if subscription is None:
        return Entitlement(STARTER, Standing.FREE, read_at=read_at)
    known = plan_of(subscription)
    keeps = before or STARTER
    if subscription.status in IN_FORCE:
        return _of(subscription, known or keeps, Standing.SUBSCRIBED, known is not None, read_at)
    standing = ASKED_FOR.get(subscription.status)
    if standing is None:
        return _of(subscription, keeps, Standing.SUBSCRIBED, False, read_at)
    return _of(subscription, STARTER, standing, True, read_at)


def plan_of(subscription: SubscriptionSnapshot) -> Plan | None:
    """By its handle, or by its name where Shopify gives none (a subscription from before handles)."""
    if subscription.handle:
        return next((plan for plan in PLANS if plan.handle == subscription.handle), None)
    return next((plan for plan in PLANS if plan.name.casefold() == subscription.name.strip().casefold()), None)


def plan_named(handle: str) -> Plan | None:
    """One of `PLANS`, or `EVERYTHING`."""
    return next((plan for plan in (*PLANS, EVERYTHING) if plan.handle == handle), None)


def smallest_with(feature: Feature) -> Plan:
    """The first plan that includes it."""
    return next(plan for plan in PLANS if feature in plan.features)


def smallest_for(limit: Limit, count: int) -> Plan:
    """The first plan that has room for so many."""
    return next(plan for plan in PLANS if count <= plan.limits.get(limit, count))


def _that_counts(told: Sequence[SubscriptionSnapshot]) -> SubscriptionSnapshot | None:
    newest_first = sorted(told, key=lambda each: each.created_at, reverse=True)
    rank: dict[str, int] = {status: place for place, status in enumerate(COUNTS_FIRST)}
    rank[Status.ACCEPTED] = rank[Status.ACTIVE]
    return min(newest_first, key=lambda each: rank.get(each.status, len(rank)), default=None)


def _of(
    subscription: SubscriptionSnapshot, plan: Plan, standing: Standing, is_known: bool, read_at: datetime
) -> Entitlement:
    trial = timedelta(days=subscription.trial_days)
    return Entitlement(
        plan=plan,
        standing=standing,
        named=subscription.name,
        price=subscription.price,
        every_days=subscription.every_days,
        trial_ends_at=subscription.created_at + trial if trial else None,
        period_ends_at=subscription.period_ends_at,
        is_test=subscription.is_test,
        is_known=is_known,
        read_at=read_at,
    )
