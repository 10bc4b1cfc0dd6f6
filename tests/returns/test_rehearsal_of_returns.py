"""Returns that were made, priced under two policies: fees, bonus and what stays in the shop, with the choices kept."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from policy_cases import NOW, euro, subject

from shopify_app.money import Money
from shopify_app.returns.amounts import Rates
from shopify_app.returns.effects import Bonus, CustomerCap, Effects, Window
from shopify_app.returns.exchanges import Cart, NewItem, Replacement
from shopify_app.returns.paid import PaidOrder
from shopify_app.returns.presets import EVERYTHING, PRESETS
from shopify_app.returns.rehearsal.answer import ChoiceLost, LeftOut, ReturnsAnswer, Sums
from shopify_app.returns.rehearsal.lines import ALWAYS
from shopify_app.returns.rehearsal.returns import Made, MadeLine, MadeReturns
from shopify_app.returns.rules import Policy, PolicyVersion, Rule
from shopify_app.returns.tenders import Tender
from shopify_app.returns.units import WHOLE, PaidLine
from shopify_app.returns.vocabulary import LeftoverTo, Outcome, Scope, TenderKind

REFUND, CREDIT, SWAP = Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE
HALF = Decimal(50)


def policy(percent: str = "10", **then: Any) -> Policy:
    effects = {
        "outcomes": EVERYTHING,
        "windows": {Scope.ANY: Window(latest_day=60)},
        "bonus": {Scope.ANY: Bonus(percent=Decimal(percent))},
    }
    return Policy(rules=(Rule(name="All", then=Effects(**effects | then)),))


def made(outcome: Outcome, rma: str = "R-1042-1", *percents: Decimal, **changes: Any) -> Made:
    """Of Ada's two shirts at 50.00 with a 10 % code and 8 % tax, one comes back, or as many as have a percentage."""
    accepted = percents or (WHOLE,)
    shirt = PaidLine(1, 2, euro("50.00"), euro("10.00"), euro("7.20"))
    order = PaidOrder(
        order_id=1042,
        rates=Rates("EUR", "EUR"),
        taxes_included=False,
        lines=(shirt,),
        tenders=(Tender("payment", TenderKind.PAYMENT, euro("97.20")),),
    )
    line = MadeLine(1, outcome, accepted, len(accepted), (subject(),))
    return replace(Made(rma, "#1042", 1042, 501, NOW, order, (line,)), **changes)


def rehearsed(in_force: Policy, draft: Policy, *returns: Made) -> ReturnsAnswer:
    counted = MadeReturns(*(PolicyVersion(1, ALWAYS, each) for each in (in_force, draft)))
    for each in returns:
        counted.note(each)
    return counted.answer()


def columns(answer: ReturnsAnswer) -> list[tuple[str, ...]]:
    """Value, fees, refunded, credited, exchanged, retained, bonus; in force, then under the draft."""
    (only,) = answer.sums
    return [told(only.in_force), told(only.draft)]


def told(sums: Sums) -> tuple[str, ...]:
    names = ("value", "fees", "refunded", "credited", "exchanged", "retained", "bonus")
    return tuple(str(getattr(sums, name)) for name in names)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (REFUND, ("48.60", "0.00", "48.60", "0.00", "0.00", "0.00", "0.00")),
        (CREDIT, ("48.60", "0.00", "0.00", "48.60", "0.00", "48.60", "4.50")),
        (SWAP, ("48.60", "0.00", "0.00", "0.00", "48.60", "48.60", "0.00")),
        (Outcome.SHOP_NOW, ("48.60", "0.00", "0.00", "0.00", "48.60", "48.60", "4.50")),
    ],
)
def test_the_worked_example_comes_to_the_same_under_the_policy_that_it_was_made_under(
    outcome: Outcome, expected: tuple[str, ...]
) -> None:
    assert columns(rehearsed(policy(), policy("0"), made(outcome)))[0] == expected


def test_a_restocking_fee_in_the_draft_is_kept_from_the_refund() -> None:
    answer = rehearsed(policy(), policy(restocking_percent=Decimal(20)), made(REFUND))
    assert columns(answer)[1] == ("48.60", "9.00", "39.60", "0.00", "0.00", "0.00", "0.00")
    assert str(answer.sums[0].change.fees) == "9.00"
    assert (answer.changed, answer.examples[0].rma) == (1, "R-1042-1")


def test_less_bonus_costs_less_and_retains_the_same() -> None:
    (sums,) = rehearsed(policy(), policy("5"), made(CREDIT)).sums
    assert (str(sums.change.bonus), str(sums.change.retained)) == ("-2.25", "0.00")


def test_units_accepted_at_half_are_reckoned_at_half() -> None:
    answer = rehearsed(policy(), policy(), made(REFUND, "R-1042-1", WHOLE, HALF))
    assert columns(answer)[0][0] == "72.90"


def test_a_choice_that_the_draft_takes_away_is_counted_and_in_neither_column() -> None:
    answer = rehearsed(policy(), policy(outcomes=(CREDIT,)), made(REFUND), made(CREDIT, "R-1042-2"))
    assert answer.choices_lost == (ChoiceLost(REFUND, 1, euro("48.60")),)
    assert (answer.made, answer.compared, answer.changed) == (2, 1, 1)
    assert columns(answer)[0] == columns(answer)[1]
    assert answer.examples[0].lost == ("refund: not offered",)


def test_a_window_that_had_closed_takes_every_choice_away() -> None:
    short = policy(windows={Scope.ANY: Window(latest_day=14)})
    answer = rehearsed(policy(), short, made(REFUND))
    assert [each.lines for each in answer.choices_lost] == [1]
    assert "closed on 2026-11-19" in answer.examples[0].lost[0]
    assert answer.sums == ()


def test_what_the_policy_in_force_does_not_allow_either_is_left_out_and_never_called_lost() -> None:
    credit_only = policy(outcomes=(CREDIT,))
    answer = rehearsed(credit_only, credit_only, made(REFUND))
    assert answer.left_out == ((LeftOut.NOT_UNDER_THE_POLICY_IN_FORCE, 1),)
    assert (answer.choices_lost, answer.sums, answer.changed) == ((), (), 0)


def test_a_lower_value_for_keeping_is_a_choice_lost() -> None:
    keep = [policy(keep_item_below={"shop": Decimal(value)}) for value in (100, 20)]
    answer = rehearsed(*keep, made(Outcome.KEEP_ITEM))
    assert answer.choices_lost == (ChoiceLost(Outcome.KEEP_ITEM, 1, euro("48.60")),)
    assert answer.examples[0].lost == ("refund and keep the item: too dear to keep",)


def test_a_shipping_fee_is_charged_once_a_request() -> None:
    two = replace(made(REFUND), lines=(*made(REFUND).lines, *made(CREDIT).lines))
    answer = rehearsed(policy(), policy(shipping_fee={"shop": Decimal(5)}), two)
    assert columns(answer)[1][1] == "5.00"


def test_a_cap_per_customer_counts_what_earlier_returns_would_have_been_given() -> None:
    capped = policy(bonus_cap_per_customer=CustomerCap(amount={"shop": Decimal(6)}, days=90))
    later = made(CREDIT, "R-1042-2", at=NOW + timedelta(days=1))
    assert columns(rehearsed(policy(), capped, made(CREDIT), later))[1][-1] == "6.00"


def test_a_leftover_stays_in_the_shop_where_the_draft_gives_it_as_credit() -> None:
    cheaper = replace(made(SWAP).lines[0], replacement=Replacement(7, euro("40.00")))
    as_credit = replace(policy(), leftover_to=LeftoverTo.STORE_CREDIT)
    answer = rehearsed(policy(), as_credit, made(SWAP, lines=(cheaper,)))
    assert [each[2:6] for each in columns(answer)] == [
        ("5.40", "0.00", "43.20", "43.20"),
        ("0.00", "5.40", "43.20", "48.60"),
    ]


def test_what_lapses_of_a_bonus_costs_nothing() -> None:
    cart = Cart((NewItem(7, 1, euro("50.76"), euro("0.00")),))
    answer = rehearsed(policy(), policy(), made(Outcome.SHOP_NOW, carts=((Outcome.SHOP_NOW, cart),)))
    assert columns(answer)[0] == ("48.60", "0.00", "0.00", "0.00", "48.60", "48.60", "2.16")


def test_lines_that_are_not_held_as_they_were_are_left_out_whole() -> None:
    foreign = replace(made(REFUND).lines[0], line_id=99)
    many = replace(made(REFUND).lines[0], percents=(WHOLE,) * 5, asked=5)
    answer = rehearsed(policy(), policy("0"), made(REFUND, lines=(foreign,)), made(CREDIT, "R-2", lines=(many,)))
    assert answer.left_out == ((LeftOut.NOT_ENOUGH_KNOWN, 2),)
    assert answer.sums == ()


def test_currencies_are_never_added_up() -> None:
    def krona(text: str) -> Money:
        return Money.parse(text, "SEK")

    rates = Rates("SEK", "EUR", Decimal(11))
    order = PaidOrder(7, rates, True, (PaidLine(1, 1, krona("500"), krona("0"), krona("100")),), ())
    abroad = subject(order={"rates": rates}, line={"price_paid": krona("500")})
    swedish = made(CREDIT, "R-7-1", order=order, lines=(MadeLine(1, CREDIT, (WHOLE,), 1, (abroad,)),))
    answer = rehearsed(policy(), policy("5"), made(CREDIT), swedish)
    assert [(each.currency, str(each.change.bonus)) for each in answer.sums] == [("EUR", "-2.25"), ("SEK", "-20.00")]


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_draft_that_says_what_is_in_force_changes_no_return(name: str) -> None:
    same = PRESETS[name].policy
    answer = rehearsed(same, same, *any_returns(60))
    assert (answer.changed, answer.choices_lost, answer.examples) == (0, (), ())
    assert all(each.in_force == each.draft for each in answer.sums)


def test_fees_refunds_credit_and_exchanges_are_the_whole_value_to_the_cent() -> None:
    draft = policy("7.5", restocking_percent=Decimal("12.5"), shipping_fee={"shop": Decimal("6.95")})
    answer = rehearsed(policy(), draft, *any_returns(150))
    for sums in (answer.sums[0].in_force, answer.sums[0].draft):
        assert sums.value == sums.fees + sums.refunded + sums.credited + sums.exchanged
        assert sums.retained == sums.credited + sums.exchanged
    assert answer.compared == 150


def any_returns(count: int) -> list[Made]:
    """Returns of many orders with lines of any price, each line with an outcome of its own."""
    dice = random.Random(11)
    found = []
    for number in range(count):
        lines, chosen = [], []
        for line_id in range(1, dice.randint(2, 4)):
            units, price = dice.randint(1, 3), dice.randint(100, 20000)
            paid = PaidLine(
                line_id,
                units,
                Money(price, "EUR"),
                Money(dice.randint(0, price), "EUR"),
                Money(dice.randint(0, 900), "EUR"),
            )
            back = dice.randint(1, units)
            percents = tuple(dice.choice([WHOLE, WHOLE, HALF]) for _ in range(back))
            outcome = dice.choice([REFUND, CREDIT, SWAP, Outcome.SHOP_NOW])
            lines.append(paid)
            chosen.append(MadeLine(line_id, outcome, percents, back, (subject(line={"line_id": line_id}),)))
        tender = Tender("payment", TenderKind.PAYMENT, Money(10**7, "EUR"))
        order = PaidOrder(number, Rates("EUR", "EUR"), dice.random() < 0.5, tuple(lines), (tender,))
        at = NOW - timedelta(days=dice.randint(0, 9))
        found.append(Made(f"R-{number}-1", f"#{number}", number, number % 20 or None, at, order, tuple(chosen)))
    return found
