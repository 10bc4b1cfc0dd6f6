"""How long the shop keeps what it knows of people."""

from __future__ import annotations

from pydantic import Field

from shopify_app.settings.shape import settings


@settings
class Privacy:
    """When people are forgotten without having asked for it."""

    forget_after_days: int | None = Field(default=None, ge=180, le=3650)
    """Days after which a customer who has bought nothing since is erased, as if they had asked for it. Orders of which
    something is still being returned wait until that is done. Null: people stay until they, or Shopify, ask."""
