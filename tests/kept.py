"""What was made once is put back for every test that begins with it: a product's rows and the dev store beside them.

Making them is a conversation of dozens of requests, and most tests of returns begin with the same one. Whoever comes
first has it; all others of the next minute get the rows as they lay then, in a database that has been empty.
"""

from __future__ import annotations

import time
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from devstore.store import Store
from shopify_app.db import Database
from shopify_app.shops.models import Shop
from shopify_app.tables import metadata
from wire import Wire

TABLES = {table.name: ", ".join(f'"{column.name}"' for column in table.columns) for table in metadata.sorted_tables}
"""Each table with its columns, in the order in which foreign keys allow rows."""
FRESH_SECONDS = 60
"""How far the clock may be set back; then all is made anew."""
SEQUENCES = "SELECT schemaname, sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"


def is_new(database: Database) -> bool:
    """Whether nothing is in it: every row belongs to a shop."""
    with database.read() as session:
        return session.scalars(select(Shop.id).limit(1)).first() is None


def followed(database: Database) -> Hashable:
    """Who follows its events: with others, other rows are made."""
    return frozenset((kind, tuple(names)) for kind, names in database.followers.items())


@dataclass(frozen=True)
class Kept:
    """A product and its dev store as they were at one moment."""

    rows: dict[str, Any]
    sequences: list[tuple[str, str, int]]
    store: Store
    ahead_seconds: int
    began: float

    @classmethod
    def of(cls, made: Wire) -> Kept:
        rows, sequences = _read(made.adapters.database)
        store = made.world.store.twin()
        return cls(rows, sequences, store, made.world.clock.offset_seconds(), time.monotonic())

    def is_fresh(self) -> bool:
        """Whether its moment is near enough to the machine's clock, which a command that is typed goes by."""
        return time.monotonic() - self.began < FRESH_SECONDS

    def put_back(self, database: Database) -> None:
        """The rows, under the ids that they had; the next row gets the id that it would have got."""
        (_fill_sqlite if _is_sqlite(database) else _fill_postgres)(self, database)

    def set_clock(self, again: Wire) -> None:
        """It is that moment again, to the second: nothing has grown older."""
        again.world.clock.advance(self.ahead_seconds - int(time.monotonic() - self.began))


def _is_sqlite(database: Database) -> bool:
    return database.engine.dialect.name == "sqlite"


def _read(database: Database) -> tuple[dict[str, Any], list[tuple[str, str, int]]]:
    connection = database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        if _is_sqlite(database):
            found = {
                name: cursor.execute(f'SELECT {columns} FROM "{name}"').fetchall() for name, columns in TABLES.items()
            }
            return {name: rows for name, rows in found.items() if rows}, []
        copied = {name: _copied(cursor, name) for name in TABLES}
        return {name: text for name, text in copied.items() if text}, cursor.execute(SEQUENCES).fetchall()
    finally:
        connection.close()


def _copied(cursor: Any, name: str) -> bytes:
    with cursor.copy(f'COPY "{name}" ({TABLES[name]}) TO STDOUT') as rows:
        return b"".join(bytes(row) for row in rows)


def _fill_sqlite(kept: Kept, database: Database) -> None:
    connection = database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        cursor.execute("PRAGMA defer_foreign_keys = ON")
        for name, rows in kept.rows.items():
            places = ", ".join("?" * len(rows[0]))
            cursor.executemany(f'INSERT INTO "{name}" ({TABLES[name]}) VALUES ({places})', rows)
        cursor.execute("COMMIT")
    finally:
        connection.close()


def _fill_postgres(kept: Kept, database: Database) -> None:
    connection = database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("SET LOCAL session_replication_role = replica")  # foreign keys need no order then
        for name, text in kept.rows.items():
            with cursor.copy(f'COPY "{name}" ({TABLES[name]}) FROM STDIN') as rows:
                rows.write(text)
        for schema, name, last in kept.sequences:
            cursor.execute("SELECT setval(format('%%I.%%I', %s::text, %s::text)::regclass, %s)", (schema, name, last))
        connection.commit()
    finally:
        connection.close()
