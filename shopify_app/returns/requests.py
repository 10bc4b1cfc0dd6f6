"""The verbs of a request: sent in, approved, declined, asked about, answered, called off, opened again.

Each verb is one conditional change of the return's row: whoever comes second gets IllegalMove and changes nothing.
`by` is whose doing it is, `staff` the staff member's id where there is one.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.events import ReturnCancelled, record
from shopify_app.orders.access import Access
from shopify_app.orders.models import Order
from shopify_app.returns import acceptance, drafts, offers, past, timeline
from shopify_app.returns.bonus import GrantState
from shopify_app.returns.changing import changes
from shopify_app.returns.models import Return, ReturnDraft, ReturnLine, ReturnUnit
from shopify_app.returns.money_models import BonusGrant, Step
from shopify_app.returns.moves import NothingSaid, groups_of, let_go, move, move_grants, move_groups, words
from shopify_app.returns.refusals import Over, PaidOut, QuoteForeign, QuoteOver
from shopify_app.returns.release import wake
from shopify_app.returns.review import (
    DECLINE_REASONS,
    Approval,
    answer,
    approve,
    ask_more,
    choose_replacement,
    decline,
    wish_of,
)
from shopify_app.returns.states import RETURN_MOVES, Actor, GroupState, Reception, ReturnState, Source
from shopify_app.returns.steps import BOOKED, BOOKING
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.timeline import Told
from shopify_app.returns.wishes import Wish
from shopify_app.returns.withdrawing import spoken_for
from shopify_app.shopify.return_snapshots import ReturnableOrder
from shopify_app.states import IllegalMove


class NoSuchReturn(Exception):
    """No return of this shop has the number."""


def find(session: Session, shop_id: int, rma: str) -> Return:
    """The return with this number; raises NoSuchReturn."""
    ret = session.scalar(select(Return).where(Return.shop_id == shop_id, Return.rma == rma.strip().upper()))
    if ret is None:
        raise NoSuchReturn(rma)
    return ret


def submit(
    session: Session,
    shop_id: int,
    public_id: str,
    by: Actor,
    now: datetime,
    *,
    order_id: int | None = None,
    staff: str | None = None,
) -> Return:
    """Accepts the quote, once: a second acceptance finds the same return. `order_id`, where given, is the order that
    its holder may see.

    Raises QuoteForeign, QuoteOver, PolicyMoved, PricesMoved, StockGone, WishIncomplete; nothing has moved then.
    """
    quote = acceptance.locked(session, shop_id, public_id, order_id)
    is_of_another = offers.without_groups(quote) or offers.replaced_by(quote) is not None
    if is_of_another:  # it is no return of its own (`anew.accept`, `changes.accept`, `review.choose_replacement`)
        raise QuoteForeign
    made = session.scalar(select(Return).where(Return.shop_id == shop_id, Return.quote_id == quote.id))
    if made is not None:
        return made
    if quote.accepted_at is not None:  # the return was given another quote since
        raise QuoteOver(Over.OVERTAKEN)
    asked = acceptance.asked(session, quote, by, staff, now)
    acceptance.check(session, asked)
    return acceptance.make(session, asked)


def create_for_customer(
    session: Session,
    order: Order,
    returnable: ReturnableOrder,
    wish: Wish,
    now: datetime,
    *,
    staff: str | None = None,
) -> Return:
    """A return that the merchant makes: priced like any other, sent in and approved at once; reasons, photos and
    answers may be left out. Raises what `offers.price` and `submit` raise."""
    quote = offers.keep(session, offers.price(session, order, returnable, wish, now))
    ret = submit(session, order.shop_id, quote.public_id, Actor.MERCHANT, now, staff=staff)
    approve(session, ret, Actor.MERCHANT, now, staff=staff)
    return ret


def may_cancel(session: Session, ret: Return, by: Actor) -> bool:
    """Whether it can still be called off: the shopper until the first scan, the merchant until money has moved."""
    if not RETURN_MOVES.allows(ReturnState(ret.state), ReturnState.CANCELLED):
        return False
    return _bar_to_cancel(session, ret, by) is None


def cancel(
    session: Session, ret: Return, by: Actor, now: datetime, *, staff: str | None = None, note: str | None = None
) -> None:
    """Calls the return off. Raises IllegalMove once it is too late (`may_cancel`)."""
    RETURN_MOVES.check(ReturnState(ret.state), ReturnState.CANCELLED)
    bar = _bar_to_cancel(session, ret, by)
    if bar:
        raise IllegalMove("the return", bar, ReturnState.CANCELLED)
    move(session, ret, ReturnState.CANCELLED, cancelled_at=now, decide_by=None)
    move_groups(session, ret, GroupState.WAITING, GroupState.CANCELLED)
    let_go(session, ret, now)
    timeline.add(session, ret, Told.CANCELLED, by, now, staff=staff, said=note)
    record(session, ret.shop_id, ReturnCancelled(order_id=ret.order_id, return_id=ret.id, by=by), now)
    wake(session, ret, now)


def reopen(session: Session, ret: Return, by: Actor, now: datetime, *, staff: str | None = None) -> None:
    """Takes a decline back (the request waits for its answer again), or opens what fell away of a closed return: its
    goods are awaited anew, with the bonus that was promised for them. What was paid stays paid, and keeps its bonus,
    which was earned by other goods; `settle.take_back_bonuses` takes one back.

    Raises PaidOut where all of it was paid, IllegalMove where there is nothing else to open, QuoteOver where its units
    went another way meanwhile."""
    if ret.state == ReturnState.CLOSED:
        _reopen_closed(session, ret, now)
    else:
        _reopen_declined(session, ret, now)
    timeline.add(session, ret, Told.REOPENED, by, now, staff=staff)
    wake(session, ret, now)


def add_note(session: Session, ret: Return, text: str, by: Actor, now: datetime, *, staff: str | None = None) -> None:
    """Words for the merchant's eyes only."""
    timeline.add(session, ret, Told.NOTE, by, now, staff=staff, said=words(text), is_internal=True)


def draft_from(session: Session, ret: Return, now: datetime, access: Access = Access.FULL) -> ReturnDraft:
    """A draft filled in as the open part of the return was asked for, for a change of it (`changes`) by somebody who
    has proven `access`."""
    order = session.get_one(Order, ret.order_id)
    return drafts.begin(session, order, access, now, changes.wish_of(session, ret), ret.id)


def check_seen(ret: Return, version: int) -> None:
    """Raises IllegalMove where the return has changed since whoever decides saw it."""
    if ret.version != version:
        raise IllegalMove("the return", f"{ret.state} (it changed meanwhile)", "decided on an older picture")


def _bar_to_cancel(session: Session, ret: Return, by: Actor) -> str | None:
    """What has happened that cannot be undone, in a word."""
    if ret.withdrawal_id is not None and by is Actor.SHOPPER:
        return "declared as a withdrawal"
    states = {group.state for group in groups_of(session, ret)}
    if states & {GroupState.RELEASED, GroupState.AWAITING_PAYMENT, GroupState.SETTLED} or _was_booked(session, ret):
        return "being paid out"
    scanned = (
        select(ReturnUnit.id)
        .join(ReturnLine, ReturnLine.id == ReturnUnit.return_line_id)
        .where(ReturnLine.return_id == ret.id, ReturnUnit.reception == Reception.RECEIVED)
    )
    is_on_its_way = ret.first_scan_at is not None or session.scalar(scanned.limit(1)) is not None
    return "on its way back" if by is Actor.SHOPPER and is_on_its_way else None


def _was_booked(session: Session, ret: Return) -> bool:
    """Whether goods and money were booked at Shopify, or may have been; also of a part that needs a look since."""
    wanted = select(Step.id).where(
        Step.return_id == ret.id,
        Step.kind.in_(BOOKING),
        Step.phase.in_(BOOKED),
    )
    return session.scalar(wanted.limit(1)) is not None


def _reopen_closed(session: Session, ret: Return, now: datetime) -> None:
    groups = groups_of(session, ret)
    fell_away = [group.id for group in groups if group.state == GroupState.FELL_AWAY]
    if not fell_away:
        if any(group.state == GroupState.SETTLED for group in groups):
            raise PaidOut(_has_bonus(session, ret))
        raise IllegalMove("the return", "called off", ReturnState.APPROVED)
    _check_units_free(session, ret)
    move(session, ret, ReturnState.APPROVED, closed_at=None)
    move_groups(session, ret, GroupState.FELL_AWAY, GroupState.OPENING)
    _promise_again(session, fell_away)


def _has_bonus(session: Session, ret: Return) -> bool:
    given = select(BonusGrant.id).where(BonusGrant.return_id == ret.id, BonusGrant.state == GrantState.ISSUED)
    return session.scalar(given.limit(1)) is not None


def _promise_again(session: Session, group_ids: list[int]) -> None:
    """The bonuses of these groups count under the caps again; none of them was ever given."""
    grants = select(BonusGrant).where(BonusGrant.group_id.in_(group_ids), BonusGrant.state == GrantState.VOID)
    for grant in session.scalars(grants.where(BonusGrant.issued_at.is_(None))):
        grant.state = GrantState.PROMISED
    session.flush()


def _reopen_declined(session: Session, ret: Return, now: datetime) -> None:
    RETURN_MOVES.check(ReturnState(ret.state), ReturnState.REQUESTED)
    if ret.source == Source.SHOPIFY:
        raise IllegalMove("the return", "declined at Shopify for good", ReturnState.REQUESTED)
    _check_units_free(session, ret)
    decide_by = acceptance.promised_day(session, ret.shop_id, now)
    move(session, ret, ReturnState.REQUESTED, decide_by=decide_by, declined_at=None, decline_reason=None)
    move_grants(session, ret, GrantState.VOID, GrantState.PROMISED)
    acceptance.keep_aside(session, ret, wish_of(session, ret), now)


def _check_units_free(session: Session, ret: Return) -> None:
    """The units it speaks for have not gone another way since: with another return, or by a withdrawal."""
    order = session.get_one(Order, ret.order_id)
    acceptance.hold(session, order.id)
    others = past.groups_of(session, order, without_return=ret.id)
    used = {(each.line_id, number) for each in past.acceptances(others) for number in each.units}
    own = [group for group in groups_of(session, ret) if group.state in (GroupState.WAITING, GroupState.FELL_AWAY)]
    wanted = {
        (each.line_id, number)
        for group in own
        if group.accepted
        for each in settlement_from_stored(group.accepted).accepted
        for number in each.units
    }
    if used & wanted or _are_withdrawn(session, order, used | wanted):
        raise QuoteOver(Over.OVERTAKEN)


def _are_withdrawn(session: Session, order: Order, units: set[tuple[int, int]]) -> bool:
    """Whether declarations that wait to be carried out leave too few for these units (line, number). They name a count
    alone: which ones is not said."""
    declared = spoken_for.declared(session, order)
    taken = Counter(line_id for line_id, _ in units)
    return any(taken[line.shopify_id] + declared.get(line.shopify_id, 0) > line.quantity for line in order.lines)


__all__ = [
    "DECLINE_REASONS", "Approval", "NoSuchReturn", "NothingSaid", "add_note", "answer", "approve", "ask_more", "cancel",
    "check_seen", "choose_replacement", "create_for_customer", "decline", "draft_from", "find", "may_cancel", "reopen",
    "submit", "wish_of",
]  # fmt: skip
