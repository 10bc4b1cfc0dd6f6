"""Where goods go back to, and the papers that go with them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from shopify_app.settings.shape import CountryCode, ShopifyId, settings

Line = Annotated[str, Field(max_length=100)]


@settings
class ReturnAddress:
    """One place that takes parcels back, and for which of them. An address that names neither countries nor locations
    is for all that no other address fits."""

    recipient: Annotated[str, Field(min_length=1, max_length=100)]
    street: Annotated[str, Field(min_length=1, max_length=100)]
    city: Annotated[str, Field(min_length=1, max_length=100)]
    country: CountryCode
    """Two letters, such as SE."""
    street2: Line = ""
    postcode: Annotated[str, Field(max_length=20)] = ""
    province: Annotated[str, Field(max_length=40)] = ""
    """State or province, where addresses of the country need one."""
    phone: Annotated[str, Field(max_length=40)] = ""
    """For the carrier; not printed on the packing slip."""
    for_countries: tuple[CountryCode, ...] = ()
    """Countries whose shoppers send here; empty: any."""
    for_locations: tuple[ShopifyId, ...] = ()
    """Shopify's ids of locations whose goods come back here; empty: any."""

    @field_validator("for_countries")
    @classmethod
    def _once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value))


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
