"""Questions after an inspection that nobody has answered: reminded of a day before the end, then decided by what the
merchant has set."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.queue import celery
from shopify_app.returns.inspecting import dialogue as inspection
from shopify_app.returns.inspecting.asking import overtake
from shopify_app.returns.inspecting.models import InspectionQuestion
from shopify_app.returns.inspecting.states import QuestionState
from shopify_app.returns.models import Return
from shopify_app.shops.models import Shop, ShopState
from shopify_app.states import IllegalMove
from shopify_app.wiring import Adapters

log = structlog.get_logger(__name__)

MOST = 100
"""Questions that one pass takes; the next is a few minutes away."""
WORTH_REMINDING = timedelta(days=2)
"""Who has less time than this from the question on is not reminded of it."""


@celery.task(name="jobs.answer_inspections", bind=True)
def answer_inspections(self: Any) -> None:
    """One pass."""
    look_at_questions(self.app.adapters)


def look_at_questions(adapters: Adapters) -> int:
    """Reminds and decides, each question in a transaction of its own, so that one which fails keeps no other waiting;
    how many there were."""
    now = adapters.clock.now()
    with adapters.database.read() as session:
        due = _due(session, now)
    for question_id in due:
        try:
            with adapters.database.write() as session:
                _look_at(session, question_id, now)
        except Exception as failure:  # the boundary of one question
            log.error("question_left_open", question=question_id, exc_info=failure)
    return len(due)


def _due(session: Session, now: datetime) -> list[int]:
    soon = InspectionQuestion.answer_by <= now + inspection.REMIND_BEFORE
    is_news = InspectionQuestion.reminded_at.is_(None) | (InspectionQuestion.answer_by <= now)
    asked = select(InspectionQuestion.id).join(Shop, Shop.id == InspectionQuestion.shop_id)
    asked = asked.where(Shop.state != ShopState.UNINSTALLED)  # in whose name nothing is decided any more
    asked = asked.where(InspectionQuestion.state == QuestionState.ASKED, soon, is_news)
    return list(session.scalars(asked.order_by(InspectionQuestion.answer_by).limit(MOST)))


def _look_at(session: Session, question_id: int, now: datetime) -> None:
    question = session.get_one(InspectionQuestion, question_id)
    ret = session.get_one(Return, question.return_id)
    try:
        if question.answer_by <= now:
            inspection.default(session, ret, question.id, now)
        elif question.answer_by - question.asked_at >= WORTH_REMINDING:
            inspection.remind(session, ret, question.id, now)
        else:
            question.reminded_at = now  # asked only yesterday
    except IllegalMove as over:  # called off or finished elsewhere: nobody waits for an answer
        log.info("question_overtaken", shop_id=ret.shop_id, question=question_id, error=str(over))
        session.refresh(question)
        if question.state == QuestionState.ASKED:
            overtake(question)
