"""The cast and the stage: a fresh database for each test, Mara's shop, Otto's shop, and a clock that obeys.

`POSTLUDE_TEST_DATABASE` chooses the database: unset for SQLite, or the address of a PostgreSQL server's maintenance
database (``postgresql://user@host:port/postgres``), in which each test gets a database of its own.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from shopify_app.crypto import Keyring
from shopify_app.db import Database, make_engine
from shopify_app.queue import celery
from shopify_app.shops.models import Shop
from shopify_app.tables import metadata

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_numbers = count(1)


@dataclass
class MovableClock:
    """A clock that stands still until it is told to move."""

    instant: datetime = NOON

    def now(self) -> datetime:
        return self.instant

    def advance(self, **delta: float) -> datetime:
        self.instant += timedelta(**delta)
        return self.instant


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring((b"test key, thirty-two bytes long!",))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, every test that has a database; those without one have just run."""
    if "POSTLUDE_TEST_DATABASE" not in os.environ:
        return
    without = [item for item in items if "database_url" not in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if item not in set(without)]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """The machine's own Chromium. One process drives it once: Playwright refuses a second driver in the same loop."""
    return {**browser_type_launch_args, "executable_path": shutil.which("chromium"), "args": ["--no-sandbox"]}


@pytest.fixture(autouse=True)
def broker_in_memory() -> None:
    """Wake-ups cost nothing and reach nobody. Connections of an earlier test's broker, which is gone, are forgotten:
    each message would wait two seconds for it."""
    celery.conf.broker_url = "memory://"
    celery._after_fork()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def now() -> datetime:
    """Tuesday, 24 November 2026, noon UTC."""
    return NOON


@pytest.fixture(scope="session")
def database_template(tmp_path_factory: pytest.TempPathFactory, keyring: Keyring) -> str:
    """The address of an empty database with every table, to be copied for each test."""
    server = os.environ.get("POSTLUDE_TEST_DATABASE")
    if server is None:
        url = f"sqlite:///{tmp_path_factory.mktemp('template')}/template.sqlite3"
    else:
        url = _create_on_server(server, f"template_{os.getpid()}")
    engine = make_engine(url, keyring)
    metadata.create_all(engine)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return url


@pytest.fixture
def database_url(database_template: str, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own."""
    server = os.environ.get("POSTLUDE_TEST_DATABASE")
    if server is None:
        file = tmp_path / "postlude.sqlite3"
        shutil.copyfile(make_url(database_template).database or "", file)
        yield f"sqlite:///{file}"
        return
    name = f"test_{os.getpid()}_{next(_numbers)}"
    yield _create_on_server(server, name, template=make_url(database_template).database)
    _drop_on_server(server, name)


@pytest.fixture
def database(database_url: str, keyring: Keyring) -> Iterator[Database]:
    base = Database(database_url, keyring)
    yield base
    base.engine.dispose()


@pytest.fixture
def shop(database: Database) -> Shop:
    """Mara's shop."""
    return _install(database, "mara-goods.myshopify.com", "Mara's Goods")


@pytest.fixture
def other_shop(database: Database) -> Shop:
    """Otto's shop, which must see nothing of Mara's."""
    return _install(database, "ottos-outlet.myshopify.com", "Otto's Outlet")


def _install(database: Database, domain: str, name: str) -> Shop:
    with database.write() as session:
        shop = Shop(
            domain=domain,
            name=name,
            currency="EUR",
            timezone="Europe/Stockholm",
            country="SE",
            primary_domain=domain.replace("myshopify.com", "example"),
            installed_at=NOON - timedelta(days=100),
        )
        session.add(shop)
    return shop


def _create_on_server(server: str, name: str, template: str | None = None) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    address = make_url(server).set(drivername="postgresql+psycopg", database=name)
    return address.render_as_string(hide_password=False)


def _drop_on_server(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
