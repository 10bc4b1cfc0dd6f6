"""The day that is counted, and the settings that were in force on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.insights.periods import bounds
from shopify_app.settings.models import SettingsVersion
from shopify_app.settings.store import as_kept, kind_of
from shopify_app.shops.models import Shop

Group = TypeVar("Group")


@dataclass(frozen=True)
class ShopDay:
    """A day of the shop's calendar: from `start` up to, not with, `end`; `now` is when it is counted."""

    shop: Shop
    day: date
    start: datetime
    end: datetime
    now: datetime

    @property
    def shop_id(self) -> int:
        return self.shop.id


def shop_day(shop: Shop, day: date, now: datetime) -> ShopDay:
    start, end = bounds(day, shop.timezone)
    return ShopDay(shop, day, start, end, now)


def in_force(session: Session, shop_id: int, group: type[Group], at: datetime) -> Group:
    """The settings as they were at that time; before the first save they were the defaults."""
    kind = kind_of(group)
    wanted = (
        select(SettingsVersion.document)
        .where(SettingsVersion.shop_id == shop_id, SettingsVersion.kind == kind, SettingsVersion.saved_at <= at)
        .order_by(SettingsVersion.version.desc())
        .limit(1)
    )
    document: Any = session.scalar(wanted)
    return as_kept(kind, document or {})
