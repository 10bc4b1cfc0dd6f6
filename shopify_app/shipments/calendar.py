"""Working days as a carrier counts them: Saturdays for some, public holidays for none.

National holidays come from the package `holidays`; those of single regions are left out, because we do not know
through which regions a parcel travels.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

import holidays

from shopify_app.shipments.directory import carrier as carrier_of

CUT_OFF_HOUR = 18
"""A parcel the carrier takes in after this local hour leaves on the next working day."""
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True)
class Calendar:
    """The days on which a carrier delivers in a country."""

    off_days: Container[date]
    has_saturday: bool = False

    def is_working(self, day: date) -> bool:
        """Does the carrier deliver on this day?"""
        last = SATURDAY if self.has_saturday else SATURDAY - 1
        return day.weekday() <= last and day not in self.off_days

    def add(self, day: date, working_days: int) -> date:
        """The `working_days`-th working day after `day`; 0 is `day` itself, or the next working day if it is none."""
        while not self.is_working(day):
            day += timedelta(days=1)
        for _ in range(working_days):
            day = self._next(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; 0 when `end` is not later."""
        days = (end - start).days
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, days + 1))

    def day_zero(self, taken_in: datetime) -> date:
        """The working day from which transit is counted, for a parcel taken in at this local time."""
        day = self.add(taken_in.date(), 0)
        is_late = taken_in.hour >= CUT_OFF_HOUR and day == taken_in.date()
        return self._next(day) if is_late else day

    def _next(self, day: date) -> date:
        day += timedelta(days=1)
        while not self.is_working(day):
            day += timedelta(days=1)
        return day


@cache
def calendar_for(carrier_id: str | None, country: str | None) -> Calendar:
    """The calendar of a carrier (directory id) delivering in a country (ISO); plain weekdays where we know neither."""
    carrier = carrier_of(carrier_id)
    # Saturday delivery is a carrier's custom at home; abroad its partners keep their own.
    has_saturday = bool(carrier and carrier.delivers_saturday and (not carrier.home or country in carrier.home))
    return Calendar(_holidays(country), has_saturday)


@cache
def _holidays(country: str | None) -> Container[date]:
    try:
        return holidays.country_holidays(country or "")
    except NotImplementedError:  # what the library raises for a country that it does not know
        return frozenset()
