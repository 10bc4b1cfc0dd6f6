"""Ranges of days, and what they are compared with. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from shopify_app.zones import zone_named

PRESETS = (7, 30, 90, 365)
"""Days that a range reaches back, today included."""
BASELINE_DAYS = 60
"""What is read of a shop's past when it installs: no order before it is known."""
LONGEST_DAYS = 731
MOST_POINTS = 62
"""Of a line: longer ranges are drawn by week."""


class Comparison(StrEnum):
    """What a range is held against."""

    BEFORE = "before"  # as many days right before it
    YEAR = "year"  # the same days a year earlier
    BASELINE = "baseline"  # the days before the app was installed
    NONE = "none"


@dataclass(frozen=True)
class Span:
    """Days of the shop's calendar, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def latest(days: int, today: date) -> Span:
    """The `days` up to and with today."""
    return Span(today - timedelta(days=days - 1), today)


def chosen(first: date, last: date, today: date) -> Span:
    """The days that somebody typed, put right: in order, not in the future, not longer than two years."""
    first, last = min(first, last), min(max(first, last), today)
    first = min(first, last)
    return Span(max(first, last - timedelta(days=LONGEST_DAYS - 1)), last)


def compared(span: Span, how: Comparison, installed: date) -> Span | None:
    """The days that `span` is compared with; None for no comparison. `installed` is the day of the installation."""
    match how:
        case Comparison.BEFORE:
            return Span(span.first - timedelta(days=span.days), span.first - timedelta(days=1))
        case Comparison.YEAR:
            return Span(_year_before(span.first), _year_before(span.last))
        case Comparison.BASELINE:
            return baseline(installed)
        case Comparison.NONE:
            return None


def baseline(installed: date) -> Span:
    """The days before the installation that every shop's past is read back for."""
    return Span(installed - timedelta(days=BASELINE_DAYS), installed - timedelta(days=1))


def buckets(span: Span) -> Sequence[Span]:
    """The parts that a line is drawn of: days, or whole weeks counted back from the last day, the first of which may
    be cut short."""
    width = 1 if span.days <= MOST_POINTS else 7
    found, last = [], span.last
    while last >= span.first:
        first = max(span.first, last - timedelta(days=width - 1))
        found.append(Span(first, last))
        last = first - timedelta(days=1)
    return found[::-1]


def bounds(day: date, timezone: str) -> tuple[datetime, datetime]:
    """The instants between which the day lies on the shop's clock; the end is not part of it. A day on which clocks
    are changed has 23 or 25 hours."""
    zone = zone_named(timezone)
    first = datetime.combine(day, time(), tzinfo=zone)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    return first.astimezone(UTC), end.astimezone(UTC)


def day_of(at: datetime, timezone: str) -> date:
    """On which day of the shop's calendar that was."""
    return at.astimezone(zone_named(timezone)).date()


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)
