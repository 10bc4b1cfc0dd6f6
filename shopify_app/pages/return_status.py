"""A return's own page: what is so, what happens next and when, and what the shopper can do. Facts and phrases."""

from __future__ import annotations

from dataclasses import dataclass

from shopify_app.i18n import Day, Moment, Phrase
from shopify_app.money import Money
from shopify_app.pages.parts import Item, Link, Mood, Step
from shopify_app.pages.return_inspection import AskedPart
from shopify_app.pages.return_page import OutcomesPage, Replacements, ReviewLine, SettlementPart, Way
from shopify_app.pages.return_papers import Paper


@dataclass(frozen=True)
class Entry:
    """One entry of the timeline, newest first; `said` are somebody's own words."""

    label: Phrase
    at: Moment
    said: str = ""


@dataclass(frozen=True)
class StatusLine:
    """An item that comes back, and how far it is."""

    item: Item
    facts: tuple[Phrase | str, ...] = ()


@dataclass(frozen=True)
class SendingBack:
    """How the goods travel: on which ways, what to do."""

    ways: tuple[Way, ...]
    instructions: tuple[str, ...] = ()


@dataclass(frozen=True)
class BalancePart:
    """What is still to be paid for an exchange: `rest` until the end of `until`, by Shopify's own page `pay_url` (None:
    it did not answer, and `away` says so). `instead` is the label of the way out; `is_going`: it was taken."""

    rest: Money
    paid: Money | None
    until: Day
    pay_url: str | None
    away: Phrase
    otherwise: Phrase
    instead: Phrase
    is_going: bool


@dataclass(frozen=True)
class StatusPage:
    """`question` is what the merchant asked; `swaps` are there while a replacement has to be chosen anew, `anew` while
    that is so for a part of the return alone, which has `anew_items`; `contact` where the next word is the shop's."""

    rma: str
    order_name: str
    order_url: str | None
    title: Phrase
    mood: Mood
    icon: str
    lines: tuple[Phrase | str, ...]
    steps: tuple[Step, ...]
    next: tuple[Phrase, ...]
    items: tuple[StatusLine, ...]
    parts: tuple[SettlementPart, ...]
    sending: SendingBack | None
    timeline: tuple[Entry, ...]
    action: str
    question: str = ""
    answer: str = ""
    swaps: tuple[Replacements, ...] = ()
    anew: OutcomesPage | None = None
    anew_items: tuple[StatusLine, ...] = ()
    choose_again: bool = False
    is_over: bool = False
    may_cancel: bool = False
    may_tell_parcel: bool = False
    may_change: bool = False
    problem: Phrase | None = None
    notice: Phrase | None = None
    contact: Link | None = None
    balance: BalancePart | None = None
    asked: AskedPart | None = None
    papers: tuple[Paper, ...] = ()
    called: Phrase | None = None
    """What it is called where that is not a return: a withdrawal by its own number."""


@dataclass(frozen=True)
class AnewPage:
    """What was chosen anew for a part of a return, once more before it holds: the stored quote behind `action`.
    `needs_code`: whoever came by a link shows by a code from the order's mailbox that it is theirs."""

    rma: str
    order_name: str
    action: str
    back: str
    lines: tuple[ReviewLine, ...]
    parts: tuple[SettlementPart, ...]
    needs_code: bool
