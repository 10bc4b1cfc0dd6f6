"""Exchanges for anything of the shop: the cart, its prices as Shopify reckons them, and the end of its bonus."""
