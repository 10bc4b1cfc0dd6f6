"""Orders, parcels and views of a day, counted from their rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from shopify_app.customers.models import Customer
from shopify_app.db import Database
from shopify_app.insights.counts import Count, Sums, Tally
from shopify_app.insights.lookups import count_look_up
from shopify_app.insights.models import ProductDay
from shopify_app.insights.periods import day_of
from shopify_app.orders.models import PageView
from shopify_app.recommendations.models import Attribution, CardClick
from shopify_app.settings.store import save
from shopify_app.settings.tracking import Tracking
from shopify_app.shipments.models import Shipment, TransitCounted
from shopify_app.shops.models import Shop

Counted = Callable[..., Sums]


def person(database: Database, shop: Shop, now: datetime, number: int = 501) -> int:
    with database.write() as session:
        ada = Customer(shop_id=shop.id, shopify_id=number, fact_at=now)
        session.add(ada)
    return ada.id


def parcel(shop: Shop, order_id: int, now: datetime, **changes: Any) -> Shipment:
    known = {"shopify_id": 3000 + order_id, "carrier": "postnord", "destination": "SE", "state": "delivered"}
    known |= {"shipped_at": now - timedelta(days=2), "delivered_at": now - timedelta(days=1), "fact_at": now}
    return Shipment(shop_id=shop.id, order_id=order_id, **known | changes)


@pytest.mark.again
def test_a_currency_is_never_added_to_another(placed: Any, counted: Counted) -> None:
    placed(1042, subtotal=9000)
    placed(1043, subtotal=120000, currency="SEK")

    found = counted()

    assert found.currencies(Count.SALES) == {"EUR": 9000, "SEK": 120000}
    assert found.total(Count.ORDERS) == 2


def test_tests_cancelled_and_deleted_orders_are_none(placed: Any, counted: Counted, now: datetime) -> None:
    placed(1042, is_test=True)
    placed(1043, cancelled_at=now)
    placed(1044, deleted_at=now)

    assert counted().numbers == {}


@pytest.mark.again
def test_an_order_belongs_to_the_day_on_the_shops_clock(placed: Any, counted: Counted) -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # half an hour past midnight in Stockholm
    placed(1042, placed_at=late)

    counted()

    assert day_of(late, "Europe/Stockholm").isoformat() == "2026-11-23"
    assert counted(reach=1).total(Count.ORDERS) == 1


@pytest.mark.again
def test_a_second_order_of_a_customer_is_by_a_known_one(
    placed: Any, counted: Counted, database: Database, shop: Shop, now: datetime
) -> None:
    ada = person(database, shop, now)
    placed(1042, days_ago=40, customer_id=ada)
    placed(1043, days_ago=3, customer_id=ada, subtotal=5000)
    placed(1044, days_ago=2)

    found = counted()

    assert (found.total(Count.ORDERS), found.total(Count.ORDERS_AGAIN)) == (2, 1)
    assert found.total(Count.SALES_AGAIN, "EUR") == 5000


def test_products_keep_units_and_what_was_paid_without_gift_cards(
    placed: Any, counted: Counted, database: Database
) -> None:
    placed(1042, lines=({"quantity": 2}, {"is_gift_card": True}, {"product_shopify_id": 702, "discounts": []}))

    found = counted()

    with database.read() as session:
        rows = {row.product_id: (row.units, row.sales) for row in session.scalars(select(ProductDay))}
    assert rows == {701: (2, 19000), 702: (1, 10000)}
    assert found.total(Count.UNITS) == 3


def test_hand_over_counts_from_the_first_scan_and_against_the_promise_of_that_day(
    placed: Any, counted: Counted, database: Database, shop: Shop, now: datetime
) -> None:
    monday = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    with database.write() as session:
        save(session, shop.id, Tracking(handover_days=1), "mara", monday - timedelta(days=30))
    in_time, late, _open = (placed(number, placed_at=monday) for number in (1042, 1043, 1044))
    placed(1045, placed_at=monday, lines=({"current_quantity": 0},))  # refunded before it was sent
    with database.write() as session:
        session.add(parcel(shop, in_time, now, accepted_at=monday + timedelta(hours=20)))
        session.add(parcel(shop, late, now, accepted_at=None, shipped_at=monday + timedelta(hours=60)))

    found = counted()

    assert found.keys(Count.HANDED_OVER) == {"000024": 1, "000072": 1}
    assert (found.total(Count.HAND_OVER_PROMISED), found.total(Count.HAND_OVER_KEPT)) == (3, 1)


@pytest.mark.again
def test_without_a_hand_over_promise_none_is_kept_or_broken(placed: Any, counted: Counted) -> None:
    placed(1042, days_ago=9)

    assert counted().total(Count.HAND_OVER_PROMISED) == 0


def test_a_delivery_keeps_its_first_promise_breaks_it_or_had_none(
    placed: Any, counted: Counted, database: Database, shop: Shop, now: datetime
) -> None:
    orders = {placed(number, days_ago=5): error for number, error in ((1042, 0), (1043, 2), (1044, None))}
    elsewhere = placed(1045, days_ago=5)
    with database.write() as session:
        for order_id, error in orders.items():
            sent = parcel(shop, order_id, now)
            session.add(sent)
            session.flush()
            session.add(
                TransitCounted(shop_id=shop.id, shipment_id=sent.id, working_days=3, error_days=error, counted_at=now)
            )
        session.add(parcel(shop, elsewhere, now, carrier=None, company="Budbee AB", destination="NO"))

    found = counted()

    assert found.keys(Count.DELIVERED) == {"postnord|SE": 3, "budbee ab|NO": 1}
    assert found.keys(Count.DELIVERED_PROMISED) == {"postnord|SE": 2}
    assert found.keys(Count.DELIVERED_KEPT) == {"postnord|SE": 1}
    assert (found.total(Count.TRANSIT_DAYS), found.total(Count.TRANSIT_PARCELS)) == (9, 3)


def test_who_opened_a_page_and_went_on_is_counted_once_a_day(
    placed: Any, counted: Counted, database: Database, shop: Shop, now: datetime
) -> None:
    ada, ben = placed(1042, days_ago=5), placed(1043, days_ago=5)
    with database.write() as session:
        for order_id, surface, count in ((ada, "proxy", 4), (ada, "link", 1), (ben, "link", 1)):
            session.add(PageView(shop_id=shop.id, order_id=order_id, day=now.date(), surface=surface, count=count))
        for _ in range(2):
            session.add(CardClick(shop_id=shop.id, order_id=ada, product_id=701, clicked_at=now))

    found = counted()

    assert found.keys(Count.VIEWS) == {"proxy": 4, "link": 2}
    assert (found.total(Count.OPENED), found.total(Count.WENT_ON), found.total(Count.CLICKS)) == (2, 1, 2)


def test_sales_that_followed_a_card_are_strict_or_broad_and_keep_their_refunds(
    placed: Any, counted: Counted, database: Database, shop: Shop, now: datetime
) -> None:
    orders = {placed(1042, days_ago=2): (True, 0), placed(1043, days_ago=2): (False, 1500)}
    with database.write() as session:
        for order_id, (strict, refunded) in orders.items():
            click = CardClick(shop_id=shop.id, order_id=1, product_id=701, clicked_at=now)
            session.add(click)
            session.flush()
            known = {"gross": 9000, "refunded": refunded, "currency": "EUR", "attributed_at": now}
            session.add(Attribution(shop_id=shop.id, order_id=order_id, click_id=click.id, strict=strict, **known))

    found = counted()

    assert found.keys(Count.CARD_SALES, "EUR") == {"product|broad": 9000, "product|strict": 9000}
    assert found.keys(Count.CARD_REFUNDED, "EUR") == {"product|broad": 1500}


def test_look_ups_are_counted_as_they_happen(counted: Counted, database: Database, shop: Shop, now: datetime) -> None:
    for found in (True, False, True):
        with database.write() as session:
            count_look_up(session, shop, found, now)

    sums = counted(reach=1)

    assert (sums.total(Count.LOOKUPS_ANSWERED), sums.total(Count.LOOKUPS_MISSED)) == (2, 1)


@pytest.mark.again
def test_otto_counts_nothing_of_maras(placed: Any, counted: Counted, other_shop: Shop) -> None:
    placed(1042)

    assert counted(of=other_shop.id).numbers == {}


def test_a_tally_writes_no_zeros() -> None:
    tally = Tally()
    tally.add(Count.ORDERS, 0)

    assert tally.numbers == {}
