"""The control API under ``/control``: what tests, the demo and the people's pages do to this small Shopify.

JSON in, JSON out; whatever cannot be done is a 4xx ``{"error": sentence}``.
"""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from devstore import carrier_scans, delivery, faults, fulfilling, installation, ledger, merchant, refunding, shelf
from devstore.api import Desk, run
from devstore.billing_control import add_billing
from devstore.config import DevStoreConfig
from devstore.control_index import add_index
from devstore.fulfilling import Tracking
from devstore.refusals import Refusal, Unknown
from devstore.store import Store
from devstore.webhooks import Sender

SCHEDULER_SECONDS = 15.0
MERCHANT_SCOPES = frozenset({"*"})
Body = dict[str, Any]


def blueprint(store: Store, config: DevStoreConfig, desk: Desk, sender: Sender) -> Blueprint:
    """All routes under ``/control``."""
    door = Blueprint("control", __name__, url_prefix="/control")
    door.register_error_handler(Refusal, _refused)
    door.register_error_handler(HTTPException, _http_error)
    _add_goods(door, desk)
    _add_orders(door, desk)
    _add_parcels(door, desk)
    _add_customers(door, desk)
    _add_app(door, desk)
    add_billing(door, desk.world)
    _add_machinery(door, store, config, desk, sender)
    add_index(door)
    return door


def _add_goods(door: Blueprint, desk: Desk) -> None:
    @door.post("/products")
    def create_product() -> Response:
        product = shelf.create_product(desk.world, _body())
        variants = [{key: each[key] for key in ("id", "title", "price")} for each in product["variants"]]
        return jsonify({"id": product["id"], "handle": product["handle"], "variants": variants})

    @door.post("/products/<int:id>")
    def change_product(id: int) -> Response:
        return jsonify(shelf.change_product(desk.world, id, _body()))

    @door.delete("/products/<int:id>")
    def delete_product(id: int) -> Response:
        shelf.delete_product(desk.world, id)
        return jsonify({"id": id})


def _add_orders(door: Blueprint, desk: Desk) -> None:
    @door.post("/orders")
    def place_order() -> Response:
        order = merchant.place_order(desk.world, _body())
        return jsonify({"id": order["id"], "name": order["name"], "token": order["token"]})

    @door.get("/orders/<int:id>")
    def one_order(id: int) -> Response:
        return jsonify(desk.world.need("order", id))

    @door.post("/orders/<int:id>")
    def change_order(id: int) -> Response:
        fields = ("note", "tags", "email", "phone", "shipping_address", "billing_address", "note_attributes")
        changes = {key: value for key, value in _body().items() if key in fields}
        return jsonify(merchant.change_order(desk.world, id, changes))

    @door.post("/orders/<int:id>/prepared")
    def prepare(id: int) -> Response:
        return jsonify({"id": delivery.prepare(desk.world, id)["id"]})

    @door.delete("/orders/<int:id>")
    def delete_order(id: int) -> Response:
        merchant.delete_order(desk.world, id)
        return jsonify({"id": id})

    @door.post("/orders/<int:id>/cancel")
    def cancel(id: int) -> Response:
        given = _body()
        order = refunding.cancel(
            desk.world,
            id,
            reason=str(given.get("reason", "customer")).lower(),
            restock=bool(given.get("restock", True)),
            refunded=bool(given.get("refund", True)),
        )
        return jsonify({"id": id, "cancelled_at": order["cancelled_at"], "financial_status": order["financial_status"]})

    @door.post("/payments")
    def pay() -> Response:
        given = _body()
        order = merchant.pay(desk.world, _id(given, "order_id"), given.get("amount"))
        return jsonify({"id": order["id"], "financial_status": order["financial_status"]})


def _add_parcels(door: Blueprint, desk: Desk) -> None:
    @door.post("/fulfillments")
    def fulfil() -> Response:
        given = _body()
        made = fulfilling.fulfil(
            desk.world, _id(given, "order_id"), given.get("lines"), _tracking(given), given.get("location_id")
        )
        return jsonify({"id": made["id"], "name": made["name"], "tracking_number": made["tracking_number"]})

    @door.post("/fulfillments/<int:id>")
    def change_tracking(id: int) -> Response:
        return jsonify(fulfilling.change_tracking(desk.world, id, _tracking(_body())))

    @door.post("/fulfillments/<int:id>/cancel")
    def cancel_fulfillment(id: int) -> Response:
        return jsonify(fulfilling.cancel_fulfillment(desk.world, id))

    @door.post("/events")
    def add_event() -> Response:
        given = _body()
        status = str(given.get("status") or "").strip()
        if not status:
            raise Refusal("status is missing, for example in_transit.", ("status",))
        _check_times(given)
        event = fulfilling.add_event(desk.world, _id(given, "fulfillment_id"), status, given)
        return jsonify({"id": event["id"], "status": event["status"], "happened_at": event["happened_at"]})

    @door.delete("/events/<int:id>")
    def delete_event(id: int) -> Response:
        fulfilling.delete_event(desk.world, id)
        return jsonify({"id": id})

    @door.post("/carrier-scans")
    def scan() -> Response:
        return jsonify(_scan(desk, _body()))

    @door.get("/carrier-scans")
    def scans() -> Response:
        number = request.args.get("tracking_number", "")
        return jsonify({"scans": desk.world.store.find("carrier_scan", tracking_number=number)})


def _add_customers(door: Blueprint, desk: Desk) -> None:
    @door.post("/customers/<int:id>")
    def change_customer(id: int) -> Response:
        return jsonify(shelf.change_customer(desk.world, id, _body()))

    @door.delete("/customers/<int:id>")
    def delete_customer(id: int) -> Response:
        shelf.delete_customer(desk.world, id)
        return jsonify({"id": id})

    @door.post("/customers/merge")
    def merge() -> Response:
        given = _body()
        shelf.merge_customers(desk.world, _id(given, "kept_id"), _id(given, "deleted_id"))
        return jsonify({"kept_id": given["kept_id"]})


def _add_app(door: Blueprint, desk: Desk) -> None:
    @door.post("/install")
    @door.post("/reinstall", endpoint="reinstall")
    def install() -> Response:
        return jsonify(installation.install(desk.world))

    @door.post("/open")
    def open_app() -> Response:
        return jsonify(installation.open_app(desk.world))

    @door.post("/uninstall")
    def uninstall() -> Response:
        installation.uninstall(desk.world, desk.tokens)
        return jsonify({"installed": False})

    @door.post("/scopes")
    def scopes() -> Response:
        installation.change_scopes(desk.world, str(_body().get("scopes", "")))
        return jsonify({"scopes": desk.world.installed_scopes()})

    @door.post("/shop")
    def change_shop() -> Response:
        return jsonify(installation.change_shop(desk.world, _body()))

    @door.post("/markets")
    def change_market() -> Response:
        return jsonify(installation.change_market(desk.world, _body()))

    @door.delete("/markets/<handle>")
    def remove_market(handle: str) -> Response:
        installation.remove_market(desk.world, handle)
        return jsonify({"handle": handle})

    @door.post("/compliance")
    def compliance() -> Response:
        return jsonify({"event_id": installation.compliance(desk.world, _body())})

    @door.post("/merchant/graphql")
    def merchant_graphql() -> Response:
        given = _body()
        variables, name = given.get("variables") or {}, given.get("operationName")
        return jsonify(run(desk.world, MERCHANT_SCOPES, str(given.get("query", "")), variables, name))


def _add_machinery(door: Blueprint, store: Store, config: DevStoreConfig, desk: Desk, sender: Sender) -> None:
    @door.get("/health")
    def health() -> Response:
        waiting = len(store.find("delivery", status="pending"))
        now = desk.world.now_text()
        return jsonify({"ok": True, "shop": config.shop, "now": now, "deliveries_pending": waiting})

    @door.get("/showcase")
    def showcase() -> Response:
        return jsonify(next((each["orders"] for each in store.all("showcase")), {}))

    @door.post("/faults")
    def add_fault() -> Response:
        return jsonify(faults.add(store, _body()))

    @door.get("/faults")
    def list_faults() -> Response:
        return jsonify({"faults": store.all("fault")})

    @door.delete("/faults")
    def clear_faults() -> Response:
        faults.clear(store)
        return jsonify({"faults": []})

    @door.post("/clock")
    def clock() -> Response:
        return jsonify(_advance(desk, _body()))

    _add_logs(door, store, desk, sender)


def _add_logs(door: Blueprint, store: Store, desk: Desk, sender: Sender) -> None:
    @door.get("/calls")
    def calls() -> Response:
        after = request.args.get("after", 0, type=int)
        return jsonify({"calls": desk.calls.list(request.args.get("operation", ""), after)})

    @door.delete("/calls")
    def forget_calls() -> Response:
        desk.calls.clear()
        return jsonify({"calls": []})

    @door.get("/ledger")
    def money() -> Response:
        return jsonify({"rows": ledger.rows(desk.world)})

    @door.get("/deliveries")
    def deliveries() -> Response:
        return jsonify({"deliveries": _deliveries(store)})

    @door.post("/webhooks/flush")
    def flush() -> Response:
        return jsonify({"due": sender.flush()})


def _deliveries(store: Store) -> list[Body]:
    topic, status = request.args.get("topic", ""), request.args.get("status", "")
    chosen = [each for each in store.all("delivery") if topic in each["topic"] and status in ("", each["status"])]
    limit = request.args.get("limit", 500, type=int)
    return [{**each, "body": json.loads(each["body"])} for each in chosen[-limit:]]


def _advance(desk: Desk, given: Body) -> Body:
    """Moves the calendar, then waits until the product's scheduler has made its next pass (at most 15 seconds)."""
    seconds = given.get("advance_seconds")
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise Refusal("advance_seconds must be a whole number.")
    clock = desk.world.clock
    now = clock.advance(seconds)
    offset, seen = clock.offset_seconds(), False
    give_up = time.monotonic() + SCHEDULER_SECONDS
    while clock.path is not None and not seen and time.monotonic() < give_up:
        seen = clock.scheduler_has_seen(offset)
        time.sleep(0 if seen else 0.05)
    return {"now": now.isoformat(), "scheduler_seen": seen}


def _scan(desk: Desk, given: Body) -> Body:
    """A carrier's own word about a number; parcels of the shop with that number hear of it through Shopify."""
    number, status = str(given.get("tracking_number") or ""), str(given.get("status") or "")
    if not number or not status:
        raise Refusal("tracking_number and status are needed.")
    _check_times(given)
    world = desk.world
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


def _check_times(given: Body) -> None:
    for key in ("happened_at", "estimated_delivery_at"):
        try:
            datetime.fromisoformat(str(given.get(key) or "2026-01-01").replace("Z", "+00:00"))
        except ValueError as failure:
            raise Refusal(f"{key} must be a time like 2026-11-22T09:30:00+01:00.", (key,)) from failure


def _body() -> Body:
    if not request.get_data():
        return {}
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Refusal("The body must be a JSON object.")
    return body


def _id(given: Body, key: str) -> int:
    try:
        return int(str(given.get(key)).rpartition("/")[2])
    except ValueError as failure:
        raise Refusal(f"{key} is missing or not a number.", (key,)) from failure


def _refused(refusal: Refusal) -> tuple[Response, int]:
    return jsonify({"error": refusal.sentence}), 404 if isinstance(refusal, Unknown) else 422


def _http_error(failure: HTTPException) -> tuple[Response, int]:
    return jsonify({"error": failure.description or failure.name}), failure.code or 400
