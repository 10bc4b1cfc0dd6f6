"""What Shopify says of returns moves our groups too: our own effects are recognised, what others did is followed.

Nothing here is sent anywhere. A return begun in Shopify's own pages, admin or POS becomes one of ours with the outcome
refund, whose money is freed by hand.
"""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.returns import adoption, timeline
from shopify_app.returns.holding import held
from shopify_app.returns.inspecting.verdicts import lines_of
from shopify_app.returns.ledger import Account, Entry, post
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.parked import needs_look
from shopify_app.returns.release import cancelled, fall_away, settled, void_bonus, wake
from shopify_app.returns.states import (
    FINISHED_GROUPS,
    OPEN_RETURNS,
    Actor,
    GroupState,
    ReturnState,
    StepState,
)
from shopify_app.returns.steps import BOOKED, IN_FLIGHT, StepKind, drop, steps_of
from shopify_app.returns.withdrawing.spoken_for import SETTLED_THERE
from shopify_app.shopify.return_facts import ReturnFacts
from shopify_app.shopify.return_snapshots import ReturnableOrder

_OURS = re.compile(r"(?:^|\s)step-(\d+)(?:\s|$)")
_GATEWAYS = {"gift_card": Account.GIFT_CARD_REFUND, "shopify_store_credit": Account.STORE_CREDIT_REFUND}
CALLED_OFF = frozenset({"canceled", "declined"})
ASKED = frozenset({ReturnState.REQUESTED, ReturnState.MORE_WANTED})


class ReadTooEarly(Exception):
    """A step of ours was done after Shopify was read: read it again."""


def follow(
    session: Session, shop_id: int, facts: ReturnFacts, returnable: ReturnableOrder | None, now: datetime
) -> str:
    """One return of Shopify's, as it was at `now` or later. Says what it was: ours, followed, adopted or none of our
    business. Raises ReadTooEarly."""
    group = group_of(session, shop_id, facts.id)
    if group is None:
        if is_ours(session, shop_id, facts):
            return "ours"
        return adoption.adopt(session, shop_id, facts, returnable, now)
    ret = held(session, group.return_id)
    group = session.get_one(ReleaseGroup, group.id, populate_existing=True)
    known = steps_of(session, group)
    if any(step.phase in IN_FLIGHT for step in known) or GroupState(group.state) in FINISHED_GROUPS:
        adoption.follow_goods(session, ret, group, facts, now)
        return "ours"
    if not _is_as_known(group, facts) and any(step.done_at and step.done_at >= now for step in known):
        raise ReadTooEarly
    outcome = _followed(session, ret, group, known, facts, now)
    adoption.follow_goods(session, ret, group, facts, now)
    wake(session, ret, now)
    return outcome


def refund_seen(
    session: Session, order: Order, refund_id: int, amount: Money, line_ids: frozenset[int], note: str, now: datetime
) -> None:
    """Money went back outside every return. Where an order has an open return that it may be meant for, nothing of it
    is paid until a person has looked; Shopify's own limit holds in any case."""
    if _OURS.search(note) or not amount:
        return
    gid = f"gid://shopify/Refund/{refund_id}"
    wanted = select(Return).where(Return.order_id == order.id, Return.state.in_(OPEN_RETURNS))
    for ret in session.scalars(wanted.with_for_update()):
        groups = session.scalars(select(ReleaseGroup).where(ReleaseGroup.return_id == ret.id)).all()
        touched = [group for group in groups if _is_touched(session, ret, group, line_ids, gid)]
        if touched:
            facts = {"amount": amount.amount, "refund": gid}
            timeline.add(session, ret, "refund_elsewhere", Actor.SHOPIFY, now, facts=facts, is_internal=True)
        for group in touched:
            if group.state != GroupState.WAITING:
                needs_look(session, ret, group, Look.REFUND_ELSEWHERE, facts, now)


def group_of(session: Session, shop_id: int, shopify_return_id: int) -> ReleaseGroup | None:
    """Our group behind one of Shopify's returns."""
    wanted = select(ReleaseGroup).where(
        ReleaseGroup.shop_id == shop_id, ReleaseGroup.shopify_return_id == shopify_return_id
    )
    return session.scalars(wanted).first()


def is_new(session: Session, shop_id: int, facts: ReturnFacts) -> bool:
    """Whether nothing here knows of it: to become a return of ours it must be priced."""
    return group_of(session, shop_id, facts.id) is None and not is_ours(session, shop_id, facts)


def is_ours(session: Session, shop_id: int, facts: ReturnFacts) -> bool:
    """Whether a step of ours made it: one whose answer is not written down yet, or a return that was made anew since.
    One that nothing is left of was ours or is of no interest."""
    named = {int(found) for line in facts.lines for found in _OURS.findall(line.note)}
    if not facts.lines:
        return True
    wanted = select(Step.id).where(Step.shop_id == shop_id, Step.id.in_(named), Step.kind == StepKind.CREATE)
    return bool(named) and session.scalar(wanted.limit(1)) is not None


def _followed(
    session: Session, ret: Return, group: ReleaseGroup, known: list[Step], facts: ReturnFacts, now: datetime
) -> str:
    is_paid = any(step.kind == StepKind.PROCESS and step.phase == StepState.DONE for step in known)
    if is_paid or _is_as_known(group, facts):
        return "ours"
    before = group.state
    if facts.status in CALLED_OFF:
        _drop_planned(known)
        cancelled(session, group)
        _end_request(ret, facts, now)
    else:
        if ret.state in ASKED:
            adoption.agreed_there(session, ret, group, facts, now)
        _went_on(session, ret, group, known, facts, now)
    told = {"group_id": group.id, "status": facts.status, "was": before}
    timeline.add(session, ret, "changed_at_shopify", Actor.SHOPIFY, now, facts=told)
    ret.version += 1
    return "followed"


def _went_on(
    session: Session, ret: Return, group: ReleaseGroup, known: list[Step], facts: ReturnFacts, now: datetime
) -> None:
    """What was done there to a return that had been agreed to; several things may have been, one upon the other."""
    if _is_as_known(group, facts):
        return
    if facts.is_processed:
        _processed_elsewhere(session, ret, group, known, facts, now)
    elif facts.status == "closed":
        _drop_planned(known)
        fall_away(session, ret, group, now, Actor.SHOPIFY)
    else:
        needs_look(session, ret, group, Look.CHANGED_AT_SHOPIFY, {}, now)


def _is_as_known(group: ReleaseGroup, facts: ReturnFacts) -> bool:
    """Whether Shopify's return is as we left it."""
    if facts.status == "requested":
        return True
    ours = {
        known["return_line"]: known["quantity"]
        for name, known in group.shopify_lines.items()
        if name.isdigit() and known["quantity"]
    }
    theirs = {line.id: line.quantity for line in facts.lines}
    return facts.status == "open" and not facts.is_processed and (ours == theirs)


def _processed_elsewhere(
    session: Session, ret: Return, group: ReleaseGroup, known: list[Step], facts: ReturnFacts, now: datetime
) -> None:
    """Somebody settled it in Shopify's own pages: whole, by Shopify's figures; in part, a person looks."""
    if any(line.left for line in facts.lines):
        needs_look(session, ret, group, Look.CHANGED_AT_SHOPIFY, {"refunded": facts.refunded.amount}, now)
        return
    _drop_planned(known)
    void_bonus(session, group)
    moved = [each for refund in facts.refunds for each in refund.transfers]
    entries = [
        Entry(_GATEWAYS.get(each.gateway, Account.REFUND), -each.amount, tender=each.parent, shopify_id=each.id)
        for each in moved
    ]
    paid = sum((each.amount for each in moved), Money.zero(facts.currency))
    post(session, ret, f"g{group.id}.elsewhere", [Entry(Account.ELSEWHERE, paid), *entries], now, group=group)
    units = [[line.line_id, line.processed] for line in facts.lines if line.line_id is not None]
    there = {"refunds": [refund.id for refund in facts.refunds], "units": units}
    group.shopify_lines = {**group.shopify_lines, SETTLED_THERE: there}
    settled(session, ret, group, now)


def _end_request(ret: Return, facts: ReturnFacts, now: datetime) -> None:
    """A request that was declined or cancelled there before anybody agreed to it here."""
    if ret.state in ASKED:
        is_no = facts.status == "declined"
        ret.state = ReturnState.DECLINED if is_no else ReturnState.CANCELLED
        ret.declined_at, ret.cancelled_at = (now, None) if is_no else (None, now)


def _drop_planned(known: list[Step]) -> None:
    for step in known:
        if step.phase in (StepState.PLANNED, StepState.REFUSED):
            drop(step)


def _is_touched(session: Session, ret: Return, group: ReleaseGroup, line_ids: frozenset[int], gid: str) -> bool:
    if GroupState(group.state) in FINISHED_GROUPS or gid in group.shopify_lines.get("seen_refunds", ()):
        return False
    known = steps_of(session, group)
    is_paid = any(step.kind == StepKind.PROCESS and step.phase in BOOKED for step in known)
    own = {line.line_id for line in lines_of(ret, group)}
    return not is_paid and (not line_ids or bool(line_ids & own))
