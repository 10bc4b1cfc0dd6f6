"""The headline and the words under it never say more than a source did."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from page_situations import (
    DONE,
    NOW,
    ON_ITS_WAY,
    Situation,
    boots,
    jacket,
    line,
    order,
    parcel,
    promise,
    scan,
    situations,
    socks,
)

from shopify_app.i18n import Languages, Phrase
from shopify_app.pages.facts import ParcelFact
from shopify_app.pages.parts import Mood
from shopify_app.pages.tracking import TrackingPage
from shopify_app.shopify.delivery import Delivery

ENGLISH = Languages().choose(["en"], "DE")


def test_a_van_that_left_two_days_ago_is_not_out_today() -> None:
    scans = (scan("in_transit", 60), scan("out_for_delivery", 50))
    page = Situation(lines=(jacket((1, 1)),), parcels=(parcel(1, "out_for_delivery", *scans),)).page()
    assert "today" not in ENGLISH.say(page.hero.title)


def test_a_parcel_that_left_the_depot_days_ago_and_was_not_handed_over_is_late_and_says_so() -> None:
    page = situations()["not_from_the_van"].page()
    assert ENGLISH.say(page.hero.title) == "Your parcel takes longer than expected"
    assert "was out for delivery Wednesday, 25 November and has not been handed over" in _said(page.hero.lines)
    assert page.offer is None


def test_a_parcel_nobody_has_heard_of_for_a_week_is_told_openly_with_what_we_do_and_what_you_can_do() -> None:
    page = situations()["silent"].page()
    assert ENGLISH.say(page.hero.title) == "No news of your parcel since Wednesday, 18 November"
    assert "We keep looking for news" in _said(page.hero.lines)
    assert "write to us" in _said(page.hero.lines)
    assert page.hero.act
    assert page.hero.mood == Mood.LOOK
    assert ENGLISH.say(page.parcels[0].sentence) == "DHL has told us nothing new since Wednesday, 18 November."
    assert (page.offer, page.cards, page.next) == (None, (), ())


def test_a_quiet_week_says_nothing_where_no_news_is_due() -> None:
    old = NOW - timedelta(days=9)
    untracked = parcel(1, "awaiting_data", numbers=(), urls=(), shipped_at=old)
    waiting = parcel(1, "ready_for_pickup", *ON_ITS_WAY[:1], scan("ready_for_pickup", 216), shipped_at=old)
    seven = parcel(1, "in_transit", scan("in_transit", 7 * 24), shipped_at=old)
    for quiet in (untracked, waiting, seven):
        page = Situation(lines=(jacket((1, 1)),), parcels=(quiet,)).page()
        assert "No news" not in ENGLISH.say(page.hero.title)


def test_while_the_date_we_gave_lies_ahead_silence_is_said_at_the_parcel_alone() -> None:
    silent = situations()["silent"]
    page = replace(silent, promises=(promise(1, None, date(2026, 12, 1), "carrier"),)).page()
    assert "Arriving" in ENGLISH.say(page.hero.title)
    assert "nothing new" in ENGLISH.say(page.parcels[0].sentence)


def _said(lines: tuple[Phrase | str, ...]) -> str:
    return " ".join(line if isinstance(line, str) else ENGLISH.say(line) for line in lines)


def test_what_came_by_e_mail_waits_for_no_carrier() -> None:
    mail = parcel(1, "awaiting_data", numbers=(), urls=())._replace(kind="digital")
    page = Situation(lines=(jacket((1, 1)),), parcels=(mail,)).page()
    assert "by e-mail" in ENGLISH.say(page.hero.title)
    assert page.hero.lines == ()
    assert page.parcels[0].steps == ()
    assert page.next == ()


def test_nothing_is_offered_while_the_carrier_reports_an_exception() -> None:
    scans = (scan("in_transit", 5), scan("unknown", 1, text="Exception", reason="carrier_exception"))
    troubled = parcel(1, "in_transit", *scans)._replace(reason="carrier_exception")
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


def test_while_a_parcel_is_later_than_we_said_nothing_is_sold_and_the_reader_can_write_to_us() -> None:
    page = situations()["overdue"].page()
    assert _said(page.hero.lines).startswith("We expected it Wednesday, 25 November. We keep looking for news")
    assert "write to us" in _said(page.hero.lines)
    assert page.hero.act
    assert (page.offer, page.cards, page.next) == (None, (), ())


def test_a_day_that_has_gone_by_is_announced_nowhere() -> None:
    in_parts = situations()["in_parts"]
    gone = replace(in_parts, promises=(promise(2, None, date(2026, 11, 25)), promise(None, None, date(2026, 11, 24))))
    page = gone.page()
    fates = [(_said((group.sentence,)), group.mood) for group in page.timeline]
    late = "We expected it Wednesday, 25 November. We keep looking for news and show it here."
    assert fates[1:] == [(late, Mood.LOOK), ("Not sent yet.", Mood.CALM)]
    assert _said((page.parcels[1].outlook,)) == late
    assert ENGLISH.say(page.hero.title) == "Your parcel takes longer than expected"


def test_a_delayed_parcel_is_not_said_to_come_on_a_day_that_has_gone_by() -> None:
    moved = promise(1, None, date(2026, 11, 24)), promise(1, None, date(2026, 11, 26), because="carrier_delay")
    page = replace(situations()["delayed"], promises=moved).page()
    assert ENGLISH.say(page.hero.title) == "Your parcel is delayed"
    assert "now" not in _said(page.hero.lines)


def test_a_delayed_parcel_without_a_date_is_not_said_to_have_one_on_the_page() -> None:
    assert "Arriving" in ENGLISH.say(situations()["delayed"].page().hero.title)
    assert "We keep the date on this page up to date." in _said(situations()["delayed"].page().hero.lines)
    undated = replace(situations()["delayed"], promises=()).page()
    assert "up to date" not in _said(undated.hero.lines)
    assert "As soon as there is a new date, we show it here." in _said(undated.hero.lines)


def test_a_parcel_without_tracking_is_not_late_for_ever() -> None:
    untracked = parcel(1, "awaiting_data", numbers=(), urls=(), carrier=None, company=None)
    page = Situation(
        lines=(jacket((1, 1)),), parcels=(untracked,), promises=(promise(1, None, date(2026, 11, 25)),)
    ).page()
    assert ENGLISH.say(page.hero.title) == "Your parcel was sent Wednesday, 25 November"
    assert _said(page.hero.lines) == (
        "This parcel travels without tracking. We expected it Wednesday, 25 November. "
        "If it is not with you, write to us."
    )
    assert "looking for news" not in _all_said(page)
    assert page.offer


def test_a_late_parcel_leads_before_one_that_is_in_time() -> None:
    parcels = parcel(1, "in_transit", *ON_ITS_WAY), parcel(2, "in_transit", *ON_ITS_WAY)
    dates = promise(1, None, date(2026, 12, 1)), promise(2, None, date(2026, 11, 25))
    page = Situation(lines=(jacket((1, 1)),), parcels=parcels, promises=dates).page()
    assert ENGLISH.say(page.hero.title) == "Your parcel takes longer than expected"


def test_a_late_parcel_that_is_on_the_vehicle_comes_today() -> None:
    van = scan("in_transit", 60), scan("out_for_delivery", 2)
    parcels = parcel(1, "out_for_delivery", *van), parcel(2, "in_transit", *ON_ITS_WAY)
    gone = promise(1, None, date(2026, 11, 25))
    page = Situation(lines=(jacket((1, 1)), socks((2, 2))), parcels=parcels, promises=(gone,)).page()
    assert "Out for delivery today" in ENGLISH.say(page.hero.title)
    assert "expected" not in _said((*page.hero.lines, page.parcels[0].outlook))
    assert page.offer


def test_an_order_that_left_later_than_we_said_has_our_apology_and_nothing_for_sale() -> None:
    kept = Situation(order=order(placed_at=NOW - timedelta(days=9)), lines=(jacket(),))
    page = kept.page()
    assert "We are sorry that it takes longer" in _said(page.hero.lines)
    assert (page.offer, page.cards) == (None, ())
    dated = replace(kept, promises=(promise(None, None, date(2026, 11, 24)),)).page()
    assert "We are sorry that it takes longer" in _said(dated.hero.lines)
    ahead = replace(kept, promises=(promise(None, None, date(2026, 12, 1)),)).page()
    assert "Arriving" in ENGLISH.say(ahead.hero.title)
    assert ahead.offer


def _all_said(page: TrackingPage) -> str:
    fates = [part.outlook for part in (*page.parcels, *filter(None, [page.waiting]))]
    return _said((page.hero.title, *page.hero.lines, *fates, *page.next, *page.order.notes))


@pytest.mark.parametrize("others", [(), (parcel(2, "delivered", *DONE, delivered_at=NOW),)])
def test_a_parcel_without_tracking_is_not_said_to_be_scanned(others: tuple) -> None:
    untracked = parcel(1, "awaiting_data", numbers=(), urls=(), carrier=None, company=None)
    page = Situation(lines=(jacket((1, 1)), socks((2, 2))), parcels=(untracked, *others)).page()
    assert ENGLISH.say(page.hero.title) == "Your parcel was sent Wednesday, 25 November"
    assert "This parcel travels without tracking." in _said(page.hero.lines)
    assert "scan" not in _all_said(page)


def test_what_was_fetched_from_a_pick_up_point_was_collected_in_headline_and_steps_alike() -> None:
    fetched = parcel(1, "delivered", *ON_ITS_WAY, scan("delivered", 1, "Berlin"), delivered_at=NOW, reason="collected")
    page = Situation(lines=(jacket((1, 1)),), parcels=(fetched,)).page()
    assert ENGLISH.say(page.hero.title).startswith("Collected today")
    assert page.hero.lines == ()
    assert ENGLISH.say(page.parcels[0].steps[-1].label) == "Collected"


@pytest.mark.parametrize(
    ("scans", "word"),
    [
        ((scan("ready_for_pickup", 9, "Berlin"), scan("delivered", 1, "Berlin")), "Collected"),
        ((scan("ready_for_pickup", 9, "Berlin"), scan("out_for_delivery", 5), scan("delivered", 1)), "Delivered"),
    ],
)
def test_what_waited_at_a_counter_is_said_to_have_arrived_in_one_word(scans: tuple, word: str) -> None:
    done = parcel(1, "delivered", *ON_ITS_WAY, *scans, delivered_at=NOW)
    page = Situation(lines=(jacket((1, 1)),), parcels=(done,)).page()
    assert ENGLISH.say(page.hero.title).startswith(f"{word} today")
    assert ENGLISH.say(page.parcels[0].sentence).startswith(f"{word} today")
    assert ENGLISH.say(page.parcels[0].steps[-1].label) == word


def test_what_was_to_go_to_a_point_and_was_delivered_is_said_to_be_delivered() -> None:
    done = parcel(1, "delivered", *DONE, delivered_at=NOW, reason="neighbour")
    page = Situation(order=order(delivery=Delivery.PICKUP_POINT), lines=(jacket((1, 1)),), parcels=(done,)).page()
    assert ENGLISH.say(page.hero.title).startswith("Delivered today")
    assert ENGLISH.say(page.parcels[0].steps[-1].label) == "Delivered"


def test_an_order_of_which_everything_was_taken_out_is_not_confirmed_any_more() -> None:
    gone = jacket()._replace(current_quantity=0, never_sent=1)
    page = Situation(order=order(financial_status="refunded", refunded=36390), lines=(gone,)).page()
    assert ENGLISH.say(page.hero.title) == "Everything was taken out of this order"
    assert _said(page.hero.lines).replace("\xa0", " ") == "363,90 € went back to you."
    assert (page.offer, page.cards, page.guides, page.next) == (None, (), (), ())


def test_what_was_taken_along_and_brought_back_was_not_taken_out_before_it_left() -> None:
    gone = jacket()._replace(current_quantity=0, never_sent=0)
    sold = order(channel="pos", delivery=Delivery.RETAIL, fulfillment_status="fulfilled", refunded=36390)
    assert Situation(order=sold, lines=(gone,)).page().hero.title.text == "Bought in our shop {day}"


def test_what_is_missing_is_said_once() -> None:
    done = parcel(1, "delivered", *DONE, delivered_at=NOW - timedelta(hours=0.8))
    lines = (jacket((1, 1)), boots())
    new = Situation(order=order(placed_at=NOW - timedelta(days=1)), lines=lines, parcels=(done,)).page()
    assert _said(new.hero.lines) == (
        "What is missing is not sent yet. We hand it to the carrier by Monday, 30 November."
    )
    packed = Situation(order=order(packed_at=NOW), lines=lines, parcels=(done,)).page()
    assert _said(packed.hero.lines) == "What is missing is not sent yet. Packed and ready for the carrier."


@pytest.mark.parametrize("hours", [1, 50])
@pytest.mark.parametrize("state", ["in_transit", "out_for_delivery", "delivery_attempted"])
def test_what_the_shop_brings_itself_has_no_carrier_whatever_is_told_of_it(state: str, hours: int) -> None:
    round_trip = parcel(
        1, state, scan(state, hours), numbers=(), urls=(), carrier=None, company=None, kind="local_delivery"
    )
    page = Situation(order=order(delivery=Delivery.LOCAL), lines=(jacket((1, 1)),), parcels=(round_trip,)).page()
    assert "carrier" not in _all_said(page).lower()
    assert "depot" not in _all_said(page)


def test_a_test_order_is_not_said_both_to_be_sent_and_not() -> None:
    test = order(is_test=True, placed_at=NOW - timedelta(days=1))
    page = Situation(order=test, lines=(jacket(),)).page()
    assert "We hand it to the carrier" in _said(page.hero.lines)
    assert _said(page.order.notes) == "This is a test order. Nothing was charged."


@pytest.mark.parametrize("status", ["paid", "authorized", "pending"])
def test_a_test_order_whose_payment_was_none_is_not_called_paid(status: str) -> None:
    test = order(is_test=True, financial_status=status)
    assert ENGLISH.say(Situation(order=test, lines=(jacket(),)).page().order.status) == "Confirmed"
    assert "Nothing was charged" not in _all_said(Situation(order=order(financial_status=status)).page())


def _emailed(number: int) -> ParcelFact:
    return parcel(number, "awaiting_data", numbers=(), urls=(), carrier=None, company=None, kind="digital")


def test_what_went_by_e_mail_is_no_parcel_beside_goods() -> None:
    card = line(4, "Gift card", "50 €", 5000, requires_shipping=False, is_gift_card=True, travels=((2, 1),))
    done = parcel(1, "delivered", *DONE, delivered_at=NOW - timedelta(hours=0.8))
    arrived = Situation(lines=(jacket((1, 1)), card), parcels=(done, _emailed(2))).page()
    assert ENGLISH.say(arrived.hero.title).startswith("Delivered today")
    assert "parcels" not in _all_said(arrived)
    assert [part.nth for part in arrived.parcels] == [1, None]

    new = order(placed_at=NOW - timedelta(days=1))
    waits = Situation(order=new, lines=(jacket(), card), parcels=(_emailed(2),)).page()
    assert ENGLISH.say(waits.hero.title) == "Your order is confirmed"
    assert "We hand it to the carrier by Monday, 30 November." in _said(waits.hero.lines)

    late = Situation(order=order(placed_at=NOW - timedelta(days=9)), lines=(jacket(), card), parcels=(_emailed(2),))
    assert "We are sorry that it takes longer" in _said(late.page().hero.lines)
    assert (late.page().offer, late.page().cards) == (None, ())


def test_a_shipment_that_was_called_off_is_counted_nowhere() -> None:
    called_off = parcel(1, "cancelled", *ON_ITS_WAY)
    moving = parcel(2, "in_transit", *ON_ITS_WAY), parcel(3, "in_transit", *ON_ITS_WAY)
    page = Situation(lines=(jacket((2, 1)), boots((3, 1))), parcels=(called_off, *moving)).page()
    assert "Your order comes in 2 parcels." in _said(page.hero.lines)
    assert [part.nth for part in page.parcels] == [None, 1, 2]


@pytest.mark.parametrize("numbers", [(), ("00340434100000000001",)])
def test_what_somebody_was_only_asked_to_send_is_neither_sent_nor_with_a_carrier(numbers: tuple[str, ...]) -> None:
    asked = parcel(1, "label_created", reason="being_prepared", numbers=numbers, urls=(), accepted_at=None)
    page = Situation(lines=(jacket((1, 1)),), parcels=(asked,)).page()
    assert ENGLISH.say(page.hero.title) == "Your parcel is about to leave"
    assert ENGLISH.say(page.parcels[0].sentence) == ("We are getting this parcel ready. DHL has not received it yet.")
    for claim in ("was sent", "with the carrier", "label is ready", "without tracking"):
        assert claim not in _all_said(page)


@pytest.mark.parametrize("kind", ["pickup", "local_delivery"])
def test_what_the_shop_was_only_asked_for_waits_for_no_label(kind: str) -> None:
    asked = parcel(1, "label_created", kind=kind, company=None, carrier=None, numbers=(), reason="being_prepared")
    page = Situation(lines=(jacket((1, 1)),), parcels=(asked,)).page()
    assert "label" not in _all_said(page) + ENGLISH.say(page.parcels[0].sentence)


def test_an_e_mail_that_was_only_asked_for_was_not_sent() -> None:
    asked = parcel(1, "label_created", kind="digital", company=None, carrier=None, numbers=(), reason="being_prepared")
    page = Situation(lines=(line(1, "Pattern", requires_shipping=False, travels=((1, 1),)),), parcels=(asked,)).page()
    assert ENGLISH.say(page.hero.title) == "Nothing of this order needs to be sent"
    assert ENGLISH.say(page.parcels[0].sentence) == "What you bought comes by e-mail or as a download."
