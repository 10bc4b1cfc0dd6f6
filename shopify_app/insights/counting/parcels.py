"""Parcels that were delivered on a day: by which carrier, to where, how long it took, and was the promise kept."""

from __future__ import annotations

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.insights.counting.window import ShopDay
from shopify_app.insights.counts import Count, Tally
from shopify_app.shipments.models import Shipment, TransitCounted
from shopify_app.shipments.states import ParcelState


def count_deliveries(session: Session, day: ShopDay, tally: Tally) -> None:
    """By lane, ``carrier|country``. A promise is kept when the parcel came by the first date that was ever shown;
    parcels for which none was shown, or whose way was not seen, count as delivered and as nothing else."""
    wanted = (
        select(
            Shipment.carrier,
            Shipment.company,
            Shipment.destination,
            TransitCounted.working_days,
            TransitCounted.error_days,
        )
        .outerjoin(TransitCounted, TransitCounted.shipment_id == Shipment.id)
        .where(Shipment.shop_id == day.shop_id, Shipment.kind == "parcel", Shipment.state == ParcelState.DELIVERED)
        .where(Shipment.delivered_at >= day.start, Shipment.delivered_at < day.end)
    )
    for carrier, company, destination, working_days, error_days in session.execute(wanted):
        lane = f"{carrier or (company or '').casefold()[:40]}|{destination or ''}"
        tally.add(Count.DELIVERED, key=lane)
        if working_days is not None:
            tally.add(Count.TRANSIT_PARCELS, key=lane)
            tally.add(Count.TRANSIT_DAYS, working_days, key=lane)
        if error_days is not None:
            tally.add(Count.DELIVERED_PROMISED, key=lane)
            tally.add(Count.DELIVERED_KEPT, error_days <= 0, key=lane)
