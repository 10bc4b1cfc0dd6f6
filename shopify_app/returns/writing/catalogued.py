"""Which rules the shop's catalogue has goods for, asked of our rows in one statement."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, literal, or_, select, union_all
from sqlalchemy.orm import Session

from shopify_app.catalogue.models import Collection, CollectionProduct, Product, Variant
from shopify_app.catalogue.search import is_like, patterns, tag_patterns
from shopify_app.returns.conditions import Conditions
from shopify_app.returns.never import GOODS
from shopify_app.returns.rules import Policy
from shopify_app.shops.models import Backfill

MOST = 100
"""Rules that are asked about; of later ones nothing is told."""
_ALL_READ = -1


def without_goods(session: Session, shop_id: int, policy: Policy) -> frozenset[str]:
    """The names of rules that no product fits which is in the shop today. Where names only resemble each other, a rule
    counts as fitted; while the catalogue is not read to its end, or holds nothing, so do all."""
    asked = [rule for rule in policy.rules if any(getattr(rule.when, name) is not None for name in GOODS)][:MOST]
    if not asked:
        return frozenset()
    here = (Product.shop_id == shop_id, Product.deleted_at.is_(None))
    reading = exists().where(
        Backfill.shop_id == shop_id, Backfill.kind.in_(("products", "collections")), Backfill.finished_at.is_(None)
    )
    wanted = [select(literal(_ALL_READ)).where(exists().where(*here), ~reading)]
    wanted += [
        select(literal(at)).where(exists().where(*here, *_fits(rule.when, shop_id))) for at, rule in enumerate(asked)
    ]
    found = set(session.scalars(union_all(*wanted)))
    return frozenset(rule.name for at, rule in enumerate(asked) if at not in found and _ALL_READ in found)


def _fits(when: Conditions, shop_id: int) -> list[ColumnElement[bool]]:
    tags: Any = cast(Product.tags, String)
    fits = [
        _any_like(column, names, patterns)
        for column, names in ((Product.product_type, when.product_types), (Product.vendor, when.vendors))
        if names is not None
    ]
    if when.product_tags is not None:
        fits.append(_any_like(tags, when.product_tags, tag_patterns))
    if when.product_ids is not None:
        fits.append(Product.shopify_id.in_(when.product_ids))
    if when.variant_ids is not None:
        mine = and_(Variant.product_id == Product.id, Variant.shop_id == shop_id)
        fits.append(exists().where(mine, Variant.shopify_id.in_(when.variant_ids)))
    if when.collection_ids is not None:
        held = and_(CollectionProduct.product_id == Product.id, Collection.id == CollectionProduct.collection_id)
        fits.append(exists().where(held, Collection.shop_id == shop_id, Collection.shopify_id.in_(when.collection_ids)))
    return fits


def _any_like(column: Any, names: tuple[str, ...], forms: Any) -> ColumnElement[bool]:
    return or_(*(is_like(column, forms(name)) for name in names))
