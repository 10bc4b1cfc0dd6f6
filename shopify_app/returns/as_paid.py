"""An order as it was paid, and what has happened to it since: of our rows and what Shopify just said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from shopify_app.db import Session
from shopify_app.money import Money, total
from shopify_app.orders.models import Order, OrderLine
from shopify_app.returns import ledger, past
from shopify_app.returns.amounts import Rates
from shopify_app.returns.balances import rows as balances
from shopify_app.returns.paid import PaidOrder
from shopify_app.returns.past import GroupIds, PastGroup
from shopify_app.returns.tenders import Tender, after
from shopify_app.returns.units import PaidLine
from shopify_app.returns.vocabulary import TenderKind
from shopify_app.shopify.return_snapshots import (
    GIFT_CARD_GATEWAY,
    HOLDING,
    STORE_CREDIT_GATEWAY,
    ReturnableOrder,
    TenderSnapshot,
)

_KINDS = {GIFT_CARD_GATEWAY: TenderKind.GIFT_CARD, STORE_CREDIT_GATEWAY: TenderKind.STORE_CREDIT}


def paid_order(
    session: Session,
    order: Order,
    returnable: ReturnableOrder,
    *,
    without_group: GroupIds = None,
    without_return: int | None = None,
) -> PaidOrder:
    """The order as it was paid and what has happened to it since. `without_group` (ids of release groups) is left out
    of its past, to price those again; `without_return` a whole return of ours."""
    groups = past.groups_of(session, order, without_return)
    rates = rates_of(returnable)
    without = past.ids_of(without_group)
    tenders, refundable = _left(returnable, [each for each in groups if each.group_id not in without])
    later = balances.payments_of(session, order.id)
    tenders = tuple(replace(each, kind=TenderKind.BALANCE) if each.tender_id in later else each for each in tenders)
    earlier = past.acceptances(groups, without) + past.fee_elsewhere(session, without, groups)
    waived = _waived(session, order, returnable, groups)
    return PaidOrder(
        order_id=order.id,
        rates=rates,
        taxes_included=order.taxes_included,
        lines=tuple(_paid_line(order, line, returnable, groups, waived) for line in order.lines if line.quantity > 0),
        tenders=tenders,
        refundable=refundable,
        earlier=earlier,
        grants=past.grants_of(session, order, rates, without_group, without_return),
        has_customer=returnable.has_customer,
        is_company=returnable.is_company,
        gives_credit=returnable.credit.is_possible,
        has_duties=returnable.has_duties,
        own_share=_own_share(session, order, returnable),
    )


def rates_of(returnable: ReturnableOrder) -> Rates:
    """The order's two currencies."""
    return Rates(returnable.currency, returnable.shop_currency, returnable.rate)


def _paid_line(
    order: Order,
    line: OrderLine,
    returnable: ReturnableOrder,
    groups: tuple[PastGroup, ...],
    waived: Mapping[int, Money],
) -> PaidLine:
    return PaidLine(
        line_id=line.shopify_id,
        quantity=line.quantity,
        unit_price=order.money(line.unit_price),
        discount=order.money(line.discount) + waived.get(line.shopify_id, order.money(0)),
        tax=order.money(sum(part["amount"] for part in line.taxes)),
        gone=_gone(line, returnable, groups),
    )


def _waived(
    session: Session, order: Order, returnable: ReturnableOrder, groups: tuple[PastGroup, ...]
) -> dict[int, Money]:
    """What nobody paid of lines that came by an exchange, by line: the shop asked for no more. It was never the
    shopper's money, so it goes back with nothing."""
    new = {made.shopify_id: made.exchanged for made in returnable.returns if made.exchanged}
    if not new:
        return {}
    amounts = ledger.waived(session, order.id)
    lines = {line.shopify_id: line for line in order.lines}
    found: dict[int, Money] = {}
    for group in groups:
        ids = [id for id in new.get(group.shopify_return_id or 0, ()) if id in lines]
        if ids and amounts.get(group.group_id):
            cost = [lines[id].unit_price * lines[id].quantity - lines[id].discount for id in ids]
            found |= zip(ids, order.money(amounts[group.group_id]).split(cost), strict=True)
    return found


def _gone(line: OrderLine, returnable: ReturnableOrder, groups: tuple[PastGroup, ...]) -> int:
    """Units that left by no acceptance of ours: removed by an edit, refunded at Shopify, or in a return that was begun
    there. What our own returns have processed is Shopify's count less theirs."""
    own = (each for each in groups if each.settlement is not None)
    ours = {returnable.return_of(each.shopify_return_id, each.created_by) for each in own}
    count = next((each for each in returnable.counts if each.line_id == line.shopify_id), None)
    left = count.quantity - count.current if count else line.quantity - line.current_quantity
    left -= _taken_off(line, groups)
    held = 0
    for made in returnable.returns:
        for each in made.lines:
            if each.line_id != line.shopify_id:
                continue
            if made.shopify_id in ours:
                left -= each.processed
            elif made.status in HOLDING:
                held += each.quantity - each.processed
    return min(line.quantity, max(0, left) + held)


def _taken_off(line: OrderLine, groups: tuple[PastGroup, ...]) -> int:
    """Units that a withdrawal of ours took off the order before they were sent: no return of Shopify's names them."""
    return sum(
        len(each.units)
        for past_group in groups
        if past_group.is_taken_off and past_group.settlement is not None
        for each in past_group.settlement.accepted
        if each.line_id == line.shopify_id
    )


def _left(returnable: ReturnableOrder, groups: list[PastGroup]) -> tuple[tuple[Tender, ...], Money]:
    """What each tender and the order as a whole can still take back, once what open requests were promised is kept
    aside. What Shopify has carried out already is in its own figures; what was settled after its word is not."""
    done = {made.shopify_id for made in returnable.returns if made.is_processed}
    parts = [
        part
        for each in groups
        if each.settlement is not None and not each.is_taken_off and each.shopify_return_id not in done
        for part in each.settlement.parts
    ]
    tenders = tuple(_tender(each) for each in returnable.tenders)
    for part in parts:
        tenders = after(tenders, [part])
    zero = Money.zero(returnable.currency)
    kept = total([part.amount for part in parts], returnable.currency)
    free = tuple(replace(tender, refundable=max(tender.refundable, zero)) for tender in tenders)
    return free, max(returnable.refundable - kept, zero)


def _own_share(session: Session, order: Order, returnable: ReturnableOrder) -> Fraction:
    """The part of what was paid that was no bonus. Shopify spends what expires first, so bonuses go before the
    shopper's own credit; what another order has spent of them in between nobody tells us, and it counts here."""
    paid = sum(each.amount.amount for each in returnable.tenders)
    if not paid:
        return Fraction(1)
    bonus = 0
    for gateway, given in past.bonuses_before(session, order).items():
        bonus += min(given, sum(each.amount.amount for each in returnable.tenders if each.gateway == gateway))
    return 1 - Fraction(bonus, paid)


def _tender(paid: TenderSnapshot) -> Tender:
    kind = _KINDS.get(paid.gateway, TenderKind.PAYMENT)
    return Tender(f"gid://shopify/OrderTransaction/{paid.transaction_id}", kind, paid.refundable)
