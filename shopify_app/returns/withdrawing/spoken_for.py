"""Units of an order that are not there to be withdrawn from: in returns, or gone a moment ago. Our rows alone."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, func, select

from shopify_app.db import Session
from shopify_app.orders.models import Order
from shopify_app.returns.models import Return, ReturnLine
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.states import FINISHED_GROUPS, OPEN_RETURNS, GroupState, StepState
from shopify_app.returns.steps import StepKind
from shopify_app.returns.withdrawing.models import WAITING, Withdrawal
from shopify_app.shopify.nodes import number

OPEN = (Return.state.in_(OPEN_RETURNS), ReleaseGroup.state.not_in(FINISHED_GROUPS))
SENT = (*OPEN, ReturnLine.fulfillment_line_id.is_not(None))
UNSENT = (*OPEN, ReturnLine.fulfillment_line_id.is_(None))
SETTLED = (ReleaseGroup.state == GroupState.SETTLED, ReturnLine.fulfillment_line_id.is_not(None))


def in_returns(session: Session, order: Order, which: tuple[ColumnElement[bool], ...]) -> dict[int, int]:
    """Units in release groups of the order, by line."""
    wanted = (
        select(ReturnLine.line_id, func.sum(ReturnLine.quantity))
        .join(Return, Return.id == ReturnLine.return_id)
        .join(ReleaseGroup, ReleaseGroup.id == ReturnLine.group_id)
        .where(Return.shop_id == order.shop_id, Return.order_id == order.id, *which)
        .group_by(ReturnLine.line_id)
    )
    return {line: int(units) for line, units in session.execute(wanted)}


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


def untold(session: Session, order: Order, kinds: tuple[StepKind, ...]) -> dict[int, int]:
    """Units of returns that left the order at Shopify a moment ago, of which its own word has not come back to us."""
    groups = [step.group_id for step in _untold_steps(session, order, kinds)]
    return in_returns(session, order, (ReleaseGroup.id.in_(groups),)) if groups else {}


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
    told = {str(refund) for refund in order.refund_ids}
    return [
        step
        for step in session.scalars(done)
        if not {str(gid).rpartition("/")[2] for gid in (step.answer or {}).get("refunds", ())} & told
    ]
