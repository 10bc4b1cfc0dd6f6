"""Words from the shop to a shopper about a return, outside of any verdict."""

from __future__ import annotations

from datetime import datetime

from shopify_app.db import Session
from shopify_app.events import ShopWrote, record
from shopify_app.returns import timeline
from shopify_app.returns.models import Return, ReturnEntry
from shopify_app.returns.moves import words
from shopify_app.returns.states import Actor
from shopify_app.returns.timeline import Told


def write(session: Session, ret: Return, text: str, staff: str, now: datetime) -> ReturnEntry:
    """Writes to the shopper, whatever the return's state: on its page, and by mail. Raises NothingSaid."""
    entry = timeline.add(session, ret, Told.MESSAGE, Actor.MERCHANT, now, staff=staff, said=words(text))
    record(session, ret.shop_id, ShopWrote(order_id=ret.order_id, return_id=ret.id, entry_id=entry.id), now)
    return entry
