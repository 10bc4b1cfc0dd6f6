"""The merchant's own offers: one at a time, never while something is wrong."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from shopify_app.i18n import phrase
from shopify_app.settings.shape import LinePerLanguage, ShopifyId, Unfit, WebAddress, settings

CODE = r"^[\w.-]+$"
"""The pattern of discount codes."""


@settings
class Offer:
    """A sentence per language, and perhaps a discount code that exists at Shopify. Empty products and collections:
    for every order. Days are the shop's, both included."""

    text: Annotated[LinePerLanguage, Field(min_length=1)]
    code: str | None = Field(default=None, max_length=64, pattern=CODE)
    url: WebAddress = None
    products: tuple[ShopifyId, ...] = ()
    collections: tuple[ShopifyId, ...] = ()
    begins: date | None = None
    ends: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Offer:
        if self.begins and self.ends and self.ends < self.begins:
            raise Unfit(phrase("An offer ends after it begins."))
        return self

    def is_live(self, today: date) -> bool:
        return (self.begins is None or self.begins <= today) and (self.ends is None or today <= self.ends)


@settings
class Offers:
    """The first that fits an order is shown on its page."""

    offers: tuple[Offer, ...] = ()
