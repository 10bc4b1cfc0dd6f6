"""What the tracking page says in every situation, before any word or markup."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from page_situations import (
    DONE,
    NOW,
    SETTINGS,
    Situation,
    jacket,
    line,
    order,
    parcel,
    promise,
    scan,
    shop,
    situations,
    socks,
)

from shopify_app.i18n import Day, Days, Languages, Phrase
from shopify_app.money import Money
from shopify_app.orders.access import Access
from shopify_app.pages.parts import Mood, StepState
from shopify_app.pages.support import reachable
from shopify_app.pages.tracking import TrackingPage
from shopify_app.settings.offers import Offer, Offers
from shopify_app.settings.support import Support
from shopify_app.settings.tracking import Tracking

ENGLISH = Languages().choose(["en"], "DE")


def said(phrase: Phrase | str | None) -> str:
    return phrase if isinstance(phrase, str) else ENGLISH.say(phrase) if phrase else ""


def page_of(name: str) -> TrackingPage:
    return situations()[name].page()


@pytest.mark.parametrize(
    ("situation", "answer", "mood"),
    [
        ("transit", "Arriving Mon 30 Nov\u2009–\u2009Tue 1 Dec", Mood.CALM),
        ("out_today", "Out for delivery today by 20:00", Mood.CALM),
        ("packing", "We are packing your order", Mood.CALM),
        ("delivered", "Delivered today, 09:42", Mood.JOY),
        ("pickup", "Ready to collect: Pickup Point Hötorget", Mood.LOOK),
        ("delayed", "Arriving Thursday, 3 December", Mood.LOOK),
        ("lost", "DHL could not deliver your parcel", Mood.TROUBLE),
        ("action", "DHL needs something from you", Mood.TROUBLE),
        ("overdue", "Your parcel takes longer than expected", Mood.LOOK),
        ("cancelled", "This order was cancelled yesterday", Mood.CALM),
        ("no_date", "Your parcel is on its way", Mood.CALM),
        ("gift_card", "Your gift card comes by e-mail", Mood.CALM),
        ("pos", "Bought in our shop Tuesday, 24 November", Mood.JOY),
        ("taken_along", "Bought in our shop Tuesday, 24 November", Mood.JOY),
        ("click_and_collect", "We are getting your order ready to collect", Mood.CALM),
        ("erased", "The details of this order have been deleted", Mood.CALM),
    ],
)
def test_the_headline_answers_the_question(situation: str, answer: str, mood: Mood) -> None:
    hero = page_of(situation).hero
    assert (said(hero.title), hero.mood) == (answer, mood)


def test_a_date_says_what_it_rests_on() -> None:
    assert said(page_of("transit").hero.lines[0]) == "9 in 10 of 214 parcels like this arrived within this time."
    assert said(page_of("no_date").hero.lines[0]) == "It usually takes three to five working days."


def test_a_date_that_slipped_says_what_it_was_and_why() -> None:
    lines = [said(line) for line in page_of("delayed").hero.lines]
    assert "Was Monday, 30 November, now Thursday, 3 December, because the carrier reports a delay." in lines


def test_items_with_different_fates_are_told_apart() -> None:
    fates = [(group.titles, said(group.sentence)) for group in page_of("in_parts").timeline]
    assert fates == [
        (("Storsjö wool jacket",), "Delivered today, 09:42."),
        (("Rask hiking socks, three pairs",), "Arriving Mon 30 Nov\u2009–\u2009Tue 1 Dec"),
        (("Vandra leather boots",), "Arriving Tue 1\u2009–\u2009Thu 3 Dec"),
    ]
    assert page_of("transit").timeline == ()


def test_what_is_being_packed_is_not_announced_as_the_next_thing() -> None:
    packing = situations()["packing"]
    told = [said(sentence) for sentence in packing.page().next]
    untouched = replace(packing, order=order(placed_at=NOW - timedelta(days=1)))
    waits = [said(sentence) for sentence in untouched.page().next]

    assert told[0] == "Next, we hand your order to the carrier."
    assert waits[0] == "Next, we pack your order and hand it to the carrier by Monday, 30 November."


def test_only_steps_that_a_source_told_of_come_before_the_parcel() -> None:
    quiet = replace(situations()["transit"], order=order(confirmed_at=None)).page()
    assert [said(step.label) for step in quiet.parcels[0].steps] == [
        "Ordered", "On its way", "Out for delivery", "Delivered",
    ]  # fmt: skip
    packed = replace(situations()["transit"], order=order(packed_at=NOW - timedelta(days=2))).page()
    assert said(packed.parcels[0].steps[1].label) == "Packed"
    assert [step.state for step in packed.parcels[0].steps].count(StepState.CURRENT) == 1


@pytest.mark.parametrize("told", ["packing_since", "packed_at"])
def test_what_is_packed_after_a_parcel_left_is_the_rest_of_the_order(told: str) -> None:
    parts = situations()["in_parts"]
    page = replace(parts, order=order(total=61290, **{told: NOW - timedelta(hours=3)})).page()
    assert said(page.parcels[1].steps[1].label) == "Confirmed"
    assert page.waiting
    assert said(page.waiting.steps[1].label) in ("Being packed", "Packed")


@pytest.mark.parametrize("told", ["packing_since", "packed_at"])
def test_what_somebody_was_only_asked_to_send_has_not_left_before_it_was_packed(told: str) -> None:
    asked = parcel(1, "label_created", reason="being_prepared", accepted_at=None, shipped_at=NOW - timedelta(hours=4))
    at = order(**{told: NOW - timedelta(hours=3)})
    page = replace(situations()["transit"], order=at, parcels=(asked,)).page()
    assert said(page.parcels[0].steps[1].label) in ("Being packed", "Packed")


def test_what_was_taken_along_at_the_till_is_awaited_no_more() -> None:
    page = page_of("taken_along")
    (bag,) = page.parcels
    assert (page.waiting, page.order.notes) == (None, ())
    assert (bag.state, bag.steps, bag.ask) == ("delivered", (), None)


def test_what_the_headline_has_said_is_not_said_again() -> None:
    page = page_of("pickup")
    assert page.hero.lines
    assert not set(page.hero.lines) & set(page.next)


def test_a_parcel_that_turned_back_has_no_way_ahead() -> None:
    assert page_of("lost").parcels[0].steps == ()


def test_scans_tell_the_time_at_their_own_place() -> None:
    far = scan("in_transit", 2, "New York")._replace(local_time="2026-11-27T02:30:00")
    page = Situation(lines=(jacket((1, 1)),), parcels=(parcel(1, "in_transit", far),)).page()
    latest = page.parcels[0].latest
    assert latest
    assert latest.at
    assert ENGLISH.show(latest.at) == "today, 02:30"


def test_a_word_nobody_can_read_leaves_the_last_known_state() -> None:
    scans = (scan("in_transit", 5), scan("unknown", 1, text="Ereignis 4711"))
    shown = Situation(lines=(jacket((1, 1)),), parcels=(parcel(1, "unknown", *scans),)).page().parcels[0]
    assert shown.state == "in_transit"
    assert said(shown.events[0].label) == "News from the carrier"
    assert shown.events[0].raw == "Ereignis 4711"


def test_a_generic_exception_is_the_shops_to_look_into() -> None:
    scans = (scan("in_transit", 5), scan("unknown", 1, text="Exception", reason="carrier_exception"))
    shown = Situation(lines=(jacket((1, 1)),), parcels=(parcel(1, "in_transit", *scans),)).page().parcels[0]
    assert len(shown.events) == 1


def test_several_numbers_in_one_parcel_share_one_progress() -> None:
    two = parcel(1, "in_transit", scan("in_transit", 5), numbers=("A1", "B2"), urls=())
    shown = Situation(lines=(jacket((1, 1)),), parcels=(two,)).page().parcels[0]
    assert [number.number for number in shown.numbers] == ["A1", "B2"]
    assert shown.share_progress


@pytest.mark.parametrize(
    "typed", ["https://[tracking number]/", "https://[A1", "https://a]b/", "https://ex\u2100mple/"]
)
def test_a_link_that_no_browser_could_follow_is_left_out(typed: str) -> None:
    typed_by_hand = parcel(1, "in_transit", company="Flying Carpets", carrier=None, urls=(typed,))
    shown = Situation(lines=(jacket((1, 1)),), parcels=(typed_by_hand,)).page().parcels[0]
    assert [number.url for number in shown.numbers] == [None]


def test_at_a_glance_nothing_shows_what_was_paid_or_which_number_travels() -> None:
    page = page_of("glance")
    assert page.access is Access.GLANCE
    assert page.order.totals == ()
    assert page.order.payment == ()
    for part in page.parcels:
        assert (part.numbers, part.ask) == ((), None)
        assert all(item.price is None and item.full_price is None for item in part.items)


@pytest.mark.parametrize(
    ("gateway", "said"),
    [
        ("paypal", "PayPal"),
        ("shopify_payments", "Shopify Payments"),
        ("gift_card", "Gift card"),
        ("Klarna Sofort", "Klarna Sofort"),
        ("swish", "Swish"),
    ],
)
def test_a_way_of_paying_goes_by_the_name_that_people_know(gateway: str, said: str) -> None:
    (name,) = Situation(order=order(payment_gateways=[gateway])).page().order.payment
    assert (name if isinstance(name, str) else name.text) == said


def test_a_channel_is_spelled_as_it_spells_itself() -> None:
    for channel, shown in {"tiktok": "TikTok", "facebook": "Facebook", "ebay": "eBay", "4711": ""}.items():
        assert replace(situations()["transit"], order=order(channel=channel)).page().order.channel == shown


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_the_sum_is_explained_to_the_last_minor_unit(currency: str) -> None:
    page = replace(situations()["transit"], order=order(currency=currency, total=36500)).page()
    whole = next(row.amount for row in page.order.totals if row.is_sum)
    parts = page.order.totals[: [row.is_sum for row in page.order.totals].index(True)]
    assert sum(row.amount.amount for row in parts) == whole.amount
    assert whole == Money(36500, currency)


def test_the_price_of_a_split_line_adds_up_over_its_parcels() -> None:
    split = line(1, "Mug", price=1000, quantity=3, current_quantity=3, discount=100, travels=((1, 1), (2, 2)))
    page = Situation(lines=(split,), parcels=(parcel(1, "in_transit"), parcel(2, "in_transit"))).page()
    prices = [item.price for part in page.parcels for item in part.items]
    assert sum(price.amount for price in prices if price) == 2900


def test_the_last_return_day_counts_from_delivery_to_the_end_of_the_shops_day() -> None:
    returns = page_of("delivered").returns
    assert returns
    assert said(returns.headline) == "Return or exchange until Sunday, 27 December"
    assert returns.dates[0].until
    assert returns.dates[0].until.isoformat() == "2026-12-27T22:59:59+00:00"
    assert returns.policy[0].startswith("Anything unworn")
    assert "alert" not in " ".join(returns.policy)


def test_what_is_not_delivered_yet_has_days_from_delivery() -> None:
    returns = page_of("in_parts").returns
    assert returns
    assert [said(part.sentence) for part in returns.dates] == ["until Sunday, 27 December", "30 days from delivery"]


def test_what_is_still_to_be_sent_has_days_from_delivery_though_as_many_units_came_back() -> None:
    came_back = socks((1, 1))._replace(current_quantity=1, never_sent=0)
    done = parcel(1, "delivered", *DONE, delivered_at=NOW - timedelta(hours=0.8))
    page = Situation(lines=(came_back,), parcels=(done,)).page()
    assert page.waiting
    assert page.returns
    days = [said(part.sentence) for part in page.returns.dates]
    assert days == ["until Sunday, 27 December", "30 days from delivery"]


@pytest.mark.parametrize(
    ("units", "days"),
    [(1, ["until Sunday, 27 December"]), (2, ["until Sunday, 27 December", "30 days from delivery"])],
)
def test_what_was_lost_has_days_from_delivery_unless_its_money_went_back(units: int, days: list[str]) -> None:
    lost = parcel(2, "lost_or_destroyed", *DONE)
    done = parcel(1, "delivered", *DONE, delivered_at=NOW - timedelta(hours=0.8))
    bought = socks((1, 1), (2, 1))._replace(current_quantity=units, never_sent=0)
    returns = Situation(lines=(bought,), parcels=(done, lost)).page().returns
    assert returns
    assert [said(part.sentence) for part in returns.dates] == days


def test_a_day_of_another_year_says_which() -> None:
    long_ago = NOW - timedelta(days=360)
    page = Situation(order=order(cancelled_at=long_ago, placed_at=long_ago), lines=(jacket(),)).page()
    assert said(page.hero.title) == "This order was cancelled 2 Dec 2025"
    lately = Situation(order=order(cancelled_at=NOW - timedelta(days=150)), lines=(jacket(),)).page()
    assert said(lately.hero.title) == "This order was cancelled Tuesday, 30 June"


def test_support_hours_are_told_by_the_readers_clock() -> None:
    tokyo = replace(situations()["transit"], order=order(city_timezone="Asia/Tokyo")).page().support
    assert said(tokyo.open_now) == "Open now, until 01:00"
    monday = tokyo.week[0]
    assert [(start.hour, end.hour) for start, end in monday.spans] == [(17, 0)]
    tuesday = tokyo.week[1]
    assert [(start.hour, end.hour) for start, end in tuesday.spans] == [(0, 1), (17, 0)]


def test_on_a_closed_day_support_says_when_it_opens() -> None:
    support = replace(SETTINGS.support, closed_on=(date(2026, 11, 27),))
    page = replace(situations()["transit"], settings=replace(SETTINGS, support=support)).page()
    assert said(page.support.open_now) == "Closed now, opens Monday, 30 November, 09:00"


def test_the_hand_over_promise_counts_working_days_after_the_cut_off() -> None:
    friday_afternoon = order(placed_at=NOW.replace(hour=14), confirmed_at=None)
    page = Situation(order=friday_afternoon, lines=(jacket(),)).page()
    assert said(page.hero.lines[0]) == "We hand it to the carrier by Wednesday, 2 December."


def test_an_offer_fits_its_products_and_its_days() -> None:
    def shown(**facts: object) -> bool:
        offers = Offers(offers=(Offer(text={"en": "Wax"}, **facts),))  # type: ignore[arg-type]
        return replace(situations()["transit"], settings=replace(SETTINGS, offers=offers)).page().offer is not None

    assert shown()
    assert shown(products=(901,))
    assert not shown(products=(999,))
    assert not shown(ends=date(2026, 11, 26))


def test_how_to_content_follows_the_phase_and_the_language() -> None:
    assert [guide.phase for guide in page_of("transit").guides] == ["waiting", "waiting"]
    assert [guide.phase for guide in page_of("delivered").guides] == ["set_up", "care"]
    assert [guide.title for guide in situations()["transit"].page("de").guides] == ["Die passende Größe finden"]
    assert page_of("lost").guides == ()


def test_an_order_of_250_lines_names_two_and_counts_the_rest() -> None:
    lines = tuple(line(i, f"Mug {i}", travels=((1 + i % 2, 1),)) for i in range(250))
    page = Situation(lines=lines, parcels=(parcel(1, "in_transit"), parcel(2, "accepted"))).page()
    assert [(len(group.titles), group.more) for group in page.timeline] == [(2, 123), (2, 123)]


def test_units_of_a_cancelled_shipment_wait_again() -> None:
    page = Situation(lines=(socks((1, 2)),), parcels=(parcel(1, "cancelled"),)).page()
    assert page.waiting
    assert page.waiting.items[0].quantity == 2


@pytest.mark.parametrize(
    ("sent", "never_sent", "waits"),
    [(0, 1, 2), (1, 1, 1), (2, 1, 0), (1, 0, 2), (2, 0, 1), (3, 0, 0), (2, None, 1), (3, None, 0)],
)
def test_of_three_of_which_one_is_gone_waits_what_was_neither_sent_nor_taken_out(
    sent: int, never_sent: int | None, waits: int
) -> None:
    gone = line(1, "Rask hiking socks", quantity=3, current_quantity=2, travels=((1, sent),), never_sent=never_sent)
    page = Situation(lines=(gone,), parcels=(parcel(1, "in_transit"),)).page()
    assert (page.waiting.items[0].quantity if page.waiting else 0) == waits


def test_the_shops_own_address_is_shown_as_shopify_tells_it() -> None:
    """The settings would not take it; a mail gets there all the same."""
    mara = shop()
    mara.profile = {"email": "mara.o'neil@hedvall.example"}
    assert reachable(Support(), mara).email == "mara.o'neil@hedvall.example"


def test_an_erased_order_shows_nothing_but_support() -> None:
    page = page_of("erased")
    assert (page.parcels, page.waiting, page.cards, page.offer, page.returns) == ((), None, (), None, None)
    assert page.order.items == ()
    assert page.support.mail


def test_a_range_never_begins_in_the_past() -> None:
    situation = replace(situations()["transit"], promises=(promise(1, date(2026, 11, 20), date(2026, 12, 1)),))
    arrival = situation.page().parcels[0].arrival
    assert arrival
    assert arrival.when == Days(date(2026, 11, 27), date(2026, 12, 1))


def test_a_single_day_is_said_as_a_day() -> None:
    arrival = page_of("forty_lines").parcels[0].arrival
    assert arrival
    assert arrival.when == Day(date(2026, 12, 1))


def test_a_shop_that_promises_no_returns_and_has_no_policy_says_nothing() -> None:
    settings = replace(SETTINGS, tracking=Tracking(return_window_days=None))
    page = replace(situations()["transit"], settings=settings).page()
    assert page.returns
    assert page.returns.dates == ()
