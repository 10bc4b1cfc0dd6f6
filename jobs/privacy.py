"""Handing out and erasing: what a privacy request asks for, done through every room, and written into its row.

A customer's request is carried out in the transaction of the reaction that follows it. A whole shop is erased by a task
of its own, because the erasure takes the reaction's row with it: the reaction sends for it and comes back until it, and
the shop, are gone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import ColumnElement, CursorResult, delete, or_, select, update

from jobs.no_receipt import REMOVE as REMOVE_NO_RECEIPT
from jobs.privacy_export import export
from jobs.returns import REMOVE, REMOVE_LABELS
from shopify_app.crypto import normalise_email, normalise_phone
from shopify_app.customers import projection as customers
from shopify_app.customers.models import Customer
from shopify_app.db import Base, Session, keyring_of
from shopify_app.messages import privacy as messages
from shopify_app.orders import projection as orders
from shopify_app.orders.models import Order
from shopify_app.queue import celery, send, send_after_commit
from shopify_app.recommendations.models import CardClick, ReturnedItem
from shopify_app.returns import privacy as returns
from shopify_app.returns.no_receipt import privacy as no_receipt
from shopify_app.shipments import projection as shipments
from shopify_app.shops import privacy
from shopify_app.shops.models import PrivacyRequest, Shop, ShopState
from shopify_app.shops.privacy import Subject
from shopify_app.wiring import Adapters

log = structlog.get_logger(__name__)

Forget = Callable[[Session, int, Subject, int | None], int]
"""(session, our shop id, the person, our customer id) -> rows touched."""

FORGET: dict[str, Forget] = {
    # Parcels are found through their orders, and orders through their customer: the last link goes last.
    "recommendations": lambda session, shop_id, person, ours: _forget_clicks(session, shop_id, person, ours),
    "shipments": lambda session, shop_id, person, ours: shipments.forget(
        session, shop_id, ours, person.order_shopify_ids
    ),
    "returns": lambda session, shop_id, person, ours: _forget_returns(session, shop_id, person, ours),
    "messages": lambda session, shop_id, person, ours: messages.forget(
        session, shop_id, ours, person.order_shopify_ids
    ),
    "orders": lambda session, shop_id, person, ours: orders.forget(session, shop_id, ours, person.order_shopify_ids),
    "customers": lambda session, shop_id, person, _: customers.forget(session, shop_id, person.customer_shopify_id),
    "exports": lambda session, shop_id, person, _: privacy.forget(session, shop_id, person),
}
"""Every room that keeps personal data, in the order in which they are asked to forget."""


class ShopStillThere(Exception):
    """The shop's erasure is on its way; the reaction looks again until there is nothing left to look from."""


def carry_out(session: Session, request_id: int, now: datetime) -> None:
    """Does what the request asks, once. Raises ShopStillThere after sending for the erasure of a whole shop."""
    request = session.get(PrivacyRequest, request_id)
    if request is None or request.done_at is not None:
        return
    if request.topic == "shop/redact":
        _send_for_erasure(session, request, now)
    elif request.topic == "customers/data_request":
        found = export(session, request.shop_id, subject_of(session, request))
        request.export = json.dumps(found, ensure_ascii=False)
        privacy.close(request, {"orders": len(found["orders"]), "customer": found["customer"] is not None}, now)
    else:
        privacy.close(request, erase(session, request.shop_id, subject_of(session, request)), now)


def subject_of(session: Session, request: PrivacyRequest) -> Subject:
    """The person of a request, with the hashes of what we hold about them, or of what they were asked for by."""
    person = subject(session, request.shop_id, request.customer_shopify_id, tuple(request.order_shopify_ids))
    return replace(
        person,
        email_hash=person.email_hash or request.email_hash,
        phone_hash=person.phone_hash or request.phone_hash,
    )


def subject(session: Session, shop_id: int, customer_shopify_id: int | None, order_ids: tuple[int, ...]) -> Subject:
    """A person by Shopify's ids, as every room can find them."""
    customer = _customer(session, shop_id, customer_shopify_id)
    email = normalise_email(customer.email) if customer else None
    phone = normalise_phone(customer.phone) if customer else None
    keyring = keyring_of(session)
    return Subject(
        customer_shopify_id,
        order_ids,
        keyring.blind("email", email) if email else None,
        keyring.blind("phone", phone) if phone else None,
    )


def erase(session: Session, shop_id: int, person: Subject) -> dict[str, int]:
    """Makes every room forget a person; how many rows each touched. Raw webhook bodies, which may name them, are
    emptied after seven days anyway (`jobs.upkeep`), within the 30 that the law gives."""
    customer = _customer(session, shop_id, person.customer_shopify_id)
    ours = customer.id if customer else None
    return {room: forget(session, shop_id, person, ours) for room, forget in FORGET.items()}


def erase_person(adapters: Adapters, shop_id: int, customer_shopify_id: int | None, order_ids: tuple[int, ...]) -> int:
    """An operator's erasure, logged like one that Shopify asked for; how many rows told of that person."""
    now = adapters.clock.now()
    with adapters.database.write() as session:
        request = _note(session, session.get_one(Shop, shop_id), "customers/redact", now)
        request.customer_shopify_id, request.order_shopify_ids = customer_shopify_id, sorted(order_ids)
        request.asked_by = "operator"
        touched = erase(session, shop_id, subject_of(session, request))
        privacy.close(request, touched, now)
        return sum(touched.values())


def erase_shop(adapters: Adapters, shop_id: int, *, only_if_gone: bool = False) -> None:
    """Deletes the shop with everything that is its own. What stays is the log of privacy requests, without exports.
    With `only_if_gone` a shop that has us installed, or is erased already, is left as it is."""
    now = adapters.clock.now()
    with adapters.database.write() as session:
        shop = session.scalar(select(Shop).where(Shop.id == shop_id).with_for_update())
        if only_if_gone and (shop is None or shop.state != ShopState.UNINSTALLED):
            return
        if shop is None:
            raise LookupError(f"shop {shop_id} is none of ours")
        asked = select(PrivacyRequest).where(
            PrivacyRequest.shop_id == shop_id, PrivacyRequest.topic == "shop/redact", PrivacyRequest.done_at.is_(None)
        )
        requests = list(session.scalars(asked)) or [_note(session, shop, "shop/redact", now)]
        for request in session.scalars(select(PrivacyRequest).where(PrivacyRequest.shop_id == shop_id)):
            request.export = None
        session.flush()
        erased = _delete_rows(session, shop_id)
        for request in requests:
            privacy.close(request, {"rows": erased}, now)
    log.info("shop_erased", shop_id=shop_id, rows=erased)


@celery.task(name="jobs.erase_shop", bind=True)
def erase_redacted_shop(self: Any, shop_id: int) -> None:
    """Erases a shop that Shopify told us to, unless it has come back or is gone already."""
    erase_shop(self.app.adapters, shop_id, only_if_gone=True)


def _send_for_erasure(session: Session, request: PrivacyRequest, now: datetime) -> None:
    shop = session.get(Shop, request.shop_id)
    if shop is not None and shop.state != ShopState.UNINSTALLED:
        privacy.close(request, {"refused": "the shop has installed us again"}, now)
        return
    send("jobs.erase_shop", request.shop_id)
    raise ShopStillThere(f"shop {request.shop_id}")


def _note(session: Session, shop: Shop, topic: str, now: datetime) -> PrivacyRequest:
    request = PrivacyRequest(shop_id=shop.id, shop_domain=shop.domain, topic=topic, received_at=now)
    request.order_shopify_ids = []
    session.add(request)
    session.flush()
    return request


def _delete_rows(session: Session, shop_id: int) -> int:
    """Children before parents; the privacy log is no child of the shop."""
    erased = 0
    for table in reversed(Base.metadata.sorted_tables):
        if "shop_id" in table.columns and table.name != PrivacyRequest.__tablename__:
            erased += session.connection().execute(delete(table).where(table.c.shop_id == shop_id)).rowcount
    session.execute(delete(Shop).where(Shop.id == shop_id).execution_options(synchronize_session=False))
    return erased + 1


def _forget_returns(session: Session, shop_id: int, person: Subject, ours: int | None) -> int:
    """Photos lie outside the database: they go once their rows are gone for good."""
    forgotten = returns.forget(session, shop_id, person, ours)
    if forgotten.photo_files:
        send_after_commit(session, REMOVE, shop_id, *forgotten.photo_files)
    if forgotten.label_files:
        send_after_commit(session, REMOVE_LABELS, shop_id, *forgotten.label_files)
    rows, ids, files = no_receipt.forget(session, shop_id, person, ours)
    messages.forget_requests(session, shop_id, ids)
    if files:
        send_after_commit(session, REMOVE_NO_RECEIPT, shop_id, *files)
    return forgotten.rows + rows


def _forget_clicks(session: Session, shop_id: int, person: Subject, ours: int | None) -> int:
    """What was followed and what was sent back keeps its counts and loses whose it was."""
    named = select(Order.id).where(Order.shop_id == shop_id, Order.shopify_id.in_(person.order_shopify_ids))
    touched = 0
    for table, columns in ((CardClick, ("customer_id", "email_hash")), (ReturnedItem, ("customer_id",))):
        whose: list[ColumnElement[bool]] = [table.order_id.in_(named)]
        if ours is not None:
            whose.append(table.customer_id == ours)
        if person.email_hash is not None and "email_hash" in columns:
            whose.append(CardClick.email_hash == person.email_hash)
        blank = dict.fromkeys(columns)
        statement = update(table).where(table.shop_id == shop_id, or_(*whose)).values(**blank)
        touched += _count(session.execute(statement.execution_options(synchronize_session=False)))
    return touched


def _count(result: object) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0


def _customer(session: Session, shop_id: int, shopify_id: int | None) -> Customer | None:
    if shopify_id is None:
        return None
    return session.scalar(select(Customer).where(Customer.shop_id == shop_id, Customer.shopify_id == shopify_id))
