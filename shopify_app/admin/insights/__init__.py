"""What the shop's figures say, inside Shopify's admin."""

from shopify_app.admin.insights import door, parcels

__all__ = ["door", "parcels"]
