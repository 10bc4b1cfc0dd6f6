"""The shopper's door: the guard of everything that comes through the app proxy, and of links that stand alone.

Through the proxy the shop is in Shopify's signature; a link carries its own. There are no cookies here: what a page
must remember is in signed tokens in its addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import structlog
from flask import Blueprint, Response, current_app, g, request
from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from shopify_app.db import Reading
from shopify_app.shopify.signatures import BadSignature, ProxyCall, proxy_call
from shopify_app.shops.installation import find
from shopify_app.shops.models import Shop, ShopState
from shopify_app.storefront import answers
from shopify_app.wiring import Adapters

log = structlog.get_logger(__name__)

LONGEST_PREFIX = 80
PREFIX = re.compile(r"/(?:a|apps|community|tools)/[A-Za-z0-9_-]+")
"""As Shopify lets merchants choose it (shopify.dev "About app proxies"). Our links begin with it: ``//`` would lead to
another host, and what a shopper writes into their own address must not become everybody's."""

Kept = TypeVar("Kept")

blueprint = Blueprint("storefront", __name__)
proxied = Blueprint("proxied", __name__, url_prefix="/proxy")
alone = Blueprint("alone", __name__)


def adapters() -> Adapters:
    return current_app.extensions["postlude"]


def kept(name: str, make: Callable[[], Kept]) -> Kept:
    """What this process keeps under `name`, made when it is first asked for."""
    keeping = current_app.extensions
    return keeping[name] if name in keeping else keeping.setdefault(name, make())


def call() -> ProxyCall:
    """What the proxy's signature says about this request; only behind its guard."""
    return g.proxy_call


def network_address() -> str:
    """The shopper's network address, for counting and for nothing else: the proxy's signature does not cover it.

    Each hop adds whom it heard from at the end of ``X-Forwarded-For``, so what stands at its beginning is whatever the
    shopper claims. Counted from the end: our own reverse proxies' additions (`Config.own_proxies`), before them the one
    that Shopify's proxy made.
    """
    chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if not chain:
        return request.remote_addr or ""
    return chain[max(0, len(chain) - 1 - adapters().config.own_proxies)][:64]


@proxied.before_request
def guard() -> Response | None:
    """Lets through what Shopify signed within the last minute and a half, for a shop that has us installed."""
    wiring = adapters()
    query, now = request.query_string.decode("ascii", "replace"), wiring.clock.now()
    try:
        g.proxy_call = proxy_call(query, wiring.config.api_secrets, now)
    except BadSignature as reason:
        log.info("proxy_refused", why=str(reason))
        return answers.bare(401)
    return None


def proxied_shop(session: Session) -> Shop | None:
    """The shop of this request; None when it does not have us installed. Where the merchant has put us is kept up to
    date: they may rename the path at any time, and mails and links must lead there."""
    shop = find(session, call().shop)
    if shop is None or shop.state == ShopState.UNINSTALLED:
        return None
    prefix = call().path_prefix
    if prefix != shop.proxy_path and len(prefix) <= LONGEST_PREFIX and PREFIX.fullmatch(prefix):
        _moved(session, shop, prefix)
    return shop


def _moved(session: Session, shop: Shop, prefix: str) -> None:
    """Writes down where the merchant has put us. A session that writes does so itself: to wait for another one, which
    waits for it, would end in neither."""
    if not isinstance(session, Reading):
        shop.proxy_path = prefix
        return
    with adapters().database.write() as writing:
        writing.execute(update(Shop).where(Shop.id == shop.id).values(proxy_path=prefix))
    set_committed_value(shop, "proxy_path", prefix)  # what this session reads is as it was when it began


@proxied.after_request
def keep_private(response: Response) -> Response:
    """Pages in the theme are one person's: nobody between us may keep them."""
    response.headers["Cache-Control"] = "private, no-store"
    return _with(response, _QUIET)


@alone.after_request
def revalidate(response: Response) -> Response:
    """Pages that stand alone may be kept by the reader's browser, which asks each time whether they still hold."""
    return _with(response, _ALONE)


def _with(response: Response, headers: tuple[tuple[str, str], ...]) -> Response:
    """The answer with `headers`, where its view said nothing else."""
    has = {name.lower() for name, _ in response.headers}  # asking for one that is missing raises, which costs more
    response.headers.extend([(name, value) for name, value in headers if name.lower() not in has])
    return response


_QUIET = (
    ("X-Robots-Tag", "noindex, nofollow"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)
"""Not found by search engines, and no address with a token in it told to anybody else."""
_ALONE = (
    ("Cache-Control", "private, no-cache"),
    (
        "Content-Security-Policy",
        "default-src 'none'; img-src https: http: data:; style-src 'unsafe-inline'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'",
    ),
    *_QUIET,
)
