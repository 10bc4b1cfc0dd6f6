"""The days of a policy: when a window opens and closes, in the shop's time zone.

A window ends at 24:00 of its last day and counts to the shopper's notice, not to the parcel's arrival.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from shopify_app.returns.subjects import Subject
from shopify_app.returns.vocabulary import Start
from shopify_app.zones import zone_named


@dataclass(frozen=True)
class Span:
    """From the first day on which notice may be given to the last; `last` None: no limit."""

    first: date
    last: date | None

    @classmethod
    def after(cls, begun: date, earliest: int, latest: int | None) -> Span:
        """From day `earliest` to day `latest` after day 0, `begun`."""
        last = None if latest is None else begun + timedelta(days=latest)
        return cls(begun + timedelta(days=earliest), last)

    def has(self, day: date) -> bool:
        """Whether notice may be given on `day`."""
        return self.first <= day and (self.last is None or day <= self.last)


@lru_cache(4096)
def day_of(instant: datetime, zone: str) -> date:
    """The shop's calendar day of `instant`."""
    return instant.astimezone(zone_named(zone)).date()


def notice_day(subject: Subject) -> date:
    """The day that counts."""
    return day_of(subject.notice.noticed_at, subject.order.zone)


def delivery_day(subject: Subject, transit_days: int) -> date | None:
    """The day a delivery window counts from; None while the line is not fulfilled.

    Unknown delivery: fulfilment + `transit_days`. Where word of the delivery came only after that assumed day had
    passed, shoppers had already been told a last date by it: the real date then only lengthens the window.
    """
    line, zone = subject.line, subject.order.zone
    if line.fulfilled_at is None:
        return day_of(line.delivered_at, zone) if line.delivered_at else None
    assumed = day_of(line.fulfilled_at, zone) + timedelta(days=transit_days)
    if line.delivered_at is None:
        return assumed
    real = day_of(line.delivered_at, zone)
    was_assumed = line.delivery_known_at is not None and day_of(line.delivery_known_at, zone) > assumed
    return max(real, assumed) if was_assumed else real


def start_day(subject: Subject, start: Start, transit_days: int) -> date | None:
    """Day 0 of a window; None where what it counts from has not happened yet."""
    if start is Start.ORDER:
        return day_of(subject.order.placed_at, subject.order.zone)
    if start is Start.DELIVERY:
        return delivery_day(subject, transit_days)
    fulfilled = subject.line.fulfilled_at
    return day_of(fulfilled, subject.order.zone) if fulfilled else None


def days_since(subject: Subject, start: Start, transit_days: int) -> int | None:
    """Whole days from day 0 to the notice; None where day 0 is unknown or still ahead."""
    begun = start_day(subject, start, transit_days)
    days = (notice_day(subject) - begun).days if begun else -1
    return days if days >= 0 else None
