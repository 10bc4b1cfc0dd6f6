"""Hundreds of rules are read once for all who are told the same, and nobody reads what another shop is told."""

from __future__ import annotations

from datetime import UTC, datetime

from shopify_app.i18n import Languages
from shopify_app.pages import policy_page
from shopify_app.returns.amounts import Rates
from shopify_app.returns.condition_words import Names
from shopify_app.returns.conditions import Conditions
from shopify_app.returns.effects import Effects
from shopify_app.returns.plain_words import Telling
from shopify_app.returns.rules import Policy, PolicyVersion, Rule
from shopify_app.returns.vocabulary import MoneyEvent, Outcome, Scope

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
EURO = Telling((Rates("EUR", "EUR"),))


def boots(telling: Telling, version: PolicyVersion, *, is_scanned: bool = True) -> policy_page.PolicyPage:
    return policy_page.page_of(version, telling, "UTC", "en", is_scanned=is_scanned)


def version() -> PolicyVersion:
    return PolicyVersion(
        1,
        SINCE,
        Policy(
            rules=(
                Rule(name="Boots", when=Conditions(product_ids=(701,)), then=Effects(photos=True)),
                Rule(
                    name="All",
                    then=Effects(outcomes=(Outcome.REFUND,), money_events={Scope.ANY: MoneyEvent.FIRST_SCAN}),
                ),
            )
        ),
    )


def test_whoever_is_told_the_same_is_told_from_what_was_made_before() -> None:
    held = version()

    first = boots(EURO, held)
    assert boots(EURO, held) == first
    assert boots(Telling((Rates("EUR", "EUR"),)), held) == first
    assert boots(EURO, PolicyVersion(2, SINCE, held.policy)).cases[0].lines is first.cases[0].lines
    assert len(held.policy.words) == 1


def test_another_name_currency_or_carrier_is_told_anew() -> None:
    held, english = version(), Languages().choose(["en"], "GB")
    named = Telling((Rates("EUR", "EUR"),), names=Names(products={701: "Fell boots"}))

    assert boots(EURO, held).cases[0].when == ("Boots",)
    (when,) = boots(named, held).cases[0].when
    assert not isinstance(when, str)
    assert english.say(when) == "Fell boots"
    assert boots(EURO, held).choices != boots(EURO, held, is_scanned=False).choices
    assert len(held.policy.words) == 3


def test_what_is_kept_does_not_grow_without_end() -> None:
    held = version()

    for number in range(100):
        boots(Telling((Rates("EUR", "EUR"),), names=Names(products={701: f"Boots {number}"})), held)
    assert len(held.policy.words) <= 16
