"""Fulfilment orders: what is to be sent together. One has the order's own number and everything bought at the
checkout; goods that join later (exchanges, order edits) have one of their own, which may be on hold."""

from __future__ import annotations

from devstore.gids import gid
from devstore.order_book import books
from devstore.store import Document, Store
from devstore.world import World

OWN_NUMBERS = 700_000_000_000_000
"""Above every order's number, because the first fulfilment order shares that of its order."""
AWAITING_PAYMENT = "AWAITING_PAYMENT"


def of_order(store: Store, order: Document) -> list[Document]:
    """``{"id", "order", "lines", "holds", "created_at"}`` of each, the checkout's first."""
    later = store.find("fulfillment_order", order_id=order["id"])
    first = {"id": order["id"], "holds": [], "created_at": order["created_at"]}
    return [
        {**each, "order": order, "lines": [line for line in order["line_items"] if _is_of(line, each, order)]}
        for each in [first, *later]
    ]


def find(store: Store, id: int) -> Document | None:
    """The fulfilment order with the number."""
    later = store.peek("fulfillment_order", id)
    order = store.peek("order", later["order_id"] if later else id)
    return next((each for each in of_order(store, order) if each["id"] == id), None) if order else None


def add(world: World, order_id: int) -> int:
    """A further fulfilment order; lines join it by ``_fulfillment_order_id``. Returns its number."""
    id = OWN_NUMBERS + world.store.next_id("fulfillment_order_number")
    world.store.put("fulfillment_order", {"id": id, "order_id": order_id, "holds": [], "created_at": world.now_text()})
    return id


def hold(world: World, id: int, reason: str, notes: str) -> None:
    """Nothing of it can be sent until the hold is released."""
    document = world.need("fulfillment_order", id)
    number = world.store.next_id("fulfillment_hold")
    mark = {"id": number, "reason": reason, "reason_notes": notes, "handle": f"{reason.lower()}-{number}"}
    world.store.put("fulfillment_order", document | {"holds": [*document["holds"], mark]})


def release(world: World, id: int, hold_ids: set[int] | None = None) -> None:
    """Lifts the holds (all when none are named)."""
    document = world.store.get("fulfillment_order", id)
    if document is not None:
        kept = [each for each in document["holds"] if hold_ids is not None and each["id"] not in hold_ids]
        world.store.put("fulfillment_order", document | {"holds": kept})


def release_paid(world: World, order: Document) -> None:
    """Goods that waited for money go out once nothing is owed."""
    if books(world.store, order).overpaid() < 0:
        return
    for each in world.store.find("fulfillment_order", order_id=order["id"]):
        waiting = {mark["id"] for mark in each["holds"] if mark["reason"] == AWAITING_PAYMENT}
        if waiting:
            release(world, each["id"], waiting)


def held_lines(store: Store, order: Document) -> set[int]:
    """Ids of the order lines that may not be sent now."""
    return {line["id"] for each in of_order(store, order) if each["holds"] for line in each["lines"]}


def joined(line: Document, fulfillment_order_id: int) -> Document:
    """The line as part of the fulfilment order."""
    return {**line, "_fulfillment_order_id": fulfillment_order_id, "admin_graphql_api_id": gid("LineItem", line["id"])}


def _is_of(line: Document, fulfillment_order: Document, order: Document) -> bool:
    return line.get("_fulfillment_order_id", order["id"]) == fulfillment_order["id"]
