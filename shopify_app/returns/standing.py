"""The shop's block and allow lists: customers by Shopify's id, or by the keyed hash of an e-mail address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from shopify_app.crypto import normalise_email
from shopify_app.customers.models import Customer
from shopify_app.db import Session, keyring_of
from shopify_app.returns.models import ListedCustomer
from shopify_app.returns.vocabulary import Standing
from shopify_app.texts import number_in

LONGEST_REASON = 300


class NobodyNamed(ValueError):
    """Neither a customer nor an address was given."""


@dataclass(frozen=True)
class Listed:
    """Somebody on a list. `customer_id` is Shopify's; `name` and `email` are what we know of them, empty where nothing;
    `by` a staff member's id or ``operator``."""

    id: int
    standing: Standing
    customer_id: int | None
    name: str
    email: str
    reason: str
    at: datetime
    by: str | None


def standing_of(session: Session, shop_id: int, customer_id: int | None, email_hash: str | None) -> Standing:
    """On which list somebody is, by Shopify's customer id or the hash of their address. Being blocked by either
    counts before being allowed by the other."""
    keys = [key for key in (_of_customer(customer_id), _of_hash(email_hash)) if key]
    found = session.scalars(
        select(ListedCustomer.standing).where(ListedCustomer.shop_id == shop_id, ListedCustomer.key.in_(keys))
    ).all()
    return worst_of(set(found))


def worst_of(found: Collection[str]) -> Standing:
    """Of the lists that somebody is on: being blocked counts before being allowed."""
    return next((each for each in (Standing.BLOCKED, Standing.ALLOWED) if each in found), Standing.NEITHER)


def put(
    session: Session,
    shop_id: int,
    standing: Standing,
    by: str | None,
    now: datetime,
    *,
    customer_id: int | None = None,
    email: str | None = None,
    reason: str = "",
) -> ListedCustomer | None:
    """Puts somebody on a list, or, with NEITHER, takes them off both, by whichever they were known. A customer is
    listed by their id, anybody else by their address. Raises NobodyNamed."""
    keys = [key for key in (_of_customer(customer_id), _of_hash(_hash(session, email))) if key]
    if not keys:
        raise NobodyNamed
    session.execute(delete(ListedCustomer).where(ListedCustomer.shop_id == shop_id, ListedCustomer.key.in_(keys)))
    if standing is Standing.NEITHER:
        return None
    row = ListedCustomer(shop_id=shop_id, key=keys[0], standing=standing, listed_at=now, listed_by=by)
    row.email = None if customer_id else email
    row.reason = " ".join(reason.split())[:LONGEST_REASON] or None
    session.add(row)
    session.flush()
    return row


def named(typed: str) -> tuple[int | None, str | None]:
    """(Shopify's customer id, e-mail address) of somebody as a merchant names them: an address, a number, or the
    address of the customer's page in Shopify's admin. Raises NobodyNamed."""
    text = typed.strip()
    email = normalise_email(text) if "@" in text else None
    if email:
        return None, email
    if number := number_in(text.rstrip("/").rpartition("/")[2]):
        return number, None
    raise NobodyNamed


def everybody_listed(session: Session, shop_id: int) -> tuple[Listed, ...]:
    """Everybody on a list, newest first."""
    wanted = select(ListedCustomer).where(ListedCustomer.shop_id == shop_id)
    rows = session.scalars(wanted.order_by(ListedCustomer.listed_at.desc(), ListedCustomer.id.desc())).all()
    ids = [number for row in rows if (number := _customer_of(row))]
    known = select(Customer).where(Customer.shop_id == shop_id, Customer.shopify_id.in_(ids))
    people = {person.shopify_id: person for person in session.scalars(known)}
    return tuple(_shown(row, people.get(_customer_of(row) or 0)) for row in rows)


def take_off(session: Session, shop_id: int, listed_id: int) -> None:
    """Removes one row of a list."""
    session.execute(delete(ListedCustomer).where(ListedCustomer.shop_id == shop_id, ListedCustomer.id == listed_id))


def _shown(row: ListedCustomer, person: Customer | None) -> Listed:
    names = (person.first_name, person.last_name) if person else ()
    return Listed(
        id=row.id,
        standing=Standing(row.standing),
        customer_id=_customer_of(row),
        name=" ".join(part for part in names if part),
        email=row.email or (person.email if person else None) or "",
        reason=row.reason or "",
        at=row.listed_at,
        by=row.listed_by,
    )


def _customer_of(row: ListedCustomer) -> int | None:
    kind, _, value = row.key.partition(":")
    return int(value) if kind == "customer" else None


def _of_customer(customer_id: int | None) -> str | None:
    return f"customer:{customer_id}" if customer_id else None


def _of_hash(email_hash: str | None) -> str | None:
    return f"email:{email_hash}" if email_hash else None


def _hash(session: Session, email: str | None) -> str | None:
    address = normalise_email(email)
    return keyring_of(session).blind("email", address) if address else None
