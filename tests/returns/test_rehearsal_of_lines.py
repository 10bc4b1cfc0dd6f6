"""One line under two policies: what differs, for whom it is good, and that alike lines are judged alike."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from policy_cases import DELIVERED, ORDERED, SENT, rule, subject

from shopify_app.money import Money
from shopify_app.returns.amounts import Rates
from shopify_app.returns.conditions import Conditions, Count
from shopify_app.returns.effects import Bonus, CustomerCap, Effects, Window
from shopify_app.returns.presets import EVERYTHING, PRESETS, STANDARD
from shopify_app.returns.rehearsal.answer import Direction, Matter
from shopify_app.returns.rehearsal.lines import Comparison
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.subjects import Subject
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, Scope, Standing, Start

REFUND, CREDIT = Outcome.REFUND, Outcome.STORE_CREDIT
BETTER, WORSE, OTHER = Direction
AMOUNT = {"shop": Decimal(5)}


def policy(*first: Rule, **then: Any) -> Policy:
    """Refund and credit for thirty days, and what is named."""
    effects = {"outcomes": (REFUND, CREDIT), "windows": {Scope.ANY: Window(latest_day=30)}} | then
    return Policy(rules=(*first, Rule(name="All", then=Effects(**effects))))


def shifts(
    in_force: Policy, draft: Policy, line: Subject | None = None
) -> set[tuple[Matter, Outcome | None, Direction]]:
    judged = Comparison(in_force, draft).judge(line or subject())
    return {(each.matter, each.outcome, each.direction) for each in judged.shifts}


def both(matter: Matter, direction: Direction) -> set[tuple[Matter, Outcome | None, Direction]]:
    return {(matter, REFUND, direction), (matter, CREDIT, direction)}


TABLE = [
    ({"outcomes": (CREDIT,)}, {(Matter.OUTCOME, REFUND, WORSE)}),
    ({"outcomes": (REFUND, CREDIT, Outcome.SHOP_NOW)}, {(Matter.OUTCOME, Outcome.SHOP_NOW, BETTER)}),
    ({"windows": {Scope.ANY: Window(latest_day=14)}}, both(Matter.LAST_DAY, WORSE)),
    ({"windows": {Scope.ANY: Window(latest_day=None)}}, both(Matter.LAST_DAY, BETTER)),
    ({"windows": {Scope.ANY: Window(earliest_day=5, latest_day=30)}}, both(Matter.FIRST_DAY, WORSE)),
    ({"windows": {Scope.REFUND: Window(latest_day=40), Scope.ANY: Window(latest_day=30)}},
     {(Matter.LAST_DAY, REFUND, BETTER)}),
    ({"restocking_percent": Decimal(10)}, both(Matter.RESTOCKING_FEE, WORSE)),
    ({"shipping_fee": AMOUNT, "waive_shipping_for": (CREDIT,)}, {(Matter.SHIPPING_FEE, REFUND, WORSE)}),
    ({"bonus": {Scope.ANY: Bonus(percent=Decimal(10))}}, {(Matter.BONUS, CREDIT, BETTER)}),
    ({"money_events": {Scope.ANY: MoneyEvent.INSPECTION}}, both(Matter.MONEY_EVENT, WORSE)),
    ({"keep_item_below": {"shop": Decimal(100)}}, {(Matter.OUTCOME, Outcome.KEEP_ITEM, BETTER)}),
    ({"methods": (Method.OWN_CARRIER, Method.LABEL)}, {(Matter.METHODS, None, BETTER)}),
    ({"methods": (Method.LABEL,)}, {(Matter.METHODS, None, OTHER)}),
    ({"photos": True}, {(Matter.PROOF, None, WORSE)}),
    ({"question": {"en": "Why?"}}, {(Matter.PROOF, None, WORSE)}),
    ({"approval": Approval.AT_ONCE}, {(Matter.APPROVAL, None, BETTER)}),
    ({"outcomes": ()}, {(Matter.OUTCOME, REFUND, WORSE), (Matter.OUTCOME, CREDIT, WORSE)}),
]  # fmt: skip


@pytest.mark.parametrize(("then", "expected"), TABLE)
def test_each_effect_of_a_draft_is_told_by_outcome_and_for_whom_it_is_good(then: dict[str, Any], expected: Any) -> None:
    assert shifts(policy(), policy(**then)) == expected


@pytest.mark.parametrize(("then", "expected"), TABLE)
def test_the_other_way_round_good_is_bad(then: dict[str, Any], expected: Any) -> None:
    turned = {BETTER: WORSE, WORSE: BETTER, OTHER: OTHER}
    assert shifts(policy(**then), policy()) == {(matter, outcome, turned[way]) for matter, outcome, way in expected}


@pytest.mark.parametrize(
    ("was", "would_be", "direction"),
    [
        ({"percent": Decimal(10)}, {"percent": Decimal(5)}, WORSE),
        ({"flat": AMOUNT}, {"flat": {"shop": Decimal(8)}}, BETTER),
        ({"percent": Decimal(10)}, {"flat": AMOUNT}, OTHER),
    ],
)
def test_a_bonus_is_more_or_less_where_that_can_be_said(was: Any, would_be: Any, direction: Direction) -> None:
    before, after = (policy(bonus={Scope.ANY: Bonus(**each)}) for each in (was, would_be))
    assert shifts(before, after) == {(Matter.BONUS, CREDIT, direction)}


@pytest.mark.parametrize(
    ("cap", "direction"), [({"bonus_cap_per_order": AMOUNT}, WORSE), ({"bonus_expires_months": 24}, BETTER)]
)
def test_a_cap_is_less_bonus_and_a_longer_life_more(cap: dict[str, Any], direction: Direction) -> None:
    bonus = {"bonus": {Scope.ANY: Bonus(percent=Decimal(10))}}
    assert shifts(policy(**bonus), policy(**bonus, **cap)) == {(Matter.BONUS, CREDIT, direction)}


def test_what_opens_later_is_looked_at_on_the_day_on_which_it_opens() -> None:
    trial = {"windows": {Scope.ANY: Window(earliest_day=30, latest_day=100)}}
    judged = Comparison(policy(**trial), policy(**trial, restocking_percent=Decimal(10))).judge(subject())
    assert judged.is_returnable_in_force
    assert judged.is_returnable_draft
    assert {each.matter for each in judged.shifts} == {Matter.RESTOCKING_FEE}


@pytest.mark.parametrize("start", list(Start))
def test_a_rule_about_days_passed_is_felt_on_the_day_on_which_it_turns(start: Start) -> None:
    name = {Start.ORDER: "days_since_order", Start.FULFILMENT: "days_since_fulfilment"}.get(
        start, "days_since_delivery"
    )
    late = rule("Late", {name: Count(at_least=15)}, restocking_percent=Decimal(20))
    assert shifts(policy(), policy(late)) == both(Matter.RESTOCKING_FEE, WORSE)


def test_that_a_window_has_closed_by_then_is_no_second_news() -> None:
    late = rule("Late", {"days_since_delivery": Count(at_least=20)}, photos=True)
    shorter = {"windows": {Scope.ANY: Window(latest_day=14)}}
    assert shifts(policy(late), policy(late, **shorter)) == both(Matter.LAST_DAY, WORSE)


def test_an_example_says_what_was_what_would_be_and_which_rule_decides() -> None:
    sale = rule("Boots are final", {"product_tags": ("boots",)}, outcomes=())
    found = Comparison(policy(), policy(sale)).differences(subject())
    assert {(each.in_force, each.draft, each.rule) for each in found} == {("offered", "final sale", "Boots are final")}
    (fee,) = [
        each
        for each in Comparison(policy(), policy(shipping_fee=AMOUNT)).differences(subject())
        if each.shift.outcome is REFUND
    ]
    assert (fee.in_force, fee.draft, fee.rule) == ("none", "5.00 EUR", "All")


def test_an_amount_that_cannot_be_told_in_the_orders_currency_is_left_aside_on_both_sides() -> None:
    abroad = subject(order={"rates": Rates("SEK", "EUR")}, line={"price_paid": Money(99900, "SEK")})
    assert shifts(policy(), policy(shipping_fee=AMOUNT), abroad) == set()


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_draft_that_says_what_is_in_force_changes_nothing(name: str) -> None:
    same = PRESETS[name].policy
    comparison = Comparison(same, same)
    for each in many(60):
        judged = comparison.judge(each)
        assert judged.shifts == frozenset()
        assert judged.is_returnable_in_force == judged.is_returnable_draft


def test_lines_judged_before_are_judged_as_if_each_were_the_first() -> None:
    """The memory of a comparison must hold all that a verdict depends on."""
    for in_force, draft in ((STANDARD, busy()), (busy(), PRESETS["fashion"].policy), (PRESETS["trial"].policy, busy())):
        long_lived = Comparison(in_force, draft)
        for each in many(150):
            assert long_lived.judge(each) == Comparison(in_force, draft).judge(each)
        assert len(long_lived._known) < 150


def busy() -> Policy:
    """A policy that looks at everything."""
    return Policy(
        rules=(
            Rule(name="VIP", when=Conditions(customer_tags=("vip",)), then=Effects(restocking_percent=Decimal(0))),
            Rule(name="Dear", when=Conditions(price_paid={"at_least": "80.00"}), then=Effects(photos=True)),  # type: ignore[arg-type]
            Rule(
                name="Late",
                when=Conditions(days_since_order=Count(at_least=12, at_most=20)),
                then=Effects(restocking_percent=Decimal(15)),
            ),
            Rule(name="Trusted", when=Conditions(customer_lists=(Standing.ALLOWED,)), then=Effects(approval="at_once")),  # type: ignore[arg-type]
            Rule(
                name="All",
                then=Effects(
                    windows={
                        Scope.REFUND: Window(counted_from=Start.ORDER, latest_day=20),
                        Scope.STORE_CREDIT: Window(counted_from=Start.FULFILMENT, earliest_day=4, latest_day=40),
                        Scope.ANY: Window(latest_day=30),
                    },
                    outcomes=EVERYTHING,
                    restocking_percent=Decimal(5),
                    shipping_fee=AMOUNT,
                    bonus={Scope.ANY: Bonus(percent=Decimal(8))},
                    bonus_cap_per_customer=CustomerCap(amount=AMOUNT, days=90),
                    keep_item_below=AMOUNT,
                ),
            ),
        ),
        assumed_transit_days=9,
        assumed_transit_by_country={"SE": 3},
    )


def many(count: int) -> list[Subject]:
    """Lines of all kinds, and few of each kind, so that many look alike but for one thing."""
    dice = random.Random(7)
    found = []
    for _ in range(count):
        rates = dice.choice([Rates("EUR", "EUR"), Rates("SEK", "EUR", Decimal(11)), Rates("SEK", "EUR")])
        line = {
            "price_paid": Money(dice.choice([7999, 8000]), rates.currency),
            "fulfilled_at": SENT + timedelta(days=dice.choice([0, 0, 0, 2])),
            "delivered_at": dice.choice([None, DELIVERED + timedelta(days=dice.choice([0, 12]))]),
            "is_final_sale": dice.random() < 0.2,
            "is_gift_card": dice.random() < 0.05,
            "is_exchange": dice.random() < 0.1,
            "returnable": dice.choice([0, 1, 2]),
        }
        order = {
            "placed_at": ORDERED - timedelta(days=dice.choice([0, 0, 2]), hours=dice.randint(0, 5)),
            "country": dice.choice(["SE", "US", None]),
            "rates": rates,
            "is_company": False,
            "is_cancelled": dice.random() < 0.2,
        }
        customer = {
            "standing": dice.choice([Standing.NEITHER, *Standing]),
            "tags": dice.choice([frozenset(), frozenset({"VIP"})]),
        }
        made = subject(line=line, order=order, customer=customer)
        found.append(made if dice.random() < 0.8 else replace(made, customer=None))
    return found
