"""Storing arrivals durably without a commit for each: while one transaction commits, arrivals queue; the next takes
them all. No timer, so a lone arrival waits for nobody. One writer thread a process is all that SQLite wants anyway."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, Table, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from shopify_app.db import Database, begin_sqlite, make_engine
from shopify_app.observability import commit_size
from webhooks.inbox import Delivery

log = structlog.get_logger(__name__)

MOST_PER_COMMIT = 256
RETRY_SECONDS = 0.0005
FILLED = frozenset(
    ("shop_id", "webhook_id", "event_id", "topic", "api_version", "triggered_at", "received_at", "state", "attempts")
) | {"due_at", "body"}
"""The columns that an arrival has values for."""
PAGES_BEFORE_CHECKPOINT = 8000
"""How long SQLite's log may grow (32 MB) before the intake itself carries it into the file. At SQLite's own 1000 pages
that would be every second at 200 arrivals a second, and whoever arrives meanwhile waits for two more turns of the disk;
workers, whom nobody waits for, keep to the 1000."""
PATIENCE_SECONDS = 2.0
"""How old the oldest arrival in the queue may grow before newcomers are turned away."""


class Overloaded(Exception):
    """Commits do not keep up: turn the newcomer away, Shopify comes again."""


class Arrival:
    """One delivery on its way into the inbox. `prepare` makes its row on the writer's thread, or returns None when it
    has answered by itself; `told` is called once with whether the row is stored for good.

    Proving and packing a body release the interpreter's lock: done by one thread, nobody has to win it back from
    thirty others.
    """

    __slots__ = ("prepare", "queued_at", "told")

    def __init__(self, prepare: Callable[[], dict[str, Any] | None], told: Callable[[bool], None]) -> None:
        self.prepare, self.told, self.queued_at = prepare, told, time.monotonic()


Row = tuple[Arrival, dict[str, Any]]


class GroupCommit:
    """Puts deliveries into the inbox, each once by (shop, webhook id).

    `wake` gets the ids of the rows that are new, after everyone who waits has been told.
    """

    def __init__(self, database: Database, wake: Callable[[Sequence[int]], None]) -> None:
        self._engine, self._wake = _impatient_engine(database), wake
        self._queue: SimpleQueue[Arrival] = SimpleQueue()
        self._oldest: float | None = None
        self._insert = _inserter(self._engine)
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, arrival: Arrival) -> None:
        """Queues the arrival; raises Overloaded when the queue has stood for longer than two seconds."""
        oldest = self._oldest
        if oldest is not None and arrival.queued_at - oldest > PATIENCE_SECONDS:
            raise Overloaded
        self._queue.put(arrival)
        if self._thread is None:
            self._begin()

    def _begin(self) -> None:
        """The thread starts with the first arrival: whoever forks before that forks no thread."""
        with self._start:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="intake-writer", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            batch = self._next_batch()
            self._oldest = batch[0].queued_at
            new_ids = self.store(batch)
            if new_ids:
                self._wake(new_ids)
            self._oldest = None

    def _next_batch(self) -> list[Arrival]:
        batch = [self._queue.get()]
        try:
            while len(batch) < MOST_PER_COMMIT:
                batch.append(self._queue.get_nowait())
        except Empty:
            pass
        return batch

    def store(self, batch: list[Arrival]) -> list[int]:
        """Stores what the batch holds and tells each; the ids of rows that are new. One transaction for all; when one
        row cannot be stored (its shop has just been erased), one for each."""
        rows = [(arrival, row) for arrival in batch if (row := _prepared(arrival)) is not None]
        if not rows:
            return []
        commit_size.observe(len(rows))
        try:
            new_ids = self._commit(rows)
        except IntegrityError:
            return [row_id for row in rows for row_id in self._commit_alone(row)]
        except (SQLAlchemyError, sqlite3.Error, OSError) as failure:
            log.error("intake_cannot_store", rows=len(rows), error=type(failure).__name__)
            _tell(rows, False)
            return []
        _tell(rows, True)
        return new_ids

    def _commit_alone(self, row: Row) -> list[int]:
        try:
            new_ids = self._commit([row])
        except (SQLAlchemyError, sqlite3.Error, OSError) as failure:
            log.error("intake_cannot_store", shop_id=row[1]["shop_id"], error=type(failure).__name__)
            _tell([row], False)
            return []
        _tell([row], True)
        return new_ids

    def _commit(self, rows: list[Row]) -> list[int]:
        with self._engine.begin() as connection:
            return self._insert(connection, [row for _, row in rows])


def _inserter(engine: Engine) -> Callable[[Connection, list[dict[str, Any]]], list[int]]:
    """What puts rows into the inbox and returns the ids of those that are new."""
    table = Delivery.__table__
    assert isinstance(table, Table)
    if engine.dialect.name == "postgresql":
        many = postgresql.insert(table).on_conflict_do_nothing().returning(table.c.id)
        return lambda connection, rows: list(connection.execute(many, rows).scalars())
    return partial(_insert_into_sqlite, _Columns(engine))


class _Columns:
    """The statement and the columns' own ways of writing values: SQLite's driver takes many rows in one call, at a
    third of what building the statement anew costs, but then it returns no ids."""

    def __init__(self, engine: Engine) -> None:
        columns = [column for column in Delivery.__table__.columns if column.name in FILLED]
        self.names = [column.name for column in columns]
        impls = [column.type.dialect_impl(engine.dialect) for column in columns]
        self.writers = [impl.bind_processor(engine.dialect) or _as_it_is for impl in impls]
        places = ", ".join("?" * len(columns))
        self.insert = f"INSERT OR IGNORE INTO delivery ({', '.join(self.names)}) VALUES ({places})"

    def values(self, row: dict[str, Any]) -> tuple[Any, ...]:
        return tuple([write(row[name]) for name, write in zip(self.names, self.writers, strict=True)])


def _insert_into_sqlite(columns: _Columns, connection: Connection, rows: list[dict[str, Any]]) -> list[int]:
    """Nobody else writes while this transaction is open, so what is above the highest id from before is new.

    INSERT OR IGNORE would pass over a row without a shop as well: `foreign_keys` still refuses it.
    """
    before = connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM delivery").scalar_one()
    connection.exec_driver_sql(columns.insert, [columns.values(row) for row in rows])
    new = connection.exec_driver_sql("SELECT id FROM delivery WHERE id > ? ORDER BY id", (before,))
    return list(new.scalars())


def _as_it_is(value: Any) -> Any:
    return value


def _impatient_engine(database: Database) -> Engine:
    """The writer's connection. SQLite lets whoever asks at the right moment write next, and a waiter asks ever more
    rarely: the intake asks every half millisecond instead, and so comes before the workers."""
    if database.engine.dialect.name != "sqlite":
        return database.engine
    engine = make_engine(database.engine.url.render_as_string(hide_password=False), database.keyring)
    event.listen(engine, "connect", _make_impatient)
    event.remove(engine, "begin", begin_sqlite)
    event.listen(engine, "begin", _begin_as_soon_as_possible)
    return engine


def _make_impatient(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA busy_timeout=0")
    connection.execute(f"PRAGMA wal_autocheckpoint={PAGES_BEFORE_CHECKPOINT}")


def _begin_as_soon_as_possible(connection: Connection) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    driver: Any = connection.connection.dbapi_connection
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as failure:
            if "locked" not in str(failure) or time.monotonic() > deadline:
                raise
            time.sleep(RETRY_SECONDS)


def _prepared(arrival: Arrival) -> dict[str, Any] | None:
    try:
        return arrival.prepare()
    except Exception as failure:  # the boundary: one bad arrival must not end the writer
        log.error("intake_failed", exc_info=failure)
        arrival.told(False)
        return None


def _tell(rows: Sequence[Row], is_stored: bool) -> None:
    for arrival, _ in rows:
        arrival.told(is_stored)
