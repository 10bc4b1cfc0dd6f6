"""What Shopify's return is told of a settlement: its fees in the shapes that it takes, and the bonus that is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from shopify_app.money import Money
from shopify_app.returns.inspecting.verdicts import lines_of
from shopify_app.returns.models import Return, ReturnLine
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.units import step
from shopify_app.returns.vocabulary import EXCHANGES


@dataclass(frozen=True)
class Shape:
    """What Shopify freezes when a return is made: restocking percentages by our line's id, the shipping fee, the bonus
    that is taken off new items, and what goods count for less where that has to be paid (by Shopify's line id)."""

    restocking: Mapping[int, Decimal]
    shipping_fee: Money
    bonus_used: Money
    reductions: Mapping[int, Money]


def shape_of(ret: Return, group: ReleaseGroup, agreed: Settlement) -> Shape:
    """The terms of `agreed` for the lines of the group."""
    percents = {line.accepted.line_id: line.terms.restocking_percent for line in agreed.lines}
    own = {line.id: percents.get(line.line_id, Decimal(0)) for line in lines_of(ret, group)}
    return Shape(own, agreed.shipping_fee, agreed.bonus_used, agreed.charged_reductions)


def agreed_of(group: ReleaseGroup) -> Settlement:
    """What is to be carried out, as far as it is known: reckoned anew at the release, else as accepted."""
    return settlement_from_stored(group.final or group.accepted)


def money_input(amount: Money) -> dict[str, str]:
    """Shopify's `MoneyInput`."""
    return {"amount": str(amount), "currencyCode": amount.currency}


def as_quoted(percent: Decimal, agreed: Settlement, line: ReturnLine) -> Decimal:
    """The percentage with which Shopify asks, where somebody pays for an exchange, for the fee that was quoted: ours
    is rounded over all of the line that ever came back, Shopify's over this return alone. What goods count for less is
    asked for with it, on their full value."""
    if agreed.outcome not in EXCHANGES and not agreed.tells_less:
        return percent
    of_line = [each for each in agreed.lines if each.accepted.line_id == line.line_id]
    fee = sum(each.accepted.restocking_fee.amount for each in of_line)
    if line.line_id in agreed.charged_reductions:
        asked, full = _asked_for_less(agreed, line.line_id)
        return (Decimal(100 * min(asked, full)) / full).quantize(Decimal("1E-8")) if full else Decimal(100)
    net = sum(each.accepted.net.amount for each in of_line)
    if not net or step(Fraction(0), Fraction(percent) * net / 100) == fee:
        return percent
    return (Decimal(100 * fee) / net).quantize(Decimal("1E-8"))


def _asked_for_less(agreed: Settlement, line_id: int) -> tuple[int, int]:
    """What is asked for units that count for less, their restocking fee included, and their full value before tax, of
    which Shopify takes a percentage."""
    of_line = [each for each in agreed.lines if each.accepted.line_id == line_id]
    fee = sum(each.accepted.restocking_fee.amount for each in of_line)
    full = sum(unit.net.amount for each in of_line for unit in each.units)
    return fee + agreed.charged_reductions[line_id].amount, full


def beyond_percentages(agreed: Settlement) -> Money:
    """What goods count for less beyond their whole value before tax. No percentage of that says it, and only one amount
    can be told of a return: its shipping fee."""
    asked = [_asked_for_less(agreed, line_id) for line_id in agreed.charged_reductions]
    return Money(sum(max(0, less - full) for less, full in asked), agreed.own.currency)
