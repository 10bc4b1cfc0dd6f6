"""Collected in the shop, brought by the shop, taken to a pick-up point: what Ada reads from the order to her hands."""

from __future__ import annotations

import pytest

from running import Running, Shopper
from trade import Placed, Trade

pytestmark = pytest.mark.once


def reads(ada: Shopper, order: Placed, *wanted: str, unsaid: str = "no such words") -> str:
    """Her page, once it says all of that and no longer the unsaid."""
    return ada.learns(order.name, order.email, *wanted, unsaid=unsaid)


def places(demo: Running) -> dict[str, int]:
    asked = {"query": "{ locations(first: 5) { nodes { id name } } }"}
    found = demo.post("/merchant/graphql", asked)["data"]["locations"]["nodes"]
    return {place["name"]: int(place["id"].rpartition("/")[2]) for place in found}


def test_ada_collects_her_order_where_and_when_the_page_says(demo: Running, shop: Trade, ada: Shopper) -> None:
    """Given an order to collect in Berlin, when it is made ready and handed over, the page follows."""
    berlin = places(demo)["Store Berlin"]
    order = shop.order("Wool jacket", delivery="pick_up", collect_at=berlin)
    where = "You collect them at Store Berlin, Oranienstraße 21, 10999 Berlin"
    said = reads(ada, order, where, "Monday to Saturday 11 to 19.")
    assert "carrier" not in said.partition("Wool jacket")[0]

    demo.post(f"/orders/{order.id}/prepared")
    ready = "Your items are ready to collect at Store Berlin"
    reads(ada, order, "Ready to collect", ready, "Bring the order number and something that shows who you are.")

    demo.post("/fulfillments", {"order_id": order.id})
    said = reads(ada, order, "Collected today", unsaid="Ready to collect")
    assert "travels without tracking" not in said


def test_what_the_shop_brings_itself_waits_for_no_carrier(demo: Running, shop: Trade, ada: Shopper) -> None:
    order = shop.order("Wool blanket", delivery="local")

    demo.post(f"/orders/{order.id}/prepared")
    reads(ada, order, "Your order is packed", "Packed. We bring your items to you ourselves.")

    parcel = demo.post("/fulfillments", {"order_id": order.id})["id"]
    reads(ada, order, "We bring your order to you")
    shop.says(parcel, "out_for_delivery", city="Berlin", country="DE")
    reads(ada, order, "Out for delivery")
    shop.says(parcel, "delivered", city="Berlin", country="DE")
    reads(ada, order, "Delivered")


def test_the_word_for_an_order_with_an_address_comes_with_reconciling(demo: Running, shop: Trade, ada: Shopper) -> None:
    """Order payloads do not say that it goes to a pick-up point; the seeded one came with the back-fill."""
    showcase = demo.control("GET", "/showcase")
    name = demo.control("GET", f"/orders/{showcase['chosen_point']}")["name"]
    (told,) = demo.rows('SELECT delivery FROM "order" WHERE shopify_id = :id', id=showcase["chosen_point"])

    assert told[0] == "pickup_point"
    assert ada.open(f"{demo.link(name)}?lang=en").status_code == 200


def test_the_dev_stores_admin_makes_ready_only_what_no_carrier_brings(demo: Running, shop: Trade) -> None:
    order = shop.order("Wool socks")

    with pytest.raises(AssertionError, match="made ready"):
        demo.post(f"/orders/{order.id}/prepared")
