"""Cards that are followed: signed addresses on our own host, counted, then on to the shop."""

from __future__ import annotations

from functools import lru_cache

from flask import Response, redirect
from sqlalchemy import select

from shopify_app.catalogue.models import Product
from shopify_app.crypto import BadToken
from shopify_app.i18n import Phrase, phrase
from shopify_app.orders.models import Order
from shopify_app.pages.parts import Card as PageCard
from shopify_app.pages.parts import Picture
from shopify_app.pages.texts import followable, plain
from shopify_app.recommendations.attribution import note_click, standing_for
from shopify_app.recommendations.cards import Card
from shopify_app.recommendations.ranking import Why
from shopify_app.storefront import answers
from shopify_app.storefront.door import adapters, alone
from shopify_app.wiring import Adapters


def linked(card: Card, order: Order, adapters: Adapters) -> PageCard:
    """A card as the page shows it: safe words, and an address that counts and leads to the shop."""
    token = adapters.database.keyring.sign("click", {"o": order.id, "p": card.product_id, "v": card.variant_id})
    title, picture, reason = _told(card)
    return PageCard(title, f"{adapters.config.app_url}/c/{token}", picture, card.price, reason=reason)


@lru_cache(1024)
def _told(card: Card) -> tuple[str, Picture | None, Phrase | None]:
    """What a card says to everybody: the same few are shown with many orders."""
    picture = followable(card.image_url)
    shown = Picture(picture, card.image_width, card.image_height, plain(card.image_alt, 255)) if picture else None
    return plain(card.title, 255), shown, _reason(card)


@alone.get("/c/<token>")
def follow(token: str) -> Response:
    """Counts the click and sends the shopper on: one variant goes into the cart, several are theirs to choose from.
    Nobody waits for the writer's place where there is nothing to write."""
    database, now = adapters().database, adapters().clock.now()
    try:
        facts = database.keyring.unsign("click", token, now)
    except BadToken:
        return answers.bare(404)
    with database.read() as session:
        order = session.get(Order, facts["o"])
        product = session.scalar(
            select(Product).where(Product.shop_id == (order.shop_id if order else 0), Product.shopify_id == facts["p"])
        )
        if order is None or product is None:
            return answers.bare(410)
        is_new = standing_for(session, order, facts["p"], "product", now) is None
        shop, handle, is_single = order.shop.storefront_url, product.handle, len(product.variants) == 1
    if is_new:
        with database.write() as session:
            if (order := session.get(Order, facts["o"])) is not None:
                note_click(session, order, facts["p"], "product", now)
    if is_single:
        return redirect(f"{shop}/cart/{facts['v']}:1?storefront=true")  # type: ignore[return-value]
    return redirect(f"{shop}/products/{handle}?variant={facts['v']}")  # type: ignore[return-value]


def _reason(card: Card) -> Phrase | None:
    match card.why:
        case Why.GOES_WITH if card.goes_with:
            return phrase("goes with your {product}", product=plain(card.goes_with, 80))
        case Why.NEW:
            return phrase("new in the shop")
        case Why.POPULAR:
            return phrase("liked by many")
    return None
