"""The one place where the product reads the time. Everything else takes `now` as a parameter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Answers the present instant, timezone-aware, in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FileClock:
    """The machine's clock, shifted by the whole seconds written in a file that several processes share.

    A missing or unreadable file means no shift. Leases and broker time-outs never use this clock: they run on real
    time, so that moving the calendar cannot steal a job from a living worker.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def offset_seconds(self) -> int:
        try:
            return int(self.path.read_text().strip() or 0)
        except (FileNotFoundError, ValueError):
            return 0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.offset_seconds())

    def seen(self, offset_seconds: int) -> None:
        """Tells whoever moved the calendar that the schedule has run with `offset_seconds`."""
        self.path.with_name(self.path.name + ".seen").write_text(str(offset_seconds))
