"""Counting what is bought together, order by order: once when paid, taken back at cancellation or full refund.

Counts fade a little each night, so that last winter does not outvote this one. A shop of any size learns one order in
a few milliseconds: pairs of at most twenty products, and fresh companion lists for those products only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import permutations
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from shopify_app.db import Session
from shopify_app.orders.models import Order
from shopify_app.recommendations.models import CountedOrder, ItemCount, PairCount, ReturnedItem, TopPair
from shopify_app.recommendations.ranking import score

MOST_PRODUCTS = 20
COMPANIONS = 50
NIGHTLY_DECAY = 0.998  # half in about a year
NEGLIGIBLE = 0.02
ALL_ORDERS = 0  # the "product" that counts orders


def count_order(session: Session, shop_id: int, order_id: int, now: datetime) -> bool:
    """Adds a paid order to the counts, once. False when it was counted already or teaches nothing (test, cancelled)."""
    order = session.scalar(select(Order).where(Order.shop_id == shop_id, Order.id == order_id))
    if order is None or order.is_test or order.cancelled_at or order.deleted_at or order.paid_at is None:
        return False
    products = _products(order)
    if not products:
        return False
    counted = _insert(session, CountedOrder).values(
        shop_id=shop_id, order_id=order_id, product_ids=products, counted_at=now
    )
    if session.execute(counted.on_conflict_do_nothing().returning(CountedOrder.id)).first() is None:
        return False
    _add(session, shop_id, products, 1.0)
    refresh(session, shop_id, products)
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
    for product_id in product_ids:
        noted = _insert(session, ReturnedItem).values(
            shop_id=shop_id, order_id=order_id, customer_id=customer_id, product_id=product_id, at=now
        )
        if session.execute(noted.on_conflict_do_nothing().returning(ReturnedItem.id)).first() is not None:
            counted = _insert(session, ItemCount).values(
                shop_id=shop_id, product_id=product_id, orders=0.0, returned=1.0
            )
            session.execute(
                counted.on_conflict_do_update(
                    index_elements=["shop_id", "product_id"], set_={"returned": ItemCount.returned + 1.0}
                )
            )


def decay(session: Session, shop_id: int) -> None:
    """One night's fading; what has faded away is dropped, and the most bought are listed anew."""
    for model in (ItemCount, PairCount):
        session.execute(update(model).where(model.shop_id == shop_id).values(orders=model.orders * NIGHTLY_DECAY))
    session.execute(
        update(ItemCount).where(ItemCount.shop_id == shop_id).values(returned=ItemCount.returned * NIGHTLY_DECAY)
    )
    session.execute(delete(PairCount).where(PairCount.shop_id == shop_id, PairCount.orders < NEGLIGIBLE))
    refresh(session, shop_id, ())


def refresh(session: Session, shop_id: int, products: Iterable[int]) -> None:
    """Writes the companion lists of `products` anew, and the shop's most bought."""
    wanted = list(products)
    counts = {
        row.product_id: row.orders
        for row in session.execute(
            select(ItemCount.product_id, ItemCount.orders).where(
                ItemCount.shop_id == shop_id, ItemCount.product_id.in_([*wanted, ALL_ORDERS])
            )
        )
    }
    orders = counts.get(ALL_ORDERS, 0.0)
    pairs = session.execute(
        select(PairCount.product_id, PairCount.other_id, PairCount.orders, ItemCount.orders.label("n_b"))
        .join(ItemCount, (ItemCount.shop_id == shop_id) & (ItemCount.product_id == PairCount.other_id))
        .where(PairCount.shop_id == shop_id, PairCount.product_id.in_(wanted))
    ).all()
    best: list[dict[str, Any]] = []
    for product in wanted:
        scored = [
            (score(row.orders, counts.get(product, 0.0), row.n_b, orders), row.other_id)
            for row in pairs
            if row.product_id == product
        ]
        best += _rows(shop_id, product, scored)
    best += _rows(shop_id, ALL_ORDERS, _most_bought(session, shop_id))
    session.execute(delete(TopPair).where(TopPair.shop_id == shop_id, TopPair.product_id.in_([*wanted, ALL_ORDERS])))
    if best:
        session.execute(_insert(session, TopPair), best)


def _most_bought(session: Session, shop_id: int) -> list[tuple[float, int]]:
    rows = session.execute(
        select(ItemCount.orders, ItemCount.product_id)
        .where(ItemCount.shop_id == shop_id, ItemCount.product_id != ALL_ORDERS, ItemCount.orders > 0)
        .order_by(ItemCount.orders.desc(), ItemCount.product_id)
        .limit(COMPANIONS)
    )
    return [(row.orders, row.product_id) for row in rows]


def _rows(shop_id: int, product: int, scored: list[tuple[float, int]]) -> list[dict[str, Any]]:
    top = sorted(scored, key=lambda pair: (-pair[0], pair[1]))[:COMPANIONS]
    return [
        {"shop_id": shop_id, "product_id": product, "other_id": other, "score": points}
        for points, other in top
        if points > 0
    ]


def _products(order: Order) -> list[int]:
    """The first twenty distinct products of an order, gift cards left out."""
    seen = dict.fromkeys(
        line.product_shopify_id for line in order.lines if line.product_shopify_id and not line.is_gift_card
    )
    return [product for product in seen if product][:MOST_PRODUCTS]


def _add(session: Session, shop_id: int, products: list[int], amount: float) -> None:
    """Adds to the counts of products and of their pairs, both ways; a count never falls below zero."""
    items = [{"shop_id": shop_id, "product_id": product, "orders": amount} for product in [ALL_ORDERS, *products]]
    pairs = [
        {"shop_id": shop_id, "product_id": a, "other_id": b, "orders": amount}
        for a, b in sorted(permutations(products, 2))
    ]
    for model, rows, key in ((ItemCount, items, ["product_id"]), (PairCount, pairs, ["product_id", "other_id"])):
        if not rows:
            continue
        counted = _insert(session, model)
        total = model.orders + counted.excluded.orders
        floor = func.max(total, 0.0) if session.get_bind().dialect.name == "sqlite" else func.greatest(total, 0.0)
        session.execute(counted.on_conflict_do_update(index_elements=["shop_id", *key], set_={"orders": floor}), rows)


def _insert(session: Session, model: Any) -> Any:
    """An INSERT of the dialect at hand, for its ON CONFLICT."""
    return (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(model)
