"""The cards beside an order: two statements, then the ranking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Float, cast, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from shopify_app.catalogue.models import Product, Variant
from shopify_app.db import UTCDateTime
from shopify_app.money import Money
from shopify_app.orders.models import Order, OrderLine
from shopify_app.recommendations.learn import ALL_ORDERS
from shopify_app.recommendations.models import ItemCount, ReturnedItem, TopPair
from shopify_app.recommendations.ranking import NEW_FOR, Candidate, Choice, Shopper, Why, choose
from shopify_app.settings.recommendations import Recommendations

MOST_NEW = 12
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
    products = _products(session, order.shop_id, {other for _, other, _ in companions} | {*ordered, *wanted.pins}, now)
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
    mine = Order.id == order.id if order.customer_id is None else Order.customer_id == order.customer_id
    back = ReturnedItem.order_id == order.id
    if order.customer_id is not None:
        back = back | (ReturnedItem.customer_id == order.customer_id)
    living = (Order.shop_id == order.shop_id, mine, Order.cancelled_at.is_(None), Order.deleted_at.is_(None))
    products = select(OrderLine.product_shopify_id).join(Order, Order.id == OrderLine.order_id).where(*living)
    rows = union_all(
        select(literal("bought"), OrderLine.product_shopify_id.label("product"), Order.placed_at, _NO_ID, _NO_SCORE)
        .join(Order, Order.id == OrderLine.order_id)
        .where(*living, OrderLine.product_shopify_id.is_not(None)),
        select(literal("returned"), ReturnedItem.product_id, ReturnedItem.at, _NO_ID, _NO_SCORE).where(
            ReturnedItem.shop_id == order.shop_id, back
        ),
        select(literal("companion"), TopPair.product_id, _NO_TIME, TopPair.other_id, TopPair.score).where(
            TopPair.shop_id == order.shop_id,
            or_(TopPair.product_id.in_([*ordered, ALL_ORDERS]), TopPair.product_id.in_(products)),
        ),
    )
    bought: dict[int, datetime] = {}
    returned: set[int] = set()
    companions: list[tuple[int, int, float]] = []
    for kind, product, at, other, points in session.execute(rows):
        if kind == "companion":
            companions.append((product, other, points))
        elif kind == "returned":
            returned.add(product)
        elif product not in ordered:
            bought[product] = max(at, bought.get(product, at))
    return Shopper(ordered=ordered, bought=bought, returned=frozenset(returned)), companions


def _products(session: Session, shop_id: int, numbers: set[int], now: datetime) -> dict[int, list[Any]]:
    """Rows (one a variant) of the named products and of a few new ones, by product."""
    new = (
        select(Product.id)
        .where(Product.shop_id == shop_id, Product.is_published, Product.created_at > now - NEW_FOR)
        .order_by(Product.created_at.desc())
        .limit(MOST_NEW)
    )
    rows = session.execute(
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
        .where(Product.shop_id == shop_id, or_(Product.shopify_id.in_(numbers), Product.id.in_(new)))
        .order_by(Product.id, Variant.position)
    )
    products: dict[int, list[Any]] = {}
    for row in rows:
        products.setdefault(row.shopify_id, []).append(row)
    return products


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
