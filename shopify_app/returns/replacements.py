"""Which variant takes the place of what comes back, at today's price, and whether it can be had; so for a cart."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from shopify_app.catalogue.models import Product, Variant
from shopify_app.db import Session
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.returns import stock
from shopify_app.returns.amounts import Rates
from shopify_app.returns.eligibility import EligibleLine
from shopify_app.returns.exchanges import Cart, Replacement
from shopify_app.returns.facts import rates_of
from shopify_app.returns.refusals import StockGone
from shopify_app.returns.shop_now.shopping import Calculator, exchange_input
from shopify_app.returns.verdicts import Terms
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.wishes import Wish, WishLine, Wrong, WrongWish
from shopify_app.shopify.errors import QueryRefused
from shopify_app.shopify.return_snapshots import ReturnableOrder, VariantStock

Live = Mapping[int, VariantStock]


@dataclass(frozen=True)
class Part:
    """A release group that is priced again by itself. `request_id` is its request's, whose shipping fee is charged
    once; `beside` the units of variants that other groups of the same return wait for; `terms` what was offered for
    its order lines when the return was asked for, which holds."""

    group_id: int
    return_id: int
    request_id: str
    beside: Mapping[int, int]
    terms: Mapping[tuple[int, Outcome], Terms]

    def with_others(self, wanted: Mapping[int, int]) -> dict[int, int]:
        """Units of the `wanted` variants, those that the return's other groups wait for added."""
        return {variant: units + self.beside.get(variant, 0) for variant, units in wanted.items()}

    @property
    def without(self) -> frozenset[int]:
        """The release groups that are left out of the order's past."""
        return frozenset((self.group_id,))

    @property
    def stored(self) -> dict[str, Any]:
        """What its quote says of itself in `ReturnQuote.options`."""
        return {"part": self.group_id}

    def as_agreed(self, line: EligibleLine) -> EligibleLine:
        """The line under the terms that were offered; outcomes of which nothing was stored are as of today."""
        offered = {outcome: terms for (line_id, outcome), terms in self.terms.items() if line_id == line.line_id}
        if not offered:
            return line
        today = {terms.outcome: terms for terms in line.verdict.terms}
        terms = tuple({**today, **offered}.values())
        refused = tuple((outcome, why) for outcome, why in line.verdict.refused if outcome not in offered)
        return replace(line, verdict=replace(line.verdict, terms=terms, refused=refused, reasons=()))


@dataclass(frozen=True)
class Asking:
    """An order that is being priced, at one moment. `live` is Shopify's stock and prices read just now, None: our own
    copy counts; `without_return` a return of ours that is left out of the order's past, `part` a release group of one,
    which is priced again by itself. `carts`: the wish's new items as Shopify prices them, by outcome."""

    session: Session
    order: Order
    returnable: ReturnableOrder
    now: datetime
    live: Live | None = None
    without_return: int | None = None
    part: Part | None = None
    carts: Mapping[Outcome, Cart] | None = None

    @property
    def without_group(self) -> frozenset[int]:
        """The release groups that are priced again."""
        return self.part.without if self.part else frozenset()

    @property
    def rates(self) -> Rates:
        """The order's two currencies."""
        return rates_of(self.returnable)


def replacements_of(asking: Asking, wish: Wish, chosen: tuple[EligibleLine, ...]) -> dict[int, Replacement]:
    """By order line: the variant that replaces it, at today's price. Raises StockGone, WrongWish; for new items in a
    cart too."""
    wanted = units_wanted(wish)
    if not wanted:
        return {}
    session, shop_id = asking.session, asking.order.shop_id
    known = asking.live if asking.live is not None else stock.of_rows(session, shop_id, wanted)
    if unsold(session, shop_id, cart_units(wish)):
        raise WrongWish(Wrong.NOT_FOR_SALE)
    products = _products(session, shop_id, wanted)
    found: dict[int, Replacement] = {}
    for each, line in zip(wish.lines, chosen, strict=True):
        variant = _variant(each)
        if variant is None:
            continue
        if products.get(variant, line.product_id) != line.product_id:
            raise WrongWish(Wrong.FOREIGN_VARIANT, each.fulfillment_line_id)
        if each.line_id in found and found[each.line_id].variant_id != variant:
            raise WrongWish(Wrong.TWO_REPLACEMENTS, each.fulfillment_line_id)
        have = known.get(variant)
        found[each.line_id] = Replacement(variant, _today(have, asking.rates), have.cost if have else None)
    own, needed = asking.without_return, wanted
    if asking.part is not None:
        own, needed = asking.part.return_id, asking.part.with_others(wanted)
    gone = stock.missing(session, shop_id, needed, asking.now, but_return=own, live=known)
    if gone:
        raise StockGone(gone)
    return found


def with_costs(
    calculator: Calculator, returnable: ReturnableOrder, variants: Collection[int], live: Live
) -> dict[int, VariantStock]:
    """`live` with what one of each of these variants costs within the order: its tax need not be that of what it
    replaces. Asked of Shopify, with no transaction open; of what cannot be had at all nothing is said."""
    live, wanted = dict(live), sorted(variant for variant in variants if variant in live)
    if not wanted:
        return live
    asked = [exchange_input(variant, 1) for variant in wanted]
    try:
        seen = calculator.calculated_return(returnable.order_id, returnable.currency, (), asked).new
    except QueryRefused:
        return live
    costs = [line.net if returnable.taxes_included else line.net + line.tax for line in seen]
    return {**live, **{id: replace(live[id], cost=cost) for id, cost in zip(wanted, costs, strict=True)}}


def swapped_for(wish: Wish) -> set[int]:
    """The variants that replace something in the wish."""
    return {variant for each in wish.lines if (variant := _variant(each)) is not None}


def units_wanted(wish: Wish) -> dict[int, int]:
    """Units of each replacement and of each new item that the wish asks for."""
    wanted = cart_units(wish)
    for each in wish.lines:
        variant = _variant(each)
        if variant is not None:
            wanted[variant] = wanted.get(variant, 0) + each.quantity
    return wanted


def cart_units(wish: Wish) -> dict[int, int]:
    """Units of each new item in the carts of the wish's outcomes."""
    wanted: dict[int, int] = {}
    for outcome in wish.shopping:
        for each in wish.cart_of(outcome):
            wanted[each.variant_id] = wanted.get(each.variant_id, 0) + each.quantity
    return wanted


def may_be_chosen() -> tuple[ColumnElement[bool], ...]:
    """Which variants may go into a cart: of published products that cost something, no gift cards. Stock is another
    question."""
    return (
        Product.is_published.is_(True),
        Product.is_gift_card.is_(False),
        Product.deleted_at.is_(None),
        Variant.price > 0,
    )


def unsold(session: Session, shop_id: int, wanted: Collection[int]) -> tuple[int, ...]:
    """Which of these variants the shop does not sell, by our copy of its catalogue."""
    if not wanted:
        return ()
    sold = select(Variant.shopify_id).join(Product, Product.id == Variant.product_id)
    sold = sold.where(Variant.shop_id == shop_id, Variant.shopify_id.in_(wanted), *may_be_chosen())
    known = set(session.scalars(sold))
    return tuple(each for each in wanted if each not in known)


def _variant(each: WishLine) -> int | None:
    return each.replacement_variant_id if each.outcome is Outcome.VARIANT_EXCHANGE else None


def _today(found: VariantStock | None, rates: Rates) -> Money | None:
    return None if found is None else rates.money(Money.parse(found.price, rates.shop_currency))


def _products(session: Session, shop_id: int, variants: Mapping[int, int]) -> dict[int, int]:
    """The product of each variant that we know."""
    rows = session.execute(
        select(Variant.shopify_id, Product.shopify_id)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.shop_id == shop_id, Variant.shopify_id.in_(variants.keys()))
    )
    return {variant: product for variant, product in rows}
