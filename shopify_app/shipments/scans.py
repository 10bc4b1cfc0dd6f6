"""Scan rows: made from what Shopify passes on, found again, kept when they are taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.shipments.facts import SHOPIFY, moment
from shopify_app.shipments.mapping import Mapped, event_status
from shopify_app.shipments.models import Scan, Shipment
from shopify_app.shipments.places import Address, country_code
from shopify_app.shipments.stamps import Stamp, UnreadableTime, ZoneSource, read_stamp
from shopify_app.shipments.states import ParcelState
from shopify_app.shopify.snapshots import FulfillmentEventSnapshot

CLOCKS_ARE_AHEAD = timedelta(days=1)
"""By how much a carrier's clock may be ahead, its zone mistaken. What is told to happen later has not happened then."""


def scan_from(shipment: Shipment, snapshot: FulfillmentEventSnapshot) -> Scan:
    """A Shopify event as a scan of `shipment`; a word we do not know keeps its spelling under state "unknown"."""
    meaning = event_status(snapshot.status)
    is_known = isinstance(meaning, Mapped)
    stamp = _stamp(snapshot)
    return Scan(
        shop_id=shipment.shop_id,
        shipment_id=shipment.id,
        source=SHOPIFY,
        key=str(snapshot.shopify_id),
        code=snapshot.status[:80],
        state=meaning.state if is_known else ParcelState.UNKNOWN,
        reason=meaning.reason if is_known else None,
        text=snapshot.message[:500] if snapshot.message else None,
        time_raw=stamp.raw[:64],
        instant=stamp.instant,
        local_time=stamp.local.isoformat(timespec="minutes"),
        zone_source=stamp.zone_source,
        precision=stamp.precision,
        place=_place(snapshot),
        country=country_code(snapshot.country or "") or None,
        eta=snapshot.estimated_delivery_at,
    )


def find_scan(scans: Sequence[Scan], source: str, key: str) -> Scan | None:
    """The scan a source knows under `key`, deleted or not."""
    return next((scan for scan in scans if scan.source == source and scan.key == key), None)


def scans_of(session: Session, shipment: Shipment) -> list[Scan]:
    """All scans of a parcel, deleted ones too, oldest first."""
    wanted = select(Scan).where(Scan.shop_id == shipment.shop_id, Scan.shipment_id == shipment.id)
    return sorted(session.scalars(wanted), key=lambda scan: (moment(scan), scan.key))


def _stamp(snapshot: FulfillmentEventSnapshot) -> Stamp:
    address = Address(
        city=snapshot.city or "",
        region=snapshot.province or "",
        country=snapshot.country or "",
        zip=snapshot.zip or "",
    )
    at = snapshot.happened_at or snapshot.fact_at
    try:
        stamp = read_stamp(snapshot.happened_at_raw or at.isoformat(), address)
    except UnreadableTime:
        return _as_told(snapshot)
    happened_at = stamp.instant or stamp.local.replace(tzinfo=UTC)
    return _as_told(snapshot) if happened_at > snapshot.fact_at + CLOCKS_ARE_AHEAD else stamp


def _as_told(snapshot: FulfillmentEventSnapshot) -> Stamp:
    """Something was said, only not when: it stands where Shopify told us of it, and says that it is a guess."""
    local = snapshot.fact_at.astimezone(UTC).replace(tzinfo=None)
    return Stamp(snapshot.happened_at_raw or "", local, snapshot.fact_at, "UTC", ZoneSource.ASSUMED)


def _place(snapshot: FulfillmentEventSnapshot) -> str | None:
    parts = [part.strip() for part in (snapshot.city, snapshot.province) if part and part.strip()]
    return ", ".join(dict.fromkeys(parts))[:255] or None
