"""Parcels that are late or stuck, one by one: the list behind the counts of `today`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, select

from shopify_app.db import Session
from shopify_app.insights.today import STUCK
from shopify_app.orders.models import Order
from shopify_app.shipments.lateness import LateRisk
from shopify_app.shipments.models import Shipment
from shopify_app.shipments.waiting import WORTH_WAITING

PAGE = 50


class Trouble(StrEnum):
    """Which of them."""

    LATE = "late"
    STUCK = "stuck"


@dataclass(frozen=True)
class Troubled:
    """A parcel with its order. `why` is the rule that calls it late, or the state that it is stuck in; `since` when it
    was sent, or when it got stuck."""

    order: str
    order_shopify_id: int
    carrier: str | None
    company: str | None
    number: str | None
    destination: str | None
    why: str
    since: datetime


def conditions(trouble: Trouble, shop_id: int, now: datetime) -> ColumnElement[bool]:
    """What makes a parcel of the last 60 days one of these."""
    is_it = (
        Shipment.state.in_(STUCK)
        if trouble is Trouble.STUCK
        else and_(Shipment.late_risk == LateRisk.LATE, Shipment.state.not_in(STUCK))
    )
    return and_(
        Shipment.shop_id == shop_id,
        Shipment.delivered_at.is_(None),
        Shipment.cancelled_at.is_(None),
        Shipment.kind == "parcel",
        Shipment.shipped_at >= now - WORTH_WAITING,
        is_it,
    )


def troubled(
    session: Session, shop_id: int, trouble: Trouble, now: datetime, page: int
) -> tuple[tuple[Troubled, ...], bool]:
    """Page `page` (from 0), those sent first first; and whether there is one after it."""
    wanted = (
        select(Shipment, Order.name, Order.shopify_id)
        .join(Order, Order.id == Shipment.order_id)
        .where(conditions(trouble, shop_id, now))
        .order_by(Shipment.shipped_at, Shipment.id)
        .offset(page * PAGE)
        .limit(PAGE + 1)
    )
    rows = session.execute(wanted).all()
    return tuple(_told(trouble, *row) for row in rows[:PAGE]), len(rows) > PAGE


def _told(trouble: Trouble, parcel: Shipment, order: str, order_shopify_id: int) -> Troubled:
    is_stuck = trouble is Trouble.STUCK
    return Troubled(
        order=order,
        order_shopify_id=order_shopify_id,
        carrier=parcel.carrier,
        company=parcel.company,
        number=next(iter(parcel.numbers), None),
        destination=parcel.destination,
        why=parcel.state if is_stuck else parcel.late_rule or "",
        since=(parcel.state_at or parcel.shipped_at) if is_stuck else parcel.shipped_at,
    )
