"""What the shop's goods are called, by Shopify's ids."""

from __future__ import annotations

from collections.abc import Collection as Some
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from shopify_app.catalogue.models import Collection, Product, Variant


@dataclass(frozen=True)
class GoodsNames:
    """Titles as the shop wrote them, by Shopify's id; of a variant its product's title and its own, which may be
    empty. What the catalogue does not know is left out."""

    products: dict[int, str] = field(default_factory=dict)
    variants: dict[int, tuple[str, str]] = field(default_factory=dict)
    collections: dict[int, str] = field(default_factory=dict)


def names_of(
    session: Session, shop_id: int, *, products: Some[int] = (), variants: Some[int] = (), collections: Some[int] = ()
) -> GoodsNames:
    """In one statement; in none where nothing is asked."""
    found, wanted = GoodsNames(), []
    if products:
        wanted.append(
            select(literal("product"), Product.shopify_id, Product.title, literal("")).where(
                Product.shop_id == shop_id, Product.shopify_id.in_(products)
            )
        )
    if collections:
        wanted.append(
            select(literal("collection"), Collection.shopify_id, Collection.title, literal("")).where(
                Collection.shop_id == shop_id, Collection.shopify_id.in_(collections)
            )
        )
    if variants:
        wanted.append(
            select(literal("variant"), Variant.shopify_id, Product.title, Variant.title)
            .join(Product, Product.id == Variant.product_id)
            .where(Variant.shop_id == shop_id, Variant.shopify_id.in_(variants))
        )
    rows: Iterable[Any] = session.execute(union_all(*wanted)) if wanted else ()
    for kind, id, title, own in rows:
        if kind == "variant":
            found.variants[id] = (title, own)
        else:
            (found.products if kind == "product" else found.collections)[id] = title
    return found
