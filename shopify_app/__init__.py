"""Postlude: everything between "order placed" and "bought again", for Shopify shops."""

__version__ = "0.1.0"
