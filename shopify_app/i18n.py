"""The reader's language: which one, its words, its dates, its money.

Words come from gettext catalogues (``locales/<code>.po``, read once at start), msgids are the English text with named
placeholders. Pure files hand out `Phrase`s, a msgid with facts; whoever speaks to a person turns them into words.
``locales/de@formal.po`` holds only what differs when German says Sie. Staff have catalogues of their own
(``locales/staff/<code>.po``); what those lack is looked for in the shoppers'.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_interval, format_skeleton, format_time, parse_pattern
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal
from babel.support import Translations

from shopify_app.money import Money

LOCALES = Path(__file__).parent / "locales"
STAFF = LOCALES / "staff"
DEFAULT = "en"
_PLACE = re.compile(r"\{(\w+)\}")
_CODE_AT_NUMBER = re.compile(r"(?<=[A-Za-z])(?=\d)")
"""Where CLDR wants a space between a currency's letters and the number (alphaNextToNumber), which Babel leaves out."""
_MINUS = "\N{MINUS SIGN}"
"""As wide as the digits of a column; most of CLDR's languages are content with a hyphen."""


@dataclass(frozen=True)
class Day:
    """A calendar day in a sentence; `name` is today, tomorrow or yesterday when it is one of those. `has_year`: it is
    so far off that the year is said, and the weekday is not."""

    date: date
    name: str | None = None
    has_year: bool = False


@dataclass(frozen=True)
class Days:
    """From one day to another, both included."""

    first: date
    last: date


class Moment(NamedTuple):
    """A wall-clock time on a day, at the place where it happened; `time` None where only the day is known."""

    day: Day
    time: time | None


@dataclass(frozen=True)
class Country:
    """A country by its ISO code."""

    code: str


@dataclass(frozen=True)
class AnyOf:
    """Facts of which any one will do: ``red, green or blue``."""

    facts: tuple[Any, ...]


@dataclass(frozen=True)
class Phrase:
    """A msgid with what goes into its places: text, numbers, `Money`, `Day`, `Days`, `Moment`, `time`, `Country`,
    `AnyOf` or a `Phrase`.

    With `plural`, the fact `count` chooses the form.
    """

    text: str
    facts: tuple[tuple[str, Any], ...] = ()
    plural: str | None = None


def phrase(text: str, /, **facts: Any) -> Phrase:
    """A sentence to be said later; extraction finds its msgid here."""
    return Phrase(text, tuple(facts.items())) if facts else _without_places(text)


@lru_cache(4096)
def _without_places(text: str) -> Phrase:
    """One for all: there are as many as we wrote, and each page says dozens."""
    return Phrase(text)


def phrase_n(one: str, many: str, /, count: int, **facts: Any) -> Phrase:
    """The same for a sentence that counts."""
    return Phrase(one, (("count", count), *facts.items()), many)


@lru_cache(4096)
def day_near(day: date, today: date) -> Day:
    """`day` with the word that a person would use for it on `today`."""
    return Day(day, _NEAR.get((day - today).days))


_NEAR = {0: "today", 1: "tomorrow", -1: "yesterday"}


class Language:
    """Words and formats for one kind of reader. `code` is the catalogue (``de``), `locale` also knows the region
    (``en_GB``), `tone` is informal or formal."""

    def __init__(self, code: str, locale: Locale, tone: str, catalogues: tuple[Translations, ...]) -> None:
        self.code, self.locale, self.tone = code, locale, tone
        self._name = str(locale)  # what formats are remembered by; Babel puts it together anew each time it is asked
        self._catalogue = _one_after_another(catalogues)
        self._words: dict[str, str] = {}  # by msgid, of which there are as many as we wrote

    @property
    def tag(self) -> str:
        """For ``lang=``: ``en-GB``."""
        return self._name.replace("_", "-")

    @property
    def direction(self) -> str:
        return self.locale.text_direction

    def text(self, msgid: str, /, **facts: Any) -> str:
        """The words of `msgid` with `facts` formatted into its places."""
        return self.fill(self.find(msgid), facts)

    def plural(self, one: str, many: str, /, count: int, **facts: Any) -> str:
        return self.fill(self.find(one, many, count), {"count": count, **facts})

    def say(self, said: Phrase, frame: Callable[[str], str] = str, dress: Callable[[str], str] = str) -> str:
        """A phrase in words. `frame` is applied to the words (escape them), `dress` to each fact put in."""
        facts = dict(said.facts)
        return self.fill(frame(self.find(said.text, said.plural, facts.get("count"))), facts, dress)

    def find(self, msgid: str, many: str | None = None, count: int | None = None) -> str:
        """The catalogue's words, places unfilled; the msgid itself where there are none."""
        if many is not None:
            return self._looked_up(msgid, many, count)
        if msgid not in self._words:
            self._words[msgid] = self._looked_up(msgid, None, None)
        return self._words[msgid]

    def _looked_up(self, msgid: str, many: str | None, count: int | None) -> str:
        if many is None:
            return self._catalogue.gettext(msgid)
        return self._catalogue.ngettext(msgid, many, count or 0)

    def fill(self, words: str, facts: Mapping[str, Any], dress: Callable[[str], str] = str) -> str:
        text, *places = _parts(words)
        for name, then in places:
            text += (dress(self.show(facts[name])) if name in facts else f"{{{name}}}") + then
        return text

    def show(self, fact: Any) -> str:
        """One fact as this reader writes it."""
        if type(fact) is str:
            return fact
        match fact:
            case Phrase():
                return self.say(fact)
            case Money():
                return self.money(fact)
            case Day():
                return self.day(fact)
            case Days():
                return _interval(self._name, fact.first, fact.last)
            case Moment():
                return self.moment(fact)
            case time():
                return self.time(fact)
            case Country() | AnyOf():
                return self._named(fact)
            case int() | Decimal():
                return _format_number(self._name, fact)
        return str(fact)

    def _named(self, fact: Country | AnyOf) -> str:
        if isinstance(fact, Country):
            return self.locale.territories.get(fact.code, fact.code)
        return format_list([self.show(each) for each in fact.facts], style="or", locale=self.locale)

    def day(self, day: Day) -> str:
        """``today``, or ``Tuesday, 1 December``."""
        if day.name:
            return self.text(day.name)
        if day.has_year:
            return self.full_day(day.date)
        return _format_day(self._name, day.date, "EEEE", "MMMM")

    def short_day(self, day: date) -> str:
        """``Tue, 1 Dec``."""
        return _format_day(self._name, day, "E", "MMM")

    def month_day(self, day: date) -> str:
        """``1 Dec``."""
        return _skeleton(self._name, day, "MMMd")

    def full_day(self, day: date) -> str:
        """``24 Nov 2026``."""
        return _skeleton(self._name, day, "yMMMd")

    def moment(self, moment: Moment) -> str:
        """``yesterday, 14:12``."""
        if moment.time is None:
            return self.day(moment.day)
        return self.text("{day}, {time}", day=self.day(moment.day), time=self.time(moment.time))

    def stamp(self, moment: Moment) -> str:
        """``24 Nov 2026, 10:30``: for facts that are read long after."""
        day = self.full_day(moment.day.date)
        return day if moment.time is None else self.text("{day}, {time}", day=day, time=self.time(moment.time))

    def time(self, at: time) -> str:
        return _format_clock(self._name, at)

    def money(self, amount: Money) -> str:
        return _format_money(self._name, amount)

    def weekday(self, number: int) -> str:
        """The name of day 0 (Monday) to 6."""
        return self.locale.days["stand-alone"]["wide"][number]

    def language_name(self) -> str:
        """What this language calls itself."""
        return (self.locale.get_language_name(self._name) or self.code).capitalize()


class Languages:
    """All languages that have a catalogue: in `first` where it is given, with `folder` behind it, else in `folder`."""

    def __init__(self, folder: Path = LOCALES, first: Path | None = None) -> None:
        self._catalogues = _catalogues_in(folder)
        self._first = _catalogues_in(first) if first else {}
        self._spoken: dict[tuple[str, str, str], Language] = {}
        known = self._first if first else self._catalogues
        self.codes = (DEFAULT, *(code for code in known if "@" not in code and code != DEFAULT))
        """English first, then by code."""

    def choose(
        self,
        wanted: Iterable[str | None],
        country: str | None = None,
        tone: str = "informal",
        among: Sequence[str] = (),
    ) -> Language:
        """The first language of `wanted` that we speak (``de-AT``, ``sv``), else English. `country` (ISO code) decides
        how dates and amounts are written where the tag names no region. `among`: only these codes will do, and the
        first of them instead of English; empty: all."""
        for tag in wanted:
            parts = re.split(r"[-_]", tag or "")
            code = "nb" if parts[0].lower() == "no" else parts[0].lower()
            if code in self.codes and (not among or code in among):
                region = next((part.upper() for part in parts[1:] if len(part) == 2), country)
                return self._speak(code, region, tone)
        return self._speak(next((code for code in among if code in self.codes), DEFAULT), country, tone)

    def _speak(self, code: str, region: str | None, tone: str) -> Language:
        key = (code, region or "", tone)
        if key not in self._spoken:
            chain = (f"{code}@formal", code) if tone == "formal" else (code,)
            shelves = (self._first, self._catalogues)
            books = tuple(shelf[name] for shelf in shelves for name in chain if name in shelf)
            self._spoken[key] = Language(code, _locale(code, region), tone, books)
        return self._spoken[key]


def accepted(header: str | None) -> list[str]:
    """The tags of an Accept-Language header, best first (RFC 9110 12.5.4); what cannot be read is left out."""
    weighed = []
    for place, part in enumerate((header or "")[:500].split(",")):
        found = re.fullmatch(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*", part)
        if found and float(found[2] or 1) > 0:
            weighed.append((-float(found[2] or 1), place, found[1]))
    return [tag for _, _, tag in sorted(weighed)]


def _locale(code: str, region: str | None) -> Locale:
    for name in (f"{code}_{region}", _wider_english(region) if code == "en" else code):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(code)


def _wider_english(region: str | None) -> str:
    """English where CLDR has none for the region: Europe's writes ``27 €``, the world's ``¥27,632``."""
    zones = get_global("territory_zones").get(region or "", ())
    is_elsewhere = zones and not any(zone.startswith("Europe/") for zone in zones)
    return "en_001" if is_elsewhere else "en_150"


def _one_after_another(catalogues: Iterable[Translations]) -> NullTranslations:
    """What one lacks is asked of the next; what none has stays English. A word that equals its msgid is a word."""
    chain = NullTranslations()
    for catalogue in reversed(tuple(catalogues)):
        first = copy(catalogue)
        first.add_fallback(chain)
        chain = first
    return chain


@cache
def _catalogues_in(folder: Path) -> dict[str, Translations]:
    """Read once for all who speak: parsing six of them takes a second."""
    return {path.stem: _translations(path) for path in sorted(folder.glob("*.po"))}


def _translations(path: Path) -> Translations:
    with path.open("rb") as file:
        catalogue: Catalog = read_po(file, locale=path.stem.partition("@")[0])
    packed = BytesIO()
    write_mo(packed, catalogue)
    packed.seek(0)
    return Translations(packed)


@lru_cache(4096)
def _parts(words: str) -> tuple[Any, ...]:
    """What stands before the first place, then each place's name with what follows it."""
    before, *rest = _PLACE.split(words)
    return (before, *zip(rest[::2], rest[1::2], strict=True))


@lru_cache(4096)
def _format_day(locale: str, day: date, weekday: str, month: str) -> str:
    known = Locale.parse(locale)
    pattern = (
        known.datetime_skeletons.get("MMMMEd" if month == "MMMM" else "MMMEd") or known.datetime_skeletons["MMMEd"]
    )
    # CLDR has the order of the parts but no skeleton for their long forms in every language: lengthen the short ones.
    wide = re.sub(r"M{3,}", month, re.sub(r"(?<!')\bE+\b|^E+", weekday, pattern.pattern))
    return _first_of_month(locale, parse_pattern(wide).apply(day, known))


@lru_cache(4096)
def _skeleton(locale: str, day: date, skeleton: str) -> str:
    written = format_skeleton(skeleton, datetime(day.year, day.month, day.day), locale=locale)  # noqa: DTZ001 - a day
    return _first_of_month(locale, written)


@lru_cache(1024)
def _interval(locale: str, first: date, last: date) -> str:
    return _first_of_month(locale, format_interval(first, last, "MMMEd", locale=locale))


def _first_of_month(locale: str, written: str) -> str:
    """French counts the first day of a month, and no other, as an ordinal; CLDR's patterns do not say so."""
    return re.sub(r"(?<!\d)1(?!\d)", "1er", written) if locale.partition("_")[0] == "fr" else written


@lru_cache(2048)
def _format_clock(locale: str, at: time) -> str:
    return format_time(at, "short", locale=locale)


@lru_cache(4096)
def _format_number(locale: str, number: int | Decimal) -> str:
    return format_decimal(number, locale=locale)


@lru_cache(4096)
def _format_money(locale: str, amount: Money) -> str:
    written = _CODE_AT_NUMBER.sub("\u00a0", format_currency(amount.decimal, amount.currency, locale=locale))
    return written.replace("-", _MINUS)
