"""What goods of a return look like and what they could be swapped for, read from the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.catalogue.models import Product, Variant
from shopify_app.pages.parts import Item, Picture
from shopify_app.pages.texts import followable, plain


@dataclass(frozen=True)
class Goods:
    """Pictures by variant and by product, and the variants of each product in the shop's order: (id, title)."""

    of_variant: Mapping[int, Picture]
    of_product: Mapping[int, Picture]
    variants: Mapping[int, tuple[tuple[int, str], ...]]

    def picture(self, product_id: int | None, variant_id: int | None) -> Picture | None:
        """The variant's own picture, else the product's."""
        return self.of_variant.get(variant_id or 0) or self.of_product.get(product_id or 0)

    def variant_ids(self) -> tuple[int, ...]:
        """All variants of all products."""
        return tuple(id for known in self.variants.values() for id, _ in known)


def goods_of(session: Session, shop_id: int, product_ids: Collection[int | None]) -> Goods:
    """Two statements. Products that we do not know are left out."""
    wanted = {id for id in product_ids if id}
    products = session.execute(
        select(Product.id, Product.shopify_id, Product.image_url, Product.image_alt).where(
            Product.shop_id == shop_id, Product.shopify_id.in_(wanted)
        )
    ).all()
    by_row = {row.id: row.shopify_id for row in products}
    rows = session.execute(
        select(Variant.product_id, Variant.shopify_id, Variant.title, Variant.image_url)
        .where(Variant.shop_id == shop_id, Variant.product_id.in_(by_row))
        .order_by(Variant.product_id, Variant.position, Variant.id)
    ).all()
    variants: dict[int, tuple[tuple[int, str], ...]] = {}
    for row in rows:
        known = variants.get(by_row[row.product_id], ())
        variants[by_row[row.product_id]] = (*known, (row.shopify_id, plain(row.title, 120)))
    return Goods(
        of_variant={row.shopify_id: Picture(url) for row in rows if (url := followable(row.image_url))},
        of_product={
            row.shopify_id: Picture(url, alt=plain(row.image_alt, 255))
            for row in products
            if (url := followable(row.image_url))
        },
        variants=variants,
    )


def item(title: str, variant: str | None, quantity: int, picture: Picture | None) -> Item:
    """An item of a return, its texts made fit for a page."""
    shown = "" if variant in (None, "Default Title") else plain(variant, 255)
    return Item(plain(title, 255) or "·", shown, quantity, picture)
