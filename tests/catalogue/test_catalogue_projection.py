from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from shopify_app.catalogue.models import CollectionProduct, HowTo, Variant
from shopify_app.catalogue.projection import (
    apply_collection,
    apply_product,
    apply_stock,
    delete_product,
    find_product,
)
from shopify_app.db import Database
from shopify_app.shopify.snapshots import CollectionSnapshot, HowToSnapshot, StockSnapshot
from shopify_app.shops.models import Shop
from stage import PLACED, euro, product

WAXING = HowToSnapshot("waiting", "steps", "en", "Wax your boots", "", None, 4, (("Warm the wax", None),))


def stock(location: int, available: int, minutes: int) -> StockSnapshot:
    return StockSnapshot(851, location, available, PLACED + timedelta(minutes=minutes))


def left(database: Database) -> int | None:
    with database.read() as session:
        return session.scalars(select(Variant.available)).one()


def test_a_newer_price_stays_when_an_older_update_arrives_late(database: Database, shop: Shop, now: datetime) -> None:
    newer = product(fact_at=PLACED + timedelta(days=1))
    newer = replace(newer, variants=(replace(newer.variants[0], price=euro("80.00")),))
    with database.write() as session:
        apply_product(session, shop.id, newer, now)
        apply_product(session, shop.id, product(), now)
        held = find_product(session, shop.id, 701)
        assert held is not None
        assert [variant.price for variant in held.variants] == [8000]


def test_a_deleted_product_is_not_brought_back_even_when_the_deletion_came_first(
    database: Database, shop: Shop, now: datetime
) -> None:
    with database.write() as session:
        delete_product(session, shop.id, 701, now)
        apply_product(session, shop.id, product(), now)
        held = find_product(session, shop.id, 701)
        assert held is not None
        assert (held.is_published, held.deleted_at) == (False, now)


def test_one_locations_change_moves_the_sum_by_that_change(database: Database, shop: Shop, now: datetime) -> None:
    with database.write() as session:
        apply_product(session, shop.id, product(), now)
        apply_stock(session, shop.id, stock(61, 4, 10), now)
        apply_stock(session, shop.id, stock(61, 2, 20), now)
        apply_stock(session, shop.id, stock(61, 9, 15), now)  # late news of the past
    assert left(database) == 3


def test_a_level_that_the_product_snapshot_already_knows_changes_nothing(
    database: Database, shop: Shop, now: datetime
) -> None:
    with database.write() as session:
        apply_product(session, shop.id, product(fact_at=PLACED + timedelta(hours=1)), now)
        apply_stock(session, shop.id, stock(61, 1, 10), now)
        apply_stock(session, shop.id, stock(61, 0, 20), now)
    assert left(database) == 5


def test_content_that_stays_keeps_its_short_address_and_content_that_goes_is_gone(
    database: Database, shop: Shop, now: datetime
) -> None:
    with database.write() as session:
        apply_product(session, shop.id, product(how_to=(WAXING, replace(WAXING, title="Dry them slowly"))), now)
        before = {row.title: (row.id, row.slug) for row in session.scalars(select(HowTo))}
        edited = product(how_to=(replace(WAXING, minutes=6),), fact_at=PLACED + timedelta(days=1))
        apply_product(session, shop.id, edited, now)
        after = {row.title: (row.id, row.slug) for row in session.scalars(select(HowTo))}
    assert after == {"Wax your boots": before["Wax your boots"]}


def test_membership_follows_the_product(database: Database, shop: Shop, now: datetime) -> None:
    boots, sale = (CollectionSnapshot(n, f"c{n}", f"C{n}", PLACED) for n in (1, 2))
    with database.write() as session:
        for collection in (boots, sale):
            apply_collection(session, shop.id, collection, now)
        apply_product(session, shop.id, product(collection_ids=(1, 2)), now)
        apply_product(session, shop.id, product(collection_ids=(1,), fact_at=PLACED + timedelta(days=1)), now)
        assert len(session.scalars(select(CollectionProduct)).all()) == 1


def test_two_pieces_of_one_name_are_both_kept_each_at_its_own_address(
    database: Database, shop: Shop, now: datetime
) -> None:
    film = replace(WAXING, type="video", url="https://video.example/wax", steps=())
    with database.write() as session:
        apply_product(session, shop.id, product(how_to=(WAXING, film)), now)
        before = {row.type: row.slug for row in session.scalars(select(HowTo))}
        apply_product(session, shop.id, product(how_to=(WAXING, film), fact_at=PLACED + timedelta(days=1)), now)
        after = {row.type: row.slug for row in session.scalars(select(HowTo))}
    assert set(after) == {"steps", "video"}
    assert len({*after.values()}) == 2
    assert after == before


def test_two_locations_that_change_at_the_same_moment_both_count(database: Database, shop: Shop, now: datetime) -> None:
    def told(location: int, available: int, minutes: int) -> None:
        with database.write() as session:
            apply_stock(session, shop.id, stock(location, available, minutes), now)

    with database.write() as session:
        apply_product(session, shop.id, product(), now)
    told(61, 4, 10)
    told(62, 3, 10)

    with ThreadPoolExecutor(1) as other:
        with database.write() as session:
            apply_stock(session, shop.id, stock(61, 2, 20), now)
            session.flush()
            meanwhile = other.submit(told, 62, 1, 20)
            time.sleep(0.3)  # the other one has read by now, or waits
        meanwhile.result()

    assert left(database) == 1
