"""The life of a mail after it was planned: taken, handed over, ended. At most once, whatever breaks.

A worker takes a row by its lease. Just before the text leaves, `hand_over` marks it attempted, which only the holder of
the lease can do and only once: whoever did is the only one who can say how it ended. A row found attempted by somebody
else is uncertain for ever.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, select, update

from shopify_app.db import Session
from shopify_app.leases import LeaseLost, WorkState, claim, retry_later
from shopify_app.messages.email import SendFailed
from shopify_app.messages.models import Message, MessagePhase
from shopify_app.messages.plan import MailKind
from shopify_app.orders.models import OneTimeCode

LEASE_SECONDS = 300
"""Longer than all answers of a slow server together (`email.ANSWER_SECONDS` each)."""

_HANDED_OVER = Message.phase.in_((MessagePhase.ATTEMPTED, MessagePhase.UNCERTAIN))


def take(session: Session, row_id: int) -> tuple[Message, str] | None:
    """The row and its lease, if it is there to be sent. Commit before working.

    One that was handed over by a worker that died is ended as uncertain here."""
    lease = claim(session, Message, row_id, LEASE_SECONDS)
    row = session.get(Message, row_id, populate_existing=True) if lease else None
    if row is None or lease is None:
        return None
    if row.phase == MessagePhase.ATTEMPTED:
        uncertain(session, row, "worker_died")
        return None
    return row, lease


def hand_over(session: Session, row: Message, lease: str, message_id: str) -> None:
    """Writes down that the text is about to leave; commit durably before it does. Raises LeaseLost."""
    marked = session.execute(
        update(Message)
        .where(
            Message.id == row.id,
            Message.lease_token == lease,
            Message.state == WorkState.PENDING,
            Message.phase == MessagePhase.PLANNED,
        )
        .values(phase=MessagePhase.ATTEMPTED, message_id=message_id)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(marked, CursorResult) or marked.rowcount != 1:
        raise LeaseLost(f"message {row.id}")


def sent(session: Session, row: Message, now: datetime) -> None:
    """The server took it. Only who handed it over can say so, lease or no lease."""
    _end(session, row, MessagePhase.SENT, WorkState.DONE, _HANDED_OVER, sent_at=now, error=None)


def uncertain(session: Session, row: Message, because: str) -> None:
    """Nobody can tell; a person may look (`postlude doctor`), no machine sends it again."""
    _end(session, row, MessagePhase.UNCERTAIN, WorkState.PARKED, _HANDED_OVER, error=because)


def unsent(session: Session, row: Message, lease: str, because: str) -> None:
    """There is nothing to say any more, or nobody to say it to."""
    _end(session, row, MessagePhase.UNSENT, WorkState.DONE, Message.lease_token == lease, error=because)


def failed(session: Session, row: Message, lease: str, failure: SendFailed, now: datetime) -> MessagePhase:
    """The server certainly has not taken it: later again, or never. Raises LeaseLost."""
    if not failure.permanent:
        session.execute(_of(row, Message.lease_token == lease).values(phase=MessagePhase.PLANNED))
        if retry_later(session, Message, row.id, lease, failure.reason, now) == WorkState.PENDING:
            return MessagePhase.PLANNED
        _end(session, row, MessagePhase.REFUSED, WorkState.PARKED, Message.state == WorkState.PARKED)
        return MessagePhase.REFUSED
    mine = Message.lease_token == lease
    _end(session, row, MessagePhase.REFUSED, WorkState.PARKED, mine, error=failure.reason)
    return MessagePhase.REFUSED


def stumbled(session: Session, row: Message, lease: str, because: str, now: datetime) -> MessagePhase:
    """We failed, not the server: later again, unless the text had left by then. Raises LeaseLost."""
    phase = session.scalar(select(Message.phase).where(Message.id == row.id))
    if phase == MessagePhase.PLANNED:
        return failed(session, row, lease, SendFailed(because), now)
    uncertain(session, row, because)
    return MessagePhase.UNCERTAIN


def _end(
    session: Session, row: Message, phase: MessagePhase, state: WorkState, only: ColumnElement[bool], **values: Any
) -> None:
    """Ends the row and blanks what was personal in it, the code it carried included. Raises LeaseLost."""
    blank = {"recipient": None, "facts": None, "lease_until": None, "lease_token": None}
    ended = session.execute(_of(row, only).values(phase=phase, state=state, **blank, **values))
    if not isinstance(ended, CursorResult) or ended.rowcount != 1:
        raise LeaseLost(f"message {row.id}")
    if row.kind == MailKind.ONE_TIME_CODE:
        code = update(OneTimeCode).where(OneTimeCode.id == row.references.get("code_id"))
        session.execute(code.values(code=None).execution_options(synchronize_session=False))


def _of(row: Message, only: ColumnElement[bool]) -> Any:
    return update(Message).where(Message.id == row.id, only).execution_options(synchronize_session=False)
