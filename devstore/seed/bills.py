"""What an order costs, line by line: discounts, shipping and tax, in one currency, in minor units.

Prices include tax inside the EU and Great Britain; the United States may add it on top. Tax is rounded per line, half
up, as Shopify does; fixed discounts are spread over the lines in proportion to their amounts.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from devstore.seed.amounts import from_euro_cents, half_up, spread

Document = dict[str, Any]


@dataclass(frozen=True)
class Item:
    """One basket line: a product in a variant, how many, and its unit price in euro cents."""

    product: Document
    variant: Document
    quantity: int
    cents: int


@dataclass(frozen=True)
class TaxRule:
    """Rate as an exact fraction (0.19), its name, and whether prices include it."""

    rate: Fraction
    title: str
    included: bool = True

    def of(self, amount: int) -> int:
        """The tax in (or on top of) `amount`."""
        divisor = 1 + self.rate if self.included else Fraction(1)
        return half_up(amount * self.rate / divisor)


@dataclass(frozen=True)
class Reduction:
    """A discount: a row of `house.toml` and the indexes of the lines it may touch (None: all)."""

    terms: Document
    lines: frozenset[int] | None = None

    @property
    def is_for_shipping(self) -> bool:
        """Whether it lowers postage instead of goods."""
        return self.terms["target_type"] == "shipping_line"


@dataclass
class Bill:
    """An order's arithmetic in `currency`. Lists run parallel to the items; `cuts[i]` maps discount index to amount."""

    currency: str
    units: list[int]
    totals: list[int]
    shipping: int
    tax: TaxRule
    cuts: list[dict[int, int]] = field(default_factory=list)
    shipping_cuts: dict[int, int] = field(default_factory=dict)
    taxable: list[bool] = field(default_factory=list)

    def net(self, i: int) -> int:
        """What line `i` costs after discounts."""
        return self.totals[i] - sum(self.cuts[i].values())

    def line_tax(self, i: int) -> int:
        """Tax of line `i`."""
        return self.tax.of(self.net(i)) if self.taxable[i] else 0

    @property
    def shipping_net(self) -> int:
        """Postage after discounts."""
        return self.shipping - sum(self.shipping_cuts.values())

    @property
    def shipping_tax(self) -> int:
        """Tax of the postage."""
        return self.tax.of(self.shipping_net)

    @property
    def subtotal(self) -> int:
        """Goods after discounts."""
        return sum(self.net(i) for i in range(len(self.totals)))

    @property
    def discounts(self) -> int:
        """All reductions, goods and postage."""
        return sum(sum(cut.values()) for cut in self.cuts) + sum(self.shipping_cuts.values())

    @property
    def total_tax(self) -> int:
        """Tax of goods and postage."""
        return sum(self.line_tax(i) for i in range(len(self.totals))) + self.shipping_tax

    @property
    def total(self) -> int:
        """What is paid."""
        return self.subtotal + self.shipping_net + (0 if self.tax.included else self.total_tax)


def draw_up(items: list[Item], reductions: list[Reduction], shipping_cents: int, tax: TaxRule, currency: str) -> Bill:
    """The bill of a basket in `currency`; unit prices are converted first, everything else follows from them."""
    units = [from_euro_cents(item.cents, currency) for item in items]
    totals = [unit * item.quantity for unit, item in zip(units, items, strict=True)]
    bill = Bill(currency, units, totals, from_euro_cents(shipping_cents, currency), tax)
    bill.cuts = [{} for _ in items]
    bill.taxable = [item.variant["taxable"] for item in items]
    for index, reduction in enumerate(reductions):
        if reduction.is_for_shipping:
            bill.shipping_cuts[index] = bill.shipping_net
        else:
            _cut_lines(bill, index, reduction)
    return bill


def _cut_lines(bill: Bill, index: int, reduction: Reduction) -> None:
    chosen = [i for i in range(len(bill.totals)) if reduction.lines is None or i in reduction.lines]
    amounts = [bill.net(i) for i in chosen]
    if reduction.terms["value_type"] == "percentage":
        wanted = half_up(Fraction(sum(amounts) * reduction.terms["value"], 100))
    else:
        wanted = min(from_euro_cents(reduction.terms["value"] * 100, bill.currency), sum(amounts))
    for i, part in zip(chosen, spread(wanted, amounts), strict=True):
        if part:
            bill.cuts[i][index] = part
