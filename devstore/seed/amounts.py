"""Amounts of the seeded shop: whole minor units in, Shopify's decimal strings out.

The arithmetic here is the dev store's own, on purpose: it must not share a mistake with the product it tests.
"""

from fractions import Fraction

DECIMALS = {"JPY": 0, "KWD": 3}  # every other currency we use has two
# What one euro costs; fixed, so that the same seed always gives the same amounts.
PER_EURO = {
    "EUR": Fraction(1),
    "SEK": Fraction("11.24"),
    "GBP": Fraction("0.862"),
    "USD": Fraction("1.094"),
    "JPY": Fraction("163.5"),
    "KWD": Fraction("0.3352"),
}

MoneySet = dict[str, dict[str, str]]


def half_up(value: Fraction) -> int:
    """Rounds to the nearest whole number, halves away from zero."""
    sign = -1 if value < 0 else 1
    return sign * int(abs(value) + Fraction(1, 2))


def from_euro_cents(cents: int, currency: str) -> int:
    """A euro price in minor units of `currency`, rounded half up, as Shopify converts a price without price rules."""
    scale = 10 ** DECIMALS.get(currency, 2)
    return half_up(Fraction(cents, 100) * PER_EURO[currency] * scale)


def decimal(minor: int, currency: str) -> str:
    """The amount as Shopify prints it: `1234` EUR -> `12.34`, `1234` JPY -> `1234`, `1234` KWD -> `1.234`."""
    places = DECIMALS.get(currency, 2)
    if places == 0:
        return str(minor)
    sign, digits = ("-" if minor < 0 else ""), str(abs(minor)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def minor(text: str | float, currency: str) -> int:
    """The inverse of `decimal`; raises ValueError when the text has more places than the currency."""
    value = Fraction(str(text)) * 10 ** DECIMALS.get(currency, 2)
    if value.denominator != 1:
        raise ValueError(f"{text} has more decimal places than {currency}")
    return int(value)


def money_set(shop: int, presentment: int, currency: str) -> MoneySet:
    """A money bag: `shop` in euro cents, `presentment` in minor units of `currency`."""
    return {
        "shop_money": {"amount": decimal(shop, "EUR"), "currency_code": "EUR"},
        "presentment_money": {"amount": decimal(presentment, currency), "currency_code": currency},
    }


def spread(total: int, weights: list[int]) -> list[int]:
    """Splits `total` in proportion to `weights`, to the last unit; remainders go to the largest fractions first."""
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    exact = [Fraction(total * weight, whole) for weight in weights]
    parts = [int(value) for value in exact]
    order = sorted(range(len(weights)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts
