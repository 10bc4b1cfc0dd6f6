"""How far reading the shop's past has come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.shops.models import Backfill

KINDS: Mapping[str, Phrase] = {
    "products": phrase("Products"),
    "collections": phrase("Collections"),
    "customers": phrase("Customers"),
    "orders": phrase("Orders"),
}
READ: Mapping[str, Callable[[int], Phrase]] = {
    "products": lambda count: phrase_n("{count} product", "{count} products", count),
    "collections": lambda count: phrase_n("{count} collection", "{count} collections", count),
    "customers": lambda count: phrase_n("{count} customer", "{count} customers", count),
    "orders": lambda count: phrase_n("{count} order", "{count} orders", count),
}


@dataclass(frozen=True)
class Reading:
    """How far one kind of thing has been read. `share` is 0 to 100, None when nobody knows the whole."""

    label: Phrase
    counted: Phrase
    seen: int
    expected: int | None
    is_done: bool

    @property
    def share(self) -> int | None:
        if self.is_done:
            return 100
        return min(99, self.seen * 100 // self.expected) if self.expected else None


@dataclass(frozen=True)
class Progress:
    """The reading of the shop's past; empty `readings` means that it has not begun."""

    readings: tuple[Reading, ...]

    @property
    def is_done(self) -> bool:
        return bool(self.readings) and all(reading.is_done for reading in self.readings)


def read_progress(session: Session, shop_id: int) -> Progress:
    """From the back-fill's own rows, in the order in which a merchant would name them; one statement."""
    rows = session.scalars(select(Backfill).where(Backfill.shop_id == shop_id, Backfill.kind.in_(KINDS))).all()
    by_kind = {row.kind: row for row in rows}
    return Progress(
        tuple(
            Reading(label, READ[kind](row.seen), row.seen, row.expected, row.finished_at is not None)
            for kind, label in KINDS.items()
            if (row := by_kind.get(kind))
        )
    )
