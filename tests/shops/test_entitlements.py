"""What a subscription at Shopify entitles a shop to: by every status, in every order, and by names nobody knows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

import pytest

from shopify_app.config import PLANS as CONFIGURED
from shopify_app.config import ConfigError, plan
from shopify_app.money import Money
from shopify_app.shopify.subscriptions import Status, SubscriptionSnapshot, subscription
from shopify_app.shops.entitlements import BY_SHOPIFY, FixedPlan, chosen
from shopify_app.shops.entitlements_plans import (
    EVERYTHING,
    GROWTH,
    PLANS,
    SCALE,
    STARTER,
    Entitlement,
    Feature,
    Limit,
    Plan,
    Standing,
    entitled,
    smallest_for,
    smallest_with,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BEGUN = NOW - timedelta(days=3)


def told(status: str = Status.ACTIVE, handle: str = "growth", days_ago: int = 3, **more: Any) -> SubscriptionSnapshot:
    facts = {"name": handle.capitalize(), "trial_days": 14, "created_at": NOW - timedelta(days=days_ago)} | more
    return SubscriptionSnapshot(gid=f"{handle}-{status}-{days_ago}", handle=handle, status=status, **facts)


def having(*subscriptions: SubscriptionSnapshot, before: Plan | None = None) -> Entitlement:
    return entitled(subscriptions, before, NOW)


def test_whoever_never_subscribed_has_the_smallest_plan() -> None:
    found = having()

    assert (found.plan, found.standing) == (STARTER, Standing.FREE)


@pytest.mark.parametrize("status", [Status.ACTIVE, Status.ACCEPTED])
def test_a_plan_in_force_is_what_the_shop_has(status: Status) -> None:
    found = having(told(status, price=Money(4900, "USD"), every_days=30))

    assert (found.plan, found.standing, found.price) == (GROWTH, Standing.SUBSCRIBED, Money(4900, "USD"))


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        (Status.PENDING, Standing.PENDING),
        (Status.DECLINED, Standing.DECLINED),
        (Status.EXPIRED, Standing.EXPIRED),
        (Status.FROZEN, Standing.FROZEN),
        (Status.CANCELLED, Standing.CANCELLED),
    ],
)
def test_every_other_status_leaves_the_smallest_plan_and_says_why(status: Status, standing: Standing) -> None:
    found = having(told(status, "scale"), before=SCALE)

    assert (found.plan, found.standing, found.named) == (STARTER, standing, "Scale")


@pytest.mark.parametrize(
    ("subscriptions", "plan", "standing"),
    [
        ((told(handle="growth", days_ago=9), told(Status.DECLINED, "scale", 1)), GROWTH, Standing.SUBSCRIBED),
        ((told(handle="growth", days_ago=9), told(Status.PENDING, "scale", 1)), GROWTH, Standing.SUBSCRIBED),
        ((told(Status.CANCELLED, "growth", 9), told(handle="scale", days_ago=1)), SCALE, Standing.SUBSCRIBED),
        ((told(Status.FROZEN, "growth", 9), told(Status.DECLINED, "scale", 1)), STARTER, Standing.FROZEN),
        ((told(Status.CANCELLED, "growth", 9), told(Status.PENDING, "scale", 1)), STARTER, Standing.PENDING),
        ((told(Status.CANCELLED, "growth", 9), told(Status.DECLINED, "scale", 1)), STARTER, Standing.DECLINED),
    ],
)
def test_of_several_subscriptions_the_one_in_force_counts_whatever_came_after(
    subscriptions: tuple[SubscriptionSnapshot, ...], plan: Plan, standing: Standing
) -> None:
    for order in (subscriptions, subscriptions[::-1]):
        found = having(*order)
        assert (found.plan, found.standing) == (plan, standing)


def test_a_plan_nobody_knows_leaves_what_the_shop_had_and_the_smallest_where_it_had_none() -> None:
    private = told(handle="for-hedvall-only")

    assert [having(private, before=had).plan for had in (None, STARTER, GROWTH, SCALE)] == [
        STARTER, STARTER, GROWTH, SCALE,
    ]  # fmt: skip
    assert not having(private).is_known


def test_a_status_nobody_knows_leaves_what_the_shop_had() -> None:
    found = having(told("PAUSED"), before=SCALE)

    assert (found.plan, found.is_known) == (SCALE, False)


def test_a_subscription_without_a_handle_is_known_by_its_name() -> None:
    assert having(told(handle="", name=" scale ")).plan == SCALE


@pytest.mark.parametrize(("hours", "left"), [(0, 11), (1, 11), (24, 10), (10 * 24 + 1, 1), (11 * 24, 0), (900, 0)])
def test_trial_days_are_counted_down_to_the_last_hour(hours: int, left: int) -> None:
    assert having(told()).trial_days_left(NOW + timedelta(hours=hours)) == left


def test_no_trial_is_left_of_what_is_not_in_force() -> None:
    assert having(told(Status.FROZEN)).trial_days_left(NOW) == 0
    assert having(told(trial_days=0)).trial_days_left(NOW) == 0


def test_every_larger_plan_has_all_of_the_smaller_ones() -> None:
    for smaller, larger in pairwise(PLANS):
        assert smaller.features < larger.features
        assert smaller.price.amount < larger.price.amount
        for limit in Limit:
            assert (larger.limits.get(limit) or 10_000) > (smaller.limits.get(limit) or 10_000)
    assert SCALE.features == EVERYTHING.features == frozenset(Feature)


def test_the_way_up_is_the_smallest_plan_that_has_it() -> None:
    assert smallest_with(Feature.REHEARSAL) == GROWTH
    assert smallest_with(Feature.AUTOMATIONS) == SCALE
    assert [smallest_for(Limit.SAVED_REPLIES, count) for count in (5, 6, 26)] == [STARTER, GROWTH, SCALE]


def test_who_runs_the_app_for_themselves_has_everything_unless_they_say_otherwise() -> None:
    assert plan({}) == "everything"
    assert plan({"POSTLUDE_PLAN": " Growth "}) == "growth"
    assert chosen("everything", _nobody) == FixedPlan(EVERYTHING)
    assert chosen("growth", _nobody) == FixedPlan(GROWTH)
    with pytest.raises(ConfigError, match="POSTLUDE_PLAN must be shopify"):
        plan({"POSTLUDE_PLAN": "platinum"})


def test_the_configuration_takes_the_plans_that_there_are() -> None:
    assert set(CONFIGURED) == {BY_SHOPIFY, EVERYTHING.handle, *(each.handle for each in PLANS)}


def test_a_yearly_plan_with_usage_beside_it_is_read_by_its_recurring_charge() -> None:
    node = {
        "id": "gid://shopify/AppSubscription/7", "name": "Growth", "status": "ACTIVE", "test": False, "trialDays": 0,
        "createdAt": "2026-11-19T09:00:00Z", "currentPeriodEnd": None,
        "lineItems": [
            {"plan": {"pricingDetails": {}}},
            {"plan": {"pricingDetails": {
                "planHandle": "growth", "interval": "ANNUAL", "price": {"amount": "490.0", "currencyCode": "USD"}}}},
        ],
    }  # fmt: skip

    found = subscription(node)

    assert (found.handle, found.every_days, found.price) == ("growth", 365, Money(49000, "USD"))
    assert found.created_at == BEGUN


def _nobody() -> NoReturn:
    raise AssertionError("Shopify sells nothing here")


def test_what_is_written_of_plans_is_what_they_are() -> None:
    text = (Path(__file__).parents[2] / "docs" / "plans.md").read_text()

    for smaller, each in pairwise((None, *PLANS)):
        assert each is not None
        line = next(line for line in text.splitlines() if f"| `{each.handle}` |" in line)
        assert each.name in line
        assert (f"${each.price}" if each.price.amount else "free") in line
        assert (f"{each.trial_days} days" if each.trial_days else "–") in line
        assert all(f"`{feature}`" in line for feature in each.features - (smaller.features if smaller else frozenset()))
        room = each.limits.get(Limit.SAVED_REPLIES)
        assert (f"{room} saved replies" if room else "no limit") in line
    assert all(f"| `{feature}` |" in text for feature in Feature)
    assert all(f"`{status}`" in text for status in Status)
