"""What is still to come of a return, where lists say that and not its state: goods of one that is over because it was
paid at approval, an answer about what was found on unpacking, another choice for what is sold out, a payment."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement, String, and_, case, exists, literal_column, or_, select

from shopify_app.returns.balances.models import BalanceDue, BalanceState
from shopify_app.returns.inspecting.models import InspectionQuestion
from shopify_app.returns.inspecting.states import QuestionState
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return, ReturnEntry, ReturnLine, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.states import GroupState, Reception, ReturnState, UnitDecision
from shopify_app.returns.timeline import Told
from shopify_app.returns.vocabulary import MoneyEvent


class StillToCome(StrEnum):
    """How far goods or answer are, in place of the return's own state."""

    AWAITED = "still_awaited"
    ON_ITS_WAY = "still_on_its_way"
    REACHED_US = "still_to_unpack"
    CHOICE = "still_to_choose"
    SECOND_LOOK = "still_to_look"
    ANOTHER_CHOICE = "still_to_choose_anew"
    PAYMENT = "still_to_pay"


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


def _is_asked(*questions: QuestionState) -> ColumnElement[bool]:
    states = [_word(each) for each in (GroupState.OPEN, GroupState.NEEDS_LOOK)]
    return and_(
        Return.state == _word(ReturnState.APPROVED),
        exists()
        .where(InspectionQuestion.return_id == Return.id, InspectionQuestion.state.in_([_word(q) for q in questions]))
        .where(ReleaseGroup.id == InspectionQuestion.group_id, ReleaseGroup.state.in_(states))
        .correlate(Return),
    )


_HAS_EXPECTED = exists().where(
    ReturnLine.return_id == Return.id,
    ReturnUnit.return_line_id == ReturnLine.id,
    ReturnUnit.reception == _word(Reception.EXPECTED),
).correlate(Return)  # fmt: skip
_IS_TO_PAY = and_(
    Return.state == _word(ReturnState.APPROVED),
    exists()
    .where(BalanceDue.return_id == Return.id, BalanceDue.state == _word(BalanceState.OPEN))
    .where(BalanceDue.drop_wanted_at.is_(None))
    .correlate(Return),
    ~_HAS_EXPECTED,
)
_IS_JUDGED = (
    exists()
    .where(ReturnLine.group_id == ReleaseGroup.id, ReturnUnit.return_line_id == ReturnLine.id)
    .where(
        or_(
            ReturnUnit.decision == _word(UnitDecision.REFUSED),
            ReturnUnit.reception == _word(Reception.MISSING),
            ReturnUnit.percent != literal_column("100"),
        )
    )
    .correlate(ReleaseGroup)
)
_PART_IS_GONE = and_(
    Return.state == _word(ReturnState.APPROVED),
    exists()
    .where(ReleaseGroup.return_id == Return.id, ReleaseGroup.state == _word(GroupState.NEEDS_LOOK))
    .where(ReleaseGroup.look == _word(Look.REPLACEMENT_GONE), ReleaseGroup.shopify_return_id.is_(None), ~_IS_JUDGED)
    .correlate(Return),
)
_GONE, _CHOSEN = _word(Told.REPLACEMENT_GONE), _word(Told.REPLACEMENT_CHOSEN)
_IS_GONE = and_(
    Return.state.in_([_word(each) for each in (ReturnState.REQUESTED, ReturnState.MORE_WANTED)]),
    select(ReturnEntry.kind)
    .where(ReturnEntry.return_id == Return.id, ReturnEntry.kind.in_([_GONE, _CHOSEN]))
    .order_by(ReturnEntry.id.desc())
    .limit(literal_column("1"))
    .correlate(Return)
    .scalar_subquery()
    == _GONE,
)


TOLD: ColumnElement[str] = case(
    (_IS_PAID_FIRST, _HOW_FAR),
    (_is_asked(QuestionState.ASKED), _word(StillToCome.CHOICE)),
    (_is_asked(QuestionState.APPEALED), _word(StillToCome.SECOND_LOOK)),
    (or_(_IS_GONE, _PART_IS_GONE), _word(StillToCome.ANOTHER_CHOICE)),
    (_IS_TO_PAY, _word(StillToCome.PAYMENT)),
    else_=Return.state,
)
"""A `ReturnState`, or a `StillToCome` where it was paid for goods that are not here (`Followed.is_paid_first`), or
where its page's headline is a question: after an inspection, what to take for what is sold out, or a payment."""
