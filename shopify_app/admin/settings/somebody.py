"""Who is meant by an e-mail address or a phone number, in everything that a shop knows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, func, or_, select

from shopify_app.crypto import normalise_email, normalise_phone
from shopify_app.customers.models import Customer
from shopify_app.db import Session, keyring_of
from shopify_app.orders.models import Order
from shopify_app.returns.no_receipt.models import NoReceiptRequest


class NobodyNamed(ValueError):
    """Neither an address nor a number was typed."""


@dataclass(frozen=True)
class Somebody:
    """`customers` by Shopify's id with what they are called, `orders` by Shopify's id with their number, newest first;
    `requests` counts those without an order number. `hashes` are of e-mail and phone."""

    hashes: tuple[str | None, str | None]
    customers: tuple[tuple[int, str], ...]
    orders: tuple[tuple[int, str], ...]
    requests: int

    @property
    def is_known(self) -> bool:
        return bool(self.customers or self.orders or self.requests)


def find(session: Session, shop_id: int, typed: str) -> Somebody:
    """Everybody known by what was typed; by an address exactly, by a number however its country code is written.
    Raises NobodyNamed."""
    hashes = _hashes(session, typed)
    customers = session.execute(
        select(Customer.shopify_id, Customer.first_name, Customer.last_name)
        .where(Customer.shop_id == shop_id, _is(Customer, hashes))
        .order_by(Customer.id)
    ).all()
    orders = session.execute(
        select(Order.shopify_id, Order.name)
        .where(Order.shop_id == shop_id, _is(Order, hashes))
        .order_by(Order.id.desc())
    ).all()
    asked = select(func.count()).select_from(NoReceiptRequest)
    mine = NoReceiptRequest.shop_id == shop_id, NoReceiptRequest.email_hash == hashes[0]
    return Somebody(
        hashes,
        tuple((shopify_id, " ".join(filter(None, name))) for shopify_id, *name in customers),
        tuple((shopify_id, name) for shopify_id, name in orders),
        (session.scalar(asked.where(*mine)) or 0) if hashes[0] else 0,
    )


def is_same(typed: str, again: str) -> bool:
    """Whether both name the same address or number."""
    if "@" in typed:
        return normalise_email(typed) == normalise_email(again)
    return normalise_phone(typed) is not None and normalise_phone(typed) == normalise_phone(again)


def _hashes(session: Session, typed: str) -> tuple[str | None, str | None]:
    keyring, email, phone = keyring_of(session), normalise_email(typed), normalise_phone(typed)
    if email and "@" in email.strip("@"):
        return keyring.blind("email", email), None
    if phone is None or any(ch.isalpha() for ch in typed):
        raise NobodyNamed
    return None, keyring.blind("phone", phone)


def _is(of: type[Customer] | type[Order], hashes: tuple[str | None, str | None]) -> ColumnElement[bool]:
    email, phone = hashes
    return or_(
        of.email_hash == email if email else false(),
        of.phone_hash == phone if phone else false(),
    )
