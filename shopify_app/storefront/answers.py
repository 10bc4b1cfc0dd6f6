"""What the shopper's door answers: finished pages, and for every other status a message with what to do next."""

from __future__ import annotations

from flask import Response, current_app, request
from sqlalchemy.orm import Session

from shopify_app.i18n import accepted
from shopify_app.pages.messages import MessagePage, message_for
from shopify_app.pages.support import reachable, support_block
from shopify_app.settings.branding import Brand
from shopify_app.settings.store import load_many
from shopify_app.settings.support import Support
from shopify_app.shops.models import Shop
from shopify_app.storefront.reading import frame_for, here_for, language_for, languages, renderer, themed
from shopify_app.storefront.rendering import Frame, Surface
from shopify_app.wiring import Adapters

LIQUID = "application/liquid"


def page(body: str | bytes, surface: Surface, status: int = 200) -> Response:
    """A finished page with its content type: Liquid for the theme, HTML alone."""
    kind = LIQUID if surface is Surface.THEME else "text/html; charset=utf-8"
    return Response(body, status=status, content_type=kind)


def in_theme(session: Session, shop: Shop, status: int, message: MessagePage | None = None) -> Response:
    """A message inside the merchant's theme, with the way to the look-up form and to the shop's people."""
    groups = load_many(session, shop.id, (Brand, Support))
    language, place = language_for(shop, groups[Brand].tone), themed(shop)
    adapters: Adapters = current_app.extensions["postlude"]
    here = here_for(shop, language.code, adapters.clock.now())
    body = renderer().render(
        "storefront/message.html",
        language,
        frame_for(shop, groups[Brand], place),
        message=(message or message_for(status)).leading_to(place.path("track")),
        support=support_block(reachable(groups[Support], shop), None, here),
    )
    return page(body, place.surface, status)


def bare(status: int, message: MessagePage | None = None) -> Response:
    """A message in the browser's language and nobody's brand: no shop is known, or it does not have us."""
    language = languages().choose([request.args.get("lang"), *accepted(request.headers.get("Accept-Language"))])
    frame = Frame(brand=Brand(), shop_name=language.text("Your order"), shop_url="/", surface=Surface.ALONE)
    body = renderer().render(
        "storefront/message.html", language, frame, message=message or message_for(status), support=None
    )
    return page(body, Surface.ALONE, status)
