"""Everything we hold about one person, as plain JSON for the merchant to hand over."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import selectinload

from shopify_app.customers.models import Customer
from shopify_app.db import Session
from shopify_app.messages import privacy as messages
from shopify_app.orders.models import Order, OrderLine
from shopify_app.recommendations.models import CardClick
from shopify_app.returns import privacy as returns
from shopify_app.returns.no_receipt import privacy as no_receipt
from shopify_app.shipments.models import Scan, Shipment
from shopify_app.shops.privacy import Subject

AT_ONCE = 500
"""Orders that are read together. An address that a till or a marketplace gives has thousands, and a copy is made with
the database's one writer held."""


def export(session: Session, shop_id: int, person: Subject) -> dict[str, Any]:
    """``{"customer": {...} | null, "orders": [...], "lists": [...], "requests": [...]}``: amounts as decimals with
    their currency, times in UTC. `requests` are those without an order number."""
    customer = session.scalar(
        select(Customer).where(Customer.shop_id == shop_id, Customer.shopify_id == person.customer_shopify_id)
    )
    theirs: list[ColumnElement[bool]] = [Order.shopify_id.in_(person.order_shopify_ids)]
    if customer is not None:
        theirs.append(Order.customer_id == customer.id)
    if person.email_hash is not None:
        theirs.append(Order.email_hash == person.email_hash)
    ids = session.scalars(
        select(Order.id).where(Order.shop_id == shop_id, or_(*theirs)).order_by(Order.placed_at)
    ).all()
    pieces = [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
    return {
        "customer": _customer(customer) if customer else None,
        "orders": [order for piece in pieces for order in _orders(session, shop_id, piece)],
        "lists": returns.export_standing(session, shop_id, person),
        "requests": no_receipt.export(session, shop_id, person, customer.id if customer else None),
    }


def _customer(customer: Customer) -> dict[str, Any]:
    return {
        "id": customer.shopify_id,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "email": customer.email,
        "phone": customer.phone,
        "language": customer.locale,
        "tags": list(customer.tags),
    }


def _orders(session: Session, shop_id: int, order_ids: Collection[int]) -> Iterator[dict[str, Any]]:
    parcels, followed = _parcels(session, shop_id, order_ids), _followed(session, shop_id, order_ids)
    sent_back = returns.export(session, shop_id, order_ids)
    withdrawals = returns.export_withdrawals(session, shop_id, order_ids)
    drafts, mails = returns.export_drafts(session, shop_id, order_ids), messages.export(session, shop_id, order_ids)
    mine = select(Order).where(Order.shop_id == shop_id, Order.id.in_(order_ids)).options(selectinload(Order.lines))
    for order in session.scalars(mine.order_by(Order.placed_at, Order.id)):
        yield {
            "id": order.shopify_id,
            "name": order.name,
            "placed_at": _time(order.placed_at),
            "email": order.email,
            "phone": order.phone,
            "shipping_address": _address(order.shipping_address),
            "billing_address": _address(order.billing_address),
            "total": f"{order.money(order.total)} {order.currency}",
            "lines": [_line(order, line) for line in order.lines],
            "parcels": parcels.get(order.id, []),
            "returns": sent_back.get(order.id, []),
            "withdrawals": withdrawals.get(order.id, []),
            "drafts": drafts.get(order.id, []),
            "mails": mails.get(order.id, []),
            "followed": followed.get(order.id, []),
        }


def _line(order: Order, line: OrderLine) -> dict[str, Any]:
    return {
        "title": line.title,
        "variant": line.variant_title,
        "quantity": line.quantity,
        "unit_price": f"{order.money(line.unit_price)} {order.currency}",
    }


def _parcels(session: Session, shop_id: int, order_ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    mine = Shipment.shop_id == shop_id, Shipment.order_id.in_(order_ids)
    scans: dict[int, list[Scan]] = defaultdict(list)
    told = select(Scan).where(Scan.shipment_id.in_(select(Shipment.id).where(*mine)), Scan.deleted_at.is_(None))
    for scan in session.scalars(told.order_by(Scan.instant, Scan.id)):
        scans[scan.shipment_id].append(scan)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for parcel in session.scalars(select(Shipment).where(*mine).order_by(Shipment.id)):
        found[parcel.order_id].append(
            {
                "company": parcel.company,
                "numbers": list(parcel.numbers),
                "state": parcel.state,
                "scans": [
                    {"at": _time(scan.instant) or scan.time_raw, "place": scan.place, "text": scan.text}
                    for scan in scans.get(parcel.id, [])
                ],
            }
        )
    return found


def _followed(session: Session, shop_id: int, order_ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """Recommendations that somebody followed from an order's page."""
    clicks = select(CardClick).where(CardClick.shop_id == shop_id, CardClick.order_id.in_(order_ids))
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for click in session.scalars(clicks.order_by(CardClick.id)):
        found[click.order_id].append({"product": click.product_id, "at": _time(click.clicked_at)})
    return found


def _address(stored: str | None) -> dict[str, Any] | None:
    """Addresses are kept as JSON with Shopify's keys."""
    return json.loads(stored) if stored else None


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
