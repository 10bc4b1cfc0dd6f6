"""What an exchange is worth that is not paid for: told in the cart to the cent as it will be given."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from money_cases import cart, flat, line, money, order, percent, pick, request, terms

from shopify_app.returns.paid import Manner, PaidOrder, Pick
from shopify_app.returns.pricing import price
from shopify_app.returns.unpaid import in_place
from shopify_app.returns.verdicts import Terms, Verdict
from shopify_app.returns.vocabulary import MoneyEvent, Outcome

MANNER = Manner()
REFUND, CREDIT, SHOP = Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.SHOP_NOW


def worth(paid: PaidOrder, *chosen: Pick, offered: tuple[Terms, ...], new: str = "120.00") -> list[tuple[str, str]]:
    """What the cart says that may be had in place of the exchange among `chosen`; every line is `offered` the same."""
    asked = request(carts=cart(new))
    settlements = price(paid, chosen, asked, MANNER)
    verdicts = {each.line_id: Verdict(each.line_id, 1, terms=offered) for each in chosen}
    found = in_place(paid, settlements, verdicts, asked, MANNER)
    return [(way.value, str(amount)) for way, amount in found.get(SHOP, {}).items()]


def everything(**of_credit: object) -> tuple[Terms, ...]:
    return (terms(REFUND), replace(terms(CREDIT, percent()), **of_credit), terms(SHOP, percent()))


def test_it_bears_the_fees_of_the_exchange() -> None:
    """4.90 for sending back that a refund bears and an exchange does not."""
    posted = tuple(replace(each, shipping_fee=money("4.90")) if each.outcome is REFUND else each
                   for each in everything())  # fmt: skip

    found = worth(order(), pick(terms(SHOP, percent())), offered=posted)

    assert found == [("store_credit", "53.10"), ("refund", "48.60")]


def test_its_bonus_is_reckoned_after_the_fees_of_the_exchange() -> None:
    """A fee of 9.00 that credit bears and the exchange does not, or the reverse."""
    costly = everything(restocking_percent=Decimal(20))

    assert worth(order(), pick(terms(SHOP, percent())), offered=costly)[0] == ("store_credit", "53.10")
    shop = terms(SHOP, percent(), restocking_percent=20)
    assert worth(order(), pick(shop), offered=everything())[0] == ("store_credit", "43.20")


def test_where_nothing_is_due_there_is_nothing_to_say() -> None:
    assert worth(order(), pick(terms(SHOP, percent())), offered=everything(), new="40.00") == []


def test_of_credit_that_the_order_may_not_have_nothing_is_said() -> None:
    found = worth(order(is_company=True), pick(terms(SHOP, percent())), offered=everything())

    assert found == [("refund", "48.60")]


def two() -> PaidOrder:
    """Two lines, each as the worked example."""
    return order(line(1), line(2))


def test_a_flat_bonus_that_another_part_has_taken_is_not_told_again() -> None:
    bonus = flat("10.00")
    offered = (terms(REFUND), terms(CREDIT, bonus), terms(SHOP))
    alone = worth(two(), pick(terms(SHOP), line_id=1), offered=offered)

    found = worth(two(), pick(terms(SHOP), line_id=1), pick(terms(CREDIT, bonus), line_id=2), offered=offered)

    assert alone == [("store_credit", "58.60"), ("refund", "48.60")]
    assert found == [("store_credit", "48.60"), ("refund", "48.60")]


def test_what_another_part_has_used_of_a_cap_is_not_told_again() -> None:
    bonus = percent("10", cap_per_order=money("6.00"))
    offered = (terms(REFUND), terms(CREDIT, bonus), terms(SHOP))

    found = worth(two(), pick(terms(SHOP), line_id=1), pick(terms(CREDIT, bonus), line_id=2), offered=offered)

    assert found == [("store_credit", "50.10"), ("refund", "48.60")]  # 6.00 less the 4.50 of the other


def test_items_that_wait_for_different_things_come_as_one() -> None:
    early, late = (terms(SHOP, percent(), money_event=event) for event in (MoneyEvent.FIRST_SCAN, MoneyEvent.RECEIPT))

    found = worth(two(), pick(early, line_id=1), pick(late, line_id=2), offered=everything())

    assert found == [("store_credit", "106.20"), ("refund", "97.20")]
