"""What happens to a request without an order number."""

from __future__ import annotations

from dataclasses import dataclass

from shopify_app.events.happening import Happening


@dataclass(frozen=True)
class NoReceiptCodeWanted(Happening):
    """Somebody without an order number asked for a code, to show that the address is theirs; `made` counts codes."""

    request_id: int
    made: int


@dataclass(frozen=True)
class NoReceiptReceived(Happening):
    """A request without an order number counts from here on."""

    request_id: int


@dataclass(frozen=True)
class NoReceiptMatched(Happening):
    """The order of such a request was found; it is that order's return now."""

    request_id: int


@dataclass(frozen=True)
class NoReceiptAccountWanted(Happening):
    """Such a request was accepted, and there is no customer yet whom a credit could be given to."""

    request_id: int


@dataclass(frozen=True)
class NoReceiptCredited(Happening):
    """Shopify confirmed the credit of such a request."""

    request_id: int


@dataclass(frozen=True)
class NoReceiptDeclined(Happening):
    request_id: int


@dataclass(frozen=True)
class NoReceiptNeedsLook(Happening):
    """Its credit does not move until a person has looked."""

    request_id: int
