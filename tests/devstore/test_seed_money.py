"""The seeded orders add up to the last minor unit, in both of their currencies."""

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from devstore.seed import SeedShop, build
from devstore.seed.amounts import decimal, minor, spread

NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
SIDES = ("shop_money", "presentment_money")


@pytest.fixture(scope="module")
def shop() -> SeedShop:
    return build(7, NOW)


def amount(money: dict[str, Any], side: str) -> int:
    return minor(money[side]["amount"], money[side]["currency_code"])


def cuts(line: dict[str, Any], side: str) -> int:
    return sum(amount(cut["amount_set"], side) for cut in line["discount_allocations"])


def goods_after_discounts(order: dict[str, Any], side: str) -> int:
    return sum(amount(x["price_set"], side) * x["quantity"] - cuts(x, side) for x in order["line_items"])


@pytest.mark.parametrize("side", SIDES)
def test_the_total_is_goods_less_discounts_plus_postage_and_tax_on_top(shop: SeedShop, side: str) -> None:
    for order in shop.orders:
        goods = goods_after_discounts(order, side)
        postage = sum(amount(x["price_set"], side) - cuts(x, side) for x in order["shipping_lines"])
        tax = 0 if order["taxes_included"] else amount(order["total_tax_set"], side)
        assert amount(order["subtotal_price_set"], side) == goods, order["name"]
        assert amount(order["total_price_set"], side) == goods + postage + tax, order["name"]


@pytest.mark.parametrize("side", SIDES)
def test_discounts_of_lines_and_postage_make_the_discount_total(shop: SeedShop, side: str) -> None:
    reduced = [order for order in shop.orders if order["discount_applications"]]
    assert len(reduced) > 60
    for order in reduced:
        parts = [cuts(x, side) for x in order["line_items"] + order["shipping_lines"]]
        assert amount(order["total_discounts_set"], side) == sum(parts), order["name"]


@pytest.mark.parametrize("side", SIDES)
def test_tax_is_rounded_per_line_and_sums_to_the_tax_total(shop: SeedShop, side: str) -> None:
    for order in shop.orders:
        total = 0
        for x in order["line_items"] + order["shipping_lines"]:
            net = amount(x["price_set"], side) * x.get("quantity", 1) - cuts(x, side)
            for tax in x["tax_lines"]:
                rate = Fraction(str(tax["rate"]))
                exact = net * rate / (1 + rate if order["taxes_included"] else 1)
                assert abs(amount(tax["price_set"], side) - exact) <= Fraction(1, 2), order["name"]
                total += amount(tax["price_set"], side)
        assert amount(order["total_tax_set"], side) == total, order["name"]


def test_a_percentage_takes_exactly_its_share_of_the_lines_it_may_touch(shop: SeedShop) -> None:
    seen = 0
    for order in shop.orders:
        for index, application in enumerate(order["discount_applications"]):
            if application["value_type"] != "percentage" or application["target_type"] != "line_item":
                continue
            touched = [
                (x, cut)
                for x in order["line_items"]
                for cut in x["discount_allocations"]
                if cut["discount_application_index"] == index
            ]
            goods = sum(minor(x["price"], "EUR") * x["quantity"] for x, _ in touched)
            share = goods * Fraction(application["value"]) / 100
            assert abs(sum(minor(cut["amount"], "EUR") for _, cut in touched) - share) <= Fraction(1, 2)
            seen += 1
    assert seen > 40


@pytest.mark.parametrize("side", SIDES)
def test_what_was_refunded_and_what_is_left_make_the_original_total(shop: SeedShop, side: str) -> None:
    refunded = [order for order in shop.orders if order["refunds"]]
    assert len(refunded) >= 25
    for order in refunded:
        currency = order["total_price_set"][side]["currency_code"]
        back = 0
        for refund in order["refunds"]:
            tax_too = not order["taxes_included"]
            goods = sum(
                amount(x["subtotal_set"], side) + (amount(x["total_tax_set"], side) if tax_too else 0)
                for x in refund["refund_line_items"]
            )
            postage = sum(
                amount(a["amount_set"], side) + amount(a["tax_amount_set"], side) for a in refund["order_adjustments"]
            )
            back += goods - postage
            if side == "presentment_money":
                assert [minor(t["amount"], currency) for t in refund["transactions"]] == [goods - postage]
        left = amount(order["current_total_price_set"], side)
        assert left + back == amount(order["total_price_set"], side), order["name"]


def test_a_cancelled_order_was_repaid_whole(shop: SeedShop) -> None:
    cancelled = next(order for order in shop.orders if order["id"] == shop.showcase["cancelled"])
    assert cancelled["financial_status"] == "refunded"
    assert cancelled["current_total_price"] == "0.00"
    assert cancelled["current_total_tax"] == "0.00"
    assert all(line["current_quantity"] == 0 for line in cancelled["line_items"])


def test_yen_have_no_decimals_and_dinars_have_three(shop: SeedShop) -> None:
    orders = {order["id"]: order for order in shop.orders}
    yen = orders[shop.showcase["jpy"]]["total_price_set"]["presentment_money"]
    dinars = orders[shop.showcase["kwd"]]["total_price_set"]["presentment_money"]
    assert (yen["currency_code"], "." in yen["amount"]) == ("JPY", False)
    assert (dinars["currency_code"], len(dinars["amount"].split(".")[1])) == ("KWD", 3)


def test_splitting_an_amount_loses_nothing_and_printing_it_is_reversible() -> None:
    assert spread(100, [1, 1, 1]) == [34, 33, 33]
    assert spread(7, [0, 0]) == [0, 0]
    assert [decimal(5, c) for c in ("EUR", "JPY", "KWD")] == ["0.05", "5", "0.005"]
    assert minor("-12.340", "KWD") == -12_340
    with pytest.raises(ValueError, match="decimal places"):
        minor("1.5", "JPY")
