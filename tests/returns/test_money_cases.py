"""Money cases reckoned by hand and carried out at the dev store: what was quoted is what our ledger books and what
Shopify moved, to the minor unit, and nothing is left standing."""

from __future__ import annotations

from collections import Counter as Count
from decimal import Decimal
from typing import Any

import pytest
from again import again_but
from counter_cases import (
    CREDIT,
    REFUND,
    Bought,
    Sold,
    account,
    approve,
    buys,
    carried,
    ours,
    receive,
    refund_by_hand,
    terms,
    why,
)
from returns_counter import Counter, open_counter
from settling import state, states, with_credit

from shopify_app.db import Database
from shopify_app.returns import requests
from shopify_app.returns.effects import Bonus, CustomerCap
from shopify_app.returns.models import Return
from shopify_app.returns.states import Actor, UnitDecision
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.vocabulary import MoneyEvent, Outcome, Scope, TenderOrder

pytestmark = pytest.mark.again

ACCEPTED, REFUSED = UnitDecision.ACCEPTED, UnitDecision.REFUSED
CARD, GIFT, OLD_CREDIT = "shopify_payments", "gift_card", "shopify_store_credit"


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url), "SEK", "JPY", "KWD", "USD")


def settles(bought: Bought, *chosen: tuple[int, int, Outcome]) -> tuple[Return, list[tuple[str, str]]]:
    """Asked, approved, received, settled in full. What moved at Shopify, checked against the quote and our ledger."""
    counter, before = bought.counter, Count(bought.sums())
    quote = counter.price(bought.wish(*chosen))
    quoted = [settlement_from_stored(each) for each in quote.settlements]
    ret = carried(counter, counter.submit(quote))
    assert (set(states(counter, ret)), state(counter, ret)) == ({"settled"}, "closed"), why(counter, ret)
    moved = Count(bought.sums()) - before
    assert sorted(moved.elements()) == ours(counter, ret)
    back = [str(part.amount) for each in quoted for part in each.parts]
    bonuses = [str(each.bonus) for each in quoted if each.bonus and each.outcome is CREDIT]
    assert sorted(back + bonuses) == sorted(amount for kind, amount in moved.elements() if kind != "exchange_sale")
    account(counter, ret)
    return ret, sorted(moved.elements())


def percent(rate: str) -> dict[Scope, Bonus]:
    return {Scope.ANY: Bonus(percent=Decimal(rate))}


def flat(amount: str) -> dict[Scope, Bonus]:
    return {Scope.ANY: Bonus(flat={"shop": Decimal(amount)})}


def credit(own: str, bonus: str) -> list[tuple[str, str]]:
    return sorted([("store_credit_refund", own), ("store_credit", bonus)])


def refund(*amounts: str) -> list[tuple[str, str]]:
    return sorted(("refund", amount) for amount in amounts)


# name: currency, tax in prices, lines, terms, and for each return what is asked and what moves
TABLE: dict[str, tuple[str, bool, list[Sold], dict[str, Any], list[tuple[list[Any], list[tuple[str, str]]]]]] = {
    # 13.985 after 1.000 off; units 4.661, 4.662, 4.662 and tax 0.326, 0.327, 0.326
    "dinars, two rates on top, odd thousandths": (
        "KWD", False, [Sold("4.995", 3, ("1.000",), ("0.699", "0.280"))], {},
        [([(1, 1, CREDIT)], credit("4.987", "0.466")), ([(1, 2, CREDIT)], credit("9.977", "0.933"))],
    ),
    # units 4499, 4500 with 409 tax in each; 15 % of 4090 is 613.5, of 8180 is 1227
    "yen, tax inside, restocking rounded over the line": (
        "JPY", True, [Sold("4999", 2, ("999",), ("818",))], {"restocking_percent": Decimal(15)},
        [([(1, 1, REFUND)], refund("3885")), ([(1, 1, REFUND)], refund("3887"))],
    ),
    # 30.00 in three, 10.00 and 0.01 off: 6.66, 6.66, 6.67 are left; the last unit takes what is over
    "kronor, two discounts, three returns": (
        "SEK", True, [Sold("10.00", 3, ("10.00", "0.01"))], {"bonus": percent("12.5")},
        [
            ([(1, 1, REFUND)], refund("6.66")),
            ([(1, 1, CREDIT)], credit("6.66", "0.83")),
            ([(1, 1, CREDIT)], credit("6.67", "0.84")),
        ],
    ),
    "a gift and a paid item come back together": (
        "EUR", False, [Sold("19.90", 1, ("19.90",)), Sold("80.00", 1, (), ("15.20",))], {},
        [([(1, 1, REFUND), (2, 1, REFUND)], refund("95.20"))],
    ),
    "a free item comes back and nothing moves": (
        "EUR", False, [Sold("19.90", 1, ("19.90",)), Sold("80.00", 1, (), ("15.20",))], {},
        [([(1, 1, CREDIT)], []), ([(2, 1, CREDIT)], credit("95.20", "8.00"))],
    ),
    # base 100.00: 20 % is 20.00, then 4.95; bonus on 75.05
    "restocking and shipping together": (
        "EUR", False, [Sold("50.00", 2, (), ("19.00",))],
        {"restocking_percent": Decimal(20), "shipping_fee": {"shop": Decimal("4.95")}},
        [([(1, 2, CREDIT)], credit("94.05", "7.51"))],
    ),
    # 5.95 less 2.50 restocking leaves 3.45, which the postage eats; a second return pays its own
    "fees larger than the line": (
        "EUR", False, [Sold("5.00", 2, (), ("1.90",))],
        {"restocking_percent": Decimal(50), "shipping_fee": {"shop": Decimal("4.95")}},
        [([(1, 1, REFUND)], []), ([(1, 1, CREDIT)], [])],
    ),
    "credit is waived both fees, a refund is not": (
        "EUR", True, [Sold("60.00", 2, (), ("19.16",))],
        {
            "restocking_percent": Decimal(10), "shipping_fee": {"shop": Decimal("4.95")},
            "waive_restocking_for": (CREDIT,), "waive_shipping_for": (CREDIT,),
        },
        # net 50.42 a unit: 5.04 and 4.95 off the refund; the bonus is 10 % of 50.42
        [([(1, 1, CREDIT)], credit("60.00", "5.04")), ([(1, 1, REFUND)], refund("50.01"))],
    ),
    # 8999 yen were 53.46 euros, so 4.95 euros are 833 yen
    "a fee in the shop's currency is asked in the order's": (
        "JPY", True, [Sold("4999", 2, ("999",), ("818",))], {"shipping_fee": {"shop": Decimal("4.95")}},
        [([(1, 2, REFUND)], refund("8166"))],
    ),
    # 10.00 of bonus once per order, however many returns
    "a flat bonus once": (
        "EUR", True, [Sold("30.00", 2)], {"bonus": flat("10.00")},
        [([(1, 1, CREDIT)], credit("30.00", "10.00")), ([(1, 1, CREDIT)], [("store_credit_refund", "30.00")])],
    ),
    "a cap per order leaves the rest to a later return": (
        "EUR", True, [Sold("100.00", 3)], {"bonus_cap_per_order": {"shop": Decimal("15.00")}},
        [
            ([(1, 1, CREDIT)], credit("100.00", "10.00")),
            ([(1, 1, CREDIT)], credit("100.00", "5.00")),
            ([(1, 1, CREDIT)], [("store_credit_refund", "100.00")]),
        ],
    ),
    # more yen than an account may hold of euros
    "a dear order in yen becomes credit": (
        "JPY", True, [Sold("60000", 2)], {}, [([(1, 2, CREDIT)], credit("120000", "12000"))],
    ),
    "two outcomes of one request share one postage": (
        "EUR", True, [Sold("40.00"), Sold("25.00")], {"shipping_fee": {"shop": Decimal("4.95")}},
        # the first settlement bears it: 35.05 to the card; credit earns 2.50
        [([(1, 1, REFUND), (2, 1, CREDIT)], sorted([*refund("35.05"), *credit("25.00", "2.50")]))],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_what_is_quoted_is_booked_and_moved(counter: Counter, name: str) -> None:
    currency, taxes_included, lines, more, returns = TABLE[name]
    bought = buys(counter, terms(**more), *lines, presentment_currency=currency, taxes_included=taxes_included)

    for chosen, expected in returns:
        assert settles(bought, *chosen)[1] == expected


def test_postage_that_was_paid_stays_with_the_shop(counter: Counter) -> None:
    postage = [{"title": "Standard", "price": "4.90"}]
    bought = buys(counter, terms(), Sold("20.00", 2), taxes_included=True, shipping_lines=postage)

    assert settles(bought, (1, 2, REFUND))[1] == refund("40.00")


# 20.00 by gift card and 46.66 by card, two lamps at 33.33
TENDERS = {
    TenderOrder.ORIGINAL_FIRST: ([(CARD, "33.33")], [(CARD, "13.33"), (GIFT, "20.00")]),
    TenderOrder.GIFT_CARD_FIRST: ([(CARD, "13.33"), (GIFT, "20.00")], [(CARD, "33.33")]),
    TenderOrder.PROPORTIONAL: ([(CARD, "23.33"), (GIFT, "10.00")], [(CARD, "23.33"), (GIFT, "10.00")]),
}


@pytest.mark.parametrize("order", TENDERS)
@pytest.mark.parametrize("gift_first", again_but(True, of=[True, False]))
def test_a_gift_card_and_a_card_are_filled_in_the_merchants_order(
    counter: Counter, order: TenderOrder, gift_first: bool
) -> None:
    paid = [(GIFT, "20.00"), (CARD, "46.66")] if gift_first else [(CARD, "46.66"), (GIFT, "20.00")]
    policy = terms(more={"tender_order": order})
    bought = buys(counter, policy, Sold("33.33", 2), taxes_included=True, tenders=paid)

    seen: list[tuple[str, str, str]] = []
    for expected in TENDERS[order]:
        settles(bought, (1, 1, REFUND))
        now = bought.moved()
        assert sorted((Count(now) - Count(seen)).elements()) == sorted(("refund", *each) for each in expected)
        seen = now


@pytest.mark.parametrize(
    ("gateway", "kind", "tender"), [(GIFT, "refund", GIFT), (OLD_CREDIT, "store_credit_refund", "store_credit")]
)
def test_what_no_card_paid_goes_back_to_where_it_came_from(
    counter: Counter, gateway: str, kind: str, tender: str
) -> None:
    bought = buys(counter, terms(), Sold("33.33", 2), taxes_included=True, tenders=[(gateway, "66.66")])

    settles(bought, (1, 1, REFUND))

    assert bought.moved() == [(kind, tender, "33.33")]


def test_credit_for_one_item_leaves_both_tenders_open_for_the_other(counter: Counter) -> None:
    # given 36.08 by card and 45.83 by gift card; 57.90 of it goes to credit
    paid = [(CARD, "36.08"), (GIFT, "45.83")]
    policy = terms(more={"tender_order": TenderOrder.PROPORTIONAL})
    bought = buys(counter, policy, Sold("57.90"), Sold("24.01"), taxes_included=True, tenders=paid)

    settles(bought, (1, 1, CREDIT), (2, 1, REFUND))

    # then 24.01 are spread 36.08 : 45.83, as the quote said: 10.58 and 13.43
    assert [each[1:] for each in bought.moved() if each[0] == "refund"] == [(GIFT, "13.43"), (CARD, "10.58")]


def test_a_cap_per_customer_and_period_counts_over_orders(counter: Counter) -> None:
    cap = CustomerCap(amount={"shop": Decimal("12.00")}, days=30)
    first = buys(counter, terms(bonus_cap_per_customer=cap), Sold("100.00"), taxes_included=True)
    again = buys(
        counter, terms(bonus_cap_per_customer=cap), Sold("1120.37"), taxes_included=True, customer=first.buyer,
        presentment_currency="SEK",
    )  # fmt: skip

    assert settles(first, (1, 1, CREDIT))[1] == credit("100.00", "10.00")
    # 12.00 euros are 134.44 kronor at this order's rate (100.00 euros were 1120.37), the 10.00 given are 112.04
    moved = settles(again, (1, 1, CREDIT))[1]
    assert ("store_credit", "22.40") in moved
    assert ("store_credit_refund", "1120.37") in moved


@pytest.mark.asked
def test_two_units_accepted_in_part_and_one_refused(counter: Counter) -> None:
    # given three units at 23.80 with 3.80 tax in each, 10 % restocking, bonus 10 %
    policy = terms(MoneyEvent.INSPECTION, restocking_percent=Decimal(10))
    bought = buys(counter, policy, Sold("23.80", 3, (), ("11.40",)), taxes_included=True)

    ret = carried(counter, bought.asks((1, 3, CREDIT)), (REFUSED, 1, None), (ACCEPTED, 1, "60"), (ACCEPTED, 1, None))

    # 60 % of 23.80 is 14.28, 12.00 net; with the whole one 38.08 and 32.00 net; fee 3.20, bonus 10 % of 28.80
    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert bought.sums() == credit("34.88", "2.88") == ours(counter, ret)
    assert account(counter, ret)["reduction"] == -952


def test_a_refused_unit_comes_back_later_at_its_full_value(counter: Counter) -> None:
    policy = terms(MoneyEvent.INSPECTION, bonus=flat("10.00"))
    bought = buys(counter, policy, Sold("10.00", 3, ("10.00",)), taxes_included=True)
    first = carried(counter, bought.asks((1, 3, CREDIT)), (REFUSED, 1, None), (ACCEPTED, 2, None))
    assert bought.sums() == credit("13.33", "6.67") == ours(counter, first)

    again = carried(counter, bought.asks((1, 1, CREDIT)), (ACCEPTED, 1, None))

    # the refused unit was the third of 6.66, 6.67, 6.67; what the flat bonus still owes it is 3.33
    assert states(counter, again) == ["settled"], why(counter, again)
    assert ours(counter, again) == credit("6.67", "3.33")


@pytest.mark.asked
def test_an_order_without_a_customer_is_refunded_and_credit_is_not_offered(counter: Counter) -> None:
    bought = buys(counter, terms(), Sold("33.33"), taxes_included=True, guest=True)
    quote = counter.price(bought.wish((1, 1, REFUND)))
    offered = {each["outcome"] for each in quote.options["options"] if each["settlements"]}

    assert "store_credit" not in offered
    assert settles(bought, (1, 1, REFUND))[1] == refund("33.33")


def test_a_return_comes_to_what_was_quoted_though_an_earlier_one_is_called_off(counter: Counter) -> None:
    # given units of 6.66, 6.67 and 6.67, and two returns of one each
    bought = buys(counter, terms(), Sold("10.00", 3, ("10.00",)), taxes_included=True)
    first, second = bought.asks((1, 1, REFUND)), bought.asks((1, 1, REFUND))
    with counter.database.write() as session:
        requests.cancel(session, counter.ret(session, first), Actor.MERCHANT, counter.now())

    carried(counter, second)
    assert bought.sums() == refund("6.67") == ours(counter, second)

    # then what is left of the line is worth the rest
    carried(counter, bought.asks((1, 2, REFUND)))
    assert bought.sums() == refund("13.33", "6.67")


def test_fees_and_bonuses_stay_as_quoted_though_an_earlier_return_is_called_off(counter: Counter) -> None:
    # given fees of 0.18, 0.17, 0.18 on units of 1.17, and a cap of which the first return was promised 0.10
    policy = terms(restocking_percent=Decimal(15), bonus_cap_per_order={"shop": Decimal("0.16")})
    bought = buys(counter, policy, Sold("1.17", 3), taxes_included=True)
    first, second = bought.asks((1, 1, CREDIT)), bought.asks((1, 1, CREDIT))
    with counter.database.write() as session:
        requests.cancel(session, counter.ret(session, first), Actor.MERCHANT, counter.now())

    carried(counter, second)

    assert bought.sums() == credit("1.00", "0.06") == ours(counter, second)


def test_a_refund_by_hand_between_approval_and_receipt_stops_the_settlement(counter: Counter) -> None:
    bought = buys(counter, terms(), Sold("33.33", 2), taxes_included=True)
    ret = bought.asks((1, 1, REFUND))
    approve(counter, ret)
    refund_by_hand(bought, "10.00")

    receive(counter, ret)

    assert states(counter, ret) == ["needs_look"]
    assert bought.sums() == refund("10.00")
    assert ours(counter, ret) == []


def test_money_given_back_before_limits_what_is_left(counter: Counter) -> None:
    # given goodwill of 40.00 on an order of 66.66, before anything was asked
    bought = buys(counter, terms(), Sold("33.33", 2), taxes_included=True)
    refund_by_hand(bought, "40.00")

    ret = bought.asks((1, 2, REFUND))
    carried(counter, ret)

    # then 66.66 are more than the 26.66 that are left: a person looks, nothing more is paid
    assert states(counter, ret) == ["needs_look"], why(counter, ret)
    assert bought.sums() == refund("40.00")
