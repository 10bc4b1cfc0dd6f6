"""How an order travels is Shopify's word: asked for where goods have no address, heard when they are made ready."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from letters import Shopify
from shopify_app.orders.models import Order
from shopify_app.orders.projection import apply_order
from shopify_app.shipments.models import Shipment
from shopify_app.shipments.projection import apply_fulfillment
from shopify_app.shopify.delivery import CollectAt, Delivery
from shopify_app.shopify.errors import Unavailable
from shopify_app.shops.models import Shop
from shopify_app.wiring import Adapters
from stage import PLACED, fulfillment, order
from webhooks.handle import handle_delivery
from webhooks.inbox import Delivery as Letter
from webhooks.inbox import pack

WHEN = "2026-11-20T09:12:00Z"
PARCEL = {"id": 3001, "order_id": 1042, "status": "success", "created_at": WHEN, "updated_at": WHEN}
BERLIN = CollectAt("Store Berlin", "Oranienstraße 21", "10999", "Berlin", "DE", "Monday to Saturday 11 to 19.")
ITEM = {"id": 9001, "title": "Fell boots", "quantity": 1, "price": "90.00", "requires_shipping": True}
WITHOUT_ADDRESS = {
    **{"id": 1042, "name": "#1042", "currency": "EUR", "created_at": WHEN, "updated_at": WHEN},
    **{"total_price": "90.00", "line_items": [ITEM], "source_name": "web", "shipping_address": None},
}
READY = {"fulfillment_order": {"id": "gid://shopify/FulfillmentOrder/1042", "status": "open", "preparable": True}}


class Inbox:
    """Takes deliveries in and has each carried out."""

    def __init__(self, adapters: Adapters, shop: Shop, clock: Any) -> None:
        self.adapters, self.shop, self.clock = adapters, shop, clock

    def take(self, topic: str, payload: Any, triggered_at: datetime | None = None) -> Letter:
        """The delivery's row as it stands after that."""
        now = self.clock.now()
        told = {"shop_id": self.shop.id, "topic": topic, "body": pack(json.dumps(payload).encode())}
        row = Letter(**told, webhook_id=str(uuid4()), received_at=now, due_at=now, triggered_at=triggered_at)
        with self.adapters.database.write() as session:
            session.add(row)
        handle_delivery(self.adapters, row.id)
        with self.adapters.database.read() as session:
            return session.get_one(Letter, row.id)

    def all(self, model: Any) -> list[Any]:
        with self.adapters.database.read() as session:
            return list(session.scalars(select(model)))


@pytest.fixture
def inbox(adapters: Adapters, shop: Shop, clock: Any) -> Inbox:
    return Inbox(adapters, shop, clock)


@pytest.fixture
def to_collect(shopify: Shopify) -> Shopify:
    """Shopify knows that Ada collects #1042 in Berlin."""
    shopify.orders[1042] = order(shipping_address=None, delivery=Delivery.PICK_UP, collect_at=BERLIN)
    return shopify


def asked(shopify: Shopify) -> list[str]:
    return [what for what, _ in shopify.asked]


def kept(inbox: Inbox) -> Order:
    (row,) = inbox.all(Order)
    return row


@pytest.mark.again
def test_an_order_without_address_is_asked_for_once(inbox: Inbox, to_collect: Shopify) -> None:
    inbox.take("orders/create", WITHOUT_ADDRESS)
    inbox.take("orders/updated", WITHOUT_ADDRESS)

    assert (kept(inbox).delivery, (kept(inbox).collect_at or {})["name"]) == ("pick_up", "Store Berlin")
    assert asked(to_collect) == ["order"]


@pytest.mark.parametrize(
    "told",
    [
        {"shipping_address": {"city": "Berlin", "zip": "10119"}},
        {"source_name": "pos"},
        {"cancelled_at": WHEN},
        {"line_items": [ITEM | {"requires_shipping": False}]},
    ],
)
def test_an_order_of_which_the_payload_tells_enough_is_not_asked_for(
    inbox: Inbox, to_collect: Shopify, told: dict[str, Any]
) -> None:
    inbox.take("orders/create", WITHOUT_ADDRESS | told)

    assert asked(to_collect) == []
    assert kept(inbox).delivery is None


@pytest.mark.again
def test_an_order_is_not_kept_waiting_while_shopify_does_not_answer(inbox: Inbox, to_collect: Shopify) -> None:
    to_collect.fails_with = Unavailable("503", sent=True)
    row = inbox.take("orders/create", WITHOUT_ADDRESS)

    assert (row.state, kept(inbox).delivery) == ("done", None)


@pytest.mark.again
def test_a_payload_takes_the_word_back_from_nobody(inbox: Inbox, to_collect: Shopify) -> None:
    inbox.take("orders/create", WITHOUT_ADDRESS)
    inbox.take("orders/updated", WITHOUT_ADDRESS | {"updated_at": "2026-11-20T10:00:00Z"})

    assert kept(inbox).delivery == "pick_up"


@pytest.mark.parametrize("for_whom", ["pickup", "local_delivery"])
def test_what_is_made_ready_is_packed_at_shopifys_time_of_it(inbox: Inbox, to_collect: Shopify, for_whom: str) -> None:
    topic, first = f"fulfillment_orders/line_items_prepared_for_{for_whom}", PLACED + timedelta(hours=3)
    inbox.take(topic, READY, triggered_at=first)
    inbox.take(topic, READY, triggered_at=first + timedelta(hours=1))

    assert (kept(inbox).packed_at, kept(inbox).delivery) == (first, "pick_up")


@pytest.mark.again
def test_a_fulfilment_order_that_shopify_does_not_show_changes_nothing(inbox: Inbox, shopify: Shopify) -> None:
    row = inbox.take("fulfillment_orders/line_items_prepared_for_pickup", READY)

    assert (row.state, inbox.all(Order)) == ("done", [])


def test_whether_it_was_collected_is_read_and_stays_so(inbox: Inbox, to_collect: Shopify) -> None:
    """Payloads have no word for it; later ones are silent and take nothing back."""
    told = to_collect.orders[1042]
    parcel = fulfillment(shipment_status="picked_up", numbers=(), company=None)
    inbox.take("orders/create", WITHOUT_ADDRESS)
    to_collect.orders[1042] = order(**vars(told) | {"fulfillments": (parcel,)})

    inbox.take("fulfillments/create", PARCEL)
    inbox.take("fulfillments/update", PARCEL | {"shipment_status": None, "updated_at": "2026-11-20T11:00:00Z"})
    with inbox.adapters.database.write() as session:
        later = fulfillment(numbers=(), company=None, fact_at=PLACED + timedelta(days=1))
        apply_fulfillment(session, inbox.shop.id, later, inbox.clock.now())

    (shipment,) = inbox.all(Shipment)
    assert (shipment.kind, shipment.state, shipment.reason) == ("pickup", "delivered", "collected")


@pytest.mark.again
def test_what_was_read_counts_although_the_order_told_of_the_parcel_later_in_that_second(
    inbox: Inbox, to_collect: Shopify
) -> None:
    told = to_collect.orders[1042]
    parcel = fulfillment(shipment_status="picked_up", numbers=(), company=None)
    to_collect.orders[1042] = order(**vars(told) | {"fulfillments": (parcel,)})
    inbox.take("orders/create", WITHOUT_ADDRESS, PLACED)

    inbox.take("orders/updated", WITHOUT_ADDRESS | {"fulfillments": [PARCEL]}, PLACED + timedelta(seconds=0.4))
    inbox.take("fulfillments/create", PARCEL, PLACED + timedelta(seconds=0.1))

    (shipment,) = inbox.all(Shipment)
    assert (shipment.state, shipment.reason) == ("delivered", "collected")


@pytest.mark.again
@pytest.mark.parametrize(
    ("word", "kind"),
    [
        *((Delivery.PICK_UP, "pickup"), (Delivery.LOCAL, "local_delivery"), (Delivery.NONE, "digital")),
        *((Delivery.SHIPPING, "parcel"), (Delivery.PICKUP_POINT, "parcel"), (None, "pickup")),
    ],
)
def test_a_fulfilment_without_number_is_what_shopify_says(inbox: Inbox, word: Delivery | None, kind: str) -> None:
    now = inbox.clock.now()
    with inbox.adapters.database.write() as session:
        apply_order(session, inbox.shop.id, order(shipping_address=None, delivery=word), now)
        apply_fulfillment(session, inbox.shop.id, fulfillment(numbers=(), company=None), now)

    assert [row.kind for row in inbox.all(Shipment)] == [kind]
