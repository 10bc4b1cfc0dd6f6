"""EasyPost over plain HTTP: labels are quoted and bought, parcels are followed. One instance for each account.

Source: docs.easypost.com, "Shipments", "Returns", "Shipping Refund", "Forms",
"Trackers", "Errors".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from shopify_app.carriers import easypost_words as words
from shopify_app.returns.parcels.labels import BoughtLabel, Offer, ParcelAsked, ProviderAway, ProviderRefused
from shopify_app.returns.parcels.parcels import TrackedParcel
from shopify_app.returns.said import masked

ID = "easypost"
SECONDS = 15.0
MOST_FILE = 5 * 1024 * 1024
OUNCE_GRAMS, INCH_CM = 28.349523125, 2.54
EXISTS = "SHIPMENT.POSTAGE.EXISTS"
GONE = 404


class EasyPost:
    """One account. Everything raises `ProviderAway` or `ProviderRefused`."""

    id = ID

    def __init__(self, client: httpx.Client, origin: str, api_key: str) -> None:
        self._client, self._origin, self._key = client, origin.rstrip("/"), api_key

    def quote(self, asked: ParcelAsked) -> Sequence[Offer]:
        """What a return label costs. EasyPost swaps the two addresses of a return: ``to`` is who sends it back."""
        to, sender = asked.to, asked.sender
        shipment = {
            "is_return": True,
            "reference": asked.reference,
            "to_address": {
                **_address(sender.name, sender.street, sender.street2, sender.city, sender.postcode, sender.country),
                **{"state": sender.province, "phone": sender.phone, "email": sender.email},
            },
            "from_address": {
                **_address(to.recipient, to.street, to.street2, to.city, to.postcode, to.country),
                **{"state": to.province, "phone": to.phone},
            },
            "parcel": _parcel(asked),
            "options": {"label_format": "PDF"},
        }
        return words.offers(self._call("POST", "/v2/shipments", {"shipment": shipment}))

    def buy(self, offer: Offer) -> BoughtLabel:
        """Buys the quoted rate. EasyPost refuses to sell a shipment's label twice; then the first is handed out."""
        path = f"/v2/shipments/{quote(offer.shipment, safe='')}"
        try:
            made = words.bought(self._call("POST", f"{path}/buy", {"rate": {"id": offer.rate}}))
        except ProviderRefused as refusal:
            made = self.find(offer.shipment) if refusal.code == EXISTS else None
            if made is None:
                raise
        if made is None:
            raise ProviderAway("a purchase without a label", was_sent=True)
        return made

    def find(self, shipment: str) -> BoughtLabel | None:
        """The label of a shipment, by EasyPost's id or by our reference."""
        try:
            return words.bought(self._call("GET", f"/v2/shipments/{quote(shipment, safe='')}"))
        except ProviderRefused as refusal:
            if refusal.code == "NOT_FOUND":
                return None
            raise

    def void(self, shipment: str) -> str | None:
        """Asks for the postage back: ``submitted``, ``refunded``, ``rejected``, or ``not_applicable`` where the carrier
        bills by the scan. EasyPost takes it 30 days (USPS) or 90 (UPS, FedEx) long, and not after a scan."""
        try:
            return words.refund(self._call("POST", f"/v2/shipments/{quote(shipment, safe='')}/refund", {}))
        except ProviderRefused:
            known = self.voided(shipment)
            if known is None:
                raise
            return known

    def voided(self, shipment: str) -> str | None:
        """How it stands with the postage of a shipment; None: it was not asked back."""
        return words.refund(self._call("GET", f"/v2/shipments/{quote(shipment, safe='')}"))

    def code(self, shipment: str) -> str | None:
        """The code of a shipment, which USPS makes when it is asked for (Form ``label_qr_code``)."""
        path = f"/v2/shipments/{quote(shipment, safe='')}"
        known = words.code(self._call("GET", path))
        return known or words.code(self._call("POST", f"{path}/forms", {"form": {"type": words.CODE_FORM}}))

    def register(self, number: str, carrier: str | None) -> TrackedParcel:
        """Follows a parcel that was not bought here; asking twice follows it once."""
        wanted = {"tracking_code": number} | ({"carrier": carrier} if carrier else {})
        return words.parcel(self._call("POST", "/v2/trackers", {"tracker": wanted}))

    def follow(self, ref: str) -> TrackedParcel:
        """What is known of a followed parcel."""
        return words.parcel(self._call("GET", f"/v2/trackers/{quote(ref, safe='')}"))

    def fetch(self, url: str) -> bytes:
        """A label's file, at most `MOST_FILE` bytes; from https addresses, and from our stand-in's own."""
        if not url.startswith(("https://", f"{self._origin}/")) or not urlsplit(url).netloc:
            raise ProviderRefused("FILE", "The label's file has no address that is followed.")
        try:
            with self._client.stream("GET", url, timeout=SECONDS) as answer:
                answer.raise_for_status()
                return _no_more_than(answer, MOST_FILE)
        except httpx.HTTPError as failure:
            raise ProviderAway(type(failure).__name__, was_sent=False) from failure

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            answer = self._client.request(
                method, f"{self._origin}{path}", json=body, auth=(self._key, ""), timeout=SECONDS
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as failure:
            raise ProviderAway(type(failure).__name__, was_sent=False) from failure
        except httpx.HTTPError as failure:
            raise ProviderAway(type(failure).__name__, was_sent=True) from failure
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise ProviderAway("too many requests", was_sent=False)
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise ProviderAway(f"status {answer.status_code}", was_sent=True)
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            raise _refusal(answer)
        try:
            return words.document(answer.content)
        except words.Unreadable as failure:
            raise ProviderAway("an answer that cannot be read", was_sent=True) from failure


def _refusal(answer: httpx.Response) -> ProviderRefused:
    """``{"error": {"code", "message", ...}}``; the message may be a list."""
    if answer.status_code == GONE:
        return ProviderRefused("NOT_FOUND", "")
    try:
        error = words.document(answer.content).get("error")
    except words.Unreadable:
        error = None
    told = error if isinstance(error, dict) else {}
    code = str(told.get("code") or f"HTTP_{answer.status_code}")[:60]
    message = told.get("message")
    return ProviderRefused(code, masked(message if isinstance(message, str) else "")[:300])


def _address(name: str, street: str, street2: str, city: str, postcode: str, country: str) -> dict[str, str]:
    return {"name": name, "street1": street, "street2": street2, "city": city, "zip": postcode, "country": country}


def _parcel(asked: ParcelAsked) -> dict[str, float]:
    """Ounces and inches, which is what EasyPost reckons in."""
    length, width, height = (round(side / INCH_CM, 1) for side in asked.size)
    return {"length": length, "width": width, "height": height, "weight": round(asked.grams / OUNCE_GRAMS, 1)}


def _no_more_than(answer: httpx.Response, most: int) -> bytes:
    read = b""
    for part in answer.iter_bytes():
        read += part
        if len(read) > most:
            raise ProviderRefused("FILE", "The label's file is too large.")
    return read
