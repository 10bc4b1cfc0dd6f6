"""The worked example of the rules, row by row: two shirts at 50.00, 10 % code, 8 % tax, one comes back, bonus 10 %."""

from __future__ import annotations

import pytest
from money_cases import cart, flat, line, money, one, order, percent, pick, request, settled, terms

from shopify_app.returns.settlements import OWN, RowKind
from shopify_app.returns.units import units_of
from shopify_app.returns.vocabulary import Outcome


def test_refund() -> None:
    refund = one(order(), pick(terms()))

    assert (refund.own, refund.back, refund.gets) == (money("48.60"), money("48.60"), money("48.60"))
    assert refund.lines[0].accepted.net == money("45.00")


def test_store_credit() -> None:
    credit = one(order(), pick(terms(Outcome.STORE_CREDIT, percent())))

    assert (credit.own, credit.bonus, credit.gets) == (money("48.60"), money("4.50"), money("53.10"))


@pytest.mark.parametrize(
    ("price", "tax", "used", "total", "due", "back", "lapses"),
    [
        ("60.00", "4.80", "4.50", "59.94", "11.34", "0.00", "0.00"),
        ("47.00", "3.76", "2.00", "48.60", "0.00", "0.00", "2.50"),
        ("40.00", "3.20", "0.00", "43.20", "0.00", "5.40", "4.50"),
    ],
)
def test_shop_now(price: str, tax: str, used: str, total: str, due: str, back: str, lapses: str) -> None:
    shopping = pick(terms(Outcome.SHOP_NOW, percent()))

    found = one(order(), shopping, asked=request(carts=cart(price, tax)))

    assert (str(found.bonus_used), str(found.new_total), str(found.due), str(found.back), str(found.bonus_lapses)) == (
        used, total, due, back, lapses,
    )  # fmt: skip


def test_two_requested_and_one_refused_at_inspection() -> None:
    earning = terms(Outcome.STORE_CREDIT, percent())

    requested = one(order(), pick(earning, "100", "100"))
    accepted = one(order(), pick(earning, "100", requested=2))

    assert (requested.lines[0].accepted.net, requested.bonus) == (money("90.00"), money("9.00"))
    assert (accepted.lines[0].accepted.net, accepted.bonus) == (money("45.00"), money("4.50"))


def test_flat_bonus_with_two_requested_and_one_accepted() -> None:
    assert one(order(), pick(terms(Outcome.STORE_CREDIT, flat()), "100", requested=2)).bonus == money("5.00")


def test_three_units_with_a_discount_that_does_not_divide_return_one_and_then_two() -> None:
    wax = line(count=3, price="10.00", discount="10.00", tax="0.00")
    paid = order(wax)

    first = one(paid, pick(terms()))
    rest = one(settled(paid, [first]), pick(terms(), "100", "100"))

    assert [str(unit.paid) for unit in units_of(wax, False)] == ["6.66", "6.67", "6.67"]
    assert (first.own, rest.own) == (money("6.66"), money("13.34"))


def test_same_variant_in_another_size() -> None:
    swap = one(order(), pick(terms(Outcome.VARIANT_EXCHANGE)))

    assert (swap.new_total, swap.due.amount, swap.back.amount, swap.bonus.amount) == (money("48.60"), 0, 0, 0)


def test_restocking_fee_and_refund() -> None:
    refund = one(order(), pick(terms(restocking_percent="20")))

    assert (refund.restocking_fee, refund.own) == (money("9.00"), money("39.60"))


def test_it_is_explained_row_by_row() -> None:
    (priced,) = one(order(), pick(terms(Outcome.STORE_CREDIT, percent(), restocking_percent="20"))).lines

    rows = {row.kind: str(row.amount) for row in priced.rows}
    assert rows == {
        RowKind.PRICE: "50.00",
        RowKind.DISCOUNT: "-5.00",
        RowKind.TAX: "3.60",
        RowKind.RESTOCKING: "-9.00",
        RowKind.BONUS: "3.60",
    }
    assert sum(row.amount.amount for row in priced.rows if row.kind in OWN) == priced.own.amount
