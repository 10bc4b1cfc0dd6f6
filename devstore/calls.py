"""The log of Admin API calls, for people and tests: what was asked, what was answered."""

from __future__ import annotations

import json
import threading
from collections import deque
from itertools import count
from typing import Any

KEPT = 3000


class CallLog:
    """The latest calls in memory, oldest first; it starts empty with the process."""

    def __init__(self) -> None:
        self._calls: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._numbers = count(1)
        self._lock = threading.Lock()

    def add(self, call: dict[str, Any]) -> None:
        """Keeps a call under a rising `id`; its `answer` is the JSON text that was sent."""
        with self._lock:
            self._calls.append({"id": next(self._numbers), **call})

    def list(self, operation: str = "", after: int = 0) -> list[dict[str, Any]]:
        """Calls whose operation contains the text, with an id above `after`."""
        with self._lock:
            chosen = [call for call in self._calls if call["id"] > after and operation in call["operation"]]
        return [{**call, "answer": json.loads(call["answer"])} for call in chosen]

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()
