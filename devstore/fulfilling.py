"""Parcels: what a merchant sends, and what a carrier says of it. Verbs as in `merchant`: each is one transaction."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from devstore import fulfillment_orders, payloads
from devstore.gids import gid
from devstore.merchant import changed
from devstore.refusals import Refusal
from devstore.store import Document
from devstore.world import World

CARRIERS = Path(__file__).with_name("seed") / "carriers.toml"
EVENT_STATUSES = (
    *("label_purchased", "label_printed", "confirmed", "carrier_picked_up", "in_transit", "delayed"),
    *("out_for_delivery", "attempted_delivery", "ready_for_pickup", "delivered", "failure"),
)


@dataclass(frozen=True)
class Tracking:
    """How a parcel is found: its carrier's name and one or several numbers with their addresses."""

    company: str | None = None
    numbers: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()


def fulfil(
    world: World, order_id: int, lines: list[dict[str, int]] | None, tracking: Tracking, location_id: int | None = None
) -> Document:
    """One parcel leaves: `lines` are ``{"id", "quantity"}`` of line items, None for everything still open."""
    with world.store.transaction():
        order = world.need("order", order_id)
        if order.get("cancelled_at"):
            raise Refusal("A cancelled order cannot be fulfilled.")
        fulfillment = _fulfillment(world, order, _chosen(world, order, lines), tracking, location_id)
        world.store.put("fulfillment", fulfillment)
        event = world.fire("fulfillments/create", payloads.fulfillment_body(fulfillment))
        changed(world, order, event)
    return fulfillment


def change_tracking(world: World, fulfillment_id: int, tracking: Tracking) -> Document:
    """New numbers for a parcel."""
    with world.store.transaction():
        fulfillment = world.need("fulfillment", fulfillment_id)
        order = world.need("order", fulfillment["order_id"])
        fulfillment |= _tracking_fields(tracking, order) | {"updated_at": world.now_text()}
        world.store.put("fulfillment", fulfillment)
        event = world.fire("fulfillments/update", payloads.fulfillment_body(fulfillment))
        changed(world, order, event)
    return fulfillment


def cancel_fulfillment(world: World, fulfillment_id: int) -> Document:
    """The parcel never left: its lines are open again."""
    with world.store.transaction():
        fulfillment = world.need("fulfillment", fulfillment_id)
        if fulfillment["status"] == "cancelled":
            raise Refusal("This fulfilment is cancelled already.")
        fulfillment |= {"status": "cancelled", "updated_at": world.now_text()}
        world.store.put("fulfillment", fulfillment)
        event = world.fire("fulfillments/update", payloads.fulfillment_body(fulfillment))
        changed(world, world.need("order", fulfillment["order_id"]), event)
    return fulfillment


def add_event(world: World, fulfillment_id: int, status: str, given: dict[str, Any]) -> Document:
    """The carrier says something about a parcel: status word in lower case, place, message, times with offset."""
    with world.store.transaction():
        fulfillment = world.need("fulfillment", fulfillment_id)
        now = world.now_text()
        id = world.store.next_id("fulfillment_event")
        places = ("address1", "city", "province", "country", "zip", "latitude", "longitude", "message")
        event = {key: given.get(key) for key in places} | {
            "id": id,
            "admin_graphql_api_id": gid("FulfillmentEvent", id),
            "fulfillment_id": fulfillment_id,
            "order_id": fulfillment["order_id"],
            "shop_id": world.shop()["id"],
            "status": status.lower(),
            "happened_at": given.get("happened_at") or now,
            "estimated_delivery_at": given.get("estimated_delivery_at"),
            "created_at": now,
            "updated_at": now,
        }
        world.store.put("fulfillment_event", event)
        cause = world.fire("fulfillment_events/create", payloads.stripped(event))
        _follow_events(world, fulfillment, cause)
    return event


def delete_event(world: World, event_id: int) -> None:
    """The carrier's word is taken back."""
    with world.store.transaction():
        event = world.need("fulfillment_event", event_id)
        world.store.delete("fulfillment_event", event_id)
        cause = world.fire("fulfillment_events/delete", payloads.stripped(event))
        _follow_events(world, world.need("fulfillment", event["fulfillment_id"]), cause)


def _chosen(world: World, order: Document, lines: list[dict[str, int]] | None) -> list[tuple[Document, int]]:
    held = fulfillment_orders.held_lines(world.store, order)
    if any(int(wanted["id"]) in held for wanted in lines or ()):
        raise Refusal("These goods are on hold and cannot be fulfilled yet.", field=("lines",))
    open_lines = {
        line["id"]: line for line in order["line_items"] if line["fulfillable_quantity"] > 0 and line["id"] not in held
    }
    if not lines:
        chosen = [(line, line["fulfillable_quantity"]) for line in open_lines.values()]
        if not chosen:
            raise Refusal("Nothing is left to fulfil on this order.")
        return chosen
    chosen = []
    for wanted in lines:
        line = open_lines.get(int(wanted["id"]))
        quantity = int(wanted.get("quantity") or (line["fulfillable_quantity"] if line else 0))
        if line is None or not 1 <= quantity <= line["fulfillable_quantity"]:
            left = line["fulfillable_quantity"] if line else 0
            raise Refusal(f"Line {wanted['id']}: {quantity} cannot be fulfilled, {left} are open.", field=("lines",))
        chosen.append((line, quantity))
    return chosen


def _fulfillment(
    world: World, order: Document, chosen: list[tuple[Document, int]], tracking: Tracking, location_id: int | None
) -> Document:
    id = world.store.next_id("fulfillment")
    count = len(world.store.find("fulfillment", order_id=order["id"])) + 1
    now = world.now_text()
    lines = []
    for line, quantity in chosen:
        kept = {key: value for key, value in line.items() if key not in ("attributed_staffs", "current_quantity")}
        lines.append({**kept, "quantity": quantity, "fulfillment_status": "fulfilled"})
    return {
        "id": id,
        "admin_graphql_api_id": gid("Fulfillment", id),
        "order_id": order["id"],
        "name": f"{order['name']}.{count}",
        "status": "success",
        "service": "manual",
        "shipment_status": None,
        "location_id": location_id or world.store.all("location")[0]["id"],
        "origin_address": None,
        "email": order.get("email"),
        "destination": order.get("shipping_address"),
        "receipt": {},
        "line_items": lines,
        "created_at": now,
        "updated_at": now,
        **_tracking_fields(tracking, order),
    }


def _tracking_fields(tracking: Tracking, order: Document) -> Document:
    """For a company Shopify knows by name it fills in the address of the carrier's page itself."""
    numbers, urls = list(tracking.numbers), list(tracking.urls)
    template = tracking_pages().get(tracking.company or "")
    if template and not urls:
        postcode = (order.get("shipping_address") or {}).get("zip") or ""
        urls = [template.format(number=number, zip=postcode.replace(" ", "")) for number in numbers]
    return {
        "tracking_company": tracking.company,
        "tracking_number": numbers[0] if numbers else None,
        "tracking_numbers": numbers,
        "tracking_url": urls[0] if urls else None,
        "tracking_urls": urls,
    }


@cache
def tracking_pages() -> dict[str, str]:
    """Tracking pages by Shopify's company name, with ``{number}`` and sometimes ``{zip}``."""
    return {name: carrier["url"] for name, carrier in tomllib.loads(CARRIERS.read_text())["carrier"].items()}


def _follow_events(world: World, fulfillment: Document, cause: str | None) -> None:
    events = world.store.find("fulfillment_event", fulfillment_id=fulfillment["id"])
    latest = max(events, key=lambda each: (_instant(each["happened_at"]), each["id"]), default=None)
    fulfillment |= {"shipment_status": latest["status"] if latest else None, "updated_at": world.now_text()}
    world.store.put("fulfillment", fulfillment)
    world.fire("fulfillments/update", payloads.fulfillment_body(fulfillment), cause)


def _instant(written: str) -> float:
    return datetime.fromisoformat(written.replace("Z", "+00:00")).timestamp()
