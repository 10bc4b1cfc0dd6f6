"""What a shop sells, looked for by words and collection: products that can be bought, a page at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from shopify_app.catalogue.models import Collection, CollectionProduct, Product, Variant
from shopify_app.db import Session

PAGE = 12
MOST_WORDS = 6
MOST_COLLECTIONS = 60


@dataclass(frozen=True)
class Wanted:
    """`words` as somebody typed them; `collection` by Shopify's id; `like` is a product type whose products come first.
    `page` from 0."""

    words: str = ""
    collection: int | None = None
    like: str | None = None
    page: int = 0


@dataclass(frozen=True)
class Found:
    """A product by Shopify's id, with its cheapest variant that can be bought; `price` in minor units of the shop's
    currency, `has_more_prices` where others cost more."""

    product_id: int
    title: str
    image_url: str | None
    image_alt: str | None
    image_width: int | None
    image_height: int | None
    variant_id: int
    price: int
    has_more_prices: bool


def find_products(session: Session, shop_id: int, wanted: Wanted) -> tuple[list[Found], bool]:
    """A page of products, and whether there are more. All words must be in title, vendor, type, tags, or a variant's
    title or number."""
    other = aliased(Variant)
    cheapest = select(other.id).where(other.product_id == Product.id, _buyable(other))
    cheapest = cheapest.order_by(other.price, other.position).limit(1).correlate(Product).scalar_subquery()
    third = aliased(Variant)
    dearer = exists().where(third.product_id == Product.id, third.price > Variant.price, _buyable(third))
    rows = session.execute(
        select(Product.shopify_id, Product.title, Product.image_url, Product.image_alt, Product.image_width,
               Product.image_height, Variant.shopify_id, Variant.price, dearer)
        .join(Variant, Variant.id == cheapest)
        .where(Product.shop_id == shop_id, *on_sale(), *_matching(shop_id, wanted))
        .order_by(*_order(wanted))
        .offset(wanted.page * PAGE)
        .limit(PAGE + 1)
    ).all()  # fmt: skip
    return [Found(*row) for row in rows[:PAGE]], len(rows) > PAGE


def product_on_sale(session: Session, shop_id: int, shopify_id: int) -> Product | None:
    """The product with its variants, if the shop sells it."""
    wanted = select(Product).where(Product.shop_id == shop_id, Product.shopify_id == shopify_id, *on_sale())
    return session.scalar(wanted)


def collections(session: Session, shop_id: int) -> list[tuple[int, str]]:
    """Collections with something in them that is on sale: Shopify's id and title, by title."""
    filled = (
        exists()
        .where(CollectionProduct.collection_id == Collection.id, CollectionProduct.product_id == Product.id, *on_sale())
        .correlate(Collection)
    )
    wanted = select(Collection.shopify_id, Collection.title).where(Collection.shop_id == shop_id, filled)
    rows = session.execute(wanted.order_by(func.lower(Collection.title)).limit(MOST_COLLECTIONS))
    return [(id, title) for id, title in rows]


def on_sale() -> tuple[ColumnElement[bool], ...]:
    """Products that anybody may buy; gift cards are no goods."""
    return Product.is_published.is_(True), Product.is_gift_card.is_(False), Product.deleted_at.is_(None)


def patterns(text: str) -> list[str]:
    """What ILIKE finds `text` by, in whatever case it is held: SQLite knows the cases of ASCII letters alone."""
    return [_within(each) for each in _cases(text)]


def tag_patterns(text: str) -> list[str]:
    """The same in a list of tags: SQLite keeps what is not ASCII there escaped."""
    held = (form for each in _cases(text) for form in (each, json.dumps(each)[1:-1]))
    return [_within(each) for each in dict.fromkeys(held)]


def _cases(text: str) -> list[str]:
    return [text] if text.isascii() else list(dict.fromkeys((text, text.lower(), text.upper(), text.capitalize())))


def _within(text: str) -> str:
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def is_like(column: Any, wanted: Sequence[str]) -> ColumnElement[bool]:
    """Whether a column holds one of `patterns`."""
    return or_(*(column.ilike(each, escape="\\") for each in wanted))


def _buyable(variant: type[Variant]) -> ColumnElement[bool]:
    return and_(variant.price > 0, or_(variant.available.is_(None), variant.available > 0, variant.sells_when_out))


def _matching(shop_id: int, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for word in wanted.words.split()[:MOST_WORDS]:
        held, of_variant = patterns(word), aliased(Variant)
        in_variant = exists().where(
            of_variant.product_id == Product.id,
            or_(is_like(of_variant.title, held), is_like(of_variant.sku, held)),
        )
        columns = (Product.title, Product.vendor, Product.product_type)
        tagged = is_like(cast(Product.tags, String), tag_patterns(word))
        found.append(or_(*(is_like(column, held) for column in columns), tagged, in_variant))
    if wanted.collection is not None:
        inside = select(CollectionProduct.product_id).join(Collection, Collection.id == CollectionProduct.collection_id)
        found.append(
            Product.id.in_(inside.where(Collection.shop_id == shop_id, Collection.shopify_id == wanted.collection))
        )
    return found


def _order(wanted: Wanted) -> Sequence[Any]:
    """Those of the wished type first where nothing else was asked for; the newest before older ones."""
    newest = (Product.created_at.desc(), Product.id.desc())
    if wanted.like and not wanted.words and wanted.collection is None:
        return (case((Product.product_type == wanted.like, 0), else_=1), *newest)
    return newest
