"""Parcels and what is said about them on their way."""

from __future__ import annotations

from sqlalchemy import select

from shopify_app.shipments.models import Shipment
from shopify_app.shipments.projection import apply_event, apply_fulfillment, delete_event
from shopify_app.shipments.whole_order import apply_whole_order
from shopify_app.shopify import payloads
from shopify_app.shopify.snapshots import FulfillmentEventSnapshot, OrderSnapshot
from webhooks.orders import missing_order, read_order
from webhooks.work import NotKnownYet, Work


def fulfillment_changed(work: Work) -> None:
    """``fulfillments/create|update``: one parcel, of an order that we hold or fetch."""
    snapshot = payloads.fulfillment(work.payload)
    order = missing_order(work, snapshot.order_id)
    with work.applying() as session:
        if order is not None:
            apply_whole_order(session, work.shop_id, order, work.now)
        apply_fulfillment(session, work.shop_id, snapshot, work.now)


def event_created(work: Work) -> None:
    """``fulfillment_events/create``: one scan, of a parcel that we hold or fetch with its order."""
    snapshot = payloads.fulfillment_event(work.payload)
    order = _order_of_missing_parcel(work, snapshot)
    with work.applying() as session:
        if order is not None:
            apply_whole_order(session, work.shop_id, order, work.now)
        apply_event(session, work.shop_id, snapshot, work.now)


def event_deleted(work: Work) -> None:
    """``fulfillment_events/delete``: the scan stays, marked, so that a late repeat of it is not believed."""
    snapshot = payloads.fulfillment_event(work.payload)
    order = _order_of_missing_parcel(work, snapshot)
    with work.applying() as session:
        if order is not None:
            apply_whole_order(session, work.shop_id, order, work.now)
        delete_event(session, work.shop_id, snapshot, work.now)


def _order_of_missing_parcel(work: Work, snapshot: FulfillmentEventSnapshot) -> OrderSnapshot | None:
    wanted = select(Shipment.id).where(Shipment.shop_id == work.shop_id, Shipment.shopify_id == snapshot.fulfillment_id)
    with work.reading() as session:
        if session.scalar(wanted) is not None:
            return None
    if work.is_young:
        raise NotKnownYet("its parcel has not reached us yet")
    return read_order(work, snapshot.order_id)
