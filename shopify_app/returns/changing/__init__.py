"""A return made into another one: what may be chosen, what it comes to, and what Shopify still holds of before."""
