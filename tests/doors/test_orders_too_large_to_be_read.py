"""Of an order that Shopify tells in more than one read nothing is reckoned: everybody gets a sentence, nobody half."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from at_an_order import Clerk
from flask.testing import FlaskClient
from returns_counter import Counter, open_counter
from sqlalchemy import func, select
from webhooks_by_hand import carry_post

from shopify_app.db import Database
from shopify_app.returns.models import Return
from shopify_app.shopify.return_nodes import MOST_TRANSACTIONS
from webhooks.inbox import Delivery
from wire import SHOP, application

TOLD = "holds more than Shopify tells us at once"


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return open_counter(database, database_url)


@pytest.fixture
def client(counter: Counter) -> FlaskClient:
    return application(counter.wire.adapters).test_client()


def grown(counter: Counter) -> None:
    """The order is paid in a hundred pieces."""
    store = counter.wire.world.store
    (paid,) = store.find("transaction", order_id=counter.desk.order_id)
    for more in range(1, MOST_TRANSACTIONS):
        store.put("transaction", paid | {"id": paid["id"] + more, "kind": "authorization"})


def page(client: FlaskClient, counter: Counter, path: str, **query: Any) -> Any:
    return client.get(f"{path}?{urlencode({'shop': SHOP, 'id_token': counter.wire.session_token()} | query)}")


def test_staff_who_make_a_return_of_it_are_told(counter: Counter, client: FlaskClient) -> None:
    grown(counter)
    with counter.database.read() as session:
        number = counter.order(session).name

    answer = page(client, counter, "/app/returns/new", order=number)

    assert (answer.status_code, TOLD in answer.text) == (422, True)


def test_staff_who_look_at_or_change_a_return_of_it_are_told(counter: Counter, client: FlaskClient) -> None:
    ret = counter.asked()
    grown(counter)

    looked = page(client, counter, f"/app/returns/{ret.rma}/eligibility")
    changed = page(client, counter, f"/app/returns/{ret.rma}/change")

    assert (looked.status_code, TOLD in looked.text) == (200, True)
    assert (changed.status_code, TOLD in changed.text) == (409, True)


def test_staff_at_the_order_in_shopify_are_told(counter: Counter, client: FlaskClient) -> None:
    grown(counter)

    answer = Clerk(client, counter).ask("return")

    assert (answer.status, TOLD in answer.said["error"]) == (422, True)


def test_a_return_begun_there_stays_there(counter: Counter) -> None:
    grown(counter)
    counter.desk.create()

    carry_post(counter)

    with counter.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Return)) == 0
        assert set(session.scalars(select(Delivery.state).where(Delivery.topic.startswith("returns/")))) == {"done"}
