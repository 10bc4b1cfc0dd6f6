"""A declaration becomes a return: what has left comes back for a refund, what has not left is taken off the order.

The terms are the law's, not the policy's: a refund of all that was paid, no fee, no bonus, nothing to choose. Money for
goods that have left waits for them or for proof that they were sent (Article 13(3) of Directive 2011/83/EU).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.events import WithdrawalNeedsLook, record
from shopify_app.orders.models import Order
from shopify_app.returns import acceptance, facts, offers, published, steps, timeline
from shopify_app.returns.balances import rows as balances
from shopify_app.returns.eligibility import EligibleLine, eligible
from shopify_app.returns.models import Return, ReturnLine, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.paid import Pick, Request
from shopify_app.returns.pricing import price
from shopify_app.returns.review import approve
from shopify_app.returns.rules import in_force
from shopify_app.returns.searching import keeping
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.states import Actor, Reception, Source
from shopify_app.returns.timeline import Told
from shopify_app.returns.units import NotEnoughUnits
from shopify_app.returns.verdicts import Terms
from shopify_app.returns.vocabulary import Method, MoneyEvent, Outcome
from shopify_app.returns.withdrawing.declarations import local_day, unsent_spoken_for
from shopify_app.returns.withdrawing.models import Withdrawal, WithdrawalState
from shopify_app.shopify.return_facts import MOST_LINES
from shopify_app.shopify.return_snapshots import ReturnableOrder

MOST_TAKEN_OFF = 250
"""Lines that one refund at Shopify may name: no list that it is handed may be longer."""
LOOKS = 7
"""How often units are looked for that are on their way back from another return before a person is asked. With the
queue's pauses that takes an hour and three quarters; time in which nobody looked does not count."""


class Stuck(StrEnum):
    """Why a person has to carry a declaration out."""

    ORDER_GONE = "order_gone"
    TOO_LARGE = "too_large"
    UNPAID = "unpaid"
    NOT_ENOUGH = "not_enough"
    BALANCE_OPEN = "balance_open"


class CannotOpen(Exception):
    """No return can be made of the declaration; `why` for the merchant."""

    def __init__(self, why: Stuck) -> None:
        super().__init__(why)
        self.why = why


class StillMoving(Exception):
    """Units are held by a return that is just leaving Shopify: to be asked again shortly. Nothing was written."""


@dataclass(frozen=True)
class Piece:
    """Units of an order line that share a fate: in a parcel, or (`sent` None) still here."""

    line_id: int
    units: int
    sent: EligibleLine | None

    @property
    def money_event(self) -> MoneyEvent:
        """What frees its money."""
        return MoneyEvent.FIRST_SCAN if self.sent else MoneyEvent.APPROVAL


@dataclass(frozen=True)
class AtShopify:
    """The order as Shopify has it now; `unsent` are units that have not left, by line."""

    returnable: ReturnableOrder
    unsent: Mapping[int, int]


def open_return(session: Session, withdrawal: Withdrawal, seen: AtShopify, look: int, now: datetime) -> Return:
    """The declaration's return, approved: nobody has to agree to it; `look` counts the tries from 1. Raises CannotOpen,
    and StillMoving up to look `LOOKS`; nothing is written then."""
    acceptance.hold(session, withdrawal.order_id)
    order = session.get_one(Order, withdrawal.order_id, populate_existing=True)
    if not seen.returnable.tenders:
        raise CannotOpen(Stuck.UNPAID)
    if _unpaid_lines(session, order, seen.returnable) & {int(said["line_id"]) for said in withdrawal.lines}:
        raise CannotOpen(Stuck.BALANCE_OPEN)
    pieces = _pieces(session, order, withdrawal, seen, look, now)
    parts = _parts(pieces)
    settlements = _priced(session, order, withdrawal, seen.returnable, parts, now)
    ret = _make(session, order, withdrawal, parts, settlements)
    withdrawal.state, withdrawal.opened_at = WithdrawalState.OPENED, now
    withdrawal.look, withdrawal.look_facts = None, None
    approve(session, ret, Actor.RULE, now)
    return ret


def set_aside(session: Session, withdrawal: Withdrawal, why: Stuck, now: datetime) -> None:
    """It stays received; a person sees it on the list, and is told."""
    withdrawal.state, withdrawal.look = WithdrawalState.NEEDS_LOOK, why
    stuck = WithdrawalNeedsLook(order_id=withdrawal.order_id, withdrawal_id=withdrawal.id)
    record(session, withdrawal.shop_id, stuck, now)


def _unpaid_lines(session: Session, order: Order, returnable: ReturnableOrder) -> set[int]:
    """Lines that came by an exchange of which something is still to be paid: less was paid for them than they cost."""
    open_groups = [each.group_id for each in balances.of_order(session, order.id) if each.is_open]
    ids = set(session.scalars(select(ReleaseGroup.shopify_return_id).where(ReleaseGroup.id.in_(open_groups))))
    return {line for made in returnable.returns if made.shopify_id in ids for line in made.exchanged}


def _pieces(
    session: Session, order: Order, withdrawal: Withdrawal, seen: AtShopify, look: int, now: datetime
) -> list[Piece]:
    """What has not left is taken first: it is the least trouble for everybody. Then parcel by parcel."""
    sent: dict[int, list[EligibleLine]] = {}
    for each in eligible(session, order, seen.returnable, now, without_withdrawal=withdrawal.id):
        if each.fulfillment_line_id is not None and each.quantity:
            sent.setdefault(each.line_id, []).append(each)
    spoken_for = unsent_spoken_for(session, order)
    pieces: list[Piece] = []
    for said in withdrawal.lines:
        line_id, wanted = int(said["line_id"]), int(said["quantity"])
        here = max(0, min(wanted, seen.unsent.get(line_id, 0) - spoken_for.get(line_id, 0)))
        if here:
            pieces.append(Piece(line_id, here, None))
        wanted -= here
        for parcel in sent.get(line_id, ()):
            taken = min(wanted, parcel.quantity)
            if taken:
                pieces.append(Piece(line_id, taken, parcel))
            wanted -= taken
        if wanted:
            raise _not_enough(session, withdrawal, look)
    return sorted(pieces, key=lambda piece: piece.sent is not None)


def _parts(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """What is settled together: of what has not left, as much as a refund at Shopify may name; of what has, as much as
    a return there may hold, and all of an order line in one: of no more parcels than that are read of an order."""
    here = [piece for piece in pieces if piece.sent is None]
    by_line: dict[int, list[Piece]] = {}
    for piece in pieces:
        if piece.sent is not None:
            by_line.setdefault(piece.line_id, []).append(piece)
    parts = [here[start : start + MOST_TAKEN_OFF] for start in range(0, len(here), MOST_TAKEN_OFF)]
    part: list[Piece] = []
    for together in by_line.values():
        if part and len(part) + len(together) > MOST_LINES:
            parts.append(part)
            part = []
        part = [*part, *together]
    return [*parts, part] if part else parts


def _units(part: Sequence[Piece]) -> dict[int, int]:
    units: dict[int, int] = {}
    for piece in part:
        units[piece.line_id] = units.get(piece.line_id, 0) + piece.units
    return units


def _not_enough(session: Session, withdrawal: Withdrawal, look: int) -> Exception:
    """What was free when it was declared is not: for a while that may be a step's doing that is under way, and however
    long it takes to learn what one did, two books that differ by it are no shortage."""
    is_moving = look < LOOKS and steps.any_unfinished(session, withdrawal.order_id)
    if is_moving or steps.any_to_look_up(session, withdrawal.order_id):
        return StillMoving()
    return CannotOpen(Stuck.NOT_ENOUGH)


def _priced(
    session: Session,
    order: Order,
    withdrawal: Withdrawal,
    returnable: ReturnableOrder,
    parts: Sequence[Sequence[Piece]],
    now: datetime,
) -> tuple[Settlement, ...]:
    paid = facts.paid_order(session, order, returnable)
    day = local_day(order, withdrawal.received_at)
    picks = [
        Pick.of(line_id, count, Terms(Outcome.REFUND, day, withdrawal.last_day, part[0].money_event), part=number)
        for number, part in enumerate(parts)
        for line_id, count in _units(part).items()
    ]
    try:
        return price(paid, picks, Request(withdrawal.number, now), offers.manner_of(session, order, paid))
    except NotEnoughUnits as short:
        raise CannotOpen(Stuck.NOT_ENOUGH) from short


def _make(
    session: Session,
    order: Order,
    withdrawal: Withdrawal,
    parts: Sequence[Sequence[Piece]],
    settlements: Sequence[Settlement],
) -> Return:
    ret = Return(
        shop_id=order.shop_id,
        order_id=order.id,
        withdrawal_id=withdrawal.id,
        rma=acceptance.next_rma(session, order),
        source=Source.SHOPPER,
        currency=order.currency,
        policy_version=in_force(published.versions(session, order.shop_id), order.placed_at).number,
        locale=withdrawal.locale or order.locale,
        requested_at=withdrawal.received_at,
    )
    session.add(ret)
    session.flush()
    for position, (settlement, part) in enumerate(zip(settlements, parts, strict=True), start=1):
        group = acceptance.group_of(ret, settlement, position)
        session.add(group)
        session.flush()
        ret.lines += [_line(order, ret, piece, group.id) for piece in part]
    keeping.write(session, ret)
    facts_told = {
        "number": withdrawal.number,
        "refund_by": withdrawal.refund_by.isoformat(),
        "is_whole": withdrawal.is_whole,
    }
    timeline.add(session, ret, Told.WITHDRAWN, Actor.SHOPPER, withdrawal.received_at, facts=facts_told)
    return ret


def _line(order: Order, ret: Return, piece: Piece, group_id: int) -> ReturnLine:
    goods = next(line for line in order.lines if line.shopify_id == piece.line_id)
    where = Reception.EXPECTED if piece.sent else Reception.KEPT
    return ReturnLine(
        shop_id=ret.shop_id,
        group_id=group_id,
        line_id=piece.line_id,
        fulfillment_line_id=piece.sent.fulfillment_line_id if piece.sent else None,
        fulfillment_id=piece.sent.fulfillment_id if piece.sent else None,
        quantity=piece.units,
        outcome=Outcome.REFUND,
        method=Method.OWN_CARRIER if piece.sent else Method.NONE,
        product_id=goods.product_shopify_id,
        variant_id=goods.variant_shopify_id,
        units=[ReturnUnit(shop_id=ret.shop_id, number=n, reception=where) for n in range(1, piece.units + 1)],
    )
