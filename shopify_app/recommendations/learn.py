"""Counting what is bought together, order by order: once when paid, taken back at cancellation or full refund.

Counts fade a little each night, so that last winter does not outvote this one. A shop of any size learns one order in
a few milliseconds: pairs of at most fifteen products, and only what the order changes in their companion lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Float, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from shopify_app.db import Session
from shopify_app.orders.models import Order, OrderLine
from shopify_app.recommendations.companions import ALL_ORDERS, Pair, refresh, revise
from shopify_app.recommendations.models import CountedOrder, ItemCount, PairCount, ReturnedItem

MOST_PRODUCTS = 15  # larger baskets say less of each pair, and cost by the square
RENEWED_NIGHTLY = 200
NIGHTLY_DECAY = 0.998  # half in about a year
NEGLIGIBLE = 0.02


def count_order(session: Session, shop_id: int, order_id: int, now: datetime) -> bool:
    """Adds a paid order to the counts, once. False when it was counted already or teaches nothing (test, cancelled)."""
    session.flush()
    database = session.connection()
    lines = database.execute(_bought(), {"shop": shop_id, "order": order_id})
    products = list(dict.fromkeys(product for (product,) in lines if product))[:MOST_PRODUCTS]
    if not products:
        return False
    counted = {"shop_id": shop_id, "order_id": order_id, "product_ids": products, "counted_at": now}
    if database.execute(_noted(_dialect(session)), counted).first() is None:
        return False
    revise(session, shop_id, *_add(session, shop_id, products, 1.0))
    return True


def uncount_order(session: Session, shop_id: int, order_id: int, now: datetime) -> bool:
    """Takes an order back out of the counts, at what has not faded since. False when it was not in them."""
    taken = session.execute(
        delete(CountedOrder)
        .where(CountedOrder.shop_id == shop_id, CountedOrder.order_id == order_id)
        .returning(CountedOrder.product_ids, CountedOrder.counted_at)
    ).first()
    if taken is None:
        return False
    left = NIGHTLY_DECAY ** max((now - taken.counted_at).days, 0)
    _add(session, shop_id, taken.product_ids, -left)
    refresh(session, shop_id, taken.product_ids)
    return True


def note_returned(session: Session, shop_id: int, order_id: int, product_ids: Iterable[int], now: datetime) -> None:
    """Remembers what a shopper sent back; each product of an order once."""
    customer_id = session.scalar(select(Order.customer_id).where(Order.shop_id == shop_id, Order.id == order_id))
    for product_id in sorted(product_ids):
        noted = _insert(_dialect(session), ReturnedItem).values(
            shop_id=shop_id, order_id=order_id, customer_id=customer_id, product_id=product_id, at=now
        )
        if session.execute(noted.on_conflict_do_nothing().returning(ReturnedItem.id)).first() is not None:
            counted = _insert(_dialect(session), ItemCount).values(
                shop_id=shop_id, product_id=product_id, orders=0.0, returned=1.0
            )
            session.execute(
                counted.on_conflict_do_update(
                    index_elements=["shop_id", "product_id"], set_={"returned": ItemCount.returned + 1.0}
                )
            )


def decay(session: Session, shop_id: int) -> None:
    """One night's fading; what has faded away is dropped. The lists of what sold last and of the most bought are made
    anew: what others have sold meanwhile, `count_order` leaves out."""
    for model in (ItemCount, PairCount):
        session.execute(update(model).where(model.shop_id == shop_id).values(orders=model.orders * NIGHTLY_DECAY))
    session.execute(
        update(ItemCount).where(ItemCount.shop_id == shop_id).values(returned=ItemCount.returned * NIGHTLY_DECAY)
    )
    session.execute(delete(PairCount).where(PairCount.shop_id == shop_id, PairCount.orders < NEGLIGIBLE))
    last = session.scalars(
        select(CountedOrder.product_ids)
        .where(CountedOrder.shop_id == shop_id)
        .order_by(CountedOrder.id.desc())
        .limit(RENEWED_NIGHTLY)
    )
    sold = list(dict.fromkeys(product for order in last for product in order))[:RENEWED_NIGHTLY]
    for start in range(0, max(len(sold), 1), MOST_PRODUCTS):
        refresh(session, shop_id, sold[start : start + MOST_PRODUCTS])


@cache
def _bought() -> Any:
    """The products of a paid, living order of which some money is left, in the order of its lines; gift cards go with
    nothing. A refund may be heard of first: what is not counted yet cannot be taken back later."""
    order, line = Order.__table__.c, OrderLine.__table__.c
    is_real = (order.paid_at.is_not(None), order.is_test.is_(False), order.cancelled_at.is_(None))
    is_real += (or_(order.total <= 0, order.refunded < order.total),)
    return (
        select(line.product_shopify_id)
        .join_from(OrderLine.__table__, Order.__table__, order.id == line.order_id)
        .where(order.shop_id == bindparam("shop"), order.id == bindparam("order"), *is_real)
        .where(order.deleted_at.is_(None), line.is_gift_card.is_(False))
        .order_by(line.position, line.id)
    )


@cache
def _noted(dialect: str) -> Any:
    table: Any = CountedOrder.__table__
    return _insert(dialect, table).on_conflict_do_nothing().returning(table.c.id)


def _add(
    session: Session, shop_id: int, products: Sequence[int], amount: float
) -> tuple[dict[int, float], Iterable[Pair]]:
    """Adds to the counts of products (0 among them: all orders) and of their pairs, both ways, and hands back what both
    are now; a count never falls below zero."""
    database, dialect = session.connection(), _dialect(session)
    items = [
        {"shop_id": shop_id, "product_id": product, "amount": amount} for product in sorted([ALL_ORDERS, *products])
    ]
    counts = database.execute(_counting_items(dialect), items)
    named = {"shop": shop_id, "products": list(products), "amount": amount}
    pairs: Iterable[Any] = database.execute(_counting_pairs(dialect), named)
    return {row.product_id: row.orders for row in counts}, pairs


@cache
def _counting_items(dialect: str) -> Any:
    table: Any = ItemCount.__table__
    counted = _insert(dialect, table).values(orders=_at_least_nothing(dialect, _AMOUNT), returned=0.0)
    total = _at_least_nothing(dialect, table.c.orders + _AMOUNT)
    return counted.on_conflict_do_update(index_elements=["shop_id", "product_id"], set_={"orders": total}).returning(
        table.c.product_id, table.c.orders
    )


@cache
def _counting_pairs(dialect: str) -> Any:
    """All pairs of an order in one statement: its products, which have just been counted, joined with themselves."""
    table: Any = PairCount.__table__
    key = ["shop_id", "product_id", "other_id"]
    a, b = ItemCount.__table__.alias("a").c, ItemCount.__table__.alias("b").c
    shop, products = bindparam("shop"), bindparam("products", expanding=True)
    met = (
        select(a.shop_id, a.product_id, b.product_id, _at_least_nothing(dialect, _AMOUNT))
        .where(a.shop_id == shop, b.shop_id == shop, a.product_id != b.product_id)
        .where(a.product_id.in_(products), b.product_id.in_(products))
        .order_by(a.product_id, b.product_id)
    )
    counted = _insert(dialect, table).from_select([*key, "orders"], met)
    total = _at_least_nothing(dialect, table.c.orders + _AMOUNT)
    return counted.on_conflict_do_update(index_elements=key, set_={"orders": total}).returning(
        table.c.product_id, table.c.other_id, table.c.orders
    )


_AMOUNT = bindparam("amount", type_=Float)


def _at_least_nothing(dialect: str, amount: Any) -> Any:
    return (func.max if dialect == "sqlite" else func.greatest)(amount, 0.0)


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def _insert(dialect: str, table: Any) -> Any:
    """An INSERT of the dialect at hand, for its ON CONFLICT."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)
