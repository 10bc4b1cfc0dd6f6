"""Customers who have bought nothing for as long as their shop wants to know them are erased, as if they had asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import aliased

from shopify_app.customers.models import Customer
from shopify_app.orders.models import Order
from shopify_app.queue import celery
from shopify_app.returns.models import Return
from shopify_app.returns.states import OPEN_RETURNS
from shopify_app.settings.privacy import Privacy
from shopify_app.settings.store import load
from shopify_app.shops import privacy
from shopify_app.shops.models import Shop, ShopState
from shopify_app.wiring import Adapters

AT_ONCE = 200
"""Orders looked at in a transaction, so that nobody waits long for the writer's place."""
MOST = 10_000
"""Orders looked at for a shop in a night; the rest waits for the next."""


@celery.task(name="jobs.forget_customers", bind=True)
def forget_customers(self: Any) -> None:
    """Asks for the erasure of everybody whose time is up."""
    ask_for_all(self.app.adapters)


def ask_for_all(adapters: Adapters) -> int:
    """One request for each customer, and for each order of nobody's, of every shop that wants it; how many. What
    follows is the work of the same reactions as after a request of Shopify's."""
    now, asked = adapters.clock.now(), 0
    with adapters.database.read() as session:
        shops = session.scalars(select(Shop.id).where(Shop.state == ShopState.INSTALLED)).all()
    for shop_id in shops:
        with adapters.database.read() as session:
            days = load(session, shop_id, Privacy).forget_after_days
        if days is not None:
            asked += _ask_for_shop(adapters, shop_id, now - timedelta(days=days), now)
    return asked


def _ask_for_shop(adapters: Adapters, shop_id: int, before: datetime, now: datetime) -> int:
    last, asked, looked = 0, 0, 0
    while looked < MOST:
        with adapters.database.write() as session:
            rows = session.execute(_due(shop_id, before, last)).all()
            shop = session.get_one(Shop, shop_id)
            for customer, orders in _by_person(rows).items():
                privacy.ask(session, shop, privacy.ERASE, customer, orders, now, asked_by=privacy.CLOCK)
                asked += 1
        if len(rows) < AT_ONCE:
            break
        last, looked = rows[-1].id, looked + len(rows)
    return asked


def _by_person(rows: Any) -> dict[int | None, list[int]]:
    """Everybody by Shopify's id, whose erasure takes all of their orders; orders of nobody under None, by theirs."""
    found: dict[int | None, list[int]] = {row.customer: [] for row in rows}
    for row in rows:
        if row.customer is None:
            found[None].append(row.shopify_id)
    return found


def _due(shop_id: int, before: datetime, after_id: int) -> Any:
    """Orders before `before` of people who have placed none since and are in the middle of no return."""
    theirs = (Order.shop_id == shop_id, Order.placed_at < before, Order.erased_at.is_(None), Order.id > after_id)
    return (
        select(Order.id, Order.shopify_id, Customer.shopify_id.label("customer"))
        .outerjoin(Customer, Customer.id == Order.customer_id)
        .where(*theirs, ~_bought_since(before), ~_returns_something())
        .order_by(Order.id)
        .limit(AT_ONCE)
    )


def _bought_since(before: datetime) -> ColumnElement[bool]:
    later = aliased(Order)
    return exists().where(later.customer_id == Order.customer_id, later.placed_at >= before)


def _returns_something() -> ColumnElement[bool]:
    """Of this order, or of another of the same customer."""
    other = aliased(Order)
    open_of_order = exists().where(Return.order_id == Order.id, Return.state.in_(OPEN_RETURNS))
    of_customer = and_(other.customer_id == Order.customer_id, Return.order_id == other.id)
    return open_of_order | exists().where(of_customer, Return.state.in_(OPEN_RETURNS))
