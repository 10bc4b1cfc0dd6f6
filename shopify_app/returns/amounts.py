"""Amounts that a merchant writes into a policy: one per currency, or one in the shop's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from shopify_app.money import Money

SHOP = "shop"
"""The key of the amount in the shop's own currency; other keys are ISO 4217 codes."""
LARGEST = Decimal(10) ** 9
_DECIMAL = {"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,3})?$"}


def per_currency(written: Any) -> dict[str, Decimal]:
    """``"50.00"`` (shop currency) or ``{"shop": "50.00", "SEK": "549"}`` as decimals by currency.

    Raises ValueError with a sentence for what is no amount: a float's neighbour, a negative, more than a billion.
    """
    amounts = {SHOP: written} if isinstance(written, str | Decimal) else written
    if not isinstance(amounts, Mapping) or not amounts:
        raise ValueError('an amount is written as text, "50.00", or by currency, {"shop": "50.00", "SEK": "549"}.')
    return {_currency(key): _decimal(value) for key, value in amounts.items()}


def _currency(key: Any) -> str:
    if key != SHOP and not re.fullmatch(r"[A-Z]{3}", str(key)):
        raise ValueError(f"“{key}” is no currency: write its three letters, or shop.")
    return str(key)


def _decimal(written: Any) -> Decimal:
    try:
        if not isinstance(written, str | Decimal):
            raise InvalidOperation
        value = Decimal(written)
    except InvalidOperation as failure:
        raise ValueError(f'“{written}” is no amount: write it as text with a point, like "50.00".') from failure
    if not value.is_finite() or not 0 <= value < LARGEST or -int(value.as_tuple().exponent) > 3:
        raise ValueError(f"“{written}” must be from 0 to under a billion, with at most three decimals.")
    return value


Amount = Annotated[
    dict[str, Decimal],
    BeforeValidator(per_currency),
    WithJsonSchema(
        {
            "anyOf": [
                _DECIMAL,
                {
                    "type": "object",
                    "propertyNames": {"pattern": "^(shop|[A-Z]{3})$"},
                    "additionalProperties": _DECIMAL,
                    "minProperties": 1,
                },
            ],
            "description": "In the shop's currency, or by currency; others are converted at the order's rate.",
        }
    ),
]
"""An amount of money, not negative, by currency."""


@dataclass(frozen=True)
class Rates:
    """An order's two currencies. `rate`: units of the order's (presentment) currency that one unit of the shop's
    currency was worth at purchase, from the order's own totals; None when it cannot be told."""

    currency: str
    shop_currency: str
    rate: Decimal | None = None

    def amount(self, amount: Mapping[str, Decimal]) -> Money | None:
        """`amount` in the order's currency, half up; None where it is neither named nor convertible."""
        if self.currency in amount:
            return Money.parse(amount[self.currency], self.currency)
        shop = amount.get(SHOP, amount.get(self.shop_currency))
        return None if shop is None else self._convert(shop)

    def money(self, money: Money) -> Money | None:
        """`money` (the order's or the shop's currency) in the order's currency; None for a third one."""
        if money.currency == self.currency:
            return money
        return self._convert(money.decimal) if money.currency == self.shop_currency else None

    def _convert(self, shop: Decimal) -> Money | None:
        rate = Decimal(1) if self.currency == self.shop_currency else self.rate
        return None if rate is None else Money.parse(shop * rate, self.currency)
