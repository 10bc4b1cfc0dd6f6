"""Proofs that a request comes from Shopify, or through Shopify from a person. Pure: secrets and `now` are parameters.

Every proof accepts each of the given client secrets, since Shopify signs with the old one for a while after a rotation.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from shopify import session_token
from shopify.session_token import SessionTokenError
from shopify.utils.shop_url import sanitize_shop_domain

LEEWAY_SECONDS = 10  # as Shopify's own libraries
PROXY_SECONDS = 90
LAST_SECOND = 253_402_300_800  # the end of the year 9999, where datetimes end
CUSTOMER = "gid://shopify/Customer/"
SINGLE = ("shop", "timestamp", "signature", "logged_in_customer_id", "path_prefix")


class BadSignature(Exception):
    """The request does not prove that it comes from Shopify."""


class BadSessionToken(Exception):
    """A session token that proves nothing. `stale` means genuine in form but out of its time: a new one may do."""

    def __init__(self, because: str, stale: bool = False) -> None:
        super().__init__(because)
        self.stale = stale


class VisitorKind(StrEnum):
    """Whose token it is: a shopper's, a member of staff's in the admin, or one's at a POS device."""

    CUSTOMER = "customer"
    STAFF = "staff"
    POS = "pos"


@dataclass(frozen=True)
class AdminVisitor:
    """A member of staff in the embedded admin. `shop` is the token's ``dest``, never a parameter's word.

    `issued_at` is when Shopify made the token (``iat``, whole seconds), never after the `now` it was held against: the
    app was installed then. A token without it says 1970.
    """

    shop: str
    user_id: str
    issued_at: datetime


@dataclass(frozen=True)
class ExtensionVisitor:
    """Whoever calls from inside one of Shopify's own pages. `customer_id` is None for staff, and on an order status
    page opened from a mail link before signing in. `user_id` is the member of staff's, in the admin."""

    kind: VisitorKind
    shop: str
    customer_id: int | None
    user_id: str | None = None


@dataclass(frozen=True)
class ProxyCall:
    """A storefront request forwarded by the app proxy. `path_prefix` is where the merchant has us (``/apps/x``)."""

    shop: str
    customer_id: int | None
    path_prefix: str
    signed_at: int


def is_webhook(raw: bytes, header: str | None, secrets: Sequence[str]) -> bool:
    """Whether ``X-Shopify-Hmac-Sha256`` (base64) signs these raw bytes. Flow actions are signed the same way."""
    if not header:
        return False
    offered = header.strip().encode("utf-8", "replace")
    return any([hmac.compare_digest(_base64_mac(secret, raw), offered) for secret in secrets])


def proxy_call(query_string: str, secrets: Sequence[str], now: datetime) -> ProxyCall:
    """Reads an app-proxy request by its raw query string; raises BadSignature. The signature proves where the request
    comes from, not that the shopper owns what is asked for."""
    pairs = _pairs(query_string)
    fields = _single(pairs)
    if not any([hmac.compare_digest(_hex_mac(s, pairs), fields["signature"].encode()) for s in secrets]):
        raise BadSignature("the signature does not fit")
    if not fields["timestamp"].isascii() or not fields["timestamp"].isdigit():
        raise BadSignature("the timestamp is no number")
    if abs(now.timestamp() - int(fields["timestamp"])) > PROXY_SECONDS:
        raise BadSignature("the request is too old")
    customer = fields.get("logged_in_customer_id", "")
    if customer and not (customer.isascii() and customer.isdigit()):
        raise BadSignature("the customer is no id")
    return ProxyCall(
        shop=shop_domain(fields["shop"]),
        customer_id=int(customer) if customer else None,
        path_prefix=fields.get("path_prefix", ""),
        signed_at=int(fields["timestamp"]),
    )


def as_proxy(call: ProxyCall, pairs: Sequence[tuple[str, str]], secret: str) -> str:
    """The raw query of a request of our own that is to be taken for `call`, as the proxy would sign it: for a door
    that has proven by other means whom it speaks for."""
    customer = "" if call.customer_id is None else str(call.customer_id)
    own = [("shop", call.shop), ("logged_in_customer_id", customer), ("path_prefix", call.path_prefix)]
    signed = [*pairs, *own, ("timestamp", str(call.signed_at))]
    return urlencode([*signed, ("signature", _hex_mac(secret, signed).decode())])


def proxy_message(pairs: Sequence[tuple[str, str]]) -> str:
    """What the proxy signs: ``key=values joined by commas``, sorted, without separator."""
    values: dict[str, list[str]] = {}
    for key, value in pairs:
        if key != "signature":
            values.setdefault(key, []).append(value)
    return "".join(sorted(f"{key}={','.join(found)}" for key, found in values.items()))


def admin_visitor(token: str, api_key: str, secrets: Sequence[str], now: datetime) -> AdminVisitor:
    """The member of staff behind an App Bridge session token; raises BadSessionToken.

    Which claims there must be, and whether the issuer is the shop it speaks for, is ShopifyAPI's to say. The times are
    ours to hold against `now` (ShopifyAPI knows the machine's clock only), and so is that there is an end at all.
    """
    claims = _decoded(token, api_key, secrets, now, [*session_token.REQUIRED_FIELDS, "aud", "exp"])
    try:
        session_token._validate_issuer(claims)
    except (SessionTokenError, TypeError, ValueError, AttributeError) as failure:
        raise BadSessionToken("the issuer is not the shop") from failure
    if not str(claims["sub"]).isdecimal():
        raise BadSessionToken("the subject is no member of staff")
    return AdminVisitor(_dest(claims), str(claims["sub"]), _issued_at(claims, now))


def extension_visitor(token: str, api_key: str, secrets: Sequence[str], now: datetime) -> ExtensionVisitor:
    """Whoever is behind a token of a customer-account, admin or POS extension; raises BadSessionToken.

    Told apart by their claims: a customer's `sub` is a customer's global id, or missing before the sign-in; staff have
    a user's number, with the issuer and session of the admin; a POS device's token has the number alone.
    """
    claims = _decoded(token, api_key, secrets, now, ["exp", "dest", "aud"])
    subject = str(claims.get("sub") or "")
    if not subject and "iss" not in claims:
        return ExtensionVisitor(VisitorKind.CUSTOMER, _dest(claims), None)
    if subject.startswith(CUSTOMER):
        return ExtensionVisitor(VisitorKind.CUSTOMER, _dest(claims), _customer_id(subject))
    if "iss" in claims:
        staff = admin_visitor(token, api_key, secrets, now)
        return ExtensionVisitor(VisitorKind.STAFF, staff.shop, None, staff.user_id)
    if not subject.isdecimal():
        raise BadSessionToken("the subject is nobody we know")
    return ExtensionVisitor(VisitorKind.POS, _dest(claims), None)


@lru_cache(1024)  # each request of a shop names it again
def shop_domain(text: str) -> str:
    """``x.myshopify.com`` out of what names a shop; raises BadSignature for anything else."""
    found = sanitize_shop_domain(text) if "." in text else None  # a bare name is no domain, whatever ShopifyAPI thinks
    if not found or ":" in found:
        raise BadSignature("no shop's domain")
    return found


def _single(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The parameters that must come once at most; shop, timestamp and signature exactly once."""
    found: dict[str, str] = {}
    for key, value in pairs:
        if key in SINGLE and key in found:
            raise BadSignature(f"{key} is repeated")
        if key in SINGLE:
            found[key] = value
    for key in ("shop", "timestamp", "signature"):
        if not found.get(key):
            raise BadSignature(f"{key} is missing")
    return found


def _pairs(query_string: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query_string, keep_blank_values=True, max_num_fields=100)
    except ValueError as failure:
        raise BadSignature("too many parameters") from failure


def _decoded(
    token: str, api_key: str, secrets: Sequence[str], now: datetime, required: Sequence[str]
) -> dict[str, Any]:
    """The claims of a token that one of the secrets signed for us, within its time."""
    failure: jwt.PyJWTError = jwt.InvalidTokenError()
    rules: Any = {"require": list(required), "verify_exp": False, "verify_nbf": False, "verify_iat": False}
    for secret in secrets:
        try:
            claims = jwt.decode(token, secret, algorithms=[session_token.ALGORITHM], audience=api_key, options=rules)
        except jwt.InvalidSignatureError as refused:
            failure = refused
        except jwt.PyJWTError as refused:
            raise BadSessionToken(type(refused).__name__) from refused
        else:
            _require_life(claims, now)
            return claims
    raise BadSessionToken(type(failure).__name__) from failure


def _require_life(claims: dict[str, Any], now: datetime) -> None:
    """`exp` must be there and ahead of `now`, `nbf` behind it, ten seconds of grace each."""
    expires, begins = claims.get("exp"), claims.get("nbf", 0)
    if not isinstance(expires, int | float) or isinstance(expires, bool) or not isinstance(begins, int | float):
        raise BadSessionToken("the token has no life of its own")
    if now.timestamp() > expires + LEEWAY_SECONDS:
        raise BadSessionToken("expired", stale=True)
    if now.timestamp() < begins - LEEWAY_SECONDS:
        raise BadSessionToken("not yet valid", stale=True)


def _issued_at(claims: dict[str, Any], now: datetime) -> datetime:
    issued = claims.get("iat", 0)
    if not isinstance(issued, int | float) or isinstance(issued, bool) or not 0 <= issued < LAST_SECOND:
        raise BadSessionToken("the token says not when it was made")
    return min(datetime.fromtimestamp(issued, UTC), now)


def _dest(claims: dict[str, Any]) -> str:
    dest = str(claims.get("dest") or "")
    host = urlsplit(dest if "//" in dest else f"//{dest}").netloc
    try:
        return shop_domain(host)
    except BadSignature as failure:
        raise BadSessionToken("the token names no shop") from failure


def _customer_id(subject: str) -> int:
    digits = subject.rsplit("/", 1)[1]
    if not (digits.isascii() and digits.isdigit()):
        raise BadSessionToken("the customer is no id")
    return int(digits)


def _base64_mac(secret: str, raw: bytes) -> bytes:
    return base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest())


def _hex_mac(secret: str, pairs: Sequence[tuple[str, str]]) -> bytes:
    return hmac.digest(secret.encode(), proxy_message(pairs).encode(), "sha256").hex().encode()
