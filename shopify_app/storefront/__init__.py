"""The shopper's door: the tracking page, the look-up, how-to pages; in the merchant's theme or standing alone."""

from shopify_app.storefront import (
    brand_pictures,
    clicks,
    how_to,
    lookup,
    no_receipt,
    no_receipt_code,
    no_receipt_sent,
    nowhere,
    preview,
    returns_balance,
    returns_cart,
    returns_change,
    returns_choice,
    returns_inspection,
    returns_papers,
    returns_policy,
    returns_review,
    returns_shop,
    returns_start,
    returns_status,
    returns_status_anew,
    returns_steps,
    tracking,
    withdraw,
    withdraw_start,
)
from shopify_app.storefront.door import alone, blueprint, proxied
from shopify_app.storefront.returns_papers import papers

blueprint.register_blueprint(proxied)
blueprint.register_blueprint(alone)
blueprint.register_blueprint(papers)

__all__ = [
    "blueprint", "brand_pictures", "clicks", "how_to", "lookup", "no_receipt", "no_receipt_code", "no_receipt_sent",
    "nowhere", "preview",
    "returns_balance", "returns_cart", "returns_change", "returns_choice", "returns_inspection", "returns_papers",
    "returns_policy", "returns_review", "returns_shop", "returns_start", "returns_status", "returns_status_anew",
    "returns_steps", "tracking", "withdraw", "withdraw_start",
]  # fmt: skip
