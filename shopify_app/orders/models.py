"""Orders as we hold them: a projection of what Shopify said, newest fact wins."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopify_app.db import Base, BigKey, Encrypted, Key, Minor, ShopifyId, ShopKey
from shopify_app.money import Money, rate
from shopify_app.shopify.delivery import Delivery
from shopify_app.shops.models import Shop


class Order(Base):
    """Amounts are minor units of `currency`, the order's presentment currency: what the shopper saw and paid.

    `number` is the name as a shopper may type it: upper case letters and digits (``#1042`` -> ``1042``).
    `shipping_address` and `billing_address` are encrypted JSON with Shopify's keys (first_name, address1, zip ...).
    `confirmed_at`, `packing_since` and `packed_at` are set only when a source says so.
    `delivery` is Shopify's word for the way of the goods (`shopify.delivery.Delivery`; None: not told), `collect_at`
    the shop's place where they are collected (`shopify.delivery.CollectAt`); what is packed is ready there.
    `shop_total` is `total` in the shop's own currency, as Shopify has it (None: not told yet).
    `fact_at` is Shopify's updated_at of the newest snapshot applied, `told_at` when that was triggered or read
    (`shopify.newest`); an older snapshot changes nothing.
    """

    __tablename__ = "order"
    __table_args__ = (
        UniqueConstraint("shop_id", "shopify_id"),
        Index("ix_order_shop_id_number_placed_at", "shop_id", "number", "placed_at"),
        Index("ix_order_shop_id_email_hash", "shop_id", "email_hash"),
        Index(
            "ix_order_shop_id_phone_hash",
            *("shop_id", "phone_hash"),
            sqlite_where=text("phone_hash IS NOT NULL"),
            postgresql_where=text("phone_hash IS NOT NULL"),
        ),
        Index("ix_order_customer_id_placed_at", "customer_id", "placed_at"),
        Index("ix_order_shop_id_placed_at", "shop_id", "placed_at"),
        Index("ix_order_shop_id_fulfillment_status_placed_at", "shop_id", "fulfillment_status", "placed_at"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    shopify_id: Mapped[ShopifyId]
    customer_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("customer.id"))
    name: Mapped[str] = mapped_column(String(64))
    number: Mapped[str] = mapped_column(String(64))
    email: Mapped[str | None] = mapped_column(Encrypted)
    phone: Mapped[str | None] = mapped_column(Encrypted)
    email_hash: Mapped[str | None] = mapped_column(String(32))
    phone_hash: Mapped[str | None] = mapped_column(String(32))
    postcode_hash: Mapped[str | None] = mapped_column(String(32))
    billing_postcode_hash: Mapped[str | None] = mapped_column(String(32))
    shipping_address: Mapped[str | None] = mapped_column(Encrypted)
    billing_address: Mapped[str | None] = mapped_column(Encrypted)
    country: Mapped[str | None] = mapped_column(String(2))
    province: Mapped[str | None] = mapped_column(String(12))
    city_timezone: Mapped[str | None] = mapped_column(String(64))  # of the destination, when it can be told
    locale: Mapped[str | None] = mapped_column(String(12))
    currency: Mapped[str] = mapped_column(String(3))
    shop_currency: Mapped[str] = mapped_column(String(3))
    taxes_included: Mapped[bool] = mapped_column(default=False)
    subtotal: Mapped[Minor]
    shipping: Mapped[Minor]
    discount: Mapped[Minor]
    tax: Mapped[Minor]
    total: Mapped[Minor]
    shop_total: Mapped[int | None] = mapped_column(BigInteger)
    refunded: Mapped[Minor]
    refund_ids: Mapped[list[Any]] = mapped_column(default=list)  # Shopify's; each counted once in `refunded`
    financial_status: Mapped[str | None] = mapped_column(String(30))
    fulfillment_status: Mapped[str | None] = mapped_column(String(30))
    payment_gateways: Mapped[list[str]] = mapped_column(default=list)
    discount_codes: Mapped[list[str]] = mapped_column(default=list)
    channel: Mapped[str | None] = mapped_column(String(80))
    is_company: Mapped[bool] = mapped_column(default=False)
    is_test: Mapped[bool] = mapped_column(default=False)
    tags: Mapped[list[str]] = mapped_column(default=list)
    status_url: Mapped[str | None] = mapped_column(Encrypted)
    placed_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    packing_since: Mapped[datetime | None]
    packed_at: Mapped[datetime | None]
    delivery: Mapped[str | None] = mapped_column(String(16))
    collect_at: Mapped[dict[str, Any] | None]
    paid_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(String(30))
    closed_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    fact_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    policy_version: Mapped[int | None]  # the return policy in force at purchase
    shop: Mapped[Shop] = relationship()
    lines: Mapped[list[OrderLine]] = relationship(
        back_populates="order", order_by="OrderLine.position", cascade="all, delete-orphan"
    )

    @property
    def is_taken_along(self) -> bool:
        """Whether it was handed over at the till: Shopify's word, else that somebody stood there and gave no
        address."""
        is_retail = self.delivery == Delivery.RETAIL or (self.delivery is None and self.shipping_address is None)
        return self.channel == "pos" and is_retail

    @property
    def rate(self) -> Decimal | None:
        """Units of `currency` that one of `shop_currency` was worth at purchase; None where it cannot be told."""
        kept = self.shop_total
        return None if kept is None else rate(self.money(self.total), Money(kept, self.shop_currency))

    def money(self, minor: int) -> Money:
        """`minor` units in this order's currency."""
        return Money(minor, self.currency)


class OrderLine(Base):
    """One line. `unit_price` is before any discount; `discounts` and `taxes` keep Shopify's own decisions.

    `discounts`: [{"amount": minor, "application": index, "scope": "line"|"order"}]; `taxes`: [{"amount": minor,
    "rate": "0.25", "title": ...}], for the whole quantity. `current_quantity` is what removals and refunds left.
    `never_sent` of what is gone went before it was sent, the rest came back (None: not told since the last refund).
    """

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "shopify_id"),
        Index("ix_order_line_shop_id_product_shopify_id", "shop_id", "product_shopify_id"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    order_id: Mapped[int] = mapped_column(BigKey, ForeignKey("order.id", ondelete="CASCADE"), index=True)
    shopify_id: Mapped[ShopifyId]
    product_shopify_id: Mapped[int | None] = mapped_column(BigInteger)
    variant_shopify_id: Mapped[int | None] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(String(255))
    variant_title: Mapped[str | None] = mapped_column(String(255))
    sku: Mapped[str | None] = mapped_column(String(255))
    vendor: Mapped[str | None] = mapped_column(String(255))
    quantity: Mapped[int]
    current_quantity: Mapped[int]
    never_sent: Mapped[int | None]
    unit_price: Mapped[Minor]
    discounts: Mapped[list[Any]] = mapped_column(default=list)
    taxes: Mapped[list[Any]] = mapped_column(default=list)
    requires_shipping: Mapped[bool] = mapped_column(default=True)
    is_gift_card: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    order: Mapped[Order] = relationship(back_populates="lines")

    @property
    def discount(self) -> int:
        """Everything taken off this line, its share of order discounts included; minor units."""
        return sum(part["amount"] for part in self.discounts)


class DeletedOrder(Base):
    """An order that was deleted at Shopify before we held it: what is told of it later makes none."""

    __tablename__ = "deleted_order"
    __table_args__ = (UniqueConstraint("shop_id", "shopify_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    shopify_id: Mapped[ShopifyId]
    deleted_at: Mapped[datetime]


class OrderLink(Base):
    """A link to one order's tracking page that needs no sign-in: ``/t/<nonce><stamp>``.

    Only the nonce is stored; the stamp is signed (`crypto.Keyring.stamp`), so a stolen table opens nothing.
    """

    __tablename__ = "order_link"
    __table_args__ = (UniqueConstraint("nonce"), Index("ix_order_link_order_id", "order_id"))

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    order_id: Mapped[int] = mapped_column(BigKey, ForeignKey("order.id", ondelete="CASCADE"))
    nonce: Mapped[str] = mapped_column(String(24))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class OneTimeCode(Base):
    """Six digits sent to the order's own address, which open it at OWNER: ten minutes, five tries, used once.

    `code_hash` is keyed; the code itself is kept, encrypted, only until it is sent.
    """

    __tablename__ = "one_time_code"
    __table_args__ = (Index("ix_one_time_code_order_id", "order_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    order_id: Mapped[int] = mapped_column(BigKey, ForeignKey("order.id", ondelete="CASCADE"))
    code_hash: Mapped[str] = mapped_column(String(32))
    code: Mapped[str | None] = mapped_column(Encrypted)
    locale: Mapped[str | None] = mapped_column(String(12))
    tries: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LookupAttempt(Base):
    """Tries of the look-up form per shop, window and key (a keyed hash of an address or an order number)."""

    __tablename__ = "lookup_attempt"
    __table_args__ = (UniqueConstraint("shop_id", "key", "window"), Index("ix_lookup_attempt_window", "window"))

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    key: Mapped[str] = mapped_column(String(40))
    window: Mapped[int] = mapped_column(BigInteger)  # epoch seconds, start of the window
    count: Mapped[int] = mapped_column(default=0)


class PageView(Base):
    """How often an order's tracking page was opened on a day, by surface (proxy, link, account)."""

    __tablename__ = "page_view"
    __table_args__ = (
        UniqueConstraint("order_id", "day", "surface"),
        Index("ix_page_view_shop_id_day", "shop_id", "day"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    order_id: Mapped[int] = mapped_column(BigKey, ForeignKey("order.id", ondelete="CASCADE"))
    day: Mapped[date]
    surface: Mapped[str] = mapped_column(String(10))
    count: Mapped[int] = mapped_column(default=0)
