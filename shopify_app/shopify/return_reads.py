"""What Shopify knows of an order's returns: reads of `AdminAPI`."""

from __future__ import annotations

from dataclasses import dataclass

from shopify_app.shopify.calls import Calls


@dataclass(frozen=True)
class ReturnReads(Calls):
    """Reads that returns need; any may raise a `ShopifyError`."""
