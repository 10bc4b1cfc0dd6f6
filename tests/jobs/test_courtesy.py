from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert

from jobs.courtesy import LONGEST_REST_SECONDS, SHARE, Courtesy
from shopify_app.db import Database
from shopify_app.shops.models import Shop
from webhooks.inbox import Delivery


def arrive(database: Database, shop: Shop, count: int, first: int = 0) -> None:
    now = shop.installed_at + timedelta(days=1)
    facts = {"shop_id": shop.id, "topic": "orders/create", "received_at": now, "due_at": now, "state": "pending"}
    with database.write() as session:
        rows = [facts | {"webhook_id": f"w{first + n}", "attempts": 0} for n in range(count)]
        session.execute(insert(Delivery), rows)


def test_in_a_rush_a_worker_rests_longer_than_it_wrote_and_never_long(database: Database, shop: Shop) -> None:
    rested: list[float] = []
    courtesy = Courtesy(database, rested.append)
    courtesy._looked_at -= 1  # a second ago
    arrive(database, shop, 200)

    courtesy(0.01)
    courtesy(60.0)

    assert rested == [0.01 * SHARE, LONGEST_REST_SECONDS]


def test_when_it_is_quiet_a_worker_does_not_rest(database: Database, shop: Shop) -> None:
    rested: list[float] = []
    courtesy = Courtesy(database, rested.append)
    courtesy._looked_at -= 1
    arrive(database, shop, 5)

    courtesy(0.01)

    assert rested == []
