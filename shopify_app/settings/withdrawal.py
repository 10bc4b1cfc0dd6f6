"""The withdrawal function that EU law asks for, where the shop wants to say something about it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from shopify_app.settings.shape import CountryCode, settings


@settings
class Withdrawal:
    """“Withdraw from contract here”, by the law of the country that an order goes to."""

    off_in: tuple[CountryCode, ...] = ()
    """Countries (two letters) in which the function is switched off. It is on for all EU destinations, because the law
    asks for it there; switch it off only where you offer your own."""
    exempt_tags: Annotated[tuple[Annotated[str, Field(max_length=255)], ...], Field(max_length=50)] = (
        "custom-made",
        "made-to-order",
        "perishable",
        "sealed-hygiene",
    )
    """Tags of products that the law exempts: made to the customer's wishes, perishable, sealed for hygiene."""
    standard_delivery_cost: Decimal | None = Field(default=None, ge=0, max_digits=12, decimal_places=3)
    """What your least expensive standard delivery costs, in your shop's currency: no more than that of the delivery is
    paid back when somebody withdraws from a whole order. Empty: all that was paid for delivery."""
