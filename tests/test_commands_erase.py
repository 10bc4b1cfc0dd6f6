"""`postlude erase`: a person is forgotten, and whoever types an id that nobody has is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from typed_commands import typed

from shopify_app.crypto import Keyring
from shopify_app.customers.models import Customer
from shopify_app.db import Database
from shopify_app.shops.models import PrivacyRequest, Shop

ADA = 7001
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def database(environ: dict[str, str]) -> Iterator[Database]:
    base = Database(environ["DATABASE_URL"], Keyring((bytes.fromhex(environ["POSTLUDE_ENCRYPTION_KEYS"]),)))
    yield base
    base.engine.dispose()


@pytest.fixture
def erase(environ: dict[str, str], database: Database) -> Iterator[Any]:
    with typed(environ, "erase") as command:
        with database.write() as session:
            shop_id = session.scalars(select(Shop.id)).one()
            session.add(Customer(shop_id=shop_id, shopify_id=ADA, first_name="Ada", fact_at=NOON))
        yield command


def asked_for(database: Database) -> int:
    with database.read() as session:
        return len(session.scalars(select(PrivacyRequest)).all())


def test_a_customer_is_forgotten_and_that_is_logged(erase: Any, database: Database) -> None:
    said = erase("--yes", "--customer", str(ADA))

    assert (said.exit_code, said.stdout) == (0, "Erased, and logged.\n")
    assert asked_for(database) == 1
    with database.read() as session:
        assert all(each.first_name is None for each in session.scalars(select(Customer)))


@pytest.mark.parametrize("whom", [("--customer", "123"), ("--order", "123")])
def test_an_id_that_nobody_has_is_not_called_erased(erase: Any, database: Database, whom: tuple[str, str]) -> None:
    said = erase("--yes", *whom)

    assert said.exit_code == 1
    assert "Nothing here tells of them: is the id right?" in said.output
    assert asked_for(database) == 1
    with database.read() as session:
        assert session.scalars(select(Customer)).one().first_name == "Ada"
