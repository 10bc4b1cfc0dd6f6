"""Products that Shopify deleted unheard: found by comparing all ids, never guessed from a read that broke off."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from devstore import shelf
from jobs import catch_up
from letters import Shopify
from shopify_app.catalogue.models import Product
from shopify_app.catalogue.projection import apply_product
from shopify_app.db import Database
from shopify_app.shopify.errors import Unavailable
from shopify_app.shops.models import Backfill, Shop
from shopify_app.wiring import Adapters
from stage import product
from wire import Wire, wire


@pytest.fixture
def held(adapters: Adapters, shop: Shop, shopify: Shopify) -> Shopify:
    """We hold the products 701 to 706; Shopify shows all of them, two a page."""
    everything = [product(number) for number in range(1, 7)]
    with adapters.database.write() as session:
        for each in everything:
            apply_product(session, shop.id, each, adapters.clock.now())
    shopify.products = {each.shopify_id: each for each in everything}
    shopify.pages = {"product_ids": [(701, 702), (703, 704), (705, 706)]}
    return shopify


def compare(adapters: Adapters, shop: Shop) -> None:
    with adapters.database.write() as session:
        catch_up.start_reconcile(session, catch_up.GONE_PRODUCTS, adapters.clock.now())
    while catch_up.read_next_page(adapters, shop.id):
        pass


def deleted(database: Database) -> list[int]:
    with database.read() as session:
        return sorted(session.scalars(select(Product.shopify_id).where(Product.deleted_at.is_not(None))))


def lose(shopify: Shopify, *gone: int) -> None:
    """Shopify deletes these, and the webhooks are lost."""
    shopify.pages["product_ids"] = [
        tuple(each for each in page if each not in gone) for page in shopify.pages["product_ids"]
    ]
    shopify.products = {each: found for each, found in shopify.products.items() if each not in gone}


def test_nothing_is_deleted_while_all_are_there(adapters: Adapters, shop: Shop, held: Shopify, database: Database):
    compare(adapters, shop)

    assert deleted(database) == []
    assert "products_there" not in [what for what, _ in held.asked]


def test_products_that_are_gone_are_deleted_wherever_they_stood(
    adapters: Adapters, shop: Shop, held: Shopify, database: Database
):
    lose(held, 701, 704, 706)
    compare(adapters, shop)

    assert deleted(database) == [701, 704, 706]
    with database.read() as session:
        assert session.scalars(select(Product.is_published).where(Product.deleted_at.is_not(None))).all() == [False] * 3


def test_a_read_that_breaks_off_deletes_nothing_that_it_has_not_seen(
    adapters: Adapters, shop: Shop, held: Shopify, database: Database
):
    lose(held, 702, 705)
    with adapters.database.write() as session:
        catch_up.start_reconcile(session, catch_up.GONE_PRODUCTS, adapters.clock.now())
    catch_up.read_next_page(adapters, shop.id)  # speaks for what is up to 701 alone
    held.fails_with = Unavailable("503", sent=True)

    assert catch_up.read_next_page(adapters, shop.id) is False
    assert deleted(database) == []

    held.fails_with = None
    while catch_up.read_next_page(adapters, shop.id):
        pass
    assert deleted(database) == [702, 705]


def test_what_a_page_leaves_out_but_shopify_knows_stays(
    adapters: Adapters, shop: Shop, held: Shopify, database: Database
):
    held.pages["product_ids"] = [()]  # an answer without a single product
    compare(adapters, shop)

    assert deleted(database) == []


def test_another_shops_products_are_not_compared(
    adapters: Adapters, shop: Shop, other_shop: Shop, held: Shopify, database: Database
):
    with adapters.database.write() as session:
        apply_product(session, other_shop.id, product(9), adapters.clock.now())
    compare(adapters, shop)

    assert deleted(database) == []


def test_the_back_fill_ends_with_the_comparison(adapters: Adapters, shop: Shop, held: Shopify, database: Database):
    lose(held, 703)
    with adapters.database.write() as session:
        catch_up.start_back_fill(session, shop.id, adapters.clock.now())
    while catch_up.read_next_page(adapters, shop.id):
        pass

    assert deleted(database) == [703]
    with database.read() as session:
        assert all(session.scalars(select(Backfill.finished_at)))


def test_a_deletion_whose_webhook_was_dropped_is_found_over_the_wire(database: Database, database_url: str):
    """Given twelve products read into our books, when the dev store drops the word of two deletions."""
    line = wire(database, database_url)
    line.adapters.admin(line.install().id).transport.page_sizes["ProductIdsPage"] = 5
    ids = [shelf.create_product(line.world, {"title": f"Mug {n}", "price": "9.00"})["id"] for n in range(12)]
    read(line, "reconcile_products")
    assert len(known(database)) == 12

    line.fault("drop", "products/delete", count=2)
    for gone in (ids[4], ids[11]):
        shelf.delete_product(line.world, gone)
    read(line, "reconcile_products")
    assert deleted(database) == []  # a scan by the time of change cannot see it

    read(line, catch_up.GONE_PRODUCTS)
    assert deleted(database) == sorted([ids[4], ids[11]])


def read(line: Wire, kind: str) -> None:
    with line.adapters.database.write() as session:
        catch_up.start_reconcile(session, kind, line.now())
    while catch_up.read_next_page(line.adapters, line.shop().id):
        pass


def known(database: Database) -> list[int]:
    with database.read() as session:
        return list(session.scalars(select(Product.shopify_id)))
