"""Days, times, numbers and amounts as CLDR has them for a locale (``en_GB``), each remembered: pages ask for the same
few again and again."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_interval, format_skeleton, format_time, parse_pattern
from babel.numbers import format_currency, format_decimal

from shopify_app.money import Money

_CODE_AT_NUMBER = re.compile(r"(?<=[A-Za-z])(?=\d)")
"""Where CLDR wants a space between a currency's letters and the number (alphaNextToNumber), which Babel leaves out."""
_MINUS = "\N{MINUS SIGN}"
"""As wide as the digits of a column; most of CLDR's languages are content with a hyphen."""


@lru_cache(4096)
def format_day(locale: str, day: date, weekday: str, month: str) -> str:
    known = Locale.parse(locale)
    pattern = (
        known.datetime_skeletons.get("MMMMEd" if month == "MMMM" else "MMMEd") or known.datetime_skeletons["MMMEd"]
    )
    # CLDR has the order of the parts but no skeleton for their long forms in every language: lengthen the short ones.
    wide = re.sub(r"M{3,}", month, re.sub(r"(?<!')\bE+\b|^E+", weekday, pattern.pattern))
    return _first_of_month(locale, parse_pattern(wide).apply(day, known))


@lru_cache(4096)
def format_parts(locale: str, day: date, skeleton: str) -> str:
    written = format_skeleton(skeleton, datetime(day.year, day.month, day.day), locale=locale)  # noqa: DTZ001 - a day
    return _first_of_month(locale, written)


@lru_cache(1024)
def format_days(locale: str, first: date, last: date) -> str:
    return _first_of_month(locale, format_interval(first, last, "MMMEd", locale=locale))


def _first_of_month(locale: str, written: str) -> str:
    """French counts the first day of a month, and no other, as an ordinal; CLDR's patterns do not say so."""
    return re.sub(r"(?<!\d)1(?!\d)", "1er", written) if locale.partition("_")[0] == "fr" else written


@lru_cache(2048)
def format_clock(locale: str, at: time) -> str:
    return format_time(at, "short", locale=locale)


@lru_cache(4096)
def format_number(locale: str, number: int | Decimal) -> str:
    return format_decimal(number, locale=locale)


@lru_cache(4096)
def format_money(locale: str, amount: Money) -> str:
    written = _CODE_AT_NUMBER.sub("\u00a0", format_currency(amount.decimal, amount.currency, locale=locale))
    return written.replace("-", _MINUS)
