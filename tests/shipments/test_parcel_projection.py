"""Parcels as Shopify tells them: any order, any number of times, one outcome."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest
from sqlalchemy import func, select

from shopify_app.db import Database
from shopify_app.events import Event
from shopify_app.orders.projection import apply_order
from shopify_app.orders.projection import forget as forget_orders
from shopify_app.shipments.models import Scan, Shipment, ShipmentLine, UnknownCode
from shopify_app.shipments.projection import (
    OrderNotKnown,
    ShipmentNotKnown,
    apply_event,
    apply_fulfillment,
    delete_event,
    find,
    forget,
)
from shopify_app.shipments.scans import scans_of
from shopify_app.shipments.whole_order import apply_whole_order
from shopify_app.shopify.delivery import Delivery
from shopify_app.shops.models import Shop
from stage import PLACED, fulfillment, order, scan

pytestmark = pytest.mark.again

PICKED_UP, MOVING, OUT = scan(1, "carrier_picked_up", 6), scan(2, "in_transit", 20), scan(3, "out_for_delivery", 70)
DELIVERED = scan(4, "delivered", 75, city="Göteborg")


@pytest.fixture
def parcel(database: Database, shop: Shop, now: datetime) -> Shop:
    """Mara's shop with Ada's order and one parcel of it."""
    with database.write() as session:
        apply_order(session, shop.id, order(), now)
        apply_fulfillment(session, shop.id, fulfillment(), now)
    return shop


def apply_all(database: Database, shop: Shop, events, now: datetime) -> Shipment:
    for event in events:
        with database.write() as session:
            apply_event(session, shop.id, event, now)
    return the_parcel(database, shop)


def the_parcel(database: Database, shop: Shop, shopify_id: int = 3001) -> Shipment:
    with database.read() as session:
        found = session.scalar(select(Shipment).where(Shipment.shop_id == shop.id, Shipment.shopify_id == shopify_id))
        assert found is not None
        assert len(found.lines) >= 0
        return found


def happened(database: Database) -> list[str]:
    with database.read() as session:
        kinds = session.scalars(select(Event.kind).order_by(Event.id))
        return [kind for kind in kinds if kind.startswith(("Shipment", "Arrival"))]


def test_a_new_parcel_holds_its_lines_its_carrier_and_where_it_goes(database, parcel):
    found = the_parcel(database, parcel)
    assert [(line.line_shopify_id, line.quantity) for line in found.lines] == [(9001, 1)]
    assert (found.carrier, found.numbers) == ("postnord", ["UA938473619SE"])
    assert (found.destination, found.destination_zone, found.kind) == ("SE", "Europe/Stockholm", "parcel")
    assert (found.state, found.late_risk) == ("awaiting_data", "none")
    assert happened(database) == ["ShipmentCreated"]


def test_a_parcel_goes_its_way_and_says_so(database, parcel, now):
    found = apply_all(database, parcel, [PICKED_UP, MOVING, OUT, DELIVERED], now)
    assert (found.state, found.delivered_at) == ("delivered", DELIVERED.happened_at)
    assert found.accepted_at == PICKED_UP.happened_at
    assert happened(database) == ["ShipmentCreated", *["ShipmentMoved"] * 4, "ShipmentDelivered"]


@pytest.mark.parametrize("order_of_arrival", list(permutations(range(4)))[::5])
def test_events_out_of_order_and_twice_end_in_the_same_state(database, parcel, now, order_of_arrival):
    events = [(PICKED_UP, MOVING, OUT, DELIVERED)[place] for place in order_of_arrival]
    found = apply_all(database, parcel, [*events, *events], now)
    assert (found.state, found.accepted_at) == ("delivered", PICKED_UP.happened_at)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Scan)) == 4


def test_applying_everything_again_changes_and_records_nothing(database, parcel, now):
    apply_all(database, parcel, [PICKED_UP, DELIVERED], now)
    before = happened(database)
    with database.write() as session:
        apply_fulfillment(session, parcel.id, fulfillment(events=(PICKED_UP, DELIVERED)), now)
    apply_all(database, parcel, [DELIVERED, PICKED_UP], now)
    assert happened(database) == before


def test_an_older_snapshot_never_overrides_a_newer_one(database, parcel, now):
    newer = fulfillment(numbers=("NEW",), fact_at=PLACED + timedelta(days=2))
    with database.write() as session:
        apply_fulfillment(session, parcel.id, newer, now)
        apply_fulfillment(session, parcel.id, fulfillment(numbers=("OLD",)), now)
    assert the_parcel(database, parcel).numbers == ["NEW"]


def test_a_deleted_event_takes_the_parcel_back_and_cannot_be_revived(database, parcel, now):
    apply_all(database, parcel, [OUT, DELIVERED], now)
    with database.write() as session:
        delete_event(session, parcel.id, DELIVERED, now)
    found = apply_all(database, parcel, [DELIVERED], now)
    assert (found.state, found.delivered_at) == ("out_for_delivery", None)


def test_an_event_deleted_before_it_arrived_stays_away(database, parcel, now):
    with database.write() as session:
        delete_event(session, parcel.id, DELIVERED, now)
    assert apply_all(database, parcel, [OUT, DELIVERED], now).state == "out_for_delivery"


@pytest.mark.asked
def test_the_echo_of_a_deleted_event_in_the_fulfilment_is_dropped_with_it(database, parcel, now):
    apply_all(database, parcel, [OUT, DELIVERED], now)
    echo = fulfillment(shipment_status="delivered", delivered_at=DELIVERED.happened_at, fact_at=DELIVERED.fact_at)
    with database.write() as session:
        apply_fulfillment(session, parcel.id, echo, now)
        delete_event(session, parcel.id, DELIVERED, now)
    assert the_parcel(database, parcel).state == "out_for_delivery"


@pytest.mark.parametrize("echo_first", [True, False])
def test_an_echo_counts_for_nothing_once_its_event_was_deleted_though_that_never_arrived(
    database, parcel, now, echo_first
):
    apply_all(database, parcel, [OUT], now)
    echo = fulfillment(shipment_status="delivered", delivered_at=DELIVERED.happened_at, fact_at=DELIVERED.fact_at)
    with database.write() as session:
        if echo_first:
            apply_fulfillment(session, parcel.id, echo, now)
        delete_event(session, parcel.id, DELIVERED, now)
        if not echo_first:
            apply_fulfillment(session, parcel.id, echo, now)
    found = apply_all(database, parcel, [DELIVERED], now)
    assert (found.state, found.delivered_at) == ("out_for_delivery", None)


@pytest.mark.asked
def test_a_delivery_that_only_the_fulfilment_tells_counts_too(database, parcel, now):
    at = PLACED + timedelta(days=3)
    told = fulfillment(shipment_status="delivered", delivered_at=at, fact_at=at + timedelta(minutes=5))
    with database.write() as session:
        apply_fulfillment(session, parcel.id, told, now)
    found = the_parcel(database, parcel)
    assert (found.state, found.delivered_at) == ("delivered", at)


def test_a_later_return_scan_leaves_delivered_and_keeps_when_it_was_delivered(database, parcel, now):
    found = apply_all(database, parcel, [DELIVERED, scan(9, "returning_to_sender", 90)], now)
    assert (found.state, found.delivered_at) == ("returning", DELIVERED.happened_at)


def test_a_word_nobody_knows_is_kept_and_counted_and_moves_nothing(database, parcel, now):
    found = apply_all(database, parcel, [MOVING, scan(8, "teleported", 30), scan(8, "teleported", 30)], now)
    with database.read() as session:
        codes = [(row.source, row.code, row.count) for row in session.scalars(select(UnknownCode))]
        kept = {row.code for row in scans_of(session, found)}
    assert found.state == "in_transit"
    assert codes == [("shopify", "teleported", 1)]
    assert kept == {"in_transit", "teleported"}


@pytest.mark.asked
def test_a_failure_keeps_the_state_and_gives_the_shop_a_reason(database, parcel, now):
    found = apply_all(database, parcel, [MOVING, scan(8, "failure", 30)], now)
    assert (found.state, found.reason) == ("in_transit", "carrier_exception")


@pytest.mark.asked
def test_a_cancelled_fulfilment_is_cancelled_whatever_the_carrier_says_later(database, parcel, now):
    cancelled = fulfillment(status="cancelled", fact_at=PLACED + timedelta(hours=8))
    with database.write() as session:
        apply_fulfillment(session, parcel.id, cancelled, now)
    found = apply_all(database, parcel, [MOVING], now)
    assert (found.state, found.cancelled_at) == ("cancelled", cancelled.fact_at)
    assert happened(database)[-1] == "ShipmentCancelled"


def told(database: Database, shop: Shop, word: str, hours: float, now: datetime) -> Shipment:
    """The parcel after Shopify said `word` of its fulfilment, so many hours after the order was placed."""
    with database.write() as session:
        snapshot = fulfillment(status=word, fact_at=PLACED + timedelta(hours=hours))
        apply_fulfillment(session, shop.id, snapshot, now)
    return the_parcel(database, shop)


def test_a_fulfilment_that_was_asked_for_has_not_left_until_it_succeeds(database, parcel, now):
    for word, hours in (("pending", 6), ("open", 7)):
        found = told(database, parcel, word, hours, now)
        assert (found.state, found.reason, found.accepted_at) == ("label_created", "being_prepared", None)
    found = told(database, parcel, "success", 8, now)
    assert (found.state, found.reason) == ("awaiting_data", None)


@pytest.mark.parametrize("word", ["error", "failure"])
def test_a_fulfilment_that_failed_is_not_on_its_way_until_another_word_says_so(database, parcel, now, word):
    found = told(database, parcel, word, 6, now)
    assert (found.state, found.reason, found.cancelled_at) == ("cancelled", None, PLACED + timedelta(hours=6))
    assert "ShipmentCancelled" in happened(database)
    found = told(database, parcel, "success", 7, now)
    assert (found.state, found.cancelled_at) == ("awaiting_data", None)


@pytest.mark.parametrize("events", [[PICKED_UP], [MOVING], [DELIVERED]])
def test_what_the_carrier_has_goes_on_though_the_request_to_send_it_failed(database, parcel, now, events):
    was = told(database, parcel, "failure", 6, now)
    assert was.state == "cancelled"
    found = apply_all(database, parcel, events, now)
    assert (found.state, found.cancelled_at) == ("accepted" if events == [PICKED_UP] else events[0].status, None)
    assert told(database, parcel, "failure", 90, now).cancelled_at is None


def test_scans_keep_their_raw_time_and_the_clock_of_their_place(database, parcel, now):
    raw = "2026-11-21T08:40:00-05:00"
    happened_at = datetime.fromisoformat(raw)
    event = scan(5, "in_transit", 20, happened_at_raw=raw, happened_at=happened_at, city="Hamburg", country="DE")
    apply_all(database, parcel, [event], now)
    with database.read() as session:
        row = session.scalars(select(Scan)).one()
    assert (row.time_raw, row.local_time, row.zone_source) == (raw, "2026-11-21T14:40", "offset")
    assert (row.instant, row.place, row.country) == (happened_at, "Hamburg", "DE")


@pytest.mark.asked
def test_a_scan_without_a_readable_time_stands_where_we_were_told_of_it(database, parcel, now):
    found = apply_all(database, parcel, [scan(5, "in_transit", 20, happened_at=None, happened_at_raw="soon")], now)
    with database.read() as session:
        row = session.scalars(select(Scan)).one()
    assert (found.state, row.time_raw, row.zone_source) == ("in_transit", "soon", "assumed")


@pytest.mark.parametrize("years_off", [-56, 73, 2])
def test_a_scan_of_a_time_that_cannot_be_stands_where_we_were_told_of_it(database, parcel, now, years_off):
    event = scan(5, "in_transit", 20)
    impossible = event.fact_at.replace(year=event.fact_at.year + years_off)
    event = replace(event, happened_at=impossible, happened_at_raw=impossible.isoformat())

    found = apply_all(database, parcel, [event, scan(6, "delivered", 75)], now)

    with database.read() as session:
        row = session.scalars(select(Scan).where(Scan.key == "4005")).one()
    assert (row.instant, row.time_raw, row.zone_source) == (event.fact_at, impossible.isoformat(), "assumed")
    assert (found.state, found.accepted_at) == ("delivered", event.fact_at)


def test_a_scan_of_a_clock_that_is_hours_ahead_stands_where_it_says(database, parcel, now):
    event = scan(5, "in_transit", 20)
    ahead = replace(event, fact_at=event.fact_at - timedelta(hours=14))
    apply_all(database, parcel, [ahead], now)
    with database.read() as session:
        assert session.scalars(select(Scan)).one().instant == event.happened_at


def test_what_arrives_before_its_order_or_parcel_says_what_is_missing(database, shop, now):
    with database.write() as session, pytest.raises(OrderNotKnown) as no_order:
        apply_fulfillment(session, shop.id, fulfillment(), now)
    with database.write() as session, pytest.raises(ShipmentNotKnown) as no_parcel:
        apply_event(session, shop.id, MOVING, now)
    assert no_order.value.order_shopify_id == 1042
    assert (no_parcel.value.fulfillment_shopify_id, no_parcel.value.order_shopify_id) == (3001, 1042)


def test_otto_cannot_move_maras_parcel(database, parcel, other_shop, now):
    with database.write() as session, pytest.raises(ShipmentNotKnown):
        apply_event(session, other_shop.id, DELIVERED, now)
    with database.read() as session:
        assert find(session, other_shop.id, 3001) is None
    assert the_parcel(database, parcel).state == "awaiting_data"


@pytest.mark.asked
def test_the_carriers_newest_estimate_is_kept(database, parcel, now):
    early, late = PLACED + timedelta(days=4), PLACED + timedelta(days=6)
    events = [
        scan(7, "delayed", 40, estimated_delivery_at=late),
        scan(6, "in_transit", 20, estimated_delivery_at=early),
    ]
    found = apply_all(database, parcel, events, now)
    assert (found.state, found.carrier_eta) == ("delayed", late)


def test_a_hostile_and_endless_event_fits_its_columns(database, parcel, now):
    loud = scan(7, "x" * 300, 20, message="<script>" * 200, city="{{ 7 * 7 }}" * 60, happened_at_raw="9" * 300)
    assert apply_all(database, parcel, [loud], now).state == "awaiting_data"


@pytest.mark.asked
def test_forgetting_ada_leaves_states_and_times_but_no_trace_of_her(database, parcel, now):
    apply_all(database, parcel, [scan(4, "delivered", 75, message="Handed to ADA LINDHOLM")], now)
    with database.write() as session:
        assert forget(session, parcel.id, None, (1042,)) == 1
    found = the_parcel(database, parcel)
    with database.read() as session:
        row = session.scalars(select(Scan)).one()
    assert (found.state, found.numbers, found.urls) == ("delivered", [], [])
    assert (row.text, row.place, row.state) == (None, None, "delivered")


@pytest.mark.asked
def test_what_comes_after_ada_was_forgotten_brings_no_trace_of_her_back(database, parcel, now):
    with database.write() as session:
        forget(session, parcel.id, None, (1042,))
        forget_orders(session, parcel.id, None, (1042,))
    later = fulfillment(fact_at=PLACED + timedelta(days=2), events=(replace(DELIVERED, message="Handed to ADA"),))
    with database.write() as session:
        apply_fulfillment(session, parcel.id, later, now)
        apply_event(session, parcel.id, replace(OUT, message="To ADA LINDHOLM", city="Göteborg"), now)
        apply_whole_order(session, parcel.id, order(fact_at=PLACED + timedelta(days=3), fulfillments=(later,)), now)
        delete_event(session, parcel.id, replace(MOVING, message="From ADA", city="Göteborg"), now)

    found = the_parcel(database, parcel)
    with database.read() as session:
        said = session.execute(select(Scan.text, Scan.place).distinct()).all()
    assert (found.state, found.kind) == ("delivered", "parcel")
    assert (found.numbers, found.urls, found.name) == ([], [], None)
    assert said == [(None, None)]


@pytest.mark.asked
def test_lines_that_move_to_another_parcel_leave_this_one(database, parcel, now):
    with database.write() as session:
        apply_fulfillment(session, parcel.id, fulfillment(lines=((9001, 2), (9002, 1))), now)
        apply_fulfillment(session, parcel.id, fulfillment(lines=((9002, 1),)), now)
        kept = [(row.line_shopify_id, row.quantity) for row in session.scalars(select(ShipmentLine))]
    assert kept == [(9002, 1)]


def test_an_order_without_address_and_number_is_collected_in_the_shop(database, shop, now):
    with database.write() as session:
        apply_order(session, shop.id, order(shipping_address=None), now)
        found = apply_fulfillment(session, shop.id, fulfillment(company=None, numbers=()), now)
        assert found.kind == "pickup"


@pytest.mark.parametrize("told", [Delivery.RETAIL, None])
def test_what_was_taken_along_at_the_till_arrived_when_it_was_handed_over(database, shop, now, told):
    sold = order(channel="pos", delivery=told, shipping_address=None)
    with database.write() as session:
        apply_order(session, shop.id, sold, now)
        for _ in range(2):  # the same word again changes nothing
            found = apply_fulfillment(session, shop.id, fulfillment(company=None, numbers=()), now)
        assert (found.state, found.delivered_at) == ("delivered", fulfillment().created_at)
    assert happened(database).count("ShipmentDelivered") == 1


@pytest.mark.parametrize(
    "sold",
    [
        order(channel="pos", delivery=Delivery.SHIPPING),
        order(channel="pos", delivery=Delivery.PICK_UP, shipping_address=None),
        order(channel="web", shipping_address=None),
    ],
    ids=["sent home", "collected later", "ordered online"],
)
def test_what_was_not_taken_along_is_awaited(database, shop, now, sold):
    with database.write() as session:
        apply_order(session, shop.id, sold, now)
        found = apply_fulfillment(session, shop.id, fulfillment(company=None, numbers=()), now)
        assert (found.state, found.delivered_at) == ("awaiting_data", None)


@pytest.mark.asked
def test_deliveries_that_arrive_at_the_same_moment_leave_one_parcel_and_one_truth(database, shop, now):
    with database.write() as session:
        apply_order(session, shop.id, order(), now)
    whole = fulfillment(events=(PICKED_UP, MOVING, OUT, DELIVERED, scan(8, "teleported", 30)))

    def deliver(_: int) -> None:
        with database.write() as session:
            apply_fulfillment(session, shop.id, whole, now)

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(deliver, range(16)))
    assert the_parcel(database, shop).state == "delivered"
    assert happened(database) == ["ShipmentCreated", "ShipmentMoved", "ShipmentDelivered"]
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Scan)) == 5
        assert session.scalars(select(UnknownCode)).one().count == 1


@pytest.mark.asked
def test_an_unknown_word_on_many_parcels_at_once_is_counted_for_each(database, shop, now):
    with database.write() as session:
        apply_order(session, shop.id, order(), now)
        for number in range(1, 9):
            apply_fulfillment(session, shop.id, fulfillment(number), now)

    def deliver(number: int) -> None:
        with database.write() as session:
            event = scan(number, "teleported", 30, fulfillment_id=3000 + number)
            apply_event(session, shop.id, event, now)

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(deliver, range(1, 9)))
    with database.read() as session:
        assert session.scalars(select(UnknownCode)).one().count == 8
