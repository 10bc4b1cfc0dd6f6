"""A withdrawal from the contract as a row: what was declared, when it reached us, what the law said at that time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.db import Base, BigKey, Encrypted, Key, ShopKey


class WithdrawalState(StrEnum):
    """What became of a declaration. It counts from the moment it was received, whatever becomes of it here."""

    RECEIVED = "received"
    OPENED = "opened"  # its return exists; everything else is told there
    NEEDS_LOOK = "needs_look"  # it could not be opened by itself: a person carries it out
    HANDLED = "handled"  # a person has


OPENED_WITHIN = timedelta(hours=1)
"""A declaration that is not opened by then waits for a person."""
WAITING = (WithdrawalState.RECEIVED, WithdrawalState.NEEDS_LOOK)
"""Nobody has carried it out yet: what it names is spoken for until somebody has."""


class Withdrawal(Base):
    """A consumer's declaration. What was declared never changes; `state`, `look` and `opened_at` say what became of it.

    `number` is unique in the shop and what people quote: ``W-1042-1``. `key` is the form's own: sending it twice is one
    declaration. `name` and `recipient` (the address of the acknowledgement) are as declared. `lines` are what is
    withdrawn from: [{"line_id", "quantity", "title"}] by Shopify's line item ids; `is_whole`: all of the
    order that is delivered (`travelled.leaves_nothing`: and there was nothing else).
    `last_day` is the last day of the period as it was reckoned then (None: it had not begun, since not everything was
    delivered); `refund_by` the last day for the money (Directive 2011/83/EU, Article 13).
    """

    __tablename__ = "withdrawal"
    __table_args__ = (
        UniqueConstraint("shop_id", "number"),
        UniqueConstraint("shop_id", "key"),
        UniqueConstraint("token"),
        Index("ix_withdrawal_shop_id_state", "shop_id", "state"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    order_id: Mapped[int] = mapped_column(BigKey, ForeignKey("order.id", ondelete="CASCADE"), index=True)
    number: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(40))
    token: Mapped[str] = mapped_column(String(32))  # the address of its page
    received_at: Mapped[datetime]
    country: Mapped[str] = mapped_column(String(2))
    locale: Mapped[str | None] = mapped_column(String(12))
    name: Mapped[str | None] = mapped_column(Encrypted)
    recipient: Mapped[str | None] = mapped_column(Encrypted)
    lines: Mapped[list[Any]]
    is_whole: Mapped[bool]
    last_day: Mapped[date | None]
    refund_by: Mapped[date]
    state: Mapped[str] = mapped_column(String(12), default=WithdrawalState.RECEIVED)
    look: Mapped[str | None] = mapped_column(String(40))
    look_facts: Mapped[dict[str, Any] | None]
    opened_at: Mapped[datetime | None]
