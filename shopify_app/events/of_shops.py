"""What happens to a shop, its products and its customers."""

from __future__ import annotations

from dataclasses import dataclass

from shopify_app.events.happening import Happening


@dataclass(frozen=True)
class ShopInstalled(Happening):
    """The merchant installed, or installed again (`again`)."""

    again: bool


@dataclass(frozen=True)
class ShopUninstalled(Happening):
    pass


@dataclass(frozen=True)
class ScopesChanged(Happening):
    missing: tuple[str, ...]


@dataclass(frozen=True)
class ProductChanged(Happening):
    product_id: int


@dataclass(frozen=True)
class CustomersMerged(Happening):
    kept_id: int
    merged_id: int


@dataclass(frozen=True)
class CustomerRenamed(Happening):
    """A customer that we knew is called otherwise, or nothing any more."""

    customer_id: int


@dataclass(frozen=True)
class PrivacyRequested(Happening):
    """A compliance topic arrived: `request_id` is our PrivacyRequest row."""

    request_id: int
