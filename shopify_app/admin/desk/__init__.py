"""The returns desk: the queue, and work on many at once."""

from shopify_app.admin.desk import many, queue, replies

__all__ = ["many", "queue", "replies"]
