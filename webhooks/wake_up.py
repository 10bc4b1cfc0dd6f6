"""Telling the workers that the inbox holds something new, on a thread of its own: nobody waits for the broker.

A wake-up is a courtesy. One that is lost is made good by the schedule's sweep of the rows.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue

MOST_WAITING = 10_000
MOST_PER_MESSAGE = 50
GATHER_SECONDS = 0.02
"""A message to the broker costs more than storing a delivery: what arrives within this time of the last one, or while
others wait, shares one. A lone arrival's leaves at once."""


class WakeUps:
    """Sends ids of new deliveries to ``webhooks.handle``: one a message when it is quiet, several when it is not."""

    def __init__(self, send: Callable[..., bool]) -> None:
        self._send = send
        self._queue: SimpleQueue[int] = SimpleQueue()
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def __call__(self, delivery_ids: Sequence[int]) -> None:
        """Returns at once. With ten thousand waiting (the broker is away) newcomers are left to the sweep."""
        if self._queue.qsize() < MOST_WAITING:
            for delivery_id in delivery_ids:
                self._queue.put(delivery_id)
        if self._thread is None:
            self._begin()

    def _begin(self) -> None:
        with self._start:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="intake-wake-up", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        sent_at = -GATHER_SECONDS
        while True:
            ids = [self._queue.get()]
            if not self._queue.empty() or time.monotonic() - sent_at < GATHER_SECONDS:
                time.sleep(GATHER_SECONDS)
            try:
                while len(ids) < MOST_PER_MESSAGE:
                    ids.append(self._queue.get_nowait())
            except Empty:
                pass
            self._send("webhooks.handle", *ids)
            sent_at = time.monotonic()
