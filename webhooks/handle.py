"""Carrying out what the inbox holds: claim, dispatch by topic, finish or come back. The handlers' contract: `Work`."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select, update

from shopify_app.fault_points import reached
from shopify_app.leases import LeaseLost, WorkState, claim, finish, park, retry_later
from shopify_app.observability import deliveries_handled
from shopify_app.queue import celery
from shopify_app.shopify.payloads import BadPayload
from shopify_app.shops.models import Shop, ShopState
from shopify_app.wiring import Adapters
from webhooks import app, catalogue, compliance, customers, fulfillments, orders, returns
from webhooks.inbox import Delivery, unpack
from webhooks.work import NotKnownYet, Stale, Work

log = structlog.get_logger(__name__)

TOPICS: dict[str, Callable[[Work], None]] = {
    "customers/data_request": compliance.customers_data_request,
    "customers/redact": compliance.customers_redact,
    "shop/redact": compliance.shop_redact,
    "app/uninstalled": app.app_uninstalled,
    "app/scopes_update": app.app_scopes_update,
    "app_subscriptions/update": app.app_subscriptions_update,
    "shop/update": app.shop_update,
    "markets/create": app.market_changed,
    "markets/update": app.market_changed,
    "markets/delete": app.market_changed,
    "orders/create": orders.order_changed,
    "orders/updated": orders.order_changed,
    "orders/paid": orders.order_changed,
    "orders/cancelled": orders.order_changed,
    "orders/edited": orders.order_edited,
    "orders/delete": orders.order_deleted,
    "refunds/create": orders.refund_created,
    "fulfillments/create": fulfillments.fulfillment_changed,
    "fulfillments/update": fulfillments.fulfillment_changed,
    "fulfillment_events/create": fulfillments.event_created,
    "fulfillment_events/delete": fulfillments.event_deleted,
    "fulfillment_orders/line_items_prepared_for_pickup": fulfillments.items_prepared_here,
    "fulfillment_orders/line_items_prepared_for_local_delivery": fulfillments.items_prepared_here,
    "returns/request": returns.return_changed,
    "returns/approve": returns.return_changed,
    "returns/decline": returns.return_changed,
    "returns/cancel": returns.return_changed,
    "returns/close": returns.return_changed,
    "returns/reopen": returns.return_changed,
    "returns/update": returns.return_changed,
    "returns/process": returns.return_changed,
    "reverse_deliveries/attach_deliverable": returns.parcel_attached,
    "reverse_fulfillment_orders/dispose": returns.goods_disposed,
    "products/create": catalogue.product_changed,
    "products/update": catalogue.product_changed,
    "products/delete": catalogue.product_deleted,
    "inventory_levels/update": catalogue.stock_changed,
    "customers/update": customers.customer_changed,
    "customers/delete": customers.customer_deleted,
    "customers/merge": customers.customers_merged,
}
"""Every topic we subscribe to (`shopify.app.toml`, checked both ways by a test) and the function that handles it."""

AFTER_UNINSTALL = frozenset({"customers/data_request", "customers/redact", "shop/redact", "app/uninstalled"})
"""What is still carried out for a shop that has uninstalled us."""


@celery.task(name="webhooks.handle", bind=True)
def handle(self: Any, *delivery_ids: int) -> None:
    """Carries out the deliveries with these ids, one by one; those that somebody else holds or has done are passed."""
    for delivery_id in delivery_ids:
        handle_delivery(self.app.adapters, delivery_id)


def handle_delivery(adapters: Adapters, delivery_id: int) -> None:
    """Claims one delivery, carries it out and leaves the outcome in its row; raises nothing a handler may raise."""
    now = adapters.clock.now()
    reached("inbox.before_lease")
    with adapters.database.write() as session:
        lease = claim(session, Delivery, delivery_id)
        row = session.get(Delivery, delivery_id) if lease else None
        shop_state = session.scalar(select(Shop.state).where(Shop.id == row.shop_id)) if row else None
    if row is None or lease is None:
        return
    reached("inbox.after_lease")
    try:
        outcome = _carry_out(adapters, row, lease, shop_state, now)
    except LeaseLost:
        outcome = "lease_lost"
    deliveries_handled.labels(topic=row.topic, outcome=outcome).inc()


def _carry_out(adapters: Adapters, row: Delivery, lease: str, shop_state: str | None, now: datetime) -> str:
    try:
        if shop_state == ShopState.UNINSTALLED and row.topic not in AFTER_UNINSTALL:
            raise Stale("the shop has uninstalled us")
        TOPICS[row.topic](_work(adapters, row, lease, now))
    except LeaseLost:
        raise
    except Stale as reason:
        return _done(adapters, row, lease, str(reason), now)
    except BadPayload as fault:
        return _parked(adapters, row, lease, str(fault))
    except NotKnownYet as reason:
        return _later(adapters, row, lease, str(reason), now)
    except Exception as failure:  # the boundary: the row keeps the type, the ladder ends in `parked`
        log.warning("webhook_failed", topic=row.topic, shop_id=row.shop_id, delivery_id=row.id, exc_info=failure)
        return _later(adapters, row, lease, type(failure).__name__, now)
    return "done"


def _work(adapters: Adapters, row: Delivery, lease: str, now: datetime) -> Work:
    return Work(
        adapters=adapters,
        shop_id=row.shop_id,
        delivery_id=row.id,
        topic=row.topic,
        payload=_payload(row.body),
        triggered_at=row.triggered_at or row.received_at,
        received_at=row.received_at,
        lease=lease,
        now=now,
    )


def _payload(body: bytes | None) -> dict[str, Any]:
    if body is None:
        raise BadPayload("The body is no longer kept.")
    try:
        payload = json.loads(unpack(body))
    except (ValueError, RecursionError, zlib.error) as failure:
        raise BadPayload("The body is not JSON.") from failure
    if not isinstance(payload, dict):
        raise BadPayload("The body is JSON, but not an object.")
    return payload


def _done(adapters: Adapters, row: Delivery, lease: str, note: str, now: datetime) -> str:
    with adapters.database.write() as session:
        finish(session, Delivery, row.id, lease, handled_at=now)
        session.execute(update(Delivery).where(Delivery.id == row.id).values(error=note[:500]))
    return "stale"


def _parked(adapters: Adapters, row: Delivery, lease: str, because: str) -> str:
    log.warning("webhook_parked", topic=row.topic, shop_id=row.shop_id, delivery_id=row.id, because=because)
    with adapters.database.write() as session:
        park(session, Delivery, row.id, lease, because)
    return "parked"


def _later(adapters: Adapters, row: Delivery, lease: str, because: str, now: datetime) -> str:
    with adapters.database.write() as session:
        state = retry_later(session, Delivery, row.id, lease, because, now)
    if state == WorkState.PARKED:
        log.warning("webhook_parked", topic=row.topic, shop_id=row.shop_id, delivery_id=row.id, because=because)
    return "parked" if state == WorkState.PARKED else "later"
