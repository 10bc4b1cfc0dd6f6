"""Settlements and bonuses as postings of the money ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shopify_app.money import Money, total
from shopify_app.orders.models import Order
from shopify_app.returns.ledger import Account, Entry, post
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup, Step
from shopify_app.returns.settlements import PricedLine, Settlement
from shopify_app.returns.tenders import Part
from shopify_app.returns.vocabulary import TenderKind

_TENDERS = {
    TenderKind.GIFT_CARD: Account.GIFT_CARD_REFUND,
    TenderKind.STORE_CREDIT: Account.STORE_CREDIT_REFUND,
    TenderKind.PAYMENT: Account.REFUND,
    TenderKind.BALANCE: Account.REFUND,
}


def post_settlement(
    session: Session, ret: Return, group: ReleaseGroup, step: Step, final: Settlement, answer: Any, now: datetime
) -> None:
    """What came back, what was taken off, and where it went by Shopify's own transactions; then why the sum is not the
    one that Shopify suggested."""
    order = session.get_one(Order, ret.order_id)
    entries = [
        *(entry for line in final.lines for entry in _goods(order, line)),
        Entry(Account.SHIPPING_FEE, -final.shipping_fee),
        *_sold(group, final),
        Entry(Account.BALANCE_DUE, final.due),
        Entry(Account.WAIVED, final.waived),
        *_paid(final.parts, answer["transfers"]),
    ]
    post(session, ret, f"g{group.id}.process", entries, now, group=group, step=step)
    _post_comparison(session, ret, group, step, final, now)


def post_bonus(
    session: Session, ret: Return, group: ReleaseGroup, step: Step, grant: BonusGrant, now: datetime
) -> None:
    """The bonus given, by the transaction or card that proves it."""
    amount = Money(grant.amount, grant.currency)
    entries = [
        Entry(Account.BONUS_EXPENSE, amount),
        Entry(Account.BONUS_ISSUED, -amount, tender=step.kind, shopify_id=grant.shopify_id),
    ]
    post(session, ret, f"g{group.id}.{step.key}", entries, now, group=group, step=step)


def post_take_back(
    session: Session, ret: Return, group: ReleaseGroup, step: Step, taken: Money, shopify_id: str, now: datetime
) -> None:
    """What of a bonus was taken back."""
    entries = [
        Entry(Account.BONUS_TAKEN_BACK, taken, shopify_id=shopify_id),
        Entry(Account.BONUS_EXPENSE, -taken),
    ]
    post(session, ret, f"g{group.id}.{step.key}", entries, now, group=group, step=step)


def post_delivery(
    session: Session,
    ret: Return,
    group: ReleaseGroup,
    step: Step,
    parts: Sequence[Part],
    transfers: list[dict[str, Any]],
    now: datetime,
) -> None:
    """What was paid for sending the order, given back to its payments."""
    back = total([part.amount for part in parts], group.currency)
    entries = [Entry(Account.DELIVERY, back), *_paid(parts, transfers)]
    post(session, ret, f"g{group.id}.{step.key}.delivery", entries, now, group=group, step=step)


def post_payment(
    session: Session, ret: Return, group: ReleaseGroup, amount: Money, payment: str, now: datetime
) -> None:
    """What was paid towards the group's balance, by Shopify's transaction."""
    entries = [
        Entry(Account.BALANCE_DUE, -amount),
        Entry(Account.BALANCE_PAID, amount, tender=TenderKind.BALANCE, shopify_id=payment),
    ]
    post(session, ret, f"g{group.id}.paid.{payment.rpartition('/')[2]}", entries, now, group=group)


def post_waived(
    session: Session, ret: Return, group: ReleaseGroup, rest: Money, now: datetime, cause: str | None
) -> None:
    """What was still open of the balance, and is asked of nobody any more."""
    entries = [Entry(Account.BALANCE_DUE, -rest), Entry(Account.WAIVED, rest, cause=cause)]
    post(session, ret, f"g{group.id}.waived", entries, now, group=group)


def post_handled(session: Session, ret: Return, group: ReleaseGroup, rest: Money, now: datetime) -> None:
    """What was still open of the balance, and was dealt with by a person in Shopify's own pages."""
    entries = [Entry(Account.BALANCE_DUE, -rest), Entry(Account.ELSEWHERE, rest)]
    post(session, ret, f"g{group.id}.handled", entries, now, group=group)


@dataclass(frozen=True)
class Dropped:
    """An exchange that comes off the order: `final` is what the shopper gets instead, `sold` what the new items had
    cost, `rest` what was still to be paid for them, `paid_back` what had been, with its payments."""

    final: Settlement
    sold: Money
    rest: Money
    paid_back: tuple[Part, ...]


def post_dropped(
    session: Session, ret: Return, group: ReleaseGroup, step: Step, dropped: Dropped, answer: Any, now: datetime
) -> None:
    """The sale is undone, nothing is owed for it, and where the shopper's money went; then why the sum is not the one
    that Shopify suggested."""
    entries = [
        Entry(Account.EXCHANGE_SALE, dropped.sold),
        Entry(Account.BALANCE_DUE, -dropped.rest),
        *_paid((*dropped.final.parts, *dropped.paid_back), answer["transfers"]),
    ]
    post(session, ret, f"g{group.id}.drop", entries, now, group=group, step=step)
    moved = total([part.amount for part in (*dropped.final.parts, *dropped.paid_back)], group.currency)
    _post_compared(session, ret, group, step, moved, "drop.shopify", now)


def _goods(order: Order, line: PricedLine) -> Iterable[Entry]:
    """The accepted units: list price, discounts, tax (contained or added), and what was taken off their value."""
    units, accepted, currency = line.units, line.accepted, order.currency
    price = next(Money(each.unit_price, currency) for each in order.lines if each.shopify_id == accepted.line_id)
    gross = price * len(units)
    shown = total([unit.shown for unit in units], currency)
    net, paid = total([unit.net for unit in units], currency), total([unit.paid for unit in units], currency)
    contained = shown - net
    rows = (
        (Account.GOODS, gross - contained),
        (Account.DISCOUNT, shown - gross),
        (Account.TAX, paid - net),
        (Account.REDUCTION, accepted.paid - paid),
        (Account.RESTOCKING_FEE, -accepted.restocking_fee),
    )
    return [Entry(account, amount, line_id=accepted.line_id) for account, amount in rows]


def _sold(group: ReleaseGroup, final: Settlement) -> list[Entry]:
    """The new goods, an entry a line of Shopify's where they come to the sum; else the sum."""
    lines = [each for each in group.shopify_lines.get("exchange", ()) if each.get("quantity")]
    if sum(each.get("target", 0) for each in lines) != final.new_total.amount:
        return [Entry(Account.EXCHANGE_SALE, -final.new_total)]
    return [Entry(Account.EXCHANGE_SALE, Money(-each["target"], final.new_total.currency)) for each in lines]


def _paid(parts: Iterable[Part], transfers: list[dict[str, Any]]) -> list[Entry]:
    """Each part with the transaction that proves it."""
    waiting, found = list(transfers), []
    for part in parts:
        proof = next((each for each in waiting if _fits(part, each)), None)
        if proof is not None:
            waiting.remove(proof)
        id = proof["id"] if proof else None
        found.append(Entry(_TENDERS[part.kind], -part.amount, tender=part.tender_id or "store_credit", shopify_id=id))
    return found


def _fits(part: Part, transfer: dict[str, Any]) -> bool:
    if transfer["amount"] != part.amount.amount:
        return False
    parent = str(transfer["parent"] or "").rpartition("/")[2]
    return part.tender_id is None or parent == part.tender_id.rpartition("/")[2]


def _post_comparison(
    session: Session, ret: Return, group: ReleaseGroup, step: Step, final: Settlement, now: datetime
) -> None:
    _post_compared(session, ret, group, step, final.back - final.due - final.waived, "shopify", now)


def _post_compared(
    session: Session, ret: Return, group: ReleaseGroup, step: Step, moved: Money, name: str, now: datetime
) -> None:
    compared = dict(step.input.get("compared") or {})
    currency = group.currency
    suggested = Money(int(compared.pop("suggested", 0)), currency)
    entries = [
        Entry(Account.SUGGESTED, suggested),
        *(Entry(Account.DIFFERENCE, Money(-amount, currency), cause=cause) for cause, amount in compared.items()),
        Entry(Account.MOVED, -moved),
    ]
    post(session, ret, f"g{group.id}.{name}", entries, now, group=group, step=step)
