"""Orders: placed, changed, paid, edited, cancelled, refunded, deleted."""

from __future__ import annotations

from dataclasses import replace

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.orders.models import Order
from shopify_app.orders.projection import apply_refund, delete_order
from shopify_app.returns.balances import rows as balances
from shopify_app.returns.following import refund_seen
from shopify_app.shipments.whole_order import apply_whole_order
from shopify_app.shopify import payloads
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shopify.payload_fields import number, part
from shopify_app.shopify.snapshots import OrderSnapshot, RefundSnapshot
from webhooks.work import NotKnownYet, Stale, Work

log = structlog.get_logger(__name__)


def order_changed(work: Work) -> None:
    """``orders/create|updated|paid|cancelled``: each brings the order whole, but for the word how goods travel."""
    snapshot = replace(payloads.order(work.payload), told_at=work.triggered_at)
    if _may_be_collected(snapshot) and _delivery(work, snapshot.shopify_id) is None:
        snapshot = _with_delivery(work, snapshot)
    with work.applying() as session:
        order = apply_whole_order(session, work.shop_id, snapshot, work.now)
        balances.order_changed(session, order, work.now)


def _may_be_collected(snapshot: OrderSnapshot) -> bool:
    """Goods without an address to send them to. Where there is one, the next reconciling pass is early enough."""
    is_open = snapshot.cancelled_at is None and snapshot.channel != "pos"
    return is_open and snapshot.shipping_address is None and any(line.requires_shipping for line in snapshot.lines)


def _with_delivery(work: Work, snapshot: OrderSnapshot) -> OrderSnapshot:
    """The snapshot with what Shopify's fulfilment orders say; unchanged when Shopify does not answer now, because an
    order is not kept waiting for a word of its page."""
    try:
        told = work.admin().order(snapshot.shopify_id)
    except ShopifyError as failure:
        log.warning("delivery_not_told", shop_id=work.shop_id, error=type(failure).__name__)
        return snapshot
    return replace(snapshot, delivery=told.delivery, collect_at=told.collect_at) if told else snapshot


def _delivery(work: Work, order_id: int) -> str | None:
    wanted = select(Order.delivery).where(Order.shop_id == work.shop_id, Order.shopify_id == order_id)
    with work.reading() as session:
        return session.scalar(wanted)


def order_edited(work: Work) -> None:
    """``orders/edited`` says only what was added and removed: the order is read anew."""
    edit = part(work.payload, "order_edit") or work.payload
    snapshot = read_order(work, number(edit, "order_id"))
    with work.applying() as session:
        apply_whole_order(session, work.shop_id, snapshot, work.now)


def order_deleted(work: Work) -> None:
    """``orders/delete``: only test and cancelled orders can be deleted. It may come before the order itself."""
    order_id = number(work.payload, "id")
    with work.applying() as session:
        delete_order(session, work.shop_id, order_id, work.now)


def refund_created(work: Work) -> None:
    """``refunds/create``. The amount is read in the order's currency, which only the order tells."""
    order_id = number(work.payload, "order_id")
    order = missing_order(work, order_id)
    currency = order.currency if order else _currency(work, order_id)
    snapshot = payloads.refund(work.payload, currency)
    with work.applying() as session:
        if order is not None:
            apply_whole_order(session, work.shop_id, order, work.now)
        apply_refund(session, work.shop_id, snapshot, work.now)
        if not part(work.payload, "return"):
            _tell_returns(session, work, snapshot)


def _tell_returns(session: Session, work: Work, refund: RefundSnapshot) -> None:
    """A refund outside every return may be meant for one that is open."""
    wanted = select(Order).where(Order.shop_id == work.shop_id, Order.shopify_id == refund.order_id)
    order = session.scalars(wanted).one_or_none()
    if order is not None:
        lines = frozenset(line_id for line_id, _ in refund.returned)
        note = str(work.payload.get("note") or "")
        refund_seen(session, order, refund.shopify_id, refund.amount, lines, note, work.now)


def missing_order(work: Work, order_id: int) -> OrderSnapshot | None:
    """None when we hold the order, else the order as Shopify tells it. While the delivery is young the order may still
    be on its way to us: NotKnownYet."""
    if _currency_or_none(work, order_id) is not None:
        return None
    if work.is_young:
        raise NotKnownYet("its order has not reached us yet")
    return read_order(work, order_id)


def read_order(work: Work, order_id: int) -> OrderSnapshot:
    """The order as Shopify tells it now; Stale when Shopify shows us none (deleted, or older than 60 days)."""
    snapshot = work.admin().order(order_id)
    if snapshot is None:
        raise Stale("Shopify shows us no such order")
    return snapshot


def _currency(work: Work, order_id: int) -> str:
    currency = _currency_or_none(work, order_id)
    if currency is None:
        raise NotKnownYet("its order is gone from our books")
    return currency


def _currency_or_none(work: Work, order_id: int) -> str | None:
    wanted = select(Order.currency).where(Order.shop_id == work.shop_id, Order.shopify_id == order_id)
    with work.reading() as session:
        return session.scalar(wanted)
