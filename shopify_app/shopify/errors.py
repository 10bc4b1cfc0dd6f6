"""What can go wrong between us and Shopify, told apart by what the caller may do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class ShopifyError(Exception):
    """A call to Shopify that did not give its answer. The text carries no personal facts: it may be logged."""


class Throttled(ShopifyError):
    """Too much asked in too short a time; nothing was done. Ask again after `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"throttled, again in {retry_after:.1f} s")
        self.retry_after = retry_after


class AccessDenied(ShopifyError):
    """The token is good, but its scopes (or the approval for protected customer data) do not reach this far."""


class TokenRefused(ShopifyError):
    """Shopify knows neither our access token nor our refresh token: the merchant has to open the app once."""


class StaleIdToken(ShopifyError):
    """The session token offered for exchange is used up; the browser has to bring a new one."""


class ShopGone(ShopifyError):
    """There is no such shop, or it has removed us."""


class ShopFrozen(ShopifyError):
    """The shop exists but is closed to apps: unpaid (402), locked (423) or inactive. Try again tomorrow."""


class Unavailable(ShopifyError):
    """No answer, or a server's error. `sent` is false when the request never left us: nothing can have happened."""

    def __init__(self, because: str, sent: bool) -> None:
        super().__init__(because)
        self.sent = sent


class AnswerLost(ShopifyError):
    """A mutation left us and its answer did not arrive: it may or may not have happened. Never send it again blindly;
    read Shopify back and decide."""


class MaxCost(ShopifyError):
    """The query asks for more than Shopify allows in one go (1,000 points): ask for a smaller page."""


class QueryRefused(ShopifyError):
    """Shopify does not understand our query: a fault of ours, or a version that is gone."""


@dataclass(frozen=True)
class UserError:
    """One entry of a mutation's ``userErrors``."""

    message: str
    field: tuple[str, ...] = ()
    code: str | None = None


class UserErrors(ShopifyError):
    """The mutation was understood and refused; nothing was done. `errors` say why."""

    def __init__(self, errors: Sequence[UserError]) -> None:
        super().__init__(", ".join(error.code or ".".join(error.field) or "refused" for error in errors))
        self.errors = tuple(errors)
