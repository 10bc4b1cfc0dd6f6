"""On SQLite there is one writer at a time: while deliveries pour in, workers leave most of that time to the intake.

Storing a delivery is promised within five seconds, carrying it out is not. What waits is in the inbox; when the rush is
over, workers go at full speed again. PostgreSQL has room for all and needs none of this.
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
"""In a rush a worker rests so many times as long as its last transaction took ..."""
LONGEST_REST_SECONDS = 0.5
"""... but no longer than this."""


class Courtesy:
    """Called after each write transaction of a worker with how long it took, in seconds."""

    def __init__(self, database: Database, rest: Callable[[float], None] = time.sleep) -> None:
        self._database, self._rest = database, rest
        self._newest, self._looked_at = self._look(), time.monotonic()
        self._is_rush = False

    def __call__(self, took_seconds: float) -> None:
        now = time.monotonic()
        if now - self._looked_at >= LOOK_SECONDS:
            newest = self._look()
            self._is_rush = (newest - self._newest) / (now - self._looked_at) > RUSH_PER_SECOND
            self._newest, self._looked_at = newest, now
        if self._is_rush:
            self._rest(min(SHARE * took_seconds, LONGEST_REST_SECONDS))

    def _look(self) -> int:
        with self._database.read() as session:
            return session.scalar(select(func.max(Delivery.id))) or 0
