"""The home page: what needs a hand today, the figures of the chosen goal, and what is left to set up."""

from shopify_app.admin.home import door

__all__ = ["door"]
