"""The outcomes side by side, and the parts of what was chosen: a stored quote in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from shopify_app.i18n import Day, Phrase, phrase
from shopify_app.money import Money, total
from shopify_app.pages.return_dates import Clock
from shopify_app.pages.return_goods import Goods, item
from shopify_app.pages.return_items import OFFERED
from shopify_app.pages.return_page import (
    Choice,
    ClosedOutcome,
    Flow,
    OutcomeChoice,
    OutcomeLine,
    OutcomesPage,
    PaidFor,
    Replacements,
    SettlementPart,
    SumRow,
)
from shopify_app.pages.texts import plain
from shopify_app.returns import explain, explain_sums
from shopify_app.returns.eligibility import EligibleLine
from shopify_app.returns.quotes import Option, Quote
from shopify_app.returns.reasons import NotOffered
from shopify_app.returns.settlements import PricedLine, Row, RowKind, Settlement
from shopify_app.returns.tenders import Part
from shopify_app.returns.vocabulary import EXCHANGES, Outcome, TenderKind
from shopify_app.returns.wishes import Wish, WishLine

TENDERS: dict[TenderKind, Phrase] = {
    TenderKind.PAYMENT: phrase("to how you paid"),
    TenderKind.BALANCE: phrase("to how you paid"),
    TenderKind.GIFT_CARD: phrase("to your gift card"),
    TenderKind.STORE_CREDIT: phrase("to your store credit"),
}
_FOR_SOME = phrase("Possible for some of the items: choose for each.")
_SUMMED = frozenset({RowKind.PRICE, RowKind.DISCOUNT, RowKind.TAX, RowKind.CONTAINED_TAX})
_PAID_OUT = frozenset({RowKind.BACK, RowKind.CREDIT})
FEW_LEFT = 3
"""Of so few or fewer we say how many."""


@dataclass(frozen=True)
class Swap:
    """A variant that an item may be swapped for: `left` units can be promised, None: as many as anyone wants."""

    variant_id: int
    title: str
    left: int | None


@dataclass(frozen=True)
class Offered:
    """What the page is made of: the quote for all lines, quotes for single ones by fulfilment line, the eligible lines,
    and by fulfilment line what it may be swapped for."""

    quote: Quote
    public_id: str
    lines: Mapping[int, EligibleLine]
    swaps: Mapping[int, tuple[Swap, ...]]
    goods: Goods
    clock: Clock
    taxes_included: bool
    single: Mapping[int, Quote]


def outcomes_page(flow: Flow, offered: Offered, wish: Wish) -> OutcomesPage:
    """Ordered by what the shopper gets; nothing is chosen for them."""
    together = _common(wish)
    choices = [
        _choice(option, offered, wish.lines, option.outcome is together)
        for option in offered.quote.options
        if option.outcome in OFFERED and _can_be_had(option, offered, wish.lines)
    ]
    ordered = sorted(choices, key=_rank)
    return OutcomesPage(
        flow,
        offered.public_id,
        _paid_for(offered),
        tuple(ordered),
        tuple(_closed(offered, wish)),
        _lines(offered, wish, together) if len(wish.lines) > 1 else (),
    )


def better_than_refund(page: OutcomesPage) -> OutcomeChoice | None:
    """Store credit, where it is worth more than the refund."""
    refund = next((each for each in page.choices if each.value == Outcome.REFUND), None)
    credit = next((each for each in page.choices if each.value == Outcome.STORE_CREDIT), None)
    return credit if refund and credit and credit.amount > refund.amount else None


def parts(settlements: Sequence[Settlement], titles: Mapping[int, str], clock: Clock) -> tuple[SettlementPart, ...]:
    """What was chosen, as it will be settled; `titles` by order line."""
    return tuple(part(each, titles, clock) for each in settlements)


def part(
    settlement: Settlement, titles: Mapping[int, str], clock: Clock | None, given: date | None = None
) -> SettlementPart:
    """One settlement. Without a `clock` nothing is said about when; `given`: the day it was settled, from which its
    bonus counts."""
    today = clock.here.shop_today if clock else given
    return SettlementPart(
        label=explain.outcome_of(settlement.outcome, sum(len(line.accepted.units) for line in settlement.lines)),
        titles=tuple(dict.fromkeys(titles.get(line.accepted.line_id, "") for line in settlement.lines)),
        amount=settlement.gets,
        bonus=settlement.bonus,
        lines=tuple(_said([settlement], today, with_bonus=False)),
        freed=clock.freed_words(settlement.outcome, settlement.money_event) if clock else None,
        working=_working([settlement], titles),
        shown=_to_pay([settlement]),
    )


def swaps_of(offered: Offered, line: WishLine) -> Replacements:
    """The list to choose a replacement from."""
    known = offered.lines[line.fulfillment_line_id]
    choices = tuple(choice(each, each.variant_id == line.replacement_variant_id)
                    for each in offered.swaps.get(line.fulfillment_line_id, ()))  # fmt: skip
    return Replacements(line.fulfillment_line_id, plain(known.title, 120), choices)


def choice(swap: Swap, is_chosen: bool) -> Choice:
    """A variant with how many are left, where they are few."""
    label: Phrase | str = swap.title
    if swap.left is not None and swap.left <= FEW_LEFT:
        label = phrase("{variant} ({count} left)", variant=swap.title, count=swap.left)
    return Choice(str(swap.variant_id), label, is_chosen)


def _common(wish: Wish) -> Outcome | None:
    """The outcome that all lines share."""
    chosen = {line.outcome for line in wish.lines}
    return chosen.pop() if len(chosen) == 1 else None


def _can_be_had(option: Option, offered: Offered, lines: Sequence[WishLine]) -> bool:
    if not option.is_available:
        return False
    return option.outcome is not Outcome.VARIANT_EXCHANGE or all(
        offered.swaps.get(line.fulfillment_line_id) for line in lines
    )


def _choice(option: Option, offered: Offered, lines: Sequence[WishLine], is_chosen: bool) -> OutcomeChoice:
    settled = option.settlements
    titles = _titles(offered)
    currency = offered.quote.currency
    event = settled[0].money_event
    late = max((each.money_event for each in settled), key=list(type(event)).index)
    is_swap = option.outcome is Outcome.VARIANT_EXCHANGE
    return OutcomeChoice(
        value=option.outcome,
        label=explain.outcome_of(option.outcome, sum(line.quantity for line in lines)),
        amount=total([each.gets for each in settled], currency),
        bonus=total([each.bonus for each in settled], currency),
        lines=tuple(_said(settled, offered.clock.here.shop_today)),
        freed=offered.clock.freed_words(option.outcome, late),
        working=_working(settled, titles),
        swaps=tuple(swaps_of(offered, line) for line in lines) if is_swap else (),
        is_chosen=is_chosen,
        shown=_to_pay(settled),
    )


def _rank(choice: OutcomeChoice) -> tuple[int, int]:
    """By what the shopper gets; where that is the same, as the portal lists them."""
    return -choice.amount.amount, OFFERED.index(Outcome(choice.value))


def _to_pay(settled: Sequence[Settlement]) -> Phrase | None:
    """Of an exchange, what is to be paid says more than what it is worth."""
    if settled[0].outcome not in EXCHANGES:
        return None
    return phrase("{amount} to pay", amount=total([each.due for each in settled], settled[0].own.currency))


def _said(settled: Sequence[Settlement], today: date | None, *, with_bonus: bool = True) -> list[Phrase]:
    """What a person wants to know of the sum; without the bonus where the page shows that beside it."""
    currency = settled[0].own.currency
    own, bonus = total([s.own for s in settled], currency), total([s.bonus for s in settled], currency)
    due, back = total([s.due for s in settled], currency), total([s.back for s in settled], currency)
    said: list[Phrase] = []
    outcome = settled[0].outcome
    if bonus:
        if with_bonus:
            said.append(phrase("{own} of your own money, and {bonus} bonus on top.", own=own, bonus=bonus))
        months = max(s.bonus_expires_months for s in settled)
        if today and months:
            day = Day(_months_later(today, months), has_year=True)
            said.append(phrase("The bonus can be used until {day}.", day=day))
    if outcome in EXCHANGES:
        if not due:
            said.append(phrase("Even swap, whatever it costs today."))
        if back:
            said.append(phrase("You get {amount} back.", amount=back))
    if outcome in (Outcome.REFUND, Outcome.KEEP_ITEM):
        said += _where_to([part for s in settled for part in s.parts])
    fees = total([s.restocking_fee + s.shipping_fee for s in settled], currency)
    if fees:
        said.append(phrase("{amount} for the return is taken off.", amount=fees))
    return said


def _where_to(given: Sequence[Part]) -> list[Phrase]:
    """Where a refund goes; each tender with its sum where there are several."""
    sums: dict[Phrase, Money] = {}
    for each in given:
        where = TENDERS[each.kind]
        sums[where] = sums.get(where, Money.zero(each.amount.currency)) + each.amount
    if len(sums) == 1:
        return [phrase("Goes back {where}.", where=next(iter(sums)))]
    return [phrase("{amount} goes back {where}.", amount=amount, where=where) for where, amount in sums.items()]


def _working(settled: Sequence[Settlement], titles: Mapping[int, str]) -> tuple[SumRow, ...]:
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


def _titles(offered: Offered) -> dict[int, str]:
    return {line.line_id: plain(line.title, 120) for line in offered.lines.values()}


def _paid_for(offered: Offered) -> tuple[PaidFor, ...]:
    """What was paid, from the rows of whichever outcome can be had."""
    option = next((option for option in offered.quote.options if option.is_available), None)
    if option is None:
        return ()
    titles = _titles(offered)
    return tuple(_paid(line, titles, offered.taxes_included) for s in option.settlements for line in s.lines)


def _paid(line: PricedLine, titles: Mapping[int, str], included: bool) -> PaidFor:
    zero = Money.zero(line.own.currency)
    sums = {row.kind: row.amount for row in line.rows if row.kind in _SUMMED}
    price, discount = sums.get(RowKind.PRICE, zero), -sums.get(RowKind.DISCOUNT, zero)
    return PaidFor(
        title=titles.get(line.accepted.line_id, ""),
        quantity=len(line.units),
        value=price - discount,
        price=price,
        discount=discount,
        tax=sums.get(RowKind.CONTAINED_TAX if included else RowKind.TAX, zero),
        tax_is_added=not included,
    )


def _closed(offered: Offered, wish: Wish) -> list[ClosedOutcome]:
    """Why an outcome of the shop's cannot be had for all of it; what the shop never offers is not spoken of."""
    said = []
    for option in offered.quote.options:
        if option.outcome not in OFFERED or option.outcome is Outcome.KEEP_ITEM:
            continue
        if option.is_available:
            if not _can_be_had(option, offered, wish.lines):
                some = any(offered.swaps.get(line.fulfillment_line_id) for line in wish.lines)
                why = _FOR_SOME if some else phrase("No other size or colour is in stock.")
                said.append(ClosedOutcome(explain.OUTCOMES[option.outcome], why))
            continue
        reason = option.reasons[0] if option.reasons else NotOffered()
        some = len(wish.lines) > 1 and any(_single_has(offered, line, option.outcome) for line in wish.lines)
        why = _FOR_SOME if some else explain.why(reason)
        if some or not isinstance(reason, NotOffered):
            said.append(ClosedOutcome(explain.OUTCOMES[option.outcome], why))
    return said


def _single_has(offered: Offered, line: WishLine, outcome: Outcome) -> bool:
    quote = offered.single.get(line.fulfillment_line_id)
    return quote is not None and any(option.outcome is outcome and option.is_available for option in quote.options)


def _lines(offered: Offered, wish: Wish, together: Outcome | None) -> tuple[OutcomeLine, ...]:
    """Each item with what it can have by itself."""
    found = []
    for line in wish.lines:
        quote = offered.single.get(line.fulfillment_line_id)
        if quote is None:
            continue
        known = offered.lines[line.fulfillment_line_id]
        picture = offered.goods.picture(known.product_id, known.variant_id)
        choices = [
            _choice(option, offered, [line], together is None and option.outcome is line.outcome)
            for option in quote.options
            if option.outcome in OFFERED and _can_be_had(option, offered, [line])
        ]
        ordered = tuple(sorted(choices, key=_rank))
        shown = item(known.title, known.variant_title, line.quantity, picture)
        chosen = str(line.outcome or "") if together is None else ""
        found.append(OutcomeLine(line.fulfillment_line_id, shown, ordered, chosen))
    return tuple(found)


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(day)
