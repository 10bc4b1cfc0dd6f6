"""What rules would have done: the last days gone through, nothing written and nobody told.

Events are those on record; parcels without news are found in what was said of them. Goods, customers, tags and states
of returns are as they are today, since no past of them is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class WouldHave:
    """One firing that would have been."""

    at: datetime
    facts: Facts
    rule: Rule


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


def dry_run(database: Database, shop: Shop, rules: Automations, days: int, now: datetime, most: int) -> DryRun:
    """The rules that are on, over the newest `most` events of the last `days`."""
    since = now - timedelta(days=min(max(days, 1), LONGEST_DAYS))
    reader, counts, listed, seen = Reader(database, shop, rules), Counter[str](), list[WouldHave](), 0
    is_complete, oldest = True, since
    for page in _pages(database, shop, rules, since, now):
        page = page[: most - seen]
        if not page:
            is_complete = False
            break
        seen, oldest = seen + len(page), page[-1].recorded_at
        with database.read() as session:
            found = reader.read(session, page)
        for event in page:
            facts = found.get(event.id)
            if facts is not None and event.recorded_at - facts.happened_at <= OLD_NEWS:
                for rule in fired(rules.waiting_for(event.kind), facts):
                    counts[rule.key] += 1
                    listed.append(WouldHave(event.recorded_at, facts, rule))
    listed.sort(key=lambda each: each.at, reverse=True)
    return DryRun(since if is_complete else oldest, seen, dict(counts), tuple(listed[:MOST_LISTED]), is_complete)


def _pages(
    database: Database, shop: Shop, rules: Automations, since: datetime, now: datetime
) -> Iterator[Sequence[Happened]]:
    """Events that a rule waits for, a page at a time, newest first; those of quiet parcels before all others."""
    spells = _quiet(database, shop, rules, since, now)
    for start in range(0, len(spells), A_PAGE):
        yield spells[start : start + A_PAGE]
    kinds = sorted(rules.kinds - {Trigger.PARCEL_QUIET})
    before: int | None = None
    while kinds:
        mine = select(Event).where(Event.shop_id == shop.id, Event.kind.in_(kinds), Event.recorded_at >= since)
        if before is not None:
            mine = mine.where(Event.id < before)
        with database.read() as session:
            rows = session.scalars(mine.order_by(Event.id.desc()).limit(A_PAGE)).all()
        if not rows:
            return
        before = rows[-1].id
        yield [
            Happened(row.id, row.kind, row.order_id, row.facts, row.recorded_at)
            for row in rows
            if row.order_id is not None
        ]


def _quiet(database: Database, shop: Shop, rules: Automations, since: datetime, now: datetime) -> list[Happened]:
    """As `quiet.notice` would have recorded them; their ids count down from -1 and meet no event's."""
    wanted = rules.quiet_days
    if not wanted:
        return []
    with database.read() as session:
        parcels = quiet.past_parcels(session, shop.id, since, now, most=A_PAGE * 10)
    found = [
        (parcel, spell)
        for parcel in parcels
        for spell in quiet.spells(parcel.words, parcel.until, wanted)
        if spell.reached_at >= since
    ]
    found.sort(key=lambda each: each[1].reached_at, reverse=True)
    return [
        Happened(
            -number,
            Trigger.PARCEL_QUIET,
            parcel.order_id,
            {"shipment_id": parcel.id, "days": spell.days, "since": spell.since.isoformat()},
            spell.reached_at,
        )
        for number, (parcel, spell) in enumerate(found, start=1)
    ]
