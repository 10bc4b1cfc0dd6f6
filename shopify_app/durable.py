"""A transaction that is on the disk before anybody acts on it, also in a process whose commits do not wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from shopify_app.db import Database

FULL = 2


@contextmanager
def durable_write(database: Database) -> Iterator[Session]:
    """As `Database.write`, and the commit has reached the disk when the block is left. On SQLite the connection waits
    for it (``PRAGMA synchronous=FULL``, which can only be said outside a transaction); PostgreSQL always does."""
    engine = database.engine.execution_options(writes=True)
    facts = {"keyring": database.keyring, "followers": database.followers}
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        is_sqlite, before = engine.dialect.name == "sqlite", FULL
        if is_sqlite:
            before = raw.execute("PRAGMA synchronous").fetchone()[0]
            raw.execute("PRAGMA synchronous=FULL")
        try:
            with Session(connection, info=facts, expire_on_commit=False) as session, session.begin():
                yield session
        finally:
            if is_sqlite:
                raw.execute(f"PRAGMA synchronous={before}")
