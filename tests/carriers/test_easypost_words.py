"""EasyPost's words in ours: signatures, statuses, shipments; nothing that arrives is an error but what is no JSON."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shopify_app.carriers import easypost_words as words
from shopify_app.money import Money
from shopify_app.shipments.states import ParcelState, Reason

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "carrier-samples" / "easypost"
"""Answers recorded elsewhere, read in place where they are; no test needs them."""
S = ParcelState


def tracker(*details: tuple[str, str, str], **more: Any) -> dict[str, Any]:
    """A Tracker with details of (status, status_detail, datetime)."""
    scans = [
        {"status": status, "status_detail": detail, "datetime": at, "message": "Scanned", "tracking_location": None}
        for status, detail, at in details
    ]
    return {"id": "trk_1", "tracking_code": "9400", "carrier": "USPS", "tracking_details": scans} | more


@pytest.mark.parametrize(
    ("status", "detail", "state", "reason"),
    [
        ("pre_transit", "label_created", S.LABEL_CREATED, None),
        ("pre_transit", "status_update", S.LABEL_CREATED, None),
        ("in_transit", "received_at_origin_facility", S.ACCEPTED, None),
        ("in_transit", "departed_facility", S.IN_TRANSIT, None),
        ("in_transit", "missorted", S.IN_TRANSIT, None),
        ("in_transit", "delayed", S.DELAYED, None),
        ("in_transit", "weather_delay", S.DELAYED, Reason.WEATHER),
        ("in_transit", "address_correction", S.ACTION_REQUIRED, Reason.ADDRESS),
        ("in_transit", "delivery_exception", S.DELIVERY_ATTEMPTED, None),
        ("failure", "delivery_exception", S.UNKNOWN, Reason.CARRIER_EXCEPTION),
        ("failure", "failure", S.UNKNOWN, Reason.CARRIER_EXCEPTION),
        ("failure", "lost", S.LOST_OR_DESTROYED, Reason.LOST),
        ("failure", "damaged", S.LOST_OR_DESTROYED, Reason.DAMAGED),
        ("in_transit", "damaged", S.IN_TRANSIT, Reason.DAMAGED),
        ("out_for_delivery", "out_for_delivery", S.OUT_FOR_DELIVERY, None),
        ("available_for_pickup", "arrived_at_pickup_location", S.READY_FOR_PICKUP, None),
        ("delivered", "arrived_at_destination", S.DELIVERED, None),
        ("delivered", "held", S.DELIVERED, None),
        ("return_to_sender", "return", S.RETURNING, None),
        ("return_to_sender", "refused", S.RETURNING, Reason.REFUSED),
        ("return_to_sender", "arrived_at_destination", S.RETURNED, None),
        ("cancelled", "cancelled", S.CANCELLED, None),
        ("error", "", S.UNKNOWN, None),
        ("unknown", "unknown", S.UNKNOWN, None),
        ("beamed_up", "sideways", S.UNKNOWN, None),
    ],
)
def test_a_status_and_its_detail_are_one_state(
    status: str, detail: str, state: ParcelState, reason: Reason | None
) -> None:
    assert words.state_of(status, detail) == (state, reason)


def test_a_scan_without_a_time_is_left_out_and_an_odd_one_is_read_as_unknown() -> None:
    found = words.parcel(tracker(("in_transit", "x", ""), ("beamed_up", "y", "2026-11-22T10:00:00Z")))

    assert [(scan.state, scan.at.isoformat()) for scan in found.scans] == [(S.UNKNOWN, "2026-11-22T10:00:00+00:00")]


def test_the_same_scan_told_again_has_the_same_name() -> None:
    first = words.parcel(tracker(("in_transit", "held", "2026-11-22T10:00:05Z"))).scans[0]
    again = words.parcel(tracker(("in_transit", "held", "2026-11-22T10:00:40+00:00"))).scans[0]

    assert first.key == again.key


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_secret_with_an_accent_signs_in_its_decomposed_form_however_it_was_typed(form: str) -> None:
    body = b'{"description": "tracker.updated"}'
    key = unicodedata.normalize("NFKD", "sécret").encode()
    header = words.PREFIX + hmac.new(key, body, hashlib.sha256).hexdigest()

    assert words.is_genuine(body, header, unicodedata.normalize(form, "sécret"))
    assert not words.is_genuine(body + b" ", header, "sécret")
    assert not words.is_genuine(body, words.PREFIX + hmac.new("sécret".encode(), body, "sha256").hexdigest(), "sécret")


@pytest.mark.parametrize("header", [None, "", "nonsense", "hmac-sha256-hex=", "hmac-sha256-hex=é"])
def test_no_header_and_no_secret_prove_anything(header: str | None) -> None:
    assert not words.is_genuine(b"{}", header, "secret")
    assert not words.is_genuine(b"{}", words.PREFIX + hmac.new(b"", b"{}", hashlib.sha256).hexdigest(), "")


def test_offers_come_cheapest_first_and_what_has_no_price_is_none() -> None:
    rates = [
        {"id": "a", "carrier": "X", "service": "s", "rate": "7.10", "currency": "EUR"},
        {"id": "b", "carrier": "Y", "service": "s", "rate": "4.90", "currency": "EUR"},
        {"id": "c", "carrier": "Z", "service": "s", "rate": "free", "currency": "EUR"},
        {"id": "d", "carrier": "Z", "service": "s"},
    ]

    found = words.offers({"id": "shp_1", "rates": rates})

    assert [(offer.rate, offer.cost) for offer in found] == [("b", Money(490, "EUR")), ("a", Money(710, "EUR"))]


def test_a_shipment_without_a_label_was_not_bought() -> None:
    assert words.bought({"id": "shp_1", "tracking_code": None, "postage_label": None}) is None
    with pytest.raises(words.Unreadable):
        words.bought({})


def test_any_truncation_of_a_push_is_a_clean_refusal() -> None:
    body = json.dumps(
        {"description": "tracker.updated", "result": tracker(("in_transit", "held", "2026-11-22"))}
    ).encode()
    for length in random.Random(7).sample(range(len(body)), 60):
        with pytest.raises(words.Unreadable):
            words.pushed(body[:length])
    assert words.pushed(body) is not None


ODD = (
    None,
    7,
    -1.5,
    True,
    "x",
    "\0",
    "\ud800",
    [],
    ["x"],
    {},
    {"x": 1},
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:00:00-14:00",
)
BOUGHT = {
    "id": "shp_1", "tracking_code": "9400", "refund_status": None,
    "postage_label": {"label_url": "https://a.example/1.png", "label_pdf_url": "https://a.example/1.pdf"},
    "selected_rate": {"id": "rate_1", "rate": "4.90", "currency": "EUR", "carrier": "USPS", "service": "s"},
    "tracker": {"id": "trk_1", "carrier": "USPS", "public_url": "https://a.example/t"},
    "forms": [{"form_type": "label_qr_code", "form_url": "https://a.example/q"}],
    "rates": [{"id": "rate_1", "rate": "4.90", "currency": "EUR", "carrier": "USPS", "service": "s"}],
}  # fmt: skip
SCAN = {
    "status": "in_transit", "status_detail": "held", "datetime": "2026-11-22T10:00:00Z", "message": "Scanned",
    "tracking_location": {"city": "Borås", "state": "", "country": "SE"},
}  # fmt: skip
PLACED = tracker(public_url="https://a.example/t") | {"tracking_details": [SCAN]}


def changed(given: Any, odd: Any) -> Iterator[Any]:
    """The document once for each of its values, that one replaced by `odd`."""
    for key in given if isinstance(given, dict) else range(len(given)) if isinstance(given, list) else ():
        for value in (odd, *changed(given[key], odd)):
            copy = given.copy()
            copy[key] = value
            yield copy


@pytest.mark.parametrize("odd", ODD)
def test_a_value_of_another_kind_is_left_out_or_refused_and_never_breaks_anything(odd: Any) -> None:
    readers = [(PLACED, words.parcel), (BOUGHT, words.bought), (BOUGHT, words.offers)]
    for document, read in readers:
        for each in changed(document, odd):
            try:
                repr(read(each)).encode()
            except words.Unreadable:
                continue
    assert words.parcel(PLACED).scans[0].place == "Borås, SE"


def test_what_no_row_can_keep_is_no_number_and_no_name() -> None:
    for sign in ("\0", "\ud800"):
        with pytest.raises(words.Unreadable):
            words.parcel(tracker(tracking_code=f"9400{sign}"))
        assert words.parcel(tracker(carrier=f"USPS{sign}", id=sign)).carrier is None
        (scan,) = words.parcel(PLACED | {"tracking_details": [SCAN | {"message": f"Here{sign}"}]}).scans
        assert (scan.text, scan.place) == ("Here", "Borås, SE")
    rate = {"id": "a", "carrier": "X", "service": "s", "rate": "7.10", "currency": "EURO"}
    assert words.offers({"id": "shp_1", "rates": [rate]}) == []


@pytest.mark.skipif(not RECORDED.exists(), reason="recorded answers are not on this machine")
class TestRecordedAnswers:
    def test_the_published_signature_is_ours(self) -> None:
        facts = json.loads((RECORDED / "webhook_signature.json").read_text())
        body = (RECORDED / facts["body_file"]).read_bytes()

        assert words.is_genuine(body, facts["header_value"], facts["secret"])
        pushed = words.pushed(body)
        assert pushed is not None
        assert len(pushed.scans) == 7

    def test_every_tracker_is_read_twice_alike(self) -> None:
        trackers = json.loads((RECORDED / "trackers_list_30.json").read_text())["trackers"]

        first, again = ([words.parcel(each) for each in trackers] for _ in range(2))

        assert first == again
        known = {scan.state for parcel in first for scan in parcel.scans if not scan.code.startswith("error")}
        assert S.UNKNOWN not in known

    def test_a_bought_shipment_and_a_quoted_return_are_read(self) -> None:
        bought = words.bought(json.loads((RECORDED / "shipment_buy_label.json").read_text()))
        offers = words.offers(json.loads((RECORDED / "returns_create.json").read_text()))

        assert bought is not None
        assert (bought.number, bought.cost) == ("9400100208303109505657", Money(607, "USD"))
        assert [str(offer.cost) for offer in offers] == ["8.20", "11.01", "51.20"]
