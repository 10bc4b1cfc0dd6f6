"""What new items cost: an even swap at what was paid, a cart at today's prices with the bonus taken off last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shopify_app.money import Money, total
from shopify_app.returns.units import Unit


@dataclass(frozen=True)
class Replacement:
    """Another variant for each unit that comes back; `current_price` as the shop shows it today (with tax where
    prices include it), None: not below what was paid.

    What it costs with its own tax is Shopify's to know: `cost` as it said when this was priced, None: estimated from
    the price at the unit's own rate; `as_made` the same when its return was made, which makes nothing dearer."""

    variant_id: int
    current_price: Money | None = None
    cost: Money | None = None
    as_made: Money | None = None


NO_REPLACEMENT = Replacement(0)
"""Not chosen yet: at what was paid."""


@dataclass(frozen=True)
class NewItem:
    """A chosen item: `price` of its whole quantity before the bonus, `tax` as Shopify calculated it on that price
    (contained in `price` where prices include tax)."""

    variant_id: int
    quantity: int
    price: Money
    tax: Money


@dataclass(frozen=True)
class TaxReading:
    """Shopify's answer for the cart with `discount` taken off: `added` is the tax on top (zero where included)."""

    discount: Money
    added: Money


@dataclass(frozen=True)
class Cart:
    """The new items, and what Shopify said of their tax with a bonus taken off.

    Tax on new items is Shopify's to know (`CalculatedReturn`): the first quote estimates it by rate, the door reads
    Shopify with the discount of that quote, a second quote with the reading is exact. `made`: what Shopify's return was
    made with, which stays as it is for as long as it does what a bonus may do.
    """

    items: tuple[NewItem, ...]
    readings: tuple[TaxReading, ...] = ()
    made: TaxReading | None = None

    def price(self, currency: str) -> Money:
        """All items before the bonus and before tax that is added."""
        return total([item.price for item in self.items], currency)


@dataclass(frozen=True)
class CartSum:
    """`discount` of the bonus used; `total` to pay, tax included. `is_confirmed`: the tax is Shopify's own."""

    discount: Money
    total: Money
    is_confirmed: bool


def swap_total(units: Sequence[Unit], replacement: Replacement | None, taxes_included: bool, currency: str) -> Money:
    """What was paid for the units, or what the replacement costs today where that is lower."""
    return total([_swap_price(unit, replacement or NO_REPLACEMENT, taxes_included) for unit in units], currency)


def _swap_price(unit: Unit, new: Replacement, taxes_included: bool) -> Money:
    today = new.cost if new.cost is not None else _at_own_rate(unit, new.current_price, taxes_included)
    return min(each for each in (unit.paid, today, new.as_made) if each is not None)


def _at_own_rate(unit: Unit, current: Money | None, taxes_included: bool) -> Money:
    """A price with tax at the rate that the unit bore; not above what was paid."""
    if current is None or current >= unit.shown:
        return unit.paid
    if taxes_included:
        return current
    return current + Money(_scaled((unit.paid - unit.net).amount, current.amount, unit.net.amount), current.currency)


def cart_sum(cart: Cart, own: Money, bonus: Money, taxes_included: bool) -> CartSum:
    """The cart after the least discount, at most `bonus`, that leaves nothing due beyond `own`; else after all of it.

    A discount never goes below a price of zero. What rounding leaves over is own money.
    """
    most = min(bonus, cart.price(own.currency)).amount

    def due(discount: int) -> int:
        return _total(cart, Money(discount, own.currency), taxes_included).amount - own.amount

    stays = cart.made is not None and _does(cart.made.discount.amount, most, due, len(cart.items))
    least = cart.made.discount.amount if cart.made is not None and stays else _least(due, most)
    discount = Money(least, own.currency)
    is_read = taxes_included or not least or _reading(cart, discount) is not None
    return CartSum(discount, _total(cart, discount, taxes_included), is_read)


def _does(discount: int, most: int, due: Callable[[int], int], items: int) -> bool:
    """Whether a discount is as good as the least: all of the bonus while something is due, or so much that nothing is,
    and no more than rounding is left over (tax is rounded for each item)."""
    if discount > most:
        return False
    left = -due(discount)
    return discount == most if left < 0 else discount == 0 or left <= items + 1


def _least(due: Callable[[int], int], most: int) -> int:
    """The least discount with nothing due. What is due falls with the discount but for single minor units of rounding,
    hence the steps back after the search."""
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if due(middle) > 0 else (low, middle)
    for earlier in range(max(0, low - 3), low):
        if due(earlier) <= 0:
            return earlier
    return low


def _total(cart: Cart, discount: Money, taxes_included: bool) -> Money:
    price = cart.price(discount.currency) - discount
    if taxes_included:
        return price
    read = _reading(cart, discount)
    return price + (read if read is not None else _estimate(cart, discount))


def _reading(cart: Cart, discount: Money) -> Money | None:
    known = (cart.made, *cart.readings) if cart.made else cart.readings
    return next((reading.added for reading in known if reading.discount == discount), None)


def _estimate(cart: Cart, discount: Money) -> Money:
    """Each item's tax at its own rate on its price less its share of the discount, which is spread by price."""
    shares = discount.split([item.price.amount for item in cart.items]) if cart.items else []
    tax = sum(
        _scaled(item.tax.amount, item.price.amount - share.amount, item.price.amount)
        for item, share in zip(cart.items, shares, strict=True)
    )
    return Money(tax, discount.currency)


def _scaled(amount: int, part: int, whole: int) -> int:
    """`amount` x part / whole, half up; zero where there is no whole."""
    return (2 * amount * part + whole) // (2 * whole) if whole else 0
