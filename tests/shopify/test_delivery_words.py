"""What fulfilment orders say of the way, in one word, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from shopify_app.shopify.delivery import CollectAt, Delivery, collect_at, delivery_of


def to_send(method: str | None, status: str = "OPEN", place: str = "Store Berlin", **more: Any) -> dict[str, Any]:
    location = {"localPickupSettingsV2": {"instructions": " Monday to Saturday 11 to 19. "}}
    where = {"name": place, "address1": "Oranienstraße 21", "zip": "10999", "city": " ", "countryCode": "DE"}
    return {
        "status": status,
        "deliveryMethod": {"methodType": method} if method else None,
        "assignedLocation": where | {"location": location} | more,
    }


@pytest.mark.parametrize(
    ("entries", "word"),
    [
        ([], None),
        ([to_send("PICK_UP")], Delivery.PICK_UP),
        ([to_send("PICKUP_POINT"), to_send("NONE")], Delivery.PICKUP_POINT),
        ([to_send("PICK_UP"), to_send("SHIPPING", "CANCELLED")], Delivery.PICK_UP),
        ([to_send("PICK_UP", "CANCELLED")], Delivery.PICK_UP),
        ([to_send("PICK_UP"), to_send("SHIPPING")], None),
        ([to_send(None)], None),
        ([to_send("BY_DRONE")], None),
        ([to_send("NONE")], Delivery.NONE),
    ],
)
def test_one_way_for_all_that_is_sent_or_no_word(entries: list[dict[str, Any]], word: Delivery | None) -> None:
    assert delivery_of(entries) is word


def test_where_to_collect_is_one_place_of_the_shop() -> None:
    expected = CollectAt("Store Berlin", "Oranienstraße 21", "10999", None, "DE", "Monday to Saturday 11 to 19.")

    assert collect_at([to_send("PICK_UP"), to_send("SHIPPING", place="Warehouse")]) == expected
    assert collect_at([to_send("PICK_UP"), to_send("PICK_UP", place="Store Göteborg")]) is None
    assert collect_at([to_send("SHIPPING")]) is None


def test_a_location_that_is_hidden_from_us_still_has_its_address() -> None:
    found = collect_at([to_send("PICK_UP", location=None)])

    assert found is not None
    assert (found.address1, found.instructions) == ("Oranienstraße 21", None)
