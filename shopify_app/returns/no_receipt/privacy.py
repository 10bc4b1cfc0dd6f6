"""Forgetting and handing out what people without an order number told us. The credit's sums and dates stay: they are
the books."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from shopify_app.money import Money
from shopify_app.returns.no_receipt.models import NoReceiptEntry, NoReceiptFile, NoReceiptRequest, RequestState
from shopify_app.returns.searching import keeping
from shopify_app.shops.privacy import Subject

UNPROVEN_KEPT = timedelta(days=1)
"""How long a request is kept whose code nobody typed."""


def forget(
    session: Session, shop_id: int, person: Subject, customer_id: int | None
) -> tuple[int, tuple[int, ...], tuple[str, ...]]:
    """Blanks what a person wrote and who they are; how many rows, of which requests, and which files are to go once
    that is committed."""
    ids = _of(session, shop_id, person, customer_id)
    if not ids:
        return 0, (), ()
    matched = select(NoReceiptRequest.return_id, NoReceiptRequest.name).where(NoReceiptRequest.id.in_(ids))
    for return_id, name in session.execute(matched.where(NoReceiptRequest.return_id.is_not(None))).all():
        keeping.forget_name(session, shop_id, return_id or 0, name)
    files = tuple(session.scalars(select(NoReceiptFile.file_name).where(NoReceiptFile.request_id.in_(ids))))
    blank = dict.fromkeys(("bought", "name", "email", "email_hash", "code", "decline_note", "customer_id"))
    plain = {"synchronize_session": False}
    for statement in (
        update(NoReceiptRequest).where(NoReceiptRequest.id.in_(ids)).values(**blank, code_hash=""),
        update(NoReceiptEntry).where(NoReceiptEntry.request_id.in_(ids)).values(said=None),
        delete(NoReceiptFile).where(NoReceiptFile.request_id.in_(ids)),
    ):
        session.execute(statement.execution_options(**plain))
    return len(ids), tuple(ids), files


def export(session: Session, shop_id: int, person: Subject, customer_id: int | None) -> list[dict[str, Any]]:
    """What the person sent in without an order number, oldest first; times in UTC."""
    ids = _of(session, shop_id, person, customer_id)
    rows = session.scalars(select(NoReceiptRequest).where(NoReceiptRequest.id.in_(ids)).order_by(NoReceiptRequest.id))
    return [_exported(session, row) for row in rows]


def drop_unproven(session: Session, now: datetime) -> None:
    """Requests whose code nobody typed go after a day; their files are swept as nobody's."""
    old = (NoReceiptRequest.state == RequestState.ASKED, NoReceiptRequest.asked_at < now - UNPROVEN_KEPT)
    session.execute(delete(NoReceiptRequest).where(*old))


def files(session: Session) -> frozenset[str]:
    """The names of all files that a row speaks of."""
    return frozenset(session.scalars(select(NoReceiptFile.file_name)))


def _of(session: Session, shop_id: int, person: Subject, customer_id: int | None) -> list[int]:
    whose: list[ColumnElement[bool]] = []
    if person.email_hash:
        whose.append(NoReceiptRequest.email_hash == person.email_hash)
    if customer_id is not None:
        whose.append(NoReceiptRequest.customer_id == customer_id)
    if not whose:
        return []
    return list(session.scalars(select(NoReceiptRequest.id).where(NoReceiptRequest.shop_id == shop_id, or_(*whose))))


def _exported(session: Session, row: NoReceiptRequest) -> dict[str, Any]:
    sent = session.scalars(select(NoReceiptFile.file_name).where(NoReceiptFile.request_id == row.id))
    return {
        "number": row.number,
        "state": row.state,
        "asked_at": row.asked_at.isoformat(),
        "item": row.title,
        "quantity": row.quantity,
        "reason": row.reason,
        "bought": row.bought,
        "name": row.name,
        "email": row.email,
        "answer": row.decline_note,
        "files": list(sent),
        "credit": f"{Money(row.amount, row.currency)} {row.currency}" if row.amount and row.currency else None,
    }
