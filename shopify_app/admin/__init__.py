"""The merchant's door: pages inside Shopify's admin, every one behind a session token."""

from shopify_app.admin import (
    desk,
    home,
    no_receipt,
    returns_addresses,
    returns_carriers,
    returns_change,
    returns_door,
    returns_eligibility,
    returns_limits,
    returns_new,
    returns_policy,
    returns_rehearsal,
    returns_settings,
    returns_verbs,
    returns_withdrawals,
    settings,
)
from shopify_app.admin.door import blueprint

__all__ = [
    "blueprint", "desk", "home", "no_receipt", "returns_addresses", "returns_carriers", "returns_change",
    "returns_door", "returns_eligibility", "returns_limits", "returns_new", "returns_policy", "returns_rehearsal",
    "returns_settings", "returns_verbs", "returns_withdrawals", "settings",
]  # fmt: skip
