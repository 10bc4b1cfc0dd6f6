"""Status words that no table of ours knows: kept and counted, so that somebody adds them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.shipments.models import UnknownCode


def count(session: Session, shop_id: int, source: str, code: str, now: datetime) -> None:
    """Notes that `source` said `code` once more."""
    key = code[:80]
    wanted = select(UnknownCode).where(
        UnknownCode.shop_id == shop_id, UnknownCode.source == source, UnknownCode.code == key
    )
    row = session.scalar(wanted.with_for_update())
    if row is None:
        row = UnknownCode(shop_id=shop_id, source=source, code=key, count=0, first_at=now)
        session.add(row)
    row.count += 1
    row.last_at = now
