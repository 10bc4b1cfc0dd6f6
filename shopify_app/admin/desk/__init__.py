"""The returns desk: the queue, work on many at once, and whose each return is."""

from shopify_app.admin.desk import deeds, many, queue, replies

__all__ = ["deeds", "many", "queue", "replies"]
