"""Goods that go back to their shopper: what is to be sent where, and the parcel once it has left."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.events import GoodsGoBack, GoodsWentBack, record
from shopify_app.orders.models import Order
from shopify_app.returns import timeline
from shopify_app.returns.inspecting import asking
from shopify_app.returns.inspecting.models import GoodsSentBack, InspectionQuestion
from shopify_app.returns.models import Return, ReturnUnit
from shopify_app.returns.parcels.parcels import Sent
from shopify_app.returns.states import Disposition, Reception, UnitDecision
from shopify_app.returns.timeline import By, Told
from shopify_app.states import IllegalMove

LONGEST_NUMBER = 100


def send_back(
    session: Session,
    ret: Return,
    question: InspectionQuestion,
    units: Sequence[ReturnUnit],
    address: Mapping[str, str] | None,
    now: datetime,
) -> GoodsSentBack:
    """These units leave the return: refused, and on their way back to `address` (None: the order's own), which is the
    merchant's task from here on."""
    for unit in units:
        unit.decision, unit.decided_at, unit.percent = UnitDecision.REFUSED, now, None
        if unit.reception == Reception.RECEIVED:
            unit.disposition = Disposition.SENT_BACK
    row = GoodsSentBack(
        shop_id=ret.shop_id,
        return_id=ret.id,
        question_id=question.id,
        units=[unit.id for unit in units],
        address=json.dumps(dict(address)) if address else session.get_one(Order, ret.order_id).shipping_address,
        paid_by=asking.terms(session, question).goods_back_paid_by,
        asked_at=now,
    )
    session.add(row)
    session.flush()
    record(session, ret.shop_id, GoodsGoBack(order_id=ret.order_id, return_id=ret.id, back_id=row.id), now)
    return row


def of_return(session: Session, ret: Return) -> list[GoodsSentBack]:
    """What goes back, or has gone, to the shopper of this return, oldest first."""
    mine = select(GoodsSentBack).where(GoodsSentBack.shop_id == ret.shop_id, GoodsSentBack.return_id == ret.id)
    return list(session.scalars(mine.order_by(GoodsSentBack.id)))


def went_back(session: Session, ret: Return, parcel: Sent, by: By, now: datetime, row_id: int | None = None) -> None:
    """The goods have left in `parcel`; the shopper is told. `row_id` None: the oldest that has not left. Raises
    IllegalMove where nothing is to be sent."""
    waiting = [row for row in of_return(session, ret) if row.sent_at is None and row_id in (None, row.id)]
    if not waiting:
        raise IllegalMove("the goods", "not waiting to be sent back", Disposition.SENT_BACK)
    row = waiting[0]
    row.number, row.carrier, row.url = parcel.number[:LONGEST_NUMBER], parcel.carrier, parcel.url
    row.sent_at, row.sent_by = now, by.staff
    ret.version += 1
    facts = {"units": len(row.units), "back_id": row.id}
    timeline.add(session, ret, Told.GOODS_SENT_BACK, by.actor, now, staff=by.staff, facts=facts)
    record(session, ret.shop_id, GoodsWentBack(order_id=ret.order_id, return_id=ret.id, back_id=row.id), now)


def address_lines(row: GoodsSentBack) -> tuple[str, ...]:
    """Where to, line by line; empty once it is forgotten or where the order has none."""
    kept = json.loads(row.address) if row.address else {}
    name = " ".join(filter(None, (kept.get("first_name"), kept.get("last_name"))))
    town = " ".join(filter(None, (kept.get("zip"), kept.get("city"))))
    parts = (name, kept.get("company"), kept.get("address1"), kept.get("address2"), town, kept.get("country_code"))
    return tuple(part for part in parts if part)
