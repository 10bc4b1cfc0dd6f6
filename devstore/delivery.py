"""How an order reaches its buyer, in the Admin API's words: what a checkout makes of the choice, and goods made ready.

The word is kept as ``_delivery``, the place of collection as ``_collect_at`` (a location's id): payloads carry neither.
"""

from __future__ import annotations

from typing import Any

from devstore import payloads
from devstore.gids import gid
from devstore.refusals import Refusal
from devstore.store import Document
from devstore.world import World

CHOICES = {"shipping": "SHIPPING", "pick_up": "PICK_UP", "local": "LOCAL", "pickup_point": "PICKUP_POINT"}
"""What can be chosen at a checkout, as the control API spells it."""
PREPARED = {
    "PICK_UP": "fulfillment_orders/line_items_prepared_for_pickup",
    "LOCAL": "fulfillment_orders/line_items_prepared_for_local_delivery",
}


def as_chosen(world: World, given: dict[str, Any]) -> dict[str, Any]:
    """A sparse order with what its ``delivery`` (and ``collect_at``, a location's id) make of it: an order that is
    collected has no shipping address, one for a pick-up point has the point's."""
    body = {key: value for key, value in given.items() if key not in ("delivery", "collect_at")}
    choice = given.get("delivery")
    if choice is None:
        return body
    if choice not in CHOICES:
        raise Refusal(f"delivery must be one of {', '.join(CHOICES)}; got {choice}.", ("delivery",))
    body["_delivery"] = CHOICES[choice]
    if choice == "pick_up":
        place = _place(world, given.get("collect_at"))
        body |= {"shipping_address": None, "_collect_at": place["id"]}
        body["shipping_lines"] = [{"title": place["name"], "code": place["name"], "price": "0.00"}]
    elif choice == "local":
        body["shipping_lines"] = [{"title": "Local delivery", "code": "local-delivery", "price": "0.00"}]
    elif choice == "pickup_point" and given.get("shipping_address"):
        body["shipping_address"] = {"company": "Corner Kiosk, parcel point", **given["shipping_address"]}
        body["shipping_lines"] = [{"title": "Pick-up point", "code": "pickup-point", "price": "3.90"}]
    return body


def method_of(order: Document) -> str | None:
    """The order's ``DeliveryMethodType``; None for goods of which nobody said how they travel."""
    if order.get("_delivery"):
        return order["_delivery"]
    if order.get("source_name") == "pos" and not order["shipping_lines"]:
        return "RETAIL"
    if order.get("shipping_address"):
        return "SHIPPING"
    if order["shipping_lines"]:
        return "PICK_UP"
    return None if any(line["requires_shipping"] for line in order["line_items"]) else "NONE"


def collected_at(places: list[Document], order: Document) -> Document:
    """The location to which the order's goods are assigned."""
    wanted = order.get("_collect_at") or order.get("location_id")
    return next((each for each in places if each["id"] == wanted), places[0])


def prepare(world: World, order_id: int) -> Document:
    """The merchant marks everything that is collected, or brought by the shop itself, as ready."""
    with world.store.transaction():
        order = world.need("order", order_id)
        topic = PREPARED.get(method_of(order) or "")
        if topic is None:
            raise Refusal("Only what is collected, or brought by the shop itself, is made ready.", ("order_id",))
        if order.get("cancelled_at") or not any(line["fulfillable_quantity"] for line in order["line_items"]):
            raise Refusal("There is nothing left of this order to make ready.", ("order_id",))
        order |= {"_prepared_at": world.now_text()}
        world.store.put("order", order)
        world.fire(topic, prepared_body(order))
    return order


def prepared_body(order: Document) -> dict[str, Any]:
    """The body of both topics: the fulfilment order by its global id."""
    method = {"method_type": (method_of(order) or "").lower()}
    told = {"id": gid("FulfillmentOrder", order["id"]), "status": "open", "preparable": True}
    return payloads.stripped({"fulfillment_order": {**told, "delivery_method": method}})


def _place(world: World, location_id: int | None) -> Document:
    places = world.store.all("location")
    if location_id is not None:
        return world.need("location", int(location_id))
    if not places:
        raise Refusal("The shop has no place where anything could be collected.", ("collect_at",))
    return places[min(1, len(places) - 1)]
