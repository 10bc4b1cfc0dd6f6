"""What the law asks of us on Shopify's behalf: to hand out, and to erase. The request outlives what it erases.

Source: shopify.dev "Privacy law compliance" (customers/data_request, customers/redact, shop/redact).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from shopify_app.db import Session
from shopify_app.events import PrivacyRequested, record
from shopify_app.shops.models import PrivacyRequest, Shop

EXPORT_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Subject:
    """The person a request is about, as every room can find them: Shopify's ids, and keyed hashes of their e-mail and
    phone (`crypto.Keyring.blind`) for rows that know no customer id."""

    customer_shopify_id: int | None
    order_shopify_ids: tuple[int, ...] = ()
    email_hash: str | None = None
    phone_hash: str | None = None


def ask(
    session: Session,
    shop: Shop,
    topic: str,
    customer_shopify_id: int | None,
    order_shopify_ids: Sequence[int],
    now: datetime,
) -> PrivacyRequest:
    """Writes the request down, once for each question: a second delivery of an open one finds the first. Records
    PrivacyRequested, from which `jobs.privacy` works."""
    orders = sorted(set(order_shopify_ids))
    for open_request in _open(session, shop, topic, customer_shopify_id):
        if open_request.order_shopify_ids == orders:
            return open_request
    request = PrivacyRequest(
        shop_id=shop.id,
        topic=topic,
        shop_domain=shop.domain,
        customer_shopify_id=customer_shopify_id,
        order_shopify_ids=orders,
        received_at=now,
    )
    session.add(request)
    session.flush()
    record(session, shop.id, PrivacyRequested(request_id=request.id), now)
    return request


def close(request: PrivacyRequest, outcome: dict[str, Any], now: datetime) -> None:
    """Notes what became of it: counts and words, nothing personal."""
    request.outcome, request.done_at = outcome, now


def forget(session: Session, shop_id: int, customer_shopify_id: int | None) -> int:
    """Erases exports that we made about this person; how many."""
    mine = select(PrivacyRequest).where(
        PrivacyRequest.shop_id == shop_id,
        PrivacyRequest.customer_shopify_id == customer_shopify_id,
        PrivacyRequest.export.is_not(None),
    )
    exports = session.scalars(mine).all() if customer_shopify_id is not None else []
    for request in exports:
        request.export = None
    return len(exports)


def drop_old_exports(session: Session, now: datetime) -> None:
    """Exports older than 30 days go, fetched or not (`jobs.upkeep`)."""
    session.execute(
        update(PrivacyRequest)
        .where(PrivacyRequest.export.is_not(None), PrivacyRequest.done_at < now - EXPORT_KEPT)
        .values(export=None)
    )


def _open(session: Session, shop: Shop, topic: str, customer_shopify_id: int | None) -> Sequence[PrivacyRequest]:
    return session.scalars(
        select(PrivacyRequest).where(
            PrivacyRequest.shop_id == shop.id,
            PrivacyRequest.topic == topic,
            PrivacyRequest.customer_shopify_id == customer_shopify_id,
            PrivacyRequest.done_at.is_(None),
        )
    ).all()
