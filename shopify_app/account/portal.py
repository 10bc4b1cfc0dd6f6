"""The portal of returns, asked in the name of a customer whose token we have proven.

One flow has two looks: the pages in the theme, and those in the customer's account. Its steps are the storefront's, so
the account hands each request on to them, signed as Shopify's proxy would sign it for the customer, and asks for the
page's model instead of its HTML. Whatever the portal learns, the account can do on the same day.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Response, current_app, g, request
from werkzeug.wrappers import Response as AnyResponse

from shopify_app.account.door import adapters
from shopify_app.shopify.signatures import ProxyCall, as_proxy

MODEL = "application/vnd.postlude.page+json"
"""A page of the portal as its model; the storefront's `spoken_pages` knows the same name."""
MOST_HOPS = 4
"""How often pages lead on before we take it for a circle."""
_NOT_HANDED_ON = ("werkzeug.", "flask.", "HTTP_AUTHORIZATION", "HTTP_COOKIE", "RAW_URI", "REQUEST_URI")


class NoModel(Exception):
    """The portal answered with something that only a browser can show, or with a mistake of its own (`is_mistake`)."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.is_mistake = status >= 500


def ask(method: str, tail: str, query: dict[str, str] | None = None) -> Response:
    """The page below the merchant's path at `tail`, and on where it leads; a POST carries this request's body on.
    No transaction may be open. Raises NoModel."""
    asked = dict(query or {})
    language = request.args.get("lang")
    for _ in range(MOST_HOPS):
        pairs = [*asked.items(), *([("lang", language)] if language else [])]
        answer = AnyResponse.from_app(current_app.wsgi_app, _environ(method, tail, pairs))
        if answer.mimetype != MODEL:
            raise NoModel(answer.status_code)
        onward = answer.get_json().get("onward")
        if onward is None:
            return Response(answer.get_data(), status=answer.status_code, content_type="application/json")
        parts = urlsplit(onward)
        method, tail = "GET", parts.path.removeprefix(g.shop.proxy_path).lstrip("/")
        asked = {name: value for name, value in parse_qsl(parts.query) if name != "lang"}
    raise NoModel(508)


def _environ(method: str, tail: str, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """This request again, as the proxy would have sent it."""
    held = adapters()
    now = int(held.clock.now().timestamp())
    call = ProxyCall(g.shop.domain, g.visitor.customer_id, g.shop.proxy_path, now)
    kept = {name: value for name, value in request.environ.items() if not name.startswith(_NOT_HANDED_ON)}
    told = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": f"/proxy/{tail}".encode().decode("latin-1"),  # as WSGI wants it
        "QUERY_STRING": as_proxy(call, pairs, held.config.api_secret),
        "HTTP_ACCEPT": MODEL,
    }
    if method == "GET":
        told |= {"CONTENT_LENGTH": "0", "CONTENT_TYPE": "", "wsgi.input": BytesIO()}
    return kept | told
