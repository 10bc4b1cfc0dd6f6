"""How workers leave SQLite's one writer's place to the intake, and when they take it back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from jobs.courtesy import (
    LASTING_SECONDS,
    LONGEST_REST_SECONDS,
    LONGEST_STANDSTILL_SECONDS,
    LOOK_SECONDS,
    REST_SECONDS,
    SHARE,
    Courtesy,
)
from shopify_app.db import Database
from shopify_app.shops.models import Shop
from webhooks.inbox import Delivery

WRITE_SECONDS = 0.005


@dataclass
class Afternoon:
    """A worker that only writes, and Shopify's deliveries, `per_second` of them, while it writes and rests."""

    database: Database
    shop: Shop
    seconds: float = 0.0
    rested: list[float] = field(default_factory=list)
    _owed: float = 0.0

    def __post_init__(self) -> None:
        self.courtesy = Courtesy(self.database, self.rest, lambda: self.seconds)
        self.per_second = 0.0

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds
        self._owed += seconds * self.per_second
        if self._owed >= 1:
            arrive(self.database, self.shop, int(self._owed))
            self._owed %= 1

    def rest(self, seconds: float) -> None:
        self.rested.append(seconds)
        self.pass_by(seconds)

    def work(self, seconds: float, per_second: float = 0.0) -> int:
        """How many transactions the worker ends in that time."""
        self.per_second, until, ended = per_second, self.seconds + seconds, 0
        while self.seconds < until:
            self.pass_by(WRITE_SECONDS)
            self.courtesy(WRITE_SECONDS)
            ended += 1
        return ended


@pytest.fixture
def afternoon(database: Database, shop: Shop) -> Afternoon:
    return Afternoon(database, shop)


def arrive(database: Database, shop: Shop, count: int) -> None:
    now = shop.installed_at + timedelta(days=1)
    facts = {"shop_id": shop.id, "topic": "orders/create", "received_at": now, "due_at": now, "state": "pending"}
    with database.write() as session:
        first = session.scalar(select(Delivery.id).order_by(Delivery.id.desc()).limit(1)) or 0
        rows = [facts | {"webhook_id": f"w{first + n}", "attempts": 0} for n in range(count)]
        session.execute(insert(Delivery), rows)


def test_in_a_burst_a_worker_rests_longer_than_it_wrote_and_never_long(afternoon: Afternoon) -> None:
    afternoon.seconds += LOOK_SECONDS
    arrive(afternoon.database, afternoon.shop, 200)

    afternoon.courtesy(0.01)
    arrive(afternoon.database, afternoon.shop, 200)
    afternoon.courtesy(60.0)

    assert afternoon.rested == [0.01 * SHARE, LONGEST_REST_SECONDS]


def test_when_it_is_quiet_a_worker_does_not_rest(afternoon: Afternoon) -> None:
    afternoon.work(2.0, per_second=20)

    assert afternoon.rested == []


def test_the_dozen_deliveries_of_one_order_are_through_within_a_second(afternoon: Afternoon) -> None:
    afternoon.work(1.0)
    arrive(afternoon.database, afternoon.shop, 12)

    assert afternoon.work(1.0) >= 3 * 12  # claimed, carried out, followed
    assert max(afternoon.rested, default=0) <= LONGEST_REST_SECONDS


def test_in_a_rush_that_lasts_a_worker_all_but_stops_and_never_quite(afternoon: Afternoon) -> None:
    afternoon.work(LASTING_SECONDS + REST_SECONDS, per_second=200)
    begun = afternoon.seconds

    ended = afternoon.work(LONGEST_STANDSTILL_SECONDS / 2, per_second=200)

    took = afternoon.seconds - begun
    assert ended == pytest.approx(took / (REST_SECONDS + WRITE_SECONDS), abs=1)
    assert set(afternoon.rested[-ended:]) == {REST_SECONDS}


def test_after_a_minute_of_a_rush_workers_carry_out_a_share_again(afternoon: Afternoon) -> None:
    afternoon.work(LASTING_SECONDS + LONGEST_STANDSTILL_SECONDS + 2 * REST_SECONDS, per_second=200)
    begun = afternoon.seconds

    ended = afternoon.work(30.0, per_second=200)

    assert ended >= (afternoon.seconds - begun) / (WRITE_SECONDS * (SHARE + 1)) - 1
    assert max(afternoon.rested[-ended:]) <= LONGEST_REST_SECONDS


def test_a_rush_that_comes_in_gusts_is_one_too(afternoon: Afternoon) -> None:
    for _ in range(15):
        afternoon.work(0.2, per_second=0)
        afternoon.work(0.2, per_second=400)

    assert REST_SECONDS in afternoon.rested


def test_sixty_at_once_are_no_rush_that_lasts(afternoon: Afternoon) -> None:
    afternoon.work(LASTING_SECONDS)
    arrive(afternoon.database, afternoon.shop, 60)

    afternoon.work(5.0)

    assert max(afternoon.rested) <= LONGEST_REST_SECONDS


def test_when_the_rush_is_over_what_waits_is_carried_out_at_full_speed(afternoon: Afternoon) -> None:
    afternoon.work(20.0, per_second=200)

    late = afternoon.work(2 * REST_SECONDS)
    afternoon.rested.clear()
    ended = afternoon.work(1.0)

    assert late >= 1
    assert afternoon.rested == []
    assert ended == pytest.approx(1.0 / WRITE_SECONDS, abs=1)
