"""Goods on their way back: reverse fulfilment orders, the parcels of a return, and what becomes of each piece."""

from __future__ import annotations

from dataclasses import dataclass

from devstore.merchant import move_stock
from devstore.refusals import Refusal
from devstore.returning import bodies
from devstore.returning.returnable import sent_lines
from devstore.store import Document
from devstore.world import World

LATER = "PROCESSING_REQUIRED"


@dataclass(frozen=True)
class Disposal:
    """What shall become of some pieces; `field` is where the input named them."""

    line_id: int
    quantity: int
    type: str
    location_id: int | None
    field: tuple[str, ...]


@dataclass(frozen=True)
class Shipping:
    """Number and page of a parcel, and the label's file; None leaves a part as it is."""

    number: str | None = None
    tracking_url: str | None = None
    label_url: str | None = None


def open_reverse_orders(world: World, made: Document) -> None:
    """One reverse fulfilment order per place the goods came from."""
    places = {each.id: each.fulfillment.get("location_id") for each in sent_lines(world.store, made["order_id"])}
    groups: dict[int | None, list[Document]] = {}
    for line in made["return_line_items"]:
        groups.setdefault(places.get(line["fulfillment_line_item_id"]), []).append(line)
    for lines in groups.values():
        document = {
            "id": world.store.next_id("reverse_fulfillment_order"),
            "order_id": made["order_id"],
            "return_id": made["id"],
            "status": "open",
            "line_items": [_reverse_line(world, line) for line in lines],
        }
        world.store.put("reverse_fulfillment_order", document)


def reverse_orders(world: World, return_id: int) -> list[Document]:
    """Private copies of the return's reverse fulfilment orders."""
    found = world.store.find("reverse_fulfillment_order", return_id=return_id)
    return [world.need("reverse_fulfillment_order", each["id"]) for each in found]


def dispose(world: World, disposals: tuple[Disposal, ...], event: str | None = None) -> list[Document]:
    """Writes down what became of the pieces, restocks, and tells the app once per reverse order. Returns the lines."""
    with world.store.transaction():
        told: dict[int, list[tuple[Document, Document]]] = {}
        orders: dict[int, Document] = {}
        for each in disposals:
            order, line = _line_of(world, orders, each)
            _place(world, line, each)
            orders[order["id"]] = order
            told.setdefault(order["id"], []).append((line, line["dispositions"][-1]))
        for order in orders.values():
            order["status"] = "closed" if all(_open(line) == 0 for line in order["line_items"]) else "open"
            world.store.put("reverse_fulfillment_order", order)
            body = bodies.disposed(order, told[order["id"]])
            event = world.fire("reverse_fulfillment_orders/dispose", body, event)
        for each in disposals:
            _restock(world, orders, each, event)
        return [line for pairs in told.values() for line, _ in pairs]


def send_back(world: World, reverse_order_id: int, lines: tuple[tuple[int, int], ...], shipping: Shipping) -> Document:
    """A parcel of the return: `lines` are (reverse line id, pieces), none for everything of the reverse order."""
    with world.store.transaction():
        order = world.store.get("reverse_fulfillment_order", reverse_order_id)
        if order is None:
            raise Refusal("Reverse fulfillment order not found.", ("reverseFulfillmentOrderId",), "NOT_FOUND")
        if order["status"] != "open":
            words = f"The reverse fulfillment order is {order['status']}."
            raise Refusal(words, ("reverseFulfillmentOrderId",), "INVALID_STATE")
        chosen = _chosen(world, order, lines)
        delivery = {
            "id": world.store.next_id("reverse_delivery"),
            "reverse_fulfillment_order_id": order["id"],
            "return_id": order["return_id"],
            "line_items": [
                {"id": world.store.next_id("reverse_delivery_line"), "line_id": id, "quantity": quantity}
                for id, quantity in chosen
            ],
            "tracking": None,
            "label": None,
        }
        return _shipped(world, delivery, shipping)


def change_shipping(world: World, delivery_id: int, shipping: Shipping) -> Document:
    """New tracking or another label for a parcel of a return."""
    with world.store.transaction():
        delivery = world.store.get("reverse_delivery", delivery_id)
        if delivery is None:
            raise Refusal("Reverse delivery not found.", ("reverseDeliveryId",), "NOT_FOUND")
        return _shipped(world, delivery, shipping)


def take_off(world: World, made: Document, line_id: int, quantity: int) -> None:
    """Pieces that do not come back after all leave the reverse order."""
    for order in reverse_orders(world, made["id"]):
        for line in order["line_items"]:
            if line["return_line_item_id"] == line_id:
                line["quantity"] -= quantity
        order["line_items"] = [line for line in order["line_items"] if line["quantity"] > 0]
        if not order["line_items"]:
            order["status"] = "canceled"
        world.store.put("reverse_fulfillment_order", order)


def was_disposed(world: World, return_id: int) -> bool:
    """Whether anything of the return has been dealt with."""
    return any(line["dispositions"] for order in reverse_orders(world, return_id) for line in order["line_items"])


def cancel_all(world: World, return_id: int) -> None:
    """The return is off: nothing is expected any more."""
    for order in reverse_orders(world, return_id):
        world.store.put("reverse_fulfillment_order", order | {"status": "canceled"})


def _reverse_line(world: World, line: Document) -> Document:
    return {
        "id": world.store.next_id("reverse_fulfillment_order_line"),
        "return_line_item_id": line["id"],
        "fulfillment_line_item_id": line["fulfillment_line_item_id"],
        "line_item_id": line["line_item_id"],
        "quantity": line["quantity"],
        "dispositions": [],
    }


def _line_of(world: World, orders: dict[int, Document], wanted: Disposal) -> tuple[Document, Document]:
    candidates = [*orders.values(), *world.store.all("reverse_fulfillment_order")]
    for each in candidates:
        if any(line["id"] == wanted.line_id for line in each["line_items"]):
            order = orders.get(each["id"]) or world.need("reverse_fulfillment_order", each["id"])
            if order["status"] == "canceled":
                raise Refusal("The return is canceled.", wanted.field, "INVALID_STATE")
            return order, next(line for line in order["line_items"] if line["id"] == wanted.line_id)
    field = (*wanted.field, "reverseFulfillmentOrderLineItemId")
    raise Refusal("Reverse fulfillment order line item not found.", field, "NOT_FOUND")


def _place(world: World, line: Document, wanted: Disposal) -> None:
    if wanted.quantity < 1:
        raise Refusal("Quantity must be greater than 0", (*wanted.field, "quantity"), "GREATER_THAN")
    waiting = sum(each["quantity"] for each in line["dispositions"] if each["type"] == LATER)
    room = _open(line) - (waiting if wanted.type == LATER else 0)
    if wanted.quantity > room:
        words = f"Quantity must be less than or equal to {room}"
        raise Refusal(words, (*wanted.field, "quantity"), "LESS_THAN_OR_EQUAL_TO")
    if wanted.type == "RESTOCKED" and wanted.location_id is None:
        raise Refusal("Location can't be blank", (*wanted.field, "locationId"), "BLANK")
    if wanted.location_id is not None and world.store.peek("location", wanted.location_id) is None:
        raise Refusal("Location not found.", (*wanted.field, "locationId"), "NOT_FOUND")
    if wanted.type != LATER:
        _no_longer_waiting(line, wanted.quantity - (_open(line) - waiting))
    line["dispositions"].append(
        {
            "id": world.store.next_id("disposition"),
            "type": wanted.type,
            "quantity": wanted.quantity,
            "location_id": wanted.location_id,
            "created_at": world.now_text(),
        }
    )


def _no_longer_waiting(line: Document, quantity: int) -> None:
    """Pieces that waited for a decision have it now."""
    for each in line["dispositions"]:
        if each["type"] == LATER and quantity > 0:
            taken = min(quantity, each["quantity"])
            each["quantity"] -= taken
            quantity -= taken
    line["dispositions"] = [each for each in line["dispositions"] if each["quantity"] > 0]


def _open(line: Document) -> int:
    """Pieces without a final disposition."""
    return line["quantity"] - sum(each["quantity"] for each in line["dispositions"] if each["type"] != LATER)


def _restock(world: World, orders: dict[int, Document], each: Disposal, event: str | None) -> None:
    if each.type != "RESTOCKED":
        return
    order = next(one for one in orders.values() if any(line["id"] == each.line_id for line in one["line_items"]))
    line = next(line for line in order["line_items"] if line["id"] == each.line_id)
    sold = world.need("order", order["order_id"])["line_items"]
    variant = next(one["variant_id"] for one in sold if one["id"] == line["line_item_id"])
    known = variant and any(
        one["id"] == variant for product in world.store.all("product") for one in product["variants"]
    )
    if known:
        move_stock(world, variant, each.quantity, event, each.location_id)


def _chosen(world: World, order: Document, lines: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    own = {line["id"]: line["quantity"] for line in order["line_items"]}
    sent: dict[int, int] = {}
    for delivery in world.store.find("reverse_delivery", reverse_fulfillment_order_id=order["id"]):
        for line in delivery["line_items"]:
            sent[line["line_id"]] = sent.get(line["line_id"], 0) + line["quantity"]
    if not lines:
        return list(own.items())
    for place, (id, quantity) in enumerate(lines):
        field = ("reverseDeliveryLineItems", str(place))
        if id not in own:
            raise Refusal("Reverse fulfillment order line item not found.", field, "NOT_FOUND")
        if not 1 <= quantity <= own[id] - sent.get(id, 0):
            raise Refusal("Quantity is not valid for this line item.", (*field, "quantity"), "INVALID")
        sent[id] = sent.get(id, 0) + quantity
    return list(lines)


def _shipped(world: World, delivery: Document, shipping: Shipping) -> Document:
    now = world.now_text()
    if shipping.number or shipping.tracking_url:
        delivery["tracking"] = {"carrier": None, "number": shipping.number, "url": shipping.tracking_url}
    if shipping.label_url:
        first = (delivery["label"] or {}).get("created_at", now)
        delivery["label"] = {"url": shipping.label_url, "created_at": first, "updated_at": now}
    world.store.put("reverse_delivery", delivery)
    world.fire("reverse_deliveries/attach_deliverable", bodies.deliverable(delivery))
    return delivery
