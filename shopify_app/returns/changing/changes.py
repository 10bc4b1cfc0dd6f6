"""A return that was sent in and is changed: other items, quantities, outcomes or ways back, under its own number.

The shopper changes it until the first scan, the merchant until the money moves, with a word to the shopper. What was
paid, or is being paid, stays as it is. The change is priced as a quote of its own and accepted once; the part of the
return that is open then becomes what that quote says, and what Shopify holds of it is made anew where it differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.events import ReturnChanged, record
from shopify_app.orders.models import Order
from shopify_app.returns import acceptance, offers, review, stock, timeline
from shopify_app.returns.acceptance import Asked
from shopify_app.returns.anew import waited_for
from shopify_app.returns.changing import rows, terms
from shopify_app.returns.changing.sums import Compared, sums_of
from shopify_app.returns.changing.terms import Changing, Opened
from shopify_app.returns.dossier_rows import know_lines
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return, ReturnLine, ReturnQuote, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.moves import move, words
from shopify_app.returns.refusals import Bar, NotChangeable, Over, QuoteForeign, QuoteOver, StockGone
from shopify_app.returns.release import groups_of, wake
from shopify_app.returns.states import OPEN_RETURNS, Actor, GroupState, Reception, ReturnState, Source
from shopify_app.returns.steps import ELSEWHERE, IN_FLIGHT, has_booked, steps_of
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.surroundings import around
from shopify_app.returns.timeline import Told
from shopify_app.returns.wishes import Wish, WishIncomplete
from shopify_app.shopify.return_snapshots import ReturnableOrder, VariantStock
from shopify_app.together import read_together

Live = Mapping[int, VariantStock]
CHANGEABLE = frozenset({GroupState.WAITING, GroupState.OPENING, GroupState.OPEN, GroupState.NEEDS_LOOK})
"""States of a group of which no money has moved."""
_SHOPPERS_LOOKS = frozenset({None, Look.REPLACEMENT_GONE, Look.LABEL_FAILED, Look.LABEL_WANTED})
"""What a shopper's own change may clear away; any other reason waits for the merchant."""


def bar(session: Session, ret: Return, by: Actor) -> Bar | None:
    """Why it cannot be changed by them; None where it can."""
    return bar_of(ret, open_groups(session, ret), by)


def bar_of(ret: Return, groups: Sequence[ReleaseGroup], by: Actor) -> Bar | None:
    """`bar` of a return whose open groups are known."""
    if ret.state not in OPEN_RETURNS:
        return Bar.OVER
    if ret.withdrawal_id is not None:
        return Bar.WITHDRAWN
    if ret.source == Source.SHOPIFY or ret.quote_id is None:
        return Bar.AT_SHOPIFY
    if not groups:
        return Bar.PAID
    return _shoppers_bar(ret, groups) if by is Actor.SHOPPER else None


def open_groups(session: Session, ret: Return) -> list[ReleaseGroup]:
    """The groups of which no money has moved and none may be moving, in their order."""
    rows = read_together(session, {each: each.return_id == ret.id for each in (ReleaseGroup, Step)})
    return open_among(rows.of(ReleaseGroup), rows.of(Step))


def open_among(groups: Iterable[ReleaseGroup], steps: Iterable[Step]) -> list[ReleaseGroup]:
    """`open_groups` of a return whose groups and steps are known."""
    booked = {step.group_id for step in steps if has_booked([step])}
    in_order = sorted(groups, key=lambda group: group.position)
    return [group for group in in_order if GroupState(group.state) in CHANGEABLE and group.id not in booked]


def see(session: Session, ret: Return) -> Opened:
    """A return as a change of it finds it; where its order is known, in three statements."""
    own = {each: each.return_id == ret.id for each in (ReleaseGroup, Step, ReturnLine)}
    lines = select(ReturnLine.id).where(ReturnLine.return_id == ret.id)
    quotes = (ReturnQuote.order_id == ret.order_id) & ReturnQuote.accepted_at.is_not(None)
    units = ReturnUnit.return_line_id.in_(lines)
    rows = read_together(session, {**own, ReturnUnit: units, ReturnQuote: quotes})
    know_lines(ret, rows)
    still_open = open_among(rows.of(ReleaseGroup), rows.of(Step))
    return Opened(
        ret=ret,
        groups=tuple(sorted(rows.of(ReleaseGroup), key=lambda group: group.position)),
        open=tuple(still_open),
        accepted=tuple(terms.accepted_quotes(session, ret)),
        wish=review.wish_of(session, ret, {group.id for group in still_open}),
        surroundings=around(session, ret.order),
    )


def part_of(
    session: Session,
    ret: Return,
    returnable: ReturnableOrder,
    wish: Wish,
    by: Actor,
    now: datetime,
    seen: Opened | None = None,
) -> Changing:
    """The open part of the return as it is priced for `wish`. `returnable` is `as_free`; `seen` where it was read
    already. Raises NotChangeable."""
    seen = seen or see(session, ret)
    why = bar_of(ret, seen.open, by)
    if why is not None:
        raise NotChangeable(why)
    part = terms.changing(session, seen, returnable, wish, by, now)
    left = {line.fulfillment_line_id: line.quantity for line in wish.lines}
    if any(here > left.get(key, 0) for key, here in part.here.items()):
        raise NotChangeable(Bar.PIECES_HERE)
    return part


def as_free(session: Session, ret: Return, returnable: ReturnableOrder) -> ReturnableOrder:
    """Shopify's word on the order as if the open part of the return had never been told to it."""
    return terms.freed(returnable, ret, open_groups(session, ret))


def wish_of(session: Session, ret: Return) -> Wish:
    """The open part as it was asked for last: what a change begins with."""
    return review.wish_of(session, ret, {group.id for group in open_groups(session, ret)})


def propose(
    session: Session,
    ret: Return,
    returnable: ReturnableOrder,
    wish: Wish,
    by: Actor,
    now: datetime,
    *,
    live: Live | None = None,
    carts: offers.Carts | None = None,
) -> ReturnQuote:
    """A new quote of the return's open part; stored with `offers.keep` it can be accepted. Only reads. `returnable` is
    Shopify's word as it is. Raises NotChangeable and what `offers.price` raises."""
    free = as_free(session, ret, returnable)
    part = part_of(session, ret, free, wish, by, now)
    order = session.get_one(Order, ret.order_id)
    return offers.price(session, order, free, wish, now, live=live, carts=carts, part=part, noticed_at=part.noticed_at)


def changes_of(quote: ReturnQuote) -> int | None:
    """The return that the quote is a change of."""
    return quote.options.get("changes")


def compare(session: Session, ret: Return, quote: ReturnQuote) -> Compared:
    """What the return brings as it stands and what it would after the change, the parts that stay included."""
    changed = offers.without_groups(quote)
    standing = [group for group in groups_of(session, ret) if group.state != GroupState.CANCELLED and group.accepted]
    agreed = {group.id: settlement_from_stored(group.final or group.accepted) for group in standing}
    stays = [settled for group_id, settled in agreed.items() if group_id not in changed]
    after = [*stays, *acceptance.settlements_of(quote)]
    return Compared(sums_of(agreed.values(), ret.currency), sums_of(after, ret.currency))


def accept(
    session: Session,
    shop_id: int,
    public_id: str,
    by: Actor,
    now: datetime,
    *,
    order_id: int | None = None,
    staff: str | None = None,
    note: str | None = None,
    live: Live | None = None,
) -> Return:
    """Makes the return what the quote says, once: a second acceptance finds what the first has done, and a quote of
    what stands already does nothing. `order_id`, where given, is the order that its holder may see; the merchant's
    `note` is told to the shopper and must be there.

    Raises QuoteForeign, QuoteOver, PolicyMoved, PricesMoved, StockGone, WishIncomplete, NothingSaid and NotChangeable;
    nothing has moved then.
    """
    quote = acceptance.locked(session, shop_id, public_id, order_id)
    ret = _held(session, quote)
    if quote.accepted_at is not None:
        if ret.quote_id != quote.id:
            raise QuoteOver(Over.OVERTAKEN)
        return ret
    said = words(note or "") if by is Actor.MERCHANT else None
    groups = _open_still(session, ret, quote, by)
    asked = acceptance.asked(session, quote, by, staff, now)
    _check(session, ret, groups, asked, live)
    compared = compare(session, ret, quote)
    if asked.wish != wish_of(session, ret) or compared.before != compared.after:
        _carry_out(session, ret, groups, asked, compared, said)
    return ret


def _carry_out(
    session: Session,
    ret: Return,
    groups: Sequence[ReleaseGroup],
    asked: Asked,
    compared: Compared,
    said: str | None,
) -> None:
    """The return is what was asked; what that makes different goes on its timeline and is told."""
    quote, by, now, before = asked.quote, asked.by, asked.now, ret.quote_id
    move(session, ret, ReturnState(ret.state), quote_id=quote.id)
    rows.write(session, ret, groups, asked, before)
    told = {"before": compared.before.facts, "after": compared.after.facts}
    entry = timeline.add(session, ret, Told.CHANGED, by, now, staff=asked.staff, facts=told, said=said)
    at_once = ret.state == ReturnState.REQUESTED and by is Actor.SHOPPER and offers.is_approved_at_once(quote)
    changed = ReturnChanged(order_id=ret.order_id, return_id=ret.id, entry_id=entry.id, at_once=at_once)
    record(session, ret.shop_id, changed, now)
    wake(session, ret, now)


def _shoppers_bar(ret: Return, groups: Sequence[ReleaseGroup]) -> Bar | None:
    where = {unit.reception for line in ret.lines for unit in line.units}
    if where & {Reception.RECEIVED, Reception.MISSING}:
        return Bar.HERE
    if ret.scanned_at is not None or ret.first_scan_at is not None:
        return Bar.ON_ITS_WAY
    if any(group.look not in _SHOPPERS_LOOKS for group in groups):
        return Bar.LOOKED_AT
    return None


def _open_still(session: Session, ret: Return, quote: ReturnQuote, by: Actor) -> list[ReleaseGroup]:
    """The groups that the quote is about, as long as they are just those that are open. Raises NotChangeable, and
    QuoteOver where the return has changed since the quote was made."""
    why = bar(session, ret, by)
    if why is not None:
        raise NotChangeable(why)
    groups = open_groups(session, ret)
    if {group.id for group in groups} != offers.without_groups(quote) or quote.options.get("version") != ret.version:
        raise QuoteOver(Over.OVERTAKEN)
    flying = (step for group in groups for step in steps_of(session, group) if step.kind not in ELSEWHERE)
    if any(step.phase in IN_FLIGHT for step in flying):
        raise NotChangeable(Bar.BEING_TOLD)
    return groups


def _check(session: Session, ret: Return, groups: Sequence[ReleaseGroup], asked: Asked, live: Live | None) -> None:
    acceptance.check_unmoved(session, asked)
    acceptance.check_decided(asked)
    lacks = offers.lacks_of(asked.quote)
    if lacks and asked.by is not Actor.MERCHANT:
        raise WishIncomplete(lacks)
    open_ids = {group.id for group in groups}
    beside = waited_for(ret, [group for group in groups_of(session, ret) if group.id not in open_ids])
    wanted = {variant: units + beside.get(variant, 0) for variant, units in offers.units_wanted(asked.wish).items()}
    gone = stock.missing(session, ret.shop_id, wanted, asked.now, but_return=ret.id, live=live)
    if gone:
        raise StockGone(gone)


def _held(session: Session, quote: ReturnQuote) -> Return:
    """The return that the quote is a change of, held until the transaction ends."""
    session.flush()
    own = Return.id == (changes_of(quote) or 0), Return.shop_id == quote.shop_id
    wanted = select(Return).where(*own).with_for_update().execution_options(populate_existing=True)
    ret = session.scalars(wanted).one_or_none()
    if ret is None:
        raise QuoteForeign
    return ret
