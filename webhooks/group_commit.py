"""Storing arrivals durably without a commit for each: while one transaction commits, arrivals queue; the next takes
them all. No timer, so a lone arrival waits for nobody. One writer thread a process is all that SQLite wants anyway."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any

import structlog
from sqlalchemy import Engine, Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from shopify_app.db import Database, make_engine
from shopify_app.observability import commit_size
from webhooks.inbox import Delivery

log = structlog.get_logger(__name__)

MOST_PER_COMMIT = 256
RETRY_SECONDS = 0.0005
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
        table = Delivery.__table__
        assert isinstance(table, Table)
        dialect = postgresql if database.engine.dialect.name == "postgresql" else sqlite
        self._insert = dialect.insert(table).on_conflict_do_nothing().returning(table.c.id)
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
        except (SQLAlchemyError, OSError) as failure:
            log.error("intake_cannot_store", rows=len(rows), error=type(failure).__name__)
            _tell(rows, False)
            return []
        _tell(rows, True)
        return new_ids

    def _commit_alone(self, row: Row) -> list[int]:
        try:
            new_ids = self._commit([row])
        except (SQLAlchemyError, OSError) as failure:
            log.error("intake_cannot_store", shop_id=row[1]["shop_id"], error=type(failure).__name__)
            _tell([row], False)
            return []
        _tell([row], True)
        return new_ids

    def _commit(self, rows: list[Row]) -> list[int]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with self._engine.begin() as connection:
                    return list(connection.execute(self._insert, [row for _, row in rows]).scalars())
            except OperationalError as failure:
                if "locked" not in str(failure.orig) or time.monotonic() > deadline:
                    raise
                time.sleep(RETRY_SECONDS)


def _impatient_engine(database: Database) -> Engine:
    """The writer's connection. SQLite lets whoever asks at the right moment write next, and a waiter asks ever more
    rarely: the intake asks every half millisecond instead, and so comes before the workers."""
    if database.engine.dialect.name != "sqlite":
        return database.engine
    engine = make_engine(database.engine.url.render_as_string(hide_password=False), database.keyring)
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA busy_timeout=0"))
    return engine.execution_options(writes=True)


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
