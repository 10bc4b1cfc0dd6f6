"""Goods that are still to come of a return that is over, because it was paid at approval: what lists say of it."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement, String, and_, case, exists, literal_column

from shopify_app.returns.models import Return, ReturnLine, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.states import Reception, ReturnState
from shopify_app.returns.vocabulary import MoneyEvent


class StillToCome(StrEnum):
    """How far they are, in place of the return's own state."""

    AWAITED = "still_awaited"
    ON_ITS_WAY = "still_on_its_way"
    REACHED_US = "still_to_unpack"


def _word(value: StrEnum) -> ColumnElement[str]:
    """A word of the statement: what is handed over is written into it each time."""
    return literal_column(f"'{value}'", String)


_PAID = (ReleaseGroup.released_by == _word(MoneyEvent.APPROVAL), ReleaseGroup.settled_at.is_not(None))
_IS_AWAITED = (
    exists()
    .where(ReturnLine.return_id == Return.id, ReleaseGroup.id == ReturnLine.group_id, *_PAID)
    .where(ReturnUnit.return_line_id == ReturnLine.id, ReturnUnit.reception == _word(Reception.EXPECTED))
    .correlate(Return)
)
_HOW_FAR = case(
    (Return.delivered_at.is_not(None), _word(StillToCome.REACHED_US)),
    (Return.scanned_at.is_not(None), _word(StillToCome.ON_ITS_WAY)),
    else_=_word(StillToCome.AWAITED),
)
_IS_PAID_FIRST = and_(Return.state == _word(ReturnState.CLOSED), _IS_AWAITED)
TOLD: ColumnElement[str] = case((_IS_PAID_FIRST, _HOW_FAR), else_=Return.state)
"""A `ReturnState`, or a `StillToCome` where it was paid for goods that are not here (`Followed.is_paid_first`)."""
