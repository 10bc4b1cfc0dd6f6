"""Ada's order is not sent yet: when will it arrive?"""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from shopify_app.orders.projection import apply_order
from shopify_app.settings.store import save
from shopify_app.settings.tracking import Tracking
from shopify_app.shipments.models import TransitCount
from shopify_app.shipments.projection import apply_fulfillment
from shopify_app.shipments.promises import promises_of
from shopify_app.shipments.waiting import hand_over_day, promise_open_orders, promise_order
from stage import PLACED, fulfillment, line, order

# Placed on Friday 20 November at 10:12 in Stockholm; handed over on Monday; one or two working days on the way.
MONDAY, TUESDAY, WEDNESDAY, FRIDAY = (date(2026, 11, day) for day in (23, 24, 25, 27))
SOON = PLACED + timedelta(hours=1)


@pytest.fixture
def stage(database, shop):
    """Mara promises to hand over within one working day and has sent four hundred parcels to Sweden."""

    def place(handover_days: int | None = 1, parcels: int = 400, **changes) -> int:
        with database.write() as session:
            save(session, shop.id, Tracking(handover_days=handover_days), "Mara", SOON)
            half = parcels // 2
            for days in (1, 2):
                session.add(TransitCount(shop_id=shop.id, lane="|||SE", working_days=days, parcels=half))
            return apply_order(session, shop.id, order(**changes), SOON).id

    return place


def promised(database, shop, order_id: int, at=SOON):
    with database.write() as session:
        return promise_order(session, shop.id, order_id, at)


@pytest.mark.again
def test_hand_over_and_transit_make_a_date_for_an_order_that_is_still_packed(database, shop, stage):
    found = promised(database, shop, stage())
    assert (found.likely, found.by, found.shipment_id) == (WEDNESDAY, WEDNESDAY, None)
    assert (found.basis, found.parcels, found.kind) == ("shop_history", 400, "country")


@pytest.mark.again
def test_asking_again_promises_nothing_new(database, shop, stage):
    order_id = stage()
    promised(database, shop, order_id)
    promised(database, shop, order_id, SOON + timedelta(days=1))
    with database.read() as session:
        assert len(promises_of(session, shop.id, order_id, None)) == 1


@pytest.mark.again
def test_a_date_that_passed_while_the_order_was_packed_is_moved_openly(database, shop, stage):
    order_id = stage()
    promised(database, shop, order_id)
    found = promised(database, shop, order_id, SOON + timedelta(days=6))  # Thursday
    assert (found.by, found.because) == (date(2026, 11, 30), "late")


@pytest.mark.again
@pytest.mark.parametrize("changes", [{"handover_days": None}, {"parcels": 40}, {"shipping_address": None}])
def test_without_a_promise_a_history_or_an_address_nothing_is_promised(database, shop, stage, changes):
    assert promised(database, shop, stage(**changes)) is None


def test_a_cancelled_order_is_promised_nothing(database, shop, stage):
    assert promised(database, shop, stage(cancelled_at=PLACED)) is None


def test_what_is_sent_completely_has_its_promises_with_its_parcels(database, shop, stage):
    order_id = stage()
    with database.write() as session:
        apply_fulfillment(session, shop.id, fulfillment(), SOON)
    assert promised(database, shop, order_id) is None


@pytest.mark.again
@pytest.mark.parametrize(("to_send", "is_promised"), [(0, False), (1, True), (None, False)])
def test_what_is_gone_is_promised_only_where_shopify_says_that_a_unit_waits(
    database, shop, stage, to_send, is_promised
):
    """Of two, one was sent and one is gone, which orders from before that was told count as taken out."""
    two = line(1, quantity=2, current_quantity=1, to_send=to_send)
    order_id = stage(lines=(two,), fulfillments=(fulfillment(),))
    with database.write() as session:
        apply_fulfillment(session, shop.id, fulfillment(), SOON)
    assert (promised(database, shop, order_id) is not None) is is_promised


@pytest.mark.again
def test_the_part_that_stayed_behind_keeps_a_promise_of_its_own(database, shop, stage):
    order_id = stage(lines=(line(1), line(2)))
    with database.write() as session:
        apply_fulfillment(session, shop.id, fulfillment(), SOON)
    assert promised(database, shop, order_id).by == WEDNESDAY


@pytest.mark.again
def test_a_voided_parcel_puts_its_goods_back_to_waiting(database, shop, stage):
    order_id = stage()
    with database.write() as session:
        apply_fulfillment(session, shop.id, fulfillment(status="cancelled"), SOON)
    assert promised(database, shop, order_id) is not None


@pytest.mark.parametrize(("hour", "days", "day"), [(10, 1, MONDAY), (10, 0, date(2026, 11, 20)), (14, 0, MONDAY)])
def test_the_hand_over_counts_working_days_from_the_shops_cut_off(hour, days, day):
    tracking = Tracking(handover_days=days, handover_cut_off=time(12))
    assert hand_over_day(PLACED.replace(hour=hour - 1), "Europe/Stockholm", tracking) == day


def test_the_clock_promises_for_every_open_order_and_leaves_old_ones_alone(database, shop, stage):
    fresh = [stage(), stage_more(database, shop, 2)]
    old = stage_more(database, shop, 3, placed_at=PLACED - timedelta(days=90))
    with database.write() as session:
        after = promise_open_orders(session, shop.id, SOON, limit=1)
        assert promise_open_orders(session, shop.id, SOON, after=after or 0) is None
    with database.read() as session:
        made = [len(promises_of(session, shop.id, order_id, None)) for order_id in (*fresh, old)]
    assert made == [1, 1, 0]


def stage_more(database, shop, number: int, **changes) -> int:
    with database.write() as session:
        more = order(shopify_id=1042 + number, name=f"#{1042 + number}", lines=(line(10 + number),), **changes)
        return apply_order(session, shop.id, more, SOON).id


def test_an_order_that_comes_later_is_never_promised_earlier() -> None:
    tracking = Tracking(handover_days=1)
    friday = datetime(2026, 11, 27, 9, tzinfo=UTC)
    promised = [hand_over_day(friday + timedelta(hours=hours), "Europe/Berlin", tracking) for hours in range(100)]
    assert promised == sorted(day for day in promised if day)
    assert promised[0] == date(2026, 11, 30)  # Friday before noon: Monday
    assert promised[24] == date(2026, 12, 1)  # Saturday counts from Monday
