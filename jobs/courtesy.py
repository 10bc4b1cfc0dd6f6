"""On SQLite there is one writer at a time: while deliveries pour in, workers leave that time to the intake.

Storing a delivery is promised within five seconds, carrying it out is not. What waits is in the inbox; when the rush is
over, workers go at full speed again. PostgreSQL has room for all and needs none of this.

A burst, as one order makes, only slows a worker down. A rush that lasts brings in more than workers could carry out at
full speed, so little is lost when they all but stop: each process still ends a transaction every few seconds, and the
slowest hundredth of the arrivals, which would meet one of them, meets none. After a minute of it they go on as in a
burst: whoever waits for a page has waited long enough.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

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
LASTING_SECONDS = 2.0
"""What has come in as fast as that over so long is no burst any more ..."""
REST_SECONDS = 2.0
"""... and a worker rests so long after each transaction. It is also how late it may notice that the rush is over."""
LONGEST_STANDSTILL_SECONDS = 60.0
"""For so long at most, in one rush."""


class Courtesy:
    """Called after each write transaction of a worker with how long it took, in seconds. `clock` is monotonic."""

    def __init__(
        self,
        database: Database,
        rest: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._rest, self._clock = database, rest, clock
        self._looks = deque([self._look()])
        self._is_burst = False
        self._lasts_since: float | None = None

    def __call__(self, took_seconds: float) -> None:
        now = self._clock()
        if now - self._looks[-1].at >= LOOK_SECONDS:
            self._note(self._look())
        if self._lasts_since is not None and now - self._lasts_since < LONGEST_STANDSTILL_SECONDS:
            self._rest(REST_SECONDS)
        elif self._is_burst:
            self._rest(min(SHARE * took_seconds, LONGEST_REST_SECONDS))

    def _note(self, seen: Look) -> None:
        """How fast deliveries have come in since the last look, and since the last look that is old enough."""
        while len(self._looks) > 1 and seen.at - self._looks[1].at >= LASTING_SECONDS:
            self._looks.popleft()
        first = self._looks[0]
        self._is_burst = seen.is_rush_since(self._looks[-1])
        lasts = seen.at - first.at >= LASTING_SECONDS and seen.is_rush_since(first)
        self._lasts_since = (self._lasts_since or seen.at) if lasts else None
        self._looks.append(seen)

    def _look(self) -> Look:
        with self._database.read() as session:
            return Look(self._clock(), session.scalar(select(func.max(Delivery.id))) or 0)


@dataclass(frozen=True)
class Look:
    """The newest delivery's id at a time."""

    at: float
    newest: int

    def is_rush_since(self, earlier: Look) -> bool:
        """Whether deliveries have come in faster than workers carry them out."""
        return self.newest - earlier.newest > RUSH_PER_SECOND * (self.at - earlier.at)
