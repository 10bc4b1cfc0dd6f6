"""Counting what was looked at, without making anybody wait: views gather in memory and are written every few seconds.

These are figures for the merchant, not facts anyone relies on: what a killed process had not written yet is lost.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from shopify_app.catalogue.models import HowToView
from shopify_app.db import Database
from shopify_app.orders.models import PageView

log = structlog.get_logger(__name__)

EVERY_SECONDS = 3.0

Seen = tuple[str, int, int, date, str]
"""What was looked at (a key of COUNTED), its shop, its row, the day, and from where."""

COUNTED: dict[str, tuple[Any, str, str]] = {
    "page": (PageView, "order_id", "surface"),
    "how_to": (HowToView, "how_to_id", "source"),
}
"""The table of each kind, and its columns for whose view it is and from where."""


class ViewCounter:
    """Takes note at once, writes soon. One for each process."""

    def __init__(self, database: Database, every_seconds: float = EVERY_SECONDS) -> None:
        self._database, self._every = database, every_seconds
        self._lock = threading.Lock()
        self._seen: Counter[Seen] = Counter()
        self._timer: threading.Timer | None = None

    def page(self, shop_id: int, order_id: int, surface: str, now: datetime) -> None:
        """An order's tracking page was opened (surface: proxy, link, account)."""
        self._note(("page", shop_id, order_id, now.date(), surface))

    def how_to(self, shop_id: int, how_to_id: int, source: str, now: datetime) -> None:
        """A how-to page was opened (source: page, link, scan)."""
        self._note(("how_to", shop_id, how_to_id, now.date(), source))

    def write(self) -> None:
        """Writes what has gathered, in one transaction; what cannot be written now is lost."""
        with self._lock:
            seen, self._seen, self._timer = self._seen, Counter(), None
        if not seen:
            return
        try:
            with self._database.write() as session:
                for kind in COUNTED:
                    _add(session, kind, {key: count for key, count in seen.items() if key[0] == kind})
        except SQLAlchemyError as failure:
            log.warning("views_not_written", error=type(failure).__name__)

    def _note(self, key: Seen) -> None:
        with self._lock:
            self._seen[key] += 1
            if self._timer is None:
                self._timer = threading.Timer(self._every, self.write)
                self._timer.daemon = True
                self._timer.start()


def _add(session: Session, kind: str, seen: Mapping[Seen, int]) -> None:
    """One statement for all: a hundred of them would be in the way of every page that is made meanwhile."""
    if not seen:
        return
    model, owner, column = COUNTED[kind]
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    counted = dialect.insert(model)
    adding = counted.on_conflict_do_update(
        index_elements=[owner, "day", column], set_={"count": model.count + counted.excluded.count}
    )
    rows = [
        {"shop_id": shop_id, owner: row_id, "day": day, column: source, "count": count}
        for (_, shop_id, row_id, day, source), count in sorted(seen.items())
    ]
    session.connection().execute(adding, rows)
