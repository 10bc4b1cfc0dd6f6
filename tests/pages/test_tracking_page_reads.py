"""The tracking page out of the database: five statements whatever the order's size, and nothing of another shop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from page_situations import NOW, order, shop
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from shopify_app.catalogue.models import Collection, CollectionProduct, HowTo, Product
from shopify_app.db import Database
from shopify_app.orders.access import Access
from shopify_app.orders.models import Order, OrderLine
from shopify_app.pages.facts import PageSettings, load_picture, load_settings
from shopify_app.pages.how_to import how_to_page
from shopify_app.pages.tracking import Reader, tracking_page
from shopify_app.settings.keys import set_key
from shopify_app.settings.offers import Offer, Offers
from shopify_app.settings.store import save
from shopify_app.shipments.models import Promise, Scan, Shipment, ShipmentLine
from shopify_app.shops.models import Shop

MARA, OTTO = 1, 2
READER = Reader(Access.FULL, how_to_path="/apps/order-care/h/")


@pytest.fixture
def database(database: Database) -> Database:
    with database.write() as session:
        session.add_all([shop(), Shop(id=OTTO, domain="otto.myshopify.com", installed_at=NOW)])
        session.flush()
        for shop_id in (MARA, OTTO):
            _fill(session, shop_id)
        set_key(session, MARA, "return_window_days", "60", "mara", NOW)
    return database


def _fill(session: Session, shop_id: int) -> None:
    """The same Shopify ids in both shops: only `shop_id` tells them apart."""
    owner = "Mara" if shop_id == MARA else "Otto"
    product = Product(shop_id=shop_id, shopify_id=901, handle="j", title="Jacket",
                      image_url="https://pictures.example/j.svg",
                      fact_at=NOW)  # fmt: skip
    collection = Collection(shop_id=shop_id, shopify_id=77, handle="c", title="C", fact_at=NOW)
    placed = order(id=None, shop_id=shop_id)
    placed.lines = [
        OrderLine(shop_id=shop_id, shopify_id=100 + i, product_shopify_id=901, title=f"{owner}'s jacket {i}",
                  quantity=1, current_quantity=1, unit_price=1000, position=i, discounts=[])
        for i in range(25)
    ]  # fmt: skip
    session.add_all([product, collection, placed])
    session.flush()
    session.add(CollectionProduct(shop_id=shop_id, collection_id=collection.id, product_id=product.id))
    for kind, owner_id, slug in (("product", 901, "own"), ("collection", 77, "all")):
        session.add(HowTo(shop_id=shop_id, owner_kind=kind, owner_shopify_id=owner_id, slug=f"{slug}{shop_id}",
                          phase="waiting", type="tip", title=f"{owner}'s {slug}"))  # fmt: skip
    for number in (1, 2, 3):
        _send(session, shop_id, placed, number, owner)


def _send(session: Session, shop_id: int, placed: Order, number: int, owner: str) -> None:
    shipment = Shipment(shop_id=shop_id, order_id=placed.id, shopify_id=number, state="in_transit",
                        numbers=[f"{owner}{number}"],
                        shipped_at=NOW, fact_at=NOW)  # fmt: skip
    shipment.lines = [ShipmentLine(shop_id=shop_id, line_shopify_id=100 + i, quantity=1) for i in range(number, 25, 4)]
    shipment.scans = [
        Scan(shop_id=shop_id, source="shopify", key=str(i), code="in_transit", state="in_transit", text=f"{owner} {i}",
             instant=NOW - timedelta(hours=9 - i), deleted_at=NOW if i == 4 else None)
        for i in range(5)
    ]  # fmt: skip
    session.add(shipment)
    session.flush()
    session.add(Promise(shop_id=shop_id, order_id=placed.id, shipment_id=shipment.id, by=date(2026, 12, 1),
                        basis="carrier", made_at=NOW))  # fmt: skip


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def test_a_page_takes_five_statements_and_four_with_settings_at_hand(database: Database, statements: list[str]) -> None:
    with database.read() as session:
        mara, placed = _rows(session, MARA)
        statements.clear()
        tracking_page(session, mara, placed, READER, NOW)
        assert len(statements) == 5, "\n".join(statements)
        settings = load_settings(session, MARA)
        statements.clear()
        tracking_page(session, mara, placed, READER, NOW, settings)
        assert len(statements) == 4


def test_collections_are_read_only_where_an_offer_asks_for_them(database: Database, statements: list[str]) -> None:
    with database.write() as session:
        save(session, MARA, Offers(offers=(Offer(text={"en": "For jackets"}, collections=(77,)),)), "mara", NOW)
    with database.read() as session:
        mara, placed = _rows(session, MARA)
        statements.clear()
        page = tracking_page(session, mara, placed, READER, NOW)
    assert page.offer is not None
    assert page.offer.text == "For jackets"
    assert len(statements) == 6


def test_promises_are_not_asked_for_where_none_was_made(database: Database, statements: list[str]) -> None:
    with database.read() as session:
        _, placed = _rows(session, MARA)
        statements.clear()
        known = load_picture(session, MARA, placed.id, PageSettings())
        unpromised = load_picture(session, MARA, placed.id, PageSettings(), has_promises=False)
    assert (len(known.promises) > 0, unpromised.promises) == (True, ())
    assert len(statements) == 4 + 3


@pytest.mark.once  # SQLite's plan, which has no statistics to go by
def test_a_page_is_found_by_the_orders_own_indexes_never_by_reading_through_the_shop(
    database: Database, statements: list[str]
) -> None:
    with database.read() as session:
        _, placed = _rows(session, MARA)
        statements.clear()
        load_picture(session, MARA, placed.id, PageSettings())
    with database.engine.connect() as connection:
        plans = [
            row.detail
            for statement in tuple(statements)
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (1,) * statement.count("?"))
        ]
    by_shop_alone = [step for step in plans if step.endswith("(shop_id=?)") and "how_to" not in step]
    assert [step for step in plans if step.startswith("SCAN")] + by_shop_alone == []
    for table in ("order_line", "shipment", "promise"):
        assert any(step.startswith(f"SEARCH {table} ") and "(order_id=?)" in step for step in plans)


def test_a_page_shows_what_its_own_shop_has_and_nothing_of_ottos(database: Database) -> None:
    with database.read() as session:
        page = tracking_page(session, *_rows(session, MARA), READER, NOW)

    assert len(page.order.items) == 25
    assert [len(part.items) for part in page.parcels] == [6, 6, 6]
    assert [len(part.events) for part in page.parcels] == [4, 4, 4]  # a scan that was taken back is not shown
    assert page.waiting
    assert len(page.waiting.items) == 7
    assert [guide.title for guide in page.guides] == ["Mara's own", "Mara's all"]
    assert page.returns
    assert page.returns.dates[0].sentence.facts == (("count", 60),)
    assert "Otto" not in repr(page)


def test_a_how_to_page_is_found_by_its_slug_in_its_own_shop(database: Database) -> None:
    with database.read() as session:
        found = how_to_page(session, MARA, "own1", "https://hedvall.example/h/own")
        assert found
        assert found.title == "Mara's own"
        assert how_to_page(session, MARA, "own2", "") is None


def _rows(session: Session, shop_id: int) -> tuple[Shop, Order]:
    found = session.get(Shop, shop_id)
    assert found
    return found, session.scalars(select(Order).where(Order.shop_id == shop_id)).one()
