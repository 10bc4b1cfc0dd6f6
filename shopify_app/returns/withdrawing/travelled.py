"""Whether what a withdrawal is about had been sent: what its shopper has to send back, and what they keep."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import func, select

from shopify_app.db import Session
from shopify_app.orders.models import Order, OrderLine
from shopify_app.returns.withdrawing.models import Withdrawal
from shopify_app.shipments.models import Shipment, ShipmentLine


class Travelled(StrEnum):
    """How much of the goods of a declaration has been sent."""

    NONE = "none"
    SOME = "some"  # or not to be told: of a line of which some units were sent, which ones does nobody say
    ALL = "all"


def leaves_nothing(row: Withdrawal, lines: Iterable[OrderLine]) -> bool:
    """Whether it is from the whole contract, `lines` being all of its order: a tip or a download stays with who has it,
    though the delivery goes back, until it is given back as well."""
    return row.is_whole and all(line.requires_shipping or not line.current_quantity for line in lines)


def travelled(session: Session, row: Withdrawal, order: Order) -> Travelled:
    """What is certain of the declaration's goods, by the parcels as they are now. One statement."""
    counted = (
        select(ShipmentLine.line_shopify_id, func.sum(ShipmentLine.quantity))
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(Shipment.shop_id == order.shop_id, Shipment.order_id == order.id, Shipment.cancelled_at.is_(None))
        .group_by(ShipmentLine.line_shopify_id)
    )
    sent = {line_id: int(units) for line_id, units in session.execute(counted)}
    bought = {line.shopify_id: line.quantity for line in order.lines}
    lines = [each["line_id"] for each in row.lines]
    if not any(sent.get(line_id) for line_id in lines):
        return Travelled.NONE
    if all(sent.get(line_id, 0) >= bought.get(line_id, 1) for line_id in lines):
        return Travelled.ALL
    return Travelled.SOME
