"""Parcels of which nobody says a word: noticed as the days go by, and found in the past for a dry run.

A parcel's last word is its newest scan; before the first, it is its dispatch. Days are spans of 24 hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.dialects import postgresql, sqlite

from shopify_app.automations import versions
from shopify_app.automations.models import QuietParcel
from shopify_app.db import Database, Session
from shopify_app.events import ParcelQuiet, record
from shopify_app.shipments.models import Scan, Shipment
from shopify_app.shipments.states import NOT_COMING

AT_A_TIME = 200
LONGEST_DAYS = 30
DAY = timedelta(days=1)
LOOKED_AT = timedelta(days=LONGEST_DAYS + 60)
"""Parcels that were sent longer ago are nobody's concern any more."""


@dataclass(frozen=True)
class Spell:
    """The day on which a parcel had been quiet for `days` days, `since` its last word."""

    since: datetime
    days: int

    @property
    def reached_at(self) -> datetime:
        """The moment at which the last of those days was over."""
        return self.since + self.days * DAY


def spells(words: Sequence[datetime], until: datetime, wanted: Iterable[int]) -> Iterator[Spell]:
    """Every time at which a parcel with these words had been quiet for as many days as somebody waits for, up to
    `until` (its end, or now)."""
    told = sorted(word for word in words if word <= until)
    if not told:  # sent after it was over, by a source that learned of it late
        return
    for since, following in zip(told, [*told[1:], until], strict=True):
        for days in sorted(wanted):
            spell = Spell(since, days)
            if spell.reached_at < following or (following == until and spell.reached_at == until):
                yield spell


def notice(database: Database, shop_id: int, now: datetime) -> int:
    """Records `ParcelQuiet` for each parcel on its way that has reached a day for which a rule waits; how many. What
    was reached before the rules were published is past, and nobody is told of it."""
    with database.read() as session:
        in_force = versions.newest(session, shop_id)
    wanted, after, noticed = in_force.rules.quiet_days, 0, 0
    if in_force.published_at is None or not wanted:
        return 0
    while True:
        with database.write() as session:
            rows = _open(session, shop_id, after, now)
            for row in rows:
                noticed += _notice(session, shop_id, row, wanted, in_force.published_at, now)
        if len(rows) < AT_A_TIME:
            return noticed
        after = rows[-1].id


def _notice(
    session: Session, shop_id: int, row: Any, wanted: frozenset[int], published_at: datetime, now: datetime
) -> int:
    since: datetime = row.last_word or row.shipped_at
    told = row.days if row.since == since else 0
    reached = [days for days in sorted(wanted) if (told or 0) < days <= (now - since) // DAY]
    fresh = [days for days in reached if Spell(since, days).reached_at >= published_at]
    for days in fresh:
        record(session, shop_id, ParcelQuiet(row.order_id, row.id, days, since), now)
    if reached:
        _remember(session, shop_id, row.id, since, reached[-1])
    return len(fresh)


def _open(session: Session, shop_id: int, after: int, now: datetime) -> Sequence[Any]:
    """The next parcels on their way, with their last words and what was told of them."""
    last = (
        select(func.max(Scan.instant))
        .where(Scan.shipment_id == Shipment.id, Scan.deleted_at.is_(None), Scan.instant <= now)
        .correlate(Shipment)
        .scalar_subquery()
    )
    return session.execute(
        select(
            Shipment.id, Shipment.order_id, Shipment.shipped_at, last.label("last_word"), QuietParcel.since,
            QuietParcel.days,
        )
        .outerjoin(QuietParcel, QuietParcel.shipment_id == Shipment.id)
        .where(
            Shipment.shop_id == shop_id,
            Shipment.id > after,
            Shipment.delivered_at.is_(None),
            Shipment.cancelled_at.is_(None),
            Shipment.kind == "parcel",
            Shipment.state.not_in(NOT_COMING),
            Shipment.shipped_at >= now - LOOKED_AT,
        )
        .order_by(Shipment.id)
        .limit(AT_A_TIME)
    ).all()  # fmt: skip


def _remember(session: Session, shop_id: int, shipment_id: int, since: datetime, days: int) -> None:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"shop_id": shop_id, "shipment_id": shipment_id, "since": since, "days": days}
    made = dialect.insert(QuietParcel).values(row)
    session.execute(made.on_conflict_do_update(index_elements=["shipment_id"], set_={"since": since, "days": days}))


@dataclass(frozen=True)
class PastParcel:
    """A parcel of the past with everything that was said of it."""

    id: int
    order_id: int
    words: tuple[datetime, ...]
    until: datetime


def past_parcels(
    session: Session, shop_id: int, since: datetime, now: datetime, most: int, before: int | None = None
) -> tuple[PastParcel, ...]:
    """Parcels that were on their way at any time after `since`, newest first; from id `before` on back."""
    rows = session.execute(
        select(
            Shipment.id, Shipment.order_id, Shipment.shipped_at, Shipment.delivered_at, Shipment.cancelled_at,
            Shipment.state, Shipment.state_at,
        )
        .where(
            Shipment.shop_id == shop_id,
            Shipment.kind == "parcel",
            Shipment.shipped_at >= since - LOOKED_AT,
            (Shipment.delivered_at.is_(None)) | (Shipment.delivered_at >= since),
            true() if before is None else Shipment.id < before,
        )
        .order_by(Shipment.id.desc())
        .limit(most)
    ).all()  # fmt: skip
    said = _words(session, [row.id for row in rows])
    return tuple(
        PastParcel(
            row.id,
            row.order_id,
            (row.shipped_at, *said.get(row.id, ())),
            _end(row, now),
        )
        for row in rows
    )


def _end(row: Any, now: datetime) -> datetime:
    """Until when `notice` would have looked at it."""
    is_over = row.state_at if row.state in NOT_COMING else None
    ends = (row.delivered_at, row.cancelled_at, is_over, row.shipped_at + LOOKED_AT)
    return min(now, *(end for end in ends if end is not None))


def _words(session: Session, ids: Sequence[int]) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for start in range(0, len(ids), 500):
        scans = select(Scan.shipment_id, Scan.instant).where(
            Scan.shipment_id.in_(ids[start : start + 500]), Scan.deleted_at.is_(None), Scan.instant.is_not(None)
        )
        for row in session.execute(scans):
            found.setdefault(row.shipment_id, []).append(row.instant)
    return found
