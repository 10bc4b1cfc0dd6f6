"""The door for whoever calls from inside Shopify's own pages: customer-account, admin and POS extensions."""

from shopify_app.account import returns, staff
from shopify_app.account.door import blueprint

__all__ = ["blueprint", "returns", "staff"]
