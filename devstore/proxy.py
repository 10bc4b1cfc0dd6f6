"""The app proxy: how the shop's domain hands a request to the app, and brings the answer back.

Everything here follows shopify.dev "App proxies" and "Authenticate app proxies": the parameters that are added,
the signature over all of them, the headers that never cross, redirects that are followed on the shopper's behalf.
"""

import hashlib
import hmac
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import parse_qs, parse_qsl, urlencode

import httpx

from devstore.config import DevStoreConfig
from devstore.store import Store
from devstore.trust import trusted_roots

PREFIXES = ("apps", "a", "community", "tools")
TIMEOUT_SECONDS = 10.0
MAX_REDIRECTS = 5
ADDED_PARAMETERS = ("shop", "logged_in_customer_id", "path_prefix", "timestamp", "signature")

# Per connection, not per message (RFC 9110 7.6.1), and lengths that change once a body has been decoded.
_CONNECTION_HEADERS = frozenset(
    [
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "content-length",
        "content-encoding",
    ]
)
_REQUEST_STRIPPED = _CONNECTION_HEADERS | {"cookie", "host", "accept-encoding", "expect"}
_RESPONSE_STRIPPED = _CONNECTION_HEADERS | frozenset(
    [
        "set-cookie",
        "accept-patch",
        "accept-ranges",
        "date",
        "delta-base",
        "im",
        "p3p",
        "pragma",
        "preference-applied",
        "proxy-authenticate",
        "public-key-pins",
        "server",
        "service-worker-allowed",
        "tk",
        "warning",
        "x-powered-by",
    ]
)


class AppFailed(Exception):
    """The app could not be reached, took too long, redirected in circles, or answered with a server error."""


@dataclass(frozen=True)
class ProxyRequest:
    """A shopper's request as it arrived on the shop's domain; `path` is what follows the proxy's own path."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    host: str
    client_ip: str


@dataclass(frozen=True)
class ProxyAnswer:
    """What the app said, already without the headers that may not reach a shopper."""

    status: int
    headers: tuple[tuple[str, str], ...]
    content_type: str
    body: bytes

    @property
    def is_liquid(self) -> bool:
        """Whether the shop has to render the body inside its theme."""
        return self.content_type.split(";")[0].strip().lower() == "application/liquid"


def signature(query: str, secret: str) -> str:
    """The hexadecimal HMAC-SHA256 over every parameter of `query` but `signature` itself.

    Values of a repeated key are joined with a comma in order of appearance; the resulting `key=value` strings are
    sorted and joined without a separator. Blank values count.
    """
    parameters = parse_qs(query, keep_blank_values=True)
    parameters.pop("signature", None)
    message = "".join(sorted(f"{key}={','.join(values)}" for key, values in parameters.items()))
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def signed_query(query: str, added: dict[str, str], secret: str) -> str:
    """The shopper's query followed by the parameters only the shop may set, and the signature over all of them."""
    own = [(key, value) for key, value in parse_qsl(query, keep_blank_values=True) if key not in ADDED_PARAMETERS]
    complete = urlencode(own + list(added.items()))
    return f"{complete}&signature={signature(complete, secret)}"


def path_prefix(store: Store, config: DevStoreConfig) -> str:
    """Where on the storefront the proxy lives, e.g. `/apps/order-care`; merchants may rename both parts."""
    place = store.get("app_proxy", 1)
    if place is None:
        return f"/{config.app_proxy_prefix}/{config.app_proxy_subpath}"
    return f"/{place['prefix']}/{place['subpath']}"


def rename(store: Store, prefix: str, subpath: str) -> None:
    """Move the proxy as a merchant can. Raises ValueError with the rule that was broken."""
    if prefix not in PREFIXES:
        raise ValueError(f"The prefix is one of {', '.join(PREFIXES)}.")
    letters = subpath.replace("-", "").replace("_", "")
    if not (0 < len(subpath) <= 30) or not (letters.isascii() and letters.isalnum()):
        raise ValueError("The subpath has 1 to 30 letters, digits, hyphens or underscores.")
    if subpath in {"admin", "services", "password", "login"}:
        raise ValueError(f"“{subpath}” is reserved.")
    store.put("app_proxy", {"id": 1, "prefix": prefix, "subpath": subpath})


def forward(client: httpx.Client, app_url: str, request: ProxyRequest, query: str) -> ProxyAnswer:
    """Send `request` to the app with the signed `query` and return its answer. Raises AppFailed."""
    headers = [(name, value) for name, value in request.headers if name.lower() not in _REQUEST_STRIPPED]
    headers += [("X-Forwarded-Host", request.host), ("X-Forwarded-For", request.client_ip)]
    target = f"{app_url.rstrip('/')}/proxy{request.path}?{query}"
    try:
        answer = client.request(request.method, target, headers=headers, content=request.body or None)
    except (httpx.TransportError, httpx.TooManyRedirects) as failure:
        raise AppFailed(type(failure).__name__) from failure
    if answer.status_code >= 500:
        raise AppFailed(f"status {answer.status_code}")
    kept = tuple((name, value) for name, value in answer.headers.multi_items() if name not in _RESPONSE_STRIPPED)
    return ProxyAnswer(answer.status_code, kept, answer.headers.get("content-type", ""), answer.content)


def new_client(patience: float = 1.0) -> httpx.Client:
    """A client that waits `patience` times as long as a shopper would, follows the app's redirects itself and keeps no
    cookies."""
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    return httpx.Client(
        timeout=TIMEOUT_SECONDS * patience,
        follow_redirects=True,
        max_redirects=MAX_REDIRECTS,
        trust_env=False,
        cookies=no_cookies,
        verify=trusted_roots(),
    )
