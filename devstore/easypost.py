"""A small EasyPost under ``/easypost``: shipments are quoted and bought, trackers followed.

Shapes follow docs.easypost.com and recorded answers. Faults name its calls ``easypost.quote``, ``easypost.buy``,
``easypost.find``, ``easypost.track``, ``easypost.file``, ``easypost.refund``, ``easypost.form`` and must name them to
hit.
"""

from __future__ import annotations

import hashlib
import time
from io import BytesIO
from typing import Any

import segno
from flask import Blueprint, Response, current_app, jsonify, request
from PIL import Image, ImageDraw

from devstore import faults, lost_answers
from devstore.carrier_scans import new_tracker, tracker_shown
from devstore.clock import Clock
from devstore.config import EASYPOST_KEY, EASYPOST_PATH, DevStoreConfig
from devstore.json_bodies import object_in
from devstore.store import Document, Store

QR_CARRIERS = frozenset({"PostNord", "USPS"})
"""Their answers hold a code at once."""
CODE_CARRIERS = QR_CARRIERS | {"DHLParcel"}
"""These make one when the form is asked for."""
RATES = (
    ("PostNord", "MyPackReturn", 490, 90),
    ("DHLParcel", "Retoure", 620, 70),
    ("DHLExpress", "Worldwide", 2890, 350),
)
"""Carrier, service, minor units for a parcel, minor units for each kilogram more."""


def blueprint(store: Store, config: DevStoreConfig) -> Blueprint:
    """EasyPost's routes."""
    door = Blueprint("easypost", __name__, url_prefix=EASYPOST_PATH)
    _add_shipments(door, store, config)
    _add_afterwards(door, store, config)
    _add_trackers(door, store)
    _add_files(door, store)
    return door


def _add_shipments(door: Blueprint, store: Store, config: DevStoreConfig) -> None:
    @door.post("/v2/shipments")
    def quote() -> Response:
        def answer() -> Response:
            given = (object_in(request) or {}).get("shipment")
            if not isinstance(given, dict) or not _complete(given):
                return _error(
                    422, "SHIPMENT.INVALID_PARAMS", "Unable to create shipment, one or more parameters were invalid."
                )
            return _answered(store.put("easypost_shipment", _quoted(store, given)), config)

        return _with_faults(store, "easypost.quote", answer)

    @door.get("/v2/shipments/<name>")
    def find(name: str) -> Response:
        def answer() -> Response:
            known = _named(store, name)
            return (
                _answered(known, config)
                if known
                else _error(404, "NOT_FOUND", "The requested resource could not be found.")
            )

        return _with_faults(store, "easypost.find", answer)

    @door.post("/v2/shipments/<name>/buy")
    def buy(name: str) -> Response:
        return _with_faults(store, "easypost.buy", lambda: _bought(store, config, name))


def _add_afterwards(door: Blueprint, store: Store, config: DevStoreConfig) -> None:
    """What can be asked for once a shipment was bought."""

    @door.post("/v2/shipments/<name>/refund")
    def refund(name: str) -> Response:
        def answer() -> Response:
            known = _named(store, name)
            if known is None or not known["tracking_code"] or known["refund_status"]:
                return _error(422, "SHIPMENT.REFUND.UNAVAILABLE", "Refund is not available for this shipment.")
            return _answered(store.put("easypost_shipment", {**known, "refund_status": "submitted"}), config)

        return _with_faults(store, "easypost.refund", answer)

    @door.post("/v2/shipments/<name>/forms")
    def form(name: str) -> Response:
        def answer() -> Response:
            known = _named(store, name)
            wanted = ((object_in(request) or {}).get("form") or {}).get("type")
            if known is None or not known["tracking_code"] or wanted != "label_qr_code":
                return _error(422, "SHIPMENT.FORM.INVALID", "The form is not available for this shipment.")
            if known["selected"]["carrier"] not in CODE_CARRIERS:
                return _error(422, "FORM.UNSUPPORTED_CARRIER", "The carrier does not support this form.")
            return _answered(store.put("easypost_shipment", {**known, "has_code": True}), config)

        return _with_faults(store, "easypost.form", answer)


def _add_trackers(door: Blueprint, store: Store) -> None:
    @door.post("/v2/trackers")
    def register() -> Response:
        def answer() -> Response:
            given = (object_in(request) or {}).get("tracker") or {}
            number = str(given.get("tracking_code") or "")
            if not number:
                return _error(422, "TRACKER.CREATE.ERROR", "Unable to create tracker.")
            known = store.find("easypost_tracker", tracking_code=number)
            return jsonify(
                tracker_shown(known[0] if known else new_tracker(store, _clock(), number, given.get("carrier")))
            )

        return _with_faults(store, "easypost.track", answer)

    @door.get("/v2/trackers/<name>")
    def follow(name: str) -> Response:
        def answer() -> Response:
            known = [each for each in store.all("easypost_tracker") if name in (each["name"], each["tracking_code"])]
            return jsonify(tracker_shown(known[0])) if known else _error(404, "NOT_FOUND", "No such tracker.")

        return _with_faults(store, "easypost.track", answer)


def _add_files(door: Blueprint, store: Store) -> None:
    @door.get("/files/<name>.<kind>")
    def file(name: str, kind: str) -> Response:
        known = _named(store, name)
        if known is None or not known["tracking_code"] or kind not in ("pdf", "png"):
            return _error(404, "NOT_FOUND", "No such file.")
        return Response(*_drawn(known, kind))


def _clock() -> Clock:
    """The dev store's one clock."""
    return current_app.extensions["devstore"].clock


def _with_faults(store: Store, name: str, answer: Any) -> Response:
    """The answer, or what a fault makes of it; without the key nobody is answered."""
    if not request.authorization or request.authorization.username != EASYPOST_KEY:
        return _error(401, "APIKEY.INACTIVE", "This api key is no longer active. Please use a different api key.")
    fault = faults.take(store, faults.API_KINDS, name, named_only=True)
    kind = fault["kind"] if fault else None
    if kind in ("429", "throttled"):
        return _error(429, "RATE_LIMITED", "You are being rate limited.")
    if kind == "5xx":
        return _error(503, "SERVICE_UNAVAILABLE", "Service unavailable.")
    if kind == "revoked":
        return _error(401, "APIKEY.INACTIVE", "This api key is no longer active. Please use a different api key.")
    if fault and kind == "slow":
        time.sleep(fault["seconds"])
    with store.transaction():
        made = answer()
    return lost_answers.cut(made) if kind == "answer_lost" else made


def _quoted(store: Store, given: dict[str, Any]) -> Document:
    number = store.next_id("easypost_shipment")
    kilograms = max(0.0, float(given["parcel"].get("weight") or 0) * 0.0283495 - 1)
    currency = (store.get("shop", 1) or {}).get("currency", "EUR")
    rates = [
        {"id": f"rate_{number}_{place}", "carrier": carrier, "service": service, "currency": currency,
         "rate": f"{(price + round(more * kilograms)) / 100:.2f}", "shipment_id": f"shp_{number:032x}"}
        for place, (carrier, service, price, more) in enumerate(RATES)
    ]  # fmt: skip
    kept = {name: given[name] for name in ("to_address", "from_address", "parcel")}
    return {
        "id": number, "name": f"shp_{number:032x}", "created_at": _clock().now().isoformat(timespec="seconds"),
        "reference": given.get("reference"), "is_return": bool(given.get("is_return")), "rates": rates,
        "tracking_code": None, "selected": None, "refund_status": None, "tracker": None, **kept,
    }  # fmt: skip


def _bought(store: Store, config: DevStoreConfig, name: str) -> Response:
    known = _named(store, name)
    wanted = ((object_in(request) or {}).get("rate") or {}).get("id")
    rate = next((each for each in known["rates"] if each["id"] == wanted), None) if known else None
    if known is None or rate is None:
        return _error(422, "SHIPMENT.BUY.RATE_INVALID", "The rate does not belong to this shipment.")
    if known["tracking_code"]:
        return _error(422, "SHIPMENT.POSTAGE.EXISTS", "Postage already exists for this shipment.")
    digits = int(hashlib.sha256(f"{config.seed}:{known['name']}".encode()).hexdigest(), 16)
    number = f"RR{digits % 10**9:09d}SE"
    tracker = new_tracker(store, _clock(), number, rate["carrier"], shipment=known["name"])
    at = _clock().now().isoformat(timespec="seconds")
    paid = {**known, "tracking_code": number, "selected": rate, "tracker": tracker["id"], "bought_at": at}
    return _answered(store.put("easypost_shipment", paid), config)


def _answered(known: Document, config: DevStoreConfig) -> Response:
    """A Shipment as EasyPost shows it."""
    base = f"{config.public_origin}{EASYPOST_PATH}/files/{known['name']}"
    is_bought = known["tracking_code"] is not None
    has_code = is_bought and (known["selected"]["carrier"] in QR_CARRIERS or bool(known.get("has_code")))
    tracker = {"id": f"trk_{known['tracker']:032x}", "object": "Tracker", "tracking_code": known["tracking_code"],
               "carrier": known["selected"]["carrier"], "public_url": None} if is_bought else None  # fmt: skip
    return jsonify(
        {
            "id": known["name"], "object": "Shipment", "mode": "test", "created_at": known["created_at"],
            "reference": known["reference"], "is_return": known["is_return"], "rates": known["rates"],
            "selected_rate": known["selected"], "tracking_code": known["tracking_code"], "tracker": tracker,
            "refund_status": known["refund_status"], "messages": [], "to_address": known["to_address"],
            "from_address": known["from_address"], "parcel": known["parcel"],
            "forms": [{"object": "Form", "form_type": "label_qr_code", "form_url": f"{base}.png"}] if has_code else [],
            "postage_label": {"object": "PostageLabel", "created_at": known.get("bought_at"),
                              "label_url": f"{base}.pdf", "label_pdf_url": f"{base}.pdf"} if is_bought else None,
        }
    )  # fmt: skip


def _drawn(known: Document, kind: str) -> tuple[bytes, int, dict[str, str]]:
    """A label to look at, or the code that a counter prints it from."""
    written = BytesIO()
    if kind == "png":
        segno.make(known["tracking_code"], error="m").save(written, kind="png", scale=8, border=4)
        return written.getvalue(), 200, {"Content-Type": "image/png"}
    sheet = Image.new("RGB", (800, 1200), "white")
    pen = ImageDraw.Draw(sheet)
    lines = [known["selected"]["carrier"], known["selected"]["service"], known["tracking_code"], ""]
    for place in ("from_address", "to_address") if known["is_return"] else ("to_address", "from_address"):
        lines += [str(known[place].get(part) or "") for part in ("name", "street1", "zip", "city", "country")] + [""]
    pen.multiline_text((40, 40), "\n".join(lines), fill="black", font_size=34, spacing=12)
    sheet.save(written, "PDF", resolution=200)
    return written.getvalue(), 200, {"Content-Type": "application/pdf"}


def _named(store: Store, name: str) -> Document | None:
    """By EasyPost's id, or by the reference it was given."""
    known = store.find("easypost_shipment", name=name) or store.find("easypost_shipment", reference=name)
    return known[-1] if known else None


def _complete(given: dict[str, Any]) -> bool:
    needed = ("name", "street1", "city", "country")
    places = [given.get(place) for place in ("to_address", "from_address")]
    whole = all(isinstance(place, dict) and all(place.get(part) for part in needed) for place in places)
    return whole and isinstance(given.get("parcel"), dict)


def _error(status: int, code: str, message: str) -> Response:
    answer = jsonify({"error": {"code": code, "message": message, "errors": []}})
    answer.status_code = status
    return answer
