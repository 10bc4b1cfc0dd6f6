"""What a mail is made of, before anybody's language: one sentence, what follows from it, one button, the facts.

A phrase is our own words; a plain string is somebody else's (a title, an address, a note) and is said as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shopify_app.i18n import Phrase
from shopify_app.money import Money

Words = Phrase | str


@dataclass(frozen=True)
class Picture:
    """A product's own picture; `alt` for those who do not see it."""

    url: str
    alt: str


@dataclass(frozen=True)
class Item:
    """One thing a mail is about. `note` says what becomes of it."""

    title: str
    variant: str = ""
    quantity: int = 1
    picture: Picture | None = None
    note: Phrase | None = None


@dataclass(frozen=True)
class Button:
    """The one thing to do next."""

    label: Phrase
    url: str


@dataclass(frozen=True)
class Said:
    """A person's own words, quoted under `by`."""

    by: Phrase
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Fact:
    """One line of the facts."""

    label: Phrase
    value: Words | Money | date


@dataclass(frozen=True)
class Amount:
    """One line of a sum. `is_total` lines are what the ones above come to."""

    label: Phrase
    amount: Money
    is_total: bool = False


@dataclass(frozen=True)
class Sum:
    """How an amount came about, under its `title`; `note` says what else is to know of it."""

    title: Phrase
    rows: tuple[Amount, ...]
    note: Phrase | None = None


@dataclass(frozen=True)
class Part:
    """A passage with a title of its own: how to send something back."""

    title: Phrase
    words: tuple[Words, ...] = ()
    address: tuple[str, ...] = ()


@dataclass(frozen=True)
class Letter:
    """`headline` is the sentence that is also the subject; `over` stands small above it and says what it is about.

    `preview` is what a mailbox shows beside the subject. `button` is the one thing to do, `quiet` the way to the rest.
    """

    headline: Phrase
    over: Phrase
    preview: Phrase
    words: tuple[Words, ...] = ()
    code: str = ""
    said: Said | None = None
    items: tuple[Item, ...] = ()
    button: Button | None = None
    quiet: Button | None = None
    parts: tuple[Part, ...] = ()
    sums: tuple[Sum, ...] = ()
    facts: tuple[Fact, ...] = ()
    small: tuple[Words, ...] = ()
