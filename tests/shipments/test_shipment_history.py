"""What delivered parcels teach, and what is promised for those on their way."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from shopify_app.events import Event
from shopify_app.orders.projection import apply_order
from shopify_app.shipments.estimate import Basis, LaneKind
from shopify_app.shipments.history import assess, assess_open, learn_delivery
from shopify_app.shipments.models import Promise, Shipment, TransitCount, TransitCounted
from shopify_app.shipments.projection import apply_event, apply_fulfillment, delete_event, find
from stage import PLACED, fulfillment, order, scan

pytestmark = pytest.mark.again

# Friday 20 November 2026, 15:12 UTC: Ada's parcel is taken in on time; working day zero is that Friday.
TAKEN_IN = scan(1, "carrier_picked_up", 6)
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 11, 23 + n) for n in range(4))


@pytest.fixture
def parcel(database, shop, now):
    """Mara's shop with Ada's parcel, in the carrier's hands."""
    with database.write() as session:
        apply_order(session, shop.id, order(), now)
        apply_fulfillment(session, shop.id, fulfillment(events=(TAKEN_IN,)), at(7))
    return shop


def at(hours: float):
    return PLACED + timedelta(hours=hours)


def teach(database, shop, days: list[int], country: str = "SE") -> None:
    """Past parcels of the same lane that took so many working days."""
    with database.write() as session:
        for lane in (f"postnord|manual|61|{country}", f"postnord|||{country}", f"|||{country}"):
            for taken in set(days):
                row = TransitCount(shop_id=shop.id, lane=lane, working_days=taken, parcels=days.count(taken))
                session.add(row)


def note(database, shop, event) -> None:
    with database.write() as session:
        apply_event(session, shop.id, event, event.fact_at)


def look_again(database, shop, hours: float) -> Shipment:
    with database.write() as session:
        shipment = find(session, shop.id, 3001)
        assess(session, shipment, at(hours))
        return shipment


def promised(database) -> Promise:
    """The newest promise."""
    with database.read() as session:
        return session.scalars(select(Promise).order_by(Promise.id.desc())).first()


def promises(database) -> list[date]:
    with database.read() as session:
        return list(session.scalars(select(Promise.by).order_by(Promise.id)))


def lanes(database) -> dict[str, tuple[int, int]]:
    with database.read() as session:
        return {row.lane: (row.working_days, row.parcels) for row in session.scalars(select(TransitCount))}


def learn(database, shop, hours: float) -> bool:
    with database.write() as session:
        return learn_delivery(session, shop.id, find(session, shop.id, 3001).id, at(hours))


def test_a_delivered_parcel_is_counted_once_into_each_of_its_lanes(database, parcel):
    note(database, parcel, scan(4, "delivered", 75))  # Monday, one working day after Friday
    assert learn(database, parcel, 76)
    assert not learn(database, parcel, 77)
    expected = (1, 1)
    assert lanes(database) == {"postnord|manual|61|SE": expected, "postnord|||SE": expected, "|||SE": expected}


def test_a_parcel_on_its_way_teaches_nothing(database, parcel):
    assert not learn(database, parcel, 30)


@pytest.mark.asked
def test_a_delivery_that_was_taken_back_is_uncounted(database, parcel):
    delivered = scan(4, "delivered", 75)
    note(database, parcel, delivered)
    learn(database, parcel, 76)
    with database.write() as session:
        delete_event(session, parcel.id, delivered, at(80))
    assert {parcels for _, parcels in lanes(database).values()} == {0}


@pytest.mark.asked
def test_what_a_parcel_taught_is_taken_back_where_it_was_counted(database, parcel):
    """Mara has named another carrier since."""
    delivered = scan(4, "delivered", 75)
    note(database, parcel, delivered)
    learn(database, parcel, 76)
    with database.write() as session:
        renamed = fulfillment(company="Own van", numbers=(), location_id=62, fact_at=at(78), events=None)
        apply_fulfillment(session, parcel.id, renamed, at(78))
        delete_event(session, parcel.id, delivered, at(80))
    taken_back = (1, 0)
    assert lanes(database) == {"postnord|manual|61|SE": taken_back, "postnord|||SE": taken_back, "|||SE": taken_back}


@pytest.mark.asked
def test_a_delivered_parcel_remembers_how_far_the_dates_were_off(database, parcel):
    note(database, parcel, scan(2, "in_transit", 20, estimated_delivery_at=at(75)))  # promised Monday
    note(database, parcel, scan(4, "delivered", 75 + 48))  # came on Wednesday
    learn(database, parcel, 130)
    with database.read() as session:
        lesson = session.scalars(select(TransitCounted)).one()
    assert (lesson.working_days, lesson.error_days, lesson.carrier_error_days) == (3, 2, 2)


def test_without_history_or_a_carriers_date_nothing_is_promised(database, parcel):
    look_again(database, parcel, 8)
    assert promises(database) == []


def test_the_carriers_date_is_promised_when_it_comes(database, parcel):
    note(database, parcel, scan(2, "in_transit", 20, estimated_delivery_at=at(75)))
    found = promised(database)
    assert (found.by, found.basis, found.because) == (MONDAY, Basis.CARRIER, None)


def test_fifty_parcels_of_the_shop_make_a_date_of_its_own(database, parcel):
    teach(database, parcel, [1] * 100 + [2] * 300 + [3] * 20)
    look_again(database, parcel, 8)
    found = promised(database)
    assert (found.likely, found.by) == (TUESDAY, TUESDAY)
    assert (found.basis, found.share_percent, found.parcels) == (Basis.SHOP_HISTORY, 90, 420)
    assert found.kind == LaneKind.SERVICE


def test_otto_learns_nothing_from_maras_parcels(database, parcel, other_shop, now):
    teach(database, other_shop, [1] * 500)
    look_again(database, parcel, 8)
    assert promises(database) == []


def test_looking_again_without_news_promises_nothing_new(database, parcel):
    teach(database, parcel, [1] * 50 + [2] * 50)
    for hours in (8, 9, 30):
        look_again(database, parcel, hours)
    assert len(promises(database)) == 1


def test_a_date_that_slips_is_revised_openly_with_its_reason(database, parcel):
    note(database, parcel, scan(2, "in_transit", 20, estimated_delivery_at=at(75)))
    note(database, parcel, scan(3, "delayed", 70, estimated_delivery_at=at(75 + 72)))
    found = promised(database)
    with database.read() as session:
        event = session.scalars(select(Event).where(Event.kind == "ArrivalRevised")).one()
        risk = find(session, parcel.id, 3001).late_risk
    assert (promises(database), found.because) == ([MONDAY, THURSDAY], "carrier_delay")
    assert (event.facts["was"], event.facts["by"]) == ("2026-11-23", "2026-11-26")
    assert risk == "late"


@pytest.mark.asked
def test_a_parcel_that_misses_its_date_is_late_and_gets_a_new_one(database, parcel):
    teach(database, parcel, [1] * 90 + [2] * 5 + [4] * 5)
    look_again(database, parcel, 8)
    shipment = look_again(database, parcel, 8 + 24 * 5)  # Wednesday
    was, by = promises(database)
    assert (shipment.late_risk, shipment.late_rule) == ("late", "date_passed")
    assert was < WEDNESDAY <= by
    assert promised(database).because == "late"


def test_a_parcel_on_the_vehicle_is_promised_for_today(database, parcel):
    teach(database, parcel, [2] * 100)
    look_again(database, parcel, 8)
    note(database, parcel, scan(3, "out_for_delivery", 71))
    assert promised(database).by == MONDAY


def test_a_delivered_parcel_is_promised_nothing_more_and_bears_no_risk(database, parcel):
    teach(database, parcel, [1] * 100)
    look_again(database, parcel, 8)
    note(database, parcel, scan(4, "delivered", 75))
    before = promises(database)
    assert look_again(database, parcel, 300).late_risk == "none"
    assert promises(database) == before


def test_a_label_nobody_scanned_for_two_working_days_may_be_late(database, shop, now):
    with database.write() as session:
        apply_order(session, shop.id, order(), now)
        apply_fulfillment(session, shop.id, fulfillment(shipment_status="label_printed"), at(6))
    shipment = look_again(database, shop, 24 * 5 + 2)
    assert (shipment.late_risk, shipment.late_rule) == ("possible", "no_first_scan")


@pytest.mark.asked
def test_a_parcel_without_tracking_is_promised_one_date_and_never_called_late(database, shop, now):
    teach(database, shop, [1] * 60)
    with database.write() as session:
        apply_order(session, shop.id, order(), now)
        apply_fulfillment(session, shop.id, fulfillment(numbers=()), at(7))
    for hours in (7, 24 * 5, 24 * 12, 24 * 40):
        assert look_again(database, shop, hours).late_risk == "none"
    assert len(promises(database)) == 1


def test_nothing_is_promised_of_a_parcel_without_tracking_that_should_long_be_there(database, shop, now):
    teach(database, shop, [1] * 60)
    with database.write() as session:
        apply_order(session, shop.id, order(), now)
        apply_fulfillment(session, shop.id, fulfillment(numbers=()), at(24 * 30))
    assert promises(database) == []


def test_the_clock_looks_at_every_open_parcel_page_by_page(database, parcel, now):
    with database.write() as session:
        for number in range(2, 5):
            apply_fulfillment(session, parcel.id, replace(fulfillment(number), numbers=()), at(7))
    teach(database, parcel, [1] * 100)
    after, pages = 0, 0
    while after is not None:
        with database.write() as session:
            after = assess_open(session, parcel.id, at(9), after=after, limit=2)
        pages += 1
    assert pages == 3
    assert len(promises(database)) == 4


def test_a_pick_up_in_the_shop_is_promised_no_date(database, shop, now):
    teach(database, shop, [1] * 100)
    with database.write() as session:
        apply_order(session, shop.id, order(shipping_address=None), now)
        apply_fulfillment(session, shop.id, fulfillment(company=None, numbers=()), at(6))
    assert promises(database) == []


def test_a_date_without_a_time_never_proves_that_a_parcel_is_late(database, parcel):
    day_only = scan(3, "out_for_delivery", 63, happened_at_raw="2026-11-23", happened_at=None)
    note(database, parcel, day_only)
    assert look_again(database, parcel, 24 * 3 + 13).late_risk == "none"


def test_a_parcel_still_on_the_vehicle_at_night_may_be_late(database, parcel):
    note(database, parcel, scan(3, "out_for_delivery", 71))
    assert look_again(database, parcel, 24 * 3 + 9).late_risk == "none"
    assert look_again(database, parcel, 24 * 3 + 13).late_rule == "not_delivered_today"
