"""The timeline of a return: what happened, in order, by whom. Entries are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.returns.models import Return, ReturnEntry
from shopify_app.returns.states import Actor

LONGEST_WORDS = 2000
"""Characters of a person's own words that are kept."""


@dataclass(frozen=True)
class By:
    """Whose doing it is; `staff` is Shopify's user id or “operator”."""

    actor: Actor = Actor.MERCHANT
    staff: str | None = None


class Told(StrEnum):
    """The kinds of entries; each has its words in `pages.return_words`."""

    REQUESTED = "requested"
    WITHDRAWN = "withdrawn"
    DELIVERY_REFUNDED = "delivery_refunded"
    ORDER_CANCELLED = "order_cancelled"
    APPROVED = "approved"
    DECLINED = "declined"
    MORE_WANTED = "more_wanted"
    ANSWERED = "answered"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    REOPENED = "reopened"
    RECEIVED = "received"
    MISSING = "missing"
    INSPECTED = "inspected"
    DISPOSED = "disposed"
    RELEASED = "released"
    SETTLED = "settled"
    BALANCE_DUE = "balance_due"
    BALANCE_REMINDED = "balance_reminded"
    BALANCE_EXTENDED = "balance_extended"
    BALANCE_PAID = "balance_paid"
    BALANCE_WAIVED = "balance_waived"
    BALANCE_OVERPAID = "balance_overpaid"
    DROP_WANTED = "drop_wanted"
    EXCHANGE_DROPPED = "exchange_dropped"
    BONUS_ISSUED = "bonus_issued"
    BONUS_FAILED = "bonus_failed"
    NEEDS_LOOK = "needs_look"
    FELL_AWAY = "fell_away"
    CLOSED = "closed"
    NOTE = "note"
    MESSAGE = "message"
    CHANGED_AT_SHOPIFY = "changed_at_shopify"
    REFUND_ELSEWHERE = "refund_elsewhere"
    REPLACEMENT_GONE = "replacement_gone"
    REPLACEMENT_CHOSEN = "replacement_chosen"
    DELIVERY_ADDED = "delivery_added"
    LABEL_ADDED = "label_added"
    LABEL_WITHDRAWN = "label_withdrawn"
    LABEL_ENDS = "label_ends"
    LABEL_FAILED = "label_failed"
    LABEL_WANTED = "label_wanted"
    LABEL_ANEW = "label_anew"
    LABEL_VOIDED = "label_voided"
    LABEL_NOT_REFUNDED = "label_not_refunded"
    LABEL_NO_CODE = "label_no_code"
    FIRST_SCAN = "first_scan"
    PARCELS_DELIVERED = "parcels_delivered"
    INSPECTION_ASKED = "inspection_asked"
    INSPECTION_REMINDED = "inspection_reminded"
    INSPECTION_ANSWERED = "inspection_answered"
    INSPECTION_APPEALED = "inspection_appealed"
    INSPECTION_DECIDED = "inspection_decided"
    GOODS_SENT_BACK = "goods_sent_back"
    AUTOMATED = "automated"


def add(
    session: Session,
    ret: Return,
    kind: str,
    actor: Actor,
    now: datetime,
    *,
    staff: str | None = None,
    facts: Mapping[str, Any] | None = None,
    said: str | None = None,
    is_internal: bool = False,
) -> ReturnEntry:
    """One more entry, flushed. `facts`: numbers and ids, nothing personal; `said`: a person's own words, cut to
    `LONGEST_WORDS`."""
    entry = ReturnEntry(
        shop_id=ret.shop_id,
        return_id=ret.id,
        at=now,
        kind=Told(kind),
        actor=actor,
        staff=staff,
        facts=dict(facts or {}),
        said=(said or "").strip()[:LONGEST_WORDS] or None,
        is_internal=is_internal,
    )
    session.add(entry)
    session.flush()
    return entry


def entries(session: Session, ret: Return, *, with_internal: bool) -> list[ReturnEntry]:
    """Oldest first; the shopper's view is without what is for the merchant's eyes."""
    wanted = select(ReturnEntry).where(ReturnEntry.shop_id == ret.shop_id, ReturnEntry.return_id == ret.id)
    if not with_internal:
        wanted = wanted.where(ReturnEntry.is_internal.is_(False))
    return list(session.scalars(wanted.order_by(ReturnEntry.id)))
