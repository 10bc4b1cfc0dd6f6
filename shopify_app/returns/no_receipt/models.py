"""Requests of people who have no order number, as rows: what they say they bought, the proof they sent, what became
of it. Nothing here is a return: a return needs an order."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopify_app.db import Base, BigKey, Encrypted, Key, ShopifyId, ShopKey
from shopify_app.shops.models import Shop
from shopify_app.states import Transitions


class RequestState(StrEnum):
    """Where a request stands. `asked` counts for nothing yet: nobody has shown that the address is theirs."""

    ASKED = "asked"
    RECEIVED = "received"
    MATCHED = "matched"  # an order of ours was found: it is that order's return now
    ACCOUNT_WANTED = "account_wanted"  # accepted; store credit needs a customer, and there is none of that address yet
    ACCEPTED = "accepted"  # the credit is on its way
    CREDITED = "credited"
    HANDLED = "handled"  # Shopify would not give the credit: a person saw to it in another way
    DECLINED = "declined"


REQUEST_MOVES = Transitions(
    "the request",
    {
        RequestState.ASKED: {RequestState.RECEIVED},
        RequestState.RECEIVED: {
            RequestState.MATCHED,
            RequestState.ACCOUNT_WANTED,
            RequestState.ACCEPTED,
            RequestState.DECLINED,
        },
        RequestState.ACCOUNT_WANTED: {RequestState.MATCHED, RequestState.ACCEPTED, RequestState.DECLINED},
        RequestState.ACCEPTED: {RequestState.CREDITED, RequestState.HANDLED},
        RequestState.HANDLED: {RequestState.CREDITED},  # the answer that was lost turns up after all
        RequestState.MATCHED: set(),
        RequestState.CREDITED: set(),
        RequestState.DECLINED: set(),
    },
)
GRANTED = frozenset({RequestState.ACCOUNT_WANTED, RequestState.ACCEPTED, RequestState.CREDITED})
"""What counts towards a person's cap: promised, on its way, given."""


class ProofOf(StrEnum):
    """What a file of a request shows."""

    GOODS = "goods"
    PURCHASE = "purchase"  # a receipt, a gift receipt, a bank statement


class NoReceiptRequest(Base):
    """What somebody without an order number asks for. `number` is what people quote (``N-1001``), given when the
    address was shown to be theirs. `key` is the form's own: sending it twice is one request.

    `product_id` and `variant_id` are Shopify's. `bought` (where and when), `name`, `email` and `decline_note` are a
    person's own words or whereabouts, encrypted; `email_hash` finds the same person again. `code` is the one-time code
    until it is typed.

    Once accepted, `amount` of `currency` is `quantity` x `unit_price` x `percent`, under rule `rule` of policy version
    `policy_version`; `credit_expires_at` is the second by which the credit is found again at Shopify, which takes no
    note: no other credit of ours to that customer has it. `look` says why a person must see to it (`returns.looks`).
    """

    __tablename__ = "no_receipt_request"
    __table_args__ = (
        UniqueConstraint("shop_id", "number"),
        UniqueConstraint("shop_id", "key"),
        UniqueConstraint("shop_id", "customer_id", "currency", "credit_expires_at"),
        Index("ix_no_receipt_request_shop_id_state", "shop_id", "state"),
        Index("ix_no_receipt_request_shop_id_email_hash", "shop_id", "email_hash"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    number: Mapped[str | None] = mapped_column(String(24))
    key: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(16), default=RequestState.ASKED)
    version: Mapped[int] = mapped_column(default=0)
    locale: Mapped[str | None] = mapped_column(String(12))
    product_id: Mapped[ShopifyId]
    variant_id: Mapped[ShopifyId]
    title: Mapped[str] = mapped_column(String(255))
    variant_title: Mapped[str] = mapped_column(String(255), default="")
    quantity: Mapped[int]
    reason: Mapped[str | None] = mapped_column(String(60))
    bought: Mapped[str | None] = mapped_column(Encrypted)
    name: Mapped[str | None] = mapped_column(Encrypted)
    email: Mapped[str | None] = mapped_column(Encrypted)
    email_hash: Mapped[str | None] = mapped_column(String(48))
    code: Mapped[str | None] = mapped_column(Encrypted)
    code_hash: Mapped[str] = mapped_column(String(48), default="")
    code_expires_at: Mapped[datetime | None]
    code_tries: Mapped[int] = mapped_column(default=0)
    codes_made: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decline_note: Mapped[str | None] = mapped_column(Encrypted)
    order_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("order.id", ondelete="SET NULL"), index=True)
    return_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("return.id", ondelete="SET NULL"))
    customer_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("customer.id", ondelete="SET NULL"))
    amount: Mapped[int | None] = mapped_column(BigInteger)
    unit_price: Mapped[int | None] = mapped_column(BigInteger)
    percent: Mapped[Decimal | None] = mapped_column(Numeric(7, 4))
    currency: Mapped[str | None] = mapped_column(String(3))
    credit_months: Mapped[int | None]
    policy_version: Mapped[int | None]
    rule: Mapped[str | None] = mapped_column(String(120))
    credit_expires_at: Mapped[datetime | None]
    credited_at: Mapped[datetime | None]
    shopify_id: Mapped[str | None] = mapped_column(String(120))
    account_id: Mapped[str | None] = mapped_column(String(120))
    look: Mapped[str | None] = mapped_column(String(60))
    look_facts: Mapped[dict[str, Any] | None]
    shop: Mapped[Shop] = relationship()


class NoReceiptFile(Base):
    """A picture or a PDF that came with a request. The file lies outside the database, sealed with the deployment's
    keys, under `file_name` in the shop's folder."""

    __tablename__ = "no_receipt_file"
    __table_args__ = (UniqueConstraint("file_name"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    request_id: Mapped[int] = mapped_column(BigKey, ForeignKey("no_receipt_request.id", ondelete="CASCADE"), index=True)
    proof_of: Mapped[str] = mapped_column(String(10))
    file_name: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(20))
    bytes: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    added_at: Mapped[datetime]


class NoReceiptEntry(Base):
    """The timeline of a request. Append-only; `said` is a person's own words (encrypted)."""

    __tablename__ = "no_receipt_entry"
    __table_args__ = (Index("ix_no_receipt_entry_request_id_id", "request_id", "id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    request_id: Mapped[int] = mapped_column(BigKey, ForeignKey("no_receipt_request.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(10))
    staff: Mapped[str | None] = mapped_column(String(80))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    said: Mapped[str | None] = mapped_column(Encrypted)
