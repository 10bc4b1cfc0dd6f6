"""Units of an order that are not there to be withdrawn from: in returns, or gone a moment ago. Our rows alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from shopify_app.db import Session
from shopify_app.orders.models import Order
from shopify_app.returns.models import Return, ReturnLine, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.states import FINISHED_GROUPS, OPEN_RETURNS, GroupState, Reception, StepState, UnitDecision
from shopify_app.returns.steps import BOOKING, StepKind
from shopify_app.returns.withdrawing.models import WAITING, Withdrawal
from shopify_app.shopify.nodes import number

REFUNDED_THERE = "refunded_there"
"""In `ReleaseGroup.shopify_lines`: the refunds of a return that somebody settled in Shopify's own pages."""

_BOOKED = (
    select(Step.id)
    .where(Step.group_id == ReleaseGroup.id, Step.kind.in_(BOOKING), Step.phase == StepState.DONE)
    .correlate(ReleaseGroup)
    .exists()
)
_OPEN = and_(Return.state.in_(OPEN_RETURNS), ReleaseGroup.state.not_in(FINISHED_GROUPS))
OPEN = (_OPEN,)
ON_THE_ORDER = (_OPEN, ~_BOOKED)
"""Of these the order at Shopify still has the goods."""
UNSENT = (*ON_THE_ORDER, ReturnLine.fulfillment_line_id.is_(None))
OFF = (or_(ReleaseGroup.state == GroupState.SETTLED, and_(_OPEN, _BOOKED)),)
"""Of these it is without those that were accepted, paid for or not."""
OFF_SENT = (*OFF, ReturnLine.fulfillment_line_id.is_not(None))


def in_returns(session: Session, order: Order, which: tuple[ColumnElement[bool], ...]) -> dict[int, int]:
    """Units in release groups of the order, by line."""
    wanted = select(ReturnLine.line_id, func.sum(ReturnLine.quantity))
    return _by_line(session, order, wanted, which)


def accepted(session: Session, order: Order, which: tuple[ColumnElement[bool], ...]) -> dict[int, int]:
    """Likewise, without those that were refused or are missing: they stay on the order."""
    is_missing = and_(ReturnUnit.reception == Reception.MISSING, ReturnUnit.decision != UnitDecision.ACCEPTED)
    wanted = select(ReturnLine.line_id, func.count(ReturnUnit.id)).join(ReturnUnit)
    return _by_line(session, order, wanted, (*which, ReturnUnit.decision != UnitDecision.REFUSED, ~is_missing))


def _by_line(session: Session, order: Order, wanted: Any, which: tuple[ColumnElement[bool], ...]) -> dict[int, int]:
    found: Any = (
        wanted.join(Return, Return.id == ReturnLine.return_id)
        .join(ReleaseGroup, ReleaseGroup.id == ReturnLine.group_id)
        .where(Return.shop_id == order.shop_id, Return.order_id == order.id, *which)
        .group_by(ReturnLine.line_id)
    )
    rows: Any = session.execute(found)
    return {line: int(units) for line, units in rows}


def declared(session: Session, order: Order) -> dict[int, int]:
    """Units that declarations name which nobody has carried out yet, by line: those that wait for a person too."""
    mine = Withdrawal.shop_id == order.shop_id, Withdrawal.order_id == order.id
    return units_of(session.scalars(select(Withdrawal.lines).where(*mine, Withdrawal.state.in_(WAITING))))


def units_of(said: Iterable[list[dict[str, int]]]) -> dict[int, int]:
    """What the stored lines of declarations come to, by line."""
    found: dict[int, int] = {}
    for lines in said:
        for each in lines:
            found[each["line_id"]] = found.get(each["line_id"], 0) + each["quantity"]
    return found


def untold(session: Session, order: Order) -> dict[int, int]:
    """Units of returns that left the order at Shopify a moment ago, of which its own word has not come back to us."""
    told = _told(order)
    off = [step.group_id for step in _untold_steps(session, order, BOOKING)]
    off += [group for group, refunds in _settled_there(session, order) if not _numbers(refunds) & told]
    return accepted(session, order, (ReleaseGroup.id.in_(off),)) if off else {}


def dropped(session: Session, order: Order) -> dict[int, int]:
    """Likewise, new goods of exchanges that were taken off because nobody paid for them."""
    found: dict[int, int] = {}
    for step in _untold_steps(session, order, (StepKind.DROP_EXCHANGE,)):
        for each in step.input["refund"]["refundLineItems"]:
            line_id = number(each["lineItemId"])
            found[line_id] = found.get(line_id, 0) + each["quantity"]
    return found


def _untold_steps(session: Session, order: Order, kinds: tuple[StepKind, ...]) -> list[Step]:
    """Steps that are done, none of whose refunds Shopify has told us of."""
    done = (
        select(Step)
        .join(Return, Return.id == Step.return_id)
        .where(Return.shop_id == order.shop_id, Return.order_id == order.id)
        .where(Step.kind.in_(kinds), Step.phase == StepState.DONE)
    )
    told = _told(order)
    return [step for step in session.scalars(done) if not _numbers((step.answer or {}).get("refunds", ())) & told]


def _settled_there(session: Session, order: Order) -> list[tuple[int, list[str]]]:
    """Groups that were settled in Shopify's own pages, with the refunds that they were settled by."""
    settled = (
        select(ReleaseGroup.id, ReleaseGroup.shopify_lines)
        .join(Return, Return.id == ReleaseGroup.return_id)
        .where(Return.shop_id == order.shop_id, Return.order_id == order.id, ReleaseGroup.state == GroupState.SETTLED)
    )
    return [(group, known[REFUNDED_THERE]) for group, known in session.execute(settled) if REFUNDED_THERE in known]


def _told(order: Order) -> set[str]:
    return {str(refund) for refund in order.refund_ids}


def _numbers(global_ids: Iterable[str]) -> set[str]:
    return {str(each).rpartition("/")[2] for each in global_ids}
