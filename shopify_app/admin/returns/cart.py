"""New items that the merchant chooses for a shopper: a cart for each kind of exchange, and the shop's goods to fill it.

Everything is fields of one form, so that it works without script: ``new-<outcome>-<variant>`` holds a number of pieces,
``words`` what is looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from shopify_app.admin.returns.asked import pieces_in
from shopify_app.catalogue import search
from shopify_app.catalogue.models import Product, Variant
from shopify_app.db import Session
from shopify_app.i18n import phrase
from shopify_app.money import Money
from shopify_app.returns.vocabulary import WITH_CART, Outcome
from shopify_app.returns.wishes import MOST_OF_ONE, NewGoods, Wish

LONGEST_SEARCH = 80
MOST_FOUND = 40
"""Variants on one page: more words find others."""
EMPTY = phrase("Choose the new items below, then work out the sum.")


@dataclass(frozen=True)
class Goods:
    """A variant by its names; `price` today's in the shop's currency, None where it is not known any more."""

    variant_id: int
    title: str
    variant: str
    price: Money | None


@dataclass(frozen=True)
class Cart:
    """What is chosen for one outcome: goods with what was typed as their number."""

    outcome: Outcome
    chosen: tuple[tuple[Goods, str], ...]


@dataclass(frozen=True)
class Shelf:
    """The carts that are being filled, and what was found for `words`; `has_more` where not all of it is shown."""

    carts: tuple[Cart, ...]
    words: str
    found: tuple[Goods, ...]
    has_more: bool
    most: int = MOST_OF_ONE

    def left_of(self, cart: Cart) -> tuple[Goods, ...]:
        """What was found and is not in the cart."""
        known = {goods.variant_id for goods, _ in cart.chosen}
        return tuple(goods for goods in self.found if goods.variant_id not in known)


def with_goods(wish: Wish, form: Mapping[str, str]) -> Wish:
    """The wish with the carts that were typed, for the outcomes that its lines have. Raises Refused."""
    goods = [
        NewGoods(variant, pieces_in(text), outcome)
        for outcome in wish.shopping
        for variant, text in _typed(form, outcome).items()
    ]
    return replace(wish, cart=tuple(each for each in goods if each.quantity))


def outcomes_typed(form: Mapping[str, str], keys: Iterable[int | None]) -> tuple[Outcome, ...]:
    """The exchanges for new items that were chosen for the lines with these fulfilment lines."""
    typed = [form.get(f"outcome-{key}", "") for key in keys]
    return tuple(outcome for outcome in Outcome if outcome in WITH_CART and outcome in typed)


def shelf_typed(
    session: Session, shop_id: int, currency: str, outcomes: Sequence[Outcome], form: Mapping[str, str]
) -> Shelf | None:
    """The shelf as a form was filled in; None where nothing is shopped for."""
    typed = {outcome: _typed(form, outcome) for outcome in outcomes}
    return _shelf(session, shop_id, currency, typed, form.get("words", "").strip()[:LONGEST_SEARCH])


def shelf_of(session: Session, shop_id: int, currency: str, wish: Wish) -> Shelf | None:
    """The shelf as a wish stands; None where nothing is shopped for."""
    typed = {
        outcome: {each.variant_id: str(each.quantity) for each in wish.cart_of(outcome)} for outcome in wish.shopping
    }
    return _shelf(session, shop_id, currency, typed, "")


def _shelf(
    session: Session, shop_id: int, currency: str, typed: Mapping[Outcome, Mapping[int, str]], words: str
) -> Shelf | None:
    if not typed:
        return None
    products, has_more = search.find_products(session, shop_id, search.Wanted(words))
    found = _goods(session, shop_id, currency, product_ids=[each.product_id for each in products])
    chosen = _goods(session, shop_id, currency, variant_ids=[key for cart in typed.values() for key in cart])
    known = {goods.variant_id: goods for goods in chosen}
    carts = tuple(
        Cart(outcome, tuple((known.get(key) or Goods(key, str(key), "", None), text) for key, text in cart.items()))
        for outcome, cart in typed.items()
    )
    return Shelf(carts, words, found[:MOST_FOUND], has_more or len(found) > MOST_FOUND)


def _goods(
    session: Session,
    shop_id: int,
    currency: str,
    product_ids: Sequence[int] | None = None,
    variant_ids: Sequence[int] | None = None,
) -> tuple[Goods, ...]:
    """Variants that can be bought of these products, in their order; or just these variants."""
    rows = select(Variant, Product).join(Product, Product.id == Variant.product_id).where(Variant.shop_id == shop_id)
    if variant_ids is not None:
        rows = rows.where(Variant.shopify_id.in_(variant_ids))
    place = {product_id: place for place, product_id in enumerate(product_ids or ())}
    if product_ids is not None:
        rows = rows.where(Product.shopify_id.in_(product_ids))
    found = sorted(session.execute(rows).all(), key=lambda row: (place.get(row[1].shopify_id, 0), row[0].position))
    return tuple(
        Goods(
            variant.shopify_id,
            product.title,
            "" if variant.title == "Default Title" else variant.title,
            Money(variant.price, currency),
        )
        for variant, product in found
        if product_ids is None or (variant.is_buyable and variant.price)
    )


def _typed(form: Mapping[str, str], outcome: Outcome) -> dict[int, str]:
    """What was typed for each variant; nothing and zero are left out."""
    before = f"new-{outcome}-"
    found = {name.removeprefix(before): text.strip() for name, text in form.items() if name.startswith(before)}
    return {
        int(key): text
        for key, text in found.items()
        if key.isascii() and key.isdigit() and len(key) <= 18 and text.strip("0")
    }
