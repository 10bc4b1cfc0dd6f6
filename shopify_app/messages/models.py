"""Mails as rows: the cause makes them unique, and a lost answer never sends one twice."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.db import Base, BigKey, Encrypted, Key, ShopKey
from shopify_app.leases import Leased


class MessagePhase(StrEnum):
    """`attempted` is committed before the text leaves: what the server may have taken is never sent again."""

    PLANNED = "planned"
    ATTEMPTED = "attempted"
    SENT = "sent"
    UNCERTAIN = "uncertain"  # the server broke off after it had the text
    REFUSED = "refused"  # the server does not want it, or it came too late to be worth reading
    UNSENT = "unsent"  # nobody to send it to; `error` says why


class Message(Leased, Base):
    """One mail to one person for one cause (``return_approved:17``). `recipient` and `facts` (what the text needs
    beyond the rows) are encrypted and blanked once it is sent."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("shop_id", "cause"),
        Index("ix_message_state_due_at", "state", "due_at"),
        Index("ix_message_return_id", "return_id"),
        Index("ix_message_order_id", "order_id"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    order_id: Mapped[int | None] = mapped_column(BigKey)
    return_id: Mapped[int | None] = mapped_column(BigKey)
    kind: Mapped[str] = mapped_column(String(40))
    cause: Mapped[str] = mapped_column(String(80))
    locale: Mapped[str | None] = mapped_column(String(12))
    recipient: Mapped[str | None] = mapped_column(Encrypted)
    facts: Mapped[str | None] = mapped_column(Encrypted)
    phase: Mapped[str] = mapped_column(String(10), default=MessagePhase.PLANNED)
    references: Mapped[dict[str, Any]] = mapped_column(default=dict)  # ids the text is made from, nothing personal
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    message_id: Mapped[str | None] = mapped_column(String(120))
