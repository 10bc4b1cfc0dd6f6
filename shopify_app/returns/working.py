"""“How is this worked out?”: the rows of a line and of a settlement."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from shopify_app.money import Money, total
from shopify_app.returns.paid import PaidOrder, Pick
from shopify_app.returns.settlements import Row, RowKind
from shopify_app.returns.units import WHOLE, Taken, step


def line_rows(order: PaidOrder, pick: Pick, taken: Taken, fees: tuple[Money, Money], bonus: Money) -> tuple[Row, ...]:
    """From price to own money, then the bonus. `fees`: restocking, shipping."""
    line, count, which = order.line(pick.line_id), len(taken.units), pick.line_id
    gross = line.unit_price * count
    shown = total([unit.shown for unit in taken.units], order.currency)
    tax = total([unit.paid - unit.net for unit in taken.units], order.currency)
    reduced = taken.full - taken.paid
    restocking, shipping = fees
    promise = pick.terms.bonus
    base = max(taken.net - restocking - shipping, Money.zero(order.currency))
    own_base = Money(step(Fraction(0), base.amount * order.own_share), order.currency)
    earning = RowKind.BONUS if own_base == base else RowKind.BONUS_ON_OWN
    rows = [
        Row(RowKind.PRICE, gross, which, count),
        Row(RowKind.DISCOUNT, shown - gross, which),
        Row(RowKind.CONTAINED_TAX if order.taxes_included else RowKind.TAX, tax, which),
        Row(RowKind.REDUCED, -reduced, which, sum(percent < WHOLE for percent in taken.percents)),
        Row(RowKind.RESTOCKING, -restocking, which, percent=pick.terms.restocking_percent, base=taken.net),
        Row(RowKind.SHIPPING, -shipping, which),
        Row(earning, bonus, which, percent=promise.percent if promise else None, base=own_base),
    ]
    return said(rows)


def said(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Without the rows of nothing."""
    return tuple(row for row in rows if row.amount)
