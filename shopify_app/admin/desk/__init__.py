"""The returns desk: the queue, work on many at once, and whose each return is."""

from shopify_app.admin.desk import many, queue

__all__ = ["many", "queue"]
