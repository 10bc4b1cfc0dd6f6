"""Return parcels as rows: labels to send goods with, parcels that are followed, what carriers said of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.db import Base, BigKey, Encrypted, Key, ShopKey
from shopify_app.shipments.states import ParcelState


class ProviderAccount(Base):
    """The shop's account with somebody who sells labels or tells scans; `provider` is one of
    `carriers.accounts.PROVIDERS`. Both secrets are encrypted; `is_label_seller`: labels are bought there, else it only
    follows parcels."""

    __tablename__ = "provider_account"
    __table_args__ = (UniqueConstraint("shop_id", "provider"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    provider: Mapped[str] = mapped_column(String(20))
    api_key: Mapped[str | None] = mapped_column(Encrypted)
    push_secret: Mapped[str | None] = mapped_column(Encrypted)
    is_label_seller: Mapped[bool] = mapped_column(default=True)
    connected_at: Mapped[datetime]
    connected_by: Mapped[str | None] = mapped_column(String(80))


class ReturnLabel(Base):
    """Something to send goods with. `kind` is `labels.LabelKind`; `source` ``merchant`` or a provider's id.

    A file lies outside the database, sealed, under `file_name` in the shop's folder; a link is encrypted, since it
    leads to a page with somebody's address. `cost` is minor units of `currency`. `step_id` is of the purchase.
    After `valid_until` it is not offered any more; `warned_at`: the shopper was told that it is about to end.
    """

    __tablename__ = "return_label"
    __table_args__ = (
        UniqueConstraint("file_name"),
        UniqueConstraint("step_id", "kind"),
        Index("ix_return_label_return_id", "return_id"),
        Index("ix_return_label_valid_until", "valid_until"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    return_id: Mapped[int] = mapped_column(BigKey, ForeignKey("return.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(8))
    carrier: Mapped[str | None] = mapped_column(String(40))
    number: Mapped[str | None] = mapped_column(String(100))
    url: Mapped[str | None] = mapped_column(Encrypted)
    file_name: Mapped[str | None] = mapped_column(String(64))
    media_type: Mapped[str | None] = mapped_column(String(20))
    bytes: Mapped[int | None]
    cost: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    step_id: Mapped[int | None] = mapped_column(BigKey)
    provider_ref: Mapped[str | None] = mapped_column(String(80))
    added_at: Mapped[datetime]
    added_by: Mapped[str | None] = mapped_column(String(80))
    valid_until: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class ReturnParcel(Base):
    """A parcel on its way back. `provider` follows it (None: nobody does), `provider_ref` is its name there.

    `state` is `shipments.states.ParcelState`, recomputed from the scans; `looked_at` is when the provider was last
    asked or heard, `look_next_at` when it is asked again (None: not any more).
    """

    __tablename__ = "return_parcel"
    __table_args__ = (
        UniqueConstraint("return_id", "number"),
        Index("ix_return_parcel_shop_id_number", "shop_id", "number"),
        Index("ix_return_parcel_look_next_at", "look_next_at"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    return_id: Mapped[int] = mapped_column(BigKey, ForeignKey("return.id", ondelete="CASCADE"))
    number: Mapped[str] = mapped_column(String(100))
    carrier: Mapped[str | None] = mapped_column(String(40))
    url: Mapped[str | None] = mapped_column(String(500))
    provider: Mapped[str | None] = mapped_column(String(20))
    provider_ref: Mapped[str | None] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(24), default=ParcelState.AWAITING_DATA)
    first_scan_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    look_next_at: Mapped[datetime | None]
    added_at: Mapped[datetime]


class ParcelScan(Base):
    """One thing a carrier said of a return parcel, in its own words. `key` tells repeats apart."""

    __tablename__ = "parcel_scan"
    __table_args__ = (UniqueConstraint("parcel_id", "key"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    parcel_id: Mapped[int] = mapped_column(BigKey, ForeignKey("return_parcel.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(80))
    text: Mapped[str | None] = mapped_column(String(300))
    place: Mapped[str | None] = mapped_column(String(120))
    sequence: Mapped[int] = mapped_column(default=0)
