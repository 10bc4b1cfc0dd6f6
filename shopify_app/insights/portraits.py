"""Who bought and what sold: figures that count people and products once, and so cannot be added up from days.

They are drawn each night over the last 30, 90 and 365 days, and over as many days before those.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from shopify_app.db import Session
from shopify_app.insights.models import Portrait, ProductDay
from shopify_app.insights.periods import Span, bounds
from shopify_app.orders.models import Order
from shopify_app.shops.models import Shop

WINDOWS = (30, 90, 365)
BEST = 50
"""Customers that are named."""


@dataclass(frozen=True)
class Crowd:
    """The customers of a range: how many there were, how many of them bought twice or more in it or had bought before,
    what all and what those spent (minor units of the shop's currency). Guests are no customers."""

    customers: int = 0
    repeat: int = 0
    sales: int = 0
    repeat_sales: int = 0


@dataclass(frozen=True)
class TopTenth:
    """Of the products that sold at all, the tenth (rounded up) with the most units, and the tenth with the most sales:
    what share of everything they made."""

    products: int = 0
    counted: int = 0
    units: int = 0
    all_units: int = 0
    sales: int = 0
    all_sales: int = 0


@dataclass(frozen=True)
class Best:
    """A customer (our id) with their orders and what they spent in the range."""

    customer_id: int
    orders: int
    sales: int


@dataclass(frozen=True)
class Drawn:
    """All of it for the `days` up to `until`; `before` is of as many days before those."""

    days: int
    until: date
    crowd: Crowd
    crowd_before: Crowd
    top: TopTenth
    top_before: TopTenth
    best: tuple[Best, ...]


def draw(session: Session, shop: Shop, days: int, until: date) -> Drawn:
    """Looks at every order of the range: seconds in a large shop, which is why nobody waits for it."""
    span = Span(until - timedelta(days=days - 1), until)
    before = Span(span.first - timedelta(days=days), span.first - timedelta(days=1))
    crowd, best = _crowd(session, shop, span)
    return Drawn(
        days=days,
        until=until,
        crowd=crowd,
        crowd_before=_crowd(session, shop, before)[0],
        top=_top(session, shop.id, span),
        top_before=_top(session, shop.id, before),
        best=best,
    )


def keep(session: Session, shop_id: int, drawn: Drawn, now: datetime) -> None:
    """In place of the last one of that length."""
    mine = (Portrait.shop_id == shop_id, Portrait.days == drawn.days)
    row = session.scalar(select(Portrait).where(*mine)) or Portrait(shop_id=shop_id, days=drawn.days)
    row.until, row.document, row.made_at = drawn.until, to_stored(drawn), now
    session.add(row)


def nearest(session: Session, shop_id: int, days: int) -> Drawn | None:
    """The portrait whose length comes nearest to a range of so many days; None before the first night."""
    rows = session.scalars(select(Portrait).where(Portrait.shop_id == shop_id)).all()
    row = min(rows, key=lambda each: abs(each.days - days), default=None)
    return from_stored(row.days, row.until, row.document) if row else None


def to_stored(drawn: Drawn) -> dict[str, Any]:
    """As JSON."""
    return {name: asdict(getattr(drawn, name)) for name in ("crowd", "crowd_before", "top", "top_before")} | {
        "best": [[each.customer_id, each.orders, each.sales] for each in drawn.best]
    }


def from_stored(days: int, until: date, document: dict[str, Any]) -> Drawn:
    return Drawn(
        days=days,
        until=until,
        crowd=Crowd(**document["crowd"]),
        crowd_before=Crowd(**document["crowd_before"]),
        top=TopTenth(**document["top"]),
        top_before=TopTenth(**document["top_before"]),
        best=tuple(Best(*each) for each in document["best"]),
    )


def top_tenth(units: list[int], sales: list[int]) -> TopTenth:
    """Of units and sales by product (in any order, one entry a product)."""
    counted = -(-len(units) // 10)
    return TopTenth(
        products=len(units),
        counted=counted,
        units=sum(sorted(units, reverse=True)[:counted]),
        all_units=sum(units),
        sales=sum(sorted(sales, reverse=True)[:counted]),
        all_sales=sum(sales),
    )


def _crowd(session: Session, shop: Shop, span: Span) -> tuple[Crowd, tuple[Best, ...]]:
    start, end = bounds(span.first, shop.timezone)[0], bounds(span.last, shop.timezone)[1]
    good = (Order.is_test.is_(False), Order.cancelled_at.is_(None), Order.deleted_at.is_(None))
    mine = (Order.shop_id == shop.id, Order.customer_id.is_not(None), *good)
    spent = func.sum(Order.subtotal).filter(Order.currency == shop.currency)
    wanted = (
        select(Order.customer_id, func.count(), func.coalesce(spent, 0))
        .where(*mine, Order.placed_at >= start, Order.placed_at < end)
        .group_by(Order.customer_id)
    )
    found = [Best(customer_id or 0, orders, int(sales)) for customer_id, orders, sales in session.execute(wanted)]
    earlier = select(Order.customer_id).where(*mine, Order.placed_at < start).distinct()
    known = set(session.scalars(earlier)) if found else set()
    repeat = [each for each in found if each.orders > 1 or each.customer_id in known]
    crowd = Crowd(len(found), len(repeat), sum(each.sales for each in found), sum(each.sales for each in repeat))
    best = sorted(found, key=lambda each: (-each.sales, -each.orders, each.customer_id))[:BEST]
    return crowd, tuple(each for each in best if each.sales > 0)


def _top(session: Session, shop_id: int, span: Span) -> TopTenth:
    wanted = (
        select(func.sum(ProductDay.units), func.sum(ProductDay.sales))
        .where(ProductDay.shop_id == shop_id, ProductDay.day.between(span.first, span.last))
        .group_by(ProductDay.product_id)
    )
    rows = session.execute(wanted).all()
    return top_tenth([int(units) for units, _ in rows], [int(sales) for _, sales in rows])
