"""Returns one by one: the page of each, what is decided there, one made for a customer; and how returns are taken."""

from shopify_app.admin.returns import (
    addresses,
    carriers,
    case_verbs,
    change,
    door,
    eligibility,
    ledger,
    limits,
    new,
    settings,
    verbs,
    withdrawals,
)

__all__ = [
    "addresses", "carriers", "case_verbs", "change", "door", "eligibility", "ledger", "limits", "new",
    "settings", "verbs", "withdrawals",
]  # fmt: skip
