"""What is to be said, in no language yet: sentences with their facts, and the kinds of facts that each language writes
in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Any, NamedTuple


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
    """`day` with the word that a person would use for it on `today`; with its year where that would be asked for."""
    away = (day - today).days
    return Day(day, _NEAR.get(away), has_year=abs(away) > YEAR_UNSAID_DAYS)


YEAR_UNSAID_DAYS = 200
"""Up to so many days away, a day and its month cannot be mistaken for those of another year."""
_NEAR = {0: "today", 1: "tomorrow", -1: "yesterday"}
