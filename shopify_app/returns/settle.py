"""A person's hand on the money: settle now, try again, give up, take a bonus back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from shopify_app.returns import timeline
from shopify_app.returns.balances import rows as balances
from shopify_app.returns.bonus import GrantState
from shopify_app.returns.holding import held
from shopify_app.returns.inspecting.verdicts import BY_HAND
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.release import fall_away, grant_of, groups_of, move, void_bonus, wake
from shopify_app.returns.states import FINISHED_GROUPS, GroupState, ReturnState, StepState
from shopify_app.returns.steps import BOOKING, StepKind, drop, may_be_happening, plan, steps_of, try_again
from shopify_app.returns.timeline import By, Told
from shopify_app.states import IllegalMove


def settle_now(session: Session, ret: Return, by: By, now: datetime) -> int:
    """Releases what waits for its money event, and tries again what waits for a person. What is refused or missing is
    not paid; everything else is. Returns how many groups. Raises IllegalMove when nothing can be released."""
    ret = held(session, ret.id)
    if ret.state != ReturnState.APPROVED:
        raise IllegalMove("the return", ret.state, "settled")
    waiting = [
        group
        for group in groups_of(session, ret)
        if group.state in (GroupState.OPENING, GroupState.OPEN, GroupState.NEEDS_LOOK)
    ]
    if not waiting:
        raise IllegalMove("the return", "settled already", "settled")
    for group in waiting:
        if group.released_at is None:
            group.released_by = BY_HAND
        if group.look is not None:
            _again(session, group, now)
    _noted(session, ret, "settle_now", by, now)
    return _on(session, ret, len(waiting), now)


def retry(session: Session, ret: Return, group_id: int, by: By, now: datetime) -> None:
    """A person has cleared the way: what waits for them goes on. A refund made elsewhere that they have seen holds
    nothing up again. Raises IllegalMove for a group that waits for nobody."""
    ret = held(session, ret.id)
    group = next(group for group in groups_of(session, ret) if group.id == group_id)
    if group.look is None:
        raise IllegalMove("the release group", group.state, "tried again")
    _again(session, group, now)
    _noted(session, ret, "retry", by, now)
    _on(session, ret, 1, now)


def give_up(session: Session, ret: Return, group_id: int, by: By, now: datetime) -> None:
    """The group is finished by hand elsewhere: nothing more is sent for it, Shopify's return is closed, a bonus that
    was not given is void. What became of a step that nobody could find out is theirs to say, too. Raises IllegalMove
    while a step of it may be happening."""
    ret = held(session, ret.id)
    group = next(group for group in groups_of(session, ret) if group.id == group_id)
    known = steps_of(session, group)
    if GroupState(group.state) in FINISHED_GROUPS or any(may_be_happening(step) for step in known):
        raise IllegalMove("the release group", group.state, GroupState.FELL_AWAY)
    for step in known:
        if step.phase in (StepState.PLANNED, StepState.REFUSED, StepState.UNKNOWN):
            drop(step)
    is_paid = any(step.kind in BOOKING and step.phase == StepState.DONE for step in known)
    if is_paid:
        move(group, GroupState.SETTLED)
        group.settled_at = now
        void_bonus(session, group)
        balances.handled(session, ret, group, now)
    else:
        fall_away(session, ret, group, now, by.actor)
        if group.shopify_return_id is not None:
            plan(session, group, StepKind.CLOSE, now)
    _on(session, ret, 1, now)


def take_back_bonuses(session: Session, ret: Return, by: By, now: datetime) -> int:
    """Bonuses of this return that were issued are taken back as far as they are unspent; the shortfall is recorded.
    For a return that is reopened, or whose goods turn out wrong. Returns how many."""
    ret = held(session, ret.id)
    count = 0
    for group in groups_of(session, ret):
        grant = grant_of(session, group)
        busy = any(
            step.kind == StepKind.TAKE_BACK and step.phase != StepState.DROPPED for step in steps_of(session, group)
        )
        if grant is not None and grant.state == GrantState.ISSUED and not busy and grant.account_id:
            plan(session, group, StepKind.TAKE_BACK, now)
            count += 1
    if count:
        _noted(session, ret, "take_back", by, now)
    return _on(session, ret, count, now) if count else 0


def _noted(session: Session, ret: Return, verb: str, by: By, now: datetime) -> None:
    timeline.add(session, ret, Told.NOTE, by.actor, now, staff=by.staff, facts={"verb": verb}, is_internal=True)


def _again(session: Session, group: ReleaseGroup, now: datetime) -> None:
    if group.look == Look.REFUND_ELSEWHERE and group.look_facts:
        seen = [*group.shopify_lines.get("seen_refunds", ()), group.look_facts.get("refund")]
        group.shopify_lines = {**group.shopify_lines, "seen_refunds": seen}
    for step in steps_of(session, group):
        is_label = group.look == Look.LABEL_WANTED and step.kind == StepKind.LABEL  # bought by a verb of its own alone
        if step.phase in (StepState.REFUSED, StepState.UNKNOWN, StepState.PLANNED) and not is_label:
            try_again(session, step, now)
    if group.state != GroupState.NEEDS_LOOK:
        group.look, group.look_facts = None, None
    elif group.released_at is not None:
        move(group, GroupState.RELEASED)
    else:
        move(group, GroupState.OPENING if group.shopify_return_id is None else GroupState.OPEN)


def _on(session: Session, ret: Return, count: int, now: datetime) -> int:
    ret.version += 1
    wake(session, ret, now)
    return count
