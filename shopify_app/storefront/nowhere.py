"""Addresses behind the proxy that lead nowhere: a page in the shop's own theme, with the way on."""

from __future__ import annotations

from contextlib import suppress

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException

from shopify_app.storefront import answers
from shopify_app.storefront.door import adapters, proxied, proxied_shop

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@proxied.route("/", methods=_METHODS, defaults={"rest": ""}, strict_slashes=False)
@proxied.route("/<path:rest>", methods=_METHODS)
def nowhere(rest: str) -> Response:
    """404; 405 where there is a page, but not for this kind of request (a form that was reloaded, for one)."""
    status = 405 if _is_known() else 404
    with adapters().database.read() as session:
        shop = proxied_shop(session)
        return answers.in_theme(session, shop, status) if shop else answers.bare(status)


def _is_known() -> bool:
    """Whether the address is a page's when it is asked for in another way."""
    routes = current_app.create_url_adapter(request)
    for method in ("GET", "POST"):
        with suppress(HTTPException):
            if routes is not None and routes.match(method=method)[0] != request.endpoint:
                return True
    return False
