"""One order's tracking page: through a link, through a pass after a look-up, in the theme or standing alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from sqlalchemy.orm import Session

from shopify_app.crypto import BadToken
from shopify_app.db import Database, keyring_of
from shopify_app.i18n import phrase
from shopify_app.orders.access import Access, LinkGone, NotFound, nonce_of, open_pass
from shopify_app.orders.glance import glance_behind
from shopify_app.orders.models import Order
from shopify_app.pages.facts import OrderPicture, PageSettings, load_picture
from shopify_app.pages.messages import MessagePage
from shopify_app.pages.parts import Card
from shopify_app.pages.return_links import policy_address, policy_path, start_address
from shopify_app.pages.support import reachable
from shopify_app.pages.tracking import Reader, assemble, here_of
from shopify_app.pages.trouble import is_wrong
from shopify_app.pages.withdrawal_page import entrance
from shopify_app.recommendations.cards import cards_for
from shopify_app.recommendations.shelf import Shelf
from shopify_app.settings.branding import Brand
from shopify_app.settings.offers import Offers
from shopify_app.settings.recommendations import Recommendations
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load_many
from shopify_app.settings.support import Support
from shopify_app.settings.tracking import Block, Tracking
from shopify_app.settings.withdrawal import Withdrawal
from shopify_app.shops.models import Shop, ShopState
from shopify_app.storefront import answers
from shopify_app.storefront.clicks import linked
from shopify_app.storefront.door import adapters, alone, call, kept, proxied, proxied_shop
from shopify_app.storefront.finished import VERSION, FinishedPage, FinishedPages, version_of
from shopify_app.storefront.reading import (
    Place,
    frame_for,
    language_for,
    onward_to,
    renderer,
    standing_alone,
    themed,
)
from shopify_app.storefront.rendering import Rendered, Surface
from shopify_app.storefront.returns_entrance import Known, returns_facts
from shopify_app.storefront.views import ViewCounter
from shopify_app.threads import Lane

_COUNTER, _FINISHED, _SETTINGS = "postlude.views", "postlude.finished", "postlude.settings"
_SHELF = "postlude.shelf"
LINKED = re.compile(r"(/proxy)?/t/[^/]+")
"""The addresses of pages behind links: of all that shoppers see, what most of them open."""
THREADS = {"sqlite": 0, "postgresql": 4}
"""On how many threads of its own a process makes them. A file answers at once, so a page is nothing but reckoning, of
which an interpreter does one at a time: the event loop does it between everything else. A server is waited for, and
meanwhile another page can be made."""
PASS_OVER = MessagePage(
    phrase("Please look your order up again"),
    (phrase("To keep your order private, this page closes after half an hour."),),
    icon="clock",
)


@dataclass(frozen=True)
class Visit:
    """An order that somebody may look at, and how they came: `tail` and `keep` make this page's address again.
    `source` is what their view is counted as, `start` where a return begins for them, `policy` where the policy of
    returns is told."""

    order: Order
    access: Access
    place: Place
    tail: str
    keep: dict[str, str]
    source: str = ""
    start: str = ""
    policy: str = ""


@proxied.get("/t/<token>")
def linked_in_theme(token: str) -> Response:
    """The page behind a link, in the merchant's theme."""
    wiring = adapters()
    now = wiring.clock.now()
    with wiring.database.read() as session:
        try:
            return _linked(session, token, call().shop, now)
        except (BadToken, NotFound):
            return _said(session, 404)
        except LinkGone:
            return _said(session, 410)


@alone.get("/t/<token>")
def linked_alone(token: str) -> Response:
    """The same page on our own address: for shops without an online store, and where the theme is down."""
    wiring = adapters()
    now = wiring.clock.now()
    with wiring.database.read() as session:
        try:
            return _linked(session, token, None, now)
        except (BadToken, NotFound):
            return answers.bare(404)
        except LinkGone:
            return answers.bare(410)


@proxied.get("/order")
def passed_in_theme() -> Response:
    """The page again, for the half hour after a look-up (another language, a reload)."""
    wiring, key = adapters(), request.args.get("key", "")
    now = wiring.clock.now()
    with wiring.database.read() as session:
        try:
            order, access = open_pass(session, key, now)
            _of_this_shop(order)
        except (BadToken, NotFound):
            return _said(session, 410, PASS_OVER)
        return show(session, passed(order, access, key), now)


def passed(order: Order, access: Access, key: str) -> Visit:
    """The visit of whoever looked the order up and holds this pass."""
    place = themed(order.shop)
    start, policy = place.path(f"returns/o?{urlencode({'key': key})}"), place.path(policy_path())
    return Visit(order, access, place, "order", {"key": key}, "proxy", onward_to(start), onward_to(policy))


def _linked(session: Session, token: str, proxy_shop: str | None, now: datetime) -> Response:
    """The page of a link, through the proxy of `proxy_shop` or standing alone: the one that was finished a moment ago
    if it still holds, else a new one. Raises BadToken, LinkGone, NotFound."""
    source = "link" if proxy_shop is None else "proxy"
    nonce = nonce_of(keyring_of(session), token)
    key = (source, proxy_shop, nonce, request.args.get("lang"), request.headers.get("Accept-Language"))
    finished = finished_pages()
    page = finished.find(key, version_of(session, nonce), now) if finished.has(key) else None
    if page is None:
        page = _made(session, token, nonce, proxy_shop, now)
        finished.keep(key, page)
    view_counter().page(page.shop_id, page.order_id, source, now)
    return _answer(page, Surface.ALONE if proxy_shop is None else Surface.THEME)


def _made(session: Session, token: str, nonce: str, proxy_shop: str | None, now: datetime) -> FinishedPage:
    """A new one."""
    order, version = glance_behind(session, nonce, now, VERSION)
    if proxy_shop is not None:
        _of_this_shop(order)
    elif order.shop.state == ShopState.UNINSTALLED:
        raise LinkGone
    place = themed(order.shop) if proxy_shop is not None else standing_alone(adapters().config.app_url)
    start, policy = onward_to(start_address(order.shop, token)), onward_to(policy_address(order.shop, token))
    visit = Visit(order, Access.FULL, place, f"t/{token}", {}, start=start, policy=policy)
    known = Known(*version[-3:], has_promises=version[-4] is not None)
    return FinishedPage(_rendered(session, visit, now, known), version, now)


def show(session: Session, visit: Visit, now: datetime) -> Response:
    """The page of a visit without a link; counts the view."""
    page = FinishedPage(_rendered(session, visit, now), (), now)
    view_counter().page(visit.order.shop_id, visit.order.id, visit.source, now)
    return _answer(page, visit.place.surface)


def _rendered(session: Session, visit: Visit, now: datetime, known: Known | None = None) -> Rendered:
    """The page in words, in eight statements at most after the one that found the order."""
    order, shop = visit.order, visit.order.shop
    settings, wanted, taking, withdrawing = _settings(session, shop, known.settings if known else None)
    picture = load_picture(session, shop.id, order.id, settings, known is None or known.has_promises)
    language = language_for(shop, settings.brand.tone, order)
    wrong = is_wrong(order, picture, here_of(shop, order, picture, language.code, now))
    may_see_cards = visit.access >= Access.FULL and not wrong  # they speak of earlier orders too
    cards = _cards(session, order, picture, wanted, now) if may_see_cards else ()
    returns = returns_facts(session, order, visit.start, visit.policy, known, now) if taking.portal_open else None
    reader = Reader(visit.access, language.code, visit.place.path("h/"), cards, returns)
    page = assemble(shop, order, picture, reader, now)
    withdraw = entrance(order, picture, visit.start, withdrawing, now)
    frame = frame_for(shop, settings.brand, visit.place, visit.place.path(visit.tail), visit.keep, withdraw)
    return renderer().rendered("storefront/tracking.html", language, frame, page=page)


def _answer(page: FinishedPage, surface: Surface) -> Response:
    """What stands alone carries an ETag, so that a reload which would say the same costs no bytes."""
    if surface is Surface.THEME:
        return answers.page(page.rendered.body, surface)
    unchanged = request.if_none_match.contains_weak(page.etag)
    response = Response(status=304) if unchanged else answers.page(page.rendered.body, surface)
    response.set_etag(page.etag, weak=True)
    return response


def _of_this_shop(order: Order) -> Order:
    """The order, if the proxy speaks for its shop and the shop has us; raises NotFound otherwise."""
    if order.shop.domain != call().shop or order.shop.state == ShopState.UNINSTALLED:
        raise NotFound
    return order


def _said(session: Session, status: int, message: MessagePage | None = None) -> Response:
    shop = proxied_shop(session)
    return answers.bare(404) if shop is None else answers.in_theme(session, shop, status, message)


def lane(database: Database) -> Lane:
    """How links are answered."""
    return Lane(LINKED, THREADS[database.engine.dialect.name])


def view_counter() -> ViewCounter:
    """This process's counter of views."""
    return kept(_COUNTER, lambda: ViewCounter(adapters().database))


def finished_pages() -> FinishedPages:
    """This process's finished pages."""
    return kept(_FINISHED, FinishedPages)


def _settings(
    session: Session, shop: Shop, version: int | None
) -> tuple[PageSettings, Recommendations, Returns, Withdrawal]:
    """Everything a page is set by, in one statement; in none, when `version` is the one that was read last."""
    read: dict[int, tuple[int | None, dict[Any, Any]]] = kept(_SETTINGS, dict)
    known = read.get(shop.id)
    if known is None or version is None or known[0] != version:
        groups = load_many(session, shop.id, (Brand, Tracking, Support, Offers, Recommendations, Returns, Withdrawal))
        read[shop.id] = known = (version, groups)
    groups = known[1]
    page = PageSettings(groups[Brand], groups[Tracking], reachable(groups[Support], shop), groups[Offers])
    return page, groups[Recommendations], groups[Returns], groups[Withdrawal]


def _cards(
    session: Session, order: Order, picture: OrderPicture, wanted: Recommendations, now: datetime
) -> tuple[Card, ...]:
    if Block.RECOMMENDATIONS not in picture.settings.tracking.blocks or order.erased_at is not None:
        return ()
    products = [line.product_id for line in picture.lines]
    shelf = kept(_SHELF, Shelf)
    chosen = cards_for(session, order, products, wanted, order.shop.currency, now, shelf)
    wiring = adapters()
    return tuple(linked(card, order, wiring) for card in chosen)
