"""The people who buy. Names and addresses are encrypted; e-mail and phone are found by keyed hash."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.db import Base, BigKey, Encrypted, Key, ShopifyId, ShopKey


class Customer(Base):
    """A Shopify customer. A merged one points to who was kept; a redacted one keeps its ids and nothing personal."""

    __tablename__ = "customer"
    __table_args__ = (
        UniqueConstraint("shop_id", "shopify_id"),
        Index("ix_customer_shop_id_email_hash", "shop_id", "email_hash"),
        Index("ix_customer_shop_id_phone_hash", "shop_id", "phone_hash"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    shopify_id: Mapped[ShopifyId]
    first_name: Mapped[str | None] = mapped_column(Encrypted)
    last_name: Mapped[str | None] = mapped_column(Encrypted)
    email: Mapped[str | None] = mapped_column(Encrypted)
    phone: Mapped[str | None] = mapped_column(Encrypted)
    email_hash: Mapped[str | None] = mapped_column(String(32))
    phone_hash: Mapped[str | None] = mapped_column(String(32))
    locale: Mapped[str | None] = mapped_column(String(12))
    tags: Mapped[list[str]] = mapped_column(default=list)
    orders_count: Mapped[int] = mapped_column(default=0)
    fact_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("customer.id"))
