"""Parcels and what is said about them on their way."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from shopify_app.orders.models import Order
from shopify_app.orders.projection import items_prepared
from shopify_app.shipments.models import Shipment
from shopify_app.shipments.projection import apply_event, apply_fulfillment, delete_event
from shopify_app.shipments.whole_order import apply_whole_order
from shopify_app.shopify import payloads
from shopify_app.shopify.delivery import Delivery
from shopify_app.shopify.payload_fields import number, part
from shopify_app.shopify.snapshots import FulfillmentEventSnapshot, FulfillmentSnapshot, OrderSnapshot
from webhooks.orders import missing_order, read_order
from webhooks.work import NotKnownYet, Stale, Work


def fulfillment_changed(work: Work) -> None:
    """``fulfillments/create|update``: one parcel, of an order that we hold or fetch."""
    told = replace(payloads.fulfillment(work.payload), told_at=work.triggered_at)
    snapshot = _with_its_word(work, told)
    order = missing_order(work, snapshot.order_id)
    with work.applying() as session:
        if order is not None:
            apply_whole_order(session, work.shop_id, order, work.now)
        apply_fulfillment(session, work.shop_id, snapshot, work.now)


def items_prepared_here(work: Work) -> None:
    """``fulfillment_orders/line_items_prepared_for_pickup|local_delivery``: names the fulfilment order alone. The order
    is read, which also says where it is collected."""
    told = part(work.payload, "fulfillment_order") or work.payload
    order_id = work.admin().order_of_fulfillment_order(number(told, "id"))
    if order_id is None:
        raise Stale("Shopify shows us no such fulfilment order")
    snapshot = read_order(work, order_id)
    with work.applying() as session:
        apply_whole_order(session, work.shop_id, snapshot, work.now)
        items_prepared(session, work.shop_id, order_id, work.triggered_at, work.now)


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


def _with_its_word(work: Work, snapshot: FulfillmentSnapshot) -> FulfillmentSnapshot:
    """Whether goods that are collected wait or were handed over is a word that the payload may lack: it is read, and
    then counts as read, not as told when the payload was."""
    if snapshot.shipment_status or snapshot.numbers:
        return snapshot
    wanted = select(Order.delivery).where(Order.shop_id == work.shop_id, Order.shopify_id == snapshot.order_id)
    with work.reading() as session:
        if session.scalar(wanted) != Delivery.PICK_UP:
            return snapshot
    told = work.admin().fulfillment(snapshot.shopify_id)
    return replace(snapshot, shipment_status=told.shipment_status, told_at=None) if told else snapshot


def _order_of_missing_parcel(work: Work, snapshot: FulfillmentEventSnapshot) -> OrderSnapshot | None:
    wanted = select(Shipment.id).where(Shipment.shop_id == work.shop_id, Shipment.shopify_id == snapshot.fulfillment_id)
    with work.reading() as session:
        if session.scalar(wanted) is not None:
            return None
    if work.is_young:
        raise NotKnownYet("its parcel has not reached us yet")
    return read_order(work, snapshot.order_id)
