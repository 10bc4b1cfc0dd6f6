"""The outcomes side by side, and the parts of what was chosen: a stored quote in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shopify_app.i18n import Phrase, phrase
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
)
from shopify_app.pages.return_settlement import to_pay, told, working
from shopify_app.pages.texts import plain
from shopify_app.returns import explain
from shopify_app.returns.eligibility import EligibleLine
from shopify_app.returns.quotes import Option, Quote
from shopify_app.returns.reasons import NotOffered
from shopify_app.returns.settlements import PricedLine, RowKind
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.wishes import Wish, WishLine

_FOR_SOME = phrase("Possible for some of the items: choose for each.")
_SUMMED = frozenset({RowKind.PRICE, RowKind.DISCOUNT, RowKind.TAX, RowKind.CONTAINED_TAX})
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


def swaps_of(offered: Offered, line: WishLine) -> Replacements:
    """The list to choose a replacement from."""
    known = offered.lines[line.fulfillment_line_id]
    choices = tuple(choice(each, each.variant_id == line.replacement_variant_id)
                    for each in offered.swaps.get(line.fulfillment_line_id, ()))  # fmt: skip
    return Replacements(line.fulfillment_line_id, _titled(offered, known), choices)


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
        lines=tuple(told(settled, offered.clock.here.shop_today)),
        freed=offered.clock.freed_words(option.outcome, late),
        working=working(settled, titles),
        swaps=tuple(swaps_of(offered, line) for line in lines) if is_swap else (),
        is_chosen=is_chosen,
        shown=to_pay(settled),
    )


def _rank(choice: OutcomeChoice) -> tuple[int, int]:
    """By what the shopper gets; where that is the same, as the portal lists them."""
    return -choice.amount.amount, OFFERED.index(Outcome(choice.value))


def _titles(offered: Offered) -> dict[int, str]:
    return {line.line_id: _titled(offered, line) for line in offered.lines.values()}


def _titled(offered: Offered, line: EligibleLine) -> str:
    """The item's name; with its variant where another one here goes by the same name."""
    is_alone = len({each.line_id for each in offered.lines.values() if each.title == line.title}) == 1
    return plain(line.title if is_alone or not line.variant_title else f"{line.title}, {line.variant_title}", 120)


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
