"""Random carts: what Shopify's return was made with stays as it is while it does what a bonus may do, and no longer."""

from __future__ import annotations

import random
from dataclasses import replace

from shopify_app.money import Money
from shopify_app.returns.exchanges import Cart, CartSum, NewItem, TaxReading, cart_sum

CASES = 4000


def a_cart(dice: random.Random, currency: str, included: bool) -> Cart:
    rate = dice.choice([0, 6, 8, 19, 25])
    items = []
    for number in range(dice.randint(1, 4)):
        price = dice.choice([1, 99, dice.randint(1, 30_000)])
        whole = 100 + (rate if included else 0)
        items.append(NewItem(number, 1, Money(price, currency), Money((price * rate + whole // 2) // whole, currency)))
    return Cart(tuple(items))


def as_made(cart: Cart, found: CartSum, currency: str) -> Cart:
    added = found.total - (cart.price(currency) - found.discount)
    return replace(cart, made=TaxReading(found.discount, added))


def test_what_was_made_is_reckoned_again_to_the_same() -> None:
    dice = random.Random(20261122)
    for _ in range(CASES):
        currency, included = dice.choice(["EUR", "JPY", "KWD"]), dice.random() < 0.4
        cart = a_cart(dice, currency, included)
        own, bonus = Money(dice.randint(0, 40_000), currency), Money(dice.randint(0, 5000), currency)
        found = cart_sum(cart, own, bonus, included)

        again = cart_sum(as_made(cart, found, currency), own, bonus, included)

        assert (again.discount, again.total, again.is_confirmed) == (found.discount, found.total, True)


def test_a_smaller_bonus_or_more_own_money_never_keeps_a_discount_that_is_too_large() -> None:
    dice = random.Random(7)
    for _ in range(CASES):
        currency, included = dice.choice(["EUR", "JPY", "KWD"]), dice.random() < 0.4
        cart = a_cart(dice, currency, included)
        own, bonus = Money(dice.randint(0, 40_000), currency), Money(dice.randint(0, 5000), currency)
        made = as_made(cart, cart_sum(cart, own, bonus, included), currency)
        less = Money(dice.randint(0, bonus.amount), currency)
        more = own + Money(dice.randint(0, 3000), currency)

        smaller, richer = cart_sum(made, own, less, included), cart_sum(made, more, bonus, included)

        assert smaller.discount <= less
        assert richer.discount.amount <= len(cart.items) + 1 + cart_sum(cart, more, bonus, included).discount.amount
        left = (more - richer.total).amount
        assert richer.discount.amount == 0 or left <= len(cart.items) + 2
