"""Labels that are given back and credits without an order, each with an answer that was lost; and that whoever checks
the books would notice if either happened twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import story
import without_order
from balance import Findings, examine
from house import House
from postage import labels_bought_and_given_back

from shopify_app.returns.no_receipt.models import NoReceiptRequest, RequestState
from shopify_app.returns.vocabulary import Method, Outcome


def labelled(house: House, customer: int) -> int:
    """A return that was called off after its label had been bought; our id of the order."""
    order = house.sell(customer)
    made = story.submit(house, story.offer(house, order, Outcome.REFUND, method=Method.LABEL))
    story.approve(house, made)
    house.work()
    story.cancel(house, made)
    house.work()
    return order


def labels_hold(house: House, order: int) -> Findings:
    found = Findings()
    with house.read() as session:
        labels_bought_and_given_back(session, house.store.all("easypost_shipment"), {order}, found)
    return found


def requests_hold(house: House, customer: int, order: int, *ids: int) -> Findings:
    with house.read() as session:
        book = house.ledger(customer_id=customer)
        found = examine(session, book, [], {order})
        without_order.credited_once(session, ids, book, found)
        letters, all_books = house.letterbox.letters(), house.store.all("ledger")
        without_order.letters_about_requests(session, ids, letters, all_books, found)
    return found


@pytest.mark.again
def test_a_label_whose_refund_was_not_answered_is_given_back_once(house: House, ada: int) -> None:
    order = labelled(house, ada)
    house.lose_answer("easypost.refund")

    for _ in range(2):
        house.by_the_clock()
        house.settle_down()

    assert labels_hold(house, order).all == []


def _undo(sold: dict[str, object]) -> dict[str, object]:
    return sold | {"refund_status": None}


def _buy_again(sold: dict[str, object]) -> dict[str, object]:
    return sold | {"id": 10**9, "name": "shp_again"}


@pytest.mark.parametrize(("wrong", "name"), [(_undo, "wrong"), (_buy_again, "double")])
def test_a_label_bought_twice_or_not_given_back_is_noticed(
    house: House, ada: int, wrong: Callable[[dict[str, object]], dict[str, object]], name: str
) -> None:
    order = labelled(house, ada)
    house.by_the_clock()
    house.settle_down()
    sold = house.store.all("easypost_shipment")[-1]

    house.store.put("easypost_shipment", wrong(sold))
    noticed = labels_hold(house, order).counts()[name]
    house.store.put("easypost_shipment", sold)
    if house.store.peek("easypost_shipment", 10**9):
        house.store.delete("easypost_shipment", 10**9)

    assert noticed == 1


@pytest.mark.again
def test_a_label_that_nobody_gives_back_is_noticed(house: House, ada: int) -> None:
    assert labels_hold(house, labelled(house, ada)).counts()["stuck"] == 1


@pytest.mark.again
def test_a_credit_whose_answer_was_lost_is_given_once_beside_a_return_with_its_bonus(house: House, ada: int) -> None:
    order = house.sell(ada)
    made = story.request(house, order, Outcome.STORE_CREDIT)
    story.approve(house, made)
    house.work()
    story.receive(house, made)
    request = without_order.ask(house, ada, f"lost-{ada}", 1)
    house.lose_answer("storeCreditAccountCredit", count=2)
    without_order.accept(house, request)
    story.inspect(house, made)
    house.settle_down()

    assert requests_hold(house, ada, order, request).all == []
    assert len(house.ledger(customer_id=ada, kind="store_credit")) == 2


def test_requests_that_were_matched_or_refused_give_nothing(house: House, ada: int) -> None:
    order = house.sell(ada, 2)
    matched, refused = (without_order.ask(house, ada, f"none-{ada}-{n}", 1) for n in range(2))
    made, units = without_order.match(house, matched, order, Outcome.REFUND)
    without_order.decline(house, refused)
    house.settle_down()
    for request in (matched, refused):
        with pytest.raises(story.TOO_LATE):
            without_order.accept(house, request)
    story.receive(house, made)
    house.settle_down()

    assert units == 1
    assert requests_hold(house, ada, order, matched, refused).all == []
    assert house.ledger(customer_id=ada, kind="store_credit") == []


def test_a_credit_given_twice_or_beyond_the_cap_is_noticed(house: House, ada: int) -> None:
    order = house.sell(ada)
    request = without_order.ask(house, ada, f"twice-{ada}", 2)
    without_order.accept(house, request)
    house.settle_down()
    row = house.ledger(customer_id=ada, kind="store_credit")[0]
    again = house.store.put("ledger", row | {"id": house.store.next_id("ledger")})

    assert requests_hold(house, ada, order, request).counts()["double"] == 1
    house.store.delete("ledger", again["id"])
    with house.write() as session:
        held = session.get_one(NoReceiptRequest, request)
        assert (held.state, held.amount) == (RequestState.CREDITED, 10_000)
        held.amount = 12_001
    assert {"double", "wrong"} <= {
        name for name, count in requests_hold(house, ada, order, request).counts().items() if count
    }
    with house.write() as session:
        session.get_one(NoReceiptRequest, request).amount = 10_000
