"""Orders of which one read does not tell all: it is read to its end, or nothing is concluded from half of it."""

from __future__ import annotations

from typing import Any

import pytest
from returns_counter import Counter, open_counter, sell
from withdrawing import buys, goodwill

from shopify_app.db import Database
from shopify_app.money import Money
from shopify_app.shopify.order_refunds import MOST_REFUNDS, OrderGone, OrderRefunds
from shopify_app.shopify.return_reads import ReturnReads
from shopify_app.shopify.return_snapshots import OrderTooLarge
from shopify_app.shopify.return_writes import MOST_PAGES, ReturnWrites
from wire import SHOP

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return open_counter(database, database_url)


def test_a_parcel_of_250_lines_is_read_whole(counter: Counter) -> None:
    line = {"variant_id": counter.desk.variants["S"], "quantity": 1}
    desk = sell(counter.stage, [line] * 250)

    told = counter.returnable(desk)

    assert len({each.fulfillment_line_id for each in told.lines}) == 250
    assert {each.line_id for each in told.lines} == {each.line_id for each in told.counts}


def test_a_return_is_found_by_its_note_behind_more_than_a_page_of_newer_ones(counter: Counter) -> None:
    desk = counter.desk
    wanted = desk.create(desk.line(returnReasonNote="R-1 step-7"))
    for _ in range(52):
        made = desk.create(desk.line(returnReasonNote="R-2 step-70"))
        counter.api.cancel_return(made["id"])

    found = counter.api.return_noted(desk.order_id, "step-7")

    assert found is not None
    assert wanted["id"].endswith(f"/{found.id}")
    assert counter.api.return_noted(desk.order_id, "step-8") is None


def test_a_refund_is_found_by_its_note_behind_more_than_fifty_others(counter: Counter) -> None:
    goodwill(counter, counter.desk, 52)
    goodwill(counter, counter.desk, 1, "R-1 step-7")

    found = counter.api.refund_noted(counter.desk.order_id, "step-7")

    assert found is not None
    assert (found.note, found.amount) == ("R-1 step-7", Money.parse("0.01", "EUR"))
    assert found.transfers[0].parent == counter.desk.payment()
    assert counter.api.refund_noted(counter.desk.order_id, "step-8") is None


def test_an_order_is_counted_to_its_last_line(counter: Counter) -> None:
    desk = buys(counter, *["S"] * 255, sent=2)

    told, money = counter.api.returnable_order(desk.order_id), counter.api.order_money(desk.order_id)

    assert told is not None
    assert money is not None
    assert (len(told.counts), {each.current for each in told.counts}) == (255, {1})
    assert (len(money.unsent), sum(money.unsent.values())) == (255, 253)


@pytest.mark.asked
def test_words_longer_than_a_database_keeps_are_cut_in_what_is_read_as_in_what_is_told(counter: Counter) -> None:
    desk = buys(counter, "S", source_name="x" * 100, customer_locale="sv-" + "x" * 20)

    with counter.database.read() as session:
        order = counter.order(session, desk)
        assert (order.channel, order.locale) == ("x" * 80, "sv-" + "x" * 9)


class Gone:
    """A transport to an order that is deleted while its lines are read."""

    def execute(self, *call: Any) -> dict[str, Any]:
        if call[2].name == "OrderCountsPage":
            return {"order": None}
        first = {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": "250"}}
        return {"order": {"id": "gid://shopify/Order/1", "lineItems": first}}


def test_an_order_that_is_deleted_while_it_is_read_is_gone() -> None:
    refunds, reads = OrderRefunds(Gone(), SHOP, None), ReturnReads(Gone(), SHOP, None)  # type: ignore[arg-type]

    assert (refunds.order_money(1), reads.returnable_order(1)) == (None, None)


class Listing:
    """A transport to an order with so many refunds, none of them ours."""

    def __init__(self, refunds: int) -> None:
        self.refunds = [{"id": f"gid://shopify/Refund/{number}", "note": "Sorry"} for number in range(refunds)]

    def execute(self, *_call: Any) -> dict[str, Any]:
        return {"order": {"presentmentCurrencyCode": "EUR", "refunds": self.refunds}}


def test_what_may_stand_beyond_the_last_refund_told_is_not_said_to_be_missing() -> None:
    full, one_less = (OrderRefunds(Listing(count), SHOP, None) for count in (MOST_REFUNDS, MOST_REFUNDS - 1))  # type: ignore[arg-type]

    with pytest.raises(OrderTooLarge) as large:
        full.refund_noted(1, "step-7")

    assert large.value.part == "refunds"
    assert one_less.refund_noted(1, "step-7") is None


def test_refunds_of_an_order_that_is_gone_are_not_looked_for(counter: Counter) -> None:
    with pytest.raises(OrderGone):
        counter.api.refund_noted(77, "step-7")


class Endless:
    """A transport to an order whose returns never end."""

    def __init__(self) -> None:
        self.cursors: list[str | None] = []

    def execute(self, *call: Any) -> dict[str, Any]:
        self.cursors.append(call[3]["after"])
        page = {"hasNextPage": True, "endCursor": str(len(self.cursors))}
        return {"order": {"returns": {"nodes": [], "pageInfo": page}}}


def test_returns_that_do_not_end_are_not_looked_through_for_ever() -> None:
    transport = Endless()
    writes = ReturnWrites(transport, SHOP, None)  # type: ignore[arg-type]

    with pytest.raises(OrderTooLarge):
        writes.return_noted(1, "step-7")

    assert transport.cursors == [None, *map(str, range(1, MOST_PAGES))]
