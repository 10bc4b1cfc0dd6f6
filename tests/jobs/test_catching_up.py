"""Reading a shop's past: page by page, resumed where it was left, and what never reached us found again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text, update

from jobs import catch_up
from letters import Shopify
from shopify_app.catalogue.models import Product
from shopify_app.customers.models import Customer
from shopify_app.db import Database
from shopify_app.orders.models import Order
from shopify_app.shipments.models import Shipment
from shopify_app.shopify.errors import AccessDenied, Throttled
from shopify_app.shops.models import Backfill, Shop
from shopify_app.wiring import Adapters
from stage import PLACED, ada, fulfillment, order, product

pytestmark = pytest.mark.again


@pytest.fixture
def past(shopify: Shopify) -> Shopify:
    """A shop with two products, a customer and 30 orders on three pages."""
    orders = [order(shopify_id=2000 + number, name=f"#{2000 + number}", lines=()) for number in range(30)]
    shopify.pages = {
        "products": [(product(1),), (product(2),)],
        "customers": [(ada(),)],
        "orders": [tuple(orders[:12]), tuple(orders[12:24]), tuple(orders[24:])],
    }
    return shopify


def start(adapters: Adapters, shop: Shop) -> None:
    with adapters.database.write() as session:
        catch_up.start_back_fill(session, shop.id, adapters.clock.now())


def read_all(adapters: Adapters, shop: Shop) -> None:
    while catch_up.read_next_page(adapters, shop.id):
        pass


def rows(database: Database, model: Any) -> list[Any]:
    with database.read() as session:
        return list(session.scalars(select(model)))


def progress(database: Database, kind: str) -> Backfill:
    (row,) = [row for row in rows(database, Backfill) if row.kind == kind]
    return row


@pytest.mark.asked
def test_everything_is_read_and_progress_says_so(adapters: Adapters, shop: Shop, past: Shopify, database: Database):
    start(adapters, shop)
    read_all(adapters, shop)

    assert (len(rows(database, Product)), len(rows(database, Customer)), len(rows(database, Order))) == (2, 1, 30)
    done = progress(database, "orders")
    assert (done.seen, done.expected, done.finished_at) == (30, 30, adapters.clock.now())
    assert all(row.finished_at for row in rows(database, Backfill))


def test_once_the_past_is_read_the_database_knows_how_much_it_was(
    adapters: Adapters, shop: Shop, past: Shopify, database: Database
):
    start(adapters, shop)
    read_all(adapters, shop)

    if adapters.config.is_sqlite:  # PostgreSQL counts by itself
        with database.read() as session:
            counted = session.scalars(text("SELECT stat FROM sqlite_stat1 WHERE tbl = 'order'")).all()
        assert {stat.split()[0] for stat in counted} == {"30"}


def test_orders_of_the_last_sixty_days_are_asked_for(adapters: Adapters, shop: Shop, past: Shopify):
    start(adapters, shop)
    read_all(adapters, shop)

    queries = {which[0] for what, which in past.asked if what == "orders"}
    assert queries == {"created_at:>='2026-09-25T12:00:00Z'"}


@pytest.mark.asked
def test_a_killed_worker_goes_on_from_the_page_it_had_reached(
    adapters: Adapters, shop: Shop, past: Shopify, database: Database
):
    start(adapters, shop)
    while progress(database, "orders").seen < 12:
        catch_up.read_next_page(adapters, shop.id)
    asked_before = len(past.asked)

    read_all(adapters, shop)  # another worker, later

    assert [which[1] for what, which in past.asked[asked_before:] if what == "orders"] == ["1", "2"]
    assert progress(database, "orders").seen == 30


@pytest.mark.asked
def test_two_workers_on_one_page_count_it_once(adapters: Adapters, shop: Shop, past: Shopify, database: Database):
    start(adapters, shop)
    while progress(database, "orders").seen < 12:
        catch_up.read_next_page(adapters, shop.id)
    found_by_both = progress(database, "orders")

    first = catch_up._move(adapters, found_by_both, seen=12, error=None, next_cursor="2")
    second = catch_up._move(adapters, found_by_both, seen=12, error=None, next_cursor="2")

    assert (first, second) == (True, False)
    assert progress(database, "orders").seen == 24


def test_a_throttled_shop_is_left_with_its_reason_and_taken_up_again(
    adapters: Adapters, shop: Shop, past: Shopify, database: Database
):
    start(adapters, shop)
    past.fails_with = Throttled(3.0)
    assert catch_up.read_next_page(adapters, shop.id) is False
    assert progress(database, "shop").error == "Throttled"
    with database.read() as session:
        assert catch_up.unfinished(session) == [shop.id]

    past.fails_with = None
    read_all(adapters, shop)
    assert progress(database, "shop").error is None
    assert len(rows(database, Order)) == 30


@pytest.mark.asked
def test_what_the_merchant_did_not_grant_holds_up_nothing_else(
    adapters: Adapters, shop: Shop, past: Shopify, database: Database
):
    start(adapters, shop)
    while progress(database, "collections").finished_at is None:
        catch_up.read_next_page(adapters, shop.id)
    past.fails_with = AccessDenied("customers")
    catch_up.read_next_page(adapters, shop.id)
    past.fails_with = None
    read_all(adapters, shop)

    assert progress(database, "customers").error == "AccessDenied"
    assert len(rows(database, Order)) == 30


def test_a_shop_that_has_gone_is_not_read(adapters: Adapters, shop: Shop, past: Shopify, database: Database):
    start(adapters, shop)
    with database.write() as session:
        session.execute(update(Shop).values(state="uninstalled"))

    assert catch_up.read_next_page(adapters, shop.id) is False
    assert past.asked == []
    with database.read() as session:
        assert catch_up.unfinished(session) == []


def test_coming_back_reads_the_past_again(adapters: Adapters, shop: Shop, past: Shopify, database: Database):
    start(adapters, shop)
    read_all(adapters, shop)
    start(adapters, shop)

    assert (progress(database, "orders").seen, progress(database, "orders").finished_at) == (0, None)
    read_all(adapters, shop)
    assert len(rows(database, Order)) == 30


def test_an_order_that_was_never_sent_is_found_with_its_parcels(
    adapters: Adapters, shop: Shop, shopify: Shopify, database: Database, clock: Any
):
    shopify.pages = {"orders": [(order(fulfillments=(fulfillment(),)),)]}
    reconcile(adapters, shop)

    assert [row.name for row in rows(database, Order)] == ["#1042"]
    assert len(rows(database, Shipment)) == 1


def test_the_next_pass_begins_ten_minutes_before_the_last_one(
    adapters: Adapters, shop: Shop, shopify: Shopify, clock: Any
):
    reconcile(adapters, shop)
    clock.advance(minutes=30)
    reconcile(adapters, shop)

    assert [which[0] for what, which in shopify.asked if what == "orders"][-1] == "updated_at:>='2026-11-24T11:50:00Z'"


def test_a_pass_that_is_not_through_is_not_begun_again(adapters: Adapters, shop: Shop, shopify: Shopify, clock: Any):
    with adapters.database.write() as session:
        assert catch_up.start_reconcile(session, "reconcile", clock.now()) == [shop.id]
    with adapters.database.write() as session:
        assert catch_up.start_reconcile(session, "reconcile", clock.advance(minutes=30)) == []


def test_products_that_changed_unheard_are_found_too(
    adapters: Adapters, shop: Shop, shopify: Shopify, clock: Any, database: Database
):
    reconcile(adapters, shop, "reconcile_products")
    shopify.pages = {"products": [(product(1, title="Wool blanket, new weave"),)]}
    clock.advance(minutes=30)
    reconcile(adapters, shop, "reconcile_products")

    assert shopify.asked[-1] == ("products", ("updated_at:>='2026-11-24T11:50:00Z'", None))
    assert [row.title for row in rows(database, Product)] == ["Wool blanket, new weave"]


def test_the_nightly_pass_looks_a_week_back(adapters: Adapters, shop: Shop, shopify: Shopify):
    reconcile(adapters, shop, "reconcile_week")

    assert shopify.asked[-1] == ("orders", ("updated_at:>='2026-11-17T12:00:00Z'", None))


def test_reconciling_applies_an_older_fact_to_nothing(
    adapters: Adapters, shop: Shop, shopify: Shopify, database: Database
):
    shopify.pages = {"orders": [(order(name="#1042-new"),)]}
    reconcile(adapters, shop)
    shopify.pages = {"orders": [(order(name="#1042-old", fact_at=PLACED.replace(day=1)),)]}
    reconcile(adapters, shop)

    assert [row.name for row in rows(database, Order)] == ["#1042-new"]


def reconcile(adapters: Adapters, shop: Shop, kind: str = "reconcile") -> None:
    with adapters.database.write() as session:
        catch_up.start_reconcile(session, kind, adapters.clock.now())
    read_all(adapters, shop)


@pytest.mark.asked
def test_one_thing_that_cannot_be_kept_holds_up_nothing_else(
    adapters: Adapters, shop: Shop, past: Shopify, database: Database
):
    good, bad, late = order(shopify_id=3001, lines=()), order(shopify_id=3002, lines=()), order(shopify_id=3003)
    past.pages["orders"] = [(good, replace(bad, name=None), late), (order(shopify_id=3004, lines=()),)]  # type: ignore[arg-type]
    start(adapters, shop)
    read_all(adapters, shop)

    assert [row.shopify_id for row in rows(database, Order)] == [3001, 3003, 3004]
    done = progress(database, "orders")
    assert (done.finished_at, done.error) == (adapters.clock.now(), "passed_over")
