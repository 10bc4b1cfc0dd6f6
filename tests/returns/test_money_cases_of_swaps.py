"""Even swaps at the counter: what is due, what goes back, and what happens when not every unit is accepted."""

from __future__ import annotations

from decimal import Decimal

import pytest
from counter_cases import REFUND, SWAP, Sold, account, buys, carried, decide, ours, refund_by_hand, terms, why
from returns_counter import Counter, open_counter
from settling import looks, states, with_credit

from shopify_app.db import Database
from shopify_app.returns.states import UnitDecision
from shopify_app.returns.vocabulary import MoneyEvent

pytestmark = pytest.mark.again

ACCEPTED, REFUSED = UnitDecision.ACCEPTED, UnitDecision.REFUSED


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url), "SEK", "JPY", "KWD", "USD")


def test_one_of_three_swapped_units_is_refused_and_the_others_stay_even(counter: Counter) -> None:
    # given three lamps bought at 20.00 in all instead of 30.00, to be swapped for ones that cost 60.00 each today
    bought = buys(counter, terms(MoneyEvent.INSPECTION), Sold("10.00", 3, ("10.00",), swap="60.00"))
    ret = bought.asks((1, 3, SWAP))

    carried(counter, ret, (REFUSED, 1, None), (ACCEPTED, 2, None))

    # 20.00 over three units: 6.66, 6.67, 6.67; the last one is not swapped
    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert account(counter, ret)["exchange_sale"] == -1333
    assert sum(float(amount) for kind, amount in bought.sums()) == 13.33
    assert {kind for kind, _ in ours(counter, ret)} == {"exchange_sale"}


def test_a_swapped_unit_that_came_in_another_parcel_is_refused_with_its_new_one(counter: Counter) -> None:
    # given two lamps of one line, each in a parcel of its own, both to be swapped
    bought = buys(counter, terms(MoneyEvent.INSPECTION), Sold("30.00", 2, ("7.50",), swap="60.00"), parcels=(1, 1))
    ret = bought.asks((1, 1, SWAP), (2, 1, SWAP))
    carried(counter, ret)
    with counter.database.read() as session:
        second = counter.ret(session, ret).lines[1].id

    # when the one in the second parcel is refused
    decide(counter, ret, REFUSED, 1, line_id=second)
    decide(counter, ret, ACCEPTED, 1)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert bought.sums() == [("exchange_sale", "26.25")]


def test_cents_that_an_earlier_refund_rounded_away_hold_no_new_goods_back(counter: Counter) -> None:
    # given three lamps for 20.00, of which the first was refunded at 6.66 where Shopify reckoned 6.67
    bought = buys(counter, terms(), Sold("10.00", 3, ("10.00",), swap="60.00"), taxes_included=True)
    carried(counter, bought.asks((1, 1, REFUND)))
    assert bought.sums() == [("refund", "6.66")]

    # when the other two are swapped at 13.34, for which Shopify has 13.33 left
    ret = carried(counter, bought.asks((1, 2, SWAP)))

    # then nothing is due, not even a cent, and the new goods may be sent
    assert states(counter, ret) == ["settled"], why(counter, ret)
    order = bought.desk.order()
    assert float(order["totalOutstandingSet"]["presentmentMoney"]["amount"]) == 0.0
    assert [hold for each in order["fulfillmentOrders"]["nodes"] for hold in each["fulfillmentHolds"]] == []


def test_a_swap_of_what_was_refunded_meanwhile_is_looked_at(counter: Counter) -> None:
    bought = buys(counter, terms(), Sold("33.33", swap="60.00"), taxes_included=True)
    ret = bought.asks((1, 1, SWAP))
    refund_by_hand(bought, "33.33", of_line=1)

    carried(counter, ret)

    assert (states(counter, ret), looks(counter, ret)) == (["needs_look"], ["refused"]), why(counter, ret)
    assert bought.sums() == [("refund", "33.33")]


def test_a_fee_on_a_swap_is_the_one_quoted_whatever_came_back_before(counter: Counter) -> None:
    # given 15 % of 1.17 twice: 0.18 once, and 0.35 together, so that the second lamp bears 0.17
    policy = terms(restocking_percent=Decimal(15))
    bought = buys(counter, policy, Sold("1.17", 3, swap="60.00"), taxes_included=True)
    carried(counter, bought.asks((1, 1, REFUND)))
    assert bought.sums() == [("refund", "0.99")]

    ret = carried(counter, bought.asks((1, 1, SWAP)))

    # then Shopify asks for 0.17 too, though 15 % alone would be 0.18
    assert states(counter, ret) == ["awaiting_payment"], why(counter, ret)
    assert account(counter, ret)["balance_due"] == 17
    assert float(bought.desk.order()["totalOutstandingSet"]["presentmentMoney"]["amount"]) == 0.17
