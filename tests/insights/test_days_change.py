"""Which days are counted again, and that to count again mends and never adds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from returned import wanted
from sqlalchemy import delete, select

from jobs.insights import count_shop, mark_lately
from jobs.merges import follow
from letters import Shopify, adapters_for, configured
from shopify_app import events
from shopify_app.customers.models import Customer
from shopify_app.db import Database
from shopify_app.events import Event
from shopify_app.insights import days
from shopify_app.insights.counts import Count, Sums
from shopify_app.insights.models import StaleDay
from shopify_app.insights.periods import Span
from shopify_app.insights.report import freshness, sums
from shopify_app.orders.models import Order
from shopify_app.returns.ledger import Account
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import LedgerRow, ReleaseGroup
from shopify_app.returns.vocabulary import Outcome
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import save
from shopify_app.settings.tracking import Tracking
from shopify_app.shops.models import Shop
from shopify_app.wiring import Adapters


@pytest.fixture
def adapters(database_url: str, tmp_path: Any, database: Database, clock: Any) -> Adapters:
    return adapters_for(configured(database_url, tmp_path), database, clock, Shopify())


@pytest.fixture
def year(database: Database, shop: Shop, now: datetime) -> Callable[[], Sums]:
    def read() -> Sums:
        with database.read() as session:
            return sums(session, shop.id, Span(now.date() - timedelta(days=365), now.date()))

    return read


def told(database: Database, shop: Shop, happening: events.Happening, at: datetime) -> None:
    with database.write() as session:
        events.record(session, shop.id, happening, at)


@pytest.mark.again
def test_the_first_count_takes_every_day_since_the_first_order(
    adapters: Adapters, database: Database, shop: Shop, placed: Any, year: Callable[[], Sums]
) -> None:
    placed(1042, days_ago=30)

    assert count_shop(adapters, shop.id) == 31
    assert year().total(Count.ORDERS) == 1
    with database.read() as session:
        assert freshness(session, shop.id).waiting == 0


@pytest.mark.again
def test_to_count_a_day_twice_is_to_count_it_once(
    adapters: Adapters, database: Database, shop: Shop, placed: Any, year: Callable[[], Sums], now: datetime
) -> None:
    placed(1042, days_ago=1)
    count_shop(adapters, shop.id)
    before = year().numbers

    days.recount(database, shop.id, now.date() - timedelta(days=1), now)

    assert year().numbers == before


@pytest.mark.again
def test_a_late_change_is_found_on_the_day_it_belongs_to(
    adapters: Adapters, database: Database, shop: Shop, placed: Any, year: Callable[[], Sums], now: datetime
) -> None:
    order_id = placed(1042, days_ago=30)
    count_shop(adapters, shop.id)
    with database.write() as session:
        session.get_one(Order, order_id).cancelled_at = now
    told(database, shop, events.OrderCancelled(order_id), now)

    assert count_shop(adapters, shop.id) == 3  # that day, yesterday, today
    assert year().total(Count.ORDERS) == 0


@pytest.mark.again
def test_an_event_is_looked_at_again_while_it_is_young_and_not_for_ever(
    adapters: Adapters, clock: Any, database: Database, shop: Shop, placed: Any, now: datetime
) -> None:
    order_id = placed(1042, days_ago=30)
    count_shop(adapters, shop.id)
    told(database, shop, events.OrderChanged(order_id), now)

    seen = [count_shop(adapters, shop.id)]
    clock.advance(minutes=20)
    seen += [count_shop(adapters, shop.id), count_shop(adapters, shop.id)]

    assert seen == [3, 3, 2]


def test_a_return_marks_the_day_it_was_asked_for(
    adapters: Adapters, database: Database, shop: Shop, placed: Any, now: datetime
) -> None:
    order_id = placed(1042, days_ago=30)
    count_shop(adapters, shop.id)
    with database.write() as session:
        asked = Return(shop_id=shop.id, order_id=order_id, rma="R-1042-1", currency="EUR")
        asked.requested_at = now - timedelta(days=9)
        session.add(asked)
    told(database, shop, events.ReturnApproved(order_id, asked.id), now)

    assert day_marks(adapters, database, shop)[now.date() - timedelta(days=9)] == 1


def test_a_delivery_that_was_taken_back_is_taken_off_its_old_day(
    adapters: Adapters, database: Database, shop: Shop, placed: Any, now: datetime
) -> None:
    order_id = placed(1042, days_ago=30)
    once = now - timedelta(days=12)
    told(database, shop, events.ShipmentDelivered(order_id, 1, once), now - timedelta(days=12))
    count_shop(adapters, shop.id)
    told(database, shop, events.ShipmentMoved(order_id, 1, was="delivered", state="in_transit", at=None), now)

    assert once.date() in day_marks(adapters, database, shop)


def test_a_shop_that_moves_to_another_time_zone_is_counted_anew(
    adapters: Adapters, database: Database, shop: Shop, placed: Any
) -> None:
    placed(1042, days_ago=30)
    count_shop(adapters, shop.id)
    with database.write() as session:
        session.get_one(Shop, shop.id).timezone = "America/Los_Angeles"

    assert count_shop(adapters, shop.id) > 30


@pytest.mark.again
def test_numbers_of_deleted_events_that_come_again_are_not_overlooked(
    adapters: Adapters, clock: Any, database: Database, shop: Shop, placed: Any, now: datetime
) -> None:
    order_id = placed(1042, days_ago=30)
    for _ in range(5):
        told(database, shop, events.OrderChanged(order_id), now)
    clock.advance(minutes=20)
    count_shop(adapters, shop.id)
    with database.write() as session:
        session.execute(delete(Event))
    told(database, shop, events.OrderChanged(order_id), clock.now())

    assert now.date() - timedelta(days=30) in day_marks(adapters, database, shop)


def test_a_mark_that_was_made_meanwhile_stays(database: Database, shop: Shop, now: datetime) -> None:
    today = now.date()
    with database.write() as session:
        days.mark(session, shop.id, {today})
    with database.write() as session:
        days.mark(session, shop.id, {today})

    days.recount(database, shop.id, today, now, marks=1)

    with database.read() as session:
        assert session.scalars(select(StaleDay.day)).all() == [today]


def test_a_refund_is_timed_on_its_day_though_its_settlement_ends_much_later(
    adapters: Adapters, database: Database, shop: Shop, placed: Any, year: Callable[[], Sums], now: datetime
) -> None:
    order_id, once = placed(1042, days_ago=12), now - timedelta(days=8)
    with database.write() as session:
        asked = wanted(session, session.get_one(Order, order_id), now - timedelta(days=11), outcome=Outcome.REFUND)
        group = session.scalars(select(ReleaseGroup).where(ReleaseGroup.return_id == asked.id)).one()
        known = {"shop_id": shop.id, "order_id": order_id, "return_id": asked.id, "group_id": group.id, "at": once}
        known |= {"posting": f"g{group.id}.process", "currency": "EUR"}
        session.add(LedgerRow(position=1, account=Account.GOODS, amount=5000, **known))
        session.add(LedgerRow(position=2, account=Account.REFUND, amount=-5000, **known))
    count_shop(adapters, shop.id)
    assert year().total(Count.REFUNDED_AFTER) == 0
    with database.write() as session:
        session.get_one(ReleaseGroup, group.id).state = "settled"
    told(database, shop, events.GroupSettled(order_id, asked.id, group.id), now)

    count_shop(adapters, shop.id)

    assert year().total(Count.REFUNDED_AFTER) == 1


class TestKnownCustomers:
    """Whether an order is by a known customer is decided by the customer's other orders, of other days."""

    @pytest.fixture
    def ada(self, database: Database, shop: Shop, now: datetime) -> int:
        return customer(database, shop, now, 501)

    def test_the_first_order_that_is_cancelled_makes_the_second_the_first(
        self, adapters: Adapters, database: Database, shop: Shop, placed: Any, year: Callable[[], Sums], ada: int,
        now: datetime,
    ) -> None:  # fmt: skip
        first = placed(1042, days_ago=6, customer_id=ada)
        placed(1043, days_ago=4, customer_id=ada)
        count_shop(adapters, shop.id)
        assert year().total(Count.ORDERS_AGAIN) == 1
        with database.write() as session:
            session.get_one(Order, first).cancelled_at = now
        told(database, shop, events.OrderCancelled(first), now)

        count_shop(adapters, shop.id)

        assert year().total(Count.ORDERS_AGAIN) == 0

    @pytest.mark.again
    def test_an_older_order_that_is_read_later_makes_the_newer_one_the_second(
        self, adapters: Adapters, database: Database, shop: Shop, placed: Any, year: Callable[[], Sums], ada: int,
        now: datetime,
    ) -> None:  # fmt: skip
        placed(1043, days_ago=4, customer_id=ada)
        count_shop(adapters, shop.id)
        older = placed(1042, days_ago=6, customer_id=ada)
        told(database, shop, events.OrderPlaced(older, now - timedelta(days=6)), now)

        count_shop(adapters, shop.id)

        assert year().total(Count.ORDERS_AGAIN) == 1

    def test_two_customers_who_became_one_are_known_by_both_their_orders(
        self, adapters: Adapters, database: Database, shop: Shop, placed: Any, year: Callable[[], Sums], ada: int,
        now: datetime,
    ) -> None:  # fmt: skip
        other = customer(database, shop, now, 502)
        placed(1042, days_ago=6, customer_id=ada)
        placed(1043, days_ago=4, customer_id=other)
        count_shop(adapters, shop.id)
        told(database, shop, events.CustomersMerged(kept_id=ada, merged_id=other), now)
        with database.write() as session:
            follow(session, shop.id, ada, other)

        count_shop(adapters, shop.id)

        assert year().total(Count.ORDERS_AGAIN) == 1


def test_what_nobody_answers_or_sends_becomes_late_without_any_news(
    adapters: Adapters, clock: Any, database: Database, shop: Shop, placed: Any, year: Callable[[], Sums], now: datetime
) -> None:
    with database.write() as session:
        save(session, shop.id, Tracking(handover_days=8), "mara", now - timedelta(days=40))
        save(session, shop.id, Returns(decide_within_days=8), "mara", now - timedelta(days=40))
    order_id = placed(1042, days_ago=1)
    with database.write() as session:
        wanted(session, session.get_one(Order, order_id), now)
    count_shop(adapters, shop.id)
    late = (Count.HAND_OVER_PROMISED, Count.ANSWER_PROMISED)
    assert [year().total(each) for each in late] == [0, 0]

    clock.advance(days=16)
    mark_lately(adapters, shop.id)
    count_shop(adapters, shop.id)

    assert [year().total(each) for each in late] == [1, 1]


def customer(database: Database, shop: Shop, now: datetime, number: int) -> int:
    with database.write() as session:
        person = Customer(shop_id=shop.id, shopify_id=number, fact_at=now)
        session.add(person)
    return person.id


def day_marks(adapters: Adapters, database: Database, shop: Shop) -> dict[date, int]:
    with database.write() as session:
        days.note_changes(session, shop.id, adapters.clock.now())
        return dict(days.stale_days(session, shop.id))
