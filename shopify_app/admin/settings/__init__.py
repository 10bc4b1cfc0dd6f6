"""Everything a shop sets once: an index of the pages, and who may do what."""

from shopify_app.admin.settings import index, team

__all__ = ["index", "team"]
