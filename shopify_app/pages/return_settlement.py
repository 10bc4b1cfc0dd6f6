"""A settlement in words: what one gets, from which sums, to where and until when. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from shopify_app.i18n import Day, Phrase, phrase
from shopify_app.money import Money, total
from shopify_app.pages.return_cart import Named, bottom_line, new_items, told_of_cart
from shopify_app.pages.return_dates import Clock
from shopify_app.pages.return_page import (
    SettlementPart,
    SumRow,
)
from shopify_app.returns import explain, explain_sums
from shopify_app.returns.settlements import PricedLine, Row, RowKind, Settlement
from shopify_app.returns.tenders import Part
from shopify_app.returns.vocabulary import EXCHANGES, WITH_CART, Outcome, TenderKind

TENDERS: dict[TenderKind, Phrase] = {
    TenderKind.PAYMENT: phrase("to how you paid"),
    TenderKind.BALANCE: phrase("to how you paid"),
    TenderKind.GIFT_CARD: phrase("to your gift card"),
    TenderKind.STORE_CREDIT: phrase("to your store credit"),
}
_PAID_OUT = frozenset({RowKind.BACK, RowKind.CREDIT})


def parts(
    settlements: Sequence[Settlement], titles: Mapping[int, str], clock: Clock, known: Named | None = None
) -> tuple[SettlementPart, ...]:
    """What was chosen, as it will be settled; `titles` by order line, `known` new items by variant."""
    return tuple(part(each, titles, clock, known=known) for each in settlements)


def part(
    settlement: Settlement,
    titles: Mapping[int, str],
    clock: Clock | None,
    given: date | None = None,
    known: Named | None = None,
    delivery: Sequence[Part] = (),
    paid: Money | None = None,
) -> SettlementPart:
    """One settlement. Without a `clock` nothing is said about when; `given`: the day it was settled, from which its
    bonus counts; `known`: the new items of its cart, by variant; `delivery`: where the order's own delivery went back
    to beside it, which no settlement of goods holds; `paid`: what was paid for its exchange, once that is over."""
    today = clock.here.shop_today if clock else given
    made = SettlementPart(
        label=explain.outcome_of(settlement.outcome, sum(len(line.accepted.units) for line in settlement.lines)),
        titles=tuple(dict.fromkeys(titles.get(line.accepted.line_id, "") for line in settlement.lines)),
        amount=settlement.gets,
        bonus=settlement.bonus if settlement.outcome not in WITH_CART else Money.zero(settlement.bonus.currency),
        lines=tuple(told([settlement], today, with_bonus=False, delivery=delivery, is_paid=paid is not None)),
        freed=clock.freed_words(settlement.outcome, settlement.money_event) if clock else None,
        working=working([settlement], titles),
        shown=_paid(paid) if paid is not None else to_pay([settlement]),
        new=new_items(settlement, known or {}),
    )
    return _with_delivery(made, total([each.amount for each in delivery], made.amount.currency)) if delivery else made


def _with_delivery(made: SettlementPart, delivery: Money) -> SettlementPart:
    """The part with what was given back of the order's own delivery in its sum."""
    rows: list[SumRow] = []
    for row in made.working:
        if row.is_sum:
            rows.append(SumRow(phrase("Shipping"), delivery))
        rows.append(replace(row, amount=row.amount + delivery) if row.is_sum else row)
    return replace(made, amount=made.amount + delivery, working=tuple(rows))


def _paid(amount: Money) -> Phrase:
    return phrase("{amount} paid", amount=amount) if amount else phrase("{amount} to pay", amount=amount)


def to_pay(settled: Sequence[Settlement]) -> Phrase | None:
    """Of an exchange, what is to be paid says more than what it is worth."""
    if settled[0].outcome not in EXCHANGES or any(each.is_open for each in settled):
        return None
    if settled[0].outcome in WITH_CART:
        return bottom_line(settled)
    return phrase("{amount} to pay", amount=total([each.due for each in settled], settled[0].own.currency))


def told(
    settled: Sequence[Settlement],
    today: date | None,
    *,
    with_bonus: bool = True,
    delivery: Sequence[Part] = (),
    is_paid: bool = False,
) -> list[Phrase]:
    """What a person wants to know of the sum; without the bonus where the page shows that beside it. What went back of
    the order's `delivery` is told with the goods: the sum above has both. Of what `is_paid` it is not said how."""
    currency = settled[0].own.currency
    own, bonus = total([s.own for s in settled], currency), total([s.bonus for s in settled], currency)
    due, back = total([s.due for s in settled], currency), total([s.back for s in settled], currency)
    said: list[Phrase] = []
    outcome = settled[0].outcome
    if outcome in WITH_CART:
        said += told_of_cart(settled, is_paid)
    elif bonus:
        if with_bonus:
            said.append(phrase("{own} of your own money, and {bonus} bonus on top.", own=own, bonus=bonus))
        said += _usable_until(settled, today)
    if outcome is Outcome.VARIANT_EXCHANGE:
        if not due:
            said.append(phrase("Even swap, whatever it costs today."))
        if back:
            said.append(phrase("You get {amount} back.", amount=back))
    if (back or delivery) and outcome in (Outcome.REFUND, Outcome.KEEP_ITEM, *WITH_CART):
        said += where_to([*(part for s in settled for part in s.parts), *delivery])
    fees = total([s.restocking_fee + s.shipping_fee for s in settled], currency)
    if fees:
        said.append(phrase("{amount} for the return is taken off.", amount=fees))
    return said


def _usable_until(settled: Sequence[Settlement], today: date | None) -> list[Phrase]:
    months = max(s.bonus_expires_months for s in settled)
    if not today or not months:
        return []
    return [phrase("The bonus can be used until {day}.", day=Day(_months_later(today, months), has_year=True))]


def where_to(given: Sequence[Part]) -> list[Phrase]:
    """Where a refund goes; each tender with its sum where there are several."""
    sums: dict[Phrase, Money] = {}
    for each in given:
        where = TENDERS[each.kind]
        sums[where] = sums.get(where, Money.zero(each.amount.currency)) + each.amount
    if len(sums) == 1:
        return [phrase("Goes back {where}.", where=next(iter(sums)))]
    return [phrase("{amount} goes back {where}.", amount=amount, where=where) for where, amount in sums.items()]


def working(settled: Sequence[Settlement], titles: Mapping[int, str]) -> tuple[SumRow, ...]:
    """Line by line, their sum, and below it what becomes of the sum where that is not all of it."""
    rows: list[SumRow] = []
    for settlement in settled:
        for line in settlement.lines:
            rows += _of_line(line, titles)
        rows += [_sum_row(row) for row in settlement.rows if row.kind is RowKind.FORGONE]
    gets = total([each.gets for each in settled], settled[0].own.currency)
    rows.append(SumRow(phrase("Together"), gets, is_sum=True))
    after = [row for each in settled for row in each.rows if row.kind is not RowKind.FORGONE]
    return (*rows, *(_sum_row(row) for row in after if row.kind not in _PAID_OUT or row.amount != gets))


def _of_line(line: PricedLine, titles: Mapping[int, str]) -> list[SumRow]:
    rows = [_sum_row(row) for row in line.rows]
    if rows:
        rows[0] = replace(rows[0], title=titles.get(line.accepted.line_id, ""))
    return rows


def _sum_row(row: Row) -> SumRow:
    return SumRow(explain_sums.row(row), row.amount)


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(day)
