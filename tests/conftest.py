"""The cast and the stage: a fresh database for each test, Mara's shop, Otto's shop, and a clock that obeys.

`POSTLUDE_TEST_DATABASE` chooses the database: unset for SQLite, or the address of a PostgreSQL server's maintenance
database (``postgresql://user@host:port/postgres``), on which this process makes its own.
"""

from __future__ import annotations

import gc
import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from databases import Databases, databases, sharing, stop_timers
from playwright.sync_api import expect
from sqlalchemy import make_url
from statements import Statements

from shopify_app import migrate
from shopify_app.crypto import Keyring
from shopify_app.db import Database
from shopify_app.observability import name_the_failure
from shopify_app.queue import celery
from shopify_app.shops.models import Shop

KEY = b"test key, thirty-two bytes long!"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

RARELY = (20_000, 20, 100)
"""How often the collector looks at what tests have made. As often as by itself it takes a seventh of their time."""

logging.getLogger("werkzeug").setLevel(logging.WARNING)  # what fails shows its reason, not every line a server wrote

PATIENCE_MS = 40_000
"""How long a page may take to show what is expected of it; Playwright's own five seconds are no more than a pause where
much else runs. What is there at once costs nothing."""
LAUNCH_MS = 180_000
"""How long a browser may take to start; it takes a second where nothing else runs."""


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
    return Keyring((KEY,))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--statements", action="store_true", help="show that what `make test` leaves out sends PostgreSQL nothing more"
    )


def pytest_configure(config: pytest.Config) -> None:
    gc.set_threshold(*RARELY)
    if config.getoption("statements"):
        config.pluginmanager.register(Statements())


def pytest_collection_finish() -> None:
    """What every test is made of stays to the end, as in the product: nobody needs to look at it again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """This process ends: what tests have left behind goes with it, nobody looks through all of it five times more."""
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes longest begins first. On PostgreSQL, every test that has a database; those without one have just
    run."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    if "POSTLUDE_TEST_DATABASE" not in os.environ:
        return
    without = [item for item in items if "database_url" not in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if item not in set(without)]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """The machine's own Chromium. One process drives it once: Playwright refuses a second driver in the same loop."""
    expect.set_options(timeout=PATIENCE_MS)
    ours = {"executable_path": shutil.which("chromium"), "args": ["--no-sandbox"], "timeout": LAUNCH_MS}
    return browser_type_launch_args | ours


@pytest.fixture(autouse=True)
def broker_in_memory() -> None:
    """Wake-ups cost nothing and reach nobody. Connections of an earlier test's broker, which is gone, are forgotten:
    each message would wait two seconds for it."""
    celery.conf.broker_url = "memory://"
    celery._after_fork()


@pytest.fixture(scope="session", autouse=True)
def failures_are_named_in_a_line() -> None:
    """As in production. What structlog does by itself, to draw each frame with the values of its variables, takes
    longer than most tests."""
    structlog.configure(processors=[structlog.stdlib.add_log_level, name_the_failure, structlog.dev.ConsoleRenderer()])


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def now() -> datetime:
    """Tuesday, 24 November 2026, noon UTC."""
    return NOON


@pytest.fixture(scope="session")
def all_databases(keyring: Keyring) -> Iterator[Databases]:
    """Where this process gets its databases from."""
    source = databases(keyring)
    yield source
    source.close()


@pytest.fixture
def database_url(all_databases: Databases) -> Iterator[str]:
    """A database of this test's own: every table, and nothing in it."""
    yield all_databases.fresh()
    stop_timers()


@pytest.fixture
def database(database_url: str, all_databases: Databases) -> Database:
    return sharing(all_databases.standing, {})


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


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a SQLite file as migrations make it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('commands')}/migrated.sqlite3"
    migrate.upgrade(url)
    return url


@pytest.fixture
def environ(migrated: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A deployment of its own whose broker is away: what must happen is in the rows."""
    before = celery.conf.broker_url
    file = tmp_path / "postlude.sqlite3"
    shutil.copyfile(make_url(migrated).database or "", file)
    yield {
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "s" * 32,
        "POSTLUDE_ENCRYPTION_KEYS": KEY.hex(),
        "DATABASE_URL": f"sqlite:///{file}",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "POSTLUDE_DATA_DIR": str(tmp_path),
    }
    celery.conf.broker_url = before
