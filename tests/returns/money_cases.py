"""Orders as paid, terms and quotes for money tests: shirts at 50.00 with a 10 % code and 8 % tax."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from shopify_app.money import Money
from shopify_app.returns.amounts import Rates
from shopify_app.returns.bonus import Grant, GrantState
from shopify_app.returns.exchanges import Cart, NewItem
from shopify_app.returns.paid import Manner, PaidOrder, Pick, Request
from shopify_app.returns.pricing import price
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.tenders import Tender
from shopify_app.returns.units import PaidLine
from shopify_app.returns.verdicts import Promise, Terms, Verdict
from shopify_app.returns.vocabulary import Outcome, TenderKind

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MANNER = Manner()


def money(text: str, currency: str = "EUR") -> Money:
    return Money.parse(text, currency)


def line(
    number: int = 1, count: int = 2, price: str = "50.00", discount: str = "10.00", tax: str = "7.20", **more: Any
) -> PaidLine:
    currency = more.pop("currency", "EUR")
    amounts = [money(amount, currency) for amount in (price, discount, tax)]
    return PaidLine(number, count, *amounts, **more)


def card(amount: str, currency: str = "EUR", kind: TenderKind = TenderKind.PAYMENT, name: str = "card") -> Tender:
    return Tender(name, kind, money(amount, currency))


def order(*lines: PaidLine, tenders: Sequence[Tender] | None = None, **changes: Any) -> PaidOrder:
    lines = lines or (line(),)
    currency = lines[0].unit_price.currency
    paid = PaidOrder(
        order_id=1042,
        rates=Rates(currency, currency),
        taxes_included=False,
        lines=lines,
        tenders=tuple(tenders if tenders is not None else [Tender("card", TenderKind.PAYMENT, Money(10**9, currency))]),
    )
    return replace(paid, **changes)


def percent(rate: str = "10", **caps: Any) -> Promise:
    return Promise(percent=Decimal(rate), **caps)


def flat(amount: str = "10.00", **caps: Any) -> Promise:
    return Promise(flat=money(amount), **caps)


def terms(outcome: Outcome = Outcome.REFUND, bonus: Promise | None = None, **changes: Any) -> Terms:
    changes["restocking_percent"] = Decimal(changes.get("restocking_percent", 0))
    return Terms(outcome, date(2026, 11, 5), date(2026, 12, 5), bonus=bonus, **changes)


def verdict(*found: Terms, line_id: int = 1) -> Verdict:
    return Verdict(line_id, 1, terms=found)


def pick(found: Terms, *percents: str, line_id: int = 1, requested: int | None = None, **more: Any) -> Pick:
    """One unit at 100 % unless percentages are given."""
    return Pick(line_id, tuple(Decimal(p) for p in percents or ("100",)), found, requested, **more)


def request(number: str = "R-1", **changes: Any) -> Request:
    return Request(number, NOW, **changes)


def cart(amount: str, tax: str = "0.00", outcome: Outcome = Outcome.SHOP_NOW) -> Any:
    item = NewItem(9001, 1, money(amount), money(tax))
    return ((outcome, Cart((item,))),)


def one(paid: PaidOrder, *picks: Pick, asked: Request | None = None, manner: Manner = MANNER) -> Settlement:
    """The only settlement of `picks`."""
    (settled,) = price(paid, picks, asked or request(), manner)
    return settled


def settled(paid: PaidOrder, settlements: Sequence[Settlement], request_id: str = "R-1") -> PaidOrder:
    """The order after `settlements` were carried out: units gone, bonuses issued, tenders paid back."""
    for each in settlements:
        back = {part.tender_id: part.amount for part in each.parts}
        bonus = each.bonus - each.bonus_lapses
        sent = sum(part.amount.amount for part in each.parts)
        paid = replace(
            paid,
            earlier=(*paid.earlier, *each.accepted),
            grants=(*paid.grants, Grant(NOW, bonus, paid.order_id, request_id, GrantState.ISSUED)),
            tenders=tuple(
                replace(t, refundable=t.refundable - back.get(t.tender_id, Money.zero(t.refundable.currency)))
                for t in paid.tenders
            ),
            refundable=Money(paid.most_refundable.amount - sent, paid.currency),
        )
    return paid
