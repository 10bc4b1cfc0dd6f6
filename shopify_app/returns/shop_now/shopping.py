"""The carts of exchanges as Shopify prices them: asked without a bonus, then with the discount that a quote found,
until the tax that is in it is Shopify's own word. Only reads; never with a transaction open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from pydantic import TypeAdapter

from shopify_app.money import Money
from shopify_app.returns.exchanges import Cart, NewItem, TaxReading
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.wishes import NewGoods, Wish
from shopify_app.shopify.nodes import gid
from shopify_app.shopify.return_facts import Calculated

TRIES = 5
"""How often a discount is moved by what rounding did to it; twice is usual."""
BONUS_WORDS = "Exchange bonus"
_STORED: TypeAdapter[dict[Outcome, Cart]] = TypeAdapter(dict[Outcome, Cart])


class Calculator(Protocol):
    """Who reckons a return before it is made (`AdminAPI`)."""

    def calculated_return(
        self, order_id: int, currency: str, returned: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]
    ) -> Calculated:
        """Raises QueryRefused for a variant that is gone."""
        ...


def carts_of(
    calculator: Calculator,
    order_id: int,
    currency: str,
    wish: Wish,
    settled: Callable[[Mapping[Outcome, Cart]], Sequence[Settlement]],
    kept: Mapping[Outcome, Cart] | None = None,
) -> dict[Outcome, Cart]:
    """Every cart of the wish, priced by Shopify for the order with this id of Shopify's. `settled` prices the wish with
    carts; of the discounts that it finds Shopify is asked for the tax, until it has said it of all of them. `kept` is
    what Shopify said of the same items a moment ago."""
    known = {
        outcome: (kept or {}).get(outcome) or read(calculator, order_id, currency, wish.cart_of(outcome))
        for outcome in wish.shopping
        if wish.cart_of(outcome)
    }
    for _ in range(TRIES):
        open_ones = [each for each in settled(known) if each.cart is not None and not each.is_tax_confirmed]
        for each in open_ones:
            reading = with_discount(calculator, order_id, known[each.outcome], each.bonus_used)
            cart = known[each.outcome]
            known[each.outcome] = replace(cart, readings=(*cart.readings, reading))
        if not open_ones:
            break
    return known


def read(calculator: Calculator, order_id: int, currency: str, goods: Sequence[NewGoods]) -> Cart:
    """The cart at today's prices, in the order's currency, without a bonus."""
    asked = [exchange_input(each.variant_id, each.quantity) for each in goods]
    seen = calculator.calculated_return(order_id, currency, (), asked).new
    return Cart(
        tuple(
            NewItem(each.variant_id, each.quantity, line.net, line.tax) for each, line in zip(goods, seen, strict=True)
        )
    )


def with_discount(calculator: Calculator, order_id: int, cart: Cart, discount: Money) -> TaxReading:
    """The tax that Shopify adds with the discount spread over the items by price."""
    shares = spread(cart, discount)
    asked = [
        exchange_input(item.variant_id, item.quantity, share) for item, share in zip(cart.items, shares, strict=True)
    ]
    seen = calculator.calculated_return(order_id, discount.currency, (), asked).new
    return TaxReading(discount, Money(sum(line.tax.amount for line in seen), discount.currency))


def spread(cart: Cart, discount: Money) -> list[Money]:
    """A discount over the items of a cart by price, to the last minor unit."""
    return discount.split([item.price.amount for item in cart.items])


def exchange_input(variant_id: int, quantity: int, discount: Money | None = None) -> dict[str, Any]:
    """`CalculateExchangeLineItemInput`, and `ExchangeLineItemInput` as well."""
    wanted: dict[str, Any] = {"variantId": gid("ProductVariant", variant_id), "quantity": quantity}
    if discount:
        amount = {"amount": {"amount": str(discount), "currencyCode": discount.currency}}
        wanted["appliedDiscount"] = {"description": BONUS_WORDS, "value": amount}
    return wanted


def to_stored(carts: Mapping[Outcome, Cart]) -> dict[str, Any]:
    """Carts as JSON values, for `ReturnDraft.carts`."""
    return _STORED.dump_python(dict(carts), mode="json")


def from_stored(document: Mapping[str, Any]) -> dict[Outcome, Cart]:
    """The carts that `to_stored` wrote."""
    return _STORED.validate_python(document)
