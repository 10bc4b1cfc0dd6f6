"""Whose order it was: candidates for a request without an order number, and the return that a match becomes.

The return is a normal one, made by the merchant for the order's customer, under that order's policy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, Select, func, or_, select, union
from sqlalchemy.orm import Session, selectinload

from shopify_app.db import keyring_of
from shopify_app.orders.models import Order, OrderLine
from shopify_app.orders.projection import number_key
from shopify_app.returns import offers, requests
from shopify_app.returns.eligibility import EligibleLine
from shopify_app.returns.models import Return, ReturnLine
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.no_receipt import verbs
from shopify_app.returns.no_receipt.asking import email_hash
from shopify_app.returns.no_receipt.models import NoReceiptRequest
from shopify_app.returns.reasons import NotCovered, NotEligible
from shopify_app.returns.states import FINISHED_GROUPS, OPEN_RETURNS
from shopify_app.returns.timeline import By
from shopify_app.returns.vocabulary import Method, Outcome
from shopify_app.returns.wishes import Wish, WishLine
from shopify_app.shopify.return_snapshots import ReturnableOrder
from shopify_app.shops.models import Shop
from shopify_app.zones import zone_named

SHOWN = 20
OUTCOMES = (Outcome.STORE_CREDIT, Outcome.REFUND)
"""What a return that was made of a match may give at once; anything else is chosen on the order's own pages."""


class NotInOrder(Exception):
    """The order has nothing of the product that the request is about."""


@dataclass(frozen=True)
class Candidate:
    """An order that it may have been. `pieces` of the very variant, or of the product where that is another size, are
    still part of it and in no open return; `is_spent`: there were some, and none is left."""

    order: Order
    pieces: int
    is_same_variant: bool
    is_same_address: bool
    is_spent: bool


def candidates(session: Session, request: NoReceiptRequest, typed: str) -> tuple[Candidate, ...]:
    """Orders by their number, an address, or a day (``2026-11-24``) on which it was bought; nothing typed: those of the
    same address, and those with the product, newest first."""
    wanted = (
        select(Order)
        .where(Order.shop_id == request.shop_id, Order.deleted_at.is_(None))
        .where(Order.id.in_(_ids(session, request, typed.strip())))
        .options(selectinload(Order.lines))
    )
    found = session.scalars(wanted.order_by(Order.placed_at.desc()).limit(SHOWN)).all()
    asked = _asked_for(session, request.shop_id, [order.id for order in found])
    shown = [_candidate(request, order, asked) for order in found]
    return tuple(sorted(shown, key=lambda each: (not each.is_same_address, not each.pieces)))


def wish_for(request: NoReceiptRequest, lines: Sequence[EligibleLine], outcome: Outcome) -> Wish:
    """The request as a wish on an order's lines: its variant, else its product. Raises NotInOrder, NotEligible."""
    same = [line for line in lines if line.variant_id == request.variant_id]
    same = same or [line for line in lines if line.product_id == request.product_id]
    if not same:
        raise NotInOrder
    can = [line for line in same if line.verdict.terms_for(outcome) and line.fulfillment_line_id and line.quantity]
    if not can:
        reasons = next((each.verdict.reasons for each in same if each.verdict.reasons), ())
        raise NotEligible(reasons or (NotCovered(),))
    return Wish(tuple(_chosen(request, can, outcome)))


def make_return(
    session: Session,
    request: NoReceiptRequest,
    order: Order,
    returnable: ReturnableOrder,
    outcome: Outcome,
    by: By,
    now: datetime,
) -> Return:
    """A return of the order for its customer, approved at once, and the request matched to it. `returnable` is what
    Shopify says of the order just now. Raises NotInOrder, NotEligible, IllegalMove and what `offers.price` raises."""
    lines = offers.eligible(session, order, returnable, now)
    wish = wish_for(request, lines, outcome)
    ret = requests.create_for_customer(session, order, returnable, wish, now, staff=by.staff)
    verbs.matched(session, request, order, ret, by, now)
    return ret


def _chosen(request: NoReceiptRequest, lines: Sequence[EligibleLine], outcome: Outcome) -> Iterator[WishLine]:
    """As many pieces as were asked for and are there, parcel by parcel."""
    left = request.quantity
    for line in lines:
        taken = min(left, line.quantity)
        if not taken:
            return
        left -= taken
        methods = [each for each in line.verdict.methods if each is not Method.NONE] or [Method.NONE]
        yield WishLine(
            line_id=line.line_id,
            fulfillment_line_id=line.fulfillment_line_id or 0,
            quantity=taken,
            reason=request.reason,
            outcome=outcome,
            method=Method.OWN_CARRIER if Method.OWN_CARRIER in methods else methods[0],
        )


def _ids(session: Session, request: NoReceiptRequest, typed: str) -> Select[Any] | CompoundSelect[Any]:
    """Our ids of the orders that come into question: a statement, not its rows."""
    mine = Order.shop_id == request.shop_id
    if not typed:
        with_it = (OrderLine.shop_id == request.shop_id, OrderLine.product_shopify_id == request.product_id)
        lines = select(OrderLine.order_id).where(*with_it).order_by(OrderLine.id.desc()).limit(SHOWN).subquery()
        near = select(Order.id).where(mine, Order.email_hash == (request.email_hash or ""))
        return union(select(lines.c.order_id), near)
    if "@" in typed:
        clause = Order.email_hash == email_hash(keyring_of(session), typed)
    elif (day := _day(session, request, typed)) is not None:
        clause = (Order.placed_at >= day) & (Order.placed_at < day + timedelta(days=1))
    else:
        clause = Order.number == number_key(typed)
    return select(Order.id).where(mine, clause).order_by(Order.placed_at.desc()).limit(SHOWN)


def _day(session: Session, request: NoReceiptRequest, typed: str) -> datetime | None:
    """The beginning of that day on the shop's clock; None for what is no day."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    if not 2000 <= day.year <= 2200:  # the calendar has ends, beyond which no hour can be reckoned
        return None
    return datetime.combine(day, time(0), zone_named(session.get_one(Shop, request.shop_id).timezone))


def _asked_for(session: Session, shop_id: int, orders: Sequence[int]) -> dict[tuple[int, int], int]:
    """Pieces by order (ours) and line (Shopify's id) that returns ask for which are not finished."""
    group_is_open = or_(ReleaseGroup.id.is_(None), ReleaseGroup.state.not_in(FINISHED_GROUPS))
    rows = (
        select(Return.order_id, ReturnLine.line_id, func.sum(ReturnLine.quantity))
        .join(Return, Return.id == ReturnLine.return_id)
        .outerjoin(ReleaseGroup, ReleaseGroup.id == ReturnLine.group_id)
        .where(Return.shop_id == shop_id, Return.order_id.in_(orders), Return.state.in_(OPEN_RETURNS), group_is_open)
        .group_by(Return.order_id, ReturnLine.line_id)
    )
    return {(order_id, line_id): pieces for order_id, line_id, pieces in session.execute(rows)}


def _candidate(request: NoReceiptRequest, order: Order, asked: Mapping[tuple[int, int], int]) -> Candidate:
    same = [line for line in order.lines if line.variant_shopify_id == request.variant_id]
    of_product = [line for line in order.lines if line.product_shopify_id == request.product_id]
    left = (line.current_quantity - asked.get((order.id, line.shopify_id), 0) for line in same or of_product)
    pieces = sum(max(0, each) for each in left)
    return Candidate(
        order,
        pieces,
        bool(same),
        order.email_hash is not None and order.email_hash == request.email_hash,
        bool(of_product) and not pieces,
    )
