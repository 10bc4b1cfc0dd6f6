"""When what is not sent yet arrives: the shop's hand-over promise and its history to the country, put together."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from shopify_app.db import Session
from shopify_app.orders.models import Order
from shopify_app.orders.unsent import still_to_send
from shopify_app.settings.store import load
from shopify_app.settings.tracking import Tracking
from shopify_app.shipments.calendar import calendar_for
from shopify_app.shipments.estimate import Parcel, arrival
from shopify_app.shipments.lanes import experience_to
from shopify_app.shipments.lateness import why_moved
from shopify_app.shipments.models import Promise, Shipment, ShipmentLine
from shopify_app.shipments.promises import promise, promises_of, shown
from shopify_app.shipments.states import ParcelState
from shopify_app.shopify.delivery import BY_THE_SHOP
from shopify_app.shops.models import Shop
from shopify_app.zones import local_time

WORTH_WAITING = timedelta(days=60)
"""Orders that nobody has sent for longer than this have another problem than their date."""


def promise_order(session: Session, shop_id: int, order_id: int, now: datetime) -> Promise | None:
    """The newest promise for the part of an order that is in no parcel yet, written down when it is new.

    None while there is nothing to say: everything is sent, the order is cancelled or has no address, no carrier brings
    it, the shop gives no hand-over promise (setting `handover_days`), or fewer than fifty parcels to the country were
    delivered.
    """
    order = session.scalar(select(Order).where(Order.shop_id == shop_id, Order.id == order_id))
    if order is None or order.cancelled_at or order.deleted_at or order.shipping_address is None:
        return None
    if order.delivery in BY_THE_SHOP:
        return None
    tracking = load(session, shop_id, Tracking)
    if tracking.handover_days is None or not _has_unsent(session, order):
        return None
    made = promises_of(session, shop_id, order_id, None)
    parcel = _parcel(session.get_one(Shop, shop_id), order, tracking, now)
    fresh = arrival(parcel, experience_to(session, shop_id, order.country, now), calendar_for(None, order.country))
    if fresh is None or fresh.by is None:
        return made[-1] if made else None
    because = why_moved(shown(made[-1]), fresh, parcel, None) if made else None
    if made and because is None:
        return made[-1]
    row = promise(shop_id, order_id, None, fresh, because, now)
    session.add(row)
    session.flush()
    return row


def promise_open_orders(session: Session, shop_id: int, now: datetime, after: int = 0, limit: int = 200) -> int | None:
    """Promises for the next `limit` orders of the shop that may hold something unsent; the id to go on after, None when
    all were seen. Days pass without news: a job calls this every hour or so."""
    if load(session, shop_id, Tracking).handover_days is None:
        return None
    wanted = select(Order.id).where(
        Order.shop_id == shop_id,
        func.lower(func.coalesce(Order.fulfillment_status, "")) != "fulfilled",
        Order.id > after,
        Order.placed_at > now - WORTH_WAITING,
        Order.cancelled_at.is_(None),
        Order.closed_at.is_(None),
    )
    seen = session.scalars(wanted.order_by(Order.id).limit(limit)).all()
    for order_id in seen:
        promise_order(session, shop_id, order_id, now)
    return seen[-1] if len(seen) == limit else None


def hand_over_day(placed_at: datetime, timezone: str, tracking: Tracking) -> date | None:
    """The working day (Monday to Friday, by the shop's clock) by which the shop hands an order over."""
    if tracking.handover_days is None:
        return None
    placed = local_time(placed_at, timezone)
    day = _working_day(placed.date() + timedelta(days=placed.time() > tracking.handover_cut_off))
    for _ in range(tracking.handover_days):
        day = _working_day(day + timedelta(days=1))
    return day


def _working_day(day: date) -> date:
    """`day`, or the Monday after it."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


def _parcel(shop: Shop, order: Order, tracking: Tracking, now: datetime) -> Parcel:
    here = local_time(now, order.city_timezone or shop.timezone)
    due = hand_over_day(order.placed_at, shop.timezone, tracking) or here.date()
    day_zero = calendar_for(None, order.country).add(max(due, here.date()), 0)
    return Parcel(day_zero=day_zero, today=here.date(), hour=here.hour, state=ParcelState.AWAITING_DATA)


def _has_unsent(session: Session, order: Order) -> bool:
    sent = (
        select(ShipmentLine.line_shopify_id, func.sum(ShipmentLine.quantity))
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(Shipment.shop_id == order.shop_id, Shipment.order_id == order.id)
        .where(Shipment.state != ParcelState.CANCELLED)
        .group_by(ShipmentLine.line_shopify_id)
    )
    quantities = {line_id: int(quantity) for line_id, quantity in session.execute(sent)}
    goods = (line for line in order.lines if line.requires_shipping)
    ordered = ((line.shopify_id, (line.quantity, line.current_quantity, line.never_sent)) for line in goods)
    return any(still_to_send(*units, sent=quantities.get(line_id, 0), came_back=0) for line_id, units in ordered)
