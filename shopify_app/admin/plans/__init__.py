"""What the shop's plan includes, where it is changed, and the gate before what it does not include."""

from shopify_app.admin.plans import gate, page

__all__ = ["gate", "page"]
