"""The guard of the embedded admin: who opens a page, for which shop, and that we hold tokens for it.

A document without a usable session token is sent to the bounce page, where App Bridge fetches one and comes back; a
`fetch` gets 401 with the header that makes App Bridge try again. Source: shopify.dev "Session tokens", "Token
exchange", "Set up iframe protection".
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import structlog
from flask import Blueprint, Response, current_app, g, redirect, request

from shopify_app.admin.rendering import languages, render
from shopify_app.config import Config
from shopify_app.shopify.admin import AdminAPI
from shopify_app.shopify.errors import ShopifyError, StaleIdToken, Throttled, TokenRefused, Unavailable
from shopify_app.shopify.oauth import TokenGrant
from shopify_app.shopify.signatures import AdminVisitor, BadSessionToken, BadSignature, admin_visitor, shop_domain
from shopify_app.shopify.transport import WEB
from shopify_app.shops.installation import find, has_to_be_noted, install, note_visit
from shopify_app.shops.models import Shop
from shopify_app.shops.tokens import needs_exchange
from shopify_app.texts import parts_of
from shopify_app.wiring import Adapters

log = structlog.get_logger(__name__)

blueprint = Blueprint("admin", __name__, url_prefix="/app")

BOUNCE = "/app/bounce"
RETRY = "X-Shopify-Retry-Invalid-Session-Request"
LONGEST_RELOAD = 2000


def adapters() -> Adapters:
    return current_app.extensions["postlude"]


def visitor() -> AdminVisitor:
    """Who opened this page; only behind the guard."""
    return g.visitor


def shop_row() -> Shop:
    """The shop it was opened for; only behind the guard."""
    return g.shop


def shopify() -> AdminAPI:
    """Shopify's Admin API of that shop, for somebody who waits; only behind the guard."""
    return adapters().admin_apis.of_seen(shop_row(), WEB)


@blueprint.before_request
def guard() -> Response | None:
    """Lets a request through with a proven visitor and a shop that we hold tokens for; else answers it."""
    if request.endpoint == "admin.bounce":
        return None
    if request.method == "OPTIONS":
        return Response(status=204)
    config, now = adapters().config, adapters().clock.now()
    token = offered_token()
    if not token:
        return _ask_for_token()
    try:
        g.visitor = admin_visitor(token, config.api_key, config.api_secrets, now)
    except BadSessionToken as failure:
        return _ask_for_token() if failure.stale else _refused(failure)
    g.frame_shop = g.visitor.shop
    try:
        g.shop = _seen(shop_with_tokens(adapters(), g.visitor.shop, token, now), g.visitor)
    except StaleIdToken:
        return _ask_for_token()
    except ShopifyError as failure:
        return _not_let_in(failure)
    return None


def shop_with_tokens(adapters: Adapters, domain: str, id_token: str, now: datetime) -> Shop:
    """The shop's row; a new or returning shop, and one whose tokens died, is installed with the token at hand."""
    with adapters.database.read() as session:
        shop = find(session, domain)
    if shop is not None and not needs_exchange(shop, now):
        return shop
    grant = _exchange(adapters, domain, id_token)
    with adapters.database.write() as session:
        return install(session, domain, grant, now)


def _seen(shop: Shop, visitor: AdminVisitor) -> Shop:
    """The shop, its row knowing of this visit: an uninstall told late must not undo what came after it."""
    if not has_to_be_noted(shop, visitor.issued_at, is_document=not _is_fetch()):
        return shop
    with adapters().database.write() as session:
        known = session.get_one(Shop, shop.id)
        note_visit(session, known, visitor.issued_at)
        return known


@blueprint.get("/bounce")
def bounce() -> Response:
    """App Bridge alone: it fetches a session token and goes on to `shopify-reload`, a path of this door only."""
    target = request.args.get("shopify-reload", "")
    try:
        g.frame_shop = shop_domain(request.args.get("shop", ""))
    except BadSignature:
        return _sentence("open_from_admin", 400)
    if not is_own_path(target):
        return _sentence("bad_address", 400)
    return Response(render("bounce.html", adapters().config, **_spoken()))


@blueprint.after_request
def protect(response: Response) -> Response:
    """Only the shop's own admin may frame these pages, and nobody may keep them."""
    config = adapters().config
    response.headers["Content-Security-Policy"] = frame_ancestors(config, g.get("frame_shop"))
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if response.mimetype == "text/html":
        response.headers["Link"] = preloads(config)
    return response


def frame_ancestors(config: Config, shop: str | None) -> str:
    """The policy for one validated shop; without one nobody may frame the page."""
    if shop is None:
        return "frame-ancestors 'none';"
    return f"frame-ancestors https://{shop} {config.admin_origin};"


def preloads(config: Config) -> str:
    """Shopify's two scripts, asked for before the document is read."""
    bridge = urlsplit(config.app_bridge_url)
    return ", ".join(
        [
            f'<{bridge.scheme}://{bridge.netloc}>; rel="preconnect"',
            f'<{config.app_bridge_url}>; rel="preload"; as="script"',
            f'<{config.polaris_url}>; rel="preload"; as="script"',
        ]
    )


def is_own_path(target: str) -> bool:
    """Whether this is a path of this door and nothing that a browser could take for another site's address."""
    if len(target) > LONGEST_RELOAD or "\\" in target or any(ord(ch) <= 32 or ord(ch) == 127 for ch in target):
        return False
    parts = parts_of(target)
    if parts is None:
        return False
    inside = parts.path == "/app" or parts.path.startswith("/app/")
    return inside and not parts.scheme and not parts.netloc and "//" not in parts.path and ".." not in parts.path


def offered_token() -> str:
    """The session token: a `fetch` brings it in its header, a document in its address; the header wins."""
    header = request.headers.get("Authorization", "")
    return header.removeprefix("Bearer ").strip() if header else request.args.get("id_token", "")


def _is_fetch() -> bool:
    return "Authorization" in request.headers or request.headers.get("Sec-Fetch-Dest") == "empty"


def _ask_for_token() -> Response:
    if _is_fetch():
        return _unauthorised()
    query = request.query_string.decode("utf-8", "replace")
    kept = [(key, value) for key, value in parse_qsl(query) if key != "id_token"] + _frame_of_referrer()
    try:
        shop_domain(dict(kept).get("shop", ""))
    except BadSignature:
        return _sentence("open_from_admin", 400)
    target = f"{request.path}?{urlencode(kept)}"
    return redirect(f"{BOUNCE}?{urlencode([*kept, ('shopify-reload', target)])}", 302)  # type: ignore[return-value]


def _frame_of_referrer() -> list[tuple[str, str]]:
    """Shopify's menu leads to bare paths of this door: which shop's admin it is, the page before says. It only decides
    where a token is asked for; whose data is shown, the token alone decides."""
    before = parts_of(request.referrer or "")
    if before is None or f"{before.scheme}://{before.netloc}" != request.host_url.rstrip("/") or "shop" in request.args:
        return []
    return [(key, value) for key, value in parse_qsl(before.query) if key in {"shop", "host", "embedded", "locale"}]


def _unauthorised() -> Response:
    return Response("The session has ended. Please try again.\n", 401, {RETRY: "1"}, mimetype="text/plain")


def _refused(failure: BadSessionToken) -> Response:
    """A token that no new one of the same kind would better: for another app, or forged."""
    log.warning("session_token_refused", because=str(failure))
    if _is_fetch():
        return Response("This session is not for this app.\n", 401, mimetype="text/plain")
    return _sentence("not_for_us", 401)


def _not_let_in(failure: ShopifyError) -> Response:
    """We know who it is, and Shopify does not give us the shop's tokens."""
    log.warning("install_failed", shop=g.frame_shop, error=type(failure).__name__)
    if isinstance(failure, Unavailable | Throttled):
        return _sentence("shopify_away", 503)
    return _sentence("not_installed" if isinstance(failure, TokenRefused) else "install_failed", 502)


def _exchange(adapters: Adapters, domain: str, id_token: str) -> TokenGrant:
    """Asks a second time when there was no answer: another pair does no harm."""
    endpoint = adapters.admin_apis.tokens
    try:
        return endpoint.exchange(domain, id_token)
    except Unavailable:
        return endpoint.exchange(domain, id_token)


def _sentence(kind: str, status: int) -> Response:
    return Response(render("sentence.html", adapters().config, kind=kind, **_spoken()), status)


def _spoken() -> dict[str, Any]:
    """The language of whoever we do not know yet, as the address names it."""
    spoken = languages().choose([request.args.get("locale", "")[:35]], tone="formal")
    return {"_": spoken.text, "lang": spoken.tag}
