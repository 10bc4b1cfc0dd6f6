"""Collected, brought by the shop, taken to a pick-up point, not sent at all: the page says what Shopify said of it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from page_situations import NOW, ON_ITS_WAY, Situation, jacket, line, order, parcel, promise, scan

from shopify_app.i18n import Phrase
from shopify_app.pages.parts import Mood, StepState
from shopify_app.pages.tracking import TrackingPage
from shopify_app.shopify.delivery import Delivery

BERLIN = {
    **{"name": "Store Berlin", "address1": "Oranienstraße 21", "zip": "10999", "city": "Berlin", "country_code": "DE"},
    "instructions": "Monday to Saturday 11 to 19.",
}
WHERE = "Store Berlin, Oranienstraße 21, 10999 Berlin"


def collected(**facts: Any) -> Any:
    """Ada's order that she collects in Berlin; Shopify keeps no shipping address with it."""
    told = {"delivery": Delivery.PICK_UP, "collect_at": BERLIN, "shipping_address": None}
    return order(**told | facts)


def handed(state: str, kind: str, *scans: Any, **facts: Any) -> Any:
    """A fulfilment without a carrier's number."""
    return parcel(1, state, *scans, kind=kind, company=None, carrier=None, numbers=(), urls=(), **facts)


def said(phrases: tuple[Phrase | str, ...]) -> list[str]:
    return [entry if isinstance(entry, str) else entry.text for entry in phrases]


def steps(page: TrackingPage) -> list[tuple[str, StepState]]:
    way = page.waiting.steps if page.waiting else page.parcels[0].steps
    return [(step.label.text, step.state) for step in way]


def test_what_is_collected_is_made_ready_at_the_place_that_shopify_names() -> None:
    page = Situation(order=collected(), lines=(jacket(),)).page()

    assert page.waiting is not None
    assert page.waiting.sentence.text == "We are getting your items ready. You collect them at {place}."
    assert dict(page.waiting.sentence.facts)["place"] == WHERE
    assert "Monday to Saturday 11 to 19." in page.hero.lines
    assert page.waiting.arrival is None
    assert [label for label, _ in steps(page)][-2:] == ["Ready", "Collected"]
    assert not any("carrier" in sentence for sentence in said(page.next))


def test_what_is_ready_is_the_headline_with_place_hours_and_what_to_bring() -> None:
    page = Situation(order=collected(packed_at=NOW - timedelta(hours=2)), lines=(jacket(),)).page()

    assert (page.hero.title.text, page.hero.mood) == ("Ready to collect", Mood.LOOK)
    assert said(page.hero.lines) == [
        "Your items are ready to collect at {place}.",
        "Monday to Saturday 11 to 19.",
        "Bring the order number and something that shows who you are.",
    ]
    assert steps(page)[-2:] == [("Ready", StepState.CURRENT), ("Collected", StepState.TODO)]


def test_a_fulfilment_that_waits_in_the_shop_is_no_parcel_of_a_carrier() -> None:
    waits = handed("ready_for_pickup", "pickup", scan("ready_for_pickup", 1))
    page = Situation(order=collected(), lines=(jacket((1, 1)),), parcels=(waits,)).page()

    assert page.hero.title.text == "Ready to collect"
    assert "Your items are ready to collect at {place}." in said(page.hero.lines)
    assert "tracking number" not in " ".join(said(page.hero.lines) + said(page.next))


def test_what_was_collected_says_so() -> None:
    done = handed("delivered", "pickup", reason="collected", delivered_at=NOW - timedelta(hours=1))
    page = Situation(order=collected(), lines=(jacket((1, 1)),), parcels=(done,)).page()

    assert page.hero.title.text == "Collected {moment}"


def test_what_was_told_twice_to_be_handed_over_at_a_counter_was_collected_all_the_same() -> None:
    twice = (scan("ready_for_pickup", 9, "Berlin"), scan("delivered", 2, "Berlin"), scan("delivered", 1))
    done = parcel(1, "delivered", *ON_ITS_WAY, *twice, delivered_at=NOW - timedelta(hours=2))
    page = Situation(lines=(jacket((1, 1)),), parcels=(done,)).page()

    assert page.hero.title.text == "Collected {moment}"
    assert steps(page)[-1] == ("Collected", StepState.CURRENT)


def test_without_shopifys_word_an_order_without_address_stays_as_carefully_worded() -> None:
    page = Situation(order=order(shipping_address=None), lines=(jacket(),)).page()

    assert page.waiting is not None
    assert page.waiting.sentence.text == "We are getting your items ready to collect in our shop."
    assert page.hero.title.text == "Your order is confirmed"


def test_an_order_without_address_that_shopify_says_is_sent_is_not_to_be_collected() -> None:
    page = Situation(order=order(shipping_address=None, delivery=Delivery.SHIPPING), lines=(jacket(),)).page()

    assert [label for label, _ in steps(page)][-1] == "Delivered"


def test_what_the_shop_brings_itself_promises_no_carrier_and_no_carriers_date() -> None:
    brought = Situation(
        order=order(delivery=Delivery.LOCAL), lines=(jacket(),), promises=(promise(None, None, NOW.date()),)
    ).page()

    assert brought.waiting is not None
    assert brought.waiting.sentence.text == "We bring your items to you ourselves."
    assert brought.waiting.arrival is None
    assert [label for label, _ in steps(brought)][-2:] == ["Out for delivery", "Delivered"]
    assert said(brought.next) == ["Next, we bring your order to you ourselves."]
    assert not any("carrier" in sentence for sentence in said(brought.hero.lines))


def test_what_the_shop_brings_is_packed_first_and_then_on_its_round() -> None:
    packed = Situation(order=order(delivery=Delivery.LOCAL, packed_at=NOW), lines=(jacket(),)).page()
    out = handed("out_for_delivery", "local_delivery", scan("out_for_delivery", 1))
    round_trip = Situation(order=order(delivery=Delivery.LOCAL), lines=(jacket((1, 1)),), parcels=(out,)).page()

    assert packed.waiting is not None
    assert packed.waiting.sentence.text == "Packed. We bring your items to you ourselves."
    assert packed.hero.title.text == "Your order is packed"
    assert steps(round_trip)[-2:] == [("Out for delivery", StepState.CURRENT), ("Delivered", StepState.TODO)]


@pytest.mark.parametrize("state", ["in_transit", "out_for_delivery", "delivery_attempted"])
def test_what_a_carrier_has_is_not_said_to_be_brought_by_the_shop_though_it_was_to_be(state: str) -> None:
    sent = parcel(1, state, scan(state, 1))
    page = Situation(order=order(delivery=Delivery.LOCAL), lines=(jacket((1, 1)),), parcels=(sent,)).page()
    everything = " ".join(said(page.hero.lines) + said(page.next))
    assert "carrier" in everything or "depot" in everything
    assert not re.search("ourselves|we come again", everything)


def test_a_carrier_that_is_silent_is_asked_though_the_shop_was_to_bring_it() -> None:
    silent = parcel(1, "in_transit", scan("in_transit", 24 * 9))
    page = Situation(order=order(delivery=Delivery.LOCAL), lines=(jacket((1, 1)),), parcels=(silent,)).page()
    assert any("we ask the carrier" in sentence for sentence in said(page.hero.lines))


def test_a_parcel_for_a_pick_up_point_ends_there() -> None:
    bought = order(delivery=Delivery.PICKUP_POINT)
    before = Situation(order=bought, lines=(jacket(),)).page()
    page = Situation(order=bought, lines=(jacket((1, 1)),), parcels=(parcel(1, "in_transit", *ON_ITS_WAY),)).page()

    assert "It goes to the pick-up point you chose." in said(before.hero.lines)
    assert [label for label, _ in steps(before)][-3:] == ["On its way", "Ready", "Collected"]
    assert [label for label, _ in steps(page)][-2:] == ["Ready", "Collected"]
    everything = said(page.hero.lines) + said(page.next)
    assert any(sentence.startswith("Next, the parcel reaches the pick-up point you chose.") for sentence in everything)
    assert not any("goes out for delivery" in sentence for sentence in everything)


def test_where_shopify_says_that_nothing_is_sent_nothing_is_waited_for() -> None:
    page = Situation(order=order(delivery=Delivery.NONE, shipping_address=None), lines=(line(1, "Handbook"),)).page()

    assert page.waiting is None
    assert page.hero.title.text == "Nothing of this order needs to be sent"


def test_a_hostile_place_stays_text() -> None:
    place = {"name": "<b>Store</b>\u202e", "instructions": "{{ shop }}\n<script>"}
    page = Situation(order=collected(collect_at=place, packed_at=NOW), lines=(jacket(),)).page()

    assert "\u202e" not in str(page.hero.lines)
