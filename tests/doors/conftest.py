"""A person before one of our doors: the whole application, the dev store behind it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from portal import Shopper
from returns_counter import Counter, open_counter

from shopify_app.db import Database
from shopify_app.orders.access import link_token
from wire import Wire, application, wire


@pytest.fixture
def stage(database: Database, database_url: str) -> Wire:
    """Mara's shop at Shopify, which has granted the app and not opened it yet."""
    built = wire(database, database_url)
    built.grant()
    return built


@pytest.fixture
def door(stage: Wire) -> FlaskClient:
    return application(stage.adapters).test_client()


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    """A shop with a published policy and orders to return."""
    return open_counter(database, database_url)


@pytest.fixture
def client(counter: Counter) -> FlaskClient:
    """Whoever knocks at that shop's doors."""
    return application(counter.wire.adapters).test_client()


@pytest.fixture
def ada(client: FlaskClient, counter: Counter) -> Shopper:
    """The shopper, in her browser."""
    return Shopper(client, counter.wire)


@pytest.fixture
def link(counter: Counter) -> str:
    """The token of her tracking page."""
    with counter.database.write() as session:
        return link_token(session, counter.order(session), counter.now())
