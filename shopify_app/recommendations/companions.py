"""What goes with each product, in lists of fifty: one more order revises them, the night makes them anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from shopify_app.db import Session
from shopify_app.recommendations.models import Companions, ItemCount, PairCount
from shopify_app.recommendations.ranking import PRIOR_ORDERS, score

COMPANIONS = 50
ALL_ORDERS = 0  # the "product" that counts orders, and whose companions are the most bought

Pair = tuple[int, int, float]
"""A product, another, and in how many orders (decayed) they were together."""


def revise(session: Session, shop_id: int, counts: Mapping[int, float], pairs: Iterable[Pair]) -> None:
    """What one more order changes in the lists of its products, and in the shop's most bought. `counts` of its products
    (and of all orders) and of its `pairs` include it.

    These are scored anew. All other companions of a product lose alike by its one order more, which leaves their places
    as they are: so an order costs the same in a shop of a thousand orders and of a million. Whoever calls has just
    written the count of all orders and so holds its row: nobody else revises this shop's lists meanwhile.
    """
    fresh: dict[int, dict[int, float]] = defaultdict(dict)
    for a, b, together in pairs:
        fresh[a][b] = score(together, counts[a], counts[b], counts[ALL_ORDERS])
    fresh[ALL_ORDERS] = {product: orders for product, orders in counts.items() if product != ALL_ORDERS}
    known = _lists(session, shop_id, list(counts))
    scored: dict[int, dict[int, float]] = {}
    for a, orders in counts.items():
        kept = 1.0 if a == ALL_ORDERS else (orders - 1 + PRIOR_ORDERS) / (orders + PRIOR_ORDERS)
        scored[a] = {b: points * kept for b, points in known.get(a, ())} | fresh[a]
    _write(session, shop_id, scored)


def refresh(session: Session, shop_id: int, products: Iterable[int]) -> None:
    """Makes the lists of `products` anew, and the shop's most bought."""
    wanted = list(products)
    counts = _counts(session, shop_id, wanted)
    pairs = session.execute(
        select(PairCount.product_id, PairCount.other_id, PairCount.orders, ItemCount.orders.label("n_b"))
        .join(ItemCount, (ItemCount.shop_id == shop_id) & (ItemCount.product_id == PairCount.other_id))
        .where(PairCount.shop_id == shop_id, PairCount.product_id.in_(wanted))
    )
    scored: dict[int, dict[int, float]] = {product: {} for product in wanted}
    for a, b, together, n_b in pairs:
        scored[a][b] = score(together, counts.get(a, 0.0), n_b, counts.get(ALL_ORDERS, 0.0))
    scored[ALL_ORDERS] = _most_bought(session, shop_id)
    _write(session, shop_id, scored)


def _write(session: Session, shop_id: int, scored: Mapping[int, Mapping[int, float]]) -> None:
    rows = [
        {"shop_id": shop_id, "product_id": product, "listed": _best(others)}
        for product, others in sorted(scored.items())
    ]
    session.connection().execute(_written(session.get_bind().dialect.name), rows)


def _best(scored: Mapping[int, float]) -> list[tuple[int, float]]:
    """The fifty best, best first; of equals the one with the lower id."""
    placed = sorted(sorted(scored.items()), key=_BY_POINTS, reverse=True)[:COMPANIONS]
    return placed if placed and placed[-1][1] > 0 else [each for each in placed if each[1] > 0]


_BY_POINTS = itemgetter(1)


@cache
def _written(dialect: str) -> Any:
    """Statements of this room are built once and run past the ORM: building one costs more than running it."""
    table: Any = Companions.__table__
    written = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    return written.on_conflict_do_update(
        index_elements=["shop_id", "product_id"], set_={"listed": written.excluded.listed}
    )


def _lists(session: Session, shop_id: int, products: list[int]) -> dict[int, list[tuple[int, float]]]:
    rows = session.connection().execute(_listed(), {"shop": shop_id, "products": products})
    return {row.product_id: row.listed for row in rows}


@cache
def _listed() -> Any:
    kept = Companions.__table__.c
    return select(kept.product_id, kept.listed).where(
        kept.shop_id == bindparam("shop"), kept.product_id.in_(bindparam("products", expanding=True))
    )


def _counts(session: Session, shop_id: int, products: Sequence[int]) -> dict[int, float]:
    """In how many orders each product was; product 0: how many orders there are."""
    rows = session.connection().execute(_orders_of(), {"shop": shop_id, "products": [ALL_ORDERS, *products]})
    return {row.product_id: row.orders for row in rows}


@cache
def _orders_of() -> Any:
    item = ItemCount.__table__.c
    return select(item.product_id, item.orders).where(
        item.shop_id == bindparam("shop"), item.product_id.in_(bindparam("products", expanding=True))
    )


def _most_bought(session: Session, shop_id: int) -> dict[int, float]:
    rows = session.execute(
        select(ItemCount.product_id, ItemCount.orders)
        .where(ItemCount.shop_id == shop_id, ItemCount.product_id != ALL_ORDERS, ItemCount.orders > 0)
        .order_by(ItemCount.orders.desc(), ItemCount.product_id)
        .limit(COMPANIONS)
    )
    return {row.product_id: row.orders for row in rows}
