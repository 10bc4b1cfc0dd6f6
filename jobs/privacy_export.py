"""Everything we hold about one person, as plain JSON for the merchant to hand over."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from shopify_app.customers.models import Customer
from shopify_app.db import Session
from shopify_app.messages import privacy as messages
from shopify_app.orders.models import Order, OrderLine
from shopify_app.recommendations.models import CardClick
from shopify_app.returns import privacy as returns
from shopify_app.returns.no_receipt import privacy as no_receipt
from shopify_app.shipments.models import Scan, Shipment
from shopify_app.shops.privacy import Subject


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
    orders = session.scalars(select(Order).where(Order.shop_id == shop_id, or_(*theirs)).order_by(Order.placed_at))
    return {
        "customer": _customer(customer) if customer else None,
        "orders": [_order(session, order) for order in orders],
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


def _order(session: Session, order: Order) -> dict[str, Any]:
    parcels = session.scalars(
        select(Shipment).where(Shipment.shop_id == order.shop_id, Shipment.order_id == order.id).order_by(Shipment.id)
    )
    return {
        "id": order.shopify_id,
        "name": order.name,
        "placed_at": _time(order.placed_at),
        "email": order.email,
        "phone": order.phone,
        "shipping_address": _address(order.shipping_address),
        "billing_address": _address(order.billing_address),
        "total": f"{order.money(order.total)} {order.currency}",
        "lines": [_line(order, line) for line in order.lines],
        "parcels": [_parcel(session, parcel) for parcel in parcels],
        "returns": returns.export(session, order),
        "withdrawals": returns.export_withdrawals(session, order),
        "drafts": returns.export_drafts(session, order),
        "mails": messages.export(session, order),
        "followed": _followed(session, order),
    }


def _line(order: Order, line: OrderLine) -> dict[str, Any]:
    return {
        "title": line.title,
        "variant": line.variant_title,
        "quantity": line.quantity,
        "unit_price": f"{order.money(line.unit_price)} {order.currency}",
    }


def _parcel(session: Session, parcel: Shipment) -> dict[str, Any]:
    scans = session.scalars(
        select(Scan)
        .where(Scan.shop_id == parcel.shop_id, Scan.shipment_id == parcel.id, Scan.deleted_at.is_(None))
        .order_by(Scan.instant, Scan.id)
    )
    return {
        "company": parcel.company,
        "numbers": list(parcel.numbers),
        "state": parcel.state,
        "scans": [
            {"at": _time(scan.instant) or scan.time_raw, "place": scan.place, "text": scan.text} for scan in scans
        ],
    }


def _followed(session: Session, order: Order) -> list[dict[str, Any]]:
    """Recommendations that somebody followed from the order's page."""
    clicks = select(CardClick).where(CardClick.shop_id == order.shop_id, CardClick.order_id == order.id)
    rows = session.scalars(clicks.order_by(CardClick.id))
    return [{"product": click.product_id, "at": _time(click.clicked_at)} for click in rows]


def _address(stored: str | None) -> dict[str, Any] | None:
    """Addresses are kept as JSON with Shopify's keys."""
    return json.loads(stored) if stored else None


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
