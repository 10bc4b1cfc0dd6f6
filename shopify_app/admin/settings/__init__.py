"""Everything a shop sets once: an index of the pages, plain forms, and who may do what."""

from shopify_app.admin.settings import carriers, domains, history, index, mails, privacy, sender, table, team

__all__ = ["carriers", "domains", "history", "index", "mails", "privacy", "sender", "table", "team"]
