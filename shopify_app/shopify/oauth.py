"""Shopify's token endpoint: a session token for a pair of offline tokens, and an old pair for a new one.

Source: shopify.dev "Exchange a session token for an access token" and "Offline access tokens" (expiring).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shopify_app.shopify.errors import QueryRefused, StaleIdToken, Throttled, TokenRefused, Unavailable
from shopify_app.shopify.transport import Transport

ACCESS_SECONDS = 3600  # what an answer without `expires_in` means; never "for ever"
REFRESH_SECONDS = 7_776_000
PATH = "/admin/oauth/access_token"


@dataclass(frozen=True)
class TokenGrant:
    """A pair of tokens with their lives in seconds from now, and the scopes they carry."""

    access_token: str = field(repr=False)
    access_seconds: int
    refresh_token: str = field(repr=False)
    refresh_seconds: int
    scopes: str


@dataclass(frozen=True)
class StaffUser:
    """Who visits the admin, as Shopify names them (``associated_user`` of an online token). `email` only where Shopify
    has verified it; nobody keeps it."""

    user_id: int
    name: str = field(repr=False)
    is_owner: bool = False
    email: str = field(default="", repr=False)


@dataclass(frozen=True)
class TokenEndpoint:
    """Asks as this app. No method is retried here: the callers know what a second try costs."""

    transport: Transport
    api_key: str
    api_secret: str = field(repr=False)

    def exchange(self, domain: str, id_token: str) -> TokenGrant:
        """An expiring offline pair for a session token of `domain`. Raises StaleIdToken, TokenRefused, Unavailable."""
        # without `expiring` Shopify hands out a token that it refuses to accept
        return _grant(self._ask(domain, {**_exchange_of(id_token, "offline"), "expiring": 1}))

    def staff_user(self, domain: str, id_token: str) -> StaffUser:
        """Who brought this session token. Shopify says so beside an online token, which is thrown away. Raises
        StaleIdToken, TokenRefused, Unavailable."""
        answer = self._ask(domain, _exchange_of(id_token, "online"))
        user = answer.get("associated_user")
        if not isinstance(user, dict) or not str(user.get("id", "")).isdigit():
            raise QueryRefused("the token endpoint named no user beside an online token")
        name = " ".join(str(user.get(part) or "").strip() for part in ("first_name", "last_name")).strip()
        email = str(user.get("email") or "") if user.get("email_verified") is True else ""
        return StaffUser(int(user["id"]), name, user.get("account_owner") is True, email)

    def refresh(self, domain: str, refresh_token: str) -> TokenGrant:
        """A new pair for the old one. After Unavailable the same refresh token may be offered again: it stays valid
        until the replacement is first used. Raises TokenRefused, Unavailable."""
        return _grant(self._ask(domain, {"grant_type": "refresh_token", "refresh_token": refresh_token}))

    def _ask(self, domain: str, wish: Mapping[str, Any]) -> Mapping[str, Any]:
        body = {"client_id": self.api_key, "client_secret": self.api_secret, **wish}
        response = self.transport.post(domain, PATH, body, {"Accept": "application/json"})
        if response.status_code == 429:
            raise Throttled(2.0)
        if response.status_code >= 500:
            raise Unavailable(f"HTTP {response.status_code}", sent=True)
        try:
            answer = response.json()
        except ValueError as failure:
            raise Unavailable("the token endpoint's answer is not JSON", sent=True) from failure
        if not response.is_success:
            raise _refusal(response.status_code, answer if isinstance(answer, dict) else {})
        return answer


def _exchange_of(id_token: str, kind: str) -> dict[str, Any]:
    return {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": id_token,
        "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        "requested_token_type": f"urn:shopify:params:oauth:token-type:{kind}-access-token",
    }


def _refusal(status: int, answer: Mapping[str, Any]) -> Exception:
    error = str(answer.get("error") or "")
    if error == "invalid_subject_token":
        return StaleIdToken("invalid_subject_token")
    if error in {"invalid_grant", "invalid_client"} or status in {401, 403, 404}:
        return TokenRefused(error or f"HTTP {status}")
    return QueryRefused(f"token endpoint: HTTP {status} {error}")


def _grant(answer: Mapping[str, Any]) -> TokenGrant:
    if not answer.get("access_token") or not answer.get("refresh_token"):
        raise QueryRefused("the token endpoint gave no refresh token: the app is not set up for expiring tokens")
    return TokenGrant(
        access_token=answer["access_token"],
        access_seconds=int(answer.get("expires_in") or ACCESS_SECONDS),
        refresh_token=answer["refresh_token"],
        refresh_seconds=int(answer.get("refresh_token_expires_in") or REFRESH_SECONDS),
        scopes=str(answer.get("scope") or ""),
    )
