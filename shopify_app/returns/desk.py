"""The merchant's desk: a shop's returns by what they wait for, found by RMA or order number, counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select
from sqlalchemy.orm import selectinload

from shopify_app.customers.models import Customer
from shopify_app.db import Session
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.orders.projection import number_key
from shopify_app.returns.dossier import sums
from shopify_app.returns.inspecting.models import GoodsSentBack, InspectionQuestion
from shopify_app.returns.inspecting.states import QuestionState
from shopify_app.returns.models import Return, ReturnLine, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.states import FINISHED_GROUPS, GroupState, Reception, ReturnState, UnitDecision
from shopify_app.returns.vocabulary import MoneyEvent

PAGE = 25
LONGEST_SEARCH = 80


class Tab(StrEnum):
    """What a return waits for. Each return is under exactly one."""

    TO_APPROVE = "to_approve"
    NEEDS_LOOK = "needs_look"
    TO_INSPECT = "to_inspect"
    WAITING = "waiting"
    TO_SETTLE = "to_settle"
    DONE = "done"


@dataclass(frozen=True)
class Row:
    """One return in the list. `gets` is what the accepted quote promises; None where Shopify began the return."""

    rma: str
    order: str
    customer: str
    state: str
    tab: Tab
    source: str
    requested_at: datetime
    decide_by: datetime | None
    items: int
    outcomes: tuple[str, ...]
    gets: Money | None


@dataclass(frozen=True)
class Desk:
    """One page of the list. `more` says whether there is a page after it."""

    rows: tuple[Row, ...]
    counts: dict[Tab, int]
    more: bool


def find(session: Session, shop_id: int, rma: str) -> Return | None:
    """The return that this shop calls `rma`, however it is typed."""
    return session.scalar(select(Return).where(Return.shop_id == shop_id, Return.rma == rma.strip().upper()))


def open_desk(session: Session, shop_id: int, tab: Tab | None, search: str, page: int) -> Desk:
    """Page `page` (from 0) of the returns under `tab` (None: all), newest first; those to approve oldest first, for
    they have waited longest. `search` is an RMA, a part of its beginning, or an order number."""
    mine = Return.shop_id == shop_id
    wanted = and_(mine, _found(shop_id, search)) if search.strip() else mine
    conditions = tab_conditions()
    first = Return.requested_at.asc() if tab is Tab.TO_APPROVE else Return.requested_at.desc()
    found = session.scalars(
        select(Return)
        .where(wanted, conditions[tab] if tab else True)  # pyright: ignore[reportArgumentType]
        .options(selectinload(Return.lines), selectinload(Return.order))
        .order_by(first, Return.id.desc())
        .offset(page * PAGE)
        .limit(PAGE + 1)
    ).all()
    counts = session.execute(
        select(*[func.count().filter(condition) for condition in conditions.values()]).where(mine)
    ).one()
    return Desk(rows(session, found[:PAGE]), dict(zip(conditions, counts, strict=True)), len(found) > PAGE)


def tab_conditions() -> dict[Tab, ColumnElement[bool]]:
    """What puts a return under each tab; the earlier tab wins."""
    by_person = (MoneyEvent.INSPECTION, MoneyEvent.BY_HAND)
    approved = Return.state == ReturnState.APPROVED
    asked = Return.state.in_((ReturnState.REQUESTED, ReturnState.MORE_WANTED))
    look = exists().where(ReleaseGroup.return_id == Return.id, ReleaseGroup.look.is_not(None))
    inspect = _has_unit(
        ReturnUnit.reception == Reception.RECEIVED,
        ReturnUnit.decision == UnitDecision.PENDING,
        ReleaseGroup.money_event.in_(by_person),
    )
    unpaid = exists().where(ReleaseGroup.return_id == Return.id, ReleaseGroup.state == GroupState.AWAITING_PAYMENT)
    expecting = or_(_has_unit(ReturnUnit.reception == Reception.EXPECTED), unpaid)
    sending = exists().where(GoodsSentBack.return_id == Return.id, GoodsSentBack.sent_at.is_(None))
    appealed = exists().where(
        InspectionQuestion.return_id == Return.id, InspectionQuestion.state == QuestionState.APPEALED
    )
    inspect = or_(and_(approved, or_(inspect, appealed)), sending)
    return {
        Tab.TO_APPROVE: and_(asked, not_(look)),
        Tab.NEEDS_LOOK: look,
        Tab.TO_INSPECT: and_(not_(look), inspect),
        Tab.WAITING: and_(approved, not_(look), not_(inspect), expecting),
        Tab.TO_SETTLE: and_(approved, not_(look), not_(inspect), not_(expecting)),
        Tab.DONE: and_(not_(asked), not_(approved), not_(look), not_(inspect)),
    }


def rows(session: Session, found: Sequence[Return]) -> tuple[Row, ...]:
    """The list's rows for these returns, in their order."""
    ids = [ret.id for ret in found]
    groups = defaultdict[int, list[ReleaseGroup]](list)
    for group in session.scalars(select(ReleaseGroup).where(ReleaseGroup.return_id.in_(ids))):
        groups[group.return_id].append(group)
    people = {ret.order.customer_id for ret in found if ret.order.customer_id}
    customers = {row.id: row for row in session.scalars(select(Customer).where(Customer.id.in_(people)))}
    tabs = _tabs(session, ids)
    return tuple(
        Row(
            rma=ret.rma,
            order=ret.order.name,
            customer=full_name(customers.get(ret.order.customer_id or 0)),
            state=ret.state,
            tab=tabs[ret.id],
            source=ret.source,
            requested_at=ret.requested_at,
            decide_by=ret.decide_by,
            items=sum(line.quantity for line in ret.lines),
            outcomes=tuple(dict.fromkeys(line.outcome for line in ret.lines)),
            gets=_gets(groups[ret.id], ret.currency),
        )
        for ret in found
    )


def tab_of(session: Session, ret: Return) -> Tab:
    """Under which tab this one is."""
    return _tabs(session, [ret.id])[ret.id]


def full_name(customer: Customer | None) -> str:
    """The customer's name; empty for a guest without one."""
    return " ".join(part for part in (customer.first_name, customer.last_name) if part) if customer else ""


def _tabs(session: Session, ids: Sequence[int]) -> dict[int, Tab]:
    conditions = tab_conditions()
    told = session.execute(select(Return.id, *conditions.values()).where(Return.id.in_(ids)))
    return {row[0]: next(tab for tab, holds in zip(conditions, row[1:], strict=True) if holds) for row in told}


def _found(shop_id: int, search: str) -> ColumnElement[bool]:
    typed = search.strip()[:LONGEST_SEARCH].upper()
    orders = select(Order.id).where(Order.shop_id == shop_id, Order.number == number_key(typed))
    return or_(Return.rma.startswith(typed, autoescape=True), Return.order_id.in_(orders))


def _has_unit(*conditions: Any) -> ColumnElement[bool]:
    """Whether a return has a unit like this whose money is not settled yet."""
    return (
        exists()
        .where(ReturnLine.return_id == Return.id, ReturnUnit.return_line_id == ReturnLine.id)
        .where(ReturnLine.group_id == ReleaseGroup.id, ReleaseGroup.state.not_in(FINISHED_GROUPS), *conditions)
    )


def _gets(groups: Sequence[ReleaseGroup], currency: str) -> Money | None:
    found = [priced.gets for group in groups if (priced := sums(group.accepted))]
    return sum(found, Money.zero(currency)) if found else None
