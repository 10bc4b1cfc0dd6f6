"""Where and when the reader is: whose today, whose wall clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from zoneinfo import ZoneInfo

from shopify_app.i18n import Day, Moment, day_near


@dataclass(frozen=True)
class Here:
    """`now` in UTC, the shop's zone, the zone of where the parcel goes (the reader's, as far as we know), and the
    code of the language that texts of the merchant are wanted in."""

    now: datetime
    shop: ZoneInfo
    reader: ZoneInfo
    language: str = "en"

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.reader).date()

    @cached_property
    def shop_today(self) -> date:
        return self.now.astimezone(self.shop).date()

    def day(self, day: date) -> Day:
        return day_near(day, self.today)

    def local_day(self, instant: datetime) -> Day:
        return self.day(instant.astimezone(self.reader).date())

    def moment(self, instant: datetime) -> Moment:
        """The reader's clock at `instant`, to the minute."""
        local = instant.astimezone(self.reader)
        return Moment(self.day(local.date()), time(local.hour, local.minute))
