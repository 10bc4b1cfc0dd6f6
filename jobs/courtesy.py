"""On SQLite there is one writer at a time: while deliveries pour in, workers leave that time to the intake.

Storing a delivery is promised within five seconds, carrying it out is not. What waits is in the inbox; when the rush is
over, workers go at full speed again. PostgreSQL has room for all and needs none of this.

A burst, as one order makes, only slows a worker down. A rush that lasts brings in more than workers could carry out at
full speed, so little is lost when they all but stop: each process still ends a transaction every few seconds, and the
slowest hundredth of the arrivals, which would meet one of them, meets none.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import func, select

from shopify_app.db import Database
from webhooks.inbox import Delivery

RUSH_PER_SECOND = 40.0
"""Arrivals a second from which it counts as a rush; workers alone carry out about that many."""
LOOK_SECONDS = 0.1
SHARE = 20
"""In a burst a worker rests so many times as long as its last transaction took ..."""
LONGEST_REST_SECONDS = 0.5
"""... but no longer than this."""
LASTING_SECONDS = 1.0
"""A rush as old as this is no burst any more ..."""
REST_SECONDS = 2.0
"""... and a worker rests so long after each transaction. It is also how late it may notice that the rush is over."""


class Courtesy:
    """Called after each write transaction of a worker with how long it took, in seconds. `clock` is monotonic."""

    def __init__(
        self,
        database: Database,
        rest: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._rest, self._clock = database, rest, clock
        self._newest, self._looked_at = self._look(), clock()
        self._rush_since: float | None = None

    def __call__(self, took_seconds: float) -> None:
        now = self._clock()
        if now - self._looked_at >= LOOK_SECONDS:
            self._note(now)
        if self._rush_since is None:
            return
        lasts = now - self._rush_since >= LASTING_SECONDS
        self._rest(REST_SECONDS if lasts else min(SHARE * took_seconds, LONGEST_REST_SECONDS))

    def _note(self, now: float) -> None:
        """How fast deliveries have come in since the last look."""
        newest, before = self._look(), self._looked_at
        is_rush = (newest - self._newest) / (now - before) > RUSH_PER_SECOND
        self._rush_since = (self._rush_since or before) if is_rush else None
        self._newest, self._looked_at = newest, now

    def _look(self) -> int:
        with self._database.read() as session:
            return session.scalar(select(func.max(Delivery.id))) or 0
