"""A database from before orders kept what they were worth in the shop's money: what it knows, and what is read anew."""

from __future__ import annotations

from datetime import datetime

import pytest
from alembic import command
from returns_counter import Counter, open_counter, shirts
from sqlalchemy import select

from jobs.catch_up import read_next_page
from shopify_app.db import Database
from shopify_app.migrate import alembic_config, is_current, upgrade
from shopify_app.orders.models import Order
from shopify_app.shipments.models import Shipment
from shopify_app.shops.models import Backfill


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return open_counter(database, database_url)


def read_all(counter: Counter) -> None:
    while read_next_page(counter.wire.adapters, counter.shop_id):
        pass


def known_since(counter: Counter) -> list[datetime | None]:
    with counter.database.read() as session:
        return list(session.scalars(select(Shipment.delivery_known_at).order_by(Shipment.id)))


def told(counter: Counter) -> dict[str, int | None]:
    with counter.database.read() as session:
        return {row.currency: row.shop_total for row in session.scalars(select(Order))}


def put_back(counter: Counter, url: str) -> None:
    """The database as 0025 left it, brought to today's tables again."""
    counter.database.engine.dispose()
    command.stamp(alembic_config(url), "head")
    command.downgrade(alembic_config(url), "0025")
    assert not is_current(url)
    upgrade(url)
    counter.database.engine.dispose()


@pytest.mark.parametrize("is_abroad", [True, False])
def test_only_a_shop_with_orders_in_other_money_reads_its_orders_once_more(
    counter: Counter, database_url: str, is_abroad: bool
) -> None:
    if is_abroad:
        counter.desk = shirts(counter.stage, counter.desk.variants, 1, presentment_currency="SEK")
        counter.learn()
    with counter.database.write() as session:
        for kind in ("products", "orders"):
            done = {"started_at": counter.now(), "finished_at": counter.now(), "cursor": None}
            session.add(Backfill(shop_id=counter.shop_id, kind=kind, **done))
    before, deliveries = told(counter), known_since(counter)
    assert any(deliveries)

    put_back(counter, database_url)

    assert known_since(counter) == deliveries
    assert told(counter) == dict.fromkeys(before)
    with counter.database.read() as session:
        open_kinds = set(session.scalars(select(Backfill.kind).where(Backfill.finished_at.is_(None))))
    assert open_kinds == ({"orders"} if is_abroad else set())

    read_all(counter)
    assert told(counter) == (before if is_abroad else dict.fromkeys(before))
