"""The inbox: what Shopify told us, stored before it is acknowledged.

A delivery is unique by (shop, webhook id); the event id is kept for reading, never a key, since one event may wantedly
reach us under several topics.
"""

from __future__ import annotations

import zlib
from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.db import Base, Key, ShopKey
from shopify_app.leases import Leased


class Delivery(Leased, Base):
    """One webhook delivery. `body` is the raw body, zlib-compressed, emptied after seven days (`jobs.upkeep`)."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("shop_id", "webhook_id"),
        Index("ix_delivery_state_due_at", "state", "due_at"),
        Index("ix_delivery_received_at", "received_at"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    webhook_id: Mapped[str] = mapped_column(String(100))
    event_id: Mapped[str | None] = mapped_column(String(100))
    topic: Mapped[str] = mapped_column(String(80))
    api_version: Mapped[str | None] = mapped_column(String(20))
    triggered_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)


def pack(raw: bytes) -> bytes:
    """A body as it is kept. Level 1: the intake pays for it on every request."""
    return zlib.compress(raw, 1)


def unpack(body: bytes) -> bytes:
    """The raw bytes as they arrived."""
    return zlib.decompress(body)
