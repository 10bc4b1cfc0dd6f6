"""Storing arrivals durably without a commit for each: while one transaction commits, arrivals queue; the next takes
them all. No timer, so a lone arrival waits for nobody. One writer thread a process is all that SQLite wants anyway."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any

import structlog
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from shopify_app.db import Database
from shopify_app.observability import commit_size
from webhooks.inbox import Delivery

log = structlog.get_logger(__name__)

MOST_PER_COMMIT = 256
PATIENCE_SECONDS = 2.0
"""How old the oldest arrival in the queue may grow before newcomers are turned away."""


class Overloaded(Exception):
    """Commits do not keep up: turn the newcomer away, Shopify comes again."""


class Arrival:
    """One delivery on its way into the inbox; `told` is called once with whether it is stored for good."""

    __slots__ = ("queued_at", "row", "told")

    def __init__(self, row: dict[str, Any], told: Callable[[bool], None]) -> None:
        self.row, self.told, self.queued_at = row, told, time.monotonic()


class GroupCommit:
    """Puts deliveries into the inbox, each once by (shop, webhook id).

    `wake` gets the ids of the rows that are new, after everyone who waits has been told.
    """

    def __init__(self, database: Database, wake: Callable[[Sequence[int]], None]) -> None:
        self._database, self._wake = database, wake
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
            stored, new_ids = self.store(batch)
            for arrival, is_stored in zip(batch, stored, strict=True):
                arrival.told(is_stored)
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

    def store(self, batch: list[Arrival]) -> tuple[list[bool], list[int]]:
        """Whether each is stored, and the ids of rows that are new. One transaction for all; when one row cannot be
        stored (its shop has just been erased), one for each."""
        commit_size.observe(len(batch))
        try:
            return [True] * len(batch), self._commit([arrival.row for arrival in batch])
        except IntegrityError:
            return self._store_one_by_one(batch)
        except (SQLAlchemyError, OSError) as failure:
            log.error("intake_cannot_store", rows=len(batch), error=type(failure).__name__)
            return [False] * len(batch), []

    def _store_one_by_one(self, batch: list[Arrival]) -> tuple[list[bool], list[int]]:
        stored, new_ids = [], []
        for arrival in batch:
            try:
                new_ids += self._commit([arrival.row])
                stored.append(True)
            except (SQLAlchemyError, OSError) as failure:
                log.error("intake_cannot_store", shop_id=arrival.row["shop_id"], error=type(failure).__name__)
                stored.append(False)
        return stored, new_ids

    def _commit(self, rows: list[dict[str, Any]]) -> list[int]:
        with self._database.write() as session:
            return list(session.connection().execute(self._insert, rows).scalars())
