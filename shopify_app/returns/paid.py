"""What a price is reckoned from: the order as paid, the units picked, the request, the shop's manner of paying."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from shopify_app.money import Money, total
from shopify_app.returns.amounts import Rates
from shopify_app.returns.bonus import Grant
from shopify_app.returns.exchanges import Cart, Replacement
from shopify_app.returns.rules import Policy
from shopify_app.returns.tenders import Tender
from shopify_app.returns.units import WHOLE, Accepted, PaidLine
from shopify_app.returns.verdicts import Terms
from shopify_app.returns.vocabulary import LeftoverTo, Outcome, TenderOrder


@dataclass(frozen=True)
class Manner:
    """The shop's way with tenders, leftovers and small balances, in the order's currency."""

    tender_order: TenderOrder = TenderOrder.ORIGINAL_FIRST
    leftover_to: LeftoverTo = LeftoverTo.ORIGINAL
    waive_up_to: Money | None = None

    @classmethod
    def of(cls, policy: Policy, rates: Rates) -> Manner:
        """As `policy` says; a waiver that cannot be expressed in the order's currency is none."""
        waive = policy.waive_balance_up_to
        return cls(policy.tender_order, policy.leftover_to, None if waive is None else rates.amount(waive))


@dataclass(frozen=True)
class PaidOrder:
    """An order as it was paid, in its presentment currency, and what has happened to it since.

    `refundable`: what can still go back in all, by any way (Shopify's figure, goodwill refunds taken off); None: what
    the tenders can take. `earlier` are the acceptances on this order and the quoted lines that are still open: of other
    requests, and of this request's other settlements. `grants` are the bonuses of this customer and of this order.
    `own_share`: the part of what was paid that was no bonus of an earlier return.
    """

    order_id: int
    rates: Rates
    taxes_included: bool
    lines: tuple[PaidLine, ...]
    tenders: tuple[Tender, ...]
    refundable: Money | None = None
    earlier: tuple[Accepted, ...] = ()
    grants: tuple[Grant, ...] = ()
    has_customer: bool = True
    is_company: bool = False
    gives_credit: bool = True
    has_duties: bool = False
    own_share: Fraction = Fraction(1)

    @property
    def currency(self) -> str:
        """The presentment currency, in which everything is reckoned."""
        return self.rates.currency

    def line(self, line_id: int) -> PaidLine:
        """Raises KeyError for a line of another order."""
        found = next((line for line in self.lines if line.line_id == line_id), None)
        if found is None:
            raise KeyError(line_id)
        return found

    @property
    def most_refundable(self) -> Money:
        """What may still go back in all; never below zero."""
        able = total([tender.refundable for tender in self.tenders], self.currency)
        return able if self.refundable is None else max(self.refundable, Money.zero(self.currency))

    @property
    def may_credit(self) -> bool:
        """Whether store credit can be given for this order at all."""
        return self.gives_credit and self.has_customer and not self.is_company


@dataclass(frozen=True)
class Pick:
    """Units of one line for one outcome: each accepted at a percentage, none for all refused.

    `requested`: units asked for, which bound a flat bonus; None: as many as are accepted. `agreed`: what was quoted for
    them. Those units leave first, and accepted in full they come to just that: another return that fell away meanwhile
    moves no odd cent, and no room under a cap, from one to another. Picks of different `part`s settle apart, though
    their outcome and money event be the same.
    """

    line_id: int
    percents: tuple[Decimal, ...]
    terms: Terms
    requested: int | None = None
    replacement: Replacement | None = None
    agreed: Accepted | None = None
    part: int = 0

    @property
    def first(self) -> tuple[int, ...]:
        """The numbers of the units that leave before others."""
        return self.agreed.asked if self.agreed else ()

    @classmethod
    def of(
        cls, line_id: int, quantity: int, terms: Terms, replacement: Replacement | None = None, part: int = 0
    ) -> Pick:
        """`quantity` units at their full value."""
        return cls(line_id, (WHOLE,) * quantity, terms, quantity, replacement, part=part)


@dataclass(frozen=True)
class Request:
    """Which request (RMA) is priced, and when. `carts` are the new items of an exchange, by outcome."""

    request_id: str
    now: datetime
    carts: tuple[tuple[Outcome, Cart], ...] = ()

    def cart(self, outcome: Outcome) -> Cart | None:
        """The new items chosen for `outcome`, None while none are."""
        return next((cart for chosen, cart in self.carts if chosen is outcome), None)
