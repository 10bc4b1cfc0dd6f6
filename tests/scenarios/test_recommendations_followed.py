"""What the page recommends: by what was bought before, never what went back, and what came of it."""

from __future__ import annotations

import html
import re

import pytest

from running import Running, Shopper, ask, until
from trade import Placed, Trade

pytestmark = pytest.mark.once

BOOTS = ["vandra-leather-boots"]
LESSONS = 10
"""So many orders teach a pair: more than the prior's, so that they outvote what the seeded shop bought by chance."""


def _customers(shop: Trade) -> list[tuple[int, str]]:
    """Customers of the seeded shop who never ordered much: number and e-mail."""
    found = shop.graphql("{customers(first: 40, reverse: true) {nodes {id email numberOfOrders}}}")["customers"][
        "nodes"
    ]
    quiet = sorted((int(each["numberOfOrders"]), each["id"], each["email"]) for each in found if each["email"])
    return [(int(number.rpartition("/")[2]), email) for _, number, email in quiet]


def _cards(ada: Shopper, order: Placed) -> dict[str, str]:
    """Title -> address of the cards on an order's page."""
    page = ada.look_up(order.name, order.email).text
    found = re.findall(r'<h3><a href="([^"]*/c/[^"]*)"><bdi>([^<]*)</bdi>', page)
    return {html.unescape(title): html.unescape(address) for address, title in found}


def _new_thing(demo: Running, title: str) -> int:
    """A variant of a product that the shop has only now; nothing goes with it yet."""
    made = demo.post("/products", {"title": title, "variants": [{"title": "One size", "price": "40.00", "stock": 90}]})
    variant = made["variants"][0]["id"]
    until(lambda: demo.rows("SELECT 1 FROM variant WHERE shopify_id = :id", id=variant))
    return variant


def test_two_shoppers_with_the_same_order_and_different_pasts_see_different_cards(
    demo: Running, shop: Trade, ada: Shopper
) -> None:
    # given that hangers go with coats and combs with sweaters, as many shoppers have shown
    coat, hanger = _new_thing(demo, "Loden coat"), _new_thing(demo, "Cedar hanger")
    sweater, comb = _new_thing(demo, "Aran sweater"), _new_thing(demo, "Wool comb")
    for each in range(LESSONS):
        shop.buy(coat, hanger, email=f"coat.{each}@example.com", heard=False)
        shop.buy(sweater, comb, email=f"sweater.{each}@example.com", heard=False)
    # and that Ada has a coat and Ben a sweater
    (first, ada_mail), (second, ben_mail), *_ = _customers(shop)
    shop.buy(coat, email=ada_mail, customer={"id": first})
    shop.buy(sweater, email=ben_mail, customer={"id": second})
    # when both buy the same boots
    boots = shop.variants(BOOTS)[0][1]
    adas = shop.buy(boots, email=ada_mail, customer={"id": first})
    bens = shop.buy(boots, email=ben_mail, customer={"id": second})
    demo.settled()
    # then each sees what goes with what they have, and not what they have
    ada_sees, ben_sees = set(_cards(ada, adas)), set(_cards(ada, bens))
    assert "Cedar hanger" in ada_sees
    assert "Wool comb" in ben_sees
    assert not ada_sees & {"Vandra leather boots", "Loden coat", "Wool comb"}
    assert not ben_sees & {"Vandra leather boots", "Aran sweater", "Cedar hanger"}


def test_what_was_sent_back_is_never_recommended_again(demo: Running, shop: Trade, ada: Shopper) -> None:
    boots = shop.variants(BOOTS)[0][1]
    number, email = _customers(shop)[2]
    before = shop.buy(boots, email=email, customer={"id": number})
    demo.settled()
    title = next(iter(_cards(ada, before)))
    product = shop.graphql(
        "query($q: String!) {products(first: 1, query: $q) {nodes {variants(first: 1) {nodes {id}}}}}",
        q=f"title:'{title}'",
    )["products"]["nodes"][0]
    tried = shop.buy(
        int(product["variants"]["nodes"][0]["id"].rpartition("/")[2]), email=email, customer={"id": number}
    )
    parcel = shop.send(tried)
    shop.says(parcel, "delivered", happened_at=shop.ago(minutes=1))
    _send_back(shop, tried)
    demo.settled()

    assert demo.rows(
        'SELECT count(*) FROM returned_item WHERE order_id = (SELECT id FROM "order" WHERE shopify_id = :id)',
        id=tried.id,
    ) == [(1,)]
    assert title not in _cards(ada, before)


def test_a_card_leads_to_the_shop_and_the_later_order_is_to_its_credit(
    demo: Running, shop: Trade, ada: Shopper
) -> None:
    boots = shop.variants(BOOTS)[0][1]
    order = shop.buy(boots, email="ada.follows@example.com")
    demo.settled()
    title, address = next(iter(_cards(ada, order).items()))

    gone = ask("GET", address)

    assert gone.status_code == 302
    assert gone.headers["Location"].startswith(demo.facts["storefront_url"])
    arrived = ada.open(gone.headers["Location"])
    assert arrived.status_code == 200
    assert title in html.unescape(arrived.text)
    variant = int(re.search(r"variant=(\d+)|/cart/(\d+):", gone.headers["Location"]).group(1) or 0) or int(  # type: ignore[union-attr]
        re.search(r"/cart/(\d+):", gone.headers["Location"]).group(1)  # type: ignore[union-attr]
    )

    later = shop.buy(variant, email="ada.follows@example.com")

    def credited() -> bool:
        query = 'SELECT strict, gross FROM attribution JOIN "order" o ON o.id = order_id WHERE o.shopify_id = :id'
        return bool(rows := demo.rows(query, id=later.id)) and bool(rows[0][0]) and rows[0][1] > 0

    until(credited)


def test_an_offer_of_the_merchant_is_on_the_page_with_its_code(demo: Running, shop: Trade, ada: Shopper) -> None:
    order = shop.order("Kettle")
    offers = '[{"text": {"en": "Ten percent off your next order", "de": "Zehn Prozent"}, "code": "NEXT10"}]'
    try:
        demo.postlude("settings", "set", "--shop", demo.facts["shop"], "offers.offers", offers)
        ada.learns(order.name, order.email, "Ten percent off your next order", "NEXT10")

        parcel = shop.send(order)
        shop.says(parcel, "delayed")
        ada.learns(order.name, order.email, unsaid="NEXT10")
    finally:
        demo.postlude("settings", "set", "--shop", demo.facts["shop"], "offers.offers", "[]")


def _send_back(shop: Trade, order: Placed) -> None:
    """Mara books a return of everything and closes it."""
    body = """mutation($input: RefundInput!) {refundCreate(input: $input) @idempotent(key: "%s")
        {refund {id} userErrors {message}}}"""
    lines = [
        {"lineItemId": f"gid://shopify/LineItem/{line}", "quantity": 1, "restockType": "RETURN", "locationId": None}
        for line in order.lines
    ]
    for line in lines:
        line["locationId"] = shop.graphql("{locations(first: 1) {nodes {id}}}")["locations"]["nodes"][0]["id"]
    whole = {"orderId": f"gid://shopify/Order/{order.id}", "refundLineItems": lines}
    done = shop.graphql(body % f"return-{order.id}", input=whole)
    assert done["refundCreate"]["userErrors"] == []
