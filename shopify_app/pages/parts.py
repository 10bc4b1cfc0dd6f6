"""The parts of the tracking page: facts and phrases, no words of any language, nothing about HTML.

Every text that a merchant, a shopper or a carrier wrote has passed `texts.plain`, every address `texts.followable`.
Parts of which a page has many are named tuples, which are made in a fifth of the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple

from shopify_app.i18n import Day, Days, Moment, Phrase, phrase
from shopify_app.money import Money


class Mood(StrEnum):
    """How a part is coloured: nothing special, done well, look here, or something is wrong."""

    CALM = "calm"
    JOY = "joy"
    LOOK = "look"
    TROUBLE = "trouble"


class StepState(StrEnum):
    DONE = "done"
    CURRENT = "current"
    TODO = "todo"


class Link(NamedTuple):
    """Somewhere to go. `label` is a phrase of ours or somebody's own name for it."""

    label: Phrase | str
    url: str


class Picture(NamedTuple):
    """`width` and `height` are the picture's own, in pixels (None: not known); `alt` in somebody's own words."""

    url: str
    width: int | None = None
    height: int | None = None
    alt: str = ""


class Item(NamedTuple):
    """An order line, or the part of it that travels in one parcel. Prices are None at a glance; `price` is for the
    whole quantity after discounts, `full_price` before them where that differs."""

    title: str
    variant: str
    quantity: int
    picture: Picture | None = None
    seller: str = ""
    price: Money | None = None
    full_price: Money | None = None
    note: Phrase | None = None


class Step(NamedTuple):
    """One step of a parcel's way; `on` is the local day it happened."""

    label: Phrase
    state: StepState
    on: date | None = None


class Event(NamedTuple):
    """Something a source said: our words for it, its place, its local time there, and its own words."""

    label: Phrase
    at: Moment | None
    place: str = ""
    raw: str = ""


class Carrier(NamedTuple):
    """Who brings it. `help_url` and `phone` are the carrier's own; None where we do not know them for sure."""

    name: str
    help_url: str | None = None
    phone: str | None = None


class TrackingNumber(NamedTuple):
    number: str
    url: str | None


@dataclass(frozen=True)
class Arrival:
    """When it comes and how we know; `is_past` where the last of its days has gone by."""

    when: Day | Days
    basis: Phrase
    by: date
    revision: Phrase | None = None
    is_past: bool = False


@dataclass(frozen=True)
class Parcel:
    """One parcel, numbered from 1 as shown. `nth` is its place among the order's parcels; None of one that was called
    off and of what went by e-mail. `steps` is empty where a way makes no sense; `late` says that the day we gave has
    gone by; `kind` is the fulfilment's: parcel, pickup, local_delivery or digital. `is_asked_for`: whoever sends it
    is at it and has told nothing yet, so that there need be no label."""

    number: int
    state: str
    sentence: Phrase
    mood: Mood
    items: tuple[Item, ...]
    steps: tuple[Step, ...] = ()
    events: tuple[Event, ...] = ()
    arrival: Arrival | None = None
    late: Phrase | None = None
    carrier: Carrier | None = None
    numbers: tuple[TrackingNumber, ...] = ()
    ask: Link | None = None
    share_progress: bool = False
    nth: int | None = None
    kind: str = "parcel"
    is_asked_for: bool = False

    @property
    def latest(self) -> Event | None:
        """The newest event; events are newest first."""
        return self.events[0] if self.events else None

    @property
    def is_over(self) -> bool:
        return self.state in ("delivered", "returned", "lost_or_destroyed", "cancelled")

    @property
    def outlook(self) -> Phrase:
        """When it comes, else what is so."""
        return _arriving(self.arrival) or self.late or self.sentence


@dataclass(frozen=True)
class Waiting:
    """What is in no parcel yet."""

    sentence: Phrase
    items: tuple[Item, ...]
    steps: tuple[Step, ...]
    arrival: Arrival | None = None

    @property
    def outlook(self) -> Phrase:
        """When it comes, else what is so."""
        return _arriving(self.arrival) or self.sentence


def _arriving(arrival: Arrival | None) -> Phrase | None:
    return phrase("Arriving {when}", when=arrival.when) if arrival and not arrival.is_past else None


class ItemProgress(NamedTuple):
    """Some items that share a fate: “Wool jacket and 2 more: delivered Tuesday”."""

    titles: tuple[str, ...]
    more: int
    sentence: Phrase
    mood: Mood


@dataclass(frozen=True)
class Hero:
    """The answer: `title` is the largest text of the page, `lines` follow it, `act` is what the reader can do now."""

    title: Phrase
    mood: Mood
    icon: str
    lines: tuple[Phrase | str, ...] = ()
    act: Link | None = None


@dataclass(frozen=True)
class Guide:
    """One piece of how-to content. `url` opens our page of it; `kind` is video, steps or tip."""

    title: str
    text: str
    kind: str
    phase: str
    minutes: int | None
    url: str
    picture: Picture | None = None


class Card(NamedTuple):
    """A recommended product. `url` leads to it (or puts it in the cart) and counts the click."""

    title: str
    url: str
    picture: Picture | None
    price: Money | None
    was: Money | None = None
    reason: Phrase | None = None


@dataclass(frozen=True)
class OfferCard:
    """The merchant's offer; `url` applies `code` at Shopify where there is one."""

    text: str
    code: str | None
    url: str | None
    until: date | None


class ReturnDate(NamedTuple):
    """Until when some items may come back; `until` is the last moment (UTC), `sentence` says the day. Where what may be
    chosen ends on different days, `also` says the later ones."""

    titles: tuple[str, ...]
    more: int
    sentence: Phrase
    until: datetime | None
    also: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class ReturnsPromise:
    """Until when what may come back, returns that are under way (`running`), and where one begins (`start`)."""

    headline: Phrase
    dates: tuple[ReturnDate, ...]
    policy: tuple[str, ...]
    policy_url: str | None
    start: str | None = None
    running: tuple[Link, ...] = ()


class OpenDay(NamedTuple):
    """One day's opening hours in the reader's zone, as spans of wall-clock times; empty: closed."""

    weekday: int
    spans: tuple[tuple[time, time], ...]
    is_today: bool


@dataclass(frozen=True)
class SupportBlock:
    """Ways to reach a person. `mail` and `chat` are prefilled addresses. `zone` names the zone of `week`."""

    mail: Link | None
    phone: Link | None
    chat: Link | None
    social: tuple[Link, ...]
    faq: tuple[tuple[str, str], ...]
    open_now: Phrase | None
    is_open: bool
    week: tuple[OpenDay, ...]
    zone: str


class Total(NamedTuple):
    label: Phrase
    amount: Money
    is_sum: bool = False


@dataclass(frozen=True)
class OrderFacts:
    """The order in short; `totals` is empty at a glance."""

    name: str
    placed: Moment
    confirmed: Moment | None
    status: Phrase
    items: tuple[Item, ...]
    totals: tuple[Total, ...]
    payment: tuple[Phrase | str, ...]
    seller: str
    channel: str
    notes: tuple[Phrase, ...]
