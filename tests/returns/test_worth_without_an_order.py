"""What an item is worth without an order: the first rule about it, a price of today, and never more than the cap."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from policy_cases import ORDERED

from shopify_app.i18n import Languages
from shopify_app.money import Money
from shopify_app.returns.amounts import Rates
from shopify_app.returns.conditions import Conditions
from shopify_app.returns.document import WrongPolicy, read_policy
from shopify_app.returns.effect_words import without_receipt
from shopify_app.returns.effects import CustomerCap, Effects, NoReceipt
from shopify_app.returns.no_receipt.terms import NothingWithout, Wanted, decided, worth
from shopify_app.returns.plain_words import Telling, in_plain_words
from shopify_app.returns.presets import FORGIVING, STANDARD
from shopify_app.returns.rules import Policy, PolicyVersion, Rule
from shopify_app.returns.subjects import LineFacts
from shopify_app.returns.vocabulary import PriceBasis, ProofLevel

EN = Languages().choose(["en"], "GB")
NONE = Money(0, "EUR")


def version(*rules: Rule) -> PolicyVersion:
    return PolicyVersion(3, ORDERED, Policy(rules=rules))


def terms(name: str = "All", when: Conditions | None = None, **said: Any) -> Rule:
    return Rule(name=name, when=when or Conditions(), then=Effects(no_receipt=NoReceipt(**said)))


def wanted(quantity: int = 1, price: int = 5000, **more: Any) -> Wanted:
    line = LineFacts(0, Money(price, "EUR"), product_id=7, product_tags=frozenset({"wool"}))
    return Wanted(line, quantity, "unwanted", Money(price, "EUR"), **more)


@pytest.mark.parametrize(
    ("said", "asked", "given", "full", "amount"),
    [
        ({}, wanted(), 0, 5000, 5000),
        ({"percent": Decimal(80)}, wanted(2), 0, 8000, 8000),
        ({"percent": Decimal("33.33")}, wanted(1, 50), 0, 17, 17),  # 16.665
        ({"percent": Decimal("0.5")}, wanted(1, 100), 0, 1, 1),  # half up
        ({"price": PriceBasis.LOWEST}, wanted(lately=Money(3900, "EUR")), 0, 3900, 3900),
        ({"price": PriceBasis.LOWEST}, wanted(lately=Money(6900, "EUR")), 0, 5000, 5000),
        ({"price": PriceBasis.LOWEST}, wanted(), 0, 5000, 5000),
        ({"price": PriceBasis.CURRENT}, wanted(lately=Money(3900, "EUR")), 0, 5000, 5000),
        ({"cap_per_person": CustomerCap(amount={"shop": Decimal(70)}, days=365)}, wanted(2), 0, 10000, 7000),
        ({"cap_per_person": CustomerCap(amount={"shop": Decimal(70)}, days=365)}, wanted(), 2500, 5000, 4500),
        ({"cap_per_person": CustomerCap(amount={"EUR": Decimal(70)}, days=365)}, wanted(), 0, 5000, 5000),
    ],
)
def test_a_credit_is_the_price_times_the_pieces_times_the_percentage_up_to_the_cap(
    said: dict[str, Any], asked: Wanted, given: int, full: int, amount: int
) -> None:
    found = worth(version(terms(**said)), asked, Money(given, "EUR"))

    assert (found.full.amount, found.amount.amount) == (full, amount)
    assert (found.rule, found.version) == ("All", 3)


@pytest.mark.parametrize(
    ("said", "asked", "given", "why"),
    [
        ({"proof": ProofLevel.ORDER}, wanted(has_paper=True), 0, NothingWithout.ORDER),
        ({"proof": ProofLevel.GIFT}, wanted(), 0, NothingWithout.PAPER),
        ({"percent": Decimal(0)}, wanted(), 0, NothingWithout.WORTHLESS),
        ({"cap_per_person": CustomerCap(amount={"shop": Decimal(50)}, days=9)}, wanted(), 5000, NothingWithout.CAP),
        ({"cap_per_person": CustomerCap(amount={"SEK": Decimal(50)}, days=9)}, wanted(), 0, NothingWithout.CAP),
    ],
)
def test_nothing_is_given_where_the_policy_says_so(said: dict[str, Any], asked: Wanted, given: int, why: str) -> None:
    with pytest.raises(NothingWithout) as refused:
        worth(version(terms(**said)), asked, Money(given, "EUR"))
    assert refused.value.why == why


def test_a_gift_receipt_is_enough_where_one_is_asked_for() -> None:
    assert worth(version(terms(proof=ProofLevel.GIFT)), wanted(has_paper=True), NONE).amount.amount == 5000


def test_the_first_rule_about_the_product_decides() -> None:
    wool = terms("Wool", Conditions(product_tags=("WOOL",)), percent=Decimal(50))
    linen = terms("Linen", Conditions(product_tags=("linen",)), percent=Decimal(10))

    assert worth(version(linen, wool, terms()), wanted(), NONE).rule == "Wool"


def test_a_policy_that_does_not_speak_of_it_gives_nothing() -> None:
    with pytest.raises(NothingWithout) as refused:
        worth(PolicyVersion(1, ORDERED, STANDARD), wanted(), NONE)
    assert refused.value.why == NothingWithout.SILENT


def test_the_forgiving_preset_takes_all_but_final_sale_at_todays_price() -> None:
    forgiving = PolicyVersion(1, ORDERED, FORGIVING)
    sold_off = replace(wanted(), line=wanted().line._replace(is_final_sale=True))

    assert worth(forgiving, wanted(), NONE).amount == Money(5000, "EUR")
    with pytest.raises(NothingWithout) as refused:
        worth(forgiving, sold_off, NONE)
    assert refused.value.why == NothingWithout.ORDER


@pytest.mark.parametrize("condition", ["order_value", "countries", "customer_tags", "days_since_order", "price_paid"])
def test_a_rule_about_an_order_cannot_say_what_holds_without_one(condition: str) -> None:
    asked: dict[str, Any] = {
        "order_value": {"at_least": "50"},
        "countries": ["SE"],
        "customer_tags": ["VIP"],
        "days_since_order": {"at_most": 30},
        "price_paid": {"at_most": "20"},
    }
    rule = {"name": "Near", "when": {condition: asked[condition]}, "then": {"no_receipt": {}}}

    with pytest.raises(WrongPolicy) as wrong:
        read_policy(json.dumps({"rules": [rule]}))

    assert f"without an order nobody knows {condition}" in str(wrong.value)


def test_a_document_says_it_in_words() -> None:
    written = {
        "rules": [
            {
                "name": "All",
                "then": {
                    "no_receipt": {
                        "proof": "gift",
                        "price": "lowest",
                        "lowest_of_days": 60,
                        "percent": "80",
                        "cap_per_person": {"amount": "200", "days": 365},
                    }
                },
            }
        ]
    }
    policy = read_policy(json.dumps(written))
    found = decided(PolicyVersion(1, ORDERED, policy), wanted().line, None)
    assert found is not None

    assert [EN.say(each) for each in without_receipt(found[1], (Rates("EUR", "EUR"),))] == [
        "Without an order number: store credit of 80 % of the lowest price of the last 60 days.",
        "A gift receipt or another proof of purchase is needed.",
        "At most €200.00 per person within 365 days.",
        "The credit can be used for 24 months.",
    ]


def test_the_policy_page_says_it_where_the_door_is_open_and_names_the_exception() -> None:
    forgiving = PolicyVersion(1, ORDERED, FORGIVING)
    telling = Telling((Rates("EUR", "EUR"),), without_receipt=True)

    told = in_plain_words(forgiving, telling)

    assert EN.say(told.without_receipt[0]) == "Without an order number: store credit of 100 % of today's price."
    final_sale = next(each for each in told.exceptions if each.rule == "Final sale")
    assert any("without an order there is nothing we can give" in EN.say(line) for line in final_sale.lines)
    assert in_plain_words(forgiving, replace(telling, without_receipt=False)).without_receipt == ()
