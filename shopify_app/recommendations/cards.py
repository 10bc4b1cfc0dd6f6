"""The cards beside an order: two statements, then the ranking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Float, bindparam, cast, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from shopify_app.catalogue.models import Product, Variant
from shopify_app.db import UTCDateTime
from shopify_app.money import Money
from shopify_app.orders.models import Order, OrderLine
from shopify_app.recommendations.learn import ALL_ORDERS
from shopify_app.recommendations.models import ItemCount, ReturnedItem, TopPair
from shopify_app.recommendations.ranking import NEW_FOR, Candidate, Choice, Shopper, Why, choose, shortlist
from shopify_app.settings.recommendations import Recommendations

MOST_NEW = 12
MOST_SPEAKING = 10  # of all a shopper ever bought, the latest so many products have companions that count
_NO_ID, _NO_SCORE, _NO_TIME = cast(null(), BigInteger), cast(null(), Float), cast(null(), UTCDateTime)


@dataclass(frozen=True)
class Card:
    """A product to show. `price` is the least a variant costs, in the shop's currency; `variant_id` the variant that
    a cart link takes; `goes_with` the title of the bought product that speaks for it."""

    product_id: int
    variant_id: int
    handle: str
    title: str
    why: Why
    goes_with: str | None
    price: Money
    has_more_prices: bool
    image_url: str | None
    image_width: int | None
    image_height: int | None
    image_alt: str | None


def cards_for(
    session: Session,
    order: Order,
    product_ids: Iterable[int | None],
    wanted: Recommendations,
    currency: str,
    now: datetime,
) -> list[Card]:
    """At most four cards for the page of an order of `product_ids`; `currency` is the shop's."""
    ordered = frozenset(line for line in product_ids if line)
    shopper, companions = _memory(session, order, ordered)
    looked_at = shortlist(companions, shopper, now) | {*ordered, *wanted.pins}
    products = _products(session, order.shop_id, looked_at, now)
    choices = choose(
        shopper=shopper,
        companions=companions,
        candidates={number: _candidate(rows, wanted.consumable_tag) for number, rows in products.items()},
        types=frozenset(rows[0].product_type for number, rows in products.items() if number in ordered),
        pins=wanted.pins,
        exclusions=frozenset(wanted.exclusions),
        repeat_days=wanted.repeat_days,
        now=now,
    )
    return [_card(choice, products, currency) for choice in choices]


def _memory(session: Session, order: Order, ordered: frozenset[int]) -> tuple[Shopper, list[tuple[int, int, float]]]:
    """In one statement: what this shopper bought and sent back before (of a guest, this order alone), and the
    companions of all of it, with the shop's most bought as those of product 0."""
    rows: Iterable[Any] = session.connection().execute(
        _what_is_known(order.customer_id is None),
        {"shop": order.shop_id, "order": order.id, "customer": order.customer_id, "named": [*ordered, ALL_ORDERS]},
    )
    bought: dict[int, datetime] = {}
    returned: set[int] = set()
    companions: list[tuple[int, int, float]] = []
    for kind, product, at, other, points in rows:
        if kind == "companion":
            companions.append((product, other, points))
        elif kind == "returned":
            returned.add(product)
        elif product not in ordered:
            bought[product] = max(at, bought.get(product) or at)
    return Shopper(ordered=ordered, bought=bought, returned=frozenset(returned)), companions


@cache
def _what_is_known(is_guest: bool) -> Any:
    """The statement of `_memory`, made once. Each part finds its rows by an index of its own: one OR would read the
    whole list of pairs."""
    shop, one, customer = bindparam("shop"), bindparam("order"), bindparam("customer")
    named = bindparam("named", expanding=True)
    mine = Order.id == one if is_guest else Order.customer_id == customer
    living = (Order.shop_id == shop, mine, Order.cancelled_at.is_(None), Order.deleted_at.is_(None))
    lines = select(OrderLine.product_shopify_id).join(Order, Order.id == OrderLine.order_id)
    lines = lines.where(*living, OrderLine.product_shopify_id.is_not(None))
    speaking = lines.order_by(Order.placed_at.desc(), OrderLine.position).limit(MOST_SPEAKING)
    back = select(literal("returned"), ReturnedItem.product_id, ReturnedItem.at, _NO_ID, _NO_SCORE)
    back = back.where(ReturnedItem.shop_id == shop)
    pairs = select(literal("companion"), TopPair.product_id, _NO_TIME, TopPair.other_id, TopPair.score)
    pairs = pairs.where(TopPair.shop_id == shop)
    parts = [
        lines.with_only_columns(literal("bought"), OrderLine.product_shopify_id, Order.placed_at, _NO_ID, _NO_SCORE),
        back.where(ReturnedItem.order_id == one),
        pairs.where(TopPair.product_id.in_(named)),
    ]
    if not is_guest:
        parts.append(back.where(ReturnedItem.customer_id == customer))
        parts.append(pairs.where(TopPair.product_id.in_(speaking), TopPair.product_id.not_in(named)))
    return union_all(*parts)


def _products(session: Session, shop_id: int, numbers: set[int], now: datetime) -> dict[int, list[Any]]:
    """Rows (one a variant) of the named products and of a few new ones, by product."""
    rows = session.connection().execute(
        _facts(), {"shop": shop_id, "numbers": list(numbers), "newer_than": now - NEW_FOR}
    )
    products: dict[int, list[Any]] = {}
    for row in rows:
        products.setdefault(row.shopify_id, []).append(row)
    return products


@cache
def _facts() -> Any:
    """The statement of `_products`, made once."""
    shop = bindparam("shop")
    new = (
        select(Product.id)
        .where(Product.shop_id == shop, Product.is_published, Product.created_at > bindparam("newer_than"))
        .order_by(Product.created_at.desc())
        .limit(MOST_NEW)
    )
    return (
        select(
            *(Product.shopify_id, Product.handle, Product.title, Product.tags, Product.product_type),
            *(Product.is_published, Product.is_gift_card, Product.deleted_at, Product.created_at),
            *(Product.image_url, Product.image_width, Product.image_height, Product.image_alt),
            *(Variant.shopify_id.label("variant_id"), Variant.price, Variant.available, Variant.sells_when_out),
            *(ItemCount.orders, ItemCount.returned),
        )
        .join(Variant, Variant.product_id == Product.id)
        .join(
            ItemCount,
            (ItemCount.shop_id == Product.shop_id) & (ItemCount.product_id == Product.shopify_id),
            isouter=True,
        )
        .where(
            Product.shop_id == shop,
            or_(Product.shopify_id.in_(bindparam("numbers", expanding=True)), Product.id.in_(new)),
        )
        .order_by(Product.id, Variant.position)
    )


def _candidate(rows: list[Any], consumable_tag: str) -> Candidate:
    first = rows[0]
    return Candidate(
        product_id=first.shopify_id,
        is_shown=first.is_published and not first.is_gift_card and first.deleted_at is None,
        is_buyable=any(_can_buy(row) for row in rows),
        is_consumable=consumable_tag in first.tags,
        created_at=first.created_at,
        product_type=first.product_type,
        orders=first.orders or 0.0,
        returned=first.returned or 0.0,
    )


def _can_buy(row: Any) -> bool:
    return row.price > 0 and (row.available is None or row.available > 0 or row.sells_when_out)


def _card(choice: Choice, products: dict[int, list[Any]], currency: str) -> Card:
    rows = [row for row in products[choice.product_id] if _can_buy(row)]
    cheapest = min(rows, key=lambda row: row.price)
    because = products.get(choice.because_of or 0)
    return Card(
        product_id=choice.product_id,
        variant_id=cheapest.variant_id,
        handle=cheapest.handle,
        title=cheapest.title,
        why=choice.why,
        goes_with=because[0].title if because else None,
        price=Money(cheapest.price, currency),
        has_more_prices=len({row.price for row in rows}) > 1,
        image_url=cheapest.image_url,
        image_width=cheapest.image_width,
        image_height=cheapest.image_height,
        image_alt=cheapest.image_alt,
    )
