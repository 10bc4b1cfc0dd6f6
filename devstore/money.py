"""Amounts as Shopify's payloads carry them: decimal text in the shop's and in the shopper's currency side by side.

This is the dev store's own arithmetic, kept apart from the product's, so that one can prove the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_PLACES = {code: 0 for code in ("JPY", "KRW", "ISK", "CLP", "VND", "XAF", "XOF", "XPF", "UGX", "PYG", "RWF")} | {
    code: 3 for code in ("KWD", "BHD", "JOD", "OMR", "TND", "IQD", "LYD")
}

RATES_PER_EURO = {
    "EUR": Decimal("1"),
    "SEK": Decimal("11.20"),
    "GBP": Decimal("0.86"),
    "USD": Decimal("1.09"),
    "JPY": Decimal("168"),
    "KWD": Decimal("0.334"),
    "CHF": Decimal("0.95"),
    "DKK": Decimal("7.46"),
    "NOK": Decimal("11.70"),
}


def places(currency: str) -> int:
    """Digits after the point of a currency (ISO 4217)."""
    return _PLACES.get(currency, 2)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """To the currency's smallest unit, halves away from zero."""
    return amount.quantize(Decimal(1).scaleb(-places(currency)), rounding=ROUND_HALF_UP)


def text(amount: Decimal, currency: str) -> str:
    """As the REST-shaped payloads write it: ``"48.60"``, ``"1200"``, ``"3.400"``."""
    return str(rounded(amount, currency))


@dataclass(frozen=True)
class Bag:
    """One amount in both currencies of an order."""

    shop: Decimal
    presentment: Decimal

    def __add__(self, other: Bag) -> Bag:
        return Bag(self.shop + other.shop, self.presentment + other.presentment)

    def __sub__(self, other: Bag) -> Bag:
        return Bag(self.shop - other.shop, self.presentment - other.presentment)

    def times(self, factor: Decimal | int) -> Bag:
        return Bag(self.shop * factor, self.presentment * factor)

    def not_below_zero(self) -> Bag:
        return Bag(max(self.shop, ZERO), max(self.presentment, ZERO))


ZERO = Decimal(0)
NOTHING = Bag(ZERO, ZERO)


@dataclass(frozen=True)
class Currencies:
    """The currency the shop keeps its books in and the one the shopper pays in, with the rate between them."""

    shop: str
    presentment: str
    rate: Decimal = Decimal(1)

    def bag(self, shop_amount: Decimal) -> Bag:
        """A shop amount with its presentment twin at the rate of the order."""
        return self.round(Bag(shop_amount, shop_amount * self.rate))

    def bag_of_presentment(self, amount: Decimal) -> Bag:
        """A presentment amount with its shop twin."""
        return self.round(Bag(amount / self.rate, amount))

    def round(self, bag: Bag) -> Bag:
        return Bag(rounded(bag.shop, self.shop), rounded(bag.presentment, self.presentment))

    def money_set(self, bag: Bag) -> dict[str, Any]:
        """``{"shop_money": {...}, "presentment_money": {...}}`` as every ``*_set`` of a payload."""
        return {
            "shop_money": {"amount": text(bag.shop, self.shop), "currency_code": self.shop},
            "presentment_money": {"amount": text(bag.presentment, self.presentment), "currency_code": self.presentment},
        }

    def zero_set(self) -> dict[str, Any]:
        return self.money_set(NOTHING)


def currencies_of(order: Mapping[str, Any]) -> Currencies:
    """The currencies of an order document; the rate follows from its own totals."""
    shop, presentment = order["currency"], order.get("presentment_currency") or order["currency"]
    if shop == presentment:
        return Currencies(shop, presentment)
    total = bag_of(order.get("total_line_items_price_set") or order.get("total_price_set"))
    rate = total.presentment / total.shop if total.shop else rate_between(shop, presentment)
    return Currencies(shop, presentment, rate)


def rate_between(shop: str, presentment: str) -> Decimal:
    """The dev store's fixed exchange rate; unknown currencies are taken one to one."""
    return RATES_PER_EURO.get(presentment, Decimal(1)) / RATES_PER_EURO.get(shop, Decimal(1))


def bag_of(money_set: Mapping[str, Any] | None) -> Bag:
    """A payload's ``*_set`` as numbers; nothing is zero."""
    if not money_set:
        return NOTHING
    return Bag(Decimal(money_set["shop_money"]["amount"]), Decimal(money_set["presentment_money"]["amount"]))


def total(bags: Iterable[Bag]) -> Bag:
    """The sum."""
    result = NOTHING
    for bag in bags:
        result = result + bag
    return result


def part(whole: Bag, taken: int, quantity: int, of: int, currencies: Currencies) -> Bag:
    """What `quantity` of `of` pieces are worth when `taken` are gone already: parts always add up to the whole."""
    if not of:
        return NOTHING
    before = currencies.round(whole.times(Decimal(taken) / of))
    after = currencies.round(whole.times(Decimal(taken + quantity) / of))
    return after - before
