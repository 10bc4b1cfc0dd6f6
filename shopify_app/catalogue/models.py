"""Products, variants, collections and the how-to content that bridges the wait."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopify_app.db import Base, BigKey, Key, Minor, ShopifyId, ShopKey


class Product(Base):
    """`fact_at` is Shopify's updated_at of the newest snapshot applied; prices are in the shop's currency."""

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("shop_id", "shopify_id"),
        Index("ix_product_shop_id_created_at", "shop_id", "created_at"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    shopify_id: Mapped[ShopifyId]
    handle: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(255))
    vendor: Mapped[str] = mapped_column(String(255), default="")
    product_type: Mapped[str] = mapped_column(String(255), default="")
    tags: Mapped[list[str]] = mapped_column(default=list)
    is_published: Mapped[bool] = mapped_column(default=False)
    is_gift_card: Mapped[bool] = mapped_column(default=False)
    image_url: Mapped[str | None] = mapped_column(String(1000))
    image_width: Mapped[int | None]
    image_height: Mapped[int | None]
    image_alt: Mapped[str | None] = mapped_column(String(512))
    created_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    fact_at: Mapped[datetime]
    variants: Mapped[list[Variant]] = relationship(
        back_populates="product", order_by="Variant.position", cascade="all, delete-orphan"
    )


class Variant(Base):
    """`available` is Shopify's inventory quantity over all locations; None when it is not tracked."""

    __tablename__ = "variant"
    __table_args__ = (
        UniqueConstraint("shop_id", "shopify_id"),
        Index("ix_variant_shop_id_inventory_item_id", "shop_id", "inventory_item_id"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    product_id: Mapped[int] = mapped_column(BigKey, ForeignKey("product.id", ondelete="CASCADE"), index=True)
    shopify_id: Mapped[ShopifyId]
    inventory_item_id: Mapped[int | None] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(String(255), default="")
    sku: Mapped[str | None] = mapped_column(String(255))
    options: Mapped[list[str]] = mapped_column(default=list)
    position: Mapped[int] = mapped_column(default=1)
    price: Mapped[Minor]
    compare_at: Mapped[int | None] = mapped_column(BigInteger)
    available: Mapped[int | None]
    sells_when_out: Mapped[bool] = mapped_column(default=False)
    image_url: Mapped[str | None] = mapped_column(String(1000))
    product: Mapped[Product] = relationship(back_populates="variants")

    @property
    def is_buyable(self) -> bool:
        return self.available is None or self.available > 0 or self.sells_when_out


class StockLevel(Base):
    """What one location holds of one inventory item, so that a single location's change keeps the sum right."""

    __tablename__ = "stock_level"
    __table_args__ = (UniqueConstraint("shop_id", "inventory_item_id", "location_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    inventory_item_id: Mapped[ShopifyId]
    location_id: Mapped[ShopifyId]
    available: Mapped[int]
    fact_at: Mapped[datetime]


class Collection(Base):
    __tablename__ = "collection"
    __table_args__ = (UniqueConstraint("shop_id", "shopify_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    shopify_id: Mapped[ShopifyId]
    handle: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(255))
    fact_at: Mapped[datetime]


class CollectionProduct(Base):
    __tablename__ = "collection_product"
    __table_args__ = (
        UniqueConstraint("collection_id", "product_id"),
        Index("ix_collection_product_product_id", "product_id"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    collection_id: Mapped[int] = mapped_column(BigKey, ForeignKey("collection.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(BigKey, ForeignKey("product.id", ondelete="CASCADE"))


class HowTo(Base):
    """One piece of content: a video with its length, steps with pictures, or a tip; for a product or a collection.

    `slug` is its login-free short address (``/h/<slug>``), stable across edits: derived from owner, phase and title.
    `is_own`: written in the app; all other content comes from Shopify and follows it. `note` is printed on its insert.
    """

    __tablename__ = "how_to"
    __table_args__ = (
        UniqueConstraint("slug"),
        Index("ix_how_to_shop_id_owner_kind_owner_shopify_id", "shop_id", "owner_kind", "owner_shopify_id"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    owner_kind: Mapped[str] = mapped_column(String(12))  # product | collection
    owner_shopify_id: Mapped[ShopifyId]
    slug: Mapped[str] = mapped_column(String(16))
    phase: Mapped[str] = mapped_column(String(12))  # waiting | set_up | care
    type: Mapped[str] = mapped_column(String(12))  # video | steps | tip
    language: Mapped[str] = mapped_column(String(8), default="en")
    title: Mapped[str] = mapped_column(String(255))
    text: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str | None] = mapped_column(String(1000))
    minutes: Mapped[int | None]
    steps: Mapped[list[Any]] = mapped_column(default=list)  # [{"text": str, "image": str | None}]
    position: Mapped[int] = mapped_column(default=0)
    is_own: Mapped[bool] = mapped_column(default=False, server_default=false())
    note: Mapped[str] = mapped_column(String(300), default="", server_default="")


class HowToView(Base):
    """Views of one piece on one day, by how it was reached: page (from the tracking page), link, or scan (QR)."""

    __tablename__ = "how_to_view"
    __table_args__ = (UniqueConstraint("how_to_id", "day", "source"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    how_to_id: Mapped[int] = mapped_column(BigKey, ForeignKey("how_to.id", ondelete="CASCADE"))
    day: Mapped[date]
    source: Mapped[str] = mapped_column(String(8))
    count: Mapped[int] = mapped_column(default=0)
