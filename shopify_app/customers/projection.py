"""Customers as Shopify tells them; newest fact wins, merges re-point, deletions leave ids and nothing personal."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from shopify_app import events
from shopify_app.crypto import normalise_email, normalise_phone
from shopify_app.customers.models import Customer
from shopify_app.db import Session, keyring_of
from shopify_app.shopify.snapshots import CustomerSnapshot

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # before any fact of Shopify's


def apply_customer(session: Session, shop_id: int, snapshot: CustomerSnapshot, now: datetime) -> Customer:
    """The customer's row, brought up to the snapshot unless it already knows something newer. Of a customer who was
    merged away it is the row of whoever was kept, as it stands: what is still told of the other is old."""
    customer = find(session, shop_id, snapshot.shopify_id)
    if customer is not None and customer.merged_into_id is not None:
        return kept_of(session, customer)
    if customer is None:
        customer = Customer(shop_id=shop_id, shopify_id=snapshot.shopify_id, fact_at=snapshot.fact_at)
        session.add(customer)
    elif snapshot.fact_at < customer.fact_at or customer.deleted_at is not None:
        return customer
    before = customer.id, _name(customer)
    _write(session, customer, snapshot)
    session.flush()
    if before[0] is not None and _name(customer) != before[1]:
        events.record(session, shop_id, events.CustomerRenamed(customer_id=customer.id), now)
    return customer


def delete_customer(session: Session, shop_id: int, shopify_id: int, now: datetime) -> None:
    """Shopify deleted the customer: the row stays for its orders, without anything personal. Who is not known yet gets
    one all the same, so that a late word about them brings nobody back."""
    customer = find(session, shop_id, shopify_id) or _unheard_of(session, shop_id, shopify_id)
    if customer.deleted_at is not None:
        return
    _blank(customer)
    customer.deleted_at = now
    events.record(session, shop_id, events.CustomerRenamed(customer_id=customer.id), now)


def merge_customers(
    session: Session, shop_id: int, kept_shopify_id: int, merged_shopify_id: int, now: datetime
) -> None:
    """Two customers became one. Rows of other rooms follow by the event. Who is not known yet gets a row all the same,
    so that an order of the merged customer that comes after this finds whoever was kept."""
    kept = find(session, shop_id, kept_shopify_id) or _unheard_of(session, shop_id, kept_shopify_id)
    merged = find(session, shop_id, merged_shopify_id) or _unheard_of(session, shop_id, merged_shopify_id)
    kept = kept_of(session, kept)
    if merged.merged_into_id == kept.id or merged.id == kept.id:
        return
    merged.merged_into_id = kept.id
    _blank(merged)
    events.record(session, shop_id, events.CustomersMerged(kept_id=kept.id, merged_id=merged.id), now)


def _unheard_of(session: Session, shop_id: int, shopify_id: int) -> Customer:
    """A row for somebody of whom nothing but the id has reached us: whatever comes later is newer."""
    customer = Customer(shop_id=shop_id, shopify_id=shopify_id, fact_at=LONG_AGO)
    session.add(customer)
    session.flush()
    return customer


def kept_of(session: Session, customer: Customer) -> Customer:
    """Who stands for a merged customer in the end; whoever was kept may have been merged since."""
    while customer.merged_into_id is not None:
        customer = session.get_one(Customer, customer.merged_into_id)
    return customer


def find(session: Session, shop_id: int, shopify_id: int) -> Customer | None:
    """The shop's customer with this Shopify id; held for the transaction where the database can, which keeps nobody
    from writing an order of theirs."""
    wanted = select(Customer).where(Customer.shop_id == shop_id, Customer.shopify_id == shopify_id)
    return session.scalar(wanted.with_for_update(key_share=True))


def forget(session: Session, shop_id: int, customer_shopify_id: int | None) -> int:
    """Erases what is personal about one customer; how many rows were touched."""
    customer = find(session, shop_id, customer_shopify_id) if customer_shopify_id else None
    if customer is None:
        return 0
    _blank(customer)
    return 1


def _write(session: Session, customer: Customer, snapshot: CustomerSnapshot) -> None:
    keyring = keyring_of(session)
    email, phone = normalise_email(snapshot.email), normalise_phone(snapshot.phone)
    customer.first_name, customer.last_name = snapshot.first_name, snapshot.last_name
    customer.email, customer.phone = snapshot.email, snapshot.phone
    customer.email_hash = keyring.blind("email", email) if email else None
    customer.phone_hash = keyring.blind("phone", phone) if phone else None
    customer.locale = snapshot.locale or customer.locale
    customer.tags = list(snapshot.tags)
    if snapshot.orders_count is not None:
        customer.orders_count = snapshot.orders_count
    customer.fact_at = snapshot.fact_at


def _name(customer: Customer) -> tuple[str | None, str | None]:
    return customer.first_name, customer.last_name


def _blank(customer: Customer) -> None:
    customer.first_name = customer.last_name = customer.email = customer.phone = None
    customer.email_hash = customer.phone_hash = None
    customer.tags = []
