"""When a scan happened, and how we know.

Carriers write times in every way there is. A `Stamp` keeps what was written, the instant when it can be known, the
wall-clock time at the place, and where the zone came from. Order of trust: offset in the value, a UTC field beside it,
a zone field, the ZIP or town, a country with one zone, the carrier's documented habit, none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

from shopify_app.shipments.places import Address, country_code, country_zone, locate, zone_at


class ZoneSource(StrEnum):
    """How the zone of a stamp was known, most trusted first."""

    OFFSET = "offset"
    UTC = "utc"
    FIELD = "field"
    PLACE = "place"
    COUNTRY = "country"
    ASSUMED = "assumed"
    NONE = "none"


class Precision(StrEnum):
    """What may be shown: a clock time, or the day alone."""

    MINUTE = "minute"
    DAY = "day"


class UnreadableTime(ValueError):
    """No date can be read from the value."""


@dataclass(frozen=True)
class Stamp:
    """A point in time as a source gave it.

    `instant` is UTC, None when the zone is unknown or only a habit. `local` is the naive wall-clock time at the place
    (never the reader's); `zone` names its clock (IANA name, `+01:00`, "" when unknown). With precision DAY only the
    date of `local` means anything: it may order scans, it never proves lateness.
    """

    raw: str
    local: datetime
    instant: datetime | None = None
    zone: str = ""
    zone_source: ZoneSource = ZoneSource.NONE
    precision: Precision = Precision.MINUTE


@dataclass(frozen=True)
class Beside:
    """What stood beside the time: its clock part, the same time in UTC, a zone's name, the carrier's habit (IANA)."""

    time: str = ""
    utc: str = ""
    zone: str = ""
    habit: str = ""


def read_stamp(raw: str, address: Address = Address(), beside: Beside = Beside()) -> Stamp:  # noqa: B008 - frozen
    """The stamp a source meant by `raw`; raises UnreadableTime when there is no date in it."""
    wall, offset, precision = _parse(raw, beside.time)
    shown = f"{raw} {beside.time}".strip()
    if offset is not None:
        return _at(shown, wall.replace(tzinfo=offset), ZoneSource.OFFSET, address, precision)
    if beside.utc:
        return _from_utc_field(shown, wall, beside.utc, precision)
    for name, source in _zones(address, beside):
        if zone := _zone(name, country_code(address.country)):
            return _in_zone(Stamp(shown, wall, precision=precision), zone, source)
    return Stamp(shown, wall, zone=beside.habit, zone_source=_habit_source(beside), precision=precision)


def _zones(address: Address, beside: Beside) -> Iterator[tuple[str, ZoneSource]]:
    yield beside.zone, ZoneSource.FIELD
    if place := locate(address):
        yield place.zone, ZoneSource.PLACE
    yield country_zone(address.country) or "", ZoneSource.COUNTRY


def _habit_source(beside: Beside) -> ZoneSource:
    return ZoneSource.ASSUMED if beside.habit else ZoneSource.NONE


def _at(raw: str, moment: datetime, source: ZoneSource, address: Address, precision: Precision) -> Stamp:
    """A known instant, told by the clock on the wall of its place when we know the place.

    Shopify writes `happened_at` with the shop's offset, whatever the place of the scan.
    """
    name = zone_at(address)
    local = moment.astimezone(ZoneInfo(name)) if name else moment
    instant = moment.astimezone(UTC)
    return Stamp(raw, local.replace(tzinfo=None), instant, name or _offset_name(moment), source, precision)


def _from_utc_field(raw: str, wall: datetime, utc: str, precision: Precision) -> Stamp:
    moment, offset, _ = _parse(utc, "")
    instant = moment.replace(tzinfo=offset or UTC).astimezone(UTC)
    return Stamp(raw, wall, instant, _gap(wall, instant), ZoneSource.UTC, precision)


def _gap(wall: datetime, instant: datetime) -> str:
    minutes = round((wall - instant.replace(tzinfo=None)) / timedelta(minutes=15)) * 15
    return _offset_name(instant.astimezone(timezone(timedelta(minutes=minutes)))) if abs(minutes) < 24 * 60 else ""


def _in_zone(stamp: Stamp, zone: tzinfo, source: ZoneSource) -> Stamp:
    early, late = stamp.local.replace(tzinfo=zone, fold=0), stamp.local.replace(tzinfo=zone, fold=1)
    # The hour that the clocks repeat (or skip): take the earlier instant and say that we chose.
    is_sure = early.utcoffset() == late.utcoffset() or stamp.precision is Precision.DAY
    instant = min(early.astimezone(UTC), late.astimezone(UTC))
    return replace(stamp, instant=instant, zone=str(zone), zone_source=source if is_sure else ZoneSource.ASSUMED)


# --- reading -------------------------------------------------------------------------------------------------------

_DATE = r"(?:(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})|(?P<d2>\d{1,2})\.(?P<m2>\d{1,2})\.(?P<y2>\d{4})|(?P<y3>\d{4})(?P<m3>\d{2})(?P<d3>\d{2}))"  # noqa: E501
_TIME = r"(?:(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,]\d+)?)?|(?P<H2>\d{2})(?P<M2>\d{2})(?P<S2>\d{2}))"
_HALF = r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
_OFFSET = r"(?:\s*(?P<utc>Z|z|UTC|GMT)|\s*(?P<sign>[+-])(?P<oh>\d{2}):?(?P<om>\d{2})?)?"
_WHEN = re.compile(rf"\s*{_DATE}(?:(?:[T\s]\s*|,\s*){_TIME}{_HALF}{_OFFSET})?\s*")


def _parse(raw: str, time: str) -> tuple[datetime, tzinfo | None, Precision]:
    found = _WHEN.fullmatch(f"{raw.strip()} {time}" if time.strip() else raw)
    if not found:
        raise UnreadableTime(f"no date in {raw!r}")
    part = found.groupdict()
    year, month, day = (part[f"{key}"] or part[f"{key}2"] or part[f"{key}3"] for key in "ymd")
    hour, minute, second = (int(part[key] or part[f"{key}2"] or 0) for key in "HMS")
    try:
        wall = datetime(int(year), int(month), int(day), _hour(hour, part["half"]), minute, second)  # noqa: DTZ001
        offset = _offset(part)
        if wall.year not in range(2000, 2100):
            raise ValueError("no parcel is that old")
    except ValueError as wrong:
        raise UnreadableTime(f"no such time: {raw!r}") from wrong
    # Midnight to the second, and nothing about a zone: a placeholder for "some time that day".
    is_day = part["H"] is None and part["H2"] is None
    is_day = is_day or (offset is None and wall.time() == datetime.min.time())
    return wall, offset, Precision.DAY if is_day else Precision.MINUTE


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("no such hour")
    return hour % 12 + (12 if half in "Pp" else 0)


def _offset(part: dict[str, str | None]) -> tzinfo | None:
    if part["utc"]:
        return UTC
    if not part["sign"]:
        return None
    gap = timedelta(hours=int(part["oh"] or 0), minutes=int(part["om"] or 0))
    if gap > timedelta(hours=14):
        raise ValueError("no such offset")
    return timezone(-gap if part["sign"] == "-" else gap)


def _offset_name(moment: datetime) -> str:
    text = moment.strftime("%z")
    return "UTC" if text == "+0000" else f"{text[:3]}:{text[3:5]}"


# --- zones by name -------------------------------------------------------------------------------------------------

_FIELD_ZONES = {
    # A carrier's "EST" in July still means the clock on the wall there, hence places and not offsets.
    "US": {"EST": "America/New_York", "EDT": "America/New_York", "ET": "America/New_York", "CST": "America/Chicago",
           "CDT": "America/Chicago", "CT": "America/Chicago", "MST": "America/Denver", "MDT": "America/Denver",
           "MT": "America/Denver", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles",
           "PT": "America/Los_Angeles", "AKST": "America/Anchorage", "HST": "Pacific/Honolulu"},
    "CA": {"EST": "America/Toronto", "EDT": "America/Toronto", "CST": "America/Winnipeg", "CDT": "America/Winnipeg",
           "MST": "America/Edmonton", "MDT": "America/Edmonton", "PST": "America/Vancouver",
           "PDT": "America/Vancouver", "AST": "America/Halifax", "ADT": "America/Halifax", "NST": "America/St_Johns"},
    "AU": {"AEST": "Australia/Sydney", "AEDT": "Australia/Sydney", "ACST": "Australia/Adelaide",
           "ACDT": "Australia/Adelaide", "AWST": "Australia/Perth"},
    "IN": {"IST": "Asia/Kolkata"}, "IE": {"IST": "Europe/Dublin"}, "CN": {"CST": "Asia/Shanghai"},
}  # fmt: skip
_EVERYWHERE = {
    "UTC": "UTC", "GMT": "UTC", "CET": "Europe/Paris", "CEST": "Europe/Paris", "BST": "Europe/London",
    "EET": "Europe/Helsinki", "EEST": "Europe/Helsinki", "WET": "Europe/Lisbon", "JST": "Asia/Tokyo",
}  # fmt: skip


def _zone(name: str, country: str) -> tzinfo | None:
    """The zone a field means, None for an empty or unknown one ("EST" alone does not say whose)."""
    word = name.strip()
    known = _FIELD_ZONES.get(country, {}).get(word.upper()) or _EVERYWHERE.get(word.upper())
    if known or "/" in word:
        try:
            return ZoneInfo(known or word)
        except (KeyError, ValueError, OSError):
            return None
    return None
