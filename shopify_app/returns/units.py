"""A line as numbered units, each with its own share of discount and tax; and what has left already.

Units leave in the order of their numbers. A refused unit stays in the pool; one accepted at x % is used up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import floor

from shopify_app.money import Money, total
from shopify_app.returns.vocabulary import Outcome

WHOLE = Decimal(100)


class NotEnoughUnits(ValueError):
    """More units of a line were asked for than are left."""

    def __init__(self, line_id: int, asked: int, left: int) -> None:
        super().__init__(f"{asked} units of line {line_id} asked for, {left} left")
        self.line_id, self.asked, self.left = line_id, asked, left


@dataclass(frozen=True)
class PaidLine:
    """An order line as it was paid. `discount` and `tax` are the sums of Shopify's own allocations for the whole
    quantity. `gone` units left by no acceptance of ours: removed by an edit, refunded in Shopify's admin."""

    line_id: int
    quantity: int
    unit_price: Money
    discount: Money
    tax: Money
    gone: int = 0


@dataclass(frozen=True)
class Unit:
    """One piece. `shown` is its price after discounts as the shopper saw it; `net` the same without tax."""

    number: int
    shown: Money
    net: Money
    paid: Money


@dataclass(frozen=True)
class Accepted:
    """Units that left by an acceptance, or are spoken for by the quote of an open request: the memory that makes
    parts equal the whole. `asked` and `units` are the numbers of the units requested and accepted, `percents` at what
    each was accepted; a line refused whole has no units.

    `restocking_fee`, `shipping_fee` and `bonus` are as granted; `bears_shipping`: it was asked to
    bear the request's shipping fee, however little of it was charged, and no other settlement of the request is;
    `flat_bonus` is what was earned of a flat bonus.
    """

    request_id: str
    line_id: int
    outcome: Outcome
    asked: tuple[int, ...]
    units: tuple[int, ...]
    percents: tuple[Decimal, ...]
    paid: Money
    net: Money
    restocking_percent: Decimal
    restocking_fee: Money
    bears_shipping: bool
    shipping_fee: Money
    bonus_percent: Decimal
    earns_flat: bool
    flat_bonus: Money
    bonus: Money


@dataclass(frozen=True)
class Taken:
    """Units leaving now: `paid` and `net` at what they are accepted at, `full` what was paid for them."""

    units: tuple[Unit, ...]
    percents: tuple[Decimal, ...]
    full: Money
    paid: Money
    net: Money


@lru_cache(2048)
def units_of(line: PaidLine, taxes_included: bool) -> tuple[Unit, ...]:
    """The line's units. Shares of discount are even, shares of tax by value; largest remainder, the earlier unit first.

    The units of a line sum to what was paid for it, to the minor unit.
    """
    price = line.unit_price * line.quantity
    discounts = min(line.discount, price).split([1] * line.quantity)
    shown = [line.unit_price - share for share in discounts]
    tax = min(line.tax, price - min(line.discount, price)) if taxes_included else line.tax
    taxes = tax.split([part.amount for part in shown])
    if taxes_included:
        return tuple(Unit(i, s, s - t, s) for i, (s, t) in enumerate(zip(shown, taxes, strict=True)))
    return tuple(Unit(i, s, s, s + t) for i, (s, t) in enumerate(zip(shown, taxes, strict=True)))


def left_of(
    line: PaidLine, taxes_included: bool, earlier: Iterable[Accepted], first: tuple[int, ...] = ()
) -> tuple[Unit, ...]:
    """The units that can still leave, in their order; those numbered in `first` before the others."""
    used = {number for past in earlier if past.line_id == line.line_id for number in past.units}
    free = [unit for unit in units_of(line, taxes_included) if unit.number not in used]
    return tuple(sorted(free[line.gone :], key=lambda unit: unit.number not in first))


def take(
    line: PaidLine,
    taxes_included: bool,
    percents: tuple[Decimal, ...],
    earlier: tuple[Accepted, ...],
    first: tuple[int, ...] = (),
) -> Taken:
    """The next units, each accepted at its percentage (above 0, at most 100); those numbered in `first` are the next.

    Reduced values are rounded half up over all units of the line that ever left, so that many small acceptances make
    the same sum as one. Raises NotEnoughUnits.
    """
    free = left_of(line, taxes_included, earlier, first)
    if len(percents) > len(free):
        raise NotEnoughUnits(line.line_id, len(percents), len(free))
    if not all(0 < percent <= WHOLE for percent in percents):
        raise ValueError("a unit is accepted at more than 0 % and at most 100 %")
    units, currency = free[: len(percents)], line.unit_price.currency
    every = units_of(line, taxes_included)
    past = [
        (every[n], p) for a in earlier if a.line_id == line.line_id for n, p in zip(a.units, a.percents, strict=True)
    ]
    before, now = _reduced(past), _reduced(zip(units, percents, strict=True))
    whole = [unit for unit, percent in zip(units, percents, strict=True) if percent == WHOLE]
    paid = Money(step(before, now), currency)
    net = Money(step(*_net(every, before, now)), currency)
    return Taken(
        units,
        percents,
        full=total([unit.paid for unit in units], currency),
        paid=paid + total([unit.paid for unit in whole], currency),
        net=net + total([unit.net for unit in whole], currency),
    )


def _reduced(parts: Iterable[tuple[Unit, Decimal]]) -> Fraction:
    """What units accepted below 100 % are worth, exact."""
    return sum((percent_of(unit.paid, percent) for unit, percent in parts if percent < WHOLE), Fraction(0))


def _net(every: Sequence[Unit], before: Fraction, now: Fraction) -> tuple[Fraction, Fraction]:
    """The share before tax of what reduced units were worth and are worth now.

    Taken of the rounded sums at the line's own ratio, so that what is added before tax is never more than with it.
    """
    paid = sum(unit.paid.amount for unit in every)
    ratio = Fraction(sum(unit.net.amount for unit in every), paid) if paid else Fraction(0)
    first, then = step(Fraction(0), before), step(before, now)
    return ratio * first, ratio * then


def percent_of(amount: Money, percent: Decimal) -> Fraction:
    """`percent` percent of `amount`, exact, in minor units."""
    return Fraction(percent) * amount.amount / 100


def step(before: Fraction, more: Fraction) -> int:
    """What `more` adds to a sum that is rounded half up as a whole, in minor units."""
    half = Fraction(1, 2)
    return floor(before + more + half) - floor(before + half)
