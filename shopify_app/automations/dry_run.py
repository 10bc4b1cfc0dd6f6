"""What rules would have done: the last days gone through, nothing written and nobody told.

Events are those on record; parcels without news are found in what was said of them. Goods, customers, tags and states
of returns are as they are today, since no past of them is kept.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from shopify_app.automations import quiet
from shopify_app.automations.facts import Happened, Reader
from shopify_app.automations.firing import OLD_NEWS
from shopify_app.automations.rules import Automations, Facts, Rule, fired
from shopify_app.automations.vocabulary import Trigger
from shopify_app.db import Database
from shopify_app.events import Event
from shopify_app.shops.models import Shop

LONGEST_DAYS = 90
A_PAGE = 500
MOST_LISTED = 100
_EVENT = (Event.id, Event.kind, Event.order_id, Event.facts, Event.recorded_at)


@dataclass(frozen=True)
class WouldHave:
    """One firing that would have been."""

    at: datetime
    facts: Facts
    rule: Rule


@dataclass(frozen=True)
class Patience:
    """For so many seconds somebody waits; `clock` counts them up."""

    seconds: float
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True)
class DryRun:
    """`counts` by the rule's key; `listed` the newest of them. `looked_at` events since `since`; where there were more
    than may be looked at while somebody waits, `is_complete` is false and `since` later than was asked for."""

    since: datetime
    looked_at: int
    counts: dict[str, int]
    listed: tuple[WouldHave, ...]
    is_complete: bool

    @property
    def total(self) -> int:
        """How often any rule would have fired."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class _Page:
    """Events, and how far back they reach."""

    events: Sequence[Happened]
    oldest: datetime


@dataclass
class _Tally:
    """What has been found so far."""

    reader: Reader
    counts: Counter[str] = field(default_factory=Counter)
    listed: list[WouldHave] = field(default_factory=list)
    looked_at: int = 0

    def add(self, events: Sequence[Happened]) -> None:
        """Judges these too."""
        rules = {event.kind: self.reader.rules.waiting_for(event.kind) for event in events}
        with self.reader.database.read() as session:
            found = self.reader.read(session, events)
        for event in events:
            facts = found.get(event.id)
            if facts is not None and event.recorded_at - facts.happened_at <= OLD_NEWS:
                for rule in fired(rules[event.kind], facts):
                    self.counts[rule.key] += 1
                    self.listed.append(WouldHave(event.recorded_at, facts, rule))
        self.listed = sorted(self.listed, key=lambda each: each.at, reverse=True)[:MOST_LISTED]
        self.looked_at += len(events)


def dry_run(database: Database, shop: Shop, rules: Automations, days: int, now: datetime, patience: Patience) -> DryRun:
    """The rules that are on over the last `days`, the newest first, until patience ends; parcels without news may take
    half of it."""
    since = now - timedelta(days=min(max(days, 1), LONGEST_DAYS))
    tally, left_out = _Tally(Reader(database, shop, rules)), list[datetime]()
    streams = [_quiet(database, shop, rules, since, now)] if rules.quiet_days else []
    if kinds := sorted(rules.kinds - {Trigger.PARCEL_QUIET}):
        streams.append(_recorded(database, shop, kinds, since))
    end = patience.clock() + patience.seconds
    for waiting, pages in zip(range(len(streams), 0, -1), streams, strict=True):
        until, oldest = patience.clock() + (end - patience.clock()) / waiting, None
        for page in pages:
            if oldest is not None and patience.clock() > until:
                left_out.append(oldest)
                break
            tally.add(page.events)
            oldest = page.oldest
    return DryRun(
        max([since, *left_out]), tally.looked_at, dict(tally.counts), tuple(tally.listed), is_complete=not left_out
    )


def _recorded(database: Database, shop: Shop, kinds: Sequence[str], since: datetime) -> Iterator[_Page]:
    """Events on record, newest first."""
    before: int | None = None
    while True:
        mine = select(*_EVENT).where(Event.shop_id == shop.id, Event.kind.in_(kinds), Event.recorded_at >= since)
        if before is not None:
            mine = mine.where(Event.id < before)
        with database.read() as session:
            rows = session.execute(mine.order_by(Event.id.desc()).limit(A_PAGE)).all()
        if not rows:
            return
        before = rows[-1].id
        found = [
            Happened(row.id, row.kind, row.order_id, row.facts, row.recorded_at)
            for row in rows
            if row.order_id is not None
        ]
        yield _Page(found, rows[-1].recorded_at)


def _quiet(database: Database, shop: Shop, rules: Automations, since: datetime, now: datetime) -> Iterator[_Page]:
    """As `quiet.notice` would have recorded them, of the parcels sent last first; their ids count down from -1 and meet
    no event's."""
    before: int | None = None
    number = 0
    while True:
        with database.read() as session:
            parcels = quiet.past_parcels(session, shop.id, since, now, most=A_PAGE, before=before)
        if not parcels:
            return
        before, found = parcels[-1].id, list[Happened]()
        for parcel in parcels:
            for spell in quiet.spells(parcel.words, parcel.until, rules.quiet_days):
                if spell.reached_at >= since:
                    number -= 1
                    facts = {"shipment_id": parcel.id, "days": spell.days, "since": spell.since.isoformat()}
                    found.append(Happened(number, Trigger.PARCEL_QUIET, parcel.order_id, facts, spell.reached_at))
        yield _Page(found, max(since, parcels[-1].words[0]))
