"""Parcels and what is still to be sent: fulfilments, their events, fulfilment orders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from devstore import fulfillment_orders
from devstore.admin.connections import page
from devstore.admin.fields import Ask, constant, identified, plain, resolver
from devstore.admin.lines import owned
from devstore.admin.search import matching
from devstore.admin.values import at
from devstore.delivery import collected_at, method_of
from devstore.fulfilling import EVENT_STATUSES
from devstore.gids import gid, number
from devstore.money import bag_of, currencies_of, part
from devstore.order_book import line_net
from devstore.returning.returnable import LINES_PER_FULFILLMENT
from devstore.store import Document

LATER_WORDS = {
    "picked_up": "DELIVERED",
    "ready_for_recipient_pickup": "READY_FOR_PICKUP",
    "returning_to_sender": "FAILURE",
    "buyer_action_required": "ATTEMPTED_DELIVERY",
}
"""Words of newer API versions as 2026-10 tells them."""

identified("Fulfillment")
plain(
    "Fulfillment",
    name="name",
    createdAt=at("created_at"),
    updatedAt=at("updated_at"),
    status=lambda each, ask, args: each["status"].upper(),
    totalQuantity=lambda each, ask, args: sum(line["quantity"] for line in each["line_items"]),
    requiresShipping=lambda each, ask, args: any(line.get("requires_shipping") for line in each["line_items"]),
    trackingInfo=lambda each, ask, args: _tracking(each)[: args.get("first")],
    location=lambda each, ask, args: (
        ask.store.peek("location", each["location_id"]) if each.get("location_id") else None
    ),
    order=lambda each, ask, args: ask.store.peek("order", each["order_id"]),
    originAddress=constant(None),
    service=lambda each, ask, args: each,
    displayStatus=lambda each, ask, args: _display_status(each, ask),
    deliveredAt=lambda each, ask, args: _time_of(each, ask, "delivered", last=True),
    inTransitAt=lambda each, ask, args: _time_of(each, ask, "in_transit", last=False),
    estimatedDeliveryAt=lambda each, ask, args: _estimated(each, ask),
    events=lambda each, ask, args: page(_events(each, ask), args, _event_key(args)),
    fulfillmentOrders=lambda each, ask, args: page(_fulfillment_orders_of(each, ask), args),
)
plain("FulfillmentTrackingInfo", company="company", number="number", url="url")
plain(
    "FulfillmentService",
    id=lambda each, ask, args: "gid://shopify/FulfillmentService/manual",
    handle=lambda each, ask, args: each.get("service") or "manual",
    serviceName=lambda each, ask, args: (each.get("service") or "manual").replace("_", " ").capitalize(),
    type=lambda each, ask, args: "GIFT_CARD" if each.get("service") == "gift_card" else "MANUAL",
    trackingSupport=constant(True),
    inventoryManagement=constant(False),
)
plain("FulfillmentEvent", id=lambda each, ask, args: gid("FulfillmentEvent", each["id"]))
plain(
    "FulfillmentEvent",
    status=lambda each, ask, args: event_word(each),
    message="message",
    happenedAt=at("happened_at"),
    createdAt=at("created_at"),
    estimatedDeliveryAt=at("estimated_delivery_at"),
    address1="address1",
    city="city",
    province="province",
    country="country",
    zip="zip",
    latitude="latitude",
    longitude="longitude",
)
plain(
    "FulfillmentLineItem",
    id=lambda each, ask, args: gid("FulfillmentLineItem", each["id"]),
    quantity="quantity",
    lineItem="line",
    originalTotalSet=lambda each, ask, args: currencies_of(each["line"]["_order"]).money_set(
        bag_of(each["line"]["price_set"]).times(each["quantity"])
    ),
    discountedTotalSet=lambda each, ask, args: currencies_of(each["line"]["_order"]).money_set(
        part(
            line_net(each["line"]), 0, each["quantity"], each["line"]["quantity"], currencies_of(each["line"]["_order"])
        )
    ),
)

plain(
    "FulfillmentOrder",
    id=lambda each, ask, args: gid("FulfillmentOrder", each["id"]),
    order="order",
    orderId=lambda each, ask, args: gid("Order", each["order"]["id"]),
    orderName=lambda each, ask, args: each["order"]["name"],
    orderProcessedAt=lambda each, ask, args: at("processed_at")(each["order"], ask, args),
    createdAt=at("created_at"),
    updatedAt=lambda each, ask, args: at("updated_at")(each["order"], ask, args),
    fulfillAt=at("created_at"),
    fulfillBy=constant(None),
    status=lambda each, ask, args: _order_status(each),
    requestStatus=constant("UNSUBMITTED"),
    supportedActions=constant([]),
    assignedLocation=lambda each, ask, args: collected_at(ask.store.all("location"), each["order"]),
    fulfillmentHolds=lambda each, ask, args: each["holds"],
    destination=lambda each, ask, args: _destination(each["order"]),
    deliveryMethod=lambda each, ask, args: each["order"] if method_of(each["order"]) else None,
    lineItems=lambda each, ask, args: page([owned(each["order"], line) for line in each["lines"]], args),
    fulfillments=lambda each, ask, args: page(_parcels(each, ask), args),
)
plain(
    "FulfillmentOrderLineItem",
    id=lambda each, ask, args: gid("FulfillmentOrderLineItem", each["id"]),
    totalQuantity="quantity",
    remainingQuantity="fulfillable_quantity",
    lineItem=lambda each, ask, args: each,
    productTitle="title",
    variantTitle="variant_title",
    requiresShipping="requires_shipping",
    sku="sku",
    vendor="vendor",
)
plain(
    "FulfillmentOrderAssignedLocation",
    name="name",
    location=lambda each, ask, args: each,
    address1="address1",
    address2="address2",
    city="city",
    countryCode="country_code",
    phone="phone",
    province="province",
    zip="zip",
)
plain(
    "FulfillmentOrderDestination",
    id=lambda each, ask, args: gid("FulfillmentOrderDestination", each["_id"]),
    address1="address1",
    address2="address2",
    city="city",
    company="company",
    countryCode="country_code",
    email="_email",
    firstName="first_name",
    lastName="last_name",
    phone="phone",
    province="province",
    zip="zip",
    location=constant(None),
)
plain(
    "DeliveryMethod",
    id=lambda order, ask, args: gid("DeliveryMethod", order["id"]),
    methodType=lambda order, ask, args: method_of(order),
    presentedName=lambda order, ask, args: next((line["title"] for line in order["shipping_lines"]), None),
    serviceCode=lambda order, ask, args: next((line["code"] for line in order["shipping_lines"]), None),
    minDeliveryDateTime=constant(None),
    maxDeliveryDateTime=constant(None),
)
plain(
    "FulfillmentHold",
    id=lambda each, ask, args: gid("FulfillmentHold", each["id"]),
    reason="reason",
    reasonNotes="reason_notes",
    displayReason=lambda each, ask, args: each["reason"].replace("_", " ").capitalize(),
    heldByRequestingApp=constant(False),
    handle="handle",
)


@resolver("Order", "fulfillments")
def _of_order(order: Document, ask: Ask, args: dict[str, Any]) -> list[Document]:
    readers = {
        "": lambda each: [each["name"]],
        "created_at": lambda each: each["created_at"],
        "updated_at": lambda each: each["updated_at"],
    }
    found = matching(args.get("query"), ask.store.find("fulfillment", order_id=order["id"]), readers)
    return found[: args.get("first")]


@resolver("Order", "fulfillmentsCount")
def _count(order: Document, ask: Ask, args: dict[str, Any]) -> Document:
    return {"count": len(ask.store.find("fulfillment", order_id=order["id"]))}


@resolver("Order", "fulfillable")
def _fulfillable(order: Document, ask: Ask, args: dict[str, Any]) -> bool:
    return any(line["fulfillable_quantity"] for line in order["line_items"])


@resolver("Order", "fulfillmentOrders")
def _fulfillment_orders(order: Document, ask: Ask, args: dict[str, Any]) -> Any:
    return page(fulfillment_orders.of_order(ask.store, order), args)


@resolver("QueryRoot", "fulfillment")
def _fulfillment(root: Any, ask: Ask, args: dict[str, Any]) -> Document | None:
    return ask.store.peek("fulfillment", number(args["id"], "Fulfillment"))


@resolver("QueryRoot", "fulfillmentOrder")
def _one_fulfillment_order(root: Any, ask: Ask, args: dict[str, Any]) -> Document | None:
    return fulfillment_orders.find(ask.store, number(args["id"], "FulfillmentOrder"))


@resolver("Fulfillment", "fulfillmentLineItems")
def _lines(fulfillment: Document, ask: Ask, args: dict[str, Any]) -> Any:
    return page(fulfillment_lines(fulfillment, ask), args)


def fulfillment_lines(fulfillment: Document, ask: Ask) -> list[Document]:
    """The fulfilment's lines with ids of their own, each with its line of the order."""
    order = ask.store.peek("order", fulfillment["order_id"])
    assert order is not None
    lines = {line["id"]: owned(order, line) for line in order["line_items"]}
    return [
        {
            "id": fulfillment["id"] * LINES_PER_FULFILLMENT + place,
            "quantity": each["quantity"],
            "line": lines[each["id"]],
        }
        for place, each in enumerate(fulfillment["line_items"], start=1)
    ]


def event_word(event: Document) -> str | None:
    """The event's status in the words of this API version; None for a word it does not have."""
    status = event["status"]
    return status.upper() if status in EVENT_STATUSES else LATER_WORDS.get(status)


def _events(fulfillment: Document, ask: Ask) -> list[Document]:
    events = ask.store.find("fulfillment_event", fulfillment_id=fulfillment["id"])
    return [each for each in events if event_word(each)]


def _event_key(args: dict[str, Any]) -> Any:
    name = {"HAPPENED_AT": "happened_at", "CREATED_AT": "created_at"}.get(args.get("sortKey") or "HAPPENED_AT")
    return (lambda each: _moment(each[name])) if name else (lambda each: each["id"])


def _tracking(fulfillment: Document) -> list[Document]:
    numbers = fulfillment.get("tracking_numbers") or []
    urls = [*(fulfillment.get("tracking_urls") or []), *[None] * len(numbers)]
    company = fulfillment.get("tracking_company")
    if not numbers:
        return [{"company": company, "number": None, "url": None}] if company else []
    return [{"company": company, "number": each, "url": url} for each, url in zip(numbers, urls, strict=False)]


def _display_status(fulfillment: Document, ask: Ask) -> str:
    if fulfillment["status"] == "cancelled":
        return "CANCELED"
    events = _events(fulfillment, ask)
    if events:
        latest = max(events, key=lambda each: (_moment(each["happened_at"]), each["id"]))
        return event_word(latest) or "FULFILLED"
    order = ask.store.peek("order", fulfillment["order_id"])
    return "PICKED_UP" if order and method_of(order) == "PICK_UP" else "FULFILLED"


def _time_of(fulfillment: Document, ask: Ask, status: str, *, last: bool) -> str | None:
    word = status.upper()
    times = sorted((each["happened_at"] for each in _events(fulfillment, ask) if event_word(each) == word), key=_moment)
    return at("when")({"when": times[-1 if last else 0]}, ask, {}) if times else None


def _estimated(fulfillment: Document, ask: Ask) -> str | None:
    told = [each for each in _events(fulfillment, ask) if each.get("estimated_delivery_at")]
    latest = max(told, key=lambda each: _moment(each["happened_at"]), default=None)
    return at("estimated_delivery_at")(latest, ask, {}) if latest else None


def _fulfillment_orders_of(fulfillment: Document, ask: Ask) -> list[Document]:
    order = ask.store.peek("order", fulfillment["order_id"])
    assert order is not None
    sent = {line["id"] for line in fulfillment["line_items"]}
    every = fulfillment_orders.of_order(ask.store, order)
    return [each for each in every if any(line["id"] in sent for line in each["lines"])]


def _parcels(fulfillment_order: Document, ask: Ask) -> list[Document]:
    own = {line["id"] for line in fulfillment_order["lines"]}
    sent = ask.store.find("fulfillment", order_id=fulfillment_order["order"]["id"])
    return [each for each in sent if any(line["id"] in own for line in each["line_items"])]


def _order_status(each: Document) -> str:
    if each["holds"]:
        return "ON_HOLD"
    if each["order"].get("cancelled_at"):
        return "CANCELLED"
    left = any(line["fulfillable_quantity"] for line in each["lines"])
    started = any(line["fulfillment_status"] is not None for line in each["lines"])
    return ("IN_PROGRESS" if started else "OPEN") if left else "CLOSED"


def _destination(order: Document) -> Document | None:
    address = order.get("shipping_address")
    return {**address, "_id": order["id"], "_email": order.get("email")} if address else None


def _moment(written: str) -> float:
    return datetime.fromisoformat(written.replace("Z", "+00:00")).timestamp()
