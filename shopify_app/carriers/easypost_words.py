"""What EasyPost says, in our words. Pure: the same bytes give the same parcel, and no unknown word is an error.

Sources: EasyPost's API documentation (Tracker, TrackingDetail, Shipment, Event) and answers recorded in 2024 and 2025.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from shopify_app.money import Money
from shopify_app.returns.parcels.labels import BoughtLabel, Offer
from shopify_app.returns.parcels.parcels import TrackedParcel, TrackedScan
from shopify_app.shipments.states import ParcelState, Reason
from shopify_app.texts import plain

SIGNATURE = "X-Hmac-Signature"
PREFIX = "hmac-sha256-hex="

S = ParcelState
STATUSES: Mapping[str, ParcelState] = {
    "pre_transit": S.LABEL_CREATED,
    "in_transit": S.IN_TRANSIT,
    "out_for_delivery": S.OUT_FOR_DELIVERY,
    "available_for_pickup": S.READY_FOR_PICKUP,
    "delivered": S.DELIVERED,
    "return_to_sender": S.RETURNING,
    "cancelled": S.CANCELLED,
}
"""EasyPost's statuses that say where a parcel is; ``unknown``, ``error`` and ``failure`` say nothing by themselves."""
DETAILS: Mapping[str, tuple[ParcelState, Reason | None]] = {
    "received_at_origin_facility": (S.ACCEPTED, None),
    "out_for_delivery": (S.OUT_FOR_DELIVERY, None),
    "arrived_at_pickup_location": (S.READY_FOR_PICKUP, None),
    "delayed": (S.DELAYED, None),
    "held": (S.DELAYED, None),
    "transit_exception": (S.DELAYED, None),
    "weather_delay": (S.DELAYED, Reason.WEATHER),
    "address_correction": (S.ACTION_REQUIRED, Reason.ADDRESS),
    "awaiting_information": (S.ACTION_REQUIRED, Reason.PAPERS),
    "refused": (S.RETURNING, Reason.REFUSED),
    "return": (S.RETURNING, None),
    "lost": (S.LOST_OR_DESTROYED, Reason.LOST),
    "cancelled": (S.CANCELLED, None),
    "label_created": (S.LABEL_CREATED, None),
}
"""Details that say more than their status, which they go before."""
CODE_FORM = "label_qr_code"
STAY = frozenset({"delivered", "return_to_sender", "cancelled", "pre_transit"})
"""Statuses that no detail but their own overrules: what is delivered is not on the way again."""


class Unreadable(ValueError):
    """A body that is not what EasyPost sends."""


def state_of(status: str, detail: str) -> tuple[ParcelState, Reason | None]:
    """Where the parcel is by a status and its detail; UNKNOWN for a word we cannot read."""
    if status == "return_to_sender" and detail == "arrived_at_destination":
        return S.RETURNED, None
    if detail == "damaged":  # moving on all the same, unless the carrier gave it up
        return (S.LOST_OR_DESTROYED if status == "failure" else S.IN_TRANSIT), Reason.DAMAGED
    if detail == "delivery_exception" or (status == "failure" and detail not in DETAILS):
        return (S.DELIVERY_ATTEMPTED, None) if status == "in_transit" else (S.UNKNOWN, Reason.CARRIER_EXCEPTION)
    if detail in DETAILS and (status not in STAY or DETAILS[detail][0] is STATUSES[status]):
        return DETAILS[detail]
    return STATUSES.get(status, S.UNKNOWN), None


def parcel(tracker: Mapping[str, Any]) -> TrackedParcel:
    """A Tracker. Raises Unreadable where it has no number."""
    number = _word(tracker, "tracking_code")
    if number is None:
        raise Unreadable("a tracker without tracking_code")
    details = tracker.get("tracking_details")
    scans = [
        found
        for place, detail in enumerate(details if isinstance(details, list) else ())
        if isinstance(detail, dict) and (found := _scan(detail, place))
    ]
    return TrackedParcel(number, _word(tracker, "carrier"), _word(tracker, "id"), tuple(scans), _page(tracker))


def pushed(body: bytes) -> TrackedParcel | None:
    """The parcel that a push is about; None for a push about something else. Raises Unreadable."""
    event = document(body)
    result = event.get("result")
    is_tracker = str(event.get("description", "")).startswith("tracker.")
    return parcel(result) if is_tracker and isinstance(result, dict) else None


def is_genuine(body: bytes, header: str | None, secret: str) -> bool:
    """Whether the push was signed with `secret`: HMAC-SHA256 of the raw body, keyed with the NFKD form of the secret
    (an accented letter is a letter and its accent; the composed form gives another signature)."""
    if not header or not secret:
        return False
    key = unicodedata.normalize("NFKD", secret).encode()
    expected = PREFIX + hmac.new(key, body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), header.strip().encode())


def offers(shipment: Mapping[str, Any]) -> list[Offer]:
    """The rates of a quoted shipment, the cheapest first. Raises Unreadable."""
    name = _word(shipment, "id")
    rates = shipment.get("rates")
    if name is None or not isinstance(rates, list):
        raise Unreadable("a shipment without id or rates")
    found = [offer for rate in rates if isinstance(rate, dict) and (offer := _offer(name, rate))]
    return sorted(found, key=lambda offer: (offer.cost.amount, offer.rate))


def bought(shipment: Mapping[str, Any]) -> BoughtLabel | None:
    """The label of a shipment; None where none was bought. Raises Unreadable."""
    name, number = _word(shipment, "id"), _word(shipment, "tracking_code")
    label = shipment.get("postage_label")
    if name is None:
        raise Unreadable("a shipment without id")
    if not isinstance(label, dict) or number is None:
        return None
    rate, tracker = _object(shipment, "selected_rate"), _object(shipment, "tracker")
    return BoughtLabel(
        shipment=name,
        number=number,
        carrier=_word(rate, "carrier") or _word(tracker, "carrier") or "",
        cost=_cost(rate),
        file_url=_word(label, "label_pdf_url") or _word(label, "label_url"),
        qr_url=code(shipment),
        tracker=_word(tracker, "id"),
        page=_page(tracker),
        bought_at=_instant(label.get("created_at")),
    )


def refund(shipment: Mapping[str, Any]) -> str | None:
    """How it stands with the postage of a shipment; None: nobody asked for it back."""
    return _word(shipment, "refund_status")


def code(answer: Mapping[str, Any]) -> str | None:
    """Where the code is that the carrier prints the label from: in a shipment's forms, or the form itself."""
    forms = answer.get("forms")
    for form in (answer, *(forms if isinstance(forms, list) else ())):
        if isinstance(form, dict) and form.get("form_type") == CODE_FORM:
            return _word(form, "form_url")
    return None


def document(body: bytes) -> dict[str, Any]:
    """A JSON object. Raises Unreadable."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError) as failure:
        raise Unreadable("no JSON") from failure
    if not isinstance(read, dict):
        raise Unreadable("no JSON object")
    return read


def _scan(detail: Mapping[str, Any], place: int) -> TrackedScan | None:
    """One TrackingDetail; None where it says no time."""
    at = _instant(detail.get("datetime"))
    if at is None:
        return None
    status, more = _word(detail, "status") or "", _word(detail, "status_detail") or ""
    state, reason = state_of(status, more)
    where = _object(detail, "tracking_location")
    parts = [part for name in ("city", "state", "country") if isinstance(part := where.get(name), str) and part]
    text = plain(detail.get("message") if isinstance(detail.get("message"), str) else "", 300)
    return TrackedScan(at, state, reason, f"{status}/{more}"[:80], text, plain(", ".join(parts), 120), place)


def _instant(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        read = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):  # no time, or one beyond the calendar's ends
        return None


def _offer(shipment: str, rate: Mapping[str, Any]) -> Offer | None:
    name, cost = _word(rate, "id"), _cost(rate)
    if name is None or cost is None:
        return None
    return Offer(shipment, name, _word(rate, "carrier") or "", _word(rate, "service") or "", cost)


def _cost(rate: Mapping[str, Any]) -> Money | None:
    amount, currency = rate.get("rate"), _word(rate, "currency")
    if not amount or currency is None or len(currency) != len("EUR"):
        return None
    try:
        return Money.parse(Decimal(str(amount)), currency)
    except (InvalidOperation, ValueError):
        return None


def _page(tracker: Mapping[str, Any]) -> str | None:
    page = _word(tracker, "public_url")
    return page if page and page.startswith("https://") else None


def _object(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object of that name; an empty one where there is none."""
    value = given.get(name)
    return value if isinstance(value, dict) else {}


def _word(given: Mapping[str, Any], name: str) -> str | None:
    """None for what is no text, and for text with signs that no row can keep."""
    value = given.get(name)
    return value if isinstance(value, str) and value.isprintable() and value else None
