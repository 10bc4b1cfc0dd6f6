"""What puts a return under which tab, and by when somebody was promised an answer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    not_,
    or_,
    select,
)

from shopify_app.casework.models import CaseFile
from shopify_app.customers.models import Customer
from shopify_app.returns.balances.models import BalanceDue, BalanceState
from shopify_app.returns.desk.asked import Tab
from shopify_app.returns.desk.instants import end_of_day, later
from shopify_app.returns.inspecting.models import GoodsSentBack, InspectionQuestion
from shopify_app.returns.inspecting.states import QuestionState
from shopify_app.returns.models import Return, ReturnLine, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.states import FINISHED_GROUPS, GroupState, Reception, ReturnState, UnitDecision
from shopify_app.returns.vocabulary import MoneyEvent
from shopify_app.returns.withdrawing.models import Withdrawal

ASKED = (ReturnState.REQUESTED, ReturnState.MORE_WANTED)
Ids = Collection[int] | ScalarSelect[int] | None
ShopId = int | BindParameter[Any]
UNSETTLED = tuple(state for state in GroupState if state not in FINISHED_GROUPS)
_BY_PERSON = (MoneyEvent.INSPECTION, MoneyEvent.BY_HAND)


def full_name(customer: Customer | None) -> str:
    """The customer's name; empty for a guest without one."""
    return in_full(customer.first_name, customer.last_name) if customer else ""


def in_full(*parts: str | None) -> str:
    """A name's parts as one."""
    return " ".join(part for part in parts if part)


def tab_column(shop_id: ShopId, ids: Ids = None) -> ColumnElement[str]:
    """The tab of each return of a query, the most pressing first; `ids`: of these returns alone.

    What waits is found from its own index, once for the whole list: a shop's past does not make the list slower.
    """
    approved = Return.state == ReturnState.APPROVED
    look = Return.id.in_(_of(ReleaseGroup, shop_id, ids, ReleaseGroup.look.is_not(None)))
    unpaid = _of(ReleaseGroup, shop_id, ids, ReleaseGroup.state == GroupState.AWAITING_PAYMENT)
    sending = _of(GoodsSentBack, shop_id, ids, GoodsSentBack.sent_at.is_(None))
    appealed = _appealed(shop_id, ids)
    asked = _of(InspectionQuestion, shop_id, ids, InspectionQuestion.state == QuestionState.ASKED)
    here = _here(shop_id, ids)
    coming = _coming(shop_id, ids)
    inspect = or_(and_(approved, or_(Return.id.in_(here), Return.id.in_(appealed))), Return.id.in_(sending))
    return case(
        (look, Tab.NEEDS_LOOK),
        (Return.state == ReturnState.REQUESTED, Tab.TO_APPROVE),
        (Return.state == ReturnState.MORE_WANTED, Tab.WAITING),
        (inspect, Tab.TO_INSPECT),
        (not_(approved), Tab.DONE),
        (or_(Return.id.in_(coming), Return.id.in_(unpaid), Return.id.in_(asked)), Tab.WAITING),
        else_=Tab.TO_SETTLE,
    )


def answers_due(shop_id: ShopId, by: Any) -> tuple[ColumnElement[bool], Select[Any]]:
    """Returns of which somebody was promised an answer for `by` or earlier: requests by their own day, and appeals by
    the days of their questions. The condition of the first, and the questions of the others."""
    asks = and_(Return.shop_id == shop_id, Return.state == ReturnState.REQUESTED, Return.decide_by <= by)
    looks = _of(InspectionQuestion, shop_id, None, InspectionQuestion.state == QuestionState.APPEALED)
    looks = looks.join(Return, Return.id == InspectionQuestion.return_id)
    return asks, looks.where(InspectionQuestion.decide_by <= by, Return.state == ReturnState.APPROVED)


def balances_due(shop_id: ShopId) -> Select[Any]:
    """Returns with an exchange that its shopper has not paid for, by the groups that wait for it."""
    return (
        _of(ReleaseGroup, shop_id, None, ReleaseGroup.state == GroupState.AWAITING_PAYMENT)
        .join(BalanceDue, BalanceDue.group_id == ReleaseGroup.id)
        .where(BalanceDue.state == BalanceState.OPEN)
    )


WITHIN: ColumnElement[int] = bindparam("within", type_=Integer())
"""How long a verdict may take, counted back from now (`promises.Checking`), in seconds: a statement's value."""

AHEAD: ColumnElement[int] = bindparam("ahead", type_=Integer())
"""How many seconds the shop's clock is ahead of UTC (`promises.Checking`): a statement's value."""


def due_column(arrived: ColumnElement[Any], ret: Any = Return, shop_id: ShopId | None = None) -> ColumnElement[Any]:
    """By when somebody waits for the shop's word; null where nobody does. A day that the shop's people set goes before
    all; then the answer to a request, the second look, the verdict on what is here, the law's day for the money.

    `arrived` is `arrived_column`, or for lists of many returns `arrivals` joined. Needs `WITHIN`, `AHEAD`, `CaseFile`,
    and id, state, decide_by and withdrawal_id of `ret`. With `shop_id` appeals are looked for only where the shop's
    index says that there are some.
    """
    second_look: Any = (
        select(func.min(InspectionQuestion.decide_by))
        .where(InspectionQuestion.return_id == ret.id, InspectionQuestion.state == QuestionState.APPEALED)
        .scalar_subquery()
    )
    if shop_id is not None:
        second_look = case((ret.id.in_(_appealed(shop_id, None)), second_look))
    is_open = ret.state.in_((*ASKED, ReturnState.APPROVED))
    promised = func.coalesce(ret.decide_by, second_look, later(arrived, WITHIN), end_of_day(lawful_day(ret), AHEAD))
    return func.coalesce(CaseFile.answer_by, case((is_open, promised)))


def lawful_day(ret: Any) -> ScalarSelect[Any]:
    """By which day the law wants the money of a withdrawal paid back; null for any other return."""
    return select(Withdrawal.refund_by).where(Withdrawal.id == ret.withdrawal_id).scalar_subquery()


def arrived_column() -> ColumnElement[Any]:
    """When the first piece came that still waits for a verdict."""
    return (
        select(func.min(ReturnUnit.received_at))
        .join(ReturnLine, ReturnLine.id == ReturnUnit.return_line_id)
        .join(ReleaseGroup, ReleaseGroup.id == ReturnLine.group_id)
        .where(ReturnLine.return_id == Return.id, ReleaseGroup.state.in_(UNSETTLED), *_undecided())
        .scalar_subquery()
    )


def arrivals(shop_id: ShopId) -> Subquery:
    """`arrived_column` of all returns of the shop that have something here: `return_id` and `at`."""
    first: Any = func.min(ReturnUnit.received_at)
    pieces = _here(shop_id, None).with_only_columns(ReturnLine.return_id, first.label("at"), maintain_column_froms=True)
    return pieces.group_by(ReturnLine.return_id).subquery("arrivals")


def _undecided() -> tuple[ColumnElement[bool], ...]:
    return (
        ReturnUnit.reception == Reception.RECEIVED,
        ReturnUnit.decision == UnitDecision.PENDING,
        ReleaseGroup.money_event.in_(_BY_PERSON),
    )


def _of(table: Any, shop_id: ShopId, ids: Ids, condition: ColumnElement[bool]) -> Select[Any]:
    wanted = select(table.return_id).where(table.shop_id == shop_id, condition)
    return wanted if ids is None else wanted.where(table.return_id.in_(ids))


def _appealed(shop_id: ShopId, ids: Ids) -> Select[Any]:
    return _of(InspectionQuestion, shop_id, ids, InspectionQuestion.state == QuestionState.APPEALED)


def _here(shop_id: ShopId, ids: Ids) -> Select[Any]:
    """Returns with a piece that waits for a verdict."""
    pieces = (
        _pieces(shop_id, ids, *_undecided())
        .join(ReleaseGroup, ReleaseGroup.id == ReturnLine.group_id)
        .where(ReleaseGroup.state.in_(UNSETTLED))
    )
    return pieces if ids is None else pieces.where(ReleaseGroup.return_id.in_(ids))


def _coming(shop_id: ShopId, ids: Ids) -> Select[Any]:
    """Returns of which something is still expected, and the money not settled. These are many: which parts are settled
    is read from their index, for the rows are long."""
    unsettled = select(ReleaseGroup.id).where(ReleaseGroup.shop_id == shop_id, ReleaseGroup.state.in_(UNSETTLED))
    if ids is not None:
        unsettled = unsettled.where(ReleaseGroup.return_id.in_(ids))
    pieces = _pieces(shop_id, ids, ReturnUnit.reception == Reception.EXPECTED)
    return pieces.where(ReturnLine.group_id.in_(unsettled))


def _pieces(shop_id: ShopId, ids: Ids, *conditions: ColumnElement[bool]) -> Select[Any]:
    wanted = (
        select(ReturnLine.return_id)
        .join(ReturnUnit, ReturnUnit.return_line_id == ReturnLine.id)
        .where(ReturnUnit.shop_id == shop_id, *conditions)
    )
    return wanted if ids is None else wanted.where(ReturnLine.return_id.in_(ids))
