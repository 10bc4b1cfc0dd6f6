"""What one release group owes: to the shopper, to the tenders, or by the shopper."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shopify_app.money import Money, total
from shopify_app.returns.exchanges import Cart, cart_sum, swap_total
from shopify_app.returns.paid import Manner, PaidOrder
from shopify_app.returns.settlements import PricedLine, Row, RowKind, Settlement
from shopify_app.returns.tenders import Part, split
from shopify_app.returns.vocabulary import EXCHANGES, WITH_CART, LeftoverTo, MoneyEvent, Outcome, TenderKind
from shopify_app.returns.working import said

_EVENTS = list(MoneyEvent)


@dataclass(frozen=True)
class _New:
    """The new items of an exchange: their cost after the bonus used."""

    total: Money
    used: Money
    is_confirmed: bool = True


def settle_group(
    order: PaidOrder, lines: tuple[PricedLine, ...], cart: Cart | None, manner: Manner, forgone: Money
) -> Settlement:
    """`lines` share an outcome. `forgone` is what of a fee there was no money left for; `cart` as chosen."""
    outcome, currency = lines[0].terms.outcome, order.currency
    own = total([line.own for line in lines], currency)
    bonus = total([line.accepted.bonus for line in lines], currency)
    is_open = outcome in WITH_CART and cart is None
    new = _new_items(order, lines, cart, own, bonus)
    balance = Money.zero(currency) if is_open else own - new.total
    due, back = max(-balance, Money.zero(currency)), max(balance, Money.zero(currency))
    waived = due if manner.waive_up_to is not None and due <= manner.waive_up_to else Money.zero(currency)
    parts = _parts(order, outcome, back, manner)
    settled = Settlement(
        outcome=outcome,
        money_event=max((line.terms.money_event for line in lines), key=_EVENTS.index),
        lines=lines,
        own=own,
        bonus=bonus,
        new_total=new.total,
        bonus_used=new.used,
        bonus_lapses=bonus - new.used if outcome in EXCHANGES and not is_open else Money.zero(currency),
        waived=waived,
        due=due - waived,
        back=back,
        parts=parts,
        unplaced=back - total([part.amount for part in parts], currency),
        is_open=is_open,
        is_tax_confirmed=new.is_confirmed,
        rows=(),
        cart=cart if outcome in WITH_CART else None,
    )
    return _with_rows(settled, forgone)


def _new_items(order: PaidOrder, lines: tuple[PricedLine, ...], cart: Cart | None, own: Money, bonus: Money) -> _New:
    zero, outcome = Money.zero(order.currency), lines[0].terms.outcome
    if outcome is Outcome.VARIANT_EXCHANGE:
        swaps = [swap_total(line.units, line.replacement, order.taxes_included, order.currency) for line in lines]
        return _New(total(swaps, order.currency), zero)
    if outcome in WITH_CART and cart is not None:
        found = cart_sum(cart, own, bonus, order.taxes_included)
        return _New(found.total, found.discount, found.is_confirmed)
    return _New(zero, zero)


def _parts(order: PaidOrder, outcome: Outcome, back: Money, manner: Manner) -> tuple[Part, ...]:
    """Store credit takes all own money; a leftover goes by the policy, gift-card money always to the gift card."""
    sent = min(back, order.most_refundable)
    if outcome is Outcome.STORE_CREDIT:
        return (Part(TenderKind.STORE_CREDIT, sent),) if sent else ()
    parts = split(order.tenders, sent, manner.tender_order)
    if outcome in EXCHANGES and manner.leftover_to is LeftoverTo.STORE_CREDIT and order.may_credit:
        kept = tuple(part for part in parts if part.kind is TenderKind.GIFT_CARD)
        credit = total([part.amount for part in parts if part.kind is not TenderKind.GIFT_CARD], order.currency)
        return (*kept, Part(TenderKind.STORE_CREDIT, credit)) if credit else kept
    return parts


def _with_rows(settled: Settlement, forgone: Money) -> Settlement:
    is_credit = settled.outcome is Outcome.STORE_CREDIT
    before = settled.new_total + settled.bonus_used
    price = settled.cart.price(before.currency) if settled.cart else before
    rows = [
        Row(RowKind.FORGONE, forgone),
        Row(RowKind.NEW_ITEMS, price),
        Row(RowKind.BONUS_USED, -settled.bonus_used),
        Row(RowKind.NEW_TAX, before - price),
        Row(RowKind.BONUS_LAPSES, settled.bonus_lapses),
        Row(RowKind.WAIVED, -settled.waived),
        Row(RowKind.DUE, settled.due),
        Row(RowKind.CREDIT if is_credit else RowKind.BACK, settled.back - settled.unplaced),
        Row(RowKind.UNPLACED, settled.unplaced),
    ]
    return replace(settled, rows=said(rows))
