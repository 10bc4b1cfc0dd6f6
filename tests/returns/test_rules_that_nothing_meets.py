"""Rules that nothing meets: told with why, and told of no rule that something may meet."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from policy_cases import rule

from shopify_app.returns.never import Known, Why, never
from shopify_app.returns.rules import Policy
from shopify_app.shopify.markets import MarketSnapshot

NORTH = MarketSnapshot("nordics", "Nordics", ("NO", "SE"))
QUEBEC = MarketSnapshot("quebec", "Québec", ("CA-QC",))
EVERYWHERE = MarketSnapshot("world", "World", is_everywhere=True)
KNOWN = Known(date(2026, 11, 24), "EUR", (NORTH, QUEBEC))


def told(when: dict[str, Any], known: Known = KNOWN) -> list[tuple[Why, tuple[str, ...]]]:
    found = never(Policy(rules=(rule("Some", when), rule("All"))), known)
    assert {each.rule for each in found} <= {"Some"}
    return [(each.why, each.conditions) for each in found]


@pytest.mark.parametrize(
    ("when", "why", "conditions"),
    [
        ({"order_date": {"last": "2026-11-23"}}, Why.PAST, ("order_date",)),
        ({"markets": ("alps",)}, Why.NO_MARKET, ("markets",)),
        ({"markets": ("nordics", "alps")}, Why.NO_MARKET, ("markets",)),
        ({"countries": ("DE", "FR")}, Why.NO_COUNTRY, ("countries",)),
        ({"countries": ("ca",), "markets": ("Nordics",)}, Why.APART, ("markets", "countries")),
        (
            {"days_since_order": {"at_most": 5}, "days_since_delivery": {"at_least": 6}},
            Why.APART,
            ("days_since_order", "days_since_delivery"),
        ),
        ({"price_paid": {"at_least": {"shop": "50"}, "at_most": {"EUR": "40"}}}, Why.APART, ("price_paid",)),
    ],
)
def test_a_rule_that_nothing_meets_is_told_with_why(
    when: dict[str, Any], why: Why, conditions: tuple[str, ...]
) -> None:
    assert told(when) == [(why, conditions)]


@pytest.mark.parametrize(
    "when",
    [
        {"order_date": {"last": "2026-11-24"}},
        {"order_date": {"first": "2027-01-01"}},
        {"markets": ("NORDICS",), "countries": ("se", "DE")},
        {"countries": ("CA",)},
        {"days_since_order": {"at_most": 6}, "days_since_delivery": {"at_least": 6}},
        {"days_since_delivery": {"at_most": 5}, "days_since_order": {"at_least": 30}},
        {"price_paid": {"at_least": {"shop": "50"}, "at_most": {"SEK": "40"}}},
        {"product_ids": (1,)},
    ],
)
def test_of_a_rule_that_something_may_meet_nothing_is_told(when: dict[str, Any]) -> None:
    assert told(when) == []


def test_a_country_is_somebodys_where_a_market_is_everywhere_or_none_is_known() -> None:
    for markets in ((NORTH, EVERYWHERE), (), None):
        assert told({"countries": ("JP",)}, Known(KNOWN.today, "EUR", markets)) == []


def test_goods_that_the_shop_does_not_have_are_told_by_all_that_is_asked_of_them() -> None:
    known = Known(KNOWN.today, "EUR", None, frozenset({"Some"}))

    assert told({"vendors": ("A",), "product_ids": (1,), "company": True}, known) == [
        (Why.NO_GOODS, ("product_ids", "vendors"))
    ]


def test_each_reason_is_a_sentence_for_operators_too() -> None:
    policy = Policy(rules=(rule("Old", {"order_date": {"last": "2026-01-01"}}), rule("Lost", {"markets": ("alps",)})))
    old, lost = map(str, never(policy, KNOWN))

    assert old == "“Old”: the days of order_date are over; no order placed from now on fits."
    assert lost.endswith("no active market by country or region has the handle alps; rules on it apply to no order.")
