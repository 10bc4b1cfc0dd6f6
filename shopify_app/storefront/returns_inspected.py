"""The open question after an inspection, as the page of its return shows it."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.pages.parts import Mood
from shopify_app.pages.return_followed import Followed
from shopify_app.pages.return_goods import goods_of, item
from shopify_app.pages.return_inspection import (
    LEAD,
    LOOKING,
    TITLE,
    AskedPart,
    Found,
    Piece,
    WayOut,
    agreed,
    grade_words,
    otherwise,
    until,
    verdict_words,
    ways,
)
from shopify_app.pages.return_links import status_path
from shopify_app.pages.return_page import Photo
from shopify_app.pages.return_status import StatusPage
from shopify_app.pages.texts import plain
from shopify_app.returns.inspecting import asking as inspection_asking
from shopify_app.returns.inspecting import dialogue as inspection
from shopify_app.returns.inspecting.models import InspectionQuestion
from shopify_app.returns.inspecting.states import OPEN_QUESTIONS, QuestionState
from shopify_app.returns.models import Return, ReturnPhoto
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.vocabulary import Outcome
from shopify_app.settings.returns import Payer
from shopify_app.storefront.door import adapters
from shopify_app.storefront.returns_answers import Setting


def with_question(session: Session, setting: Setting, seen: Followed, page: StatusPage) -> StatusPage:
    """The page with the first question that is open, which is then its headline; as it is where none is."""
    waiting = {group.id for group in seen.groups if group.state in inspection.WAITING}
    asked = [
        each
        for each in inspection_asking.of_return(session, seen.ret)
        if each.state in OPEN_QUESTIONS and each.group_id in waiting
    ]
    if not asked:
        return page
    part = asked_part(session, setting, seen.ret, seen.order, asked[0], page.action)
    page = replace(page, parts=page.parts if len(seen.groups) > 1 else ())  # what was agreed is in question
    if asked[0].state == QuestionState.APPEALED:
        return replace(page, asked=part, title=LOOKING, lines=(), mood=Mood.CALM, icon="clock", next=())
    return replace(page, asked=part, title=TITLE, lines=(LEAD,), mood=Mood.LOOK, icon="alert", next=())


def asked_part(
    session: Session, setting: Setting, ret: Return, order: Order, question: InspectionQuestion, action: str
) -> AskedPart:
    """The question with its ways, or, while the shop looks once more, by when it has."""
    found = found_of(session, ret, question)
    group = session.get_one(ReleaseGroup, question.group_id)
    part = AskedPart(
        question=question.id,
        action=f"{action}/inspection",
        pieces=pieces_of(session, setting, ret, order, question),
        agreed=agreed(settlement_from_stored(group.accepted), found.offer),
        reply=plain(_reply(session, question), 2000),
    )
    if question.state == QuestionState.APPEALED:
        by = setting.here.local_day(question.decide_by) if question.decide_by else None
        return replace(part, looked_at_by=by, appeal=plain(question.appeal, 2000))
    shown = ways_of(order, found)
    return replace(part, ways=shown, until=until(setting.here, question.answer_by), otherwise=otherwise(found))


def found_of(session: Session, ret: Return, question: InspectionQuestion) -> Found:
    """What the question offers, as it was put."""
    settings = inspection_asking.terms(session, question)
    group = session.get_one(ReleaseGroup, question.group_id)
    offer, rest = (settlement_from_stored(each) if each else None for each in (question.offer, question.rest))
    return Found(
        offer=offer,
        rest=rest,
        instead=tuple((Outcome(each["outcome"]), settlement_from_stored(each["final"])) for each in question.instead),
        outcome=Outcome(group.outcome),
        would_cost=inspection.would_cost(group, question),
        may_appeal=inspection_asking.may_appeal(session, question),
        pieces=len(inspection.goes_back(ret, group, question)),
        zero=Money.zero(group.currency),
        paid_by=Payer(settings.goods_back_paid_by),
        without_answer=settings.inspection_default,
    )


def ways_of(order: Order, found: Found) -> tuple[WayOut, ...]:
    """Everything that can be answered, with the order's own titles in the sums."""
    return ways(found, {line.shopify_id: plain(line.title, 120) for line in order.lines})


def pieces_of(
    session: Session, setting: Setting, ret: Return, order: Order, question: InspectionQuestion
) -> tuple[Piece, ...]:
    """The pieces that it asks about, with the shop's words and pictures."""
    lines = {line.id: line for line in ret.lines}
    sold = {line.shopify_id: line for line in order.lines}
    goods = goods_of(session, ret.shop_id, [line.product_id for line in ret.lines])
    units = {unit.id: unit for line in ret.lines for unit in line.units}
    shots = _photos(session, setting, ret)
    found = []
    for each in question.units:
        line = lines[each["line"]]
        known, unit = sold.get(line.line_id), units.get(each["unit"])
        shown = item(
            known.title if known else "",
            known.variant_title if known else None,
            1,
            goods.picture(line.product_id, line.variant_id),
        )
        verdict = verdict_words(each["decision"], each["percent"])
        told = plain(unit.told, 2000) if unit is not None else ""
        found.append(Piece(shown, verdict, grade_words(each["grade"]), told, tuple(shots.get(each["unit"], ()))))
    return tuple(found)


def _photos(session: Session, setting: Setting, ret: Return) -> dict[int, list[Photo]]:
    taken = select(ReturnPhoto).where(ReturnPhoto.return_id == ret.id, ReturnPhoto.unit_id.is_not(None))
    base = status_path(adapters().database.keyring, ret.shop_id, ret.id)
    found: dict[int, list[Photo]] = {}
    for row in session.scalars(taken.order_by(ReturnPhoto.id)):
        url = setting.place.path(f"{base}/inspection-photo/{row.id}")
        found.setdefault(row.unit_id or 0, []).append(Photo(row.id, url, row.width, row.height))
    return found


def _reply(session: Session, question: InspectionQuestion) -> str:
    """What the shop answered to the appeal before this question."""
    decided = select(InspectionQuestion).where(
        InspectionQuestion.group_id == question.group_id, InspectionQuestion.decided_at.is_not(None)
    )
    found = session.scalars(decided.order_by(InspectionQuestion.round.desc()).limit(1)).one_or_none()
    return (found.reply if found else None) or ""
