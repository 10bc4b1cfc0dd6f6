"""Money cases in which something changes on the way: an edit, a cancellation, a company, an item kept, a credit earned
twice, calls that fail."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from counter_cases import (
    CREDIT,
    KEEP,
    REFUND,
    SWAP,
    Bought,
    Sold,
    account,
    approve,
    as_merchant,
    buys,
    carried,
    decide,
    groups,
    ours,
    receive,
    refund_by_hand,
    terms,
    why,
    work,
)
from returns_counter import Counter, open_counter
from settling import looks, settle_now, state, states, with_credit

from shopify_app.db import Database
from shopify_app.returns import requests, settle
from shopify_app.returns.quotes import from_stored
from shopify_app.returns.reasons import NotEligible
from shopify_app.returns.states import Actor, UnitDecision
from shopify_app.returns.vocabulary import MoneyEvent, Scope
from shopify_app.states import IllegalMove

pytestmark = pytest.mark.again

ACCEPTED, REFUSED = UnitDecision.ACCEPTED, UnitDecision.REFUSED


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url), "SEK", "JPY", "KWD", "USD")


def credit(own: str, bonus: str) -> list[tuple[str, str]]:
    return sorted([("store_credit_refund", own), ("store_credit", bonus)])


def test_what_is_kept_is_refunded_without_a_parcel_until_the_order_has_kept_enough(counter: Counter) -> None:
    bought = buys(counter, terms(keep_item_below={"shop": Decimal("15.00")}), Sold("10.00", 2), taxes_included=True)

    kept = carried(counter, bought.asks((1, 1, KEEP)), received=False)

    assert states(counter, kept) == ["settled"], why(counter, kept)
    assert bought.sums() == [("refund", "10.00")] == ours(counter, kept)
    with pytest.raises(NotEligible):
        counter.price(bought.wish((1, 1, KEEP)))


def test_a_company_is_refunded_and_told_that_it_gets_no_credit(counter: Counter) -> None:
    company = {"id": 900, "location_id": 901, "name": "Ada & Co"}
    bought = buys(counter, terms(), Sold("33.33"), taxes_included=True, _company=company)
    quote = from_stored(counter.price(bought.wish((1, 1, REFUND))).options)
    why_not = next(option.reasons for option in quote.options if option.outcome is CREDIT)
    assert [reason.kind for reason in why_not] == ["credit_not_for_companies"]

    ret = carried(counter, bought.asks((1, 1, REFUND)))

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert bought.sums() == [("refund", "33.33")] == ours(counter, ret)


def test_once_a_part_is_paid_the_rest_is_given_up_and_not_called_off(counter: Counter) -> None:
    # given a refund that is freed by approval and credit that waits for the goods
    policy = terms(money_events={Scope.REFUND: MoneyEvent.APPROVAL, Scope.ANY: MoneyEvent.RECEIPT})
    bought = buys(counter, policy, Sold("40.00"), Sold("25.00"), taxes_included=True)
    ret = bought.asks((1, 1, REFUND), (2, 1, CREDIT))
    approve(counter, ret)
    assert states(counter, ret) == ["settled", "open"], why(counter, ret)

    with pytest.raises(IllegalMove), counter.database.write() as session:
        requests.cancel(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())
    with counter.database.write() as session:
        waiting = groups(counter, ret)[1].id
        settle.give_up(session, counter.ret(session, ret), waiting, settle.By(), counter.now())
    work(counter)

    assert (states(counter, ret), state(counter, ret)) == (["settled", "fell_away"], "closed"), why(counter, ret)
    assert bought.sums() == [("refund", "40.00")] == ours(counter, ret)


def test_one_of_two_refunded_by_hand_is_told_at_once_and_the_other_can_still_be_settled(counter: Counter) -> None:
    # given a return of two, of which Mara refunds one in Shopify's admin before they arrive
    bought = buys(counter, terms(), Sold("59.50", 2), Sold("20.00"), taxes_included=True)
    ret = bought.asks((1, 2, CREDIT))
    approve(counter, ret)
    refund_by_hand(bought, "59.50", of_line=1)

    receive(counter, ret)

    # then a person learns how little is left for them, though the order as a whole has more
    assert (states(counter, ret), looks(counter, ret)) == (["needs_look"], ["too_little_left"]), why(counter, ret)
    assert groups(counter, ret)[0].look_facts == {"ours": 11900, "maximum": 5950}

    # and when Mara takes that one out and has seen her own refund, the other is paid
    decide(counter, ret, REFUSED, 1)
    settle_now(counter, ret)
    assert looks(counter, ret) == ["refund_elsewhere"], why(counter, ret)
    settle_now(counter, ret)
    assert (states(counter, ret), state(counter, ret)) == (["settled"], "closed"), why(counter, ret)
    assert ours(counter, ret) == credit("59.50", "5.95")
    assert bought.sums() == sorted([("refund", "59.50"), *credit("59.50", "5.95")])


def test_an_edit_of_the_order_meanwhile_is_settled_apart(counter: Counter) -> None:
    # given a lamp that was sent and a shade that was not, and a return of the lamp
    bought = buys(counter, terms(), Sold("33.33"), Sold("20.00"), taxes_included=True, parcels=(1,))
    ret = bought.asks((1, 1, REFUND))
    approve(counter, ret)
    # when Mara takes the shade off the order, and the lamp arrives
    _takes_off(bought, "20.00")
    receive(counter, ret)

    # then Shopify would send 53.33: nothing moves before a person has looked
    assert (states(counter, ret), looks(counter, ret)) == (["needs_look"], ["amounts_differ"]), why(counter, ret)
    assert bought.sums() == []

    # when Mara gives the 20.00 back and settles the rest
    refund_by_hand(bought, "20.00")
    settle_now(counter, ret)
    if states(counter, ret) == ["needs_look"]:
        assert looks(counter, ret) == ["refund_elsewhere"]
        settle_now(counter, ret)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert bought.sums() == [("refund", "20.00"), ("refund", "33.33")]
    assert ours(counter, ret) == [("refund", "33.33")]


def test_an_item_that_was_an_exchange_earns_no_bonus(counter: Counter) -> None:
    bought = buys(counter, terms(), Sold("30.00", 1, ("6.00",), swap="50.00"), taxes_included=True)
    carried(counter, bought.asks((1, 1, SWAP)))
    assert bought.sums() == [("exchange_sale", "24.00")]
    parcel = counter.stage.post("/fulfillments", {"order_id": bought.desk.order_id})["id"]
    counter.stage.post("/events", {"fulfillment_id": parcel, "status": "delivered"})
    counter.desk = bought.desk
    counter.learn()

    again = carried(counter, replace(bought, sent={1: parcel * 1000 + 1}).asks((1, 1, CREDIT)))

    # then what was paid for it comes back, 24.00, and nothing on top
    assert states(counter, again) == ["settled"], why(counter, again)
    assert ours(counter, again) == [("store_credit_refund", "24.00")]


def test_a_swap_for_something_cheaper_gives_the_difference_back(counter: Counter) -> None:
    bought = buys(counter, terms(), Sold("30.00", 2, ("6.00",), swap="25.00"), taxes_included=True)

    ret = carried(counter, bought.asks((1, 2, SWAP)))

    # 54.00 were paid, two cost 50.00 today
    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert bought.sums() == ours(counter, ret) or sum(float(a) for k, a in bought.sums() if k == "exchange_sale") == 50
    assert ("refund", "4.00") in bought.sums()
    assert account(counter, ret)["exchange_sale"] == -5000


def test_a_fee_on_an_even_swap_is_a_balance_due(counter: Counter) -> None:
    policy = terms(restocking_percent=Decimal(10), shipping_fee={"shop": Decimal("4.95")})
    bought = buys(counter, policy, Sold("30.00", 1, (), ("2.40",), swap="60.00", rate=0.08), taxes_included=False)

    ret = carried(counter, bought.asks((1, 1, SWAP)))

    # 10 % of 30.00 and 4.95: 7.95 to pay, and nothing else moves
    assert states(counter, ret) == ["awaiting_payment"], why(counter, ret)
    assert bought.sums() == [("exchange_sale", "32.40")]
    assert account(counter, ret)["balance_due"] == 795
    assert float(bought.desk.order()["totalOutstandingSet"]["presentmentMoney"]["amount"]) == 7.95


FAULTS = [
    ("5xx", "returnProcess", 2),
    ("throttled", "removeFromReturn", 2),
    ("answer_lost", "removeFromReturn", 1),
    ("answer_lost", "returnProcess", 1),
    ("answer_lost", "storeCreditAccountCredit", 1),
]


@pytest.mark.parametrize(("kind", "match", "times"), FAULTS)
def test_calls_that_fail_move_nothing_twice(counter: Counter, kind: str, match: str, times: int) -> None:
    # given three units in yen with odd shares, one of which is refused
    policy = terms(MoneyEvent.INSPECTION, restocking_percent=Decimal(15))
    bought = buys(
        counter, policy, Sold("4999", 3, ("1000",), ("1273",)), presentment_currency="JPY", taxes_included=True
    )
    counter.wire.fault(kind, match, times, seconds=0.01)

    ret = carried(counter, bought.asks((1, 3, CREDIT)), (REFUSED, 1, None), (ACCEPTED, 2, None))

    # units 4665, 4666, 4666 with 424, 425, 424 of tax: 8482 net of two; fee 1272.3, bonus 10 % of 7210
    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert bought.sums() == credit("8059", "721") == ours(counter, ret)
    assert len(counter.wire.world.store.find("return", order_id=bought.desk.order_id)) == 1


def test_a_line_that_breaks_before_the_call_moves_everything_once_later(counter: Counter) -> None:
    bought = buys(counter, terms(), Sold("12.345", 2), presentment_currency="KWD", taxes_included=True)
    ret = bought.asks((1, 2, CREDIT))
    approve(counter, ret)
    counter.wire.line.cut_before = 4

    receive(counter, ret)

    assert states(counter, ret) == ["settled"], why(counter, ret)
    assert bought.sums() == credit("24.690", "2.469") == ours(counter, ret)


def _takes_off(bought: Bought, amount: str) -> None:
    """Mara edits the order: what has not been sent, worth `amount`, is taken off."""
    bought.counter.wire.advance(seconds=1)
    line = bought.counter.wire.world.need("order", bought.desk.order_id)["line_items"][1]["id"]
    begun = as_merchant(
        bought,
        "mutation B($id: ID!) { orderEditBegin(id: $id) { calculatedOrder { id } userErrors { message } } }",
        id=bought.desk.order_gid,
    )
    session = begun["orderEditBegin"]["calculatedOrder"]["id"]
    as_merchant(
        bought,
        """mutation S($id: ID!, $l: ID!) { orderEditSetQuantity(id: $id, lineItemId: $l, quantity: 0) {
        userErrors { message } } }""",
        id=session,
        l=f"gid://shopify/CalculatedLineItem/{line}",
    )
    as_merchant(
        bought,
        "mutation C($id: ID!) { orderEditCommit(id: $id, notifyCustomer: false) { userErrors { message } } }",
        id=session,
    )
    assert bought.counter.wire.world.need("order", bought.desk.order_id)["current_total_price"] == "33.33", amount
