"""From the checkout to the door: what Ada reads at every step."""

from __future__ import annotations

import re

import pytest

from running import Running, Shopper, until
from trade import Trade

pytestmark = pytest.mark.once


def test_ada_orders_in_the_shop_and_finds_her_order_by_number_and_e_mail(demo: Running, ada: Shopper) -> None:
    page = ada.open("/products/storsjo-wool-jacket").text
    variant = re.findall(r'<option[^>]*value="(\d+)"|name="id"[^>]*value="(\d+)"', page)[0]
    ada.client.post("/cart/add", data={"id": next(filter(None, variant)), "quantity": "1"})
    bought = ada.client.post(
        "/checkout",
        data={
            "email": "ada.first@example.com",
            "first_name": "Ada",
            "last_name": "Berg",
            "address1": "Torstraße 1",
            "zip": "10119",
            "city": "Berlin",
            "country_code": "DE",
            "locale": "en",
        },
        follow_redirects=True,
    )
    name = re.search(r"#\d+", bought.text)
    assert bought.status_code == 200
    assert name is not None

    demo.settled()
    said = ada.reads(name[0], "Ada.First@Example.com ")

    assert "Storsjö wool jacket" in said
    assert "Your order is confirmed" in said or "Arriving" in said
    assert "Confirmed on" in said
    assert "329,00 €" in said


def test_an_order_in_two_parcels_tells_for_each_item_where_it_is(demo: Running, shop: Trade, ada: Shopper) -> None:
    order = shop.order("Wool jacket", "Leather boots", created_at=shop.ago(days=6))
    jacket = shop.send(order, 0, company="DHL", number="00340434161094042557")
    boots = shop.send(order, 1, company="GLS", number="ZK4HT7W9")
    shop.says(jacket, "delivered", happened_at=shop.ago(days=2), city="Berlin", country="DE")
    shop.says(boots, "in_transit", happened_at=shop.ago(hours=5), city="Neuenstein", country="DE")

    def told() -> str:
        said = ada.reads(order.name, order.email)
        assert "What arrives when" in said
        assert re.search(r"Wool jacket Delivered", said)
        assert re.search(r"Leather boots Arriving", said)
        for each in ("Neuenstein", "Parcel 1 of 2", "00340434161094042557", "ZK4HT7W9"):
            assert each in said
        return said

    until(told)


def test_a_carrier_event_that_comes_late_does_not_turn_time_back(demo: Running, shop: Trade, ada: Shopper) -> None:
    order = shop.order("Enamel mug", created_at=shop.ago(days=4))
    parcel = shop.send(order)
    shop.says(parcel, "delivered", happened_at=shop.ago(hours=3), city="Berlin")
    ada.learns(order.name, order.email, "Delivered")

    shop.says(parcel, "out_for_delivery", happened_at=shop.ago(hours=9), city="Berlin-Mitte")

    said = ada.learns(order.name, order.email, "Berlin-Mitte")
    assert re.match(r"Order #\d+ Delivered", said)


def test_a_date_that_slips_is_told_openly(demo: Running, shop: Trade, ada: Shopper) -> None:
    order = shop.order("Camp stove", created_at=shop.ago(days=2))
    parcel = shop.send(order)
    first, second = shop.ago(days=-2), shop.ago(days=-4)
    shop.says(parcel, "in_transit", happened_at=shop.ago(hours=9), city="Leipzig", estimated_delivery_at=first)
    ada.learns(order.name, order.email, "DHL Paket gave this date")

    shop.says(parcel, "in_transit", happened_at=shop.ago(hours=1), city="Leipzig", estimated_delivery_at=second)

    def told() -> None:
        said = ada.reads(order.name, order.email)
        assert re.search(r"Was .+, now .+, because the carrier gave a new date", said), said[:400]

    until(told)


@pytest.mark.parametrize("word", ["delayed", "attempted_delivery", "failure"])
def test_recommendations_and_offers_vanish_while_something_is_wrong(
    demo: Running, shop: Trade, ada: Shopper, word: str
) -> None:
    (_, variant), *_ = shop.variants(["vandra-leather-boots"])
    order = shop.buy(variant, email=f"ada.{word}@example.com")
    parcel = shop.send(order)
    shop.says(parcel, "in_transit", happened_at=shop.ago(hours=2))
    ada.learns(order.name, order.email, "goes with your Vandra leather boots")

    shop.says(parcel, word, happened_at=shop.ago(minutes=5))
    ada.learns(order.name, order.email, unsaid="Goes well with it")

    shop.says(parcel, "out_for_delivery", happened_at=shop.ago(minutes=1))
    ada.learns(order.name, order.email, "goes with your Vandra leather boots")


def test_a_cancelled_order_says_so_and_what_went_back(demo: Running, shop: Trade, ada: Shopper) -> None:
    order = shop.order("Candle")
    assert "Candle" in ada.reads(order.name, order.email)

    demo.post(f"/orders/{order.id}/cancel", {"reason": "customer"})

    said = ada.learns(order.name, order.email, "cancelled", "54,90 € went back to you")
    assert "Goes well with it" not in said


def test_a_refund_is_on_the_page_to_the_cent(demo: Running, shop: Trade, ada: Shopper) -> None:
    order = shop.order("Bowl", "Plate")
    mutation = """mutation($input: RefundInput!) {refundCreate(input: $input) @idempotent(key: "%s")
        {refund {id} userErrors {message}}}"""
    line = {"lineItemId": f"gid://shopify/LineItem/{order.lines[0]}", "quantity": 1, "restockType": "NO_RESTOCK"}
    paid = shop.graphql(f'{{order(id: "gid://shopify/Order/{order.id}") {{transactions {{id gateway}}}}}}')
    payment = paid["order"]["transactions"][0]
    money = {"orderId": f"gid://shopify/Order/{order.id}", "parentId": payment["id"], "kind": "REFUND"}
    money |= {"amount": "49.00", "gateway": payment["gateway"]}
    whole = {"orderId": f"gid://shopify/Order/{order.id}", "refundLineItems": [line], "transactions": [money]}
    done = shop.graphql(mutation % f"refund-{order.id}", input=whole)
    assert done["refundCreate"]["userErrors"] == []

    ada.learns(order.name, order.email, "Partly refunded", "Refunded −49,00 €")
