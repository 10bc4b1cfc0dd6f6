"""Numbers are written as their reader writes them, to the shopper and to Mara alike."""

from __future__ import annotations

from decimal import Decimal

import pytest
from policy_cases import rule

from shopify_app.admin.policy.presets import in_numbers
from shopify_app.admin.policy.sentences import Teller
from shopify_app.admin.policy.voice import Names
from shopify_app.i18n import STAFF, Languages
from shopify_app.money import Money
from shopify_app.pages.return_inspection import verdict_words
from shopify_app.returns import explain_sums
from shopify_app.returns.conditions import Count
from shopify_app.returns.effects import Bonus
from shopify_app.returns.presets import PRESETS
from shopify_app.returns.settlements import Row, RowKind
from shopify_app.returns.vocabulary import Outcome, Scope

LANGUAGES = Languages()


@pytest.mark.parametrize(
    ("language", "percent", "written"),
    [("de", "12.50", "12,5 %"), ("sv", "12.5", "12,5 %"), ("en", "12.5", "12.5 %"), ("de", "10.00", "10 %")],
)
class TestTheReadersOwnNumbers:
    def test_in_the_sums_of_a_return(self, language: str, percent: str, written: str) -> None:
        fee = Row(RowKind.RESTOCKING, Money(-490, "EUR"), percent=Decimal(percent), base=Money(4900, "EUR"))

        assert written in LANGUAGES.choose([language]).say(explain_sums.row(fee)).replace("\xa0", " ")

    def test_in_the_sentence_of_a_rule(self, language: str, percent: str, written: str) -> None:
        spoken = LANGUAGES.choose([language])
        earns = rule("All", outcomes=(Outcome.STORE_CREDIT,), bonus={Scope.ANY: Bonus(percent=Decimal(percent))})

        assert written in Teller(spoken, Names(), "EUR").text(earns).replace("\xa0", " ")

    def test_in_what_was_decided_of_a_piece(self, language: str, percent: str, written: str) -> None:
        said = LANGUAGES.choose([language]).say(verdict_words("accepted", percent))

        assert written in said.replace("\xa0", " ")


def test_a_preset_says_its_bonus_in_whole_numbers() -> None:
    bonus = in_numbers("standard", PRESETS["standard"]).bonus

    assert LANGUAGES.choose(["de"]).say(bonus).replace("\xa0", " ") == "10 %"


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("en", "the customer has 1 return or more", "the customer has 2 returns or more"),
        ("de", "der Kunde mindestens 1 Rückgabe hat", "der Kunde mindestens 2 Rückgaben hat"),
        ("sv", "kunden har minst 1 retur", "kunden har minst 2 returer"),
    ],
)
def test_a_rule_counts_as_its_reader_does(language: str, one: str, many: str) -> None:
    teller = Teller(Languages(first=STAFF).choose([language]), Names(), "EUR")
    said = [teller.text(rule("Often", {"return_count": Count(at_least=least)}, outcomes=())) for least in (1, 2)]

    assert one in said[0]
    assert many in said[1]
