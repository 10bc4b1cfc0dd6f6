"""Parcels, their scans, the dates we promised, and what the past taught us about lanes.

A parcel is a fulfilment: several numbers in one share one progress until a provider tells them apart.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopify_app.db import Base, BigKey, Key, ShopifyId, ShopKey


class Shipment(Base):
    """`state` and `reason` are `shipments.states` values, recomputed from the scans; `company` and `numbers` are as
    typed by the merchant; `carrier` is the id of `carriers.directory` (None: unknown). `carrier_eta` is the carrier's
    own newest estimate. `origin` is Shopify's location id, `destination` the country. `fact_at`: newest snapshot,
    `told_at`: when that was triggered or read (`shopify.newest`).
    `fulfilment_status` and `progress` are Shopify's own words of that snapshot (``status``, ``shipment_status``), which
    count beside the scans; `progress_at` is when the word was first said.
    """

    __tablename__ = "shipment"
    __table_args__ = (
        UniqueConstraint("shop_id", "shopify_id"),
        Index("ix_shipment_order_id", "order_id"),
        Index("ix_shipment_shop_id_delivered_at", "shop_id", "delivered_at"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    order_id: Mapped[int] = mapped_column(BigKey, ForeignKey("order.id", ondelete="CASCADE"))
    shopify_id: Mapped[ShopifyId]
    name: Mapped[str | None] = mapped_column(String(64))
    company: Mapped[str | None] = mapped_column(String(255))
    carrier: Mapped[str | None] = mapped_column(String(40))
    service: Mapped[str | None] = mapped_column(String(80))
    numbers: Mapped[list[str]] = mapped_column(default=list)
    urls: Mapped[list[str]] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(String(32))
    state_at: Mapped[datetime | None]
    late_risk: Mapped[str] = mapped_column(String(10), default="none")
    late_rule: Mapped[str | None] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(16), default="parcel")  # parcel | pickup | local_delivery | digital
    origin: Mapped[int | None] = mapped_column(BigInteger)
    destination: Mapped[str | None] = mapped_column(String(2))
    destination_zone: Mapped[str | None] = mapped_column(String(64))
    shipped_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    delivery_known_at: Mapped[datetime | None]  # when a delivery was first told to us
    carrier_eta: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    fact_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    fulfilment_status: Mapped[str] = mapped_column(String(20), default="success")
    progress: Mapped[str | None] = mapped_column(String(40))
    progress_at: Mapped[datetime | None]
    lines: Mapped[list[ShipmentLine]] = relationship(back_populates="shipment", cascade="all, delete-orphan")
    scans: Mapped[list[Scan]] = relationship(
        back_populates="shipment", order_by="Scan.instant, Scan.id", cascade="all, delete-orphan"
    )


class ShipmentLine(Base):
    """How many of an order line travel in this parcel; the line is named by Shopify's id, since a fulfilment may be
    known before its order is."""

    __tablename__ = "shipment_line"
    __table_args__ = (UniqueConstraint("shipment_id", "line_shopify_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    shipment_id: Mapped[int] = mapped_column(BigKey, ForeignKey("shipment.id", ondelete="CASCADE"))
    line_shopify_id: Mapped[ShopifyId]
    quantity: Mapped[int]
    shipment: Mapped[Shipment] = relationship(back_populates="lines")


class Scan(Base):
    """One thing that was said about a parcel. Raw words and raw time are kept for ever; `instant` is None when no zone
    could be told. A deleted scan stays, marked, so that a late repeat does not revive it.

    `key` dedupes: source id where there is one, else time to the minute, code and place.
    """

    __tablename__ = "scan"
    __table_args__ = (
        UniqueConstraint("shipment_id", "source", "key"),
        Index("ix_scan_shipment_id_instant", "shipment_id", "instant"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    shipment_id: Mapped[int] = mapped_column(BigKey, ForeignKey("shipment.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(String(20))  # shopify | merchant | a provider's id
    key: Mapped[str] = mapped_column(String(120))
    code: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(24))  # ParcelState, or "unknown"
    reason: Mapped[str | None] = mapped_column(String(32))
    text: Mapped[str | None] = mapped_column(String(500))
    time_raw: Mapped[str | None] = mapped_column(String(64))
    instant: Mapped[datetime | None]
    local_time: Mapped[str | None] = mapped_column(String(32))  # ISO local time at the place, without offset
    zone_source: Mapped[str] = mapped_column(String(12), default="none")
    precision: Mapped[str] = mapped_column(String(8), default="minute")
    place: Mapped[str | None] = mapped_column(String(255))
    country: Mapped[str | None] = mapped_column(String(2))
    eta: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    shipment: Mapped[Shipment] = relationship(back_populates="scans")


class Promise(Base):
    """A date we showed. The newest row of a parcel is what we say now; the one before it is the "was".

    `shipment_id` is None for an order that has no parcel yet.
    """

    __tablename__ = "promise"
    __table_args__ = (
        Index("ix_promise_shop_id_made_at", "shop_id", "made_at"),
        Index("ix_promise_order_id_shipment_id_id", "order_id", "shipment_id", "id"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    order_id: Mapped[int] = mapped_column(BigKey, ForeignKey("order.id", ondelete="CASCADE"))
    shipment_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("shipment.id", ondelete="CASCADE"))
    likely: Mapped[date | None]
    by: Mapped[date]
    basis: Mapped[str] = mapped_column(String(20))
    share_percent: Mapped[int | None]
    parcels: Mapped[int | None]
    kind: Mapped[str | None] = mapped_column(String(10))  # estimate.LaneKind: which parcels those are
    because: Mapped[str | None] = mapped_column(String(40))
    made_at: Mapped[datetime]


class TransitCount(Base):
    """How many parcels of a lane took how many working days from acceptance to delivery: the histogram that arrival
    dates are read from. `lane` is carrier|service|origin|destination, coarser levels with empty parts."""

    __tablename__ = "transit_count"
    __table_args__ = (UniqueConstraint("shop_id", "lane", "working_days"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    lane: Mapped[str] = mapped_column(String(160))
    working_days: Mapped[int]
    parcels: Mapped[int] = mapped_column(default=0)


class TransitCounted(Base):
    """Parcels that are in the histogram already, with the promise they kept or broke (conformal errors). `lanes` are
    those they were counted into: what a parcel is said to be may change (None: counted before that was kept)."""

    __tablename__ = "transit_counted"
    __table_args__ = (
        UniqueConstraint("shipment_id"),
        Index("ix_transit_counted_shop_id_counted_at", "shop_id", "counted_at"),
    )

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    shipment_id: Mapped[int] = mapped_column(BigKey, ForeignKey("shipment.id", ondelete="CASCADE"))
    working_days: Mapped[int]
    lanes: Mapped[list[str] | None]
    rank: Mapped[float] = mapped_column(default=0.0)  # share of parcels that were expected to be faster, 0 to 1
    error_days: Mapped[int | None]  # delivered minus the first "by" we showed, in working days
    carrier_error_days: Mapped[int | None]  # delivered minus the carrier's own date
    counted_at: Mapped[datetime]


class UnknownCode(Base):
    """A status word that no table of ours knows: kept and counted, never shown as something else."""

    __tablename__ = "unknown_code"
    __table_args__ = (UniqueConstraint("shop_id", "source", "code"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    source: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(80))
    count: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    sample: Mapped[dict[str, Any] | None]
