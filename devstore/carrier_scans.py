"""What carriers scan of parcels that are not the shop's own: EasyPost's trackers, and the signed push to the app.

A scan is the body of ``POST /control/carrier-scans``: ``{tracking_number, status, happened_at}``, besides
``status_detail``, ``message``, ``city``, ``country``. Statuses are EasyPost's, or Shopify's words for the same.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from datetime import UTC, datetime
from typing import Any

import httpx

from devstore import faults
from devstore.clock import Clock
from devstore.config import EASYPOST_SECRET, DevStoreConfig
from devstore.refusals import Refusal
from devstore.store import Document, Store
from devstore.world import World

PUSH_PATH = "/carriers/easypost/push"
SECONDS = 7.0
STATUSES = frozenset(
    {"unknown", "pre_transit", "in_transit", "out_for_delivery", "delivered", "available_for_pickup",
     "return_to_sender", "failure", "cancelled", "error"}
)  # fmt: skip
SHOPIFYS = {
    "label_printed": ("pre_transit", "label_created"),
    "label_purchased": ("pre_transit", "label_created"),
    "confirmed": ("pre_transit", "status_update"),
    "carrier_picked_up": ("in_transit", "received_at_origin_facility"),
    "attempted_delivery": ("in_transit", "delivery_exception"),
    "delayed": ("in_transit", "delayed"),
    "ready_for_pickup": ("available_for_pickup", "arrived_at_pickup_location"),
}
"""Shopify's words for what EasyPost says as a status and a detail."""
USUAL_DETAIL = {
    "pre_transit": "label_created", "in_transit": "arrived_at_facility", "out_for_delivery": "out_for_delivery",
    "delivered": "arrived_at_destination", "available_for_pickup": "arrived_at_pickup_location",
    "return_to_sender": "return", "cancelled": "cancelled", "failure": "failure",
}  # fmt: skip


def hear(world: World, scan: Document) -> dict[str, Any]:
    """A carrier's own word about a number that none of the shop's parcels has: EasyPost hears it, and pushes it to the
    app (`deliver_webhooks` False: nothing leaves). A number that nobody follows gets a tracker of its own. What came of
    the push is in the answer. Raises Refusal."""
    with world.store.transaction():
        tracker = scanned(world.store, world.clock, scan)
    told = push(world.store, world.config, world.clock, tracker) if world.config.deliver_webhooks else None
    return {"tracker_id": tracker["name"], "push": told}


def new_tracker(store: Store, clock: Clock, number: str, carrier: str | None, shipment: str | None = None) -> Document:
    """A tracker of which no carrier has said anything."""
    id = store.next_id("easypost_tracker")
    now = clock.now().isoformat(timespec="seconds")
    return store.put(
        "easypost_tracker",
        {"id": id, "name": f"trk_{id:032x}", "tracking_code": number, "carrier": carrier or "Unknown",
         "status": "unknown", "status_detail": "unknown", "created_at": now, "updated_at": now,
         "shipment_id": shipment, "details": []},
    )  # fmt: skip


def scanned(store: Store, clock: Clock, given: dict[str, Any]) -> Document:
    """The tracker after one more scan; a number that nobody follows gets a tracker of its own. Raises Refusal."""
    number, status = str(given.get("tracking_number") or ""), str(given.get("status") or "").lower()
    if not number:
        raise Refusal("tracking_number is missing.")
    status, usual = SHOPIFYS.get(status, (status, None))
    if status not in STATUSES:
        raise Refusal(f"status must be one of {', '.join(sorted(STATUSES))}; got {status or 'nothing'}.")
    known = store.find("easypost_tracker", tracking_code=number)
    tracker = known[0] if known else new_tracker(store, clock, number, None)
    detail = str(given.get("status_detail") or usual or USUAL_DETAIL.get(status, "unknown"))
    scan = {"object": "TrackingDetail", "message": str(given.get("message") or status.replace("_", " ").capitalize()),
            "description": "", "status": status, "status_detail": detail, "datetime": _at(given, clock),
            "source": tracker["carrier"], "carrier_code": "",
            "tracking_location": {"object": "TrackingLocation", "city": given.get("city"), "state": None,
                                  "country": given.get("country"), "zip": None}}  # fmt: skip
    details = sorted([*tracker["details"], scan], key=lambda each: each["datetime"])
    newest = details[-1]
    moved = {"status": newest["status"], "status_detail": newest["status_detail"]}
    return store.put("easypost_tracker", {**tracker, **moved, "details": details, "updated_at": scan["datetime"]})


def tracker_shown(tracker: Document) -> dict[str, Any]:
    """A Tracker as EasyPost shows it."""
    same = ("tracking_code", "status", "status_detail", "created_at", "updated_at", "carrier", "shipment_id")
    return {"id": tracker["name"], "object": "Tracker", "mode": "test", "signed_by": None, "weight": None,
            "est_delivery_date": None, "public_url": None, "tracking_details": tracker["details"],
            **{name: tracker[name] for name in same}}  # fmt: skip


def signed_push(tracker: Document, at: datetime) -> tuple[bytes, dict[str, str]]:
    """The body and headers of ``tracker.updated``."""
    event = {"description": "tracker.updated", "mode": "test", "id": f"evt_{tracker['id']}_{len(tracker['details'])}",
             "object": "Event", "created_at": at.isoformat(), "previous_attributes": {},
             "result": tracker_shown(tracker)}  # fmt: skip
    body = json.dumps(event, ensure_ascii=False).encode()
    key = unicodedata.normalize("NFKD", EASYPOST_SECRET).encode()
    made = hmac.new(key, body, hashlib.sha256).hexdigest()
    return body, {"X-Hmac-Signature": f"hmac-sha256-hex={made}", "Content-Type": "application/json"}


def push(store: Store, config: DevStoreConfig, clock: Clock, tracker: Document) -> int | str:
    """The status the app answered, or why there is none. A fault that drops or repeats webhooks does so here too."""
    fault = faults.take(store, frozenset({"drop", "twice"}), "easypost.push", named_only=True)
    kind = fault["kind"] if fault else None
    if kind == "drop":
        return "dropped"
    body, headers = signed_push(tracker, clock.now())
    answer: int | str = "not sent"
    for _ in range(2 if kind == "twice" else 1):
        try:
            answer = httpx.post(f"{config.app_url.rstrip('/')}{PUSH_PATH}", content=body, headers=headers,
                                timeout=SECONDS * config.patience, trust_env=False).status_code  # fmt: skip
        except httpx.HTTPError as failure:
            answer = type(failure).__name__
    return answer


def _at(given: dict[str, Any], clock: Clock) -> str:
    text = given.get("happened_at")
    if not text:
        return clock.now().astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    try:
        read = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError as failure:
        raise Refusal(f"happened_at is no time: {text}") from failure
    return read.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
