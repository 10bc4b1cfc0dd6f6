"""Customers who have bought nothing for as long as their shop wants to know them are erased, as if they had asked; so
are those who never bought, once Shopify has told nothing of them for as long, and those who asked for something without
an order number and are no customers, once their last request has been answered for as long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from jobs.each_shop import for_each, installed
from shopify_app.customers.models import Customer
from shopify_app.orders.models import Order
from shopify_app.queue import celery
from shopify_app.returns.models import Return
from shopify_app.returns.no_receipt.models import NoReceiptRequest, RequestState
from shopify_app.returns.states import OPEN_RETURNS
from shopify_app.settings.privacy import Privacy
from shopify_app.settings.store import load
from shopify_app.shops import privacy
from shopify_app.shops.models import Shop
from shopify_app.wiring import Adapters

AT_ONCE = 200
"""Orders looked at in a transaction, so that nobody waits long for the writer's place."""
MOST = 10_000
"""Orders looked at for a shop in a night, and as many people without one; the rest waits for the next. Of people who
are known by a request without an order number alone, each of whom is asked for apart, it is `AT_ONCE`."""
WAITING = (RequestState.RECEIVED, RequestState.ACCOUNT_WANTED, RequestState.ACCEPTED)
"""A request without an order number that is not through."""


@celery.task(name="jobs.forget_customers", bind=True)
def forget_customers(self: Any) -> None:
    """Asks for the erasure of everybody whose time is up."""
    ask_for_all(self.app.adapters)


def ask_for_all(adapters: Adapters) -> int:
    """One request for each customer, and for each order of nobody's, of every shop that wants it; how many. What
    follows is the work of the same reactions as after a request of Shopify's."""
    now, asked = adapters.clock.now(), list[int]()
    for_each(installed(adapters), lambda shop_id: asked.append(_ask_for_shop(adapters, shop_id, now)))
    return sum(asked)


def _ask_for_shop(adapters: Adapters, shop_id: int, now: datetime) -> int:
    with adapters.database.read() as session:
        days = load(session, shop_id, Privacy).forget_after_days
    if days is None:
        return 0
    before = now - timedelta(days=days)
    return _ask_for_strangers(adapters, shop_id, before, now) + sum(
        _ask_for_those(adapters, shop_id, partial(due, shop_id, before), now) for due in (_orders, _people)
    )


def _ask_for_those(adapters: Adapters, shop_id: int, due: Callable[[int], Any], now: datetime) -> int:
    """`due` is the statement of those after an id."""
    last, asked, looked = 0, 0, 0
    while looked < MOST:
        with adapters.database.write() as session:
            rows = session.execute(due(last)).all()
            shop = session.get_one(Shop, shop_id)
            for customer, orders in _by_person(rows).items():
                privacy.ask(session, shop, privacy.ERASE, customer, orders, now, asked_by=privacy.CLOCK)
                asked += 1
        if len(rows) < AT_ONCE:
            break
        last, looked = rows[-1].id, looked + len(rows)
    return asked


def _ask_for_strangers(adapters: Adapters, shop_id: int, before: datetime, now: datetime) -> int:
    """Those of whom there is nothing but the hash of an address."""
    with adapters.database.write() as session:
        found = session.scalars(_strangers(shop_id, before)).all()
        shop = session.get_one(Shop, shop_id)
        for hashed in found:
            privacy.ask(session, shop, privacy.ERASE, None, [], now, asked_by=privacy.CLOCK, hashes=(hashed, None))
    return len(found)


def _by_person(rows: Any) -> dict[int | None, list[int]]:
    """Everybody by Shopify's id, whose erasure takes all of their orders; orders of nobody under None, by theirs."""
    found: dict[int | None, list[int]] = {row.customer: [] for row in rows}
    for row in rows:
        if row.customer is None:
            found[None].append(row.shopify_id)
    return found


def _orders(shop_id: int, before: datetime, after_id: int) -> Any:
    """Orders before `before` of people who have placed none since and are in the middle of no return."""
    theirs = (Order.shop_id == shop_id, Order.placed_at < before, Order.erased_at.is_(None), Order.id > after_id)
    return (
        select(Order.id, Order.shopify_id, Customer.shopify_id.label("customer"))
        .outerjoin(Customer, Customer.id == Order.customer_id)
        .where(*theirs, ~_bought_since(before), ~_returns_something())
        .order_by(Order.id)
        .limit(AT_ONCE)
    )


def _people(shop_id: int, before: datetime, after_id: int) -> Any:
    """Customers without a living order, told of last before `before`, who wait for nothing without an order either:
    who never bought, and who were erased and told of again."""
    has_order = exists().where(Order.customer_id == Customer.id, Order.erased_at.is_(None))
    same = or_(NoReceiptRequest.customer_id == Customer.id, NoReceiptRequest.email_hash == Customer.email_hash)
    waits = exists().where(NoReceiptRequest.shop_id == shop_id, NoReceiptRequest.state.in_(WAITING), same)
    personal = (Customer.email_hash, Customer.phone_hash, Customer.first_name, Customer.last_name)
    return (
        select(Customer.id, Customer.shopify_id.label("customer"))
        .where(Customer.shop_id == shop_id, Customer.fact_at < before, Customer.id > after_id)
        .where(or_(*(column.is_not(None) for column in personal)), ~has_order, ~waits)
        .order_by(Customer.id)
        .limit(AT_ONCE)
    )


def _strangers(shop_id: int, before: datetime) -> Any:
    """Hashes of the addresses of requests without an order number that ended before `before`, where no customer has
    the address and nothing of it waits, is being returned or was bought since."""
    request, other = NoReceiptRequest, aliased(NoReceiptRequest)
    ended = func.coalesce(request.credited_at, request.decided_at, request.received_at, request.asked_at)
    hers = (other.shop_id == shop_id, other.email_hash == request.email_hash)
    since = func.coalesce(other.credited_at, other.decided_at, other.received_at, other.asked_at) >= before
    waits = exists().where(*hers, or_(other.state.in_(WAITING), since))
    returns = exists().where(*hers, Return.id == other.return_id, Return.state.in_(OPEN_RETURNS))
    same = or_(Customer.email_hash == request.email_hash, Customer.id == request.customer_id)
    bought = exists().where(Order.shop_id == shop_id, Order.email_hash == request.email_hash, Order.placed_at >= before)
    return (
        select(request.email_hash)
        .where(request.shop_id == shop_id, request.email_hash.is_not(None), ended < before)
        .where(~exists().where(Customer.shop_id == shop_id, same), ~waits, ~returns, ~bought)
        .distinct()
        .order_by(request.email_hash)
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
