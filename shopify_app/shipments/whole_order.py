"""An order with everything a snapshot of it carries: the order itself, then its parcels and their scans."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from shopify_app.orders.models import Order
from shopify_app.orders.projection import apply_order, knows_better
from shopify_app.shipments.projection import apply_fulfillment
from shopify_app.shopify.snapshots import OrderSnapshot


def apply_whole_order(session: Session, shop_id: int, snapshot: OrderSnapshot, now: datetime) -> Order:
    """Brings the order's row, its parcels and their scans up to the snapshot; older facts change nothing.

    Of a burst of changes the newest is applied whole. An older one that comes after it ends at the order's row: what it
    says of parcels was in the newer one too.
    """
    order = apply_order(session, shop_id, snapshot, now)
    if order.deleted_at is None and not knows_better(order, snapshot):
        for parcel in snapshot.fulfillments:
            apply_fulfillment(session, shop_id, replace(parcel, told_at=snapshot.told_at), now)
    return order
