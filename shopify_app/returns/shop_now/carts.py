"""The new items of a cart at Shopify: exchange lines with the bonus as their discount, at the prices that were agreed.

What was accepted is what is settled: where an item costs more by the time Shopify's return is made, the difference is
taken off as well; where it costs less, the settlement follows (`reckoning`), and what is not needed goes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from shopify_app.money import Money, total
from shopify_app.returns.exchanges import Cart, NewItem, TaxReading
from shopify_app.returns.looks import Look
from shopify_app.returns.models import ReturnLine
from shopify_app.returns.outgoing import NeedsLook, Workbench
from shopify_app.returns.replacements import unsold
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.shop_now.shopping import exchange_input, spread
from shopify_app.returns.swaps import TRIES, calculated, check_stock, with_tax
from shopify_app.shopify.return_facts import NewLinePrice, Worth

OF_NO_LINE = 0
"""In `ReleaseGroup.shopify_lines`: new goods that stand for all lines of the group together."""


@dataclass(frozen=True)
class NewGoods:
    """One item of the cart as an exchange line: `bonus` is its share of the bonus used, `less` what is taken off
    besides, so that it costs what was agreed."""

    item: NewItem
    bonus: Money
    less: Money

    def as_input(self) -> dict[str, Any]:
        """`ExchangeLineItemInput`."""
        return exchange_input(self.item.variant_id, self.item.quantity, self.bonus + self.less)


@dataclass(frozen=True)
class Sold:
    """The cart as it goes into Shopify's return, with what Shopify said of each line."""

    goods: tuple[NewGoods, ...]
    seen: tuple[NewLinePrice, ...]

    def inputs(self) -> list[dict[str, Any]]:
        """`ExchangeLineItemInput`s."""
        return [each.as_input() for each in self.goods]

    def as_stored(self, taxes_included: bool) -> list[dict[str, Any]]:
        """For `ReleaseGroup.shopify_lines`; amounts in minor units. `target` is what the item costs, tax included."""
        return [
            {
                "line": OF_NO_LINE,
                "variant_id": each.item.variant_id,
                "quantity": each.item.quantity,
                "target": line.net.amount + (0 if taxes_included else line.tax.amount),
            }
            for each, line in zip(self.goods, self.seen, strict=True)
        ]

    def frozen(self, taxes_included: bool) -> dict[str, Any]:
        """What the settlement is reckoned from once the return is made: each item's price before the bonus, the bonus
        that was taken off, and the tax that came on top."""
        lines = zip(self.goods, self.seen, strict=True)
        return {
            "prices": [line.net.amount + each.bonus.amount for each, line in lines],
            "discount": sum(each.bonus.amount for each in self.goods),
            "added": 0 if taxes_included else sum(line.tax.amount for line in self.seen),
        }


def sold(bench: Workbench, agreed: Settlement, lines: Sequence[ReturnLine]) -> Sold:
    """The cart of a settlement, priced by Shopify so that it costs no more than was agreed. Raises NeedsLook where an
    item can no longer be had."""
    cart = agreed.cart
    if cart is None:
        raise ValueError("an exchange for new items has a cart")
    check_there(bench, cart)
    zero = Money.zero(bench.group.currency)
    bonus = spread(cart, agreed.bonus_used)
    goods = [NewGoods(item, share, zero) for item, share in zip(cart.items, bonus, strict=True)]
    most = agreed.new_total
    for turn in range(TRIES):
        seen = calculated(bench, lines if turn == 0 else (), [each.as_input() for each in goods])
        if turn == 0:
            goods = [_as_agreed(each, line) for each, line in zip(goods, seen.new, strict=True)]
            most = _within_worth(bench, agreed, seen.returned)
            if any(each.less for each in goods):
                continue
        over = total([with_tax(bench, line.net, line.tax) for line in seen.new], zero.currency) - most
        if over.amount <= 0:
            return Sold(tuple(goods), seen.new)
        goods = _cut(bench, goods, seen.new, over)
    raise NeedsLook(Look.AMOUNTS_DIFFER, ours=most.amount, suggested=(most + over).amount, unexplained=over.amount)


def check_there(bench: Workbench, cart: Cart) -> None:
    """Raises NeedsLook with the items that the shop no longer sells or has too few of."""
    wanted: dict[int, int] = {}
    for item in cart.items:
        wanted[item.variant_id] = wanted.get(item.variant_id, 0) + item.quantity
    with bench.ground.database.read() as session:
        gone = unsold(session, bench.ret.shop_id, wanted)
    if gone:
        raise NeedsLook(Look.REPLACEMENT_GONE, variants=list(gone))
    check_stock(bench, wanted)


def as_made(agreed: Settlement, frozen: Mapping[str, Any] | None) -> Settlement:
    """`agreed` with its cart as Shopify's return was made with it (`Sold.frozen`)."""
    cart = agreed.cart
    if cart is None or not frozen or len(frozen["prices"]) != len(cart.items):
        return agreed
    currency = agreed.own.currency
    items = tuple(
        replace(item, price=Money(price, currency), tax=_tax_of(item, price))
        for item, price in zip(cart.items, frozen["prices"], strict=True)
    )
    made = TaxReading(Money(frozen["discount"], currency), Money(frozen["added"], currency))
    return replace(agreed, cart=Cart(items, (), made))


def _tax_of(item: NewItem, price: int) -> Money:
    """The tax on another price, at the item's own rate: an estimate, where the bonus changes."""
    whole = item.price.amount
    return Money((2 * item.tax.amount * price + whole) // (2 * whole) if whole else 0, item.tax.currency)


def _as_agreed(goods: NewGoods, seen: NewLinePrice) -> NewGoods:
    """An item that has become dearer costs what was agreed."""
    dearer = seen.unit.amount * goods.item.quantity - goods.item.price.amount
    return replace(goods, less=Money(max(0, dearer), goods.less.currency))


def _within_worth(bench: Workbench, agreed: Settlement, returned: Sequence[Worth]) -> Money:
    """Where Shopify rounds what comes back to less than we do, by at most a minor unit a piece, the new goods may cost
    as much less where nothing is due: for a single cent it would hold them back."""
    worth = sum(with_tax(bench, each.net, each.tax).amount for each in returned)
    short = agreed.value.amount - worth - agreed.back.amount
    pieces = sum(len(line.units) for line in agreed.lines)
    if agreed.due or not returned or not 0 < short <= pieces:
        return agreed.new_total
    return Money(max(0, agreed.new_total.amount - short), agreed.new_total.currency)


def _cut(bench: Workbench, goods: list[NewGoods], seen: Sequence[NewLinePrice], over: Money) -> list[NewGoods]:
    """Takes what is over off the dearest item, its share of tax taken out; at least one minor unit."""
    place = max(range(len(seen)), key=lambda each: seen[each].net.amount)
    whole = with_tax(bench, seen[place].net, seen[place].tax)
    share = Decimal(seen[place].net.amount) / Decimal(whole.amount) if whole else Decimal(1)
    more = Money(max(1, int(over.amount * share)), over.currency)
    changed = replace(goods[place], less=goods[place].less + more)
    return [changed if each == place else one for each, one in enumerate(goods)]
