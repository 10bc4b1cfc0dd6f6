"""Cases worked out by hand: units, tax, fees, bonuses, caps, exchanges, tenders, other currencies."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from money_cases import NOW, card, cart, flat, line, money, one, order, percent, pick, request, settled, terms

from shopify_app.money import Money
from shopify_app.returns.amounts import Rates
from shopify_app.returns.bonus import Grant, GrantState
from shopify_app.returns.exchanges import Cart, NewItem, Replacement, TaxReading
from shopify_app.returns.paid import Manner, PaidOrder, Request
from shopify_app.returns.pricing import price
from shopify_app.returns.settlements import RowKind, Settlement
from shopify_app.returns.tenders import Tender
from shopify_app.returns.units import NotEnoughUnits, PaidLine, units_of
from shopify_app.returns.verdicts import Terms
from shopify_app.returns.vocabulary import LeftoverTo, MoneyEvent, Outcome, TenderKind, TenderOrder

CREDIT, SHOP, SWAP = Outcome.STORE_CREDIT, Outcome.SHOP_NOW, Outcome.VARIANT_EXCHANGE
GIFT, CARD = TenderKind.GIFT_CARD, TenderKind.PAYMENT


def sums(settlement: Settlement, *names: str) -> tuple[str, ...]:
    return tuple(str(getattr(settlement, name)) for name in names)


# Units and tax


def test_tax_goes_to_units_by_value_and_the_earlier_unit_takes_the_odd_cent() -> None:
    wax = line(count=3, price="10.00", discount="0.01", tax="1.00")

    assert [(str(u.net), str(u.paid)) for u in units_of(wax, False)] == [
        ("9.99", "10.32"), ("10.00", "10.34"), ("10.00", "10.33"),
    ]  # fmt: skip


def test_in_a_tax_included_shop_nothing_is_added_and_the_base_is_without_tax() -> None:
    paid = order(line(count=1, price="119.00", discount="0.00", tax="19.00"), taxes_included=True)

    found = one(paid, pick(terms(CREDIT, percent(), restocking_percent="10")))

    assert sums(found, "value", "restocking_fee", "own", "bonus") == ("119.00", "10.00", "109.00", "9.00")


@pytest.mark.parametrize(
    ("currency", "unit", "tax", "own", "bonus"),
    [("JPY", "4999", "500", "5499", "500"), ("KWD", "4.999", "0.500", "5.499", "0.500")],
)
def test_currencies_without_decimals_and_with_three(currency: str, unit: str, tax: str, own: str, bonus: str) -> None:
    paid = order(line(count=1, price=unit, discount="0", tax=tax, currency=currency))

    found = one(paid, pick(terms(CREDIT, percent())))

    assert sums(found, "own", "bonus") == (own, bonus)


def test_units_refunded_elsewhere_are_gone_from_the_front_of_the_line() -> None:
    wax = line(count=3, price="10.00", discount="10.00", tax="0.00", gone=1)

    assert one(order(wax), pick(terms())).own == money("6.67")
    with pytest.raises(NotEnoughUnits) as failure:
        price(order(wax), [pick(terms(), "100", "100", "100")], request(), Manner())
    assert (failure.value.asked, failure.value.left) == (3, 2)


def test_a_refused_unit_stays_and_a_reduced_one_is_used_up() -> None:
    paid = order(line(count=3, price="10.00", discount="0", tax="0"))

    half = one(paid, pick(terms(), "50", requested=2))

    assert half.own == money("5.00")
    left = settled(paid, [half])
    assert one(left, pick(terms(), "100", "100")).own == money("20.00")
    with pytest.raises(NotEnoughUnits):
        price(left, [pick(terms(), "100", "100", "100")], request(), Manner())


def test_three_units_at_half_come_to_half_of_the_whole_together_or_one_by_one() -> None:
    paid = order(line(count=3, price="10.00", discount="10.00", tax="0.00"))

    together = one(paid, pick(terms(), "50", "50", "50"))
    apart = []
    for _ in range(3):
        apart.append(one(paid, pick(terms(), "50")))
        paid = settled(paid, apart[-1:])

    assert together.own == money("10.00")
    assert [str(each.own) for each in apart] == ["3.33", "3.34", "3.33"]


def test_accepted_at_sixty_percent_reduces_value_base_fee_and_bonus() -> None:
    found = one(order(), pick(terms(CREDIT, percent(), restocking_percent="20"), "60"))

    assert sums(found, "value", "restocking_fee", "own", "bonus") == ("29.16", "5.40", "23.76", "2.16")


def test_a_percentage_outside_its_bounds_is_refused() -> None:
    for wrong in ("0", "-1", "100.01"):
        with pytest.raises(ValueError):
            price(order(), [pick(terms(), wrong)], request(), Manner())


def test_a_line_of_another_order_is_refused() -> None:
    with pytest.raises(KeyError):
        price(order(), [pick(terms(), line_id=77)], request(), Manner())


# Fees


def test_the_shipping_fee_comes_after_the_restocking_fee_and_once_per_return() -> None:
    paid, fees = order(line(1), line(2)), terms(restocking_percent="20", shipping_fee=money("4.95"))

    both = one(paid, pick(fees, line_id=1), pick(fees, line_id=2))

    assert sums(both, "value", "restocking_fee", "shipping_fee", "own") == ("97.20", "18.00", "4.95", "74.25")
    assert [str(each.accepted.shipping_fee) for each in both.lines] == ["2.48", "2.47"]


def test_a_fee_eats_the_money_to_zero_and_the_rest_is_forgone() -> None:
    cheap = order(line(count=1, price="3.00", discount="0", tax="0"))

    found = one(cheap, pick(terms(shipping_fee=money("4.95"))))

    assert sums(found, "own", "shipping_fee", "back") == ("0.00", "3.00", "0.00")
    assert {row.kind.value: str(row.amount) for row in found.rows} == {"forgone": "1.95"}


def test_waived_lines_bear_nothing_of_the_shipping_fee() -> None:
    cheap = line(2, count=1, price="3.00", discount="0", tax="0")

    found = one(order(line(1), cheap), pick(terms()), pick(terms(shipping_fee=money("4.95")), line_id=2))

    assert [str(each.own) for each in found.lines] == ["48.60", "0.00"]


def test_the_shipping_fee_sits_on_the_first_settlement_of_a_return() -> None:
    fee = money("4.95")
    refund, credit = terms(shipping_fee=fee), terms(CREDIT, shipping_fee=fee)

    both = price(order(line(1), line(2)), [pick(refund), pick(credit, line_id=2)], request(), Manner())

    assert [str(each.shipping_fee) for each in both] == ["4.95", "0.00"]


def test_a_later_settlement_of_the_same_return_pays_no_second_shipping_fee_and_another_return_does() -> None:
    paid, fees = order(), terms(shipping_fee=money("4.95"))
    later = settled(paid, [one(paid, pick(fees))])

    assert one(later, pick(fees)).shipping_fee.amount == 0
    assert one(later, pick(fees), asked=request("R-2")).shipping_fee == money("4.95")


def test_lines_with_different_shipping_fees_are_asked_for_the_lowest() -> None:
    dear, fair = terms(shipping_fee=money("9.00")), terms(shipping_fee=money("4.00"))

    assert one(order(line(1), line(2)), pick(dear), pick(fair, line_id=2)).shipping_fee == money("4.00")


def test_nothing_accepted_settles_nothing_and_charges_nothing() -> None:
    refused = pick(terms(shipping_fee=money("4.95")), requested=1)

    assert price(order(), [replace(refused, percents=())], request(), Manner()) == ()


def test_restocking_fees_are_rounded_over_all_of_the_line() -> None:
    paid = order(line(count=3, price="1.03", discount="0", tax="0"))
    fee, apart = terms(restocking_percent="50"), []
    for _ in range(3):
        apart.append(one(paid, pick(fee)))
        paid = settled(paid, apart[-1:])

    # 0.515, 1.03, 1.545 -> 0.52, 1.03, 1.55
    assert [str(each.restocking_fee) for each in apart] == ["0.52", "0.51", "0.52"]


# Bonuses


def test_a_percentage_is_reckoned_after_fees_and_a_flat_bonus_ignores_them() -> None:
    fees = {"restocking_percent": "20", "shipping_fee": money("6.00")}

    assert one(order(), pick(terms(CREDIT, percent(), **fees))).bonus == money("3.00")  # 45.00 - 9.00 - 6.00
    assert one(order(), pick(terms(CREDIT, flat(), **fees))).bonus == money("10.00")


def test_percentages_are_rounded_over_the_order_so_parts_equal_the_whole() -> None:
    paid = order(line(count=4, price="1.25", discount="0", tax="0"))
    earning, apart = terms(CREDIT, percent()), []
    for number in range(4):
        apart.append(one(paid, pick(earning), asked=request(f"R-{number}")))
        paid = settled(paid, apart[-1:])

    # 0.125, 0.25, 0.375, 0.50 -> 0.13, 0.25, 0.38, 0.50
    assert [str(each.bonus) for each in apart] == ["0.13", "0.12", "0.13", "0.12"]


def test_what_an_earlier_bonus_paid_for_earns_no_percentage() -> None:
    # a quarter of the order was paid with a bonus: 10 % of three quarters of 45.00, and of 90.00 in all
    paid = order(own_share=Fraction(3, 4))

    first = one(paid, pick(terms(CREDIT, percent())))
    second = one(replace(paid, earlier=first.accepted), pick(terms(CREDIT, percent())))

    assert sums(first, "own", "bonus") == ("48.60", "3.38")
    assert sums(second, "own", "bonus") == ("48.60", "3.37")
    (row,) = [row for row in first.lines[0].rows if row.kind is RowKind.BONUS_ON_OWN]
    assert (str(row.amount), str(row.base)) == ("3.38", "33.75")


def test_a_flat_bonus_is_granted_once_per_order() -> None:
    paid, earning = order(), terms(CREDIT, flat())
    first = one(paid, pick(earning))

    second = one(settled(paid, [first]), pick(earning), asked=request("R-2"))

    assert sums(first, "bonus") + sums(second, "bonus") == ("10.00", "0.00")


def test_a_refused_unit_that_comes_back_earns_the_part_of_the_flat_bonus_it_missed() -> None:
    paid, earning = order(), terms(CREDIT, flat())
    first = one(paid, pick(earning, "100", requested=2))

    again = one(settled(paid, [first]), pick(earning), asked=request("R-2"))

    assert sums(first, "bonus") + sums(again, "bonus") == ("5.00", "5.00")


def test_a_reduced_unit_leaves_nothing_of_the_flat_bonus_to_others() -> None:
    paid, earning = order(), terms(CREDIT, flat())
    first = one(paid, pick(earning, "50"))

    second = one(settled(paid, [first]), pick(earning, "50"), asked=request("R-2"))

    assert sums(first, "bonus") + sums(second, "bonus") == ("5.00", "0.00")


def test_a_cap_per_order_leaves_a_later_return_what_is_left() -> None:
    paid, earning = order(), terms(CREDIT, percent(cap_per_order=money("6.00")))
    first = one(paid, pick(earning))

    second = one(settled(paid, [first]), pick(earning), asked=request("R-2"))

    assert sums(first, "bonus") + sums(second, "bonus") == ("4.50", "1.50")


def test_a_cap_of_nothing_allows_nothing() -> None:
    assert one(order(), pick(terms(CREDIT, percent(cap_per_order=money("0.00"))))).bonus.amount == 0


@pytest.mark.parametrize(
    ("state", "days_ago", "bonus"),
    [
        (GrantState.ISSUED, 10, "2.00"),
        (GrantState.CONSUMED, 29, "2.00"),
        (GrantState.PROMISED, 1, "2.00"),
        (GrantState.ISSUED, 30, "4.50"),
        (GrantState.LAPSED, 10, "4.50"),
        (GrantState.VOID, 10, "4.50"),
    ],
)
def test_a_cap_per_customer_counts_what_was_granted_in_its_period(state: GrantState, days_ago: int, bonus: str) -> None:
    past = Grant(NOW - timedelta(days=days_ago), money("18.00"), 7, "R-0", state)
    earning = terms(CREDIT, percent(cap_per_customer=money("20.00"), cap_days=30))

    assert str(one(order(grants=(past,)), pick(earning)).bonus) == bonus


def test_the_promise_that_a_requote_replaces_does_not_stand_in_its_own_way() -> None:
    own = Grant(NOW, money("4.50"), 1042, "R-1", GrantState.PROMISED)
    earning = terms(CREDIT, percent(cap_per_order=money("5.00")))

    assert one(order(grants=(own,)), pick(earning)).bonus == money("4.50")
    assert one(order(grants=(own,)), pick(earning), asked=request("R-2")).bonus == money("0.50")


def test_several_outcomes_under_one_cap_share_it_in_proportion() -> None:
    caps = {"cap_per_order": money("6.00")}
    credit, shopping = terms(CREDIT, percent(**caps)), terms(SHOP, percent("30", **caps))

    both = price(order(line(1), line(2)), [pick(credit), pick(shopping, line_id=2)], request(), Manner())

    assert [str(each.bonus) for each in both] == ["1.50", "4.50"]  # 4.50 and 13.50 under 6.00


def test_lines_with_different_caps_stay_below_each_cap_together() -> None:
    tight, wide, free = (terms(CREDIT, percent("40", **caps)) for caps in (
        {"cap_per_order": money("5.00")}, {"cap_per_order": money("15.00")}, {}))  # fmt: skip
    paid = order(line(1), line(2), line(3))

    found = one(paid, pick(tight), pick(wide, line_id=2), pick(free, line_id=3))

    assert [str(each.accepted.bonus) for each in found.lines] == ["3.26", "11.74", "18.00"]  # 5 and 18 under 15


def test_bonuses_of_a_customer_in_the_shops_currency_count_at_the_orders_rate() -> None:
    paid = order(
        line(count=1, price="500.00", discount="0", tax="0", currency="SEK"),
        rates=Rates("SEK", "EUR", Decimal("11.5")),
        grants=(Grant(NOW, money("10.00"), 7, "R-0", GrantState.ISSUED),),
    )
    earning = terms(CREDIT, percent(cap_per_customer=Money.parse("150", "SEK"), cap_days=30))

    assert str(one(paid, pick(earning)).bonus) == "35.00"  # 150 - 115


# Exchanges


def test_an_even_swap_at_a_lower_price_gives_the_difference_back() -> None:
    swap = pick(terms(SWAP), replacement=Replacement(802, money("40.00")))

    found = one(order(), swap)

    assert sums(found, "new_total", "back", "due", "bonus") == ("43.20", "5.40", "0.00", "0.00")


def test_an_even_swap_at_a_higher_price_costs_nothing_more() -> None:
    found = one(order(), pick(terms(SWAP), replacement=Replacement(802, money("70.00"))))

    assert sums(found, "new_total", "back", "due") == ("48.60", "0.00", "0.00")


def test_a_fee_that_is_not_waived_is_due_on_an_even_swap_and_is_set_off_against_a_leftover() -> None:
    fee = terms(SWAP, restocking_percent="20")

    assert sums(one(order(), pick(fee)), "own", "new_total", "due") == ("39.60", "48.60", "9.00")
    lower = one(order(), pick(fee, replacement=Replacement(802, money("40.00"))))
    assert sums(lower, "due", "back") == ("3.60", "0.00")


def test_a_swap_of_a_reduced_unit_leaves_a_balance_due() -> None:
    assert sums(one(order(), pick(terms(SWAP), "50")), "value", "due") == ("24.30", "24.30")


def test_a_small_balance_is_waived_visibly() -> None:
    fee = terms(SWAP, shipping_fee=money("0.40"))

    found = one(order(), pick(fee), manner=Manner(waive_up_to=money("0.40")))

    assert sums(found, "waived", "due") == ("0.40", "0.00")
    assert [row.kind.value for row in found.rows] == ["new_items", "waived"]
    assert found.rows[1].amount == money("-0.40")  # taken off what is to be paid, as on every bill
    assert one(order(), pick(fee), manner=Manner(waive_up_to=money("0.39"))).due == money("0.40")


def test_a_bonus_fills_a_gap_that_a_fee_has_made() -> None:
    shopping = terms(SHOP, percent("50"), restocking_percent="20")

    found = one(order(), pick(shopping), asked=request(carts=cart("45.00", "3.60")))

    # own 48.60 - 9.00; 45.00 - 8.33 = 36.67, tax 2.93: 39.60
    assert sums(found, "own", "bonus_used", "new_total", "due", "back") == ("39.60", "8.33", "39.60", "0.00", "0.00")


def test_a_bonus_comes_off_the_shown_price_where_tax_is_included() -> None:
    paid = order(line(count=1, price="119.00", discount="0", tax="19.00"), taxes_included=True)

    found = one(paid, pick(terms(SHOP, percent())), asked=request(carts=cart("125.00", "19.96")))

    assert sums(found, "bonus", "bonus_used", "new_total", "due", "bonus_lapses") == (
        "10.00", "6.00", "119.00", "0.00", "4.00",
    )  # fmt: skip
    assert found.is_tax_confirmed


def test_shopifys_own_tax_moves_the_discount_until_nothing_is_due() -> None:
    item = NewItem(9001, 1, money("47.00"), money("3.76"))

    def quoted(*readings: tuple[str, str]) -> Settlement:
        carts = ((SHOP, Cart((item,), tuple(TaxReading(money(d), money(t)) for d, t in readings))),)
        return one(order(), pick(terms(SHOP, percent())), asked=request(carts=carts))

    first, second = quoted(), quoted(("2.00", "3.61"))
    third = quoted(("2.00", "3.61"), ("2.01", "3.61"))

    assert (str(first.bonus_used), first.is_tax_confirmed) == ("2.00", False)
    assert (str(second.bonus_used), second.is_tax_confirmed) == ("2.01", False)
    assert (str(third.bonus_used), third.is_tax_confirmed) == ("2.01", True)
    assert sums(third, "new_total", "due", "back") == ("48.60", "0.00", "0.00")


def test_before_new_items_are_chosen_an_exchange_is_worth_own_money_and_bonus() -> None:
    found = one(order(), pick(terms(SHOP, percent())))

    assert found.is_open
    assert sums(found, "gets", "due", "back", "bonus_lapses") == ("53.10", "0.00", "0.00", "0.00")


def test_one_cart_is_one_settlement_at_its_latest_money_event() -> None:
    soon, late = terms(SHOP, money_event=MoneyEvent.APPROVAL), terms(SHOP, money_event=MoneyEvent.INSPECTION)

    found = one(order(line(1), line(2)), pick(soon), pick(late, line_id=2), asked=request(carts=cart("10.00")))

    assert found.money_event is MoneyEvent.INSPECTION


def test_lines_with_different_money_events_are_settled_apart() -> None:
    soon, late = terms(money_event=MoneyEvent.APPROVAL), terms(money_event=MoneyEvent.INSPECTION)

    both = price(order(line(1), line(2)), [pick(soon), pick(late, line_id=2)], request(), Manner())

    assert [each.money_event.value for each in both] == ["approval", "inspection"]


def test_settlements_of_one_request_earn_apart_what_they_were_quoted_together() -> None:
    paid = order(line(1, count=1, price="1.04", discount="0", tax="0"), line(2, 1, "1.14", discount="0", tax="0"))
    soon = terms(CREDIT, percent(), money_event=MoneyEvent.APPROVAL)
    late = terms(CREDIT, percent(), money_event=MoneyEvent.INSPECTION)
    picks = [pick(soon), pick(late, line_id=2)]
    quoted = price(paid, picks, request(), Manner())

    first = one(paid, picks[0])
    after = one(settled(paid, [first]), picks[1])

    # 0.104 + 0.114 = 0.22: 0.10 by itself, 0.12 with what came before
    assert [str(each.bonus) for each in quoted] == ["0.10", "0.12"]
    assert [each.bonus for each in (first, after)] == [each.bonus for each in quoted]


# Tenders


def parts(found: Settlement) -> list[tuple[str, str]]:
    return [(part.tender_id or "new credit", str(part.amount)) for part in found.parts]


def mixed_order(gift: str = "30.00", rest: str = "67.20", **changes: Any) -> PaidOrder:
    return order(tenders=[card(rest), card(gift, kind=GIFT, name="gift")], **changes)


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        (TenderOrder.ORIGINAL_FIRST, [("card", "48.60")]),
        (TenderOrder.GIFT_CARD_FIRST, [("gift", "30.00"), ("card", "18.60")]),
        (TenderOrder.PROPORTIONAL, [("card", "33.60"), ("gift", "15.00")]),
    ],
)
def test_a_refund_goes_back_in_the_merchants_order(way: TenderOrder, expected: list[tuple[str, str]]) -> None:
    assert parts(one(mixed_order(), pick(terms()), manner=Manner(way))) == expected


def test_store_credit_stands_between_gift_card_and_payment() -> None:
    tenders = [
        card("10.00"),
        card("10.00", kind=TenderKind.STORE_CREDIT, name="credit"),
        card("10.00", kind=GIFT, name="gift"),
    ]
    paid = order(line(count=1, price="25.00", discount="0", tax="0"), tenders=tenders)

    assert parts(one(paid, pick(terms()), manner=Manner(TenderOrder.GIFT_CARD_FIRST))) == [
        ("gift", "10.00"), ("credit", "10.00"), ("card", "5.00"),
    ]  # fmt: skip
    assert parts(one(paid, pick(terms()), manner=Manner(TenderOrder.ORIGINAL_FIRST)))[0] == ("card", "10.00")


@pytest.mark.parametrize("way", list(TenderOrder))
def test_a_balance_that_was_paid_later_is_used_last(way: TenderOrder) -> None:
    paid = order(tenders=[card("40.00", kind=TenderKind.BALANCE, name="balance"), card("40.00")])

    assert parts(one(paid, pick(terms()), manner=Manner(way))) == [("card", "40.00"), ("balance", "8.60")]


def test_proportional_goes_by_what_each_can_still_take_back() -> None:
    paid = mixed_order(gift="10.00", rest="30.00")

    assert parts(one(paid, pick(terms(restocking_percent="20")), manner=Manner(TenderOrder.PROPORTIONAL))) == [
        ("card", "29.70"), ("gift", "9.90"),
    ]  # fmt: skip


def test_what_no_tender_can_take_is_sent_nowhere_and_needs_a_look() -> None:
    found = one(order(tenders=[card("40.00")]), pick(terms()))

    assert (parts(found), str(found.unplaced)) == ([("card", "40.00")], "8.60")
    assert [row.kind.value for row in found.rows] == ["back", "unplaced"]


def test_a_goodwill_refund_only_limits_the_total() -> None:
    paid = order(tenders=[card("97.20")], refundable=money("30.00"))

    assert sums(one(paid, pick(terms())), "own", "unplaced") == ("48.60", "18.60")
    assert parts(one(paid, pick(terms(CREDIT)))) == [("new credit", "30.00")]


def test_several_settlements_share_what_can_go_back() -> None:
    paid = order(line(1), line(2), tenders=[card("60.00")])

    refund, credit = price(paid, [pick(terms()), pick(terms(CREDIT), line_id=2)], request(), Manner())

    assert (parts(refund), parts(credit), str(credit.unplaced)) == (
        [("card", "48.60")],
        [("new credit", "11.40")],
        "37.20",
    )


def test_own_money_becomes_store_credit_whatever_it_was_paid_with() -> None:
    assert parts(one(mixed_order(), pick(terms(CREDIT)))) == [("new credit", "48.60")]


def test_a_leftover_goes_to_the_original_tender_or_to_credit_but_gift_card_money_to_the_gift_card() -> None:
    asked, shopping = request(carts=cart("8.60")), pick(terms(SHOP))
    way = TenderOrder.GIFT_CARD_FIRST

    original = one(mixed_order(), shopping, asked=asked, manner=Manner(way))
    credit = one(mixed_order(), shopping, asked=asked, manner=Manner(way, LeftoverTo.STORE_CREDIT))
    company = one(mixed_order(is_company=True), shopping, asked=asked, manner=Manner(way, LeftoverTo.STORE_CREDIT))

    assert parts(original) == [("gift", "30.00"), ("card", "10.00")]
    assert parts(credit) == [("gift", "30.00"), ("new credit", "10.00")]
    assert parts(company) == parts(original)


def test_an_order_paid_by_gift_card_alone_is_refunded_to_it() -> None:
    assert parts(one(order(tenders=[card("97.20", kind=GIFT, name="gift")]), pick(terms()))) == [("gift", "48.60")]


def test_the_cases_mean_what_they_say() -> None:
    assert isinstance(request(), Request)
    assert isinstance(terms(), Terms)
    assert isinstance(line(), PaidLine)
    assert isinstance(card("1.00"), Tender)
    assert card("1.00").kind is CARD
