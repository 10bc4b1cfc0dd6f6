"""What of a line is gone at Shopify: taken out before it was sent, or back from where it went."""

from __future__ import annotations

from dataclasses import replace

import pytest
from returns_counter import Counter, open_counter
from withdrawing import buys

from jobs.reactions import FOLLOWERS
from shopify_app.db import Database
from shopify_app.returns.withdrawing import declarations as withdrawals
from shopify_app.shopify import payloads

BEGIN = "mutation B($id: ID!) { orderEditBegin(id: $id) { calculatedOrder { id } userErrors { message } } }"
KEEP = """mutation S($id: ID!, $l: ID!, $n: Int!) {
  orderEditSetQuantity(id: $id, lineItemId: $l, quantity: $n) { userErrors { message } } }"""
COMMIT = "mutation C($id: ID!) { orderEditCommit(id: $id, notifyCustomer: false) { userErrors { message } } }"


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    """Ada has bought three shirts, of which two were sent and have arrived."""
    database.followers = FOLLOWERS
    counter = open_counter(database, database_url)
    counter = replace(counter, desk=buys(counter, "S", quantity=3))
    goods = [{"id": line_of(counter), "quantity": 2}]
    parcel = counter.stage.post("/fulfillments", {"order_id": counter.desk.order_id, "lines": goods})["id"]
    counter.stage.post("/events", {"fulfillment_id": parcel, "status": "delivered"})
    counter.learn()
    counter.wire.advance(seconds=1)
    return counter


def line_of(counter: Counter) -> int:
    return counter.stage.world.need("order", counter.desk.order_id)["line_items"][0]["id"]


def told(counter: Counter) -> tuple[int, int | None, int]:
    """What is left of the line, what of the rest was never sent, and what the law knows as not sent yet; both ways in
    which Shopify tells of the order say the same."""
    there = counter.api.order(counter.desk.order_id)
    assert there is not None
    payload = payloads.order(counter.stage.world.need("order", counter.desk.order_id))
    assert [line.to_send for line in there.lines] == [line.to_send for line in payload.lines]
    counter.learn()
    with counter.database.read() as session:
        order = counter.order(session)
        (choice,) = withdrawals.right_of(session, order, counter.now()).choices
        return order.lines[0].current_quantity, order.lines[0].never_sent, choice.unsent


def test_what_has_not_been_sent_yet_is_neither(counter: Counter) -> None:
    assert told(counter) == (3, 0, 1)


def test_what_an_edit_took_out_is_never_sent(counter: Counter) -> None:
    begun = counter.stage.read(BEGIN, id=counter.desk.order_gid)["orderEditBegin"]["calculatedOrder"]["id"]
    line = f"gid://shopify/CalculatedLineItem/{line_of(counter)}"
    counter.stage.read(KEEP, id=begun, l=line, n=2)
    counter.stage.read(COMMIT, id=begun)

    assert told(counter) == (2, 1, 0)


def test_what_came_back_at_shopifys_own_counter_leaves_what_waits(counter: Counter) -> None:
    line = {"lineItemId": f"gid://shopify/LineItem/{line_of(counter)}", "quantity": 1}
    place = f"gid://shopify/Location/{counter.stage.world.store.all('location')[0]['id']}"
    line |= {"restockType": "RETURN", "locationId": place}
    money = {"orderId": counter.desk.order_gid, "parentId": counter.desk.payment(), "kind": "REFUND", "amount": "45.00"}
    money |= {"gateway": counter.returnable().tenders[0].gateway}
    input = {"orderId": counter.desk.order_gid, "currency": "EUR", "notify": False, "refundLineItems": [line]}
    counter.api.create_refund(input | {"transactions": [money]}, "over the counter")

    assert told(counter) == (2, 0, 1)
