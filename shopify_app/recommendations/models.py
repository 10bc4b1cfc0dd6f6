"""What was bought with what, counted; what a shopper sent back; which cards were followed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Float, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.db import Base, BigKey, Key, ShopifyId, ShopKey

# Products are named by Shopify's id throughout this room: it outlives a product's row and needs no join to count.


class ItemCount(Base):
    """In how many orders (decayed) a product was, and in how many it came back. Product 0 counts all orders."""

    __tablename__ = "item_count"
    __table_args__ = (UniqueConstraint("shop_id", "product_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    product_id: Mapped[ShopifyId]
    orders: Mapped[float] = mapped_column(Float, default=0.0)
    returned: Mapped[float] = mapped_column(Float, default=0.0)


class PairCount(Base):
    """In how many orders (decayed) two products were together; stored both ways."""

    __tablename__ = "pair_count"
    __table_args__ = (UniqueConstraint("shop_id", "product_id", "other_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    product_id: Mapped[ShopifyId]
    other_id: Mapped[ShopifyId]
    orders: Mapped[float] = mapped_column(Float, default=0.0)


class CountedOrder(Base):
    """Orders that are in the counts: written and removed in the same transaction as the counts."""

    __tablename__ = "counted_order"
    __table_args__ = (UniqueConstraint("shop_id", "order_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    order_id: Mapped[int] = mapped_column(BigKey)
    product_ids: Mapped[list[Any]] = mapped_column(default=list)  # what was counted, whatever the order became since
    counted_at: Mapped[datetime]


class TopPair(Base):
    """For each product its fifty best companions, scored; refreshed for touched products only. Product 0 holds the
    most bought of the shop: the companions of an order we know nothing about."""

    __tablename__ = "top_pair"
    __table_args__ = (UniqueConstraint("shop_id", "product_id", "other_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    product_id: Mapped[ShopifyId]
    other_id: Mapped[ShopifyId]
    score: Mapped[float] = mapped_column(Float)


class ReturnedItem(Base):
    """A product that a shopper sent back: never shown to them again. `customer_id` is ours; guests by order."""

    __tablename__ = "returned_item"
    __table_args__ = (
        UniqueConstraint("shop_id", "order_id", "product_id"),
        Index("ix_returned_item_customer_id", "customer_id"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    order_id: Mapped[int] = mapped_column(BigKey)
    customer_id: Mapped[int | None] = mapped_column(BigKey)
    product_id: Mapped[ShopifyId]
    at: Mapped[datetime]


class CardClick(Base):
    """A recommendation (or offer) that was followed from an order's page."""

    __tablename__ = "card_click"
    __table_args__ = (Index("ix_card_click_shop_id_clicked_at", "shop_id", "clicked_at"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    order_id: Mapped[int] = mapped_column(BigKey, index=True)
    customer_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    email_hash: Mapped[str | None] = mapped_column(String(32))
    product_id: Mapped[ShopifyId]
    card: Mapped[str] = mapped_column(String(8), default="product")  # product | offer
    clicked_at: Mapped[datetime]


class Attribution(Base):
    """A later order that followed a click. `strict`: the same product within 72 hours; otherwise any product within
    five days. Amounts are minor units of the order's currency, kept net of refunds."""

    __tablename__ = "attribution"
    __table_args__ = (UniqueConstraint("shop_id", "order_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    order_id: Mapped[int] = mapped_column(BigKey)
    click_id: Mapped[int] = mapped_column(BigKey)
    strict: Mapped[bool]
    gross: Mapped[int] = mapped_column(BigInteger)
    refunded: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    attributed_at: Mapped[datetime]
