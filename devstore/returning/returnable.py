"""What was sent and may still come back: only fulfilled pieces that no return holds and no refund has taken."""

from __future__ import annotations

from dataclasses import dataclass

from devstore.store import Document, Store

LINES_PER_FULFILLMENT = 1000
"""A fulfilment line's number is the fulfilment's times this, plus its place: stable and reversible."""
HOLDING = ("requested", "open", "closed")
"""Returns in these states keep their pieces; declined and cancelled ones give them free."""


@dataclass(frozen=True)
class SentLine:
    """One line of a parcel: some pieces of an order line."""

    id: int
    fulfillment: Document
    line_item_id: int
    quantity: int


def sent_lines(store: Store, order_id: int) -> list[SentLine]:
    """All lines of the order's parcels, oldest parcel first; cancelled parcels never left."""
    return [
        SentLine(parcel["id"] * LINES_PER_FULFILLMENT + place, parcel, line["id"], line["quantity"])
        for parcel in store.find("fulfillment", order_id=order_id)
        if parcel["status"] != "cancelled"
        for place, line in enumerate(parcel["line_items"], start=1)
    ]


def returnable(store: Store, order: Document) -> dict[int, int]:
    """How many pieces of each parcel line can be returned, by the line's id; lines with none are left out."""
    sent = sent_lines(store, order["id"])
    held = _held(store, order["id"])
    gone = {line["id"]: _refunded_after_sending(store, order, line, sent) for line in order["line_items"]}
    free: dict[int, int] = {}
    for each in sent:
        left = each.quantity - held.get(each.id, 0)
        taken = min(left, gone.get(each.line_item_id, 0))
        gone[each.line_item_id] = gone.get(each.line_item_id, 0) - taken
        if left - taken > 0:
            free[each.id] = left - taken
    return free


def _held(store: Store, order_id: int) -> dict[int, int]:
    held: dict[int, int] = {}
    for made in store.find("return", order_id=order_id):
        if made["status"] in HOLDING:
            for line in made["return_line_items"]:
                id = line["fulfillment_line_item_id"]
                held[id] = held.get(id, 0) + line["quantity"]
    return held


def _refunded_after_sending(store: Store, order: Document, line: Document, sent: list[SentLine]) -> int:
    """Pieces refunded without a return, beyond those that were never sent."""
    refunded = sum(
        item["quantity"]
        for refund in store.find("refund", order_id=order["id"])
        if not refund.get("return")
        for item in refund["refund_line_items"]
        if item["line_item_id"] == line["id"]
    )
    unsent = line["quantity"] - sum(each.quantity for each in sent if each.line_item_id == line["id"])
    return max(0, refunded - max(0, unsent))
