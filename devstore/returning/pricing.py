"""What a return comes to: pieces at what was paid for them, exchange goods at their price, fees, and what is left.

Where Shopify's documentation is silent: a restocking fee is a percentage of the discounted price without tax; fees
never turn a plain return into a debt (they end at its value), but may do so where new goods are part of it; a fixed
discount on an exchange line is meant for the line, not for each piece, and ends at the line's price.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from devstore.money import NOTHING, ZERO, Bag, Currencies, bag_of, part, total
from devstore.order_book import Books, line_net, line_tax, worth
from devstore.order_intake import find_variant, order_line
from devstore.store import Document
from devstore.world import World

PREVIEW = -1
"""The id of a line that is only looked at."""
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Piece:
    """Some pieces of a return line with their value: `net` as the order's prices have tax, `tax` beside or in it."""

    entry: Document
    line: Document
    quantity: int
    net: Bag
    tax: Bag
    fee: Bag


@dataclass(frozen=True)
class NewGoods:
    """Some pieces of an exchange line as the order line they become, and the discount on it."""

    entry: Document
    quantity: int
    line: Document
    cut: Bag


@dataclass(frozen=True)
class Figures:
    """One processing step in numbers. `balance` is presentment money: positive goes back, negative is owed."""

    pieces: tuple[Piece, ...]
    goods: tuple[NewGoods, ...]
    shipping: Bag
    fees: tuple[tuple[Document, Bag], ...]
    back: Bag
    cost: Bag
    overpaid: Decimal

    @property
    def fee(self) -> Bag:
        return total(amount for _, amount in self.fees)

    @property
    def own_value(self) -> Decimal:
        """What this step alone leaves of the returned value."""
        return (self.back - self.cost - self.fee).presentment

    @property
    def balance(self) -> Decimal:
        return self.overpaid + self.own_value


def figures(
    world: World,
    of: Books,
    made: Document,
    lines: list[tuple[Document, int]],
    exchanges: list[tuple[Document, int]],
    shipping: Bag,
) -> Figures:
    """The numbers of processing these quantities of the return's lines now."""
    pieces = pieces_of(of, lines)
    goods = tuple(new_goods(world, of, entry, quantity) for entry, quantity in exchanges)
    back = total(_with_tax(of, piece.net, piece.tax) for piece in pieces) + shipping
    cost = total(_with_tax(of, line_net(each.line), line_tax(each.line)) for each in goods)
    fees = [(piece.entry["restocking_fee"], piece.fee) for piece in pieces if piece.fee.presentment]
    if pieces or goods:
        fees += [(fee, bag_of(fee["amount_set"])) for fee in made["return_shipping_fees"] if not fee["charged"]]
    if not goods:
        fees = _ending_at(fees, back.presentment, of.currencies)
    return Figures(pieces, goods, shipping, tuple(fees), back, cost, of.overpaid())


def pieces_of(of: Books, lines: list[tuple[Document, int]]) -> tuple[Piece, ...]:
    """The value of the next pieces of each return line; lines of one order line follow each other."""
    order_lines = {line["id"]: line for line in of.order["line_items"]}
    taken: dict[int, int] = {}
    pieces = []
    for entry, quantity in lines:
        line = order_lines[entry["line_item_id"]]
        net, tax = worth(of, line, quantity, taken.get(line["id"], 0))
        taken[line["id"]] = taken.get(line["id"], 0) + quantity
        pieces.append(Piece(entry, line, quantity, net, tax, restocking(of, entry.get("restocking_fee"), net, tax)))
    return tuple(pieces)


def restocking(of: Books, fee: Document | None, net: Bag, tax: Bag) -> Bag:
    """The restocking fee on goods of this value."""
    if not fee:
        return NOTHING
    base = net - tax if of.order["taxes_included"] else net
    return of.currencies.round(base.times(Decimal(str(fee["percentage"])) / HUNDRED))


def price_of(world: World, variant_id: int, currencies: Currencies) -> Bag:
    """What a variant costs now, in the order's currencies."""
    _, variant = find_variant(world, variant_id)
    return currencies.bag(Decimal(str(variant["price"])))


def cut_of(currencies: Currencies, price: Bag, quantity: int, discount: dict[str, Any] | None) -> Bag:
    """What a discount (``{"amount"}`` in presentment money for the line, or ``{"percentage"}``) takes off a line."""
    whole = price.times(quantity)
    if not discount:
        return NOTHING
    if discount.get("percentage") is not None:
        return currencies.round(whole.times(Decimal(str(discount["percentage"])) / HUNDRED))
    wanted = Decimal(str(discount["amount"]))
    return whole if wanted >= whole.presentment else currencies.bag_of_presentment(wanted)


def new_goods(world: World, of: Books, entry: Document, quantity: int) -> NewGoods:
    """The order line that these pieces of an exchange line become, priced as frozen in the entry."""
    price = bag_of(entry["price_set"])
    whole_cut = cut_of(of.currencies, price, entry["quantity"], entry.get("discount"))
    cut = part(whole_cut, entry["processed_quantity"], quantity, entry["quantity"], of.currencies)
    line = sold_line(world, of, entry["variant_id"], quantity, price, cut)
    return NewGoods(entry, quantity, line, cut)


def sold_line(
    world: World, of: Books, variant_id: int, quantity: int, price: Bag, cut: Bag, id: int = PREVIEW
) -> Document:
    """A line that joins an order that exists: price and discount as given, tax as the order is taxed. The discount
    becomes the application that is added to the order next."""
    currencies = of.currencies
    given: Document = {"id": id, "variant_id": variant_id, "quantity": quantity}
    given["price_set"] = currencies.money_set(price)
    if cut.presentment:
        index = len(of.order["discount_applications"])
        given["discount_allocations"] = [{"amount_set": currencies.money_set(cut), "discount_application_index": index}]
    given["tax_lines"] = _taxes(world, of, variant_id, price.times(quantity) - cut)
    return order_line(world, of.order, given, currencies)


def _taxes(world: World, of: Books, variant_id: int, net: Bag) -> list[Document]:
    product, variant = find_variant(world, variant_id)
    if of.order["tax_exempt"] or not variant.get("taxable", True):
        return []
    known = next((line["tax_lines"] for line in of.order["line_items"] if line.get("tax_lines")), [])
    rates = [(tax["title"], Decimal(str(tax["rate"]))) for tax in known]
    if product.get("_tax_rate") is not None:
        rates = [(rates[0][0] if rates else "Tax", Decimal(str(product["_tax_rate"])))]
    whole = 1 + sum((rate for _, rate in rates), ZERO) if of.order["taxes_included"] else Decimal(1)
    return [
        {"title": title, "rate": float(rate), "channel_liable": False}
        | {"price_set": of.currencies.money_set(of.currencies.round(net.times(rate / whole)))}
        for title, rate in rates
        if rate
    ]


def _with_tax(of: Books, net: Bag, tax: Bag) -> Bag:
    return net if of.order["taxes_included"] else net + tax


def _ending_at(fees: list[tuple[Document, Bag]], most: Decimal, currencies: Currencies) -> list[tuple[Document, Bag]]:
    kept, left = [], most
    for fee, amount in fees:
        charged = amount if amount.presentment <= left else currencies.bag_of_presentment(max(left, ZERO))
        left -= charged.presentment
        kept.append((fee, charged))
    return kept
