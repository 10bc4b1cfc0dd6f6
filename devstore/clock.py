"""The dev store's time: the machine's, shifted by the offset that all processes of a demo share."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """Real UTC plus the whole seconds written in the shared file (missing = 0); without a file, only real time."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._offset = 0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.offset_seconds())

    def offset_seconds(self) -> int:
        if self.path is None:
            return self._offset
        return _number_in(self.path) or 0

    def advance(self, seconds: int) -> datetime:
        """Moves the calendar for everyone who reads the file, and returns the new instant. Written by rename."""
        offset = self.offset_seconds() + seconds
        if self.path is None:
            self._offset = offset
        else:
            draft = self.path.with_name(self.path.name + ".new")
            draft.write_text(str(offset))
            os.replace(draft, self.path)
        return self.now()

    def scheduler_has_seen(self, offset_seconds: int) -> bool:
        """Whether the product's scheduler has run with this offset: it leaves the offset in ``<file>.seen``."""
        return self.path is not None and _number_in(self.path.with_name(self.path.name + ".seen")) == offset_seconds


def rfc3339(moment: datetime) -> str:
    """The instant as Shopify's payloads and GraphQL write it: ``2026-11-22T09:30:00Z``."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _number_in(path: Path) -> int | None:
    try:
        return int(path.read_text().strip() or 0)
    except (FileNotFoundError, ValueError):
        return None
