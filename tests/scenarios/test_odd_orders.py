"""Orders of every odd kind get a page with sensible words; hostile names stay text."""

from __future__ import annotations

import re
from typing import Any

import pytest

from running import Running, Shopper, until, words
from trade import BERLIN, Trade

pytestmark = pytest.mark.once

KINDS: dict[str, str] = {
    "pos": "Bought in our shop",
    "local_pickup": "collect",
    "b2b": "Ordered for a company",
    "draft": "Arriving|on its way|On its way",
    "phone_order": "Arriving|on its way|Delivered|is confirmed",
    "marketplace": "Ordered through",
    "no_email": "Ordered through",
    "digital": "Nothing of this order needs to be sent|e.mail",
    "test": "This is a test order",
    "cancelled": "This order was cancelled",
    "jpy": "¥|JPY",
    "kwd": "KWD",
    "tax_on_top": "Tax",
    "partially_refunded": "Partly refunded",
    "return_in_progress": "Delivered",
    "forty_lines": "more items",
    "two_numbers": "These numbers travel together",
    "pickup_point": "Ready to collect",
    "chosen_point": "Ready Collected .* reaches the pick-up point you chose",
    "local_delivery": "We bring your items to you ourselves",
    "attempted": "could not hand over",
    "delayed": "delay",
    "problem": "longer than expected The parcel was out for delivery .+ and has not been handed over. .*Write to us",
    "silent": "No news of your parcel since .+ We keep looking for news .* write to us.* Write to us Ordered",
    "no_first_scan": "Label ready · Borås .* Next, the carrier collects the parcel from us and scans it",
    "right_to_left": "Vind light down jacket .* KWD .*On its way · Bahrain",
    "long_name": "Arriving .+ DHL Paket gave this date.* Storsjö wool jacket .*On its way · Kassel",
    "emoji": "Arriving .+ DHL Paket gave this date.* Lägd tent, 2 people .*On its way · Kassel",
    "gift_card_paid": "Gift card",
}
"""The seeded shop's unusual orders, and what their page must say."""

UNSAID: dict[str, str] = {
    "problem": r"NEXT10|What happens next|Goes well with it",
    "silent": r"parcel is on its way|NEXT10|What happens next|Goes well with it",
    "no_first_scan": r"On its way ·|Handed to the carrier",
    "right_to_left": r"\u0644\u064a\u0644\u0649",  # the buyer's name: it needs more than a link
    "long_name": r"Hohenlohe",
    "emoji": r"Sonnenschein",
}
"""What their page must not say."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_order_has_a_page_that_makes_sense(
    demo: Running, shop: Trade, ada: Shopper, kind: str, links: dict[str, str]
) -> None:
    answer = ada.open(f"{links[kind]}?lang=en")

    assert answer.status_code == 200
    said = words(answer.text)
    assert re.search(KINDS[kind], said), said[:900]
    assert not re.search(UNSAID.get(kind, r"(?!)"), said), said[:2000]
    assert not re.search(r"\bNone\b|\bnan\b|undefined|\{[a-z_]+\}|Liquid error", said), said[:600]


@pytest.fixture(scope="module")
def links(demo: Running, shop: Trade) -> dict[str, str]:
    """Kind of order -> its page."""
    found = {}
    for kind, number in demo.control("GET", "/showcase").items():
        if kind in KINDS:
            found[kind] = demo.link(demo.control("GET", f"/orders/{number}")["name"])
    return found


def test_an_order_without_customer_address_or_e_mail_has_a_page(demo: Running, shop: Trade, ada: Shopper) -> None:
    order = shop.order("Gift wrap", email="", shipping_address=None, shipping_lines=[], source_name="580111")

    said = words(ada.open(demo.link(order.name)).text)

    assert "Gift wrap" in said
    assert "Your order is confirmed" in said


def test_an_order_of_250_lines_has_a_page(demo: Running, shop: Trade, ada: Shopper) -> None:
    order = shop.order(*(f"Tile {each}" for each in range(250)))

    answer = ada.look_up(order.name, order.email)

    assert answer.status_code == 200
    assert "Tile 0" in answer.text
    assert "Tile 249" in answer.text
    assert "245 more items" in words(answer.text)


@pytest.mark.parametrize(("currency", "price", "shown"), [("JPY", "4900", "4,900"), ("KWD", "12.345", "12.345")])
def test_money_without_or_with_three_decimals_is_shown_as_it_is(
    demo: Running, shop: Trade, ada: Shopper, currency: str, price: str, shown: str
) -> None:
    lines = [{"title": "Tea bowl", "price": price, "quantity": 1}]
    address = BERLIN | {"country_code": "US", "country": "United States"}
    order = shop.order(
        line_items=lines, currency=currency, presentment_currency=currency, shipping_address=address, shipping_lines=[]
    )

    assert shown in ada.reads(order.name, order.email)


HOSTILE = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "liquid": "{{ 7 | times: 191 }}{% include 'x' %}{% endraw %}",
    "split": "{<b></b>{ shop.name }}",
    "right to left": "\u202eמעיל צמר\u202c ليلى",
    "emoji": "🧥 Jacket 👩‍👩‍👧‍👦 ☀️",
    "attribute": '" onmouseover="alert(1)" x=\'',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_come_out_as_text(demo: Running, shop: Trade, ada: Shopper, name: str) -> None:
    text = HOSTILE[name]
    address: dict[str, Any] = BERLIN | {"city": text, "first_name": text, "address1": text}
    order = shop.order(text, shipping_address=address)
    parcel = shop.send(order, company=text[:60])
    shop.says(parcel, "in_transit", message=text, city=text, happened_at=shop.ago(hours=1))
    themed = until(lambda: "On its way ·" in words((page := ada.look_up(order.name, order.email)).text) and page)
    path = demo.link(order.name)
    alone = ada.open(demo.facts["app_url"] + "/t/" + path.rpartition("/")[2])

    for page in (themed, alone):
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert not re.search(r"\b1337\b", words(page.text))
        assert "Liquid error" not in page.text
        assert not re.search(r'<[^>]*"\s+onmouseover=', page.text)
        assert "\u202e" not in page.text
    if name == "liquid":
        assert "{{ 7 | times: 191 }}" in words(themed.text)
    if name == "emoji":
        assert text in words(themed.text)
