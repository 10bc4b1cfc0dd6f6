"""The days a verdict may take, in the shop's working days. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from shopify_app.shipments.calendar import calendar_for
from shopify_app.zones import zone_named

END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True)
class Checking:
    """Goods are judged within `days` working days of `country`, on the clock of `timezone`."""

    timezone: str
    country: str | None
    days: int

    def promised(self, arrived: datetime) -> datetime:
        """The end of the working day by which goods that arrived then are judged."""
        local = arrived.astimezone(zone_named(self.timezone)).date()
        return self.end_of(calendar_for(None, self.country).add(local, self.days))

    def within(self, now: datetime) -> timedelta:
        """How far back from `now` the promise reaches: what arrived earlier than that is late now."""
        today = now.astimezone(zone_named(self.timezone)).date()
        for back in range(3 * self.days + 30):
            day = today - timedelta(days=back)
            if self.promised(datetime.combine(day, time(12), zone_named(self.timezone))) < now:
                return now - self.end_of(day)
        return timedelta(days=3 * self.days + 30)

    def ahead(self, now: datetime) -> timedelta:
        """How far the clock there is ahead of UTC."""
        return now.astimezone(zone_named(self.timezone)).utcoffset() or timedelta(0)

    def values(self, now: datetime) -> dict[str, int]:
        """`within` and `ahead` in whole seconds, as statements over promises want them."""
        return {"within": int(self.within(now).total_seconds()), "ahead": int(self.ahead(now).total_seconds())}

    def end_of(self, day: date) -> datetime:
        """The last second of a day there."""
        return datetime.combine(day, END_OF_DAY, zone_named(self.timezone)).astimezone(UTC)
