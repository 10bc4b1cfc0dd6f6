"""Where goods go back to, and the papers that go with them."""

from __future__ import annotations

from typing import Annotated

from babel import Locale
from pydantic import Field, field_validator

from shopify_app.i18n import phrase
from shopify_app.settings.shape import ShopifyId, Unfit, settings

Line = Annotated[str, Field(max_length=100)]
COUNTRIES = frozenset(code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha())


def country(code: str) -> str:
    """``SE`` of what was typed. Raises Unfit."""
    known = code.strip().upper()
    if not known:
        raise Unfit(phrase("This cannot be empty."))
    if known not in COUNTRIES:
        raise Unfit(phrase("“{text}” is no country: write its two letters, as in SE.", text=code))
    return known


@settings
class ReturnAddress:
    """One place that takes parcels back, and for which of them. An address that names neither countries nor locations
    is for all that no other address fits."""

    recipient: Annotated[str, Field(min_length=1, max_length=100)]
    street: Annotated[str, Field(min_length=1, max_length=100)]
    city: Annotated[str, Field(min_length=1, max_length=100)]
    country: str
    """Two letters, such as SE."""
    street2: Line = ""
    postcode: Annotated[str, Field(max_length=20)] = ""
    province: Annotated[str, Field(max_length=40)] = ""
    """State or province, where addresses of the country need one."""
    phone: Annotated[str, Field(max_length=40)] = ""
    """For the carrier; not printed on the packing slip."""
    for_countries: tuple[str, ...] = ()
    """Countries whose shoppers send here; empty: any."""
    for_locations: tuple[ShopifyId, ...] = ()
    """Shopify's ids of locations whose goods come back here; empty: any."""

    @field_validator("country")
    @classmethod
    def _here(cls, value: str) -> str:
        return country(value)

    @field_validator("for_countries")
    @classmethod
    def _from(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(country(code) for code in value))


@settings
class Parcels:
    """Return addresses by country and location, and what travels in the parcel."""

    addresses: tuple[ReturnAddress, ...] = Field(default=(), max_length=40)
    """The address that names both the shopper's country and the location the goods were sent from comes first, then
    one that names the location, then the country, then one for all; of equals the earlier. None fits:
    `returns.return_address`."""
    packing_slip: bool = True
    """Shoppers find a packing slip to print on the page of their return."""
    label_valid_days: int = Field(default=30, ge=1, le=365)
    """How long a bought label may be used; the shopper is warned before it ends."""
    item_grams: int = Field(default=500, ge=1, le=70_000)
    """What one piece weighs, for the price of a label."""
    box_grams: int = Field(default=200, ge=0, le=10_000)
    """What an empty parcel weighs."""
    length_cm: int = Field(default=40, ge=1, le=200)
    width_cm: int = Field(default=30, ge=1, le=200)
    height_cm: int = Field(default=15, ge=1, le=200)
    """The parcel's size, for the price of a label."""
