"""Rows that are work: claimed by one worker at a time, retried later, parked when a person must look.

A worker claims by a conditional update that only one can win, commits, works, and finishes by another that only the
holder of the lease can win. What a dead worker held comes free when its lease runs out. Leases run on the database's
clock; `due_at` is on the product's (`shopify_app.clock`).
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, CursorResult, Integer, Select, String, bindparam, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from shopify_app.db import database_epoch

LEASE_SECONDS = 60
BACKOFF = (5, 30, 120, 600, 1800, 3600, 3600 * 3, 3600 * 6, 3600 * 12)
"""Seconds until the next attempt after the first, second ... failure; after the last the row is parked."""


class WorkState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    PARKED = "parked"


class LeaseLost(Exception):
    """The lease ran out and somebody else took the row: this worker's result is refused."""


class Leased:
    """Columns of a row that is work."""

    state: Mapped[str] = mapped_column(String(16), default=WorkState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease_until: Mapped[int | None] = mapped_column(BigInteger)
    lease_token: Mapped[str | None] = mapped_column(String(16))
    error: Mapped[str | None] = mapped_column(String(500))


def claim(session: Session, model: Any, row_id: int, seconds: int = LEASE_SECONDS) -> str | None:
    """A token for the pending row if nobody holds it, else None. Commit before working."""
    token = secrets.token_hex(8)
    free = or_(model.lease_until.is_(None), model.lease_until < database_epoch())
    claimed = session.execute(
        update(model)
        .where(model.id == row_id, model.state == WorkState.PENDING, free)
        .values(lease_until=database_epoch() + seconds, lease_token=token, attempts=model.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    return token if _hit(claimed) else None


def finish(session: Session, model: Any, row_id: int, token: str, **values: Any) -> None:
    """Marks the row done, in the transaction that holds its effect; raises LeaseLost when the lease changed hands."""
    _release(session, model, row_id, token, state=WorkState.DONE, error=None, **values)


def lay_down(session: Session, model: Any, row_id: int, token: str, now: datetime, **values: Any) -> None:
    """Gives the row back for its next piece, due at once, in the transaction that holds what this one came to. Attempts
    count anew: something was done. Raises LeaseLost when the lease changed hands."""
    _release(session, model, row_id, token, state=WorkState.PENDING, attempts=0, due_at=now, error=None, **values)


def give_back(session: Session, model: Any, row_id: int, token: str, due: datetime, because: str | None = None) -> None:
    """Gives the row back until `due` without counting the attempt: nothing failed. Raises LeaseLost when the lease
    changed hands."""
    _release(
        session, model, row_id, token, state=WorkState.PENDING, attempts=model.attempts - 1, due_at=due, error=because
    )


def renew(session: Session, model: Any, row_id: int, token: str) -> None:
    """The lease runs anew from here; raises LeaseLost when it changed hands."""
    renewed = session.execute(
        update(model)
        .where(model.id == row_id, model.lease_token == token, model.state == WorkState.PENDING)
        .values(lease_until=database_epoch() + LEASE_SECONDS)
        .execution_options(synchronize_session=False)
    )
    if not _hit(renewed):
        raise LeaseLost(f"{model.__tablename__} {row_id}")


def retry_later(session: Session, model: Any, row_id: int, token: str, because: str, now: datetime) -> WorkState:
    """Gives the row back with its reason, due after a growing pause; parks it when the pauses are used up."""
    attempts = session.scalar(select(model.attempts).where(model.id == row_id)) or 1
    if attempts > len(BACKOFF):
        park(session, model, row_id, token, because)
        return WorkState.PARKED
    due = now + timedelta(seconds=BACKOFF[attempts - 1])
    _release(session, model, row_id, token, state=WorkState.PENDING, error=because[:500], due_at=due)
    return WorkState.PENDING


def last_try(row: Any) -> datetime | None:
    """When a row that has failed before is tried for the last time, if nothing goes well until then; None: it has not
    failed. Whoever holds it is trying just now."""
    failures = row.attempts - (row.lease_token is not None)
    return row.due_at + timedelta(seconds=sum(BACKOFF[failures:])) if failures > 0 else None


def park(session: Session, model: Any, row_id: int, token: str, because: str) -> None:
    """Takes the row out of the queue until a person looks."""
    _release(session, model, row_id, token, state=WorkState.PARKED, error=because[:500])


def due(session: Session, model: Any, now: datetime, limit: int = 500) -> list[int]:
    """Ids of pending rows whose time has come and that nobody holds, oldest first."""
    return list(session.scalars(_waiting(model), {"by": now, "most": limit}))


@cache
def _waiting(model: Any) -> Select[int]:
    """Workers ask this of every kind of work, over and over: written down once."""
    free = or_(model.lease_until.is_(None), model.lease_until < database_epoch())
    wanted = select(model.id).where(model.state == WorkState.PENDING, model.due_at <= bindparam("by"), free)
    return wanted.order_by(model.due_at, model.id).limit(bindparam("most", type_=Integer))


def _release(session: Session, model: Any, row_id: int, token: str, **values: Any) -> None:
    released = session.execute(
        update(model)
        .where(model.id == row_id, model.lease_token == token, model.state == WorkState.PENDING)
        .values(lease_until=None, lease_token=None, **values)
        .execution_options(synchronize_session=False)
    )
    if not _hit(released):
        raise LeaseLost(f"{model.__tablename__} {row_id}")


def _hit(result: Any) -> bool:
    return isinstance(result, CursorResult) and result.rowcount == 1
