"""Orders as Shopify tells them, applied in any order and any number of times: an older fact never overrides a newer.

Of facts of one second (Shopify's clock has whole ones) the one triggered last is the newer; equal times are applied
again, which changes nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from shopify_app import events
from shopify_app.crypto import ascii_digits, normalise_email, normalise_phone, normalise_postcode
from shopify_app.customers.projection import apply_customer
from shopify_app.db import Session, keyring_of
from shopify_app.orders.models import DeletedOrder, Order, OrderLine
from shopify_app.orders.unsent import never_sent
from shopify_app.shopify.newest import is_overtaken, told_until
from shopify_app.shopify.snapshots import Address, LineSnapshot, OrderSnapshot, RefundSnapshot

PAID = frozenset({"paid", "partially_refunded", "refunded"})
COPIED = (
    *("name", "currency", "shop_currency", "taxes_included", "financial_status", "fulfillment_status", "channel"),
    *("is_company", "is_test", "status_url", "placed_at", "cancelled_at", "cancel_reason", "closed_at"),
)
"""Facts that a snapshot and a row name alike."""


def apply_order(session: Session, shop_id: int, snapshot: OrderSnapshot, now: datetime) -> Order:
    """The order's row and lines, brought up to the snapshot unless they already know something newer.

    Records OrderPlaced, OrderPaid, OrderChanged, OrderCancelled and what the refunds inside the snapshot say; of an
    order that was deleted before it came, nothing. Parcels inside the snapshot are the shipments room's to apply.
    """
    order = _find_or_begin(session, shop_id, snapshot.shopify_id)
    is_new = order is None
    if order is None:
        gone = _deleted_before(session, shop_id, snapshot.shopify_id)
        order = Order(shop_id=shop_id, shopify_id=snapshot.shopify_id, fact_at=snapshot.fact_at, deleted_at=gone)
        session.add(order)
    elif knows_better(order, snapshot) or order.deleted_at is not None or order.erased_at is not None:
        return order
    before, described = (order.paid_at, order.cancelled_at), None if is_new else _described(order)
    left = _left_by_untold_refunds(order, snapshot)
    _write(session, order, snapshot, now)
    for line in order.lines:
        _leave(line, left.get(line.shopify_id, line.current_quantity))
    session.flush()
    if order.deleted_at is not None:
        return order
    _tell(session, order, is_new, before, now)
    if described is not None and described != _described(order):
        events.record(session, shop_id, events.OrderDescribedAnew(order_id=order.id), now)
    for refund in snapshot.refunds:
        _count(session, order, refund, now)
    return order


def knows_better(order: Order, snapshot: OrderSnapshot) -> bool:
    """Whether the row holds something newer than the snapshot, which then has nothing to say."""
    return is_overtaken(snapshot, order.fact_at, order.told_at)


def delete_order(session: Session, shop_id: int, shopify_id: int, now: datetime) -> None:
    """Shopify deleted the order: its page answers as unknown from now on. One that has not reached us yet, and may
    still, is remembered by its number."""
    order = _find_or_begin(session, shop_id, shopify_id)
    if order is None:
        if _deleted_before(session, shop_id, shopify_id) is None:
            session.add(DeletedOrder(shop_id=shop_id, shopify_id=shopify_id, deleted_at=now))
    elif order.deleted_at is None:
        order.deleted_at = now
        events.record(session, shop_id, events.OrderDeleted(order_id=order.id), now)


def _deleted_before(session: Session, shop_id: int, shopify_id: int) -> datetime | None:
    mine = DeletedOrder.shop_id == shop_id, DeletedOrder.shopify_id == shopify_id
    return session.scalar(select(DeletedOrder.deleted_at).where(*mine))


def items_prepared(session: Session, shop_id: int, shopify_id: int, at: datetime, now: datetime) -> None:
    """The merchant marked what is collected or brought by the shop itself as ready; `at` is Shopify's time of it. The
    first such word counts; of an order that we do not hold it is none."""
    order = find(session, shop_id, shopify_id)
    if order is not None and order.packed_at is None and order.erased_at is None:
        order.packed_at = at
        events.record(session, shop_id, events.OrderChanged(order_id=order.id), now)


def apply_refund(session: Session, shop_id: int, refund: RefundSnapshot, now: datetime) -> None:
    """Counts a refund once, takes its goods off the order's lines and says what it means; an order we do not hold
    raises LookupError. An order's own snapshot brings its refunds and its lines together: what it told is not taken
    off."""
    order = find(session, shop_id, refund.order_id)
    if order is None:
        raise LookupError(f"order {refund.order_id} is not known yet")
    if _count(session, order, refund, now):
        off = _units_off([refund])
        for line in order.lines:
            _leave(line, line.current_quantity - off.get(line.shopify_id, 0))


def _leave(line: OrderLine, units: int) -> None:
    """No more than `units` are left; whether those that went had been sent, only the order's next word tells."""
    if units < line.current_quantity:
        line.current_quantity, line.never_sent = max(0, units), None


def _count(session: Session, order: Order, refund: RefundSnapshot, now: datetime) -> bool:
    """Whether it was not counted yet."""
    if refund.shopify_id in order.refund_ids:
        return False
    order.refund_ids = [*order.refund_ids, refund.shopify_id]
    order.refunded += refund.amount.amount
    fully = order.total > 0 and order.refunded >= order.total
    events.record(session, order.shop_id, events.OrderRefunded(order_id=order.id, fully=fully), now)
    came_back = {line for line, quantity in refund.returned if quantity > 0}
    products = sorted({line.product_shopify_id or 0 for line in order.lines if line.shopify_id in came_back} - {0})
    if products:
        events.record(session, order.shop_id, events.ItemsReturned(order_id=order.id, product_ids=tuple(products)), now)
    return True


def _left_by_untold_refunds(order: Order, snapshot: OrderSnapshot) -> dict[int, int]:
    """What is left of each line where a refund came before the order's own word of it: a snapshot that lacks a refund
    is from before it, however much else it knows. What the snapshot's own refunds took that are news goes off, too."""
    known = set(order.refund_ids or ())
    if not known - {refund.shopify_id for refund in snapshot.refunds}:
        return {}
    off = _units_off(refund for refund in snapshot.refunds if refund.shopify_id not in known)
    return {line.shopify_id: max(0, line.current_quantity - off.get(line.shopify_id, 0)) for line in order.lines}


def _units_off(refunds: Iterable[RefundSnapshot]) -> Counter[int]:
    """What they take, by line; a refund may name a line more than once."""
    off = Counter[int]()
    for refund in refunds:
        for line, units in refund.returned:
            off[line] += units
    return off


def find(session: Session, shop_id: int, shopify_id: int) -> Order | None:
    """The shop's order with this Shopify id; locked for the transaction where the database can."""
    wanted = select(Order).where(Order.shop_id == shop_id, Order.shopify_id == shopify_id)
    return session.scalar(wanted.with_for_update())


def _find_or_begin(session: Session, shop_id: int, shopify_id: int) -> Order | None:
    """The same; where there is none yet, whoever is told of this order at the same moment waits for this transaction:
    it could be made and deleted by two who see nothing of each other."""
    order = find(session, shop_id, shopify_id)
    if order is not None or session.get_bind().dialect.name != "postgresql":  # SQLite has one writer
        return order
    session.execute(select(func.pg_advisory_xact_lock(shopify_id)))
    return find(session, shop_id, shopify_id)


def forget(session: Session, shop_id: int, customer_id: int | None, order_shopify_ids: tuple[int, ...]) -> int:
    """Erases what is personal in a customer's orders and in those named; how many orders were touched."""
    mine = Order.shopify_id.in_(order_shopify_ids)
    if customer_id is not None:
        mine = mine | (Order.customer_id == customer_id)
    orders = session.scalars(select(Order).where(Order.shop_id == shop_id, mine)).all()
    for order in orders:
        order.email = order.phone = order.shipping_address = order.billing_address = order.status_url = None
        order.email_hash = order.phone_hash = order.postcode_hash = order.billing_postcode_hash = None
        order.customer_id = None
        order.erased_at = order.erased_at or order.fact_at
    return len(orders)


def number_key(name: str) -> str:
    """An order's name as a shopper may type it: ``#1042``, ``1042`` and ``# 1042`` are one, in any digits; letters
    upper case."""
    return "".join(ch for ch in ascii_digits(name).upper() if ch.isalnum())


def _write(session: Session, order: Order, snapshot: OrderSnapshot, now: datetime) -> None:
    for name in COPIED:
        setattr(order, name, getattr(snapshot, name))
    for name in ("subtotal", "shipping", "discount", "tax", "total"):
        setattr(order, name, getattr(snapshot, name).amount)
    if snapshot.shop_total is not None:
        order.shop_total = snapshot.shop_total.amount
    order.number = number_key(snapshot.name)
    order.payment_gateways, order.tags = list(snapshot.payment_gateways), list(snapshot.tags)
    order.discount_codes = list(snapshot.discount_codes)
    order.locale = snapshot.locale or order.locale
    order.refunded, order.refund_ids = order.refunded or 0, order.refund_ids or []
    if snapshot.customer is not None:
        order.customer_id = apply_customer(session, order.shop_id, snapshot.customer, now).id
    _write_contact(session, order, snapshot)
    _write_milestones(order, snapshot)
    _write_lines(order, snapshot)
    order.told_at = told_until(snapshot, order.fact_at, order.told_at, now)
    order.fact_at = snapshot.fact_at


def _write_contact(session: Session, order: Order, snapshot: OrderSnapshot) -> None:
    keyring = keyring_of(session)
    shipping, billing = snapshot.shipping_address, snapshot.billing_address
    email = snapshot.email or (snapshot.customer.email if snapshot.customer else None)
    phone = snapshot.phone or (shipping.phone if shipping else None) or (billing.phone if billing else None)
    phone = phone or (snapshot.customer.phone if snapshot.customer else None)
    order.email, order.phone = email, phone
    hashes = {
        "email_hash": ("email", normalise_email(email)),
        "phone_hash": ("phone", normalise_phone(phone)),
        "postcode_hash": ("postcode", normalise_postcode(shipping.zip if shipping else None)),
        "billing_postcode_hash": ("postcode", normalise_postcode(billing.zip if billing else None)),
    }
    for column, (kind, value) in hashes.items():
        setattr(order, column, keyring.blind(kind, value) if value else None)
    order.shipping_address, order.billing_address = _as_json(shipping), _as_json(billing)
    destination = shipping or billing
    order.country = destination.country_code if destination else None
    order.province = (destination.province_code or "")[:12] or None if destination else None


def _write_milestones(order: Order, snapshot: OrderSnapshot) -> None:
    """First sight of a milestone is kept: the payloads carry flags, not times."""
    seen_at = (
        snapshot.placed_at if order.confirmed_at is None and order.fact_at == snapshot.fact_at else snapshot.fact_at
    )
    if snapshot.confirmed and order.confirmed_at is None:
        order.confirmed_at = seen_at
    if snapshot.financial_status in PAID and order.paid_at is None:
        order.paid_at = seen_at
    order.packing_since = snapshot.packing_since or order.packing_since
    order.packed_at = snapshot.packed_at or order.packed_at
    order.delivery = snapshot.delivery or order.delivery
    if snapshot.collect_at is not None:
        order.collect_at = {name: value for name, value in asdict(snapshot.collect_at).items() if value}


def _write_lines(order: Order, snapshot: OrderSnapshot) -> None:
    known = {line.shopify_id: line for line in order.lines}
    order.lines = [
        _line(
            known.get(line.shopify_id) or OrderLine(shop_id=order.shop_id, shopify_id=line.shopify_id), line, position
        )
        for position, line in enumerate(snapshot.lines)
    ]
    for row, line in zip(order.lines, snapshot.lines, strict=True):
        row.never_sent = never_sent(line, snapshot.fulfillments)


def _line(row: OrderLine, line: LineSnapshot, position: int) -> OrderLine:
    row.product_shopify_id, row.variant_shopify_id = line.product_id, line.variant_id
    row.title, row.variant_title, row.sku, row.vendor = line.title, line.variant_title, line.sku, line.vendor
    row.quantity, row.current_quantity = line.quantity, line.current_quantity
    row.unit_price = line.unit_price.amount
    row.discounts = [
        {"amount": part.amount.amount, "application": part.application, "scope": part.scope} for part in line.discounts
    ]
    row.taxes = [{"amount": tax.amount.amount, "rate": tax.rate, "title": tax.title} for tax in line.taxes]
    row.requires_shipping, row.is_gift_card, row.position = line.requires_shipping, line.is_gift_card, position
    return row


def _tell(
    session: Session, order: Order, is_new: bool, before: tuple[datetime | None, datetime | None], now: datetime
) -> None:
    paid_before, cancelled_before = before
    if is_new:
        events.record(session, order.shop_id, events.OrderPlaced(order_id=order.id, placed_at=order.placed_at), now)
    else:
        events.record(session, order.shop_id, events.OrderChanged(order_id=order.id), now)
    if order.paid_at is not None and paid_before is None:
        events.record(session, order.shop_id, events.OrderPaid(order_id=order.id), now)
    if order.cancelled_at is not None and cancelled_before is None:
        events.record(session, order.shop_id, events.OrderCancelled(order_id=order.id), now)


def _described(order: Order) -> tuple[Any, ...]:
    """By what people name the order: whose it is, where it goes, what its items are called."""
    items = [(line.shopify_id, line.title, line.sku) for line in order.lines]
    return order.customer_id, order.shipping_address, order.country, order.province, items


def _as_json(address: Address | None) -> str | None:
    if address is None:
        return None
    return json.dumps({name: value for name, value in asdict(address).items() if value}, ensure_ascii=False)
