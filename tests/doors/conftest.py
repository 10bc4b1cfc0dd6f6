"""A person before one of our doors: the whole application, the dev store behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from shopify_app.db import Database
from shopify_app.queue import celery
from wire import Wire, application, wire


@pytest.fixture(autouse=True)
def broker() -> Iterator[None]:
    """Messages go to a broker in memory that nobody reads: what must happen is in the rows."""
    before = celery.conf.broker_url
    celery.conf.broker_url = "memory://"
    yield
    celery.conf.broker_url = before


@pytest.fixture
def stage(database: Database, database_url: str) -> Wire:
    """Mara's shop at Shopify, which has granted the app and not opened it yet."""
    built = wire(database, database_url)
    built.grant()
    return built


@pytest.fixture
def door(stage: Wire) -> FlaskClient:
    return application(stage.adapters).test_client()
