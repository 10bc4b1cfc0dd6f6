"""What becomes of a delivery after it is stored: done once, in any order, or left with its reason."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import select, update

from letters import Shopify
from shopify_app.db import Database
from shopify_app.events import Event
from shopify_app.leases import BACKOFF, LeaseLost, claim
from shopify_app.orders.models import Order
from shopify_app.orders.projection import apply_order
from shopify_app.shipments.models import Scan, Shipment
from shopify_app.shopify.errors import Throttled, Unavailable
from shopify_app.shopify.snapshots import ReturnSnapshot
from shopify_app.shops.models import Shop
from shopify_app.wiring import Adapters
from stage import PLACED, euro, fulfillment, line, order, product, scan
from webhooks.handle import TOPICS, handle_delivery
from webhooks.inbox import Delivery, pack
from webhooks.work import Work

pytestmark = pytest.mark.again

WHEN = "2026-11-20T09:12:00Z"
ORDER = {"id": 1042, "name": "#1042", "currency": "EUR", "created_at": WHEN, "updated_at": WHEN, "total_price": "90.00"}
PARCEL = {"id": 3001, "order_id": 1042, "status": "success", "created_at": WHEN, "updated_at": WHEN}
SCAN = {
    **{"id": 4001, "fulfillment_id": 3001, "order_id": 1042, "status": "in_transit"},
    **{
        "happened_at": "2026-11-21T09:00:00Z",
        "updated_at": "2026-11-21T09:00:00Z",
        "created_at": "2026-11-21T09:00:00Z",
    },
}


@pytest.fixture
def inbox(adapters: Adapters, shop: Shop, clock: Any) -> Inbox:
    return Inbox(adapters, shop, clock)


class Inbox:
    """Puts deliveries into the inbox and has them carried out."""

    def __init__(self, adapters: Adapters, shop: Shop, clock: Any) -> None:
        self.adapters, self.shop, self.clock = adapters, shop, clock
        self._count = 0

    def put(self, topic: str, payload: Any, triggered_at: datetime | None = None) -> int:
        raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        now, self._count = self.clock.now(), self._count + 1
        row = Delivery(
            **{"shop_id": self.shop.id, "webhook_id": f"w-{self._count}", "topic": topic, "body": pack(raw)},
            **{"received_at": now, "due_at": now, "triggered_at": triggered_at},
        )
        with self.adapters.database.write() as session:
            session.add(row)
        return row.id

    def take(self, topic: str, payload: Any, triggered_at: datetime | None = None) -> Delivery:
        """Stored, carried out, and the row as it stands then."""
        return self.again(self.put(topic, payload, triggered_at))

    def again(self, delivery_id: int) -> Delivery:
        handle_delivery(self.adapters, delivery_id)
        with self.adapters.database.read() as session:
            return session.get_one(Delivery, delivery_id)

    def all(self, model: Any) -> list[Any]:
        with self.adapters.database.read() as session:
            return list(session.scalars(select(model)))


def test_an_order_is_applied_and_the_delivery_finished_with_it(inbox: Inbox):
    row = inbox.take("orders/create", ORDER)

    assert (row.state, row.handled_at, row.attempts) == ("done", inbox.clock.now(), 1)
    assert [one.name for one in inbox.all(Order)] == ["#1042"]


@pytest.mark.asked
def test_a_delivery_is_carried_out_once_however_many_workers_are_woken(inbox: Inbox):
    delivery_id = inbox.put("orders/create", ORDER)

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(lambda _: handle_delivery(inbox.adapters, delivery_id), range(8)))

    assert [event.kind for event in inbox.all(Event)].count("OrderPlaced") == 1


def test_the_same_order_under_several_topics_is_one_order(inbox: Inbox):
    for topic in ("orders/create", "orders/updated", "orders/paid"):
        inbox.take(topic, ORDER | {"financial_status": "paid"})

    kinds = [event.kind for event in inbox.all(Event)]
    assert (kinds.count("OrderPlaced"), kinds.count("OrderPaid")) == (1, 1)


def test_an_older_fact_that_comes_late_overrides_nothing(inbox: Inbox):
    inbox.take("orders/updated", ORDER | {"updated_at": "2026-11-21T00:00:00Z", "total_price": "80.00"})
    row = inbox.take("orders/create", ORDER)

    assert row.state == "done"
    assert [one.total for one in inbox.all(Order)] == [8000]


@pytest.mark.asked
@pytest.mark.parametrize("arrival", list(permutations(range(3))))
def test_of_facts_of_one_second_the_one_triggered_last_is_held(inbox: Inbox, arrival: tuple[int, ...]):
    """Shopify's updated_at has whole seconds; X-Shopify-Triggered-At is finer."""
    told = [("orders/create", "90.00", 0.1), ("orders/updated", "80.00", 0.4), ("orders/updated", "70.00", 0.400001)]
    for topic, total, seconds in (told[each] for each in arrival):
        inbox.take(topic, ORDER | {"total_price": total}, PLACED + timedelta(seconds=seconds))

    assert [one.total for one in inbox.all(Order)] == [7000]
    assert {row.state for row in inbox.all(Delivery)} == {"done"}


def test_when_it_was_triggered_never_overrides_when_the_order_changed(inbox: Inbox):
    newer = ORDER | {"updated_at": "2026-11-20T09:12:01Z", "total_price": "80.00"}
    inbox.take("orders/updated", newer, PLACED + timedelta(seconds=1))
    inbox.take("orders/create", ORDER, PLACED + timedelta(minutes=5))

    assert [one.total for one in inbox.all(Order)] == [8000]


def test_a_parcels_fact_that_was_triggered_first_does_not_take_back_its_number(inbox: Inbox):
    inbox.take("orders/create", ORDER)
    numbered = PARCEL | {"tracking_number": "UA938473619SE"}
    inbox.take("fulfillments/update", numbered, PLACED + timedelta(seconds=0.4))
    inbox.take("fulfillments/create", PARCEL, PLACED + timedelta(seconds=0.1))

    assert [one.numbers for one in inbox.all(Shipment)] == [["UA938473619SE"]]


@pytest.mark.asked
def test_what_was_read_later_is_not_overridden_by_what_comes_late_of_that_second(inbox: Inbox, shopify: Shopify):
    inbox.take("orders/updated", ORDER, PLACED + timedelta(seconds=0.4))
    shopify.orders[1042] = order(total=euro("70.00"))
    inbox.take("orders/edited", {"order_edit": {"order_id": 1042}})
    inbox.take("orders/create", ORDER, PLACED + timedelta(seconds=0.1))
    inbox.take("orders/paid", ORDER, PLACED + timedelta(seconds=0.9))

    assert [one.total for one in inbox.all(Order)] == [7000]


def test_an_overtaken_order_says_nothing_of_its_parcels_either(inbox: Inbox):
    sent = ORDER | {"fulfillments": [PARCEL | {"tracking_number": "UA938473619SE"}]}
    inbox.take("orders/updated", sent, PLACED + timedelta(seconds=0.4))
    inbox.take("orders/updated", ORDER | {"fulfillments": [PARCEL]}, PLACED + timedelta(seconds=0.1))

    assert [one.numbers for one in inbox.all(Shipment)] == [["UA938473619SE"]]


def test_a_parcel_before_its_order_waits_and_needs_no_question_when_the_order_comes(inbox: Inbox, shopify: Shopify):
    parcel = inbox.take("fulfillments/create", PARCEL)
    assert (parcel.state, parcel.error) == ("pending", "its order has not reached us yet")
    assert parcel.due_at > inbox.clock.now()

    inbox.take("orders/create", ORDER)
    inbox.clock.advance(seconds=10)

    assert inbox.again(parcel.id).state == "done"
    assert len(inbox.all(Shipment)) == 1
    assert shopify.asked == []


def test_an_order_that_does_not_come_is_fetched_after_ten_minutes(inbox: Inbox, shopify: Shopify):
    shopify.orders[1042] = order(fulfillments=(fulfillment(),))
    event = inbox.take("fulfillment_events/create", SCAN)
    assert event.state == "pending"

    inbox.clock.advance(minutes=11)

    assert inbox.again(event.id).state == "done"
    assert [one.code for one in inbox.all(Scan) if one.source == "shopify"]
    assert shopify.asked == [("order", 1042)]


def test_an_order_that_shopify_does_not_show_us_ends_the_waiting(inbox: Inbox, shopify: Shopify):
    refund = inbox.take("refunds/create", {"id": 1, "order_id": 1042, "created_at": WHEN})
    inbox.clock.advance(minutes=11)

    row = inbox.again(refund.id)

    assert (row.state, row.error) == ("done", "Shopify shows us no such order")


@pytest.mark.asked
def test_a_scan_that_was_deleted_before_it_was_told_is_not_revived(inbox: Inbox):
    inbox.take("orders/create", ORDER)
    inbox.take("fulfillments/create", PARCEL)
    inbox.take("fulfillment_events/delete", SCAN)
    inbox.take("fulfillment_events/create", SCAN)

    assert all(one.deleted_at for one in inbox.all(Scan) if one.key == "4001")


def test_an_edited_order_is_read_anew(inbox: Inbox, shopify: Shopify):
    shopify.orders[1042] = order(lines=(line(1), line(2)))

    row = inbox.take("orders/edited", {"order_edit": {"id": 1, "order_id": 1042}})

    assert row.state == "done"
    assert [one.shopify_id for one in inbox.all(Order)] == [1042]


def test_a_product_with_more_variants_than_a_payload_holds_is_read_whole(inbox: Inbox, shopify: Shopify):
    shopify.products[701] = product()
    payload = {"id": 701, "title": "Fell boots", "updated_at": WHEN, "variants": [], "variant_gids": [{}]}

    assert inbox.take("products/update", payload).state == "done"
    assert shopify.asked == [("product", 701)]


def test_goods_on_their_way_back_are_noted_once_the_return_is_read(inbox: Inbox, shopify: Shopify):
    with inbox.adapters.database.write() as session:
        apply_order(session, inbox.shop.id, order(), inbox.clock.now())
    shopify.returns[5] = ReturnSnapshot(5, 1042, "open", "#1042-R1", ((9001, 1),), PLACED)

    assert inbox.take("returns/approve", {"id": 5, "status": "open", "order": {"id": 1042}}).state == "done"
    assert [event.facts["product_ids"] for event in inbox.all(Event) if event.kind == "ItemsReturned"] == [[701]]


def test_a_merge_that_failed_changes_nothing(inbox: Inbox):
    row = inbox.take("customers/merge", {"status": "failed"})

    assert (row.state, row.error) == ("done", "the merge failed at Shopify")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"not json", "The body is not JSON."),
        (b"\xff\xfe\x00", "The body is not JSON."),
        (b"[" * 100_000, "The body is not JSON."),
        (b"[1]", "The body is JSON, but not an object."),
        (b'{"id": "abc"}', "The order has no currency or no time."),
    ],
)
def test_what_cannot_be_read_is_parked_with_a_sentence(inbox: Inbox, body: bytes, sentence: str):
    row = inbox.take("orders/create", body)

    assert (row.state, row.error, row.lease_token) == ("parked", sentence, None)


@pytest.mark.asked
def test_words_longer_than_any_of_shopifys_are_cut_to_what_a_database_keeps(inbox: Inbox):
    names = ("financial_status", "fulfillment_status", "cancel_reason")
    words = dict.fromkeys(names, "x" * 100) | {"shipping_address": {"zip": "50332", "province_code": "X" * 100}}

    row = inbox.take("orders/create", ORDER | words)

    assert row.state == "done", row.error
    (kept,) = inbox.all(Order)
    columns = Order.__table__.c
    for name in (*names, "province"):
        assert len(getattr(kept, name)) == columns[name].type.length, name  # type: ignore[attr-defined]


@pytest.mark.asked
def test_an_outage_is_tried_again_by_the_ladder_and_then_parked_with_its_type(inbox: Inbox, shopify: Shopify):
    shopify.fails_with = Unavailable("no answer", sent=True)
    row = inbox.take("shop/update", {"id": 1})
    pauses = []
    while row.state == "pending":
        pauses.append(int((row.due_at - inbox.clock.now()).total_seconds()))
        inbox.clock.instant = row.due_at
        row = inbox.again(row.id)

    assert pauses == list(BACKOFF)
    assert (row.state, row.error) == ("parked", "Unavailable")


def test_a_throttled_shop_is_asked_again_later(inbox: Inbox, shopify: Shopify):
    shopify.fails_with = Throttled(2.0)
    row = inbox.take("shop/update", {"id": 1})
    assert (row.state, row.error) == ("pending", "Throttled")

    shopify.fails_with = None
    inbox.clock.advance(seconds=10)
    assert inbox.again(row.id).state == "done"


def test_a_failure_leaves_its_type_and_nothing_personal(inbox: Inbox, shopify: Shopify):
    shopify.fails_with = ValueError("ada@example.com lives in Storgatan 1")

    assert inbox.take("shop/update", {"id": 1}).error == "ValueError"


@pytest.mark.asked
def test_a_result_is_refused_when_the_lease_has_changed_hands(inbox: Inbox, database: Database):
    delivery_id = inbox.put("orders/create", ORDER)
    with database.write() as session:
        slow = claim(session, Delivery, delivery_id)
    with database.write() as session:  # its minute ran out
        session.execute(update(Delivery).where(Delivery.id == delivery_id).values(lease_until=1))
    quick = inbox.again(delivery_id)
    assert (slow is not None, quick.state) == (True, "done")

    work = Work(
        *(inbox.adapters, inbox.shop.id, delivery_id, "orders/create", {}),
        *(PLACED, PLACED, slow or "", inbox.clock.now()),
    )
    with pytest.raises(LeaseLost), work.applying() as session:
        session.execute(update(Order).values(name="from the slow one"))

    assert [one.name for one in inbox.all(Order)] == ["#1042"]


@pytest.mark.asked
def test_after_an_uninstall_only_what_the_law_wants_is_carried_out(inbox: Inbox, database: Database):
    with database.write() as session:
        session.execute(update(Shop).values(state="uninstalled"))

    ordinary = inbox.take("orders/create", ORDER)
    lawful = inbox.take("customers/redact", {"customer": {"id": 501}, "orders_to_redact": []})

    assert (ordinary.state, ordinary.error) == ("done", "the shop has uninstalled us")
    assert (lawful.state, lawful.error) == ("done", None)
    assert inbox.all(Order) == []


@pytest.mark.asked
def test_an_uninstall_told_after_a_later_visit_drops_the_tokens_and_keeps_the_shop(inbox: Inbox, database: Database):
    with database.write() as session:
        session.execute(update(Shop).values(seen_at=inbox.clock.now(), access_token="shpat_dead"))

    row = inbox.take("app/uninstalled", {"id": 1}, inbox.clock.now() - timedelta(seconds=9))

    assert (row.state, row.error) == ("done", None)
    assert [(shop.state, shop.access_token) for shop in inbox.all(Shop)] == [("reauth_required", None)]


def test_ottos_shop_gets_nothing_of_maras(inbox: Inbox, other_shop: Shop):
    inbox.take("orders/create", ORDER)

    assert {one.shop_id for one in inbox.all(Order)} == {inbox.shop.id}


@pytest.mark.asked
@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_no_topic_is_left_unfinished(topic: str, inbox: Inbox, shopify: Shopify):
    """A handler that neither applies nor says why would be claimed for ever."""
    shopify.orders[1042] = order(fulfillments=(fulfillment(events=(scan(1, "in_transit", 24),)),))
    shopify.returns[5] = ReturnSnapshot(5, 1042, "open", None, ((9001, 1),), PLACED)
    delivery_id = inbox.put(topic, PAYLOADS.get(topic) or PAYLOADS[topic.partition("/")[0]], triggered_at=PLACED)
    inbox.clock.advance(minutes=11)

    row = inbox.again(delivery_id)

    assert row.state == "done", row.error
    assert row.lease_token is None


PAYLOADS: dict[str, Any] = {
    "customers/data_request": {"customer": {"id": 501}, "orders_requested": [1042]},
    "customers/redact": {"customer": {"id": 501}, "orders_to_redact": [1042]},
    "shop/redact": {"shop_domain": "mara-goods.myshopify.com"},
    "app/uninstalled": {"id": 1},
    "app/scopes_update": {"id": 1, "previous": [], "current": ["read_orders"]},
    "app_subscriptions/update": {"app_subscription": {"status": "ACTIVE"}},
    "shop/update": {"id": 1},
    "markets": {"id": 9, "name": "Nordics", "status": "ACTIVE", "type": "REGION"},
    "orders": ORDER,
    "orders/edited": {"order_edit": {"order_id": 1042}},
    "refunds/create": {"id": 1, "order_id": 1042, "created_at": WHEN},
    "fulfillments": PARCEL,
    "fulfillment_events": SCAN,
    "fulfillment_orders": {"fulfillment_order": {"id": "gid://shopify/FulfillmentOrder/1042", "status": "open"}},
    "returns": {"id": 5, "status": "open", "order": {"id": 1042}},
    "reverse_deliveries": {"id": 6, "return": {"id": 5}},
    "reverse_fulfillment_orders": {"id": 7, "dispositions": []},
    "products": {"id": 701, "title": "Fell boots", "updated_at": WHEN, "variants": []},
    "inventory_levels": {"inventory_item_id": 851, "location_id": 61, "available": 3, "updated_at": WHEN},
    "customers": {"id": 501, "updated_at": WHEN},
    "customers/merge": {
        "admin_graphql_api_customer_kept_id": "gid://shopify/Customer/501",
        "admin_graphql_api_customer_deleted_id": "gid://shopify/Customer/502",
        "status": "completed",
    },
}
