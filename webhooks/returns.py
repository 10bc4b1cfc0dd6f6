"""Returns that exist at Shopify. What follows from them here: goods on their way back are recommended no more."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.events import ItemsReturned, record
from shopify_app.orders.models import OrderLine
from shopify_app.shipments.whole_order import apply_whole_order
from shopify_app.shopify.payload_fields import number
from shopify_app.shopify.snapshots import ReturnSnapshot
from webhooks.orders import missing_order
from webhooks.work import Stale, Work

COMING_BACK = frozenset({"open", "closed"})


def goods_coming_back(work: Work) -> None:
    """``returns/approve|process|close|reopen``. The payloads name no goods reliably and bear no time, so the return is
    read anew."""
    snapshot = work.admin().shop_return(number(work.payload, "id"), work.now)
    if snapshot is None:
        raise Stale("Shopify shows us no such return")
    if snapshot.status not in COMING_BACK or not snapshot.lines:
        raise Stale("no goods are on their way back")
    order = missing_order(work, snapshot.order_id)
    with work.applying() as session:
        if order is not None:
            apply_whole_order(session, work.shop_id, order, work.now)
        _note(session, work, snapshot)


def nothing_follows(work: Work) -> None:
    """The other ``returns/*``, ``reverse_deliveries/*`` and ``reverse_fulfillment_orders/*``: kept in the inbox,
    without effect here."""
    raise Stale("nothing follows from it")


def _note(session: Session, work: Work, snapshot: ReturnSnapshot) -> None:
    line_ids = [line_id for line_id, quantity in snapshot.lines or () if quantity > 0]
    wanted = select(OrderLine.order_id, OrderLine.product_shopify_id).where(
        OrderLine.shop_id == work.shop_id,
        OrderLine.shopify_id.in_(line_ids),
        OrderLine.product_shopify_id.is_not(None),
    )
    rows = session.execute(wanted).all()
    if rows:
        products = tuple(sorted({product_id for _, product_id in rows if product_id is not None}))
        record(session, work.shop_id, ItemsReturned(order_id=rows[0].order_id, product_ids=products), work.now)
