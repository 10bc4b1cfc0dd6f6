"""The providers' door: what they push is proven on its raw bytes, then taken in. It answers nothing but a status."""

from shopify_app.pushes.door import blueprint

__all__ = ["blueprint"]
