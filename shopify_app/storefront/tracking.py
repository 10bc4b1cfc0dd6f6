"""One order's tracking page: through a link, through a pass after a look-up, in the theme or standing alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from flask import Response, current_app, request
from sqlalchemy.orm import Session

from shopify_app.crypto import BadToken
from shopify_app.i18n import phrase
from shopify_app.orders.access import Access, LinkGone, NotFound, open_link, open_pass
from shopify_app.orders.models import Order
from shopify_app.pages.facts import OrderPicture, PageSettings, load_picture
from shopify_app.pages.hero import is_wrong
from shopify_app.pages.messages import MessagePage
from shopify_app.pages.parts import Card
from shopify_app.pages.tracking import Reader, assemble
from shopify_app.recommendations.cards import cards_for
from shopify_app.settings.branding import Brand
from shopify_app.settings.offers import Offers
from shopify_app.settings.recommendations import Recommendations
from shopify_app.settings.store import load_many
from shopify_app.settings.support import Support
from shopify_app.settings.tracking import Block, Tracking
from shopify_app.shops.models import ShopState
from shopify_app.storefront import answers
from shopify_app.storefront.clicks import linked
from shopify_app.storefront.door import adapters, alone, call, proxied, proxied_shop
from shopify_app.storefront.reading import Place, frame_for, language_for, renderer, standing_alone, themed
from shopify_app.storefront.rendering import brand_css
from shopify_app.storefront.views import ViewCounter

_COUNTER = "postlude.views"
PASS_OVER = MessagePage(
    phrase("Please look your order up again"),
    (phrase("To keep your order private, this page closes after half an hour."),),
    icon="clock",
)


@dataclass(frozen=True)
class Visit:
    """An order that somebody may look at, and how they came: `tail` and `keep` make this page's address again."""

    order: Order
    access: Access
    place: Place
    tail: str
    keep: dict[str, str]
    source: str


@proxied.get("/t/<token>")
def linked_in_theme(token: str) -> Response:
    """The page behind a link, in the merchant's theme."""
    now = adapters().clock.now()
    with adapters().database.read() as session:
        try:
            order = _of_this_shop(open_link(session, token, now))
        except (BadToken, NotFound):
            return _said(session, 404)
        except LinkGone:
            return _said(session, 410)
        return show(session, Visit(order, Access.FULL, themed(order.shop), f"t/{token}", {}, "proxy"), now)


@proxied.get("/order")
def passed_in_theme() -> Response:
    """The page again, for the half hour after a look-up (another language, a reload)."""
    now = adapters().clock.now()
    key = request.args.get("key", "")
    with adapters().database.read() as session:
        try:
            order, access = open_pass(session, key, now)
            _of_this_shop(order)
        except (BadToken, NotFound):
            return _said(session, 410, PASS_OVER)
        return show(session, Visit(order, access, themed(order.shop), "order", {"key": key}, "proxy"), now)


@alone.get("/t/<token>")
def linked_alone(token: str) -> Response:
    """The same page on our own address: for shops without an online store, and where the theme is down."""
    now = adapters().clock.now()
    with adapters().database.read() as session:
        try:
            order = open_link(session, token, now)
        except BadToken:
            return answers.bare(404)
        except LinkGone:
            return answers.bare(410)
        place = standing_alone(adapters().config.app_url)
        return show(session, Visit(order, Access.FULL, place, f"t/{token}", {}, "link"), now)


def show(session: Session, visit: Visit, now: datetime) -> Response:
    """The finished page of a visit, in eight statements after the one that found the order; counts the view.

    What stands alone carries an ETag of everything the page says, so a reload that would say the same costs no bytes.
    """
    order, shop = visit.order, visit.order.shop
    settings, wanted = _settings(session, shop.id)
    picture = load_picture(session, shop.id, order.id, settings)
    language = language_for(shop, settings.brand.tone, order)
    cards = () if is_wrong(order, picture) else _cards(session, order, picture, wanted, now)
    reader = Reader(visit.access, language.code, visit.place.path("h/"), cards)
    page = assemble(shop, order, picture, reader, now)
    view_counter().page(shop.id, order.id, visit.source, now)
    etag = hashlib.blake2s(
        repr((page, language.tag, language.tone, brand_css(settings.brand), shop.name)).encode(), digest_size=12
    ).hexdigest()
    if request.if_none_match.contains_weak(etag) and visit.source == "link":
        response = Response(status=304)
    else:
        frame = frame_for(shop, settings.brand, visit.place, visit.place.path(visit.tail), visit.keep)
        body = renderer().render("storefront/tracking.html", language, frame, page=page)
        response = answers.page(body, visit.place.surface)
    response.set_etag(etag, weak=True)
    return response


def _of_this_shop(order: Order) -> Order:
    """The order, if the proxy speaks for its shop and the shop has us; raises NotFound otherwise."""
    if order.shop.domain != call().shop or order.shop.state == ShopState.UNINSTALLED:
        raise NotFound
    return order


def _said(session: Session, status: int, message: MessagePage | None = None) -> Response:
    shop = proxied_shop(session)
    return answers.bare(404) if shop is None else answers.in_theme(session, shop, status, message)


def view_counter() -> ViewCounter:
    """This process's counter of views."""
    return current_app.extensions.setdefault(_COUNTER, ViewCounter(adapters().database))


def _settings(session: Session, shop_id: int) -> tuple[PageSettings, Recommendations]:
    """Everything a page is set by, in one statement."""
    groups = load_many(session, shop_id, (Brand, Tracking, Support, Offers, Recommendations))
    page = PageSettings(groups[Brand], groups[Tracking], groups[Support], groups[Offers])
    return page, groups[Recommendations]


def _cards(
    session: Session, order: Order, picture: OrderPicture, wanted: Recommendations, now: datetime
) -> tuple[Card, ...]:
    if Block.RECOMMENDATIONS not in picture.settings.tracking.blocks or order.erased_at is not None:
        return ()
    products = [line.product_id for line in picture.lines]
    chosen = cards_for(session, order, products, wanted, order.shop.currency, now)
    return tuple(linked(card, order, adapters()) for card in chosen)
