"""Rules on markets: said as countries where that can be said, doubted where they can never apply."""

from __future__ import annotations

import json
from typing import Any

import pytest
from policy_cases import published, rule

from shopify_app.i18n import Languages
from shopify_app.returns.amounts import Rates
from shopify_app.returns.condition_words import Names, conditions_in_words
from shopify_app.returns.conditions import Conditions
from shopify_app.returns.destinations import by_country, doubts
from shopify_app.returns.document import kept_policy
from shopify_app.returns.presets import EU
from shopify_app.returns.rules import Policy
from shopify_app.shopify.markets import MarketSnapshot

MARKETS = (
    MarketSnapshot("nordics", "Nordics", ("DK", "NO", "SE")),
    MarketSnapshot("alps", "Alps", ("AT", "CH")),
    MarketSnapshot("quebec", "Québec", ("CA-QC",)),
    MarketSnapshot("canada", "Canada", ("CA", "CA-QC")),
    MarketSnapshot("world", "World", (), is_everywhere=True),
    MarketSnapshot("union", "EU", tuple(sorted(EU))),
    MarketSnapshot("rest", "The rest", ("AN", "NO")),  # Shopify names a country that is no more
    MarketSnapshot("far", "Far away", tuple(f"A{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZAB")),
)
WORLDWIDE = Languages().choose(["en"], "GB")


def policy(**when: Any) -> Policy:
    return published(rule("special", when), rule("everybody")).policy


@pytest.mark.parametrize(
    ("when", "means"),
    [
        ({"markets": ("Nordics",)}, {"countries": ("DK", "NO", "SE")}),
        ({"markets": ("nordics", "alps")}, {"countries": ("AT", "CH", "DK", "NO", "SE")}),
        ({"markets": ("nordics",), "countries": ("se", "DE")}, {"countries": ("SE",)}),
        ({"markets": ("canada",)}, {"countries": ("CA",)}),
        ({"markets": ("quebec", "canada")}, {"countries": ("CA",)}),
        ({"markets": ("world", "alps"), "vendors": ("Nordkant",)}, {"vendors": ("Nordkant",)}),
        ({"markets": ("quebec",)}, {"markets": ("quebec",)}),
        ({"markets": ("rest",), "countries": ("NO",)}, {"countries": ("NO",)}),
        ({"countries": ("SE",)}, {"countries": ("SE",)}),
    ],
)
def test_a_market_is_the_countries_that_it_is_made_of(when: dict[str, Any], means: dict[str, Any]) -> None:
    special, everybody = by_country(policy(**when), MARKETS)

    assert special.when == Conditions(**means)
    assert everybody.when == Conditions()


@pytest.mark.parametrize("when", [{"markets": ("gone",)}, {"markets": ("alps",), "countries": ("SE",)}])
def test_a_rule_that_no_order_can_meet_is_left_out(when: dict[str, Any]) -> None:
    assert [each.name for each in by_country(policy(**when), MARKETS)] == ["everybody"]


@pytest.mark.parametrize("market", ["nordics", "world"])
def test_a_rule_keeps_its_words_also_where_they_are_older_than_their_bound(market: str) -> None:
    words = {"en": "x" * 600}
    written = {"rules": [{"name": "special", "when": {"markets": [market]}, "says": words}]}

    (special,) = by_country(kept_policy(json.dumps(written)), MARKETS)

    assert (special.when.markets, special.says) == (None, words)


def test_a_market_may_name_a_country_that_is_none_and_so_may_what_was_kept() -> None:
    of_kept = {"markets": ["world"], "countries": ["UK"]}
    rules = [{"name": "market", "when": {"markets": ["rest"]}}, {"name": "kept", "when": of_kept}]
    kept = kept_policy(json.dumps({"rules": rules}))
    assert [each.when.beyond_goods for each in kept.rules] == [("markets",), ("countries", "markets")]

    found = by_country(kept, MARKETS)

    assert [each.when.countries for each in found] == [("AN", "NO"), ("UK",)]
    assert [each.when.beyond_goods for each in found] == [("countries",), ("countries",)]


def test_while_nobody_knows_the_markets_a_rule_stays_as_it_is() -> None:
    asked = policy(markets=("nordics",))

    assert by_country(asked, None) == asked.rules


def test_a_handle_that_no_market_has_is_doubted_with_those_there_are() -> None:
    (doubt,) = doubts(policy(markets=("Nordic", "ALPS")), MARKETS[:2])

    assert "“Nordic”: rules on it apply to no order. There are: alps, nordics." in doubt


def test_where_we_may_not_read_markets_it_is_said_what_to_do() -> None:
    (doubt,) = doubts(policy(markets=("nordics", "alps")), None)

    assert "accept the permission to read markets" in doubt
    assert doubts(policy(countries=("SE",)), None) == ()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("nordics",), "Orders to Denmark, Norway or Sweden"),
        (("nordics", "alps"), "Orders to Austria, Switzerland, Denmark, Norway or Sweden"),
        (("union",), "Orders to the European Union"),
        (("far",), "Orders in the market Far away"),
        (("world",), "Orders in the market World"),
        (("quebec",), "Orders in the market Québec"),
        (("gone", "alps"), "Orders in the market gone or Alps"),
    ],
)
def test_shoppers_read_countries_where_they_are_few(asked: tuple[str, ...], said: str) -> None:
    names = Names(markets={each.handle: each for each in MARKETS})

    (found,) = conditions_in_words(Conditions(markets=asked), names, Rates("EUR", "EUR"))

    assert WORLDWIDE.say(found).replace("\xa0", " ") == said
