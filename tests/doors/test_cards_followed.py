"""A card that is followed: counted, led on to the shop, and nothing written twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from shopify_app.catalogue.projection import apply_product
from shopify_app.db import Database
from shopify_app.orders.models import Order
from shopify_app.orders.projection import apply_order
from shopify_app.recommendations.attribution import MOST_A_DAY, SAME_CLICK
from shopify_app.recommendations.models import CardClick
from shopify_app.shops.models import Shop
from stage import order, product
from wire import SHOP, Wire, application


@pytest.fixture
def adas(database: Database, stage: Wire) -> Order:
    now = stage.now()
    with database.write() as session:
        mara = Shop(domain=SHOP, name="Mara's Goods", currency="EUR", primary_domain="mara.example", installed_at=now)
        session.add(mara)
        session.flush()
        apply_product(session, mara.id, product(), now)
        return apply_order(session, mara.id, order(), now)


@pytest.fixture
def client(stage: Wire, adas: Order) -> FlaskClient:
    return application(stage.adapters).test_client()


@pytest.fixture
def writers(database: Database) -> Iterator[list[object]]:
    """One for each transaction that takes the writer's place."""
    begun: list[object] = []

    def begins(connection: object) -> None:
        if connection.get_execution_options().get("writes"):  # type: ignore[attr-defined]
            begun.append(connection)

    event.listen(database.engine, "begin", begins)
    yield begun
    event.remove(database.engine, "begin", begins)


def card(stage: Wire, adas: Order, product_id: int | None = None) -> str:
    told = product()
    facts = {"o": adas.id, "p": product_id or told.shopify_id, "v": told.variants[0].shopify_id}
    return f"/c/{stage.adapters.database.keyring.sign('click', facts)}"


def clicks(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(CardClick)) or 0


def test_a_click_is_kept_once_and_its_echo_takes_no_writers_place(
    client: FlaskClient, stage: Wire, adas: Order, database: Database, writers: list[object]
) -> None:
    answers = [client.get(card(stage, adas)) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {302}
    assert answers[0].location.startswith("https://mara.example/")
    assert (clicks(database), len(writers)) == (1, 1)

    stage.advance(seconds=SAME_CLICK.total_seconds())
    client.get(card(stage, adas))
    assert (clicks(database), len(writers)) == (2, 2)


def test_what_is_no_card_or_leads_nowhere_writes_nothing(
    client: FlaskClient, stage: Wire, adas: Order, database: Database, writers: list[object]
) -> None:
    assert client.get("/c/made-up").status_code == 404
    assert client.get(card(stage, adas, 404404)).status_code == 410
    assert (clicks(database), writers) == (0, [])


def test_of_one_orders_page_so_many_clicks_are_kept_a_day_and_all_lead_on(
    client: FlaskClient, stage: Wire, adas: Order, database: Database, writers: list[object]
) -> None:
    told, now = product(), stage.now()
    with database.write() as session:
        for each in range(MOST_A_DAY):
            at = now - timedelta(minutes=2 * each + 2)
            session.add(CardClick(shop_id=adas.shop_id, order_id=adas.id, product_id=told.shopify_id, clicked_at=at))
    writers.clear()

    assert client.get(card(stage, adas)).status_code == 302
    assert (clicks(database), writers) == (MOST_A_DAY, [])

    stage.advance(hours=24)
    client.get(card(stage, adas))
    assert clicks(database) == MOST_A_DAY + 1
