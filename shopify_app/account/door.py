"""Extensions run in a worker with an opaque origin: their session token tells who they are, not where they call from.

Source: shopify.dev "Session Token API" of customer-account, admin and POS UI extensions.
"""

from __future__ import annotations

import structlog
from flask import Blueprint, Response, current_app, g, jsonify, request

from shopify_app.shopify.signatures import BadSessionToken, ExtensionVisitor, extension_visitor
from shopify_app.shops.installation import find
from shopify_app.shops.models import Shop, ShopState
from shopify_app.wiring import Adapters

log = structlog.get_logger(__name__)

blueprint = Blueprint("account", __name__, url_prefix="/account")


def adapters() -> Adapters:
    return current_app.extensions["postlude"]


def visitor() -> ExtensionVisitor:
    """Who is calling; only behind the guard."""
    return g.visitor


@blueprint.before_request
def guard() -> Response | None:
    """Lets a request through with a proven visitor of a shop that has us installed; answers a pre-flight itself."""
    if request.method == "OPTIONS":
        return Response(status=204)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return refusal(401, "Please send the session token.")
    held = adapters()
    try:
        g.visitor = extension_visitor(token.strip(), held.config.api_key, held.config.api_secrets, held.clock.now())
    except BadSessionToken as failure:
        log.info("extension_token_refused", because=str(failure))
        return refusal(401, "The session has ended. Please reload the page.")
    shop = _installed(held, g.visitor.shop)
    if shop is None:
        return refusal(403, "This shop does not use Postlude.")
    g.shop = shop
    return None


@blueprint.after_request
def share(response: Response) -> Response:
    """Any origin may read the answer: the token is the proof, and there are no cookies to abuse."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
    response.headers["Access-Control-Max-Age"] = "7200"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.errorhandler(413)
def too_large(_error: Exception) -> Response:
    """Every refusal of this door is an object: extensions read nothing else."""
    return refusal(413, "That is more than this address accepts. Please send less.")


@blueprint.route("/session", methods=["GET", "OPTIONS"])
def session() -> Response:
    """Who we take the caller for."""
    found = visitor()
    return jsonify(kind=found.kind, shop=found.shop, customer_id=found.customer_id)


def _installed(held: Adapters, domain: str) -> Shop | None:
    with held.database.read() as session:
        shop = find(session, domain)
    return None if shop is None or shop.state == ShopState.UNINSTALLED else shop


def refusal(status: int, sentence: str) -> Response:
    """A sentence instead of an answer."""
    answer = jsonify(error=sentence)
    answer.status_code = status
    return answer
