"""The shop: who installed us, under which keys, and what Shopify says about it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.db import Base, BigKey, Encrypted, Key, ShopKey
from shopify_app.states import Transitions


class ShopState(StrEnum):
    INSTALLED = "installed"
    REAUTH_REQUIRED = "reauth_required"  # tokens died; the next admin visit exchanges anew, background work waits
    UNINSTALLED = "uninstalled"


SHOP_MOVES = Transitions(
    "the shop",
    {
        ShopState.INSTALLED: {ShopState.INSTALLED, ShopState.REAUTH_REQUIRED, ShopState.UNINSTALLED},
        ShopState.REAUTH_REQUIRED: {ShopState.INSTALLED, ShopState.REAUTH_REQUIRED, ShopState.UNINSTALLED},
        ShopState.UNINSTALLED: {ShopState.INSTALLED, ShopState.UNINSTALLED},
    },
)


class Shop(Base):
    """One merchant's shop; every other row belongs to one. `domain` is its ``*.myshopify.com`` name.

    `profile` holds what Shopify told us (`shopify.snapshots.ShopSnapshot` as JSON: name, contact, policies, locales);
    tokens are encrypted together with both expiries.
    """

    __tablename__ = "shop"

    id: Mapped[Key]
    domain: Mapped[str] = mapped_column(String(255), unique=True)
    shopify_id: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(20), default=ShopState.INSTALLED)
    name: Mapped[str] = mapped_column(String(255), default="")
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    country: Mapped[str | None] = mapped_column(String(2))
    primary_domain: Mapped[str] = mapped_column(String(255), default="")
    proxy_path: Mapped[str] = mapped_column(String(80), default="/apps/order-care")
    profile: Mapped[dict[str, Any]] = mapped_column(default=dict)
    profile_read_at: Mapped[datetime | None]
    languages: Mapped[list[Any]] = mapped_column(default=list)  # codes shoppers read, the fallback first; empty: all
    scopes: Mapped[str] = mapped_column(String(2000), default="")
    installed_at: Mapped[datetime]
    uninstalled_at: Mapped[datetime | None]
    exchanged_at: Mapped[datetime | None]  # when an admin visit last brought tokens
    seen_at: Mapped[datetime | None]  # when the newest session token we saw was made: we were installed then
    access_token: Mapped[str | None] = mapped_column(Encrypted)
    access_expires_at: Mapped[datetime | None]
    refresh_token: Mapped[str | None] = mapped_column(Encrypted)
    refresh_expires_at: Mapped[datetime | None]
    refresh_lease_until: Mapped[int | None] = mapped_column(BigInteger)
    refresh_lease_token: Mapped[str | None] = mapped_column(String(16))

    @property
    def storefront_url(self) -> str:
        """Where the online store is, without a slash at the end."""
        return self.profile.get("storefront_url") or f"https://{self.primary_domain or self.domain}"


class Backfill(Base):
    """How far reading a shop's past has come: one row a kind (products, collections, customers, orders).

    `cursor` is Shopify's page cursor to go on from; `seen` counts objects, `expected` is Shopify's count when known.
    Reconciliation keeps its high-water mark here too (`kind` reconcile, `until` = updated_at seen so far).
    """

    __tablename__ = "backfill"
    __table_args__ = (UniqueConstraint("shop_id", "kind"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    kind: Mapped[str] = mapped_column(String(30))
    cursor: Mapped[str | None] = mapped_column(String(500))
    seen: Mapped[int] = mapped_column(default=0)
    expected: Mapped[int | None]
    until: Mapped[datetime | None]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(500))


class PrivacyRequest(Base):
    """One compliance request and what became of it; holds Shopify's ids only. Kept after the erasure as its log.

    `asked_by` is the member of staff who asked, ``clock`` for what the shop's retention asked, null for Shopify. Where
    somebody is known by no id of Shopify's, the keyed hashes find them until it is done; then they are blanked."""

    __tablename__ = "privacy_request"
    __table_args__ = (Index("ix_privacy_request_shop_id_done_at", "shop_id", "done_at"),)

    id: Mapped[Key]
    shop_id: Mapped[int] = mapped_column(BigKey)  # no foreign key: the log outlives the shop's rows
    topic: Mapped[str] = mapped_column(String(40))
    shop_domain: Mapped[str] = mapped_column(String(255))
    customer_shopify_id: Mapped[int | None] = mapped_column(BigInteger)
    order_shopify_ids: Mapped[list[Any]] = mapped_column(default=list)
    email_hash: Mapped[str | None] = mapped_column(String(48))
    phone_hash: Mapped[str | None] = mapped_column(String(48))
    asked_by: Mapped[str | None] = mapped_column(String(120))
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, Any] | None]
    export: Mapped[str | None] = mapped_column(Encrypted)  # the answer to a data request, until fetched or 30 days
