"""Money: whole minor units and a currency. Floats never touch it.

Decimal places are those of ISO 4217: two, except the currencies named below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_DECIMALS = dict.fromkeys(
    ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"], 0
) | dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3)


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one sum."""


def decimals(currency: str) -> int:
    """How many decimal places `currency` (ISO 4217 code) is written with: 0, 2 or 3."""
    return _DECIMALS.get(currency, 2)


@dataclass(frozen=True, order=False)
class Money:
    """`amount` minor units of `currency`: ``Money(4860, "EUR")`` is 48.60 euro, ``Money(486, "JPY")`` 486 yen."""

    amount: int
    currency: str

    @classmethod
    def parse(cls, text: str | Decimal | int | None, currency: str) -> Money:
        """The amount Shopify wrote as a decimal (``"48.60"``); None is zero. More digits than the currency has are
        rounded half up. Raises ValueError for what is no finite number."""
        try:
            value = Decimal(str(text if text is not None else 0))
        except InvalidOperation as failure:
            raise ValueError(f"not an amount: {text!r}") from failure
        if not value.is_finite():
            raise ValueError(f"not an amount: {text!r}")
        minor = (value * 10 ** decimals(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return cls(int(minor), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.amount).scaleb(-decimals(self.currency))

    def __str__(self) -> str:
        """As Shopify writes it: ``48.60``, ``486``, ``4.860``."""
        return f"{self.decimal:.{decimals(self.currency)}f}"

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, count: int) -> Money:
        return Money(self.amount * count, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other)

    def __bool__(self) -> bool:
        return self.amount != 0

    def percent(self, rate: Decimal | int | str) -> Money:
        """`rate` percent of this amount, rounded half up to a minor unit."""
        share = (Decimal(self.amount) * Decimal(str(rate)) / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return Money(int(share), self.currency)

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Parts in proportion to `weights` (>= 0) that sum to the whole: largest remainder, the earlier part first on
        equal remainders. All weights zero: the first part takes everything."""
        total = sum(weights)
        if not weights:
            raise ValueError("nothing to split over")
        if total == 0:
            weights, total = [1] + [0] * (len(weights) - 1), 1
        sign, whole = (-1, -self.amount) if self.amount < 0 else (1, self.amount)
        floors = [whole * weight // total for weight in weights]
        by_remainder = sorted(range(len(weights)), key=lambda i: (-(whole * weights[i] % total), i))
        for i in by_remainder[: whole - sum(floors)]:
            floors[i] += 1
        return [Money(sign * part, self.currency) for part in floors]

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not add up")
        return other.amount


def rate(shown: Money, kept: Money) -> Decimal | None:
    """How many units of the currency of `shown` one unit of that of `kept` was worth, where both are the same sum; to
    twelve places. None where nothing can be told from it: nothing was paid."""
    if not shown or not kept:
        return None
    return (shown.decimal / kept.decimal).quantize(Decimal("1.000000000000"))


def total(amounts: Sequence[Money], currency: str) -> Money:
    """The sum, zero of `currency` when there is nothing to add."""
    return sum(amounts, Money.zero(currency))
