"""Goods without an order number: the list of requests, the page of each, and what is decided there."""

from shopify_app.admin.no_receipt import door

__all__ = ["door"]
