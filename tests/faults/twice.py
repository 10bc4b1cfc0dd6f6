"""What stands at Shopify in the name of one step of ours, and must stand there once."""

from __future__ import annotations

from collections import Counter

from balance import Findings, Row
from sqlalchemy import select
from sqlalchemy.orm import Session

from devstore.store import Store
from shopify_app.orders.models import Order
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup


def twice(session: Session, store: Store, order_id: int, found: Findings) -> None:
    """Returns of the order (our id) that hold goods and that no group of ours knows; refunds that carry the name of
    one step."""
    number = session.get_one(Order, order_id).shopify_id
    mine = select(ReleaseGroup.shopify_return_id).join(Return).where(Return.order_id == order_id)
    made = set(session.scalars(mine))
    living = [each for each in store.find("return", order_id=number) if _holds_goods(each)]
    found.double += [f"return {each['name']} at Shopify is nobody's" for each in living if each["id"] not in made]
    notes = Counter(each["note"] for each in store.find("refund", order_id=number) if each["note"])
    found.double += [f"{count} refunds at Shopify say {note}" for note, count in notes.items() if count > 1]


def _holds_goods(made: Row) -> bool:
    """Whether a return at Shopify keeps units for itself; one that was cancelled or emptied does not."""
    return made["status"] in ("open", "closed") and any(line["quantity"] for line in made["return_line_items"])
