"""The shop's block and allow lists: customers by Shopify's id, or by the keyed hash of an e-mail address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from shopify_app.crypto import normalise_email
from shopify_app.db import Session, keyring_of
from shopify_app.returns.models import ListedCustomer
from shopify_app.returns.vocabulary import Standing


class NobodyNamed(ValueError):
    """Neither a customer nor an address was given."""


def standing_of(session: Session, shop_id: int, customer_id: int | None, email_hash: str | None) -> Standing:
    """On which list somebody is, by Shopify's customer id or the hash of their address. Being blocked by either
    counts before being allowed by the other."""
    keys = [key for key in (_of_customer(customer_id), _of_hash(email_hash)) if key]
    found = session.scalars(
        select(ListedCustomer.standing).where(ListedCustomer.shop_id == shop_id, ListedCustomer.key.in_(keys))
    ).all()
    if Standing.BLOCKED in found:
        return Standing.BLOCKED
    return Standing.ALLOWED if Standing.ALLOWED in found else Standing.NEITHER


def put(
    session: Session,
    shop_id: int,
    standing: Standing,
    by: str | None,
    now: datetime,
    *,
    customer_id: int | None = None,
    email: str | None = None,
) -> ListedCustomer | None:
    """Puts somebody on a list, or, with NEITHER, takes them off both. Raises NobodyNamed."""
    key = _of_customer(customer_id) or _of_hash(_hash(session, email))
    if key is None:
        raise NobodyNamed
    session.execute(delete(ListedCustomer).where(ListedCustomer.shop_id == shop_id, ListedCustomer.key == key))
    if standing is Standing.NEITHER:
        return None
    row = ListedCustomer(shop_id=shop_id, key=key, standing=standing, listed_at=now, listed_by=by)
    session.add(row)
    session.flush()
    return row


def listed(session: Session, shop_id: int) -> Sequence[ListedCustomer]:
    """Everybody on a list, newest first."""
    wanted = select(ListedCustomer).where(ListedCustomer.shop_id == shop_id)
    return session.scalars(wanted.order_by(ListedCustomer.listed_at.desc(), ListedCustomer.id.desc())).all()


def take_off(session: Session, shop_id: int, listed_id: int) -> None:
    """Removes one row of a list."""
    session.execute(delete(ListedCustomer).where(ListedCustomer.shop_id == shop_id, ListedCustomer.id == listed_id))


def _of_customer(customer_id: int | None) -> str | None:
    return f"customer:{customer_id}" if customer_id else None


def _of_hash(email_hash: str | None) -> str | None:
    return f"email:{email_hash}" if email_hash else None


def _hash(session: Session, email: str | None) -> str | None:
    address = normalise_email(email)
    return keyring_of(session).blind("email", address) if address else None
