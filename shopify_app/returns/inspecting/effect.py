"""Asking the shopper about an inspection, as a step: its sums need Shopify's word, and nothing leaves us by it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shopify_app.events import InspectionAsked, record
from shopify_app.returns import timeline
from shopify_app.returns.inspecting import asking
from shopify_app.returns.inspecting import offers as inspection_offers
from shopify_app.returns.inspecting.models import InspectionQuestion
from shopify_app.returns.inspecting.states import QuestionState
from shopify_app.returns.inspecting.verdicts import BY_HAND
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.outgoing import Answer, NeedsLook, NotWanted, Ready, Workbench
from shopify_app.returns.states import Actor, GroupState, ReturnState
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.timeline import Told
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load


class Ask:
    """The settlement for the verdicts is reckoned as it would be carried out, and put to the shopper."""

    def prepare(self, bench: Workbench) -> Ready:
        returnable = bench.admin.returnable_order(bench.order.shopify_id)
        if returnable is None:
            raise NeedsLook(Look.ORDER_GONE)
        with bench.ground.database.read() as session:
            ret, group = session.get_one(Return, bench.ret.id), session.get_one(ReleaseGroup, bench.group.id)
            units = asking.verdicts(ret, group)
            if not units or not _is_askable(ret, group):
                raise NotWanted
            offers = inspection_offers.offers(session, bench, returnable)
        return Ready({"units": units, **offers.as_stored()})

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        """Nothing leaves: the mail follows from the question's event."""
        return {}

    def look_back(self, bench: Workbench) -> Answer | None:
        """What was reckoned is in the step, and asking is writing it down."""
        return {}

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        ret, wanted = session.get_one(Return, group.return_id), bench.step.input
        if not _is_askable(ret, group) or wanted["units"] != asking.verdicts(ret, group):
            return  # judged anew meanwhile: `release.wake` asks again
        _ask(session, ret, group, wanted, bench.ground.clock.now())


def _is_askable(ret: Return, group: ReleaseGroup) -> bool:
    """Whoever settles by hand meanwhile waits for nobody."""
    return ret.state == ReturnState.APPROVED and group.state == GroupState.OPEN and group.released_by != BY_HAND


def _ask(session: Session, ret: Return, group: ReleaseGroup, wanted: Mapping[str, Any], now: datetime) -> None:
    settings = load(session, ret.shop_id, Returns)
    asked = select(func.count()).select_from(InspectionQuestion).where(InspectionQuestion.group_id == group.id)
    question = InspectionQuestion(
        shop_id=ret.shop_id,
        return_id=ret.id,
        group_id=group.id,
        round=(session.scalar(asked) or 0) + 1,
        state=QuestionState.ASKED,
        units=wanted["units"],
        offer=wanted["offer"],
        rest=wanted["rest"],
        instead=wanted["instead"],
        asked_at=now,
        answer_by=now + timedelta(days=settings.inspection_answer_days),
    )
    session.add(question)
    session.flush()
    ret.version += 1
    told = {"group_id": group.id, "question_id": question.id, "units": len(question.units)}
    told |= {"was": settlement_from_stored(group.accepted).comes_to.amount, "gets": _gets(question)}
    timeline.add(session, ret, Told.INSPECTION_ASKED, Actor.MERCHANT, now, facts=told)
    happened = InspectionAsked(order_id=ret.order_id, return_id=ret.id, question_id=question.id)
    record(session, ret.shop_id, happened, now)


def _gets(question: InspectionQuestion) -> int:
    return settlement_from_stored(question.offer).comes_to.amount if question.offer else 0
