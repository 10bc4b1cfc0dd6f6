"""Between rows and rules: what a shipment's rows say, as the pure facts of `states`, and which scans a shopper sees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from shopify_app.shipments.mapping import Mapped, display_status, fulfilment_status
from shopify_app.shipments.models import Scan, Shipment
from shopify_app.shipments.states import BEFORE_MOVING, RETURN_SCANS, ParcelState, ParcelStatus, Reason, ScanFact

SHOPIFY = "shopify"
MERCHANT = "merchant"
CALLED_OFF = "cancelled"
# A scan in one of these does not show that the carrier has the parcel.
NOT_IN_HAND = frozenset(BEFORE_MOVING[:2]) | {ParcelState.CANCELLED, ParcelState.UNKNOWN, ParcelState.DELIVERED}


def facts_of(shipment: Shipment, scans: Sequence[Scan]) -> list[ScanFact]:
    """Everything that counts for the state: living scans, and Shopify's words about the fulfilment itself."""
    facts = [fact(scan) for scan in scans if scan.deleted_at is None]
    taken_back = [fact(scan) for scan in scans if scan.deleted_at is not None]
    told = [*facts, *_progress(shipment, facts, taken_back)]
    return [*told, *_fulfilment(shipment, told)]


def fact(scan: Scan) -> ScanFact:
    """One row as a fact; the merchant's own rows are corrections."""
    return ScanFact(
        key=f"{scan.source}:{scan.key}",
        state=ParcelState(scan.state),
        at=moment(scan),
        reason=Reason(scan.reason) if scan.reason else None,
        code=scan.code,
        place=scan.place or "",
        sequence=int(scan.key) if scan.key.isdecimal() else 0,
        is_correction=scan.source == MERCHANT,
    )


def moment(scan: Scan) -> datetime:
    """UTC instant to order a scan by; a time of unknown zone stands where it would be in UTC."""
    if scan.instant is not None:
        return scan.instant
    return datetime.fromisoformat(scan.local_time or "1970-01-01").replace(tzinfo=UTC)


def accepted_at(facts: Iterable[ScanFact]) -> datetime | None:
    """When the carrier first had the parcel in hand, None before that (UTC)."""
    return min((item.at for item in facts if item.state not in NOT_IN_HAND and not item.is_correction), default=None)


def delivered_at(status: ParcelStatus, facts: Iterable[ScanFact]) -> datetime | None:
    """When it was handed over, None before that (UTC)."""
    if status.state is ParcelState.DELIVERED:
        return status.at
    # On its way back it still was delivered once: return windows count from there.
    delivered = [item.at for item in facts if item.state is ParcelState.DELIVERED]
    return min(delivered, default=None) if status.state in RETURN_SCANS else None


def cancelled_at(shipment: Shipment, status: ParcelStatus) -> datetime | None:
    """Since when its fulfilment does not stand, None while it does (UTC). One that failed stands all the same once the
    carrier has the parcel."""
    if not _is_off(shipment):
        return None
    has_left = shipment.fulfilment_status.casefold() != CALLED_OFF and status.state is not ParcelState.CANCELLED
    return None if has_left else shipment.cancelled_at or shipment.fact_at


def _is_off(shipment: Shipment) -> bool:
    meaning = fulfilment_status(shipment.fulfilment_status)
    return isinstance(meaning, Mapped) and meaning.state is ParcelState.CANCELLED


def _progress(shipment: Shipment, facts: Sequence[ScanFact], taken_back: Sequence[ScanFact]) -> list[ScanFact]:
    # `shipment_status` mostly echoes an event; it counts alone only where the event itself never reached us. An echo of
    # one that was taken back may reach us after that.
    meaning = display_status(shipment.progress) if shipment.progress else None
    if not isinstance(meaning, Mapped) or shipment.progress_at is None or meaning.state is ParcelState.AWAITING_DATA:
        return []
    if any(item.state is meaning.state and item.reason == meaning.reason for item in facts):
        return []
    if any(item.state is meaning.state and item.at == shipment.progress_at for item in taken_back):
        return []
    return [ScanFact("progress", meaning.state, shipment.progress_at, meaning.reason, code=shipment.progress or "")]


def _fulfilment(shipment: Shipment, told: Sequence[ScanFact]) -> list[ScanFact]:
    meaning = fulfilment_status(shipment.fulfilment_status)
    if not isinstance(meaning, Mapped) or meaning.state is ParcelState.AWAITING_DATA:
        return []
    # Cancelling a fulfilment is the merchant's own act and stands above what the carrier said.
    is_cancelled = shipment.fulfilment_status.casefold() == CALLED_OFF
    has_failed = meaning.state is ParcelState.CANCELLED and not is_cancelled
    if has_failed and any(item.state not in NOT_IN_HAND - {ParcelState.DELIVERED} for item in told):
        return []  # a request that failed takes no parcel out of the carrier's hands
    at = (shipment.cancelled_at if is_cancelled else None) or shipment.shipped_at
    return [ScanFact("fulfilment", meaning.state, at, meaning.reason, is_correction=is_cancelled)]
