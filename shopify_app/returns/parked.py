"""Release groups in which nothing moves until a person has looked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.orm import Session

from shopify_app.events import GroupNeedsLook, ReplacementGone, record
from shopify_app.returns import timeline
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup, Step
from shopify_app.returns.states import (
    FINISHED_GROUPS,
    GROUP_MOVES,
    Actor,
    GroupState,
    ReturnState,
    StepState,
)
from shopify_app.returns.steps import ELSEWHERE, IN_FLIGHT, StepKind, drop, move

log = structlog.get_logger(__name__)

BONUS_STEPS = frozenset({StepKind.BONUS_CREDIT, StepKind.BONUS_GIFT_CARD})
MIRROR_STEPS = frozenset(
    {
        StepKind.DISPOSE,
        StepKind.DELIVERY,
        StepKind.CLOSE,
        StepKind.TAKE_BACK,
        StepKind.CANCEL_ORDER,
        StepKind.RELEASE_HOLD,
    }
)
"""Their refusal leaves the money of the group as it is."""


def needs_look(
    session: Session, ret: Return, group: ReleaseGroup, look: Look, facts: Mapping[str, Any], now: datetime
) -> None:
    """Stops the group and puts it on the list, once for each reason; a finished group keeps its state and is listed
    all the same."""
    if group.look == look and group.state == GroupState.NEEDS_LOOK:
        return
    if look is Look.REPLACEMENT_GONE:
        _tell_of_replacement(session, ret, group, now)
        if _asked_again(session, ret):
            return
    if GroupState(group.state) not in FINISHED_GROUPS and group.state != GroupState.NEEDS_LOOK:
        group.state = GROUP_MOVES.check(GroupState(group.state), GroupState.NEEDS_LOOK)
    listed(session, ret, group, look, facts, now)


def stopped(
    session: Session, ret: Return, group: ReleaseGroup, step: Step, look: Look, facts: Mapping[str, Any], now: datetime
) -> None:
    """A step cannot go on by itself. What happens elsewhere than at Shopify never stops the money: it is listed."""
    if step.kind not in ELSEWHERE:
        needs_look(session, ret, group, look, facts, now)
        return
    if step.phase == StepState.UNKNOWN:
        move(step, StepState.REFUSED)  # a person says whether to try again, which looks first
    if step.kind == StepKind.VOID_LABEL:  # a few coins: told, and nobody's task
        timeline.add(session, ret, "label_not_refunded", Actor.CARRIER, now, facts=dict(facts), is_internal=True)
        return
    listed(session, ret, group, Look.LABEL_FAILED, {"code": "NO_ANSWER", "words": facts.get("words", "")}, now)


def listed(
    session: Session, ret: Return, group: ReleaseGroup, look: Look, facts: Mapping[str, Any], now: datetime
) -> None:
    """Puts the group on the list; its money goes on."""
    group.look, group.look_facts = look, dict(facts)
    ret.version += 1
    log.warning("group_needs_look", shop_id=ret.shop_id, group_id=group.id, look=str(look))
    timeline.add(
        session, ret, "needs_look", Actor.CLOCK, now, facts={"group_id": group.id, "look": look}, is_internal=True
    )
    seen = GroupNeedsLook(order_id=ret.order_id, return_id=ret.id, group_id=group.id, look=look)
    record(session, ret.shop_id, seen, now)


def _tell_of_replacement(session: Session, ret: Return, group: ReleaseGroup, now: datetime) -> None:
    timeline.add(session, ret, "replacement_gone", Actor.CLOCK, now, facts={"group_id": group.id})
    record(session, ret.shop_id, ReplacementGone(order_id=ret.order_id, return_id=ret.id), now)


def _asked_again(session: Session, ret: Return) -> bool:
    """As long as nothing of the return exists at Shopify it is a request again: the shopper chooses anew, and it is
    approved once more. Otherwise a person has to find a way."""
    groups = session.query(ReleaseGroup).filter_by(return_id=ret.id).all()
    steps = session.query(Step).filter_by(return_id=ret.id).all()
    is_untouched = all(group.shopify_return_id is None and group.state == GroupState.OPENING for group in groups)
    if ret.state != ReturnState.APPROVED or not is_untouched or any(step.phase in IN_FLIGHT for step in steps):
        return False
    for step in steps:
        if step.phase == StepState.PLANNED:
            drop(step)
    for group in groups:
        group.state = GROUP_MOVES.check(GroupState(group.state), GroupState.WAITING)
    ret.state, ret.approved_at = ReturnState.REQUESTED, None  # no move that anybody could ask for
    ret.version += 1
    return True


def after_refusal(
    session: Session,
    ret: Return,
    group: ReleaseGroup,
    step: Step,
    words: str,
    codes: Sequence[str],
    now: datetime,
) -> None:
    """Shopify refused a step and said why (`said.words`, `said.codes`): a bonus alone, or what only mirrors goods,
    leaves the money settled or on its way; for anything else the whole group waits."""
    if step.kind in BONUS_STEPS:
        grant = session.query(BonusGrant).filter_by(group_id=group.id).one()
        facts = {"bonus": grant.amount, "words": words, "codes": list(codes)}
        timeline.add(session, ret, "bonus_failed", Actor.SHOPIFY, now, facts=facts, is_internal=True)
        needs_look(session, ret, group, Look.BONUS_FAILED, facts, now)
    elif step.kind in ELSEWHERE:
        listed(session, ret, group, Look.LABEL_FAILED, {"words": words, "code": "".join(codes[:1])}, now)
    elif step.kind in MIRROR_STEPS:
        listed(session, ret, group, Look.REFUSED, {"words": words, "step": step.kind}, now)
    else:
        needs_look(session, ret, group, Look.REFUSED, {"words": words, "step": step.kind}, now)
