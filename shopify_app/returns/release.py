"""What a release group needs next: plans the one step that its state and its units ask for, and wakes a worker.

A group has at most one unfinished step at a time; the next is planned in the transaction that finishes the last.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.events import GroupSettled, ReturnClosed, record
from shopify_app.money import Money
from shopify_app.returns import mirror, stock, timeline
from shopify_app.returns.balances import rows as balances
from shopify_app.returns.balances.models import BalanceDue, BalanceState
from shopify_app.returns.bonus import GrantState
from shopify_app.returns.changing import given_up
from shopify_app.returns.inspecting.asking import awaits_word
from shopify_app.returns.inspecting.verdicts import BY_HAND, accepted_units, asks_for, is_released, lines_of
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup, Step
from shopify_app.returns.states import (
    FINISHED_GROUPS,
    GROUP_MOVES,
    RETURN_MOVES,
    Actor,
    Disposition,
    GroupState,
    Reception,
    ReturnState,
    Source,
    StepState,
    UnitDecision,
)
from shopify_app.returns.steps import IN_FLIGHT, StepKind, drop, plan, steps_of
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.withdrawing import groups as withdrawn
from shopify_app.settings import store
from shopify_app.settings.returns import BonusAs, Returns

SHOPIFY_LETS_GO = timedelta(minutes=1)
"""How long Shopify has to lift its own hold after a payment, before we look whether it did."""
_PENDING = (StepState.PLANNED, *IN_FLIGHT, StepState.REFUSED)
AGREED = "agreed"
"""In `ReleaseGroup.shopify_lines` of a return that was begun at Shopify: the merchant has agreed to it there."""
FELL_AWAY, CLOSED_THERE, EMPTY_THERE = "fell_away", "closed", "empty"
"""In `ReleaseGroup.shopify_lines`: how Shopify's return of a group that fell away was left, for its being reopened."""
MONEY_STEPS = frozenset(
    {StepKind.CREATE, StepKind.ASK, StepKind.REMOVE, StepKind.PROCESS, StepKind.BONUS_CREDIT, StepKind.BONUS_GIFT_CARD,
     StepKind.CANCEL, StepKind.REOPEN, StepKind.APPROVE, StepKind.DECLINE, StepKind.TAKE_OFF,
     StepKind.REFUND_DELIVERY, StepKind.DROP_EXCHANGE}
)  # fmt: skip
"""Steps that a group waits for; the others only mirror what happened to goods."""


def wake(session: Session, ret: Return, now: datetime) -> None:
    """Plans what the groups' states ask for. Called by every verb after it changed something; does nothing twice."""
    session.flush()
    groups = groups_of(session, ret)
    for group in groups:
        _settle_forward(session, ret, group, now)
        mirror.plan_mirrors(session, ret, group, now)
    _close(session, ret, groups, now)


def groups_of(session: Session, ret: Return) -> list[ReleaseGroup]:
    """The return's groups in their order."""
    wanted = select(ReleaseGroup).where(ReleaseGroup.return_id == ret.id).order_by(ReleaseGroup.position)
    return list(session.scalars(wanted))


def move(group: ReleaseGroup, state: GroupState) -> None:
    """Raises IllegalMove. Whatever a person had to look at is settled by it."""
    group.state = GROUP_MOVES.check(GroupState(group.state), state)
    group.look, group.look_facts = None, None


def fall_away(session: Session, ret: Return, group: ReleaseGroup, now: datetime, actor: Actor = Actor.CLOCK) -> None:
    """Nothing of the group was accepted, or it was finished elsewhere: nothing is charged, its bonus is void."""
    move(group, GroupState.FELL_AWAY)
    group.released_at, group.released_by = None, None
    left = any(known["quantity"] for name, known in group.shopify_lines.items() if name.isdigit())
    group.shopify_lines = {**group.shopify_lines, FELL_AWAY: CLOSED_THERE if left else EMPTY_THERE}
    void_bonus(session, group)
    timeline.add(session, ret, "fell_away", actor, now, facts={"group_id": group.id})


def cancelled(session: Session, group: ReleaseGroup) -> None:
    """The group is off."""
    move(group, GroupState.CANCELLED)
    void_bonus(session, group)


def void_bonus(session: Session, group: ReleaseGroup) -> None:
    """A bonus that was promised and never given counts under no cap."""
    grant = grant_of(session, group)
    if grant is not None and grant.state in (GrantState.PROMISED, GrantState.VESTED):
        grant.state = GrantState.VOID


def grant_of(session: Session, group: ReleaseGroup) -> BonusGrant | None:
    """The group's bonus, if one was promised."""
    return session.scalars(select(BonusGrant).where(BonusGrant.group_id == group.id)).one_or_none()


def settled(session: Session, ret: Return, group: ReleaseGroup, now: datetime) -> None:
    """Everything owed for the group was confirmed by Shopify."""
    move(group, GroupState.SETTLED)
    group.settled_at = now
    final = group.final or group.accepted
    told = {"group_id": group.id, "outcome": group.outcome, "back": final["back"]["amount"]}
    timeline.add(session, ret, "settled", Actor.CLOCK, now, facts=told)
    done = GroupSettled(order_id=ret.order_id, return_id=ret.id, group_id=group.id)
    record(session, ret.shop_id, done, now)


def _settle_forward(session: Session, ret: Return, group: ReleaseGroup, now: datetime) -> None:
    """As far as the group can go without Shopify; then one step."""
    if ret.state == ReturnState.CANCELLED:
        _call_off(session, group, now)
        return
    if ret.state == ReturnState.DECLINED and ret.source == Source.SHOPIFY:
        _decline(session, group, now)
    if ret.state != ReturnState.APPROVED:
        return
    if group.state == GroupState.WAITING:
        move(group, GroupState.OPENING)
    if _is_busy(session, group) or given_up.holds_up(session, ret, group, now):
        return
    if group.state == GroupState.OPENING:
        _make(session, ret, group, now)
    if group.state == GroupState.OPEN and is_released(ret, group) and not awaits_word(session, ret, group, now):
        _release(session, ret, group, now)
    if group.state in (GroupState.RELEASED, GroupState.AWAITING_PAYMENT):
        _pay(session, ret, group, now)


def _is_busy(session: Session, group: ReleaseGroup) -> bool:
    return any(step.phase in _PENDING and step.kind in MONEY_STEPS for step in steps_of(session, group))


def _make(session: Session, ret: Return, group: ReleaseGroup, now: datetime) -> None:
    """Shopify's return: what was refused before it came to that is never part of it."""
    fell_away = group.shopify_lines.get(FELL_AWAY)
    if fell_away:
        _begin_again(ret, group, fell_away)
    if fell_away == CLOSED_THERE and group.shopify_return_id is not None:
        plan(session, group, StepKind.REOPEN, now)
    elif group.shopify_return_id is not None and ret.source == Source.SHOPIFY and not group.shopify_lines.get(AGREED):
        plan(session, group, StepKind.APPROVE, now)
    elif group.shopify_return_id is not None or withdrawn.is_unsent(ret, group):
        move(group, GroupState.OPEN)
    elif any(asks_for(group, line) for line in lines_of(ret, group)):
        plan(session, group, StepKind.CREATE, now)
    else:
        fall_away(session, ret, group, now)


def _begin_again(ret: Return, group: ReleaseGroup, left: str) -> None:
    """A group that had fallen away is opened again: its refused and missing units are awaited anew."""
    for line in lines_of(ret, group):
        for unit in line.units:
            if unit.decision == UnitDecision.REFUSED:
                unit.decision, unit.decided_at, unit.percent = UnitDecision.PENDING, None, None
            if unit.reception == Reception.MISSING or unit.disposition == Disposition.SENT_BACK:
                unit.reception, unit.disposition = Reception.EXPECTED, Disposition.NONE
    kept = {name: value for name, value in group.shopify_lines.items() if name != FELL_AWAY}
    if left == EMPTY_THERE:
        group.shopify_return_id = None
        kept = {name: value for name, value in kept.items() if not name.isdigit() and name != "exchange"}
    group.shopify_lines = kept


def _release(session: Session, ret: Return, group: ReleaseGroup, now: datetime) -> None:
    by = BY_HAND if group.released_by == BY_HAND else group.money_event
    move(group, GroupState.RELEASED)
    if group.released_at is None:
        group.released_at, group.released_by = now, by
        timeline.add(session, ret, "released", Actor.RULE, now, facts={"group_id": group.id, "event": by})


def _pay(session: Session, ret: Return, group: ReleaseGroup, now: datetime) -> None:
    """What is not accepted leaves Shopify's return, the rest is processed with its money, then the bonus is given."""
    known = steps_of(session, group)
    if not any(_is_done(known, kind) for kind in (StepKind.PROCESS, StepKind.TAKE_OFF)):
        if withdrawn.is_unsent(ret, group):
            plan(session, group, StepKind.TAKE_OFF, now)
        elif mirror.surplus(ret, group):
            plan(session, group, StepKind.REMOVE, now)
        elif not any(accepted_units(line) for line in lines_of(ret, group)):
            fall_away(session, ret, group, now)
        else:
            plan(session, group, StepKind.PROCESS, now)
        return
    if _awaits_payment(session, ret, group, known, now):
        return
    grant = grant_of(session, group)
    if grant is not None and grant.state == GrantState.VESTED:
        plan(session, group, _bonus_kind(session, group), now)
    elif withdrawn.owes_delivery(session, ret, group) and not _is_over(known, StepKind.REFUND_DELIVERY):
        plan(session, group, StepKind.REFUND_DELIVERY, now)
    else:
        settled(session, ret, group, now)
        is_last = all(GroupState(each.state) in FINISHED_GROUPS for each in groups_of(session, ret))
        if is_last and withdrawn.ends_order(session, ret) and not _is_over(known, StepKind.CANCEL_ORDER):
            plan(session, group, StepKind.CANCEL_ORDER, now)


def _awaits_payment(session: Session, ret: Return, group: ReleaseGroup, known: list[Step], now: datetime) -> bool:
    """Whether the new goods are held until their shopper has paid the rest. An exchange that is to be dropped gets its
    step; goods that wait for nothing any more are let go."""
    balance = balances.of_group(session, group)
    process = next((each for each in known if each.kind == StepKind.PROCESS and each.phase == StepState.DONE), None)
    if balance is None and process is not None:
        balance = balances.fall_due(session, ret, group, process, now)
    if balance is None or not balance.is_open:
        _let_go(session, group, known, balance, now)
        return False
    if group.state != GroupState.AWAITING_PAYMENT:
        move(group, GroupState.AWAITING_PAYMENT)
    if balance.drop_wanted_at is not None:
        plan(session, group, StepKind.DROP_EXCHANGE, now)
    return True


def _let_go(
    session: Session, group: ReleaseGroup, known: list[Step], balance: BalanceDue | None, now: datetime
) -> None:
    """Shopify lifts its hold when a balance is paid, and never when it is waived."""
    if any(step.kind == StepKind.RELEASE_HOLD for step in known):
        return
    is_paid = balance is not None and balance.state == BalanceState.PAID
    is_waived = balance.state == BalanceState.WAIVED if balance else bool(_waived(group))
    if is_paid or is_waived:
        step = plan(session, group, StepKind.RELEASE_HOLD, now)
        step.due_at = now + SHOPIFY_LETS_GO if is_paid else now


def _waived(group: ReleaseGroup) -> Money:
    return balances.settlement_of(group).waived if group.accepted else Money.zero(group.currency)


def _bonus_kind(session: Session, group: ReleaseGroup) -> StepKind:
    if group.outcome != Outcome.STORE_CREDIT:
        raise ValueError("only store credit carries a bonus that is given apart")
    manner = store.load(session, group.shop_id, Returns).bonus_as
    return StepKind.BONUS_GIFT_CARD if manner is BonusAs.GIFT_CARD else StepKind.BONUS_CREDIT


def _is_done(known: list[Step], kind: StepKind) -> bool:
    return any(step.kind == kind and step.phase == StepState.DONE for step in known)


def _is_over(known: list[Step], kind: StepKind) -> bool:
    """Whether it was done, or found to be nothing that has to be done."""
    return any(step.kind == kind and step.phase in (StepState.DONE, StepState.DROPPED) for step in known)


def _call_off(session: Session, group: ReleaseGroup, now: datetime) -> None:
    """The request was cancelled: what was only planned is dropped, Shopify's return is cancelled too. What may be
    happening right now is waited for."""
    if GroupState(group.state) in FINISHED_GROUPS:
        return
    known = steps_of(session, group)
    if any(step.phase in IN_FLIGHT for step in known):
        return
    for step in known:
        if step.phase in (StepState.PLANNED, StepState.REFUSED) and step.kind != StepKind.CANCEL:
            drop(step)
    if any(_is_done(known, kind) for kind in (StepKind.PROCESS, StepKind.TAKE_OFF)):
        return
    if group.shopify_return_id is None:
        cancelled(session, group)
    elif not any(step.kind == StepKind.CANCEL and step.phase in _PENDING for step in known):
        plan(session, group, StepKind.CANCEL, now)


def _decline(session: Session, group: ReleaseGroup, now: datetime) -> None:
    """A request that was made at Shopify is declined there too."""
    known = steps_of(session, group)
    if group.shopify_return_id is not None and not any(step.kind == StepKind.DECLINE for step in known):
        plan(session, group, StepKind.DECLINE, now)


def _close(session: Session, ret: Return, groups: list[ReleaseGroup], now: datetime) -> None:
    """An approved return of which every group is finished is closed."""
    if ret.state != ReturnState.APPROVED or not groups:
        return
    if all(GroupState(group.state) in FINISHED_GROUPS for group in groups):
        ret.state = RETURN_MOVES.check(ReturnState(ret.state), ReturnState.CLOSED)
        ret.closed_at = now
        ret.version += 1
        stock.release(session, ret.id, now)
        timeline.add(session, ret, "closed", Actor.CLOCK, now)
        record(session, ret.shop_id, ReturnClosed(order_id=ret.order_id, return_id=ret.id), now)
