"""The designer of the shopper's page, with its preview."""

from shopify_app.admin.designer import door, guides, previews

__all__ = ["door", "guides", "previews"]
