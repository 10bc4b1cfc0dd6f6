"""Balances due: payments are recognised by reading the order, shoppers are reminded, and what is not paid in time is
taken off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import structlog
from sqlalchemy import select

from jobs.duties import Duty
from jobs.each_shop import for_each, installed
from shopify_app.orders.models import Order
from shopify_app.queue import celery
from shopify_app.returns.balances import verbs as balance_verbs
from shopify_app.returns.balances.models import BalanceDue
from shopify_app.shopify.errors import ShopifyError
from shopify_app.wiring import Adapters

log = structlog.get_logger(__name__)


def recognise_payment(duty: Duty) -> None:
    """An order with a balance changed: Shopify is asked what was paid, with no transaction open."""
    with duty.adapters.database.read() as session:
        order = session.get(Order, duty.order_id)
    read_at = duty.adapters.clock.now()
    told = duty.adapters.admin(duty.shop_id).order_balance(order.shopify_id) if order is not None else None
    with duty.applying() as session:
        if told is not None:
            balance_verbs.seen(session, duty.order_id, told, read_at, duty.now)


@celery.task(name="jobs.collect_balances", bind=True)
def collect_balances(self: Any) -> None:
    """Looks at every balance that time alone asks something of."""
    adapters: Adapters = self.app.adapters
    for_each(installed(adapters), partial(collect_shop, adapters))


def collect_shop(adapters: Adapters, shop_id: int) -> None:
    """The same for one shop. Shopify is read first: what was paid meanwhile is neither asked for nor taken off. While
    it is away nobody is reminded and nothing ends; the next pass looks again."""
    for row_id, order_id in _due(adapters, shop_id):
        try:
            look_at_order(adapters, shop_id, order_id)
        except ShopifyError as failure:
            log.info("balance_not_read", shop_id=shop_id, balance_id=row_id, error=type(failure).__name__)
            continue
        with adapters.database.write() as session:
            balance_verbs.by_the_clock(session, row_id, adapters.clock.now())


def look_at_order(adapters: Adapters, shop_id: int, order_id: int) -> None:
    """What Shopify says of one order's balances now. Raises `ShopifyError`s."""
    with adapters.database.read() as session:
        shopify_id = session.get_one(Order, order_id).shopify_id
    read_at = adapters.clock.now()
    told = adapters.admin(shop_id).order_balance(shopify_id)
    if told is not None:
        with adapters.database.write() as session:
            balance_verbs.seen(session, order_id, told, read_at, adapters.clock.now())


def _due(adapters: Adapters, shop_id: int) -> Sequence[tuple[int, int]]:
    wanted = (
        select(BalanceDue.id, BalanceDue.order_id)
        .where(BalanceDue.shop_id == shop_id, BalanceDue.look_next_at <= adapters.clock.now())
        .order_by(BalanceDue.id)
    )
    with adapters.database.read() as session:
        return [(row_id, order_id) for row_id, order_id in session.execute(wanted)]
