"""Which languages shoppers are written to in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from shopify_app.i18n import phrase
from shopify_app.settings.shape import Unfit, settings

Code = Literal["en", "de", "es", "fr", "nl", "sv"]
SPOKEN: tuple[Code, ...] = ("en", "de", "es", "fr", "nl", "sv")


@settings
class ShopLanguages:
    """The languages of pages and mails. Who reads none of them gets `fallback`."""

    offered: tuple[Code, ...] = Field(default=SPOKEN)
    """The languages that shoppers may read."""
    fallback: Code | None = None
    """For everybody else; null: the shop's own first language that is offered, else the first of them."""

    @field_validator("offered")
    @classmethod
    def _at_least_one(cls, value: tuple[Code, ...]) -> tuple[Code, ...]:
        if not value:
            raise Unfit(phrase("Choose at least one language."))
        return tuple(code for code in SPOKEN if code in value)

    @field_validator("fallback")
    @classmethod
    def _is_offered(cls, value: Code | None, of: ValidationInfo) -> Code | None:
        if value is not None and value not in of.data.get("offered", SPOKEN):
            raise Unfit(phrase("Choose one of the languages that you offer."))
        return value

    def in_order(self, of_shop: Sequence[str]) -> tuple[Code, ...]:
        """`offered`, the one for everybody else first. `of_shop` are the shop's own languages, its first one first."""
        own = (tag.partition("-")[0].lower() for tag in of_shop)
        first = self.fallback or next((code for code in own if code in self.offered), self.offered[0])
        return tuple(sorted(self.offered, key=lambda code: code != first))
