"""What the extension on the admin's order page asks: how the order stands, and a return made for its customer."""

from shopify_app.account.staff import order, returning

__all__ = ["order", "returning"]
