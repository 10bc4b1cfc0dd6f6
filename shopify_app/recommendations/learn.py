"""Counting what is bought together, order by order: once when paid, taken back at cancellation or full refund.

Counts fade a little each night, so that last winter does not outvote this one. A shop of any size learns one order in
a few milliseconds: pairs of at most fifteen products, and only what the order changes in their companion lists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import permutations
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from shopify_app.db import Session
from shopify_app.orders.models import Order
from shopify_app.recommendations.models import CountedOrder, ItemCount, PairCount, ReturnedItem, TopPair
from shopify_app.recommendations.ranking import PRIOR_ORDERS, score

MOST_PRODUCTS = 15  # larger baskets say less of each pair, and cost by the square
COMPANIONS = 50
RENEWED_NIGHTLY = 200
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
    counted = _insert(_dialect(session), CountedOrder).values(
        shop_id=shop_id, order_id=order_id, product_ids=products, counted_at=now
    )
    if session.execute(counted.on_conflict_do_nothing().returning(CountedOrder.id)).first() is None:
        return False
    _add(session, shop_id, products, 1.0)
    _revise(session, shop_id, products)
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


def refresh(session: Session, shop_id: int, products: Iterable[int]) -> None:
    """Writes the companion lists of `products` anew, and the shop's most bought."""
    wanted = list(products)
    counts = _counts(session, shop_id, wanted)
    pairs = session.execute(
        select(PairCount.product_id, PairCount.other_id, PairCount.orders, ItemCount.orders.label("n_b"))
        .join(ItemCount, (ItemCount.shop_id == shop_id) & (ItemCount.product_id == PairCount.other_id))
        .where(PairCount.shop_id == shop_id, PairCount.product_id.in_(wanted))
    )
    scored: dict[int, list[tuple[float, int]]] = {product: [] for product in wanted}
    for row in pairs:
        points = score(row.orders, counts.get(row.product_id, 0.0), row.n_b, counts.get(ALL_ORDERS, 0.0))
        scored[row.product_id].append((points, row.other_id))
    best = [row for product, others in scored.items() for row in _rows(shop_id, product, others)]
    best += _rows(shop_id, ALL_ORDERS, _most_bought(session, shop_id))
    session.execute(delete(TopPair).where(TopPair.shop_id == shop_id, TopPair.product_id.in_([*wanted, ALL_ORDERS])))
    if best:
        session.connection().execute(_insert(_dialect(session), TopPair), best)


def _revise(session: Session, shop_id: int, products: list[int]) -> None:
    """What one more order of `products` changes in their companion lists, and in the shop's most bought.

    The order's own pairs are scored anew. All other companions of a product lose alike by its one order more, which
    leaves their places as they are: so an order costs the same in a shop of a thousand orders and of a million.
    """
    counts = _counts(session, shop_id, products)
    orders, named = counts[ALL_ORDERS], {"shop": shop_id, "products": products}
    database, made = session.connection(), _revising(_dialect(session))
    fresh = [
        {
            "shop_id": shop_id,
            "product_id": row.product_id,
            "other_id": row.other_id,
            "score": score(row.orders, counts[row.product_id], counts[row.other_id], orders),
        }
        for row in database.execute(made.pairs, named)
    ]
    fresh += [
        {"shop_id": shop_id, "product_id": ALL_ORDERS, "other_id": product, "score": counts[product]}
        for product in products
    ]
    lost = [
        {"shop": shop_id, "of": a, "left": (counts[a] - 1 + PRIOR_ORDERS) / (counts[a] + PRIOR_ORDERS)}
        for a in products
    ]
    database.execute(made.lose, lost)
    database.execute(made.write, fresh)
    database.execute(made.trim, named | {"products": [ALL_ORDERS, *products]})


@dataclass(frozen=True)
class _Revising:
    """The statements of `_revise`. Building one costs more than running it, so they are built once for each dialect."""

    pairs: Any
    lose: Any
    write: Any
    trim: Any


@cache
def _revising(dialect: str) -> _Revising:
    shop, products = bindparam("shop"), bindparam("products", expanding=True)
    table: Any = TopPair.__table__
    pair, listed = PairCount.__table__.c, table.c
    by_place = (listed.score.desc(), listed.other_id)
    placed = (
        select(listed.id, func.row_number().over(partition_by=listed.product_id, order_by=by_place).label("place"))
        .where(listed.shop_id == shop, listed.product_id.in_(products))
        .subquery()
    )
    written = _insert(dialect, table)
    key = ["shop_id", "product_id", "other_id"]
    return _Revising(
        pairs=select(pair.product_id, pair.other_id, pair.orders).where(
            pair.shop_id == shop, pair.product_id.in_(products), pair.other_id.in_(products)
        ),
        lose=update(table)
        .where(listed.shop_id == shop, listed.product_id == bindparam("of"))
        .values(score=listed.score * bindparam("left")),
        write=written.on_conflict_do_update(index_elements=key, set_={"score": written.excluded.score}),
        trim=delete(table).where(listed.id.in_(select(placed.c.id).where(placed.c.place > COMPANIONS))),
    )


def _counts(session: Session, shop_id: int, products: list[int]) -> dict[int, float]:
    """In how many orders each product was; product 0: how many orders there are."""
    named = {"shop": shop_id, "products": [ALL_ORDERS, *products]}
    return {row.product_id: row.orders for row in session.connection().execute(_orders_of(), named)}


@cache
def _orders_of() -> Any:
    item = ItemCount.__table__.c
    return select(item.product_id, item.orders).where(
        item.shop_id == bindparam("shop"), item.product_id.in_(bindparam("products", expanding=True))
    )


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
    """The first fifteen distinct products of an order, gift cards left out."""
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
    database, dialect = session.connection(), _dialect(session)
    database.execute(_counting(dialect, "item"), items)
    if pairs:
        database.execute(_counting(dialect, "pair"), pairs)


@cache
def _counting(dialect: str, what: str) -> Any:
    table: Any = ItemCount.__table__ if what == "item" else PairCount.__table__
    key = ["shop_id", "product_id"] if what == "item" else ["shop_id", "product_id", "other_id"]
    counted = _insert(dialect, table)
    total = table.c.orders + counted.excluded.orders
    floor = func.max(total, 0.0) if dialect == "sqlite" else func.greatest(total, 0.0)
    return counted.on_conflict_do_update(index_elements=key, set_={"orders": floor})


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def _insert(dialect: str, table: Any) -> Any:
    """An INSERT of the dialect at hand, for its ON CONFLICT."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)
