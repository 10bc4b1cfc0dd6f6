"""Parcels over the control API: they leave, a carrier speaks of them, and takes its word back."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from devstore import carrier_scans, fulfilling
from devstore import control_fields as fields
from devstore.control_body import Body, body_of, id_in
from devstore.fulfilling import Tracking
from devstore.refusals import Refusal
from devstore.world import World


def add_parcels(door: Blueprint, world: World) -> None:
    """``/fulfillments``, ``/events`` and ``/carrier-scans``."""

    @door.post("/fulfillments")
    def fulfil() -> Response:
        given = body_of(fields.PARCEL)
        made = fulfilling.fulfil(
            world, id_in(given, "order_id"), given.get("lines"), _tracking(given), given.get("location_id")
        )
        return jsonify({"id": made["id"], "name": made["name"], "tracking_number": made["tracking_number"]})

    @door.post("/fulfillments/<int:id>")
    def change_tracking(id: int) -> Response:
        return jsonify(fulfilling.change_tracking(world, id, _tracking(body_of(fields.TRACKING))))

    @door.post("/fulfillments/<int:id>/cancel")
    def cancel_fulfillment(id: int) -> Response:
        return jsonify(fulfilling.cancel_fulfillment(world, id))

    @door.post("/events")
    def add_event() -> Response:
        given = body_of(fields.SCAN)
        status = str(given.get("status") or "").strip()
        if not status:
            raise Refusal("status is missing, for example in_transit.", ("status",))
        event = fulfilling.add_event(world, id_in(given, "fulfillment_id"), status, given)
        return jsonify({"id": event["id"], "status": event["status"], "happened_at": event["happened_at"]})

    @door.delete("/events/<int:id>")
    def delete_event(id: int) -> Response:
        fulfilling.delete_event(world, id)
        return jsonify({"id": id})

    @door.post("/carrier-scans")
    def scan() -> Response:
        return jsonify(_scan(world, body_of(fields.SCAN)))

    @door.get("/carrier-scans")
    def scans() -> Response:
        number = request.args.get("tracking_number", "")
        return jsonify({"scans": world.store.find("carrier_scan", tracking_number=number)})


def _scan(world: World, given: Body) -> Body:
    """A carrier's own word about a number; parcels of the shop with that number hear of it through Shopify."""
    number, status = str(given.get("tracking_number") or ""), str(given.get("status") or "")
    if not number or not status:
        raise Refusal("tracking_number and status are needed.")
    with world.store.transaction():
        scan = {**given, "id": world.store.next_id("carrier_scan"), "tracking_number": number, "status": status}
        scan["happened_at"] = given.get("happened_at") or world.now_text()
        world.store.put("carrier_scan", scan)
        parcels = [each for each in world.store.all("fulfillment") if number in (each.get("tracking_numbers") or [])]
        events = [fulfilling.add_event(world, each["id"], status, scan)["id"] for each in parcels]
    heard = carrier_scans.hear(world, scan) if not parcels else {}
    return {"id": scan["id"], "event_ids": events, **heard}


def _tracking(given: Body) -> Tracking:
    numbers = given.get("tracking_numbers") or ([given["tracking_number"]] if given.get("tracking_number") else [])
    urls = given.get("tracking_urls") or ([given["tracking_url"]] if given.get("tracking_url") else [])
    return Tracking(given.get("company") or given.get("tracking_company"), tuple(map(str, numbers)), tuple(urls))
