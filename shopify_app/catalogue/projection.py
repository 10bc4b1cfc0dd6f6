"""The catalogue as Shopify tells it: products and variants, collections, stock, how-to content. Newest fact wins."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from itertools import count

from sqlalchemy import delete, select

from shopify_app import events
from shopify_app.catalogue.models import Collection, CollectionProduct, HowTo, Product, StockLevel, Variant
from shopify_app.db import Session
from shopify_app.shopify.snapshots import (
    CollectionSnapshot,
    HowToSnapshot,
    ProductSnapshot,
    StockSnapshot,
    VariantSnapshot,
)

SLUG_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""What a person can read from paper and type: nothing that looks like something else."""


def apply_product(session: Session, shop_id: int, snapshot: ProductSnapshot, now: datetime) -> Product:
    """The product with its variants, brought up to the snapshot unless a newer one was applied or it was deleted."""
    product = find_product(session, shop_id, snapshot.shopify_id)
    if product is None:
        product = Product(shop_id=shop_id, shopify_id=snapshot.shopify_id)
        session.add(product)
    elif snapshot.fact_at < product.fact_at or product.deleted_at is not None:
        return product
    _write_product(product, snapshot)
    _write_variants(product, snapshot.variants)
    session.flush()
    if snapshot.collection_ids is not None:
        _write_membership(session, product, snapshot.collection_ids)
    if snapshot.how_to is not None:
        write_how_to(session, shop_id, "product", snapshot.shopify_id, snapshot.how_to)
    events.record(session, shop_id, events.ProductChanged(product_id=product.id), now)
    return product


def delete_product(session: Session, shop_id: int, shopify_id: int, now: datetime) -> None:
    """Shopify deleted the product: it is never shown or recommended again; orders keep their own titles."""
    product = find_product(session, shop_id, shopify_id)
    if product is None:  # a tombstone, so that a late products/update does not bring it back
        product = Product(shop_id=shop_id, shopify_id=shopify_id, handle="", title="", fact_at=now)
        session.add(product)
    product.is_published, product.deleted_at = False, product.deleted_at or now


def apply_stock(session: Session, shop_id: int, snapshot: StockSnapshot, now: datetime) -> None:
    """One location's level, carried over to the variant's sum over all locations.

    The sum is Shopify's, from the product snapshot; a level moves it by what changed since the level before, and only
    when it is news to that snapshot (Shopify sends both, in any order). Of a location that we hear of for the first
    time only this is certain: there is at least that much.
    """
    if snapshot.available is None:
        return
    level = _level(session, shop_id, snapshot)
    if level.fact_at is not None and snapshot.fact_at < level.fact_at:
        return
    before, level.available, level.fact_at = level.available, snapshot.available, snapshot.fact_at
    wanted = select(Variant).where(Variant.shop_id == shop_id, Variant.inventory_item_id == snapshot.inventory_item_id)
    variant = session.scalar(wanted.with_for_update())  # another location's change may be under way
    if variant is None or variant.available is None or snapshot.fact_at <= variant.product.fact_at:
        return
    moved = variant.available + snapshot.available - before if before is not None else variant.available
    variant.available = max(moved, snapshot.available)


def _level(session: Session, shop_id: int, snapshot: StockSnapshot) -> StockLevel:
    level = session.scalar(
        select(StockLevel)
        .where(
            StockLevel.shop_id == shop_id,
            StockLevel.inventory_item_id == snapshot.inventory_item_id,
            StockLevel.location_id == snapshot.location_id,
        )
        .with_for_update()
    )
    if level is None:
        level = StockLevel(
            shop_id=shop_id, inventory_item_id=snapshot.inventory_item_id, location_id=snapshot.location_id
        )
        session.add(level)
    return level


def apply_collection(session: Session, shop_id: int, snapshot: CollectionSnapshot, now: datetime) -> Collection:
    """The collection's name and its how-to content; membership comes with the products."""
    collection = session.scalar(
        select(Collection).where(Collection.shop_id == shop_id, Collection.shopify_id == snapshot.shopify_id)
    )
    if collection is None:
        collection = Collection(shop_id=shop_id, shopify_id=snapshot.shopify_id)
        session.add(collection)
    elif snapshot.fact_at < collection.fact_at:
        return collection
    collection.handle, collection.title, collection.fact_at = snapshot.handle, snapshot.title, snapshot.fact_at
    session.flush()
    write_how_to(session, shop_id, "collection", snapshot.shopify_id, snapshot.how_to)
    return collection


def find_product(session: Session, shop_id: int, shopify_id: int) -> Product | None:
    """The shop's product with this Shopify id, deleted ones included."""
    wanted = select(Product).where(Product.shop_id == shop_id, Product.shopify_id == shopify_id)
    return session.scalar(wanted.with_for_update())


def write_how_to(
    session: Session, shop_id: int, owner_kind: str, owner_id: int, pieces: Iterable[HowToSnapshot]
) -> None:
    """Makes the owner's content at Shopify exactly `pieces`; a piece that stays keeps its row, so its views and address
    too. What was written in the app is left alone."""
    owner = (HowTo.shop_id == shop_id, HowTo.owner_kind == owner_kind, HowTo.owner_shopify_id == owner_id)
    owner += (HowTo.is_own.is_(False),)
    known = {row.slug: row for row in session.scalars(select(HowTo).where(*owner))}
    kept: set[str] = set()
    for position, piece in enumerate(pieces):
        slug = _free_slug(shop_id, owner_kind, owner_id, piece, kept)
        row = known.get(slug) or HowTo(shop_id=shop_id, owner_kind=owner_kind, owner_shopify_id=owner_id, slug=slug)
        row.phase, row.type, row.language, row.title = piece.phase, piece.type, piece.language, piece.title
        row.text, row.url, row.minutes, row.position = piece.text, piece.url, piece.minutes, position
        row.steps = [{"text": text, "image": image} for text, image in piece.steps]
        session.add(row)
        kept.add(slug)
    gone = [row.id for slug, row in known.items() if slug not in kept]
    session.execute(delete(HowTo).where(HowTo.id.in_(gone)))


def _free_slug(shop_id: int, owner_kind: str, owner_id: int, piece: HowToSnapshot, taken: set[str]) -> str:
    """The piece's address; a piece of the same name as one before it (a film and its steps) gets the next."""
    slugs = (how_to_slug(shop_id, owner_kind, owner_id, piece, namesakes) for namesakes in count())
    return next(slug for slug in slugs if slug not in taken)


def how_to_slug(shop_id: int, owner_kind: str, owner_id: int, piece: HowToSnapshot, namesakes: int = 0) -> str:
    """Eight characters that a person could type from a printed insert; stable across edits of the text. `namesakes`:
    how many pieces of the same name stand before it."""
    identity = f"{shop_id}|{owner_kind}|{owner_id}|{piece.phase}|{piece.language}|{piece.title}"
    identity += f"|{namesakes}" if namesakes else ""
    letters, number = SLUG_LETTERS, int.from_bytes(hashlib.sha256(identity.encode()).digest()[:8])
    return "".join(letters[number // len(letters) ** i % len(letters)] for i in range(8))


def _write_product(product: Product, snapshot: ProductSnapshot) -> None:
    for name in ("handle", "title", "vendor", "product_type", "is_published", "is_gift_card", "created_at", "fact_at"):
        setattr(product, name, getattr(snapshot, name))
    product.tags = list(snapshot.tags)
    picture = snapshot.picture
    product.image_url = picture.url if picture else None
    product.image_width, product.image_height = (picture.width, picture.height) if picture else (None, None)
    product.image_alt = picture.alt if picture else None


def _write_variants(product: Product, variants: tuple[VariantSnapshot, ...]) -> None:
    known = {variant.shopify_id: variant for variant in product.variants}
    product.variants = [
        _variant(known.get(v.shopify_id) or Variant(shop_id=product.shop_id, shopify_id=v.shopify_id), v)
        for v in variants
    ]


def _variant(row: Variant, snapshot: VariantSnapshot) -> Variant:
    for name in ("inventory_item_id", "title", "sku", "position", "available", "sells_when_out"):
        setattr(row, name, getattr(snapshot, name))
    row.options, row.price = list(snapshot.options), snapshot.price.amount
    row.compare_at = snapshot.compare_at.amount if snapshot.compare_at else None
    row.image_url = snapshot.picture.url if snapshot.picture else None
    return row


def _write_membership(session: Session, product: Product, collection_ids: tuple[int, ...]) -> None:
    wanted = set(
        session.scalars(
            select(Collection.id).where(
                Collection.shop_id == product.shop_id, Collection.shopify_id.in_(collection_ids)
            )
        )
    )
    rows = session.scalars(select(CollectionProduct).where(CollectionProduct.product_id == product.id)).all()
    for row in rows:
        if row.collection_id not in wanted:
            session.delete(row)
    for collection_id in wanted - {row.collection_id for row in rows}:
        session.add(CollectionProduct(shop_id=product.shop_id, collection_id=collection_id, product_id=product.id))
