"""Whose clock: the zone of a shop or a place by its IANA name, and instants as a clock there tells them.

A name comes from Shopify and is looked up in this machine's own zones, which may be older: one that they do not know
must cost nobody a page, so the next best clock stands in.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone_named(name: str | None, otherwise: ZoneInfo | None = None) -> ZoneInfo:
    """The zone of an IANA name; `otherwise` (else UTC) where the name is missing or unknown."""
    try:
        return ZoneInfo(name) if name else otherwise or ZoneInfo("UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of the zones is none
        return otherwise or ZoneInfo("UTC")


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Its last second there, in UTC. Raises OverflowError at either end of the calendar."""
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)


def local_time(instant: datetime, zone: str | None) -> datetime:
    """`instant` on the clock of `zone` (IANA), on UTC's where the zone is not known."""
    return instant.astimezone(zone_named(zone))
