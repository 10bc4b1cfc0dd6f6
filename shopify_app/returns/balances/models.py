"""What a shopper still owes for an exchange, as a row."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.db import Base, BigKey, Key, Minor, ShopKey
from shopify_app.money import Money


class BalanceState(StrEnum):
    """How a balance stands. It is collected by Shopify alone; nobody is charged by us."""

    OPEN = "open"
    PAID = "paid"
    WAIVED = "waived"  # the shop asks for no more of it
    DROPPED = "dropped"  # the exchange was taken off the order; the shopper's own money went back
    HANDLED = "handled"  # a person has dealt with it elsewhere


class BalanceDue(Base):
    """The balance of one release group: `amount` of which `paid` has come in, minor units of the order's currency.

    `payments` are the payments of the order that were made towards it, [{"id": Shopify's gid, "amount", "over"}];
    `known` the ids of those that the order had before. `over` is what came in beyond everything that was due: it is the
    shopper's and waits for a person. `drop_wanted_at`: the exchange is to be taken off, as soon as Shopify has been
    asked once more whether it was paid after all. `look_next_at` is when the clock looks at it again; None: no more.
    """

    __tablename__ = "balance_due"
    __table_args__ = (
        UniqueConstraint("group_id"),
        Index("ix_balance_due_order_id", "order_id"),
        Index("ix_balance_due_return_id", "return_id"),
        Index("ix_balance_due_look_next_at", "look_next_at"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    order_id: Mapped[int] = mapped_column(BigKey, ForeignKey("order.id", ondelete="CASCADE"))
    return_id: Mapped[int] = mapped_column(BigKey, ForeignKey("return.id", ondelete="CASCADE"))
    group_id: Mapped[int] = mapped_column(BigKey, ForeignKey("release_group.id", ondelete="CASCADE"))
    amount: Mapped[Minor]
    paid: Mapped[Minor] = mapped_column(default=0)
    over: Mapped[Minor] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(8), default=BalanceState.OPEN)
    payments: Mapped[list[Any]] = mapped_column(default=list)
    known: Mapped[list[Any]] = mapped_column(default=list)
    due_since: Mapped[datetime]
    pay_by: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    reminders: Mapped[int] = mapped_column(default=0)
    drop_wanted_at: Mapped[datetime | None]
    drop_wanted_by: Mapped[str | None] = mapped_column(String(10))  # returns.states.Actor
    closed_at: Mapped[datetime | None]
    look_next_at: Mapped[datetime | None]

    @property
    def rest(self) -> Money:
        """What is still open of it."""
        return Money(max(0, self.amount - self.paid), self.currency)

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its payment."""
        return self.state == BalanceState.OPEN
