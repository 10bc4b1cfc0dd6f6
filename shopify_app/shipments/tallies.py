"""Counts that many workers raise at once: unknown status words, and the histograms of lanes.

Each is one statement (insert, or add to what is there), so that two workers neither lose a count nor trip over the row
the other has just made. Both databases speak ON CONFLICT.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from shopify_app.db import Session
from shopify_app.shipments.models import TransitCount, UnknownCode


def count_unknown(session: Session, shop_id: int, source: str, code: str, now: datetime) -> None:
    """Notes that `source` used a word no table of ours knows once more."""
    row = {"shop_id": shop_id, "source": source, "code": code[:80], "count": 1, "first_at": now, "last_at": now}
    again = {"count": UnknownCode.count + 1, "last_at": now}
    insert = _insert(session, UnknownCode).values(row)
    session.execute(insert.on_conflict_do_update(index_elements=["shop_id", "source", "code"], set_=again))


def count_transit(session: Session, shop_id: int, lane: str, days: int, parcels: int) -> None:
    """Adds `parcels` (negative: takes away) that took `days` working days to a lane's histogram."""
    row = {"shop_id": shop_id, "lane": lane, "working_days": days, "parcels": parcels}
    again = {"parcels": TransitCount.parcels + parcels}
    insert = _insert(session, TransitCount).values(row)
    session.execute(insert.on_conflict_do_update(index_elements=["shop_id", "lane", "working_days"], set_=again))


def _insert(session: Session, model: type[Any]) -> Any:
    is_postgres = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(model) if is_postgres else sqlite.insert(model)
