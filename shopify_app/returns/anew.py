"""A part of a return whose replacement is gone, chosen anew while the rest of the return goes on.

As long as nothing of a return exists at Shopify the whole request is asked about again (`parked`). From then on the
shopper chooses for the one release group that cannot be made: its lines are priced by themselves, under the terms that
were offered when the return was asked for, and what is accepted takes the place of what was accepted before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, func, select

from shopify_app.db import Session
from shopify_app.orders.models import Order
from shopify_app.returns import acceptance, offers, quotes, stock, timeline
from shopify_app.returns.acceptance import Asked
from shopify_app.returns.eligibility import EligibleLine, eligible
from shopify_app.returns.exchanges import NewItem
from shopify_app.returns.holding import held
from shopify_app.returns.inspecting.verdicts import lines_of
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return, ReturnLine, ReturnQuote, ReturnUnit
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup
from shopify_app.returns.reasons import NotEligible, NotOffered
from shopify_app.returns.refusals import Over, QuoteForeign, QuoteOver, StockGone
from shopify_app.returns.release import groups_of, move, wake
from shopify_app.returns.replacements import Part
from shopify_app.returns.review import wish_of
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.states import FINISHED_GROUPS, Actor, GroupState, Reception, ReturnState, UnitDecision
from shopify_app.returns.steps import IN_FLIGHT, steps_of
from shopify_app.returns.stored import settlement_from_stored, settlement_to_stored
from shopify_app.returns.timeline import Told
from shopify_app.returns.verdicts import Terms
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.wishes import Wish
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load
from shopify_app.shopify.return_snapshots import ReturnableOrder, VariantStock
from shopify_app.states import IllegalMove

CHOICES = (Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE)
"""What may take a sold-out replacement's place. Keeping the item is none of them: it may be under way already."""


def awaiting(ret: Return, groups: Sequence[ReleaseGroup]) -> ReleaseGroup | None:
    """The group that waits for its shopper's new choice; the first where there are several. None where the merchant
    has to find a way: units that were refused, reduced or missing were judged under what was chosen before."""
    return next((group for group in groups if _is_asked(ret, group)), None)


def undecided(session: Session, ret: Return, group: ReleaseGroup) -> Wish:
    """The group's lines as they were asked for, without what was chosen for them."""
    own = {line.fulfillment_line_id for line in lines_of(ret, group)}
    lines = [line for line in wish_of(session, ret).lines if line.fulfillment_line_id in own]
    return Wish(tuple(replace(line, outcome=None, replacement_variant_id=None) for line in lines))


def lines(
    session: Session, ret: Return, group: ReleaseGroup, returnable: ReturnableOrder, wish: Wish
) -> dict[int, EligibleLine]:
    """The group's lines by fulfilment line, under the terms that were offered."""
    order, part = session.get_one(Order, ret.order_id), _part(session, ret, group)
    found = eligible(session, order, returnable, ret.requested_at, wish=wish, without_group=group.id)
    own = {line.fulfillment_line_id for line in wish.lines}
    return {
        line.fulfillment_line_id: part.as_agreed(line)
        for line in found
        if line.fulfillment_line_id is not None and line.fulfillment_line_id in own
    }


def kept_aside(
    session: Session, ret: Return, group: ReleaseGroup, variants: Collection[int], now: datetime
) -> dict[int, int]:
    """Units of variants that are not free for the group: held for other returns, and for other groups of this one."""
    held = stock.held(session, ret.shop_id, variants, now, but_return=ret.id)
    return _part(session, ret, group).with_others({variant: held.get(variant, 0) for variant in variants})


def price(
    session: Session,
    ret: Return,
    group: ReleaseGroup,
    returnable: ReturnableOrder,
    wish: Wish,
    now: datetime,
    *,
    live: Mapping[int, VariantStock] | None = None,
) -> ReturnQuote:
    """A new quote for the group alone; stored with `offers.keep` it can be accepted (`accept`). Only reads.

    `wish` is `undecided`, or the same with outcomes of `CHOICES`. Raises IllegalMove where nobody is asked, and what
    `offers.price` raises.
    """
    if not _is_asked(ret, group):
        raise IllegalMove("the release group", group.state, "chosen anew")
    if any(line.outcome not in (None, *CHOICES) for line in wish.lines):
        raise NotEligible((NotOffered(),))
    order = session.get_one(Order, ret.order_id)
    part = _part(session, ret, group)
    return offers.price(session, order, returnable, wish, now, live=live, part=part, noticed_at=ret.requested_at)


def accept(
    session: Session,
    ret: Return,
    public_id: str,
    by: Actor,
    now: datetime,
    *,
    live: Mapping[int, VariantStock] | None = None,
) -> ReleaseGroup:
    """Accepts the quote in the place of what was accepted for its group, once: a second acceptance of the same quote
    finds what the first has done. `live` is Shopify's stock read just now.

    Raises QuoteForeign, QuoteOver, PolicyMoved, PricesMoved, StockGone, WishIncomplete, and IllegalMove where the group
    went on by another quote or by the merchant's hand; nothing has moved then.
    """
    quote = acceptance.locked(session, ret.shop_id, public_id, ret.order_id)
    ret = held(session, ret.id)
    group = session.get(ReleaseGroup, offers.part_of(quote) or 0, populate_existing=True)
    if group is None or group.return_id != ret.id:
        raise QuoteForeign
    if quote.accepted_at is not None:
        if group.quote_id != quote.id:
            raise QuoteOver(Over.OVERTAKEN)
        return group
    if not _is_asked(ret, group) or any(step.phase in IN_FLIGHT for step in steps_of(session, group)):
        raise IllegalMove("the release group", group.state, "chosen anew")
    asked = acceptance.asked(session, quote, by, None, now)
    acceptance.check_unmoved(session, asked)
    acceptance.check_decided(asked)
    _check_stock(session, ret, group, asked, live)
    _replace(session, ret, group, asked)
    wake(session, ret, now)
    return group


def _is_asked(ret: Return, group: ReleaseGroup) -> bool:
    is_waiting = (
        ret.state == ReturnState.APPROVED
        and group.state == GroupState.NEEDS_LOOK
        and group.look == Look.REPLACEMENT_GONE
        and group.shopify_return_id is None
    )
    return is_waiting and all(_is_whole(unit) for line in lines_of(ret, group) for unit in line.units)


def _is_whole(unit: ReturnUnit) -> bool:
    is_reduced = unit.percent is not None and unit.percent != 100
    return unit.decision != UnitDecision.REFUSED and unit.reception != Reception.MISSING and not is_reduced


def _part(session: Session, ret: Return, group: ReleaseGroup) -> Part:
    agreed = settlement_from_stored(group.accepted)
    return Part(
        group_id=group.id,
        return_id=ret.id,
        request_id=agreed.lines[0].accepted.request_id,
        beside=waited_for(ret, [each for each in groups_of(session, ret) if each.id != group.id]),
        terms=_terms(session, ret, agreed),
    )


def _terms(session: Session, ret: Return, agreed: Settlement) -> dict[tuple[int, Outcome], Terms]:
    """What the return's own quote offered, by order line and outcome."""
    quote = session.get(ReturnQuote, ret.quote_id) if ret.quote_id else None
    options = quotes.from_stored(quote.options).options if quote is not None else ()
    settlements = [settled for option in options for settled in option.settlements]
    lines = [line for settled in (*settlements, agreed) for line in settled.lines]
    return {(line.accepted.line_id, line.terms.outcome): line.terms for line in lines}


def waited_for(ret: Return, groups: Sequence[ReleaseGroup]) -> dict[int, int]:
    """Units of the replacements and new items that these groups have still to be given."""
    waiting = [group for group in groups if GroupState(group.state) not in FINISHED_GROUPS]
    open_ids = {group.id for group in waiting}
    found: dict[int, int] = {}
    for line in ret.lines:
        if line.group_id in open_ids and line.replacement_variant_id is not None:
            found[line.replacement_variant_id] = found.get(line.replacement_variant_id, 0) + line.quantity
    for item in (item for group in waiting for item in _cart_items(group)):
        found[item.variant_id] = found.get(item.variant_id, 0) + item.quantity
    return found


def _cart_items(group: ReleaseGroup) -> tuple[NewItem, ...]:
    cart = settlement_from_stored(group.accepted).cart if group.accepted else None
    return cart.items if cart is not None else ()


def _check_stock(
    session: Session,
    ret: Return,
    group: ReleaseGroup,
    asked: Asked,
    live: Mapping[int, VariantStock] | None,
) -> None:
    wanted = _part(session, ret, group).with_others(offers.units_wanted(asked.wish))
    gone = stock.missing(session, ret.shop_id, wanted, asked.now, but_return=ret.id, live=live)
    if gone:
        raise StockGone(gone)


def _replace(session: Session, ret: Return, group: ReleaseGroup, asked: Asked) -> None:
    """What was accepted, its bonus and its stock give way to the new quote's; where that has several settlements, the
    others become groups of their own."""
    asked.quote.accepted_at = asked.now
    lines = _choose(ret, group, asked.wish)
    session.execute(delete(BonusGrant).where(BonusGrant.group_id == group.id, BonusGrant.issued_at.is_(None)))
    first, *others = asked.settlements
    _becomes(group, first, asked.quote)
    groups = [group]
    last = session.scalar(select(func.max(ReleaseGroup.position)).where(ReleaseGroup.return_id == ret.id)) or 0
    for position, settlement in enumerate(others, start=last + 1):
        groups.append(acceptance.group_of(ret, settlement, position))
        groups[-1].quote_id, groups[-1].state = asked.quote.id, GroupState.OPENING
    session.add_all(groups)
    session.flush()
    for each, settlement in zip(groups, asked.settlements, strict=True):
        acceptance.cover(session, asked.order, each, settlement, lines, asked.now)
    _keep_aside(session, ret, asked.now)
    ret.version += 1
    chosen = sorted({str(settlement.outcome) for settlement in asked.settlements})
    told = {"group_id": group.id, "outcomes": chosen, "variants": sorted(offers.units_wanted(asked.wish))}
    timeline.add(session, ret, Told.REPLACEMENT_CHOSEN, asked.by, asked.now, staff=asked.staff, facts=told)


def _choose(ret: Return, group: ReleaseGroup, wish: Wish) -> list[ReturnLine]:
    """The group's lines with their new outcomes, of no group for now."""
    lines = lines_of(ret, group)
    for line in lines:
        chosen = wish.line(line.fulfillment_line_id or 0)
        if chosen is None or chosen.outcome is None:
            raise QuoteForeign
        is_swap = chosen.outcome is Outcome.VARIANT_EXCHANGE
        line.outcome, line.group_id = chosen.outcome, None
        line.replacement_variant_id = chosen.replacement_variant_id if is_swap else None
    return lines


def _becomes(group: ReleaseGroup, settlement: Settlement, quote: ReturnQuote) -> None:
    """The group is what was accepted now. Whatever freed the money of the old choice is asked again for the new one."""
    move(group, GroupState.OPENING)
    group.outcome, group.money_event = settlement.outcome, settlement.money_event
    group.accepted, group.final, group.quote_id = settlement_to_stored(settlement), None, quote.id
    group.released_at, group.released_by = None, None
    group.shopify_lines = {name: kept for name, kept in group.shopify_lines.items() if name == "seen_refunds"}


def _keep_aside(session: Session, ret: Return, now: datetime) -> None:
    """The replacements that the return still waits for, and no others."""
    stock.release(session, ret.id, now)
    days = load(session, ret.shop_id, Returns).hold_replacement_days
    stock.hold(session, ret.shop_id, ret.id, waited_for(ret, groups_of(session, ret)), days, now)
