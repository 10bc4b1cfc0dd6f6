"""One verb for many cases: accepted at once, carried out by a worker, with a result for each case.

The rows are the truth: whoever carries out an item first takes it (`take`) in the transaction of its effect, so that
nothing is done twice, whichever worker comes and whatever becomes of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Select, delete, func, insert, literal, null, select, update

from shopify_app.casework.models import BulkAction, BulkItem, ItemOutcome
from shopify_app.db import Session
from shopify_app.queue import send_after_commit

TASK = "jobs.carry_many"
AT_A_TIME = 1000
KEPT_FOR = timedelta(days=30)
"""How long results can be read."""


@dataclass(frozen=True)
class Wanted:
    """What shall be done, by whom. `facts` are what the verb needs, the same for every case."""

    shop_id: int
    kind: str
    verb: str
    facts: dict[str, Any]
    by: str
    at: datetime


@dataclass(frozen=True)
class Chosen:
    """One case as its chooser saw it: its id, what it is called, its version."""

    id: int
    name: str
    seen: int


@dataclass(frozen=True)
class Progress:
    """How far a bulk action has come."""

    total: int
    done: int
    refused: int

    @property
    def left(self) -> int:
        """Cases that were not tried yet."""
        return self.total - self.done - self.refused


def accept(session: Session, wanted: Wanted, chosen: Sequence[Chosen]) -> BulkAction:
    """Writes down what shall be done with these cases, each once; a worker is woken by the commit."""
    action = _begin(session, wanted)
    items = [
        {"shop_id": wanted.shop_id, "bulk_id": action.id, "subject_id": each.id, "name": each.name, "seen": each.seen}
        for each in {each.id: each for each in chosen}.values()
    ]
    for start in range(0, len(items), AT_A_TIME):
        session.execute(insert(BulkItem), items[start : start + AT_A_TIME])
    return _counted(session, action)


def accept_all(session: Session, wanted: Wanted, cases: Select[Any]) -> BulkAction:
    """The same for all that `cases` finds (columns: id, name, version), in one statement, as they are now."""
    action = _begin(session, wanted)
    found = cases.subquery()
    rows = select(literal(wanted.shop_id), literal(action.id), *found.c, null())
    columns = ["shop_id", "bulk_id", "subject_id", "name", "seen", "outcome"]
    session.execute(insert(BulkItem).from_select(columns, rows))
    return _counted(session, action)


def find(session: Session, shop_id: int, bulk_id: int) -> BulkAction | None:
    """The shop's own action of that id."""
    return session.scalar(select(BulkAction).where(BulkAction.shop_id == shop_id, BulkAction.id == bulk_id))


def progress(session: Session, action: BulkAction) -> Progress:
    """How far it has come, by its items."""
    counted = select(BulkItem.outcome, func.count()).where(BulkItem.bulk_id == action.id).group_by(BulkItem.outcome)
    by_outcome = {outcome: count for outcome, count in session.execute(counted)}
    return Progress(action.total, by_outcome.get(ItemOutcome.DONE, 0), by_outcome.get(ItemOutcome.REFUSED, 0))


def results(session: Session, action: BulkAction, limit: int, after: int = 0) -> list[BulkItem]:
    """Items that have an outcome, those that were refused first, then as they were chosen; at most `limit`."""
    wanted = select(BulkItem).where(BulkItem.bulk_id == action.id, BulkItem.outcome.is_not(None))
    return list(session.scalars(wanted.order_by(BulkItem.outcome.desc(), BulkItem.id).offset(after).limit(limit)))


def untried(session: Session, bulk_id: int, limit: int) -> list[BulkItem]:
    """Items without an outcome, as they were chosen."""
    wanted = select(BulkItem).where(BulkItem.bulk_id == bulk_id, BulkItem.outcome.is_(None))
    return list(session.scalars(wanted.order_by(BulkItem.id).limit(limit)))


def take(session: Session, item_id: int, outcome: ItemOutcome, because: str | None, now: datetime) -> bool:
    """Gives the item its outcome; False where it has one already: then nothing may be done for it here."""
    taken = session.execute(
        update(BulkItem)
        .where(BulkItem.id == item_id, BulkItem.outcome.is_(None))
        .values(outcome=outcome, because=because and because[:400], done_at=now)
        .execution_options(synchronize_session=False)
    )
    return isinstance(taken, CursorResult) and taken.rowcount == 1


def forget_old(session: Session, now: datetime) -> int:
    """Removes actions that were done long ago, with their items; how many."""
    gone = session.execute(delete(BulkAction).where(BulkAction.finished_at < now - KEPT_FOR))
    return gone.rowcount if isinstance(gone, CursorResult) else 0


def _begin(session: Session, wanted: Wanted) -> BulkAction:
    action = BulkAction(
        shop_id=wanted.shop_id,
        kind=wanted.kind,
        verb=wanted.verb,
        facts=wanted.facts,
        made_at=wanted.at,
        made_by=wanted.by,
        due_at=wanted.at,
    )
    session.add(action)
    session.flush()
    send_after_commit(session, TASK, action.id)
    return action


def _counted(session: Session, action: BulkAction) -> BulkAction:
    items = select(func.count()).select_from(BulkItem).where(BulkItem.bulk_id == action.id)
    action.total = session.scalar(items) or 0
    session.flush()
    return action
