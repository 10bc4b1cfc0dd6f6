"""The money of returns as rows: release groups, outgoing steps, the ledger, and bonuses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.db import Base, BigKey, Key, Minor, ShopKey
from shopify_app.leases import Leased
from shopify_app.returns.bonus import GrantState
from shopify_app.returns.states import GroupState, StepState

LOOKED_AT = text("look IS NOT NULL")
"""Few groups need a look; an index of all would be read past by a planner that counts the others."""


class ReleaseGroup(Base):
    """Lines of a return with one outcome kind and one money event: one Shopify Return, one settlement.

    `accepted` is the group's settlement of the accepted quote; `final` what is carried out once units were decided
    (both `settlements.Settlement` as JSON). `shopify_return_id` is of the living Shopify Return; `shopify_lines` maps
    our return lines to Shopify's ids: {"<return_line.id>": {"return_line": gid, "rfo_line": gid}} and
    {"exchange": [{"variant_id", "id": gid, "quantity"}]}. `look` says what a person must know and do. `quote_id` is the
    quote that was accepted for this group alone, after the return was made; None: the return's own.
    """

    __tablename__ = "release_group"
    __table_args__ = (
        UniqueConstraint("return_id", "position"),
        Index("ix_release_group_shop_id_state", "shop_id", "state"),
        Index("ix_release_group_look", "shop_id", "return_id", sqlite_where=LOOKED_AT, postgresql_where=LOOKED_AT),
        Index("ix_release_group_shop_id_shopify_return_id", "shop_id", "shopify_return_id"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    return_id: Mapped[int] = mapped_column(BigKey, ForeignKey("return.id", ondelete="CASCADE"))
    position: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(20))
    money_event: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(20), default=GroupState.WAITING)
    currency: Mapped[str] = mapped_column(String(3))
    quote_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("return_quote.id", ondelete="SET NULL"))
    accepted: Mapped[dict[str, Any]]
    final: Mapped[dict[str, Any] | None]
    shopify_return_id: Mapped[int | None] = mapped_column(BigInteger)
    shopify_lines: Mapped[dict[str, Any]] = mapped_column(default=dict)
    look: Mapped[str | None] = mapped_column(String(60))  # a reason with words in `returns.looks`
    look_facts: Mapped[dict[str, Any] | None]
    released_at: Mapped[datetime | None]
    released_by: Mapped[str | None] = mapped_column(String(12))  # the money event, or by_hand
    settled_at: Mapped[datetime | None]


class Step(Leased, Base):
    """One outgoing effect. `phase` is its StepState (the lease's `state` only says whether it is work).

    `key` names the intention and is unique in the group: ``process``, ``bonus`` ... with a generation after a change
    (``create.2``). `input` is what is sent (nothing personal), `answer` what came back that we need. `fingerprint` is
    what a look-back searches for. Ids sent in a `note`: ``step-<id>``. It belongs to a group of a return, or to a
    request without a receipt (`no_receipt_id`), which has neither.
    """

    __tablename__ = "step"
    __table_args__ = (
        UniqueConstraint("group_id", "key"),
        UniqueConstraint("no_receipt_id", "key"),
        Index("ix_step_state_due_at", "state", "due_at"),
        Index("ix_step_shop_id_phase", "shop_id", "phase"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    return_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("return.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("release_group.id", ondelete="CASCADE"))
    no_receipt_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("no_receipt_request.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(30))  # returns.steps.StepKind
    key: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    phase: Mapped[str] = mapped_column(String(10), default=StepState.PLANNED)
    input: Mapped[dict[str, Any]] = mapped_column(default=dict)
    answer: Mapped[dict[str, Any] | None]
    fingerprint: Mapped[str | None] = mapped_column(String(80))
    planned_at: Mapped[datetime]
    attempted_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    looked_back: Mapped[int] = mapped_column(default=0)  # how often Shopify was read back for it
    refusal: Mapped[str | None] = mapped_column(String(500))


class LedgerRow(Base):
    """One line of the money ledger of a return. Append-only; each `posting` (one settlement, one correction) sums to
    zero: what came back on one side, where the money went on the other.

    `account` is `ledger.Account`; `amount` is signed minor units of `currency` (the order's presentment currency).
    `shopify_id` is the gid of what proves it at Shopify. A credit without an order is posted for its request alone
    (`no_receipt_id`).
    """

    __tablename__ = "ledger_row"
    __table_args__ = (
        UniqueConstraint("posting", "position"),
        Index("ix_ledger_row_return_id_id", "return_id", "id"),
        Index("ix_ledger_row_shop_id_at", "shop_id", "at"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    order_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("order.id", ondelete="CASCADE"), index=True)
    return_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("return.id", ondelete="CASCADE"))
    no_receipt_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("no_receipt_request.id", ondelete="CASCADE"), index=True
    )
    group_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("release_group.id", ondelete="CASCADE"))
    step_id: Mapped[int | None] = mapped_column(BigKey)
    posting: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    at: Mapped[datetime]
    account: Mapped[str] = mapped_column(String(24))
    amount: Mapped[Minor]
    currency: Mapped[str] = mapped_column(String(3))
    line_id: Mapped[int | None] = mapped_column(BigInteger)
    tender: Mapped[str | None] = mapped_column(String(80))
    cause: Mapped[str | None] = mapped_column(String(40))
    shopify_id: Mapped[str | None] = mapped_column(String(120))


class BonusGrant(Base):
    """A bonus from promise to end (`bonus.Grant`). `expires_at` is unique per customer and currency: with it a credit
    is found again at Shopify, which takes no note. `customer_id` is our customer."""

    __tablename__ = "bonus_grant"
    __table_args__ = (
        UniqueConstraint("shop_id", "customer_id", "currency", "expires_at"),
        UniqueConstraint("group_id"),
        Index("ix_bonus_grant_customer_id_at", "customer_id", "at"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    customer_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("customer.id", ondelete="SET NULL"))
    order_id: Mapped[int] = mapped_column(BigKey, ForeignKey("order.id", ondelete="CASCADE"), index=True)
    return_id: Mapped[int] = mapped_column(BigKey, ForeignKey("return.id", ondelete="CASCADE"))
    group_id: Mapped[int] = mapped_column(BigKey, ForeignKey("release_group.id", ondelete="CASCADE"))
    amount: Mapped[Minor]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(10), default=GrantState.PROMISED)
    at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    taken_back: Mapped[Minor]
    shortfall: Mapped[Minor]
    shopify_id: Mapped[str | None] = mapped_column(String(120))
    account_id: Mapped[str | None] = mapped_column(String(120))
