"""What rules would have done: the last days gone through, nothing written and nobody told.

Events are those on record; parcels without news are found in what was said of them. Goods, customers, tags and states
of returns are as they are today, since no past of them is kept. It goes in pieces, as long as somebody's patience
lasts; what was found so far says where the next piece begins (`kept_dry_run` keeps it).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from shopify_app.automations import quiet
from shopify_app.automations.facts import Happened, Reader
from shopify_app.automations.firing import OLD_NEWS
from shopify_app.automations.rules import Automations, Facts, Rule, fired
from shopify_app.automations.vocabulary import Do, Trigger
from shopify_app.db import Database
from shopify_app.events import Event
from shopify_app.shops.models import Shop

LONGEST_DAYS = 90
A_PAGE = 500
MOST_LISTED = 100
_EVENT = (Event.id, Event.kind, Event.order_id, Event.facts, Event.recorded_at)


@dataclass(frozen=True)
class Patience:
    """For so many seconds a piece may take; `clock` counts them up. Rows are read `page` at a time."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    page: int = A_PAGE


@dataclass(frozen=True)
class Wanted:
    """Rules, and the days that they are tried on: from `since` up to `until`."""

    rules: Automations
    since: datetime
    until: datetime

    @classmethod
    def of_days(cls, rules: Automations, days: int, now: datetime) -> Wanted:
        """The last days (1 to 90)."""
        return cls(rules, now - timedelta(days=min(max(days, 1), LONGEST_DAYS)), now)


@dataclass(frozen=True)
class Example:
    """One firing that would have been: of which rule (its key), about which order and return (our ids)."""

    at: datetime
    kind: str
    order_id: int
    return_id: int | None
    rule: str


class Past(StrEnum):
    """Where what happened is found."""

    QUIET = "quiet"
    RECORDED = "recorded"


@dataclass(frozen=True)
class Stream:
    """One kind of past, gone through the newest first: the next page begins `before` this id. `share` of it is done,
    from 0 to 1."""

    past: Past
    before: int | None = None
    share: float = 0.0
    is_through: bool = False


@dataclass(frozen=True)
class SoFar:
    """What was found: `counts` by the rule's key, `examples` the newest of each rule, the newest first."""

    streams: tuple[Stream, ...] = ()
    looked_at: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()

    @property
    def total(self) -> int:
        """How often any rule would have fired."""
        return sum(self.counts.values())

    @property
    def is_whole(self) -> bool:
        """Whether everything was looked at."""
        return all(each.is_through for each in self.streams)

    @property
    def share(self) -> float:
        """How much was looked at, from 0 to 1."""
        return min((each.share for each in self.streams), default=1.0)

    def deeds(self, rules: Automations) -> dict[Do, int]:
        """How often each kind of action would have been due, the most frequent first."""
        counted = Counter[Do]()
        for rule in rules.rules:
            for action in rule.then:
                counted[Do(action.do)] += self.counts.get(rule.key, 0)
        return {do: count for do, count in counted.most_common() if count}


def at_its_beginning(rules: Automations) -> SoFar:
    """Nothing found yet, and where to look: no further than rules that are on ask for."""
    asked = {Past.QUIET: bool(rules.quiet_days), Past.RECORDED: bool(rules.kinds - {Trigger.PARCEL_QUIET})}
    return SoFar(tuple(Stream(past) for past, is_asked in asked.items() if is_asked))


def go_on(database: Database, shop: Shop, wanted: Wanted, found: SoFar, patience: Patience) -> SoFar:
    """`found` and what the next pages add to it: one at least, then as many as patience lasts for. What has come least
    far goes first."""
    tally = _Tally(Reader(database, shop, wanted.rules), found)
    end = patience.clock() + patience.seconds
    streams = {each.past: each for each in found.streams}
    while left := [each for each in streams.values() if not each.is_through]:
        stream = min(left, key=lambda each: each.share)
        page = _PAGES[stream.past](database, shop, wanted, stream, patience.page)
        tally.add(page.events)
        streams[stream.past] = page.then
        if patience.clock() > end:
            break
    return tally.found(tuple(streams.values()))


@dataclass(frozen=True)
class _Page:
    """Events, and where the stream stands after them."""

    events: Sequence[Happened]
    then: Stream


class _Tally:
    """What has been found, added up. Examples are as many in all, however many rules there are."""

    def __init__(self, reader: Reader, found: SoFar) -> None:
        self.reader = reader
        self.counts, self.looked_at = Counter(found.counts), found.looked_at
        self.each = max(1, MOST_LISTED // max(1, sum(not rule.is_off for rule in reader.rules.rules)))
        self.examples: dict[str, list[Example]] = {}
        self._exemplify(found.examples)

    def add(self, events: Sequence[Happened]) -> None:
        """Judges these too."""
        if not events:
            return
        rules = {kind: self.reader.rules.waiting_for(kind) for kind in {event.kind for event in events}}
        with self.reader.database.read() as session:
            facts = self.reader.read(session, events)
        seen = [(event, facts[event.id]) for event in events if event.id in facts]
        firings = [
            (event, about, rule)
            for event, about in seen
            if event.recorded_at - about.happened_at <= OLD_NEWS
            for rule in fired(rules[event.kind], about)
        ]
        self.counts.update(rule.key for _, _, rule in firings)
        self._exemplify(_example(*firing) for firing in firings)
        self.looked_at += len(events)

    def found(self, streams: tuple[Stream, ...]) -> SoFar:
        every = [each for some in self.examples.values() for each in some]
        return SoFar(streams, self.looked_at, dict(self.counts), tuple(_newest_first(every)))

    def _exemplify(self, examples: Iterable[Example]) -> None:
        fresh: dict[str, list[Example]] = {}
        for each in examples:
            fresh.setdefault(each.rule, []).append(each)
        for rule, some in fresh.items():
            self.examples[rule] = _newest_first([*self.examples.get(rule, ()), *some])[: self.each]


def _example(event: Happened, facts: Facts, rule: Rule) -> Example:
    return Example(event.recorded_at, event.kind, event.order_id, facts.ret.id if facts.ret else None, rule.key)


def _newest_first(examples: Sequence[Example]) -> list[Example]:
    return sorted(examples, key=lambda each: (each.at, each.order_id, each.rule), reverse=True)


def _recorded(database: Database, shop: Shop, wanted: Wanted, stream: Stream, most: int) -> _Page:
    """The next events on record."""
    kinds = sorted(wanted.rules.kinds - {Trigger.PARCEL_QUIET})
    mine = select(*_EVENT).where(
        Event.shop_id == shop.id,
        Event.kind.in_(kinds),
        Event.recorded_at >= wanted.since,
        Event.recorded_at <= wanted.until,
    )
    if stream.before is not None:
        mine = mine.where(Event.id < stream.before)
    with database.read() as session:
        rows = session.execute(mine.order_by(Event.id.desc()).limit(most)).all()
    if not rows:
        return _Page((), _through(stream))
    found = [
        Happened(row.id, row.kind, row.order_id, row.facts, row.recorded_at) for row in rows if row.order_id is not None
    ]
    return _Page(found, _moved(stream, rows[-1].id, rows[-1].recorded_at, wanted.since, wanted.until))


def _quiet(database: Database, shop: Shop, wanted: Wanted, stream: Stream, most: int) -> _Page:
    """As `quiet.notice` would have recorded them, of the next parcels; their ids count down from -1 and meet no
    event's."""
    since, until = wanted.since, wanted.until
    with database.read() as session:
        parcels = quiet.past_parcels(session, shop.id, since, until, most=most, before=stream.before)
    if not parcels:
        return _Page((), _through(stream))
    found = list[Happened]()
    for parcel in parcels:
        for spell in quiet.spells(parcel.words, parcel.until, wanted.rules.quiet_days):
            if spell.reached_at >= since:
                facts = {"shipment_id": parcel.id, "days": spell.days, "since": spell.since.isoformat()}
                number = -1 - len(found)
                found.append(Happened(number, Trigger.PARCEL_QUIET, parcel.order_id, facts, spell.reached_at))
    last = parcels[-1]
    return _Page(found, _moved(stream, last.id, last.words[0], since - quiet.LOOKED_AT, until))


_PAGES: Mapping[Past, Callable[[Database, Shop, Wanted, Stream, int], _Page]] = {
    Past.QUIET: _quiet,
    Past.RECORDED: _recorded,
}


def _moved(stream: Stream, before: int, oldest: datetime, since: datetime, until: datetime) -> Stream:
    """Never back: rows that were read in later than others are not quite in the order of their days."""
    done = (until - oldest) / (until - since)
    return replace(stream, before=before, share=min(max(done, stream.share), 1.0))


def _through(stream: Stream) -> Stream:
    return replace(stream, share=1.0, is_through=True)
