"""What the merchant says about recommendations; the counting is done by `shopify_app.recommendations`."""

from __future__ import annotations

from pydantic import Field

from shopify_app.settings.shape import ShopifyId, settings


@settings
class Recommendations:
    """Products are named by Shopify's numeric ids."""

    pins: tuple[ShopifyId, ...] = ()
    """Shown first, in this order, unless an exclusion forbids it."""
    exclusions: tuple[ShopifyId, ...] = ()
    """Never shown."""
    consumable_tag: str = Field(default="consumable", max_length=80)
    """Products with this tag may be shown again soon after they were bought."""
    repeat_days: int = Field(default=180, ge=0, le=3650)
    """Days in which a bought product is not shown again."""
