"""The histograms of a shop's lanes: what is counted, and what they say about parcels like this one."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.shipments.directory import carrier
from shopify_app.shipments.estimate import LONGEST, Experience, Lane, LaneKind, Published, is_carrier_better
from shopify_app.shipments.models import Shipment, TransitCount, TransitCounted

RANK_WINDOW = timedelta(days=21)
MOST_RANKS = 500


def lane_keys(shipment: Shipment) -> dict[LaneKind, str]:
    """The lanes a parcel belongs to, from narrow to wide: carrier|service|origin|destination."""
    name = shipment.carrier or (shipment.company or "").casefold()[:40]
    to = shipment.destination or ""
    service = (shipment.service or "").casefold()[:60]
    return {
        LaneKind.SERVICE: f"{name}|{service}|{shipment.origin or ''}|{to}",
        LaneKind.CARRIER: f"{name}|||{to}",
        LaneKind.COUNTRY: f"|||{to}",
    }


def experience_of(session: Session, shipment: Shipment, now: datetime) -> Experience:
    """What the shop's delivered parcels say about parcels like this one."""
    ours, carriers = _errors(session, shipment)
    return Experience(
        lanes=_lanes(session, shipment.shop_id, lane_keys(shipment)),
        ranks=_ranks(session, shipment.shop_id, now),
        is_carrier_better=is_carrier_better(ours, carriers),
        published=_published(shipment),
    )


def experience_to(session: Session, shop_id: int, country: str | None, now: datetime) -> Experience:
    """What they say about parcels to a country (ISO), whoever will carry them."""
    keys = {LaneKind.COUNTRY: f"|||{country or ''}"}
    return Experience(_lanes(session, shop_id, keys), _ranks(session, shop_id, now))


def _lanes(session: Session, shop_id: int, keys: dict[LaneKind, str]) -> tuple[Lane, ...]:
    counts: dict[str, list[int]] = {key: [0] * (LONGEST + 1) for key in keys.values()}
    wanted = select(TransitCount).where(TransitCount.shop_id == shop_id, TransitCount.lane.in_(counts))
    for row in session.scalars(wanted):
        counts[row.lane][min(row.working_days, LONGEST)] += max(0, row.parcels)
    return tuple(Lane(kind, tuple(counts[key])) for kind, key in keys.items())


def _ranks(session: Session, shop_id: int, now: datetime) -> tuple[float, ...]:
    wanted = (
        select(TransitCounted.rank)
        .where(TransitCounted.shop_id == shop_id, TransitCounted.counted_at > now - RANK_WINDOW)
        .order_by(TransitCounted.counted_at.desc())
        .limit(MOST_RANKS)
    )
    return tuple(session.scalars(wanted))


def _errors(session: Session, shipment: Shipment) -> tuple[list[int], list[int]]:
    """Errors of our dates and of the carrier's own, in working days, over its last parcels that had both."""
    wanted = (
        select(TransitCounted.error_days, TransitCounted.carrier_error_days)
        .join(Shipment, Shipment.id == TransitCounted.shipment_id)
        .where(TransitCounted.shop_id == shipment.shop_id, Shipment.carrier == shipment.carrier)
        .where(TransitCounted.error_days.is_not(None), TransitCounted.carrier_error_days.is_not(None))
        .order_by(TransitCounted.counted_at.desc())
        .limit(MOST_RANKS)
    )
    rows = session.execute(wanted).all() if shipment.carrier else []
    return [ours or 0 for ours, _ in rows], [carriers or 0 for _, carriers in rows]


def _published(shipment: Shipment) -> Published | None:
    known = carrier(shipment.carrier)
    is_domestic = known is not None and shipment.destination in known.home
    return Published(*known.published) if known and known.published and is_domestic else None
