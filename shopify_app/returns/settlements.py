"""The priced parts of a quote: lines, and settlements (release groups) with what is owed, to whom, and why.

Everything here is facts and can be stored; `explain_sums.row` has the words of a row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shopify_app.money import Money, total
from shopify_app.returns.exchanges import Cart, Replacement
from shopify_app.returns.tenders import Part
from shopify_app.returns.units import Accepted, Unit
from shopify_app.returns.verdicts import Terms
from shopify_app.returns.vocabulary import EXCHANGES, MoneyEvent, Outcome


class RowKind(StrEnum):
    """One step of “how is this worked out?”. Those of `OWN` add up to the shopper's own money."""

    PRICE = "price"
    DISCOUNT = "discount"
    TAX = "tax"
    CONTAINED_TAX = "contained_tax"
    REDUCED = "reduced"
    RESTOCKING = "restocking"
    SHIPPING = "shipping"
    FORGONE = "forgone"
    BONUS = "bonus"
    BONUS_ON_OWN = "bonus_on_own"
    NEW_ITEMS = "new_items"
    BONUS_USED = "bonus_used"
    NEW_TAX = "new_tax"
    BONUS_LAPSES = "bonus_lapses"
    WAIVED = "waived"
    DUE = "due"
    BACK = "back"
    CREDIT = "credit"
    UNPLACED = "unplaced"


BONUS = frozenset({RowKind.BONUS, RowKind.BONUS_ON_OWN})
OWN = frozenset({RowKind.PRICE, RowKind.DISCOUNT, RowKind.TAX, RowKind.REDUCED, RowKind.RESTOCKING, RowKind.SHIPPING})


@dataclass(frozen=True)
class Row:
    """`amount` is signed as it counts for the shopper's own money; rows outside `OWN` are plain sums.

    `count` units, `percent` rate and `base` that it is a percentage of, where the row has them.
    """

    kind: RowKind
    amount: Money
    line_id: int | None = None
    count: int = 0
    percent: Decimal | None = None
    base: Money | None = None


@dataclass(frozen=True)
class PricedLine:
    """Units of one line under the terms of one outcome. `own` is their value after fees."""

    accepted: Accepted
    terms: Terms
    units: tuple[Unit, ...]
    own: Money
    rows: tuple[Row, ...]
    replacement: Replacement | None = None


@dataclass(frozen=True)
class Settlement:
    """One release group: one outcome kind, one money event, one Shopify Return.

    own = value - fees, and own + due + waived = new_total + back. `new_total` is what new items cost after
    `bonus_used`, tax included. `parts` say where `back` goes; `unplaced` is the part of it that no tender can take:
    it is sent nowhere and needs a look. `bonus` is what is promised; of an exchange's, `bonus_lapses` stays unused.
    `cart`: the new items of an exchange. `is_open`: they are not chosen yet; what it is worth is `gets`.
    `is_tax_confirmed` False: the tax on them is our estimate, ask Shopify with `bonus_used` and quote again.
    `tells_less`: Shopify is told what its goods count for less, as an exchange of the order may have to be paid for.
    """

    outcome: Outcome
    money_event: MoneyEvent
    lines: tuple[PricedLine, ...]
    own: Money
    bonus: Money
    new_total: Money
    bonus_used: Money
    bonus_lapses: Money
    waived: Money
    due: Money
    back: Money
    parts: tuple[Part, ...]
    unplaced: Money
    is_open: bool
    is_tax_confirmed: bool
    rows: tuple[Row, ...]
    cart: Cart | None = None
    tells_less: bool = False

    @property
    def value(self) -> Money:
        """What the accepted units are worth before fees."""
        return self._sum(line.accepted.paid for line in self.lines)

    @property
    def restocking_fee(self) -> Money:
        """Over all lines."""
        return self._sum(line.accepted.restocking_fee for line in self.lines)

    @property
    def shipping_fee(self) -> Money:
        """What is charged of the request's shipping fee."""
        return self._sum(line.accepted.shipping_fee for line in self.lines)

    @property
    def charged_reductions(self) -> dict[int, Money]:
        """By Shopify's line id, what its units count for less where that has to be paid for an exchange, this or
        another of the order. Shopify takes goods at their full value: it is told of these as fees, or it would ask for
        nothing."""
        is_paid_for = self.outcome in EXCHANGES and self.due
        if not is_paid_for and not self.tells_less:
            return {}
        found: dict[int, Money] = {}
        for line in self.lines:
            less = self._sum(-row.amount for row in line.rows if row.kind is RowKind.REDUCED)
            if less:
                line_id = line.accepted.line_id
                found[line_id] = found.get(line_id, Money.zero(less.currency)) + less
        return found

    @property
    def bonus_expires_months(self) -> int:
        """How long the bonus lives as credit: the longest that one of its lines was promised; 0 without a bonus."""
        return max((line.terms.bonus.expires_months for line in self.lines if line.terms.bonus), default=0)

    @property
    def gets(self) -> Money:
        """What the shopper gets: own money plus bonus."""
        return self.own + self.bonus

    @property
    def comes_to(self) -> Money:
        """What of `gets` reaches the shopper: all but what lapses of an exchange's bonus."""
        return self.gets - self.bonus_lapses

    @property
    def accepted(self) -> tuple[Accepted, ...]:
        """What to remember for later returns of the order once this is settled."""
        return tuple(line.accepted for line in self.lines)

    def _sum(self, amounts: Iterable[Money]) -> Money:
        return total(list(amounts), self.own.currency)
