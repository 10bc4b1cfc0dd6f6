"""What somebody wants to see of the desk, as it stands in an address. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from shopify_app.returns.states import ReturnState, Source
from shopify_app.returns.vocabulary import Outcome

PAGE = 25
LONGEST_SEARCH = 80
NOBODY = "nobody"
"""The filter for returns that nobody was given."""
SOON = timedelta(hours=24)
"""A promise that ends within this is about to be broken."""


class Tab(StrEnum):
    """What a return waits for. Each return is under exactly one."""

    TO_APPROVE = "to_approve"
    NEEDS_LOOK = "needs_look"
    TO_INSPECT = "to_inspect"
    WAITING = "waiting"
    TO_SETTLE = "to_settle"
    DONE = "done"


class Waits(StrEnum):
    """What of a return home counts by itself, under whichever tab it is."""

    ANSWER = "answer"  # somebody was promised an answer within `SOON`, or before
    PAYMENT = "payment"  # an exchange is not paid for yet


class Sort(StrEnum):
    """In which order. `DUE`: what was promised first comes first."""

    DUE = "due"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True)
class DeskQuery:
    """Everything that chooses and orders rows. `after` and `before` are marks of `Desk`: one page on, one back.

    `market` is the handle of a market, `country` an ISO code, `assignee` a key of `casework` or `NOBODY`. `asked_from`
    and `asked_to` are days on the shop's calendar, both included. `is_late`: only what is past its promise.
    """

    tab: Tab | None = None
    search: str = ""
    sort: Sort | None = None
    state: ReturnState | None = None
    outcome: Outcome | None = None
    reason: str | None = None
    market: str | None = None
    country: str | None = None
    assignee: str | None = None
    tag: str | None = None
    source: Source | None = None
    asked_from: date | None = None
    asked_to: date | None = None
    waits: Waits | None = None
    is_late: bool = False
    after: str | None = None
    before: str | None = None

    @property
    def order(self) -> Sort:
        """What was asked for, else by promise; what is done has none: newest first."""
        return self.sort or (Sort.NEWEST if self.tab in (Tab.DONE, None) else Sort.DUE)

    @property
    def filters(self) -> dict[str, str]:
        """The filters in use, by the names that `from_words` reads."""
        told = words_of(self)
        return {name: told[name] for name in FILTERS if name in told}

    def first_page(self, **changes: object) -> DeskQuery:
        """The same with these changes, from the beginning."""
        return replace(self, after=None, before=None, **changes)  # type: ignore[arg-type]


FILTERS = (
    "state", "outcome", "reason", "market", "country", "assignee", "tag", "source", "asked_from", "asked_to", "waits",
    "is_late",
)  # fmt: skip
_KINDS = {"tab": Tab, "sort": Sort, "state": ReturnState, "outcome": Outcome, "source": Source, "waits": Waits}
_LENGTHS = {"reason": 60, "market": 80, "country": 2, "assignee": 80, "tag": 40, "after": 60, "before": 60}


def from_words(words: Mapping[str, str]) -> DeskQuery:
    """The query that an address asks for; what means nothing is left out, never an error."""
    found: dict[str, object] = {"search": words.get("q", "").strip()[:LONGEST_SEARCH]}
    for name, kind in _KINDS.items():
        if words.get(name) in set(kind):
            found[name] = kind(words[name])
    for name, length in _LENGTHS.items():
        typed = words.get(name, "").strip()[:length]
        found[name] = (typed.upper() if name == "country" else typed) or None
    for name in ("asked_from", "asked_to"):
        found[name] = _day(words.get(name, ""))
    return DeskQuery(**found, is_late=words.get("is_late", "") in ("1", "on", "true"))  # type: ignore[arg-type]


def words_of(query: DeskQuery) -> dict[str, str]:
    """The address's words for a query: what `from_words` reads back. What is not asked for is left out."""
    told = {}
    for field in fields(query):
        value = getattr(query, field.name)
        if value not in (None, "", False):
            told["q" if field.name == "search" else field.name] = "1" if value is True else str(value)
    return told


def mark(key: datetime, row_id: int) -> str:
    """Where a page ends: the row's place in the order."""
    return f"{key.astimezone(UTC):%Y%m%dT%H%M%S%f}-{row_id}"


def place(marked: str | None) -> tuple[datetime, int] | None:
    """The instant and id of a mark; None for what is none."""
    instant, _, row_id = (marked or "").partition("-")
    if not (row_id.isascii() and row_id.isdigit() and len(row_id) <= 18):
        return None
    try:
        return datetime.strptime(f"{instant}+0000", "%Y%m%dT%H%M%S%f%z"), int(row_id)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
