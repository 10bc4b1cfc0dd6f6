"""The merchant's door: pages inside Shopify's admin, every one behind a session token."""

from shopify_app.admin import (
    automations,
    designer,
    desk,
    home,
    insights,
    no_receipt,
    nothing_here,
    plans,
    policy,
    returns_addresses,
    returns_carriers,
    returns_change,
    returns_door,
    returns_eligibility,
    returns_limits,
    returns_new,
    returns_settings,
    returns_verbs,
    returns_withdrawals,
    settings,
)
from shopify_app.admin.door import blueprint

__all__ = [
    "automations", "blueprint", "designer", "desk", "home", "insights", "no_receipt", "nothing_here", "plans", "policy",
    "returns_addresses", "returns_carriers", "returns_change", "returns_door", "returns_eligibility",
    "returns_limits", "returns_new", "returns_settings", "returns_verbs", "returns_withdrawals", "settings",
]  # fmt: skip
