"""Where goods go back to, and the papers that go with them."""

from __future__ import annotations

from typing import Annotated

from babel import Locale
from pydantic import Field, field_validator

from shopify_app.settings.shape import settings

Line = Annotated[str, Field(max_length=100)]
COUNTRIES = frozenset(code for code in Locale("en").territories if len(code) == 2 and code.isalpha())


def country(code: str) -> str:
    """``SE`` of what was typed. Raises ValueError."""
    known = code.strip().upper()
    if known not in COUNTRIES:
        raise ValueError(f"“{code}” is no country code: write two letters, such as SE.")
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
    for_locations: tuple[int, ...] = ()
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
