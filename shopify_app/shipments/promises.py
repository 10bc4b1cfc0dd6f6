"""Promise rows: every date we ever showed, so that what it "was" can be told and coverage can be measured."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.shipments.estimate import Arrival, Basis, Because, LaneKind
from shopify_app.shipments.models import Promise


def promises_of(session: Session, shop_id: int, order_id: int, shipment_id: int | None) -> list[Promise]:
    """What was promised for a parcel (None: for what is in no parcel yet), the oldest first."""
    wanted = select(Promise).where(Promise.shop_id == shop_id, Promise.order_id == order_id)
    return list(session.scalars(wanted.where(Promise.shipment_id == shipment_id).order_by(Promise.id)))


def shown(row: Promise) -> Arrival:
    """A promise as it was shown."""
    return Arrival(
        likely=row.likely,
        by=row.by,
        basis=Basis(row.basis),
        share_percent=row.share_percent,
        parcels=row.parcels,
        kind=LaneKind(row.kind) if row.kind else None,
        because=Because(row.because) if row.because else None,
    )


def promise(
    shop_id: int, order_id: int, shipment_id: int | None, fresh: Arrival, because: Because | None, now: datetime
) -> Promise:
    """The row for a date that is shown from `now` on; `fresh` must have one."""
    if fresh.by is None:
        raise ValueError("a promise names a date")
    return Promise(
        shop_id=shop_id,
        order_id=order_id,
        shipment_id=shipment_id,
        likely=fresh.likely,
        by=fresh.by,
        basis=fresh.basis,
        share_percent=fresh.share_percent,
        parcels=fresh.parcels,
        kind=fresh.kind,
        because=because,
        made_at=now,
    )
