"""Figures as rows: what was counted for each day of a shop, which days have to be counted again, and how far we are.

Everything here can be made anew from the other rooms' rows. Nothing here is personal but `Portrait.document`, which
names customers by our ids alone.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopify_app.db import Base, Key, Minor, ShopifyId, ShopKey


class DayFigure(Base):
    """One count (or sum in minor units of `currency`) of one day of the shop's calendar. `measure` is one of
    `measures.Count`; `key` what it is broken down by, empty for the whole; `currency` empty for what is no money.

    The key is the row, a measure's days lie together: a range of a year is read in one sweep.
    """

    __tablename__ = "day_figure"
    __table_args__ = ({"sqlite_with_rowid": False},)

    shop_id: Mapped[ShopKey] = mapped_column(primary_key=True, autoincrement=False)
    measure: Mapped[str] = mapped_column(String(32), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)


class ProductDay(Base):
    """Units of a product that were bought on a day, and what was paid for them in the shop's own currency."""

    __tablename__ = "product_day"
    __table_args__ = (
        Index("ix_product_day_shop_id_product_id_day", "shop_id", "product_id", "day"),
        {"sqlite_with_rowid": False},
    )

    shop_id: Mapped[ShopKey] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    product_id: Mapped[ShopifyId] = mapped_column(primary_key=True, autoincrement=False)
    units: Mapped[int] = mapped_column(default=0)
    sales: Mapped[Minor]


class LookUpDay(Base):
    """How many look-ups by order number found their order on a day (of the shop's calendar), and how many did not."""

    __tablename__ = "look_up_day"
    __table_args__ = (UniqueConstraint("shop_id", "day"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    day: Mapped[date]
    answered: Mapped[int] = mapped_column(default=0)
    missed: Mapped[int] = mapped_column(default=0)


class StaleDay(Base):
    """A day whose figures are not what the rows say any more. `marks` grows with every change that is noticed: a day is
    only struck off by whoever has seen its newest mark."""

    __tablename__ = "stale_day"
    __table_args__ = (UniqueConstraint("shop_id", "day"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    day: Mapped[date]
    marks: Mapped[int] = mapped_column(default=1)


class FiguresProgress(Base):
    """How far the shop's events were looked through for days that changed, in which time zone days were cut, and when
    the last count was finished."""

    __tablename__ = "figures_progress"
    __table_args__ = (UniqueConstraint("shop_id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    events_seen: Mapped[int] = mapped_column(BigInteger, default=0)
    timezone: Mapped[str] = mapped_column(String(64))
    counted_at: Mapped[datetime | None]


class Portrait(Base):
    """Who bought and what sold over the `days` up to `until`: what cannot be added up from days, since it counts people
    and products once. `document` is `portraits.to_stored`."""

    __tablename__ = "portrait"
    __table_args__ = (UniqueConstraint("shop_id", "days"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    days: Mapped[int]
    until: Mapped[date]
    document: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
