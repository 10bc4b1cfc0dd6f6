"""What Shopify still holds of what was agreed before a change: it is taken off before anything is made in its place.

The mark stays in `ReleaseGroup.shopify_lines` until Shopify's return is empty or cancelled, so that whatever stops the
step, a refusal, a lost answer or a person's hand, it is tried again and nothing is ever paid on the old return.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.returns.inspecting.verdicts import lines_of
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.states import FINISHED_GROUPS, GROUP_MOVES, GroupState
from shopify_app.returns.steps import StepKind, plan

GIVEN_UP = "given_up"
_CHANGED = "changed"


def give_up(group: ReleaseGroup) -> None:
    """Marks what Shopify holds of the group; `release.wake` has it taken off."""
    group.shopify_lines = {**group.shopify_lines, GIVEN_UP: True}


def is_given_up(group: ReleaseGroup) -> bool:
    """Whether Shopify's return of the group is of what was agreed before, and living."""
    is_over = GroupState(group.state) in FINISHED_GROUPS
    return not is_over and group.shopify_return_id is not None and GIVEN_UP in group.shopify_lines


def holds_up(session: Session, ret: Return, group: ReleaseGroup, now: datetime) -> bool:
    """Whether the group waits for what was given up; where it is the group's own, plans the step that takes it off:
    a group that has no lines any more is cancelled at Shopify, any other is emptied to be made anew."""
    if is_given_up(group):
        _take_off(session, ret, group, now)
        return True
    if group.state != GroupState.OPENING or group.shopify_return_id is not None:
        return False
    others = select(ReleaseGroup).where(ReleaseGroup.return_id == ret.id, ReleaseGroup.id != group.id)
    return any(is_given_up(each) for each in session.scalars(others))


def made_since(known: Sequence[Step]) -> int:
    """How often Shopify's return of a group was made for what is agreed now; `known` are its steps in their order."""
    changes = [place for place, step in enumerate(known) if step.input.get(_CHANGED)]
    return sum(step.kind == StepKind.CREATE for step in known[changes[-1] if changes else 0 :])


def _take_off(session: Session, ret: Return, group: ReleaseGroup, now: datetime) -> None:
    if group.state == GroupState.OPEN:
        group.state = GROUP_MOVES.check(GroupState.OPEN, GroupState.OPENING)
    if group.state != GroupState.OPENING:
        return
    if lines_of(ret, group):
        plan(session, group, StepKind.REMOVE, now, everything=True, **{_CHANGED: True})
    else:
        plan(session, group, StepKind.CANCEL, now)
