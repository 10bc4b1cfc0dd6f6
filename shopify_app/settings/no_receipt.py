"""The door for people who have no order number."""

from __future__ import annotations

from shopify_app.settings.shape import settings


@settings
class NoReceipt:
    """Whether somebody without an order number may write to you from the portal. What they get is your policy's to say
    (`no_receipt`); whether they get it is yours."""

    is_open: bool = False
    """Whether the page is there, and linked from where a return begins."""
