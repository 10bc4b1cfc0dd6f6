"""Tokens: the session tokens Shopify hands to browsers, and the access tokens it hands to the app.

Rules and error words: Shopify's "Token exchange" and "Expiring offline access tokens" pages; the resilient refresh is
that of the 2026-08-28 changelog entry: the old refresh token works until its replacement is first used.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from typing import Any

import jwt

from devstore.config import DevStoreConfig
from devstore.store import Document, Store

ACCESS_SECONDS = 3600
ONLINE_SECONDS = 86_399
REFRESH_SECONDS = 90 * 24 * 3600
SESSION_SECONDS = 60
LEEWAY_SECONDS = 10

EXCHANGE_GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:id_token"
OFFLINE_TYPE = "urn:shopify:params:oauth:token-type:offline-access-token"
ONLINE_TYPE = "urn:shopify:params:oauth:token-type:online-access-token"
STAFF = {
    "id": 4242, "first_name": "Mara", "last_name": "Lind", "email": "mara@example.com", "locale": "en",
    "account_owner": True,
}  # fmt: skip
COLLEAGUE = {
    "id": 4243, "first_name": "Jonas", "last_name": "Ek", "email": "jonas@example.com", "locale": "sv",
    "account_owner": False,
}  # fmt: skip
PEOPLE = {person["id"]: person for person in (STAFF, COLLEAGUE)}
"""Who works in the shop: its owner, and one more."""


class TokenRefused(Exception):
    """The token endpoint's answer to a request it does not grant."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.error = error
        self.description = description


def id_token(config: DevStoreConfig, user_id: int, now: datetime) -> str:
    """The session token App Bridge gives to the embedded app: HS256, about a minute, for a member of staff."""
    issued = int(now.timestamp())
    claims = {
        "iss": f"https://{config.shop}/admin",
        "dest": f"https://{config.shop}",
        "aud": config.api_key,
        "sub": str(user_id),
        "exp": issued + SESSION_SECONDS,
        "nbf": issued - 1,
        "iat": issued,
        "jti": secrets.token_hex(16),
        "sid": secrets.token_hex(32),
        "sig": secrets.token_hex(32),
    }
    return jwt.encode(claims, config.api_secret, algorithm="HS256")


def customer_token(config: DevStoreConfig, customer_id: int | None, now: datetime) -> str:
    """The token of a customer-account extension: no issuer, bare `dest`, `sub` only when the customer signed in."""
    issued = int(now.timestamp())
    claims: dict[str, Any] = {
        "dest": config.shop,
        "aud": config.api_key,
        "exp": issued + 300,
        "nbf": issued - 1,
        "iat": issued,
        "jti": secrets.token_hex(16),
    }
    if customer_id is not None:
        claims["sub"] = f"gid://shopify/Customer/{customer_id}"
    return jwt.encode(claims, config.api_secret, algorithm="HS256")


def host_parameter(config: DevStoreConfig) -> str:
    """The `host` query parameter of app documents: base64 of ``admin.shopify.com/store/<name>``, unpadded."""
    name = config.shop.removesuffix(".myshopify.com")
    return base64.urlsafe_b64encode(f"admin.shopify.com/store/{name}".encode()).decode().rstrip("=")


class TokenDesk:
    """Grants, refreshes, checks and revokes access tokens; they live in the store and age by the shared clock."""

    def __init__(self, store: Store, config: DevStoreConfig) -> None:
        self.store = store
        self.config = config

    def grant(self, body: dict[str, Any], scopes: str | None, now: datetime) -> dict[str, Any]:
        """Answers a POST to ``/admin/oauth/access_token``; `scopes` is None while the app is not installed."""
        if body.get("client_id") != self.config.api_key or body.get("client_secret") != self.config.api_secret:
            raise TokenRefused(401, "invalid_client", "Client authentication failed.")
        if scopes is None:
            raise TokenRefused(400, "invalid_client", "The app is not installed on this shop.")
        with self.store.transaction():
            if body.get("grant_type") == EXCHANGE_GRANT:
                return self._exchange(body, scopes, now)
            if body.get("grant_type") == "refresh_token":
                return self._refresh(str(body.get("refresh_token", "")), scopes, now)
        raise TokenRefused(400, "unsupported_grant_type", "The grant type is not supported.")

    def check(self, access_token: str, now: datetime) -> Document | None:
        """The token's document when it is alive, else None. Its first use retires the token it replaced."""
        found = self.store.find("token", access_token=access_token)
        if not found or found[0]["revoked"] or _past(found[0]["expires_at"], now):
            return None
        self._used(found[0])
        return found[0]

    def revoke(self, token: Document, *, with_refresh: bool) -> None:
        """The access token stops working; with its refresh token too when `with_refresh`."""
        changes = {"revoked": True} | ({"refresh_revoked": True} if with_refresh else {})
        self.store.put("token", {**token, **changes})

    def revoke_all(self) -> None:
        """Every token is dead at once, as after an uninstall."""
        with self.store.transaction():
            for token in list(self.store.all("token")):
                self.revoke(token, with_refresh=True)

    def _exchange(self, body: dict[str, Any], scopes: str, now: datetime) -> dict[str, Any]:
        claims = self._verified(str(body.get("subject_token", "")), body.get("subject_token_type"), now)
        if body.get("requested_token_type") == ONLINE_TYPE:
            return self._online(claims, scopes, now)
        if body.get("requested_token_type") not in (None, OFFLINE_TYPE):
            raise TokenRefused(400, "invalid_request", "The requested token type is not known.")
        if str(body.get("expiring", 0)) not in ("1", "true", "True"):
            token = self._mint(scopes, now, life=None, refresh=False)
            return {"access_token": token["access_token"], "scope": scopes}
        # One refreshable token per app and shop: a new one ends the older ones' refreshing.
        for older in list(self.store.find("token", refresh_revoked=False)):
            self.store.put("token", {**older, "refresh_revoked": True})
        return _answer(self._mint(scopes, now, life=ACCESS_SECONDS, refresh=True))

    def _refresh(self, refresh_token: str, scopes: str, now: datetime) -> dict[str, Any]:
        found = self.store.find("token", refresh_token=refresh_token) if refresh_token else []
        if not found:
            raise TokenRefused(400, "invalid_grant", "The refresh token is not valid.")
        token = found[0]
        if token["refresh_revoked"] or _past(token["refresh_expires_at"], now):
            raise TokenRefused(401, "invalid_request", "This request requires an active refresh_token")
        self._used(token)
        for unused in list(self.store.find("token", replaces=token["id"])):
            self.revoke(unused, with_refresh=True)
        return _answer(self._mint(scopes, now, life=ACCESS_SECONDS, refresh=True, replaces=token["id"]))

    def _used(self, token: Document) -> None:
        if token["used"]:
            return
        with self.store.transaction():
            self.store.put("token", {**token, "used": True})
            replaced = token["replaces"] and self.store.get("token", token["replaces"])
            if replaced:
                self.store.put("token", {**replaced, "refresh_revoked": True})

    def _online(self, claims: dict[str, Any], scopes: str, now: datetime) -> dict[str, Any]:
        token = self._mint(scopes, now, life=ONLINE_SECONDS, refresh=False)
        person = PEOPLE.get(int(claims["sub"]), {**COLLEAGUE, "id": int(claims["sub"])})
        user = {**person, "email_verified": True, "collaborator": False}
        return {
            "access_token": token["access_token"],
            "scope": scopes,
            "expires_in": ONLINE_SECONDS,
            "associated_user_scope": scopes,
            "associated_user": user,
        }

    def _verified(self, subject: str, subject_type: object, now: datetime) -> dict[str, Any]:
        refused = TokenRefused(
            400, "invalid_subject_token", "The subject token is invalid, expired or not for this app."
        )
        if subject_type != ID_TOKEN_TYPE:
            raise refused
        try:
            # Times are compared by hand: the library would use the machine's clock instead of the shared one.
            claims = jwt.decode(
                subject,
                self.config.api_secret,
                algorithms=["HS256"],
                audience=self.config.api_key,
                options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        except jwt.PyJWTError as failure:
            raise refused from failure
        instant = now.timestamp()
        alive = claims.get("nbf", 0) - LEEWAY_SECONDS <= instant <= claims.get("exp", 0) + LEEWAY_SECONDS
        if not alive or claims.get("dest") != f"https://{self.config.shop}" or not str(claims.get("sub", "")).isdigit():
            raise refused
        return claims

    def _mint(
        self, scopes: str, now: datetime, *, life: int | None, refresh: bool, replaces: int | None = None
    ) -> Document:
        token = {
            "id": self.store.next_id("token"),
            "access_token": ("shpat_" if life != ONLINE_SECONDS else "shpua_") + secrets.token_hex(16),
            "refresh_token": "shprt_" + secrets.token_hex(16) if refresh else None,
            "scope": scopes,
            "expires_at": _later(now, life) if life else None,
            "refresh_expires_at": _later(now, REFRESH_SECONDS) if refresh else None,
            "revoked": False,
            "refresh_revoked": not refresh,
            "used": False,
            "replaces": replaces,
            "granted_at": now.isoformat(),
        }
        return self.store.put("token", token)


def _answer(token: Document) -> dict[str, Any]:
    return {
        "access_token": token["access_token"],
        "scope": token["scope"],
        "expires_in": ACCESS_SECONDS,
        "refresh_token": token["refresh_token"],
        "refresh_token_expires_in": REFRESH_SECONDS,
    }


def _later(now: datetime, seconds: int) -> str:
    return (now + timedelta(seconds=seconds)).isoformat()


def _past(instant: str | None, now: datetime) -> bool:
    return instant is not None and datetime.fromisoformat(instant) <= now
