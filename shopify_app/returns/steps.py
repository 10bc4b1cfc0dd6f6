"""Outgoing effects as rows: planned in the transaction of what asks for them, claimed by lease, carried out once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.orm import Session

from shopify_app.leases import WorkState
from shopify_app.queue import send_after_commit
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.states import STEP_MOVES, StepState


class StepKind(StrEnum):
    """What a step does at Shopify."""

    CREATE = "create"  # returnCreate
    REMOVE = "remove"  # removeFromReturn: refused units, or everything before it is made anew
    PROCESS = "process"  # returnProcess: lines and money in one call
    BONUS_CREDIT = "bonus_credit"  # storeCreditAccountCredit
    BONUS_GIFT_CARD = "bonus_gift_card"  # giftCardCreate
    TAKE_BACK = "take_back"  # storeCreditAccountDebit, of a bonus
    CANCEL = "cancel"  # returnCancel
    CLOSE = "close"  # returnClose
    REOPEN = "reopen"  # returnReopen
    DELIVERY = "delivery"  # reverseDeliveryCreateWithShipping
    LABEL = "label"  # not at Shopify: a label is bought from a provider
    VOID_LABEL = "void_label"  # not at Shopify: the postage of a label that nobody needs is asked back
    DISPOSE = "dispose"  # reverseFulfillmentOrderDispose
    APPROVE = "approve"  # returnApproveRequest, of a request made at Shopify
    DECLINE = "decline"  # returnDeclineRequest, of the same
    TAKE_OFF = "take_off"  # refundCreate: what has not been sent leaves the order, with its money
    REFUND_DELIVERY = "refund_delivery"  # refundCreate of the delivery alone, on a whole withdrawal
    DROP_EXCHANGE = "drop_exchange"  # refundCreate: unpaid new goods leave the order, own money goes back
    RELEASE_HOLD = "release_hold"  # fulfillmentOrderReleaseHold: goods that waited for a payment may be sent
    ASK = "ask"  # not at Shopify: the shopper is asked what becomes of units accepted at less
    CANCEL_ORDER = "cancel_order"  # orderCancel, once nothing is left of it
    NO_RECEIPT_CREDIT = "no_receipt_credit"  # storeCreditAccountCredit, without any order; never a refund


TASK = "jobs.carry_out"
IN_FLIGHT = (StepState.ATTEMPTED, StepState.UNKNOWN)
"""It may have happened: nothing else of the same order's money moves before it is known."""
ELSEWHERE = (StepKind.LABEL, StepKind.VOID_LABEL)
"""Steps that change nothing at Shopify: what was read there stays true beside them, and no money waits for them."""
UNFINISHED = (StepState.PLANNED, *IN_FLIGHT, StepState.REFUSED)
BOOKING = (StepKind.PROCESS, StepKind.TAKE_OFF)
"""Steps that book goods and their money at Shopify."""
BOOKED = (*IN_FLIGHT, StepState.DONE)
"""Phases in which a step has happened, or may have."""


def plan(session: Session, group: ReleaseGroup, kind: StepKind, now: datetime, **wanted: Any) -> Step:
    """Writes the step and wakes a worker when the transaction commits. `wanted` is what the worker must know besides
    the rows; what is sent is settled when it is attempted. Keys count up by kind: ``create``, ``create.2`` ..."""
    known = steps_of(session, group)
    count = sum(1 for step in known if step.kind == kind) + 1
    step = Step(
        shop_id=group.shop_id,
        return_id=group.return_id,
        group_id=group.id,
        kind=kind,
        key=str(kind) if count == 1 else f"{kind}.{count}",
        position=len(known) + 1,
        input=dict(wanted),
        planned_at=now,
        due_at=now,
    )
    session.add(step)
    session.flush()
    send_after_commit(session, TASK, step.id)
    return step


def steps_of(session: Session, group: ReleaseGroup) -> list[Step]:
    """The group's steps in the order in which they were planned."""
    return list(session.scalars(select(Step).where(Step.group_id == group.id).order_by(Step.position)))


def created_by() -> ColumnElement[int]:
    """A column beside release groups: the step that makes the newest of their returns at Shopify, if there is one."""
    wanted = select(func.max(Step.id)).where(Step.group_id == ReleaseGroup.id, Step.kind == StepKind.CREATE)
    return wanted.correlate(ReleaseGroup).scalar_subquery().label("created_by")


def note_of(step: Step) -> str:
    """How a step is named in every note that Shopify keeps for us."""
    return f"step-{step.id}"


def move(step: Step, phase: StepState) -> None:
    """Raises IllegalMove."""
    step.phase = STEP_MOVES.check(StepState(step.phase), phase)


def may_be_happening(step: Step) -> bool:
    """Whether a worker may be sending it, or has still to find out what it did. What a person was asked about rests."""
    is_left = step.phase == StepState.UNKNOWN and step.state == WorkState.PARKED
    return step.phase in IN_FLIGHT and not is_left


def drop(step: Step) -> None:
    """A step that is no longer wanted: nothing of it can have happened, or a person has dealt with what did."""
    move(step, StepState.DROPPED)
    step.state, step.lease_until, step.lease_token = WorkState.DONE, None, None


def try_again(session: Session, step: Step, now: datetime) -> None:
    """A person has cleared the way: a refused step is planned anew, an undecided one is read back from the start, so
    that it is sent again once the reads agree that it did not happen."""
    if step.phase == StepState.REFUSED:
        move(step, StepState.PLANNED)
    step.state, step.due_at, step.attempts, step.error, step.looked_back = WorkState.PENDING, now, 0, None, 0
    send_after_commit(session, TASK, step.id)


def resume(session: Session, shop_id: int, now: datetime) -> int:
    """The shop lets us in again: what was parked for it is work again. Returns how many steps."""
    waiting = select(Step.id).where(
        Step.shop_id == shop_id, Step.phase.in_((StepState.PLANNED, *IN_FLIGHT)), Step.state != WorkState.DONE
    )
    ids = list(session.scalars(waiting))
    session.execute(
        update(Step)
        .where(Step.id.in_(ids))
        .values(state=WorkState.PENDING, due_at=now, attempts=0)
        .execution_options(synchronize_session=False)
    )
    for step_id in ids:
        send_after_commit(session, TASK, step_id)
    return len(ids)


def has_booked(known: Iterable[Step]) -> bool:
    """Whether one of these steps booked goods and money at Shopify, or may have."""
    return any(step.kind in BOOKING and step.phase in BOOKED for step in known)


def others_in_flight(session: Session, order_id: int, step_id: int | None) -> bool:
    """Whether another step of the order may be happening right now."""
    wanted = (
        select(func.count())
        .select_from(Step)
        .join(Return, Return.id == Step.return_id)
        .where(Return.order_id == order_id, Step.id != step_id, Step.phase.in_(IN_FLIGHT), Step.kind.not_in(ELSEWHERE))
    )
    return bool(session.scalar(wanted))


def any_unfinished(session: Session, order_id: int) -> bool:
    """Whether anything of the order is still to be done at Shopify, or may be happening."""
    wanted = (
        select(Step.id)
        .join(Return, Return.id == Step.return_id)
        .where(Return.order_id == order_id, Step.phase.in_(UNFINISHED), Step.kind.not_in(ELSEWHERE))
    )
    return session.scalar(wanted.limit(1)) is not None


def any_to_look_up(session: Session, order_id: int) -> bool:
    """Whether a worker has still to find out what a step of the order did at Shopify: until then Shopify may count what
    our books do not, and the other way round. A person is asked where none can tell."""
    wanted = (
        select(Step.id)
        .join(Return, Return.id == Step.return_id)
        .where(
            Return.order_id == order_id,
            Step.phase.in_(IN_FLIGHT),
            Step.state == WorkState.PENDING,
            Step.kind.not_in(ELSEWHERE),
        )
    )
    return session.scalar(wanted.limit(1)) is not None


def moves_so_far(session: Session, order_id: int) -> int:
    """Another number with every step of the order that leaves for Shopify, and again when it is booked: whatever was
    read before, also while it was out and our books did not have it yet, is stale after."""
    weight = case((Step.phase == StepState.DONE, 2), else_=1)
    wanted = (
        select(func.sum(weight))
        .select_from(Step)
        .join(Return, Return.id == Step.return_id)
        .where(
            Return.order_id == order_id,
            Step.phase.in_((*IN_FLIGHT, StepState.DONE)),
            Step.kind.not_in(ELSEWHERE),
        )
    )
    return session.scalar(wanted) or 0
