"""What follows from events is done once, alone, and found again when its message was lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from jobs import merges
from jobs.reactions import FOLLOWERS, REACTIONS, do_duty
from jobs.sweep import GRACE, PATIENCE, Sweep
from shopify_app import events
from shopify_app.automations import kept_dry_run
from shopify_app.customers.projection import apply_customer, merge_customers
from shopify_app.db import Database
from shopify_app.events import Reaction, ShopInstalled, record
from shopify_app.orders.models import Order
from shopify_app.orders.projection import apply_order, apply_refund
from shopify_app.queue import celery
from shopify_app.recommendations.models import CountedOrder, ReturnedItem
from shopify_app.shops.models import Backfill, Shop
from shopify_app.wiring import Adapters
from stage import ada, line, order, refund
from webhooks.inbox import Delivery, pack

pytestmark = pytest.mark.again

TWO = (line(1), line(2))


def duties(database: Database, *followers: str) -> list[Reaction]:
    with database.read() as session:
        wanted = select(Reaction).order_by(Reaction.id)
        return [row for row in session.scalars(wanted) if not followers or row.follower in followers]


def do_all(adapters: Adapters) -> None:
    for row in duties(adapters.database):
        do_duty(adapters, row.id)


def count(database: Database, model: Any) -> int:
    with database.read() as session:
        return len(session.scalars(select(model)).all())


def test_every_follower_is_known_and_every_event_it_follows_exists():
    named = {name for names in FOLLOWERS.values() for name in names}

    assert named == set(REACTIONS)
    assert all(issubclass(getattr(events, kind), events.Happening) for kind in FOLLOWERS)


def test_an_installation_starts_reading_the_past(adapters: Adapters, shop: Shop):
    with adapters.database.write() as session:
        record(session, shop.id, ShopInstalled(again=False), adapters.clock.now())
    do_all(adapters)

    assert count(adapters.database, Backfill) == 7
    assert {row.state for row in duties(adapters.database)} == {"done"}


@pytest.mark.asked
def test_a_paid_order_counts_once_and_a_full_refund_takes_it_back(adapters: Adapters, shop: Shop):
    now = adapters.clock.now()
    with adapters.database.write() as session:
        apply_order(session, shop.id, order(lines=TWO), now)
    do_all(adapters)
    for row in duties(adapters.database):
        do_duty(adapters, row.id)  # the message came twice
    assert count(adapters.database, CountedOrder) == 1

    with adapters.database.write() as session:
        apply_refund(session, shop.id, refund(), now)
    do_all(adapters)
    assert count(adapters.database, CountedOrder) == 0
    assert count(adapters.database, ReturnedItem) == 1


def test_a_cancelled_order_teaches_nothing(adapters: Adapters, shop: Shop):
    now = adapters.clock.now()
    with adapters.database.write() as session:
        apply_order(session, shop.id, order(lines=TWO), now)
    do_all(adapters)
    with adapters.database.write() as session:
        apply_order(session, shop.id, order(lines=TWO, cancelled_at=now, fact_at=now), now)
    do_all(adapters)

    assert count(adapters.database, CountedOrder) == 0


@pytest.mark.asked
def test_a_duty_that_fails_keeps_its_reason_and_holds_up_no_other(adapters: Adapters, shop: Shop):
    with adapters.database.write() as session:
        apply_order(session, shop.id, order(lines=TWO), adapters.clock.now())
        session.execute(update(Reaction).where(Reaction.follower == "attribute_order").values(follower="count_order_"))
    do_all(adapters)

    (broken,) = duties(adapters.database, "count_order_")
    (good,) = duties(adapters.database, "count_order")
    assert (broken.state, broken.error, broken.attempts) == ("pending", "KeyError", 1)
    assert good.state == "done"


def test_orders_follow_the_customer_who_was_kept(adapters: Adapters, shop: Shop, other_shop: Shop):
    now = adapters.clock.now()
    with adapters.database.write() as session:
        kept = apply_customer(session, shop.id, ada(shopify_id=500), now).id
        apply_order(session, shop.id, order(), now)
        merge_customers(session, shop.id, 500, 501, now)
    do_all(adapters)

    with adapters.database.read() as session:
        assert session.scalars(select(Order.customer_id)).all() == [kept]


def test_another_shops_rows_do_not_follow(adapters: Adapters, shop: Shop, other_shop: Shop):
    with adapters.database.write() as session:
        theirs = apply_order(session, other_shop.id, order(), adapters.clock.now())
        before = theirs.customer_id
        merges.follow(session, shop.id, 999, before or 0)
    with adapters.database.read() as session:
        assert session.scalars(select(Order.customer_id)).all() == [before]


class Broker:
    """Takes messages, unless it is away."""

    def __init__(self) -> None:
        self.messages: list[tuple[Any, ...]] = []
        self.is_away = False

    def __call__(self, task: str, *args: Any) -> bool:
        if not self.is_away:
            self.messages.append((task, *args))
        return not self.is_away


@pytest.fixture
def broker_of_words() -> Broker:
    return Broker()


def waiting(adapters: Adapters, shop: Shop, number: int = 1) -> int:
    now = adapters.clock.now()
    row = Delivery(
        **{"shop_id": shop.id, "webhook_id": f"w{number}", "topic": "orders/create", "body": pack(b"{}")},
        **{"received_at": now, "due_at": now},
    )
    with adapters.database.write() as session:
        session.add(row)
    return row.id


@pytest.mark.asked
def test_the_sweep_finds_what_a_lost_message_left_behind(
    adapters: Adapters, shop: Shop, clock: Any, broker_of_words: Broker
):
    delivery = waiting(adapters, shop)
    with adapters.database.write() as session:
        record(session, shop.id, ShopInstalled(again=False), clock.now())
        session.add(Backfill(shop_id=shop.id, kind="orders", started_at=clock.now()))
    reactions = [row.id for row in duties(adapters.database)]

    Sweep(broker_of_words)(adapters, clock.now() + GRACE)

    assert sorted(broker_of_words.messages) == [
        ("jobs.catch_up", shop.id),
        ("jobs.react", *reactions),
        ("webhooks.handle", delivery),
    ]


def test_a_dry_run_that_nobody_takes_further_is_sent_for(
    adapters: Adapters, shop: Shop, clock: Any, broker_of_words: Broker
):
    with adapters.database.write() as session:
        run_id = kept_dry_run.begin(session, shop.id, 90, "1", clock.now())
    Sweep(broker_of_words)(adapters, clock.now() + GRACE)

    assert broker_of_words.messages == [(kept_dry_run.TASK, run_id)]
    assert kept_dry_run.TASK in celery.tasks


def test_a_row_whose_own_message_is_on_the_way_is_left_alone(
    adapters: Adapters, shop: Shop, clock: Any, broker_of_words: Broker
):
    waiting(adapters, shop)
    Sweep(broker_of_words)(adapters, clock.now())

    assert broker_of_words.messages == []


def test_a_backlog_is_sent_for_once_and_again_after_half_a_minute(
    adapters: Adapters, shop: Shop, clock: Any, broker_of_words: Broker
):
    ids = [waiting(adapters, shop, number) for number in range(45)]
    sweep, now = Sweep(broker_of_words), clock.advance(seconds=5)
    sweep(adapters, now)
    sweep(adapters, now + timedelta(seconds=2))

    assert [len(message) - 1 for message in broker_of_words.messages] == [20, 20, 5]
    assert [row_id for _, *some in broker_of_words.messages for row_id in some] == ids

    sweep(adapters, now + PATIENCE)
    assert len(broker_of_words.messages) == 6


def test_a_broker_that_is_away_is_waited_for(adapters: Adapters, shop: Shop, clock: Any, broker_of_words: Broker):
    waiting(adapters, shop)
    sweep, now = Sweep(broker_of_words), clock.advance(seconds=5)
    broker_of_words.is_away = True
    assert sweep(adapters, now) is False

    broker_of_words.is_away = False
    assert sweep(adapters, now + timedelta(seconds=2)) is True
    assert len(broker_of_words.messages) == 1
