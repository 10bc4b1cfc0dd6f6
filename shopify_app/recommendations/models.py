"""What was bought with what, counted; what a shopper sent back; which cards were followed."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import BigInteger, Float, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from shopify_app.db import Base, BigKey, Key, ShopifyId, ShopKey

# Products are named by Shopify's id throughout this room: it outlives a product's row and needs no join to count.


_ENTRY = struct.Struct("<qd")


class Points(TypeDecorator[list[tuple[int, float]]]):
    """(product's id, score) in the order given, packed: sixteen bytes each, both numbers little-endian. As JSON or as
    rows they would take several times as long to read."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sequence[tuple[int, float]] | None, dialect: Dialect) -> bytes | None:
        return None if value is None else struct.pack("<" + "qd" * len(value), *chain.from_iterable(value))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> list[tuple[int, float]] | None:
        return None if value is None else list(_ENTRY.iter_unpack(value))


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
    """In how many orders (decayed) two products were together; stored both ways.

    The key is the row: learning an order touches up to two hundred pairs, and those of one product lie together."""

    __tablename__ = "pair_count"
    __table_args__ = ({"sqlite_with_rowid": False},)

    shop_id: Mapped[ShopKey] = mapped_column(primary_key=True, autoincrement=False)
    product_id: Mapped[ShopifyId] = mapped_column(primary_key=True, autoincrement=False)
    other_id: Mapped[ShopifyId] = mapped_column(primary_key=True, autoincrement=False)
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


class Companions(Base):
    """For each product its fifty best companions, best first; renewed for touched products only. Product 0 holds the
    most bought of the shop: the companions of an order we know nothing about. One row a product, because a list is read
    and written as a whole."""

    __tablename__ = "companions"
    __table_args__ = (UniqueConstraint("shop_id", "product_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    product_id: Mapped[ShopifyId]
    listed: Mapped[list[tuple[int, float]]] = mapped_column(Points)


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
