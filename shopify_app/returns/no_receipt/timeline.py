"""What happened to a request without a receipt, in order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.returns.no_receipt.models import NoReceiptEntry, NoReceiptRequest
from shopify_app.returns.states import Actor


def add(
    session: Session,
    request: NoReceiptRequest,
    kind: str,
    actor: Actor,
    now: datetime,
    *,
    staff: str | None = None,
    facts: Mapping[str, Any] | None = None,
    said: str | None = None,
) -> NoReceiptEntry:
    """One entry more. `facts` are ids and numbers, `said` a person's own words."""
    entry = NoReceiptEntry(
        shop_id=request.shop_id,
        request_id=request.id,
        at=now,
        kind=kind,
        actor=actor,
        staff=staff,
        facts=dict(facts or {}),
        said=said,
    )
    session.add(entry)
    session.flush()
    return entry


def entries(session: Session, request: NoReceiptRequest) -> list[NoReceiptEntry]:
    """Oldest first."""
    wanted = select(NoReceiptEntry).where(NoReceiptEntry.request_id == request.id).order_by(NoReceiptEntry.id)
    return list(session.scalars(wanted))
