"""What the law asks of us on Shopify's behalf: to hand out, and to erase. The request outlives what it erases.

Source: shopify.dev "Privacy law compliance" (customers/data_request, customers/redact, shop/redact).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import false, or_, select, update
from sqlalchemy.orm import defer

from shopify_app.db import Session
from shopify_app.events import PrivacyRequested, record
from shopify_app.shops.models import PrivacyRequest, Shop

EXPORT_KEPT = timedelta(days=30)
LISTED = 30
ERASE, HAND_OUT = "customers/redact", "customers/data_request"
"""Shopify's names for the two questions about a person."""
CLOCK = "clock"
"""Who asks for what the shop's retention lets go."""


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
    *,
    asked_by: str | None = None,
    hashes: tuple[str | None, str | None] = (None, None),
) -> PrivacyRequest:
    """Writes the request down, once for each question: a second delivery of an open one finds the first. Records
    PrivacyRequested, from which `jobs.privacy` works. `hashes` (of e-mail and phone) find what knows no id of
    Shopify's."""
    orders = sorted(set(order_shopify_ids))
    for open_request in _open(session, shop, topic, customer_shopify_id):
        if open_request.order_shopify_ids == orders and _hashes(open_request) == hashes:
            return open_request
    request = PrivacyRequest(shop_id=shop.id, topic=topic, shop_domain=shop.domain, received_at=now, asked_by=asked_by)
    request.customer_shopify_id, request.order_shopify_ids = customer_shopify_id, orders
    request.email_hash, request.phone_hash = hashes
    session.add(request)
    session.flush()
    record(session, shop.id, PrivacyRequested(request_id=request.id), now)
    return request


def close(request: PrivacyRequest, outcome: dict[str, Any], now: datetime) -> None:
    """Notes what became of it: counts and words, nothing personal. The hashes stay as long as there is an export that
    an erasure must find."""
    request.outcome, request.done_at = outcome, now
    if request.export is None:
        request.email_hash = request.phone_hash = None


def forget(session: Session, shop_id: int, person: Subject) -> int:
    """Erases exports that we made about this person; how many."""
    known = {
        PrivacyRequest.customer_shopify_id: person.customer_shopify_id,
        PrivacyRequest.email_hash: person.email_hash,
        PrivacyRequest.phone_hash: person.phone_hash,
    }
    theirs = [column == value for column, value in known.items() if value is not None]
    mine = select(PrivacyRequest).where(PrivacyRequest.shop_id == shop_id, or_(false(), *theirs))
    exports = session.scalars(mine.where(PrivacyRequest.export.is_not(None))).all()
    for request in exports:
        request.export = request.email_hash = request.phone_hash = None
    return len(exports)


def log_of(session: Session, shop_id: int, before: int | None = None) -> list[tuple[PrivacyRequest, bool]]:
    """What was asked, newest first, and whether there is an export of it; `LISTED` at most and one more where there is
    more; from id `before` on back."""
    mine = select(PrivacyRequest, PrivacyRequest.export.is_not(None)).where(PrivacyRequest.shop_id == shop_id)
    if before is not None:
        mine = mine.where(PrivacyRequest.id < before)
    light = defer(PrivacyRequest.export, raiseload=True)
    rows = session.execute(mine.options(light).order_by(PrivacyRequest.id.desc()).limit(LISTED + 1))
    return [(row, has_export) for row, has_export in rows]


def export_of(session: Session, shop_id: int, request_id: int) -> str | None:
    """The JSON that was made for a request of this shop; None where there is none, or none any more."""
    mine = PrivacyRequest.shop_id == shop_id, PrivacyRequest.id == request_id
    return session.scalar(select(PrivacyRequest.export).where(*mine))


def _hashes(request: PrivacyRequest) -> tuple[str | None, str | None]:
    return request.email_hash, request.phone_hash


def drop_old_exports(session: Session, now: datetime) -> None:
    """Exports older than 30 days go, fetched or not (`jobs.upkeep`)."""
    session.execute(
        update(PrivacyRequest)
        .where(PrivacyRequest.export.is_not(None), PrivacyRequest.done_at < now - EXPORT_KEPT)
        .values(export=None, email_hash=None, phone_hash=None)
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
