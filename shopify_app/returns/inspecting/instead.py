"""An exchange that would cost more after its inspection becomes a refund or store credit: everything is taken off
Shopify's return, and it is made anew under the terms that the quote offered for that outcome."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from shopify_app.orders.models import Order
from shopify_app.returns import acceptance, stock
from shopify_app.returns.anew import waited_for
from shopify_app.returns.inspecting.models import InspectionQuestion
from shopify_app.returns.inspecting.verdicts import lines_of
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup
from shopify_app.returns.release import groups_of, move
from shopify_app.returns.states import GroupState
from shopify_app.returns.steps import StepKind, plan
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.vocabulary import Outcome
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load
from shopify_app.states import IllegalMove


def become(
    session: Session, ret: Return, group: ReleaseGroup, question: InspectionQuestion, outcome: Outcome, now: datetime
) -> None:
    """The group is what the question offered in the exchange's place. Raises IllegalMove where it offered no such
    thing."""
    offered = next((each for each in question.instead if each["outcome"] == outcome), None)
    if offered is None:
        raise IllegalMove("the exchange", group.outcome, outcome)
    agreed = settlement_from_stored(offered["agreed"])
    lines = lines_of(ret, group)
    for line in lines:
        line.outcome, line.replacement_variant_id = outcome, None
    session.execute(delete(BonusGrant).where(BonusGrant.group_id == group.id, BonusGrant.issued_at.is_(None)))
    move(group, GroupState.OPENING)
    group.outcome, group.accepted, group.final = outcome, offered["agreed"], None
    group.released_at, group.released_by = None, None
    acceptance.cover(session, session.get_one(Order, ret.order_id), group, agreed, lines, now)
    if group.shopify_return_id is not None:
        plan(session, group, StepKind.REMOVE, now, everything=True)
    _keep_aside(session, ret, now)


def _keep_aside(session: Session, ret: Return, now: datetime) -> None:
    """Only what other parts of the return still wait for."""
    wanted = waited_for(ret, groups_of(session, ret))
    stock.release(session, ret.id, now)
    stock.hold(session, ret.shop_id, ret.id, wanted, load(session, ret.shop_id, Returns).hold_replacement_days, now)
