"""The control API under ``/control``: what tests, the demo and the people's pages do to this small Shopify.

JSON in, JSON out; whatever cannot be done is a 4xx ``{"error": sentence}``.
"""

from __future__ import annotations

import json
import time
from datetime import timedelta

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from devstore import control_fields as fields
from devstore import delivery, faults, installation, ledger, merchant, refunding, shelf
from devstore.api import Desk, run
from devstore.billing_control import add_billing
from devstore.config import DevStoreConfig
from devstore.control_body import Body, body_of, id_in
from devstore.control_index import add_index
from devstore.parcel_control import add_parcels
from devstore.refusals import Refusal, Unknown
from devstore.store import Store
from devstore.webhooks import Sender

SCHEDULER_SECONDS = 15.0
FURTHEST = timedelta(days=50 * 365)
MERCHANT_SCOPES = frozenset({"*"})


def blueprint(store: Store, config: DevStoreConfig, desk: Desk, sender: Sender) -> Blueprint:
    """All routes under ``/control``."""
    door = Blueprint("control", __name__, url_prefix="/control")
    door.register_error_handler(Refusal, _refused)
    door.register_error_handler(HTTPException, _http_error)
    _add_goods(door, desk)
    _add_orders(door, desk)
    add_parcels(door, desk.world)
    _add_customers(door, desk)
    _add_app(door, desk)
    add_billing(door, desk.world)
    _add_machinery(door, store, config, desk, sender)
    add_index(door)
    return door


def _add_goods(door: Blueprint, desk: Desk) -> None:
    @door.post("/products")
    def create_product() -> Response:
        product = shelf.create_product(desk.world, body_of(fields.PRODUCT))
        variants = [{key: each[key] for key in ("id", "title", "price")} for each in product["variants"]]
        return jsonify({"id": product["id"], "handle": product["handle"], "variants": variants})

    @door.post("/products/<int:id>")
    def change_product(id: int) -> Response:
        return jsonify(shelf.change_product(desk.world, id, body_of(fields.PRODUCT_CHANGE)))

    @door.delete("/products/<int:id>")
    def delete_product(id: int) -> Response:
        shelf.delete_product(desk.world, id)
        return jsonify({"id": id})


def _add_orders(door: Blueprint, desk: Desk) -> None:
    @door.post("/orders")
    def place_order() -> Response:
        order = merchant.place_order(desk.world, body_of(fields.ORDER))
        return jsonify({"id": order["id"], "name": order["name"], "token": order["token"]})

    @door.get("/orders/<int:id>")
    def one_order(id: int) -> Response:
        return jsonify(desk.world.need("order", id))

    @door.post("/orders/<int:id>")
    def change_order(id: int) -> Response:
        given = body_of(fields.ORDER_CHANGE)
        changes = {key: value for key, value in given.items() if key in fields.ORDER_CHANGE}
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
        given = body_of(fields.CANCELLING)
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
        given = body_of(fields.PAYMENT)
        order = merchant.pay(desk.world, id_in(given, "order_id"), given.get("amount"))
        return jsonify({"id": order["id"], "financial_status": order["financial_status"]})


def _add_customers(door: Blueprint, desk: Desk) -> None:
    @door.post("/customers/<int:id>")
    def change_customer(id: int) -> Response:
        return jsonify(shelf.change_customer(desk.world, id, body_of(fields.CUSTOMER)))

    @door.delete("/customers/<int:id>")
    def delete_customer(id: int) -> Response:
        shelf.delete_customer(desk.world, id)
        return jsonify({"id": id})

    @door.post("/customers/merge")
    def merge() -> Response:
        given = body_of({})
        shelf.merge_customers(desk.world, id_in(given, "kept_id"), id_in(given, "deleted_id"))
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
        installation.change_scopes(desk.world, body_of(fields.SCOPES).get("scopes") or "")
        return jsonify({"scopes": desk.world.installed_scopes()})

    @door.post("/shop")
    def change_shop() -> Response:
        return jsonify(installation.change_shop(desk.world, body_of(fields.SHOP)))

    @door.post("/markets")
    def change_market() -> Response:
        return jsonify(installation.change_market(desk.world, body_of(fields.MARKET)))

    @door.delete("/markets/<handle>")
    def remove_market(handle: str) -> Response:
        installation.remove_market(desk.world, handle)
        return jsonify({"handle": handle})

    @door.post("/compliance")
    def compliance() -> Response:
        return jsonify({"event_id": installation.compliance(desk.world, body_of(fields.COMPLIANCE))})

    @door.post("/merchant/graphql")
    def merchant_graphql() -> Response:
        given = body_of(fields.GRAPHQL)
        variables, name = given.get("variables") or {}, given.get("operationName")
        return jsonify(run(desk.world, MERCHANT_SCOPES, given["query"], variables, name))


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
        return jsonify(faults.add(store, body_of(fields.FAULT)))

    @door.get("/faults")
    def list_faults() -> Response:
        return jsonify({"faults": store.all("fault")})

    @door.delete("/faults")
    def clear_faults() -> Response:
        faults.clear(store)
        return jsonify({"faults": []})

    @door.post("/clock")
    def clock() -> Response:
        return jsonify(_advance(desk, body_of({})))

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
    if abs(clock.offset_seconds() + seconds) > FURTHEST.total_seconds():
        raise Refusal(f"advance_seconds: the calendar goes {FURTHEST.days} days forward and back, not further.")
    now = clock.advance(seconds)
    offset, seen = clock.offset_seconds(), False
    give_up = time.monotonic() + SCHEDULER_SECONDS
    while clock.path is not None and not seen and time.monotonic() < give_up:
        seen = clock.scheduler_has_seen(offset)
        time.sleep(0 if seen else 0.05)
    return {"now": now.isoformat(), "scheduler_seen": seen}


def _refused(refusal: Refusal) -> tuple[Response, int]:
    return jsonify({"error": refusal.sentence}), 404 if isinstance(refusal, Unknown) else 422


def _http_error(failure: HTTPException) -> tuple[Response, int]:
    return jsonify({"error": failure.description or failure.name}), failure.code or 400
