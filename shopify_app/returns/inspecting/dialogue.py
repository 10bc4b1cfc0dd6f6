"""The dialogue after an inspection: the shopper takes the reduced sum, has the goods sent back, or appeals once; the
merchant looks again and decides; where nobody answers, the clock does. Each verb ends in `release.wake`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from shopify_app.events import InspectionAppealed, InspectionDecided, InspectionReminded, record
from shopify_app.returns import timeline
from shopify_app.returns.holding import held
from shopify_app.returns.inspecting import asking, sending_back
from shopify_app.returns.inspecting.instead import become
from shopify_app.returns.inspecting.models import InspectionQuestion
from shopify_app.returns.inspecting.states import QUESTION_MOVES, Appealed, QuestionState, Way
from shopify_app.returns.inspecting.verdicts import lines_of
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.moves import words
from shopify_app.returns.reception import WrongPercent
from shopify_app.returns.release import groups_of, move, wake
from shopify_app.returns.states import Actor, Disposition, GroupState, Reception, ReturnState, UnitDecision
from shopify_app.returns.steps import UNFINISHED, StepKind, plan, steps_of
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.timeline import LONGEST_WORDS, By, Told
from shopify_app.returns.units import WHOLE
from shopify_app.returns.vocabulary import WITH_CART, Outcome
from shopify_app.settings.returns import Returns, WithoutAnswer
from shopify_app.settings.store import load
from shopify_app.shipments.calendar import calendar_for
from shopify_app.shops.models import Shop
from shopify_app.states import IllegalMove
from shopify_app.zones import zone_named

REMIND_BEFORE = timedelta(days=1)
WAITING = frozenset({GroupState.OPEN, GroupState.NEEDS_LOOK})
"""States of a group in which an answer still changes something."""
Address = Mapping[str, str]


class LessThanBefore(WrongPercent):
    """A second look never makes it worse."""


def take(
    session: Session,
    ret: Return,
    question_id: int,
    by: By,
    now: datetime,
    *,
    refused_to: Address | None = None,
) -> None:
    """Takes what is offered, which is also the consent to pay what an exchange now costs more. `refused_to`: what was
    refused goes back to that address all the same; None: it stays with the shop. Raises IllegalMove."""
    ret, question, group = _open(session, ret, question_id, QuestionState.ASKED)
    if refused_to is not None:
        refused = [unit for unit in asking.less(ret, group) if unit.decision == UnitDecision.REFUSED]
        if refused:
            sending_back.send_back(session, ret, question, refused, refused_to, now)
    _answered(session, ret, question, QuestionState.TAKEN, Way.TAKE, by, now)
    _on(session, ret, now)


def take_instead(session: Session, ret: Return, question_id: int, outcome: Outcome, by: By, now: datetime) -> None:
    """An exchange that would cost more becomes a refund or store credit. Raises IllegalMove where that is not
    offered."""
    ret, question, group = _open(session, ret, question_id, QuestionState.ASKED)
    _answered(session, ret, question, QuestionState.TAKEN, Way(outcome), by, now)
    become(session, ret, group, question, outcome, now)
    _on(session, ret, now)


def send_back(session: Session, ret: Return, question_id: int, address: Address | None, by: By, now: datetime) -> None:
    """What was accepted at less or refused leaves the return and goes back to its shopper; an exchange that would cost
    more is dropped whole. Raises IllegalMove."""
    ret, question, group = _open(session, ret, question_id, QuestionState.ASKED)
    sending_back.send_back(session, ret, question, goes_back(ret, group, question), address, now)
    _answered(session, ret, question, QuestionState.SENT_BACK, Way.SEND_BACK, by, now)
    _on(session, ret, now)


def appeal(session: Session, ret: Return, question_id: int, text: str, now: datetime) -> InspectionQuestion:
    """The shopper asks for a second look, once for each part of a return; nobody is timed out meanwhile. Raises
    NothingSaid, IllegalMove."""
    ret, question, _ = _open(session, ret, question_id, QuestionState.ASKED)
    said = words(text)[:LONGEST_WORDS]
    if not asking.may_appeal(session, question):
        raise IllegalMove(QUESTION_MOVES.thing, "appealed before", QuestionState.APPEALED)
    question.state = QUESTION_MOVES.check(QuestionState(question.state), QuestionState.APPEALED)
    question.appeal, question.appealed_at, question.way = said, now, Way.APPEAL
    question.decide_by = _working_day(session, ret, now)
    timeline.add(session, ret, Told.INSPECTION_APPEALED, Actor.SHOPPER, now, facts=_facts(question), said=said)
    appealed = InspectionAppealed(order_id=ret.order_id, return_id=ret.id, question_id=question.id)
    record(session, ret.shop_id, appealed, now)
    _on(session, ret, now)
    return question


def decide(
    session: Session,
    ret: Return,
    question_id: int,
    verdict: Appealed,
    percent: Decimal | None,
    reply: str,
    by: By,
    now: datetime,
) -> None:
    """The merchant has looked again: everything is accepted in full, nothing changes, or all that was asked about is
    accepted at `percent`. What is still less is put to the shopper once more, without another appeal. Raises
    NothingSaid, WrongPercent, LessThanBefore, IllegalMove."""
    ret, question, group = _open(session, ret, question_id, QuestionState.APPEALED)
    said = reply.strip() if verdict is Appealed.FULL else words(reply)
    if verdict is not Appealed.KEPT:
        _judge(asking.less(ret, group), WHOLE if verdict is Appealed.FULL else percent, now)
    question.state = QUESTION_MOVES.check(QuestionState(question.state), QuestionState.DECIDED)
    question.verdict, question.reply = verdict, said[:LONGEST_WORDS] or None
    question.decided_at, question.decided_by = now, by.staff
    facts = _facts(question) | {"verdict": str(verdict)}
    timeline.add(session, ret, Told.INSPECTION_DECIDED, by.actor, now, staff=by.staff, facts=facts, said=said)
    if verdict is Appealed.FULL:
        decided = InspectionDecided(order_id=ret.order_id, return_id=ret.id, question_id=question.id)
        record(session, ret.shop_id, decided, now)
    _on(session, ret, now)


def ask(session: Session, ret: Return, by: By, now: datetime) -> int:
    """The merchant puts what was accepted at less or refused to the shopper, also where the shop's setting asks
    nobody, and where a part waits because it would cost more than was agreed. Returns of how many parts. Raises
    IllegalMove where there is nothing to ask."""
    ret = held(session, ret.id)
    groups = [group for group in groups_of(session, ret) if _may_be_asked(session, ret, group)]
    if not groups:
        raise IllegalMove(QUESTION_MOVES.thing, "not there: nothing waits that counts for less", QuestionState.ASKED)
    for group in groups:
        if group.state == GroupState.NEEDS_LOOK:
            move(group, GroupState.OPEN)
        group.released_at, group.released_by = None, None
        plan(session, group, StepKind.ASK, now)
    facts = {"verb": "ask_inspection"}
    timeline.add(session, ret, Told.NOTE, by.actor, now, staff=by.staff, facts=facts, is_internal=True)
    _on(session, ret, now)
    return len(groups)


def remind(session: Session, ret: Return, question_id: int, now: datetime) -> None:
    """Says once more that an answer is awaited. Raises IllegalMove."""
    ret, question, _ = _open(session, ret, question_id, QuestionState.ASKED)
    question.reminded_at = now
    timeline.add(session, ret, Told.INSPECTION_REMINDED, Actor.CLOCK, now, facts=_facts(question))
    reminded = InspectionReminded(order_id=ret.order_id, return_id=ret.id, question_id=question.id)
    record(session, ret.shop_id, reminded, now)


def default(session: Session, ret: Return, question_id: int, now: datetime) -> None:
    """Nobody answered in time. An exchange that would cost more becomes what comes next, for nobody is charged without
    their word; everything else is as the shopper was told when they were asked. Raises IllegalMove."""
    ret, question, group = _open(session, ret, question_id, QuestionState.ASKED)
    way = _by_default(session, group, question)
    _answered(session, ret, question, QuestionState.DEFAULTED, way, By(Actor.CLOCK), now)
    if way is Way.SEND_BACK:
        sending_back.send_back(session, ret, question, goes_back(ret, group, question), None, now)
    elif way is not Way.TAKE:
        become(session, ret, group, question, Outcome(way), now)
    _on(session, ret, now)


def would_cost(group: ReleaseGroup, question: InspectionQuestion) -> bool:
    """Whether the exchange would cost the shopper more than they agreed to."""
    if question.offer is None:
        return False
    return settlement_from_stored(question.offer).due > settlement_from_stored(group.accepted).due


def goes_back(ret: Return, group: ReleaseGroup, question: InspectionQuestion) -> list[ReturnUnit]:
    """Units that go back to the shopper if they say so: those that were asked about. An exchange for new goods, or one
    that would cost more, stands or falls as a whole."""
    if group.outcome not in WITH_CART and not would_cost(group, question):
        return asking.less(ret, group)
    units = [unit for line in lines_of(ret, group) for unit in line.units]
    return [unit for unit in units if unit.reception == Reception.RECEIVED and unit.disposition == Disposition.NONE]


def _by_default(session: Session, group: ReleaseGroup, question: InspectionQuestion) -> Way:
    if would_cost(group, question):
        return Way(question.instead[0]["outcome"]) if question.instead else Way.SEND_BACK
    chosen = asking.terms(session, question).inspection_default
    return Way.SEND_BACK if chosen is WithoutAnswer.SEND_BACK else Way.TAKE


def _judge(units: list[ReturnUnit], percent: Decimal | None, now: datetime) -> None:
    if percent is None or not 0 < percent <= WHOLE:
        raise WrongPercent(str(percent))
    if any(percent < asking.worth(unit) for unit in units):
        raise LessThanBefore(str(percent))
    for unit in units:
        unit.decision, unit.decided_at = UnitDecision.ACCEPTED, now
        unit.percent = None if percent == WHOLE else percent


def _may_be_asked(session: Session, ret: Return, group: ReleaseGroup) -> bool:
    would_cost_more = group.state == GroupState.NEEDS_LOOK and group.look == Look.EXCHANGE_WOULD_COST
    if not (group.state == GroupState.OPEN or would_cost_more) or not asking.less(ret, group):
        return False
    last = asking.latest(session, group)
    is_open = last is not None and last.state in (QuestionState.ASKED, QuestionState.APPEALED)
    return not is_open and not any(step.phase in UNFINISHED for step in steps_of(session, group))


def _answered(
    session: Session, ret: Return, question: InspectionQuestion, to: QuestionState, way: Way, by: By, now: datetime
) -> None:
    question.state = QUESTION_MOVES.check(QuestionState(question.state), to)
    question.way, question.answered_at, question.answered_by = way, now, by.actor
    facts = _facts(question) | {"way": str(way)}
    timeline.add(session, ret, Told.INSPECTION_ANSWERED, by.actor, now, staff=by.staff, facts=facts)


def _facts(question: InspectionQuestion) -> dict[str, int]:
    return {"group_id": question.group_id, "question_id": question.id, "units": len(question.units)}


def _working_day(session: Session, ret: Return, now: datetime) -> datetime:
    """The end of the working day by which the merchant has looked again."""
    shop, days = session.get_one(Shop, ret.shop_id), load(session, ret.shop_id, Returns).check_within_days
    zone = zone_named(shop.timezone)
    day = calendar_for(None, shop.country).add(now.astimezone(zone).date(), days)
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)


def _open(
    session: Session, ret: Return, question_id: int, state: QuestionState
) -> tuple[Return, InspectionQuestion, ReleaseGroup]:
    """The return, held, with its question in that state and the question's part. Raises IllegalMove."""
    ret = held(session, ret.id)
    question = session.get(InspectionQuestion, question_id, populate_existing=True)
    if question is None or question.return_id != ret.id:
        raise IllegalMove(QUESTION_MOVES.thing, "not of this return", "answered")
    group = session.get_one(ReleaseGroup, question.group_id, populate_existing=True)
    if question.state != state or group.state not in WAITING or ret.state != ReturnState.APPROVED:
        raise IllegalMove(QUESTION_MOVES.thing, question.state, "answered")
    return ret, question, group


def _on(session: Session, ret: Return, now: datetime) -> None:
    ret.version += 1
    wake(session, ret, now)
