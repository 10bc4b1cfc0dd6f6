"""Returns as rows: the policy's versions, what a shopper is choosing, what was offered, what was asked for."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopify_app.db import Base, BigKey, Encrypted, Key, ShopifyId, ShopKey
from shopify_app.orders.models import Order
from shopify_app.returns.states import Disposition, Reception, ReturnState, Source, UnitDecision


class PublishedPolicy(Base):
    """One version of the shop's return policy (`returns.rules.PolicyVersion`); never changed once published."""

    __tablename__ = "published_policy"
    __table_args__ = (UniqueConstraint("shop_id", "number"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    number: Mapped[int]
    published_at: Mapped[datetime]
    published_by: Mapped[str | None] = mapped_column(String(80))  # a staff member's id, "operator", "preset"
    note: Mapped[str | None] = mapped_column(String(500))  # why, in the words of whoever published it
    repeats: Mapped[int | None]  # the earlier version that it brings back
    document: Mapped[dict[str, Any]]


class ReturnDraft(Base):
    """What a shopper is putting together, between two pages. `wish` is encrypted JSON (`returns.wishes.Wish`): it holds
    their own words. `facts` is what Shopify said of the order at `facts_at` (`ReturnableOrder`), nothing personal;
    `carts` what it said of the new items at `carts_at` (`shopping.to_stored`).

    `access` is what its holder has proven (`orders.access.Access`); `delivery` the corrected address of an exchange,
    encrypted JSON with Shopify's keys; `changes_id` the return that this draft is to change (`returns.changes`)."""

    __tablename__ = "return_draft"
    __table_args__ = (Index("ix_return_draft_expires_at", "expires_at"), UniqueConstraint("token"))

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    order_id: Mapped[int] = mapped_column(BigKey, ForeignKey("order.id", ondelete="CASCADE"), index=True)
    token: Mapped[str] = mapped_column(String(32))
    access: Mapped[int] = mapped_column(default=2)
    wish: Mapped[str | None] = mapped_column(Encrypted)
    delivery: Mapped[str | None] = mapped_column(Encrypted)
    changes_id: Mapped[int | None] = mapped_column(BigKey)
    facts: Mapped[dict[str, Any] | None]
    facts_at: Mapped[datetime | None]
    carts: Mapped[dict[str, Any] | None]
    carts_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ReturnQuote(Base):
    """A stored quote: what page, mail and settlement read. Immutable but for its acceptance, which happens once.

    `wish` is the encrypted wish it prices; `options` are `quotes.to_stored`; `settlements` the priced release groups
    of the outcome chosen per line (empty until each line has one): what is accepted is what is settled. `digest` is of
    the wish, the policy versions and the stock that it was made from.
    """

    __tablename__ = "return_quote"
    __table_args__ = (UniqueConstraint("public_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    order_id: Mapped[int] = mapped_column(BigKey, ForeignKey("order.id", ondelete="CASCADE"), index=True)
    draft_id: Mapped[int | None] = mapped_column(BigKey)
    public_id: Mapped[str] = mapped_column(String(32))
    wish: Mapped[str | None] = mapped_column(Encrypted)
    options: Mapped[dict[str, Any]]
    settlements: Mapped[list[Any]] = mapped_column(default=list)
    policy_version: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    digest: Mapped[str] = mapped_column(String(64), default="")
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]


class Return(Base):
    """One request (RMA). `rma` is unique in the shop and what people quote: ``R-1042-1``. `facts` are ids and numbers
    the engine needs of the order; `quote_id` what was accepted (None: begun in Shopify, refund by Shopify's figures).

    `decide_by` is the promise clock of whoever has to act. `method` is how goods travel when all lines agree.
    `withdrawal_id` is the statutory withdrawal that it carries out, if any (`returns.withdrawing.models`).
    """

    __tablename__ = "return"
    __table_args__ = (
        UniqueConstraint("shop_id", "rma"),
        UniqueConstraint("shop_id", "quote_id"),
        Index("ix_return_desk", "shop_id", "state", "requested_at", "decide_by", "withdrawal_id"),
        Index("ix_return_shop_id_requested_at", "shop_id", "requested_at"),
        Index("ix_return_withdrawal_id", "withdrawal_id", unique=True),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    order_id: Mapped[int] = mapped_column(BigKey, ForeignKey("order.id", ondelete="CASCADE"), index=True)
    quote_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("return_quote.id"))
    withdrawal_id: Mapped[int | None] = mapped_column(BigKey)
    rma: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(16), default=ReturnState.REQUESTED)
    source: Mapped[str] = mapped_column(String(10), default=Source.SHOPPER)
    currency: Mapped[str] = mapped_column(String(3))
    policy_version: Mapped[int | None]
    locale: Mapped[str | None] = mapped_column(String(12))
    requested_at: Mapped[datetime]
    decide_by: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    decline_reason: Mapped[str | None] = mapped_column(String(30))  # Shopify's ReturnDeclineReason, in lower case
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    first_scan_at: Mapped[datetime | None]
    scanned_at: Mapped[datetime | None]  # when a carrier first had a parcel of it in its hands
    delivered_at: Mapped[datetime | None]  # when a carrier had handed over every parcel of it that is known
    version: Mapped[int] = mapped_column(default=0)  # counts changes: whoever decides says which one they saw
    order: Mapped[Order] = relationship()
    lines: Mapped[list[ReturnLine]] = relationship(
        back_populates="ret", order_by="ReturnLine.id", cascade="all, delete-orphan"
    )


class ReturnLine(Base):
    """A quantity of one fulfilment line that is to come back. `line_id` is Shopify's line item id (as in quotes),
    `fulfillment_line_id` Shopify's fulfilment line item id; `reason` is the definition's handle. `note` and `answer`
    are the shopper's own words. `replacement_variant_id` for even swaps."""

    __tablename__ = "return_line"
    __table_args__ = (
        Index("ix_return_line_shop_id_outcome_return_id", "shop_id", "outcome", "return_id"),
        Index("ix_return_line_shop_id_reason_return_id", "shop_id", "reason", "return_id"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    return_id: Mapped[int] = mapped_column(BigKey, ForeignKey("return.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("release_group.id", ondelete="SET NULL"))
    line_id: Mapped[ShopifyId]
    fulfillment_id: Mapped[int | None] = mapped_column(BigInteger)
    fulfillment_line_id: Mapped[int | None] = mapped_column(BigInteger)
    quantity: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(20))
    method: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(60))
    note: Mapped[str | None] = mapped_column(Encrypted)
    answer: Mapped[str | None] = mapped_column(Encrypted)
    replacement_variant_id: Mapped[int | None] = mapped_column(BigInteger)
    product_id: Mapped[int | None] = mapped_column(BigInteger)
    variant_id: Mapped[int | None] = mapped_column(BigInteger)
    ret: Mapped[Return] = relationship(back_populates="lines")
    units: Mapped[list[ReturnUnit]] = relationship(
        back_populates="line", order_by="ReturnUnit.number", cascade="all, delete-orphan"
    )


class ReturnUnit(Base):
    """One piece of a return line: where it is, and what was decided of it. `percent` is what it was accepted at, `note`
    for the merchant's own team, `told` what the shopper is told about the verdict (both encrypted)."""

    __tablename__ = "return_unit"
    __table_args__ = (
        UniqueConstraint("return_line_id", "number"),
        Index("ix_return_unit_desk", "shop_id", "reception", "decision", "return_line_id"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    return_line_id: Mapped[int] = mapped_column(BigKey, ForeignKey("return_line.id", ondelete="CASCADE"))
    number: Mapped[int]
    reception: Mapped[str] = mapped_column(String(10), default=Reception.EXPECTED)
    received_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(String(10), default=UnitDecision.PENDING)
    decided_at: Mapped[datetime | None]
    percent: Mapped[Decimal | None] = mapped_column(Numeric(7, 4))
    grade: Mapped[str | None] = mapped_column(String(10))
    note: Mapped[str | None] = mapped_column(Encrypted)
    told: Mapped[str | None] = mapped_column(Encrypted)
    disposition: Mapped[str] = mapped_column(String(20), default=Disposition.NONE)
    location_id: Mapped[int | None] = mapped_column(BigInteger)
    line: Mapped[ReturnLine] = relationship(back_populates="units")


class ReturnPhoto(Base):
    """A picture the shopper sent, stripped of everything but the picture. The file lies outside the database, sealed
    with the deployment's keys, under `file_name` in the shop's folder. With `unit_id` it is one that the shop's people
    took of that piece at its inspection; with `question_id` one that came with an appeal."""

    __tablename__ = "return_photo"
    __table_args__ = (UniqueConstraint("file_name"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    draft_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    return_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("return.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int | None] = mapped_column(BigKey)
    question_id: Mapped[int | None] = mapped_column(BigKey)
    fulfillment_line_id: Mapped[ShopifyId]
    file_name: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(20))
    bytes: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    added_at: Mapped[datetime]


class ReturnEntry(Base):
    """The timeline: what happened to a return, in order. Append-only. `kind` has its words in `pages.return_words`;
    `facts` are numbers and ids; `said` a person's own words (encrypted). `is_internal`: the merchant's eyes only."""

    __tablename__ = "return_entry"
    __table_args__ = (Index("ix_return_entry_return_id_id", "return_id", "id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    return_id: Mapped[int] = mapped_column(BigKey, ForeignKey("return.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(10))
    staff: Mapped[str | None] = mapped_column(String(80))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    said: Mapped[str | None] = mapped_column(Encrypted)
    is_internal: Mapped[bool] = mapped_column(default=False)


class StockHold(Base):
    """Units of a variant that an even swap was promised: subtracted from the stock that our portal shows, until
    `until` or `released_at`. Shopify's stock is untouched and read again at approval."""

    __tablename__ = "stock_hold"
    __table_args__ = (Index("ix_stock_hold_shop_id_variant_id", "shop_id", "variant_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    return_id: Mapped[int] = mapped_column(BigKey, ForeignKey("return.id", ondelete="CASCADE"), index=True)
    variant_id: Mapped[ShopifyId]
    quantity: Mapped[int]
    until: Mapped[datetime]
    released_at: Mapped[datetime | None]


class ListedCustomer(Base):
    """A customer on the shop's block or allow list: by Shopify's id, or by the keyed hash of an e-mail address, which
    `email` then shows to the merchant. `reason` is the merchant's own words; both are encrypted."""

    __tablename__ = "listed_customer"
    __table_args__ = (UniqueConstraint("shop_id", "key"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    key: Mapped[str] = mapped_column(String(48))  # "customer:<id>" or "email:<hash>"
    standing: Mapped[str] = mapped_column(String(10))  # vocabulary.Standing
    email: Mapped[str | None] = mapped_column(Encrypted)
    reason: Mapped[str | None] = mapped_column(Encrypted)
    listed_at: Mapped[datetime]
    listed_by: Mapped[str | None] = mapped_column(String(80))


class RmaCount(Base):
    """How many requests an order has had: the last part of the next RMA number."""

    __tablename__ = "rma_count"
    __table_args__ = (UniqueConstraint("order_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    order_id: Mapped[int] = mapped_column(BigKey, ForeignKey("order.id", ondelete="CASCADE"))
    count: Mapped[int] = mapped_column(default=0)


class ReturnWindowDay(Base):
    """The last return day that we stand by for units of an order line that travelled in one parcel: it may only move
    later. `line_id` is Shopify's line item id; `last_day` None: no limit."""

    __tablename__ = "return_window_day"
    __table_args__ = (UniqueConstraint("shipment_id", "line_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    shipment_id: Mapped[int] = mapped_column(BigKey, ForeignKey("shipment.id", ondelete="CASCADE"))
    line_id: Mapped[ShopifyId]
    last_day: Mapped[date | None]
