"""Where money goes back to: which tender first, and never more than each can still take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shopify_app.money import Money, total
from shopify_app.returns.vocabulary import TenderKind, TenderOrder

_RANK = {
    TenderOrder.GIFT_CARD_FIRST: (TenderKind.GIFT_CARD, TenderKind.STORE_CREDIT, TenderKind.PAYMENT),
    TenderOrder.ORIGINAL_FIRST: (TenderKind.PAYMENT, TenderKind.STORE_CREDIT, TenderKind.GIFT_CARD),
}


@dataclass(frozen=True)
class Tender:
    """One payment of the order: Shopify's SALE or CAPTURE transaction. `refundable` is what it can still take back."""

    tender_id: str
    kind: TenderKind
    refundable: Money


@dataclass(frozen=True)
class Part:
    """`amount` goes to a tender of the order, or, `tender_id` None, to new store credit."""

    kind: TenderKind
    amount: Money
    tender_id: str | None = None


def split(tenders: Sequence[Tender], amount: Money, order: TenderOrder) -> tuple[Part, ...]:
    """`amount` over `tenders`; less where they cannot take it all. A balance paid later is used last.

    Tenders of one kind are filled in the order given.
    """
    first = [tender for tender in tenders if tender.kind is not TenderKind.BALANCE]
    last = [tender for tender in tenders if tender.kind is TenderKind.BALANCE]
    if order is TenderOrder.PROPORTIONAL:
        parts = _in_proportion(first, amount)
    else:
        rank = _RANK[order]
        parts = _in_turn(sorted(first, key=lambda tender: rank.index(tender.kind)), amount)
    rest = amount - total([part.amount for part in parts], amount.currency)
    return tuple(parts + _in_turn(last, rest))


def after(tenders: Sequence[Tender], parts: Sequence[Part]) -> tuple[Tender, ...]:
    """The tenders once `parts` have gone back to them."""
    back = {part.tender_id: part.amount for part in parts if part.tender_id is not None}
    return tuple(
        Tender(t.tender_id, t.kind, t.refundable - back.get(t.tender_id, Money.zero(t.refundable.currency)))
        for t in tenders
    )


def _in_turn(tenders: Sequence[Tender], amount: Money) -> list[Part]:
    parts = []
    for tender in tenders:
        share = min(amount, tender.refundable)
        if share.amount > 0:
            parts.append(Part(tender.kind, share, tender.tender_id))
            amount = amount - share
    return parts


def _in_proportion(tenders: Sequence[Tender], amount: Money) -> list[Part]:
    """To what each can still take back; largest remainder."""
    able = [tender for tender in tenders if tender.refundable.amount > 0]
    capacity = total([tender.refundable for tender in able], amount.currency)
    if not able or amount.amount <= 0:
        return []
    shares = min(amount, capacity).split([tender.refundable.amount for tender in able])
    return [Part(t.kind, share, t.tender_id) for t, share in zip(able, shares, strict=True) if share]
