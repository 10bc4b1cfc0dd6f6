"""Units of an order that are not there to be withdrawn from: in returns, or gone a moment ago. Our rows alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from shopify_app.db import Session
from shopify_app.orders.models import Order
from shopify_app.returns.models import Return, ReturnLine
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.states import FINISHED_GROUPS, OPEN_RETURNS, GroupState, StepState
from shopify_app.returns.steps import BOOKING, StepKind
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.withdrawing.models import WAITING, Withdrawal
from shopify_app.shopify.newest import CLOCKS_DIFFER
from shopify_app.shopify.nodes import number

SETTLED_THERE = "settled_there"
"""In `ReleaseGroup.shopify_lines` of a return that somebody settled in Shopify's own pages: {"refunds": global ids,
"units": [[order line, units]]}."""

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


@dataclass(frozen=True)
class Off:
    """Units by line that the order at Shopify is without since a release group was carried out there, paid for or not.
    Whatever was refused or missing then is none of them, whatever became of it since. `is_untold`: Shopify's own word
    of it has not come back to us."""

    units: Mapping[int, int]
    is_sent: bool
    is_untold: bool


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


def off(session: Session, order: Order) -> tuple[Off, ...]:
    """What returns of ours have taken off the order."""
    booked = {step.group_id: step for step in _done(session, order, BOOKING)}
    wanted = (
        select(ReleaseGroup)
        .join(Return, Return.id == ReleaseGroup.return_id)
        .where(Return.shop_id == order.shop_id, Return.order_id == order.id)
        .where(or_(ReleaseGroup.state == GroupState.SETTLED, ReleaseGroup.id.in_(booked)))
    )
    return tuple(_off(order, group, booked.get(group.id)) for group in session.scalars(wanted))


def units_off(found: Iterable[Off]) -> dict[int, int]:
    """All of them together."""
    return _summed(line for each in found for line in each.units.items())


def _off(order: Order, group: ReleaseGroup, step: Step | None) -> Off:
    there = group.shopify_lines.get(SETTLED_THERE)
    if there is not None:
        is_told = not there["refunds"] or _is_told(order, there["refunds"])
        return Off(_summed(there["units"]), True, not is_told)
    stored = group.final or group.accepted
    accepted = settlement_from_stored(stored).accepted if stored else ()
    is_untold = step is not None and not _is_told(order, _refunds(step)) and not _knows(order, step)
    is_sent = step is None or step.kind != StepKind.TAKE_OFF
    return Off(_summed((each.line_id, len(each.units)) for each in accepted), is_sent, is_untold)


def _summed(units: Iterable[Any]) -> dict[int, int]:
    found: dict[int, int] = {}
    for line, count in units:
        found[line] = found.get(line, 0) + count
    return found


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


def dropped(session: Session, order: Order) -> dict[int, int]:
    """New goods of exchanges that were taken off a moment ago because nobody paid for them, of which Shopify's own word
    has not come back to us."""
    found: dict[int, int] = {}
    for step in _done(session, order, (StepKind.DROP_EXCHANGE,)):
        for each in step.input["refund"]["refundLineItems"] if not _is_told(order, _refunds(step)) else ():
            line_id = number(each["lineItemId"])
            found[line_id] = found.get(line_id, 0) + each["quantity"]
    return found


def _done(session: Session, order: Order, kinds: tuple[StepKind, ...]) -> list[Step]:
    wanted = (
        select(Step)
        .join(Return, Return.id == Step.return_id)
        .where(Return.shop_id == order.shop_id, Return.order_id == order.id)
        .where(Step.kind.in_(kinds), Step.phase == StepState.DONE)
    )
    return list(session.scalars(wanted))


def _knows(order: Order, step: Step) -> bool:
    """Whether the order's own word is of after the step, where no refund came of it that could be told: nobody paid
    anything for an even swap."""
    since = step.attempted_at.replace(microsecond=0) - CLOCKS_DIFFER if step.attempted_at else None
    return not _refunds(step) and since is not None and order.fact_at >= since


def _refunds(step: Step) -> Iterable[str]:
    return (step.answer or {}).get("refunds", ())


def _is_told(order: Order, refunds: Iterable[str]) -> bool:
    """Whether Shopify has told us of one of these refunds, by their global ids."""
    told = {str(refund) for refund in order.refund_ids}
    return bool({str(each).rpartition("/")[2] for each in refunds} & told)
