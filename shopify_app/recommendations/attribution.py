"""Which later orders followed a card: the same product within 72 hours (strict), any within five days (broad)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shopify_app.orders.models import Order
from shopify_app.recommendations.models import Attribution, CardClick

STRICT_WINDOW = timedelta(hours=72)
BROAD_WINDOW = timedelta(days=5)
SAME_CLICK = timedelta(minutes=1)
MOST_A_DAY = 100
"""Clicks that are kept of one order's page within a day. Nobody follows more; a program may."""
CLOCK_SLACK = timedelta(minutes=1)
"""Shopify writes whole seconds and its clock is not ours: an order this much before a click may have followed it."""


def note_click(session: Session, order: Order, product_id: int, card: str, now: datetime) -> CardClick:
    """Somebody followed a card (`product` or `offer`) from this order's page; the click that stands for it, which may
    be an earlier one (`standing_for`)."""
    known = standing_for(session, order, product_id, card, now)
    if known is not None:
        return known
    click = CardClick(
        shop_id=order.shop_id,
        order_id=order.id,
        customer_id=order.customer_id,
        email_hash=order.email_hash,
        product_id=product_id,
        card=card,
        clicked_at=now,
    )
    session.add(click)
    return click


def standing_for(session: Session, order: Order, product_id: int, card: str, now: datetime) -> CardClick | None:
    """The click that one at `now` would be again; None where it is a new one. The same card within a minute is the same
    click: a finger that trembles, a program that looks ahead, or somebody who would fill our rows; and so is whatever
    is followed after `MOST_A_DAY`."""
    of_page = (CardClick.shop_id == order.shop_id, CardClick.order_id == order.id, CardClick.clicked_at <= now)
    newest = select(CardClick).where(*of_page).order_by(CardClick.id.desc()).limit(1)
    same = (CardClick.product_id == product_id, CardClick.card == card, CardClick.clicked_at > now - SAME_CLICK)
    known = session.scalars(newest.where(*same)).one_or_none()
    if known is not None:
        return known
    today = newest.where(CardClick.clicked_at > now - timedelta(days=1))
    return session.scalars(today.offset(MOST_A_DAY - 1)).one_or_none()


def attribute_order(session: Session, shop_id: int, order_id: int, now: datetime) -> Attribution | None:
    """Credits a new order to the click it followed, once: a strict one before a broad one, the latest of each."""
    order = session.scalar(select(Order).where(Order.shop_id == shop_id, Order.id == order_id))
    if order is None or order.is_test or (order.customer_id is None and order.email_hash is None):
        return None
    if session.scalar(select(Attribution.id).where(Attribution.shop_id == shop_id, Attribution.order_id == order_id)):
        return None
    clicks = _clicks_before(session, order)
    bought = {line.product_shopify_id for line in order.lines}
    since = order.placed_at - STRICT_WINDOW
    strict = next((click for click in clicks if click.product_id in bought and click.clicked_at >= since), None)
    click = strict or next(iter(clicks), None)
    if click is None:
        return None
    credited = Attribution(
        shop_id=shop_id,
        order_id=order_id,
        click_id=click.id,
        strict=strict is not None,
        gross=_worth(order, click.product_id) if strict else order.subtotal,
        refunded=0,
        currency=order.currency,
        attributed_at=now,
    )
    session.add(credited)
    _take_off(credited, order)
    return credited


def net_of_refunds(session: Session, shop_id: int, order_id: int) -> None:
    """Keeps what an attributed order is worth net of what was refunded on it, in proportion to the credited part."""
    credited = session.scalar(
        select(Attribution).where(Attribution.shop_id == shop_id, Attribution.order_id == order_id)
    )
    order = session.get(Order, order_id)
    if credited is not None and order is not None:
        _take_off(credited, order)


def _take_off(credited: Attribution, order: Order) -> None:
    if order.total > 0:
        credited.refunded = min(credited.gross, credited.gross * order.refunded // order.total)


def _clicks_before(session: Session, order: Order) -> list[CardClick]:
    same_person = [CardClick.customer_id == order.customer_id] if order.customer_id else []
    if order.email_hash:
        same_person.append(CardClick.email_hash == order.email_hash)
    return list(
        session.scalars(
            select(CardClick)
            .where(
                CardClick.shop_id == order.shop_id,
                CardClick.order_id != order.id,
                CardClick.clicked_at <= order.placed_at + CLOCK_SLACK,
                CardClick.clicked_at >= order.placed_at - BROAD_WINDOW,
                or_(*same_person),
            )
            .order_by(CardClick.clicked_at.desc(), CardClick.id.desc())
        )
    )


def _worth(order: Order, product_id: int) -> int:
    """What was paid for one product in an order, discounts taken off, tax as the shop shows it; minor units."""
    return sum(
        line.unit_price * line.quantity - line.discount for line in order.lines if line.product_shopify_id == product_id
    )
