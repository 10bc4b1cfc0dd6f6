"""Whether the shopper has to be asked before a group's money moves: units were accepted at less, or refused.

Asked of each group by `release.wake`, once everything that frees its money has happened. What is asked is a step
(`inspecting.effect.Ask`), for its sums need Shopify's word; here it is only decided that it is wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.money import Money
from shopify_app.returns.inspecting.models import InspectionQuestion
from shopify_app.returns.inspecting.states import ANSWERED, OPEN_QUESTIONS, QUESTION_MOVES, QuestionState, Way
from shopify_app.returns.inspecting.verdicts import BY_HAND, lines_of
from shopify_app.returns.models import Return, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.states import Disposition, Reception, Source, UnitDecision
from shopify_app.returns.steps import StepKind, plan
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.units import WHOLE
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load, load_as_of


def awaits_word(session: Session, ret: Return, group: ReleaseGroup, now: datetime) -> bool:
    """Whether the group waits for its shopper's word; plans the asking where nobody has asked yet. Settling by hand
    waits for nobody: the merchant answers for the shopper then."""
    last = latest(session, group)
    if group.released_by == BY_HAND:
        if last is not None and last.state in OPEN_QUESTIONS:
            overtake(last)
        return False
    if last is not None and last.state in OPEN_QUESTIONS:
        return True
    if not _is_wanted(session, ret, group, last):
        return False
    plan(session, group, StepKind.ASK, now)
    return True


def latest(session: Session, group: ReleaseGroup) -> InspectionQuestion | None:
    """The last question about the group."""
    asked = select(InspectionQuestion).where(InspectionQuestion.group_id == group.id)
    return session.scalars(asked.order_by(InspectionQuestion.round.desc()).limit(1)).one_or_none()


def of_return(session: Session, ret: Return) -> list[InspectionQuestion]:
    """All questions about a return, oldest first."""
    asked = select(InspectionQuestion).where(
        InspectionQuestion.shop_id == ret.shop_id, InspectionQuestion.return_id == ret.id
    )
    return list(session.scalars(asked.order_by(InspectionQuestion.id)))


def less(ret: Return, group: ReleaseGroup) -> list[ReturnUnit]:
    """Units that are here and count for less than their value, or for nothing; what goes back to its shopper already
    is none of them."""
    return [unit for line in lines_of(ret, group) for unit in line.units if _is_less(unit)]


def verdicts(ret: Return, group: ReleaseGroup) -> list[dict[str, Any]]:
    """The verdicts on `less`, as a question keeps them: {"unit", "line": ids of ours, "decision", "percent", "grade"};
    `percent` a decimal, None for refused ones."""
    return [
        {
            "unit": unit.id,
            "line": unit.return_line_id,
            "decision": str(unit.decision),
            "percent": None if unit.percent is None else f"{unit.percent.normalize():f}",
            "grade": unit.grade,
        }
        for unit in less(ret, group)
    ]


def verdict_changed(session: Session, ret: Return, groups: Sequence[ReleaseGroup]) -> None:
    """Somebody judged units anew: an open question that asks about other verdicts than hold now is overtaken."""
    for group in groups:
        last = latest(session, group)
        if last is not None and last.state in OPEN_QUESTIONS and last.units != verdicts(ret, group):
            overtake(last)


def terms(session: Session, question: InspectionQuestion) -> Returns:
    """The settings that the shopper was told with the question: what happens without an answer, and who pays for goods
    that go back, stay as they were said, whatever the merchant sets afterwards."""
    return load_as_of(session, question.shop_id, Returns, question.asked_at)


def overtake(question: InspectionQuestion) -> None:
    """Nobody waits for its answer any more."""
    question.state = QUESTION_MOVES.check(QuestionState(question.state), QuestionState.OVERTAKEN)


def may_appeal(session: Session, question: InspectionQuestion) -> bool:
    """Once for each group."""
    appealed = select(InspectionQuestion.id).where(
        InspectionQuestion.group_id == question.group_id, InspectionQuestion.appealed_at.is_not(None)
    )
    return session.scalar(appealed.limit(1)) is None


def agreed_due(session: Session, group: ReleaseGroup) -> Money:
    """What the shopper has agreed to pay for the group after its inspection; zero where they were not asked."""
    last = latest(session, group)
    if last is None or last.offer is None or last.state != QuestionState.TAKEN or last.way != Way.TAKE:
        return Money.zero(group.currency)
    return settlement_from_stored(last.offer).due


def _is_wanted(session: Session, ret: Return, group: ReleaseGroup, last: InspectionQuestion | None) -> bool:
    if ret.source == Source.SHOPIFY or not group.accepted or not less(ret, group):
        return False
    if last is not None and last.state in ANSWERED and _is_covered(last, less(ret, group)):
        return False
    if last is not None and last.state == QuestionState.DECIDED:
        return True  # who appealed is always told how it ended
    return load(session, ret.shop_id, Returns).inspection_dialogue


def _is_covered(question: InspectionQuestion, units: Sequence[ReturnUnit]) -> bool:
    """Whether what was answered holds for verdicts that are no worse than those that were asked about."""
    asked = {each["unit"]: Decimal(each["percent"] or 0) for each in question.units}
    return all(unit.id in asked and worth(unit) >= asked[unit.id] for unit in units)


def worth(unit: ReturnUnit) -> Decimal:
    """In percent of its value."""
    if unit.decision == UnitDecision.REFUSED:
        return Decimal(0)
    return WHOLE if unit.percent is None else unit.percent


def _is_less(unit: ReturnUnit) -> bool:
    is_here = unit.reception == Reception.RECEIVED and unit.disposition != Disposition.SENT_BACK
    return is_here and unit.decision != UnitDecision.PENDING and worth(unit) < WHOLE
