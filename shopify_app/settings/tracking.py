"""What the tracking page shows and promises."""

from __future__ import annotations

from datetime import time
from enum import StrEnum

from pydantic import Field, field_validator

from shopify_app.i18n import phrase
from shopify_app.settings.shape import LinePerLanguage, Unfit, settings


class Block(StrEnum):
    """The parts of the page below the headline and the parcels, which always come first."""

    NEXT = "next"
    HOW_TO = "how_to"
    RECOMMENDATIONS = "recommendations"
    OFFER = "offer"
    RETURNS = "returns"
    SUPPORT = "support"
    ORDER = "order"


class LookupField(StrEnum):
    """What proves, together with the order number, that somebody may look."""

    EMAIL = "email"
    POSTCODE = "postcode"
    PHONE = "phone"


@settings
class Tracking:
    """Blocks and their order, the return promise, the hand-over promise, and who may look up an order."""

    blocks: tuple[Block, ...] = tuple(Block)
    """Which blocks are shown, in this order."""
    return_window_days: int | None = Field(default=30, ge=0, le=3650)
    """Days from delivery in which an item may come back, where returns are not taken here (the portal is closed): then
    the page promises them. Null: it promises nothing. Where they are, the policy decides."""
    arrival_text: LinePerLanguage = Field(default_factory=dict)
    """What to say about arrival where no date is known, per language: “usually within a week”."""
    handover_days: int | None = Field(default=None, ge=0, le=60)
    """Working days until an order is with the carrier; null: no promise."""
    handover_cut_off: time = time(12, 0)
    """Orders after this time of the shop's day count from the next working day."""
    lookup_fields: tuple[LookupField, ...] = tuple(LookupField)
    """Any one of these opens the look-up beside the order number."""
    seller_name: str = Field(default="", max_length=120)
    """Who sells, as the page names it; empty: the shop."""

    @field_validator("blocks", "lookup_fields")
    @classmethod
    def _once_each(cls, value: tuple[StrEnum, ...]) -> tuple[StrEnum, ...]:
        if len(set(value)) != len(value):
            raise Unfit(phrase("Each may be named once."))
        return value

    @field_validator("lookup_fields")
    @classmethod
    def _at_least_one(cls, value: tuple[LookupField, ...]) -> tuple[LookupField, ...]:
        if not value:
            raise Unfit(phrase("An order number alone opens nothing: choose e-mail, postcode or phone."))
        return value
