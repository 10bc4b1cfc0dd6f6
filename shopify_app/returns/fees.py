"""Return fees: restocking per line, shipping once per return. A fee eats money to zero, never below."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from shopify_app.money import Money, total
from shopify_app.returns.units import Accepted, percent_of, step


def restocking(line_id: int, net: Money, percent: Decimal, earlier: Sequence[Accepted]) -> Money:
    """`percent` of the accepted value before tax, rounded half up over all of the line that was ever accepted.

    Never above `net`: percentages end at 100.
    """
    before = sum(
        (percent_of(past.net, past.restocking_percent) for past in earlier if past.line_id == line_id), Fraction(0)
    )
    return Money(step(before, percent_of(net, percent)), net.currency)


def shipping(fees: Sequence[Money | None], own: Sequence[Money], currency: str) -> tuple[list[Money], Money]:
    """Each line's share of the one shipping fee, and what of the fee is forgone.

    `fees`: what the policy asks per line, None where it is waived; `own`: the lines' money after restocking. Where
    lines carry different fees the lowest is asked: once per return, and the shopper should not pay for our rules
    differing. Waived lines bear nothing; the rest bear it by what they are worth.
    """
    asked = [fee for fee in fees if fee is not None]
    if not asked:
        return [Money.zero(currency)] * len(own), Money.zero(currency)
    bearing = [money.amount if fee is not None else 0 for fee, money in zip(fees, own, strict=True)]
    fee = min(asked)
    charged = min(fee, Money(sum(bearing), currency))
    shares = charged.split(bearing) if charged else [Money.zero(currency)] * len(own)
    return shares, fee - total(shares, currency)
