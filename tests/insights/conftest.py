"""Mara's shop with a few days of trade, and a way to count them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from shopify_app.db import Database
from shopify_app.insights import days
from shopify_app.insights.counts import Count, Sums
from shopify_app.insights.periods import Span
from shopify_app.insights.report import sums
from shopify_app.orders.models import Order, OrderLine
from shopify_app.shops.models import Shop

Placed = Callable[..., int]


@pytest.fixture
def placed(database: Database, shop: Shop, now: datetime) -> Placed:
    """An order as a row: `placed(1042, days_ago=3, subtotal=9000, ...)`; its id."""

    def place(number: int, days_ago: float = 1, *, lines: tuple[dict[str, Any], ...] = ({},), **changes: Any) -> int:
        at = changes.pop("placed_at", now - timedelta(days=days_ago))
        mine = {"shop_id": shop.id, "name": f"#{number}", "number": str(number), "currency": "EUR", "subtotal": 9000}
        mine |= {"shop_currency": "EUR", "total": 9000, "placed_at": at, "fact_at": at}
        order = Order(shopify_id=number, **mine | changes)
        for position, line in enumerate(lines):
            known = {"product_shopify_id": 701, "variant_shopify_id": 801, "vendor": "Nordkant", "quantity": 1}
            known |= {"unit_price": 10000, "discounts": [{"amount": 1000, "application": 0, "scope": "order"}]}
            known |= {"title": "Fell boots", "current_quantity": 1, "shopify_id": number * 10 + position}
            order.lines.append(OrderLine(shop_id=order.shop_id, **known | line))
        with database.write() as session:
            session.add(order)
        return order.id

    return place


@pytest.fixture
def counted(database: Database, shop: Shop, now: datetime) -> Callable[..., Sums]:
    """The numbers of the last `reach` days, counted anew."""

    def count(reach: int = 10, of: int | None = None) -> Sums:
        span = Span(now.date() - timedelta(days=reach), now.date())
        for n in range(span.days):
            day: date = span.first + timedelta(days=n)
            days.recount(database, of or shop.id, day, now)
        with database.read() as session:
            return sums(session, of or shop.id, span, tuple(Count))

    return count
