"""Look-ups are counted where they happen: nothing else remembers those that found nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite

from shopify_app.db import Session
from shopify_app.insights.models import LookUpDay
from shopify_app.insights.periods import day_of
from shopify_app.shops.models import Shop


def count_look_up(session: Session, shop: Shop, found: bool, now: datetime) -> None:
    """One more look-up by order number, in one statement."""
    row = {
        "shop_id": shop.id,
        "day": day_of(now, shop.timezone),
        "answered": int(found),
        "missed": int(not found),
    }
    is_postgres = session.get_bind().dialect.name == "postgresql"
    insert = (postgresql.insert(LookUpDay) if is_postgres else sqlite.insert(LookUpDay)).values(row)
    again = {"answered": LookUpDay.answered + row["answered"], "missed": LookUpDay.missed + row["missed"]}
    session.execute(insert.on_conflict_do_update(index_elements=["shop_id", "day"], set_=again))
