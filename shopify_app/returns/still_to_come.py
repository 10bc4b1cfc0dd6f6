"""Goods that are still to come of a return that is over, because it was paid at approval: what lists say of it."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, exists

from shopify_app.returns.models import Return, ReturnLine, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.states import Reception, ReturnState
from shopify_app.returns.vocabulary import MoneyEvent


class StillToCome(StrEnum):
    """How far they are, in place of the return's own state."""

    AWAITED = "still_awaited"
    ON_ITS_WAY = "still_on_its_way"
    REACHED_US = "still_to_unpack"


_PAID = (ReleaseGroup.released_by == MoneyEvent.APPROVAL, ReleaseGroup.settled_at.is_not(None))
_IS_AWAITED = (
    exists()
    .where(ReturnLine.return_id == Return.id, ReleaseGroup.id == ReturnLine.group_id, *_PAID)
    .where(ReturnUnit.return_line_id == ReturnLine.id, ReturnUnit.reception == Reception.EXPECTED)
    .correlate(Return)
)
_IS_PAID_FIRST = and_(Return.state == ReturnState.CLOSED, _IS_AWAITED)
TOLD: ColumnElement[str] = case(
    (Return.state != ReturnState.CLOSED, Return.state),
    (and_(_IS_PAID_FIRST, Return.delivered_at.is_not(None)), StillToCome.REACHED_US),
    (and_(_IS_PAID_FIRST, Return.scanned_at.is_not(None)), StillToCome.ON_ITS_WAY),
    (_IS_PAID_FIRST, StillToCome.AWAITED),
    else_=Return.state,
)
"""A `ReturnState`, or a `StillToCome` where it was paid for goods that are not here (`Followed.is_paid_first`)."""
