"""Orders of a day: how many, what for, by whom; how soon they were handed over; which of them followed a card."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import aliased

from shopify_app.db import Session
from shopify_app.insights.counting.window import ShopDay, in_force
from shopify_app.insights.counts import Count, Tally, hours_key
from shopify_app.insights.periods import day_of
from shopify_app.orders.models import Order, OrderLine
from shopify_app.recommendations.models import Attribution, CardClick
from shopify_app.settings.tracking import Tracking
from shopify_app.shipments.models import Shipment
from shopify_app.shipments.states import ParcelState
from shopify_app.shipments.waiting import hand_over_day
from shopify_app.shopify.delivery import BY_THE_SHOP

Sold = dict[int, tuple[int, int]]
"""By Shopify's product id: units, and what was paid for them in the shop's currency."""


def count_orders(session: Session, day: ShopDay, tally: Tally) -> None:
    """Orders, units and sales, each also for customers who had bought before. The orders' own subtotals."""
    before = aliased(Order)
    again = exists().where(
        before.customer_id == Order.customer_id,
        before.placed_at < Order.placed_at,
        before.is_test.is_(False),
        before.cancelled_at.is_(None),
        before.deleted_at.is_(None),
    )
    wanted = select(Order.currency, again.label("again"), Order.subtotal).where(_placed(day))
    for currency, is_again, subtotal in session.execute(wanted):
        tally.add(Count.ORDERS)
        tally.add(Count.SALES, subtotal, currency=currency)
        if is_again:
            tally.add(Count.ORDERS_AGAIN)
            tally.add(Count.SALES_AGAIN, subtotal, currency=currency)


def count_products(session: Session, day: ShopDay, tally: Tally) -> Sold:
    """Units of all goods into the tally; by product what is worth a row. Gift cards are money, not goods."""
    line = OrderLine
    wanted = (
        select(line.product_shopify_id, line.quantity, line.unit_price, line.discounts, Order.currency)
        .join(Order, Order.id == line.order_id)
        .where(_placed(day), line.is_gift_card.is_(False))
    )
    sold: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for product_id, quantity, price, discounts, currency in session.execute(wanted):
        tally.add(Count.UNITS, quantity)
        if product_id is not None:
            sold[product_id][0] += quantity
            if currency == day.shop.currency:
                sold[product_id][1] += price * quantity - sum(part["amount"] for part in discounts)
    return {product_id: (units, sales) for product_id, (units, sales) in sold.items()}


def count_hand_overs(session: Session, day: ShopDay, tally: Tally) -> None:
    """How long until an order's first parcel was with its carrier: its first scan, else when it was marked as sent.
    With a hand-over promise in force at purchase: whether it was kept; an order still here counts once its day is
    over, unless all that was to be sent has been taken out of it."""
    tracking = in_force(session, day.shop_id, Tracking, day.end)
    first = func.min(func.coalesce(Shipment.accepted_at, Shipment.shipped_at))
    parcel = and_(Shipment.order_id == Order.id, Shipment.kind == "parcel", Shipment.state != ParcelState.CANCELLED)
    line_of = OrderLine.order_id == Order.id, OrderLine.requires_shipping.is_(True)
    goods, left = exists().where(*line_of), exists().where(*line_of, OrderLine.current_quantity > 0)
    wanted = (
        select(Order.placed_at, first, left)
        .outerjoin(Shipment, parcel)
        .where(_placed(day), Order.delivery.is_(None) | Order.delivery.not_in(BY_THE_SHOP), goods)
        .group_by(Order.id, Order.placed_at)
    )
    for placed_at, handed_over_at, is_something_left in session.execute(wanted):
        if handed_over_at is not None:
            tally.add(Count.HANDED_OVER, key=hours_key(handed_over_at - placed_at))
        elif not is_something_left:
            continue
        _count_promise(day, tally, placed_at, handed_over_at, tracking)


def _count_promise(
    day: ShopDay, tally: Tally, placed_at: datetime, handed_over_at: datetime | None, tracking: Tracking
) -> None:
    zone = day.shop.timezone
    due = hand_over_day(placed_at, zone, tracking)
    if due is None or (handed_over_at is None and day_of(day.now, zone) <= due):
        return
    tally.add(Count.HAND_OVER_PROMISED)
    if handed_over_at is not None and day_of(handed_over_at, zone) <= due:
        tally.add(Count.HAND_OVER_KEPT)


def count_card_sales(session: Session, day: ShopDay, tally: Tally) -> None:
    """Orders that followed a recommendation or an offer, by how sure that is."""
    wanted = (
        select(CardClick.card, Attribution.strict, Attribution.gross, Attribution.refunded, Attribution.currency)
        .select_from(Order)
        .join(Attribution, and_(Attribution.shop_id == Order.shop_id, Attribution.order_id == Order.id))
        .join(CardClick, CardClick.id == Attribution.click_id)
        .where(_placed(day))
    )
    for card, is_strict, gross, refunded, currency in session.execute(wanted):
        key = f"{card}|{'strict' if is_strict else 'broad'}"
        tally.add(Count.CARD_SALES, gross, key=key, currency=currency)
        tally.add(Count.CARD_REFUNDED, refunded, key=key, currency=currency)


def _placed(day: ShopDay) -> ColumnElement[bool]:
    conditions: list[Any] = [
        Order.shop_id == day.shop_id,
        Order.placed_at >= day.start,
        Order.placed_at < day.end,
        Order.is_test.is_(False),
        Order.cancelled_at.is_(None),
        Order.deleted_at.is_(None),
    ]
    return and_(*conditions)
