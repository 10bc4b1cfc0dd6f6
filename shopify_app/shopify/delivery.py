"""How goods reach the buyer, as Shopify's fulfilment orders say it. Pure.

Only they know: the published order payloads have no word for it, and the `deliveryCategory` of a shipping line is empty
for pick-up in practice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Delivery(StrEnum):
    """Shopify's ``DeliveryMethodType``, lower case."""

    SHIPPING = "shipping"
    PICK_UP = "pick_up"  # collected in a shop of the merchant's
    LOCAL = "local"  # brought by the shop itself
    PICKUP_POINT = "pickup_point"  # a carrier takes it to a point or a locker
    RETAIL = "retail"  # taken along at the till
    NONE = "none"  # nothing to send


BY_THE_SHOP = frozenset({Delivery.PICK_UP, Delivery.LOCAL, Delivery.RETAIL, Delivery.NONE})
"""No carrier has a part in these."""


@dataclass(frozen=True)
class CollectAt:
    """The shop's own place where an order is collected; `instructions` is what the merchant tells those who come, often
    the opening hours."""

    name: str
    address1: str | None = None
    zip: str | None = None
    city: str | None = None
    country_code: str | None = None
    instructions: str | None = None


def delivery_of(fulfillment_orders: Sequence[Mapping[str, Any]]) -> Delivery | None:
    """The one way in which all that is to be sent goes; None when Shopify has not said it (routing takes a moment),
    says it in a word we do not know, or sends parts in different ways."""
    living = [entry for entry in fulfillment_orders if entry["status"] != "CANCELLED"] or fulfillment_orders
    words = {(entry["deliveryMethod"] or {}).get("methodType") for entry in living}
    if len(words) > 1:
        words.discard("NONE")  # a gift card beside what is sent
    word = words.pop() if len(words) == 1 else None
    return Delivery(word.lower()) if word and word.lower() in set(Delivery) else None


def collect_at(fulfillment_orders: Sequence[Mapping[str, Any]]) -> CollectAt | None:
    """Where to collect what is picked up; None for everything else, and for more than one place."""
    picked_up = [
        entry["assignedLocation"]
        for entry in fulfillment_orders
        if entry["status"] != "CANCELLED" and (entry["deliveryMethod"] or {}).get("methodType") == "PICK_UP"
    ]
    places = {_place(entry) for entry in picked_up}
    return places.pop() if len(places) == 1 else None


def _place(assigned: Mapping[str, Any]) -> CollectAt:
    settings = (assigned["location"] or {}).get("localPickupSettingsV2") or {}
    return CollectAt(
        name=assigned["name"],
        address1=_text(assigned["address1"]),
        zip=_text(assigned["zip"]),
        city=_text(assigned["city"]),
        country_code=assigned["countryCode"],
        instructions=_text(settings.get("instructions")),
    )


def _text(value: str | None) -> str | None:
    return (value or "").strip() or None
