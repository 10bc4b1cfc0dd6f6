"""The merchant's word on a request: yes, no, or a question; and another replacement where the first is gone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete

from shopify_app.db import Session
from shopify_app.events import (
    ReplacementGone,
    ReturnAnswered,
    ReturnApproved,
    ReturnDeclined,
    ReturnMoreWanted,
    record,
)
from shopify_app.orders.models import Order
from shopify_app.returns import acceptance, offers, stock, timeline
from shopify_app.returns.exchanges import Cart
from shopify_app.returns.models import Return, ReturnLine, ReturnQuote
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup
from shopify_app.returns.moves import let_go, move, move_groups, words
from shopify_app.returns.release import groups_of, wake
from shopify_app.returns.replacements import unsold
from shopify_app.returns.states import RETURN_MOVES, Actor, GroupState, ReturnState
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.timeline import Told
from shopify_app.returns.vocabulary import Method, Outcome
from shopify_app.returns.wishes import Wish, WishLine, from_json
from shopify_app.shopify.return_snapshots import ReturnableOrder, VariantStock
from shopify_app.states import IllegalMove

DECLINE_REASONS = ("final_sale", "return_period_ended", "other")
"""Shopify's `ReturnDeclineReason`, in lower case."""


@dataclass(frozen=True)
class Approval:
    """What became of it: approved, or, with `gone`, waiting for the shopper to choose other replacements."""

    gone: tuple[int, ...] = ()

    @property
    def is_approved(self) -> bool:
        """Whether the return is on its way."""
        return not self.gone


def approve(
    session: Session,
    ret: Return,
    by: Actor,
    now: datetime,
    *,
    staff: str | None = None,
    live: Mapping[int, VariantStock] | None = None,
) -> Approval:
    """Says yes, and lets Shopify's return be made. `live` is Shopify's stock of the replacements, read just now.

    A replacement that is gone stops it: the state stays, and the shopper is asked to choose anew; nothing turns into a
    refund by itself. Raises IllegalMove, for a closed return too: `requests.reopen` is what opens one.
    """
    if ret.state == ReturnState.CLOSED:
        raise IllegalMove(RETURN_MOVES.thing, ret.state, ReturnState.APPROVED)
    RETURN_MOVES.check(ReturnState(ret.state), ReturnState.APPROVED)
    wanted = stock.promised(session, ret)
    gone = stock.missing(session, ret.shop_id, wanted, now, but_return=ret.id, live=live)
    gone = tuple(dict.fromkeys((*gone, *_taken_off_sale(session, ret))))
    if gone:
        _replacement_gone(session, ret, gone, now)
        return Approval(gone)
    move(session, ret, ReturnState.APPROVED, approved_at=now, decide_by=None)
    move_groups(session, ret, GroupState.WAITING, GroupState.OPENING)
    timeline.add(session, ret, Told.APPROVED, by, now, staff=staff)
    record(session, ret.shop_id, ReturnApproved(order_id=ret.order_id, return_id=ret.id), now)
    wake(session, ret, now)
    return Approval()


def decline(
    session: Session,
    ret: Return,
    reason: str,
    note: str | None,
    by: Actor,
    now: datetime,
    *,
    staff: str | None = None,
) -> None:
    """Says no, with one of `DECLINE_REASONS` and words for the shopper. Promises lapse; it can be opened again."""
    if reason not in DECLINE_REASONS:
        raise ValueError(f"a request is declined as one of {', '.join(DECLINE_REASONS)}, not {reason}")
    move(session, ret, ReturnState.DECLINED, declined_at=now, decline_reason=reason, decide_by=None)
    let_go(session, ret, now)
    timeline.add(session, ret, Told.DECLINED, by, now, staff=staff, facts={"reason": reason}, said=note)
    record(session, ret.shop_id, ReturnDeclined(order_id=ret.order_id, return_id=ret.id), now)
    wake(session, ret, now)


def ask_more(
    session: Session, ret: Return, question: str, by: Actor, now: datetime, *, staff: str | None = None
) -> None:
    """Asks the shopper for something; until they answer nobody is waited for but them."""
    said = words(question)
    move(session, ret, ReturnState.MORE_WANTED, decide_by=None)
    entry = timeline.add(session, ret, Told.MORE_WANTED, by, now, staff=staff, said=said)
    asked = ReturnMoreWanted(order_id=ret.order_id, return_id=ret.id, entry_id=entry.id)
    record(session, ret.shop_id, asked, now)


def answer(session: Session, ret: Return, text: str, now: datetime) -> None:
    """The shopper gave what was asked for: the merchant decides anew, by a new date."""
    said = words(text)
    decide_by = acceptance.promised_day(session, ret.shop_id, now)
    move(session, ret, ReturnState.REQUESTED, decide_by=decide_by)
    timeline.add(session, ret, Told.ANSWERED, Actor.SHOPPER, now, said=said)
    record(session, ret.shop_id, ReturnAnswered(order_id=ret.order_id, return_id=ret.id), now)


def choose_replacement(
    session: Session,
    ret: Return,
    returnable: ReturnableOrder,
    chosen: Mapping[int, int],
    by: Actor,
    now: datetime,
    *,
    live: Mapping[int, VariantStock] | None = None,
) -> ReturnQuote:
    """Other replacements for even swaps that wait for approval: `chosen` variants by return line (our ids). What is
    paid stays what was promised, unless the new one costs less today; a new quote says so and is accepted with it.

    Raises IllegalMove, StockGone, WrongWish.
    """
    if ret.state not in (ReturnState.REQUESTED, ReturnState.MORE_WANTED):
        raise IllegalMove("the return", ret.state, "given another replacement")
    acceptance.hold(session, ret.order_id)
    order = session.get_one(Order, ret.order_id)
    by_sent = {line.fulfillment_line_id: chosen[line.id] for line in ret.lines if line.id in chosen}
    wish = wish_of(session, ret).changed(lambda each: _with(each, by_sent))
    known = {"live": live, "carts": agreed_carts(session, ret), "without_return": ret.id}
    quote = offers.price(session, order, returnable, wish, now, noticed_at=ret.requested_at, **known)
    offers.keep(session, quote)
    move(session, ret, ReturnState(ret.state), quote_id=quote.id)
    for line in ret.lines:
        line.replacement_variant_id = by_sent.get(line.fulfillment_line_id or 0, line.replacement_variant_id)
    _take(session, ret, order, quote, now)
    timeline.add(session, ret, Told.REPLACEMENT_CHOSEN, by, now, facts={"variants": sorted(set(chosen.values()))})
    return quote


def agreed_carts(session: Session, ret: Return) -> dict[Outcome, Cart]:
    """The new items of its exchanges as they were accepted: another size of something else changes nothing of them."""
    settled = [settlement_from_stored(group.accepted) for group in groups_of(session, ret) if group.accepted]
    return {each.outcome: each.cart for each in settled if each.cart is not None}


def wish_of(session: Session, ret: Return, group_ids: Collection[int] | None = None) -> Wish:
    """What was asked for, with what was chosen anew since; `group_ids`: in these release groups alone."""
    quote = session.get(ReturnQuote, ret.quote_id) if ret.quote_id else None
    asked = from_json(quote.wish) if quote is not None else Wish()
    own = [line for line in ret.lines if group_ids is None or line.group_id in group_ids]
    lines = [_wished(line, asked) for line in own if line.fulfillment_line_id is not None]
    return replace(asked, lines=tuple(lines))


def _replacement_gone(session: Session, ret: Return, gone: tuple[int, ...], now: datetime) -> None:
    timeline.add(session, ret, Told.REPLACEMENT_GONE, Actor.CLOCK, now, facts={"variants": list(gone)})
    record(session, ret.shop_id, ReplacementGone(order_id=ret.order_id, return_id=ret.id), now)


def _taken_off_sale(session: Session, ret: Return) -> tuple[int, ...]:
    """New items of its carts that the shop no longer sells."""
    items = [item.variant_id for group in groups_of(session, ret) for item in stock.items_of(group)]
    return unsold(session, ret.shop_id, items)


def _take(session: Session, ret: Return, order: Order, quote: ReturnQuote, now: datetime) -> None:
    """The new quote's groups, bonuses and stock in place of the old one's: nothing of them is at Shopify while the
    request waits."""
    quote.accepted_at = now
    for line in ret.lines:
        line.group_id = None
    session.flush()
    session.execute(delete(BonusGrant).where(BonusGrant.return_id == ret.id))
    session.execute(delete(ReleaseGroup).where(ReleaseGroup.return_id == ret.id))
    acceptance.add_groups(session, ret, order, acceptance.settlements_of(quote), now)
    stock.release(session, ret.id, now)
    acceptance.keep_aside(session, ret, from_json(quote.wish), now)


def _with(each: WishLine, by_sent: Mapping[int | None, int]) -> WishLine:
    variant = by_sent.get(each.fulfillment_line_id)
    return each if variant is None else replace(each, replacement_variant_id=variant)


def _wished(line: ReturnLine, asked: Wish) -> WishLine:
    said = asked.line(line.fulfillment_line_id or 0)
    return WishLine(
        line_id=line.line_id,
        fulfillment_line_id=line.fulfillment_line_id or 0,
        quantity=line.quantity,
        reason=line.reason,
        note=line.note,
        answer=line.answer,
        photos=said.photos if said is not None else (),
        outcome=Outcome(line.outcome),
        replacement_variant_id=line.replacement_variant_id,
        method=Method(line.method),
        fulfillment_id=line.fulfillment_id,
    )
