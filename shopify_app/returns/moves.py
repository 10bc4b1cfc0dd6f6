"""Conditional changes of a return and what hangs on it: whoever comes second gets IllegalMove and changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from shopify_app.db import Session
from shopify_app.returns import stock
from shopify_app.returns.bonus import GrantState
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup
from shopify_app.returns.states import RETURN_MOVES, GroupState, ReturnState
from shopify_app.states import IllegalMove


class NothingSaid(ValueError):
    """A question, an answer or a note needs words."""


def words(text: str) -> str:
    said = text.strip()
    if not said:
        raise NothingSaid
    return said


def move(session: Session, ret: Return, to: ReturnState, **changes: Any) -> None:
    """One conditional change; the row counts it. Staying in a state is a change too (a new quote)."""
    if to != ret.state:
        RETURN_MOVES.check(ReturnState(ret.state), to)
    session.flush()
    moved = session.execute(
        update(Return)
        .where(Return.id == ret.id, Return.state == ret.state, Return.version == ret.version)
        .values(state=to, version=ret.version + 1, **changes)
        .execution_options(synchronize_session=False)
    )
    current = ret.state
    session.refresh(ret)
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise IllegalMove("the return", ret.state if ret.state != current else f"{current}, changed meanwhile", to)


def move_groups(session: Session, ret: Return, of: GroupState, to: GroupState) -> None:
    groups = select(ReleaseGroup).where(ReleaseGroup.return_id == ret.id, ReleaseGroup.state == of)
    for group in session.scalars(groups.execution_options(populate_existing=True)):
        group.state = to
    session.flush()


def groups_of(session: Session, ret: Return) -> Sequence[ReleaseGroup]:
    wanted = select(ReleaseGroup).where(ReleaseGroup.return_id == ret.id).order_by(ReleaseGroup.position)
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def let_go(session: Session, ret: Return, now: datetime) -> None:
    """Promises end: stock kept aside, bonuses not issued yet."""
    stock.release(session, ret.id, now)
    move_grants(session, ret, GrantState.PROMISED, GrantState.VOID)


def move_grants(session: Session, ret: Return, of: GrantState, to: GrantState) -> None:
    grants = select(BonusGrant).where(BonusGrant.return_id == ret.id, BonusGrant.state == of)
    for grant in session.scalars(grants.execution_options(populate_existing=True)):
        grant.state = to
    session.flush()
