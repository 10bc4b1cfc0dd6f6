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
    returns,
    settings,
)
from shopify_app.admin.door import blueprint

__all__ = [
    "automations", "blueprint", "designer", "desk", "home", "insights", "no_receipt", "nothing_here", "plans", "policy",
    "returns", "settings",
]  # fmt: skip
