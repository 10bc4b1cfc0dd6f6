"""The headline and the words under it never say more than a source did."""

from __future__ import annotations

from dataclasses import replace

from page_situations import Situation, jacket, order, parcel, scan, situations

from shopify_app.i18n import Languages

ENGLISH = Languages().choose(["en"], "DE")


def test_a_van_that_left_two_days_ago_is_not_out_today() -> None:
    scans = (scan("in_transit", 60), scan("out_for_delivery", 50))
    page = Situation(lines=(jacket((1, 1)),), parcels=(parcel(1, "out_for_delivery", *scans),)).page()
    assert "today" not in ENGLISH.say(page.hero.title)


def test_what_came_by_e_mail_waits_for_no_carrier() -> None:
    mail = replace(parcel(1, "awaiting_data", numbers=(), urls=()), kind="digital")
    page = Situation(lines=(jacket((1, 1)),), parcels=(mail,)).page()
    assert "by e-mail" in ENGLISH.say(page.hero.title)
    assert page.hero.lines == ()
    assert page.parcels[0].steps == ()
    assert page.next == ()


def test_nothing_is_offered_while_the_carrier_reports_an_exception() -> None:
    scans = (scan("in_transit", 5), scan("unknown", 1, text="Exception", reason="carrier_exception"))
    troubled = replace(parcel(1, "in_transit", *scans), reason="carrier_exception")
    page = Situation(lines=(jacket((1, 1)),), parcels=(troubled,)).page()
    assert page.cards == ()
    assert page.offer is None


def test_a_cancelled_order_is_not_told_how_to_use_what_does_not_come() -> None:
    assert situations()["cancelled"].page().guides == ()


def test_what_is_collected_in_the_shop_waits_for_no_carrier() -> None:
    page = Situation(order=order(shipping_address=None), lines=(jacket(),)).page()
    assert page.waiting
    assert [ENGLISH.say(step.label) for step in page.waiting.steps][-2:] == ["Ready", "Collected"]
    assert "collect in our shop" in ENGLISH.say(page.waiting.sentence)
    assert not any("carrier" in ENGLISH.say(sentence) for sentence in page.next)


def test_two_products_with_the_same_guide_show_it_once() -> None:
    guides = situations()["delivered"].page().guides
    assert len({guide.title for guide in guides}) == len(guides)
