"""What a return's goods travel with, as facts for the dossier: labels and parcels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shopify_app.returns.parcels.models import ReturnLabel, ReturnParcel
from shopify_app.together import Together


@dataclass(frozen=True)
class LabelFacts:
    """A label that was not taken back. `source` is ``merchant`` or a provider; `is_at_hand`: shoppers can use it."""

    id: int
    kind: str
    source: str
    carrier: str | None
    number: str | None
    added_at: datetime
    valid_until: datetime | None
    is_at_hand: bool


@dataclass(frozen=True)
class ParcelFacts:
    """A parcel on its way back. `provider` follows it (None: nobody does); `state` as of its scans."""

    number: str
    carrier: str | None
    url: str | None
    provider: str | None
    state: str
    first_scan_at: datetime | None
    delivered_at: datetime | None


def labels_of(rows: Together) -> tuple[LabelFacts, ...]:
    """Oldest first."""
    names = ("id", "kind", "source", "carrier", "number", "added_at", "valid_until")
    return tuple(
        LabelFacts(**{name: getattr(row, name) for name in names}, is_at_hand=bool(row.file_name or row.url))
        for row in rows.of(ReturnLabel)
    )


def parcels_of(rows: Together) -> tuple[ParcelFacts, ...]:
    """In the order in which they became known."""
    names = ("number", "carrier", "url", "provider", "state", "first_scan_at", "delivered_at")
    return tuple(ParcelFacts(**{name: getattr(row, name) for name in names}) for row in rows.of(ReturnParcel))
