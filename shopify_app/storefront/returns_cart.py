"""Putting new items into the cart of an exchange, in other quantities, and taking them out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import Response, request

from shopify_app.i18n import Phrase, phrase
from shopify_app.returns import drafts
from shopify_app.returns.replacements import unsold
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.wishes import MOST_OF_ONE, NewGoods, Wrong, WrongWish, most_new
from shopify_app.storefront.door import adapters, proxied
from shopify_app.storefront.returns_answers import CannotSay, onward
from shopify_app.storefront.returns_choice import SHOP
from shopify_app.storefront.returns_offers import wrong_words
from shopify_app.storefront.returns_shop import answered, outcome_of, product_of, shop_page
from shopify_app.storefront.returns_visit import visit

CHOOSE_VARIANT = phrase("Please choose one.")


@proxied.post("/returns/<token>/shop/add")
def add(token: str) -> Response:
    """Puts pieces of a variant into the cart."""

    def put() -> Response:
        variant, pieces = _number("variant"), _number("quantity") or 1
        product_id = _number("product")
        if variant is None:
            if product_id is None:
                raise CannotSay(404)
            return product_of(token, product_id, [("variant", CHOOSE_VARIANT)], 422)
        with adapters().database.read() as session:
            is_off = bool(unsold(session, visit(session, token).draft.shop_id, [variant]))
        if is_off:
            return shop_page(token, [("cart", wrong_words(WrongWish(Wrong.NOT_FOR_SALE)))], 422)
        problem = _changed(token, lambda goods, outcome: _with(goods, outcome, variant, pieces))
        if problem and product_id is not None:
            return product_of(token, product_id, [("quantity", problem)], 422)
        return _to_shop(token)

    return answered(token, put)


@proxied.post("/returns/<token>/shop/cart")
def change_cart(token: str) -> Response:
    """Other quantities, or one item taken out."""

    def change() -> Response:
        removed = request.form.get("remove", "")

        def typed(goods: tuple[NewGoods, ...], outcome: Outcome) -> tuple[NewGoods, ...]:
            return tuple(replace(each, quantity=_quantity(each, removed)) for each in goods)

        problem = _changed(token, typed)
        return shop_page(token, [("cart", problem)], 422) if problem else _to_shop(token)

    return answered(token, change)


def _changed(token: str, change: Callable[[tuple[NewGoods, ...], Outcome], tuple[NewGoods, ...]]) -> Phrase | None:
    """Writes the changed cart down; says what is wrong with it instead."""
    with adapters().database.write() as session:
        here = visit(session, token)
        outcome = outcome_of(here.wish)
        wish = here.wish.with_cart(outcome, change(here.wish.cart_of(outcome), outcome))
        most, pieces = most_new(wish, outcome), sum(each.quantity for each in wish.cart_of(outcome))
        if any(each.quantity > MOST_OF_ONE for each in wish.cart) or pieces > most:
            return wrong_words(WrongWish(Wrong.TOO_MANY_NEW))
        drafts.keep_wish(here.draft, wish)
    return None


def _with(goods: tuple[NewGoods, ...], outcome: Outcome, variant: int, pieces: int) -> tuple[NewGoods, ...]:
    known = next((each for each in goods if each.variant_id == variant), None)
    if known is None:
        return (*goods, NewGoods(variant, pieces, outcome))
    return tuple(replace(each, quantity=each.quantity + pieces) if each is known else each for each in goods)


def _quantity(goods: NewGoods, removed: str) -> int:
    if removed == str(goods.variant_id):
        return 0
    typed = request.form.get(f"quantity-{goods.variant_id}", "").strip()
    return int(typed) if typed.isdecimal() and len(typed) <= 4 else goods.quantity


def _number(field: str) -> int | None:
    typed = request.form.get(field, "").strip()
    return int(typed) if typed.isdecimal() and 0 < len(typed) <= 18 else None


def _to_shop(token: str) -> Response:
    with adapters().database.read() as session:
        here = visit(session, token)
        return onward(here.setting, f"{here.base}/{SHOP}", **{"for": str(outcome_of(here.wish))})
