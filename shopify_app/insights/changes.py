"""Which days of a shop are not what was counted any more, by what happened since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased

from shopify_app.db import Session
from shopify_app.events import Event
from shopify_app.insights.periods import day_of
from shopify_app.orders.models import Order
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import LedgerRow
from shopify_app.returns.states import ReturnState
from shopify_app.settings.store import load
from shopify_app.settings.tracking import Tracking
from shopify_app.shipments.models import Shipment
from shopify_app.shops.models import Shop

OF_ORDERS = ("OrderPlaced", "OrderPaid", "OrderChanged", "OrderCancelled", "OrderRefunded", "OrderDeleted")
OF_PARCELS = ("ShipmentCreated", "ShipmentMoved", "ShipmentDelivered", "ShipmentCancelled")
OF_RETURNS = (
    *("ReturnRequested", "ReturnApproved", "ReturnDeclined", "ReturnChanged", "ReturnCancelled", "ReturnClosed"),
    *("UnitsDecided", "GroupSettled", "BalanceMoved", "BalanceFellDue", "GroupNeedsLook", "GoodsReceived"),
)
OF_CUSTOMERS = ("CustomersMerged",)
KINDS = (*OF_ORDERS, *OF_PARCELS, *OF_RETURNS, *OF_CUSTOMERS)
MAKING_KNOWN = ("OrderPlaced", "OrderChanged", "OrderCancelled", "OrderDeleted")
"""After these a customer's later orders may be by a known customer who was none, or the other way round."""
SETTLES_IN = timedelta(minutes=15)
"""What follows an event (attribution, what a parcel teaches) is done by then, and whatever was being written when we
looked: events younger than this are looked at again the next time."""
A_FEW = 400
"""Ids in one statement."""
LONGEST_PROMISE = timedelta(days=90)
"""For longer than this nobody promises an order to be handed over, or a request to be answered."""
_LATER = aliased(Order)


@dataclass(frozen=True)
class Seen:
    """The days; up to which event they are for good; whether there are more to look at now."""

    days: frozenset[date]
    up_to: int
    more: bool


def days_changed(session: Session, shop: Shop, after: int, now: datetime, limit: int) -> Seen:
    """The days that the shop's events after the one of id `after` are about, `limit` events at most."""
    newest = session.scalar(select(func.max(Event.id)).where(Event.shop_id == shop.id, Event.kind.in_(KINDS))) or 0
    if newest < after:  # the oldest are deleted in time, and a database may give numbers again
        after = 0
    wanted = select(Event).where(Event.shop_id == shop.id, Event.kind.in_(KINDS), Event.id > after)
    found = session.scalars(wanted.order_by(Event.id).limit(limit)).all()
    settled = [event.id for event in found if event.recorded_at <= now - SETTLES_IN]
    more = len(found) == limit and len(settled) == limit
    return Seen(frozenset(_days(session, shop, found)), settled[-1] if settled else after, more)


def days_waiting(session: Session, shop: Shop, now: datetime) -> frozenset[date]:
    """The days of requests that nobody has answered and of orders that nobody has sent: their promises end without an
    event. Orders only where the shop promises something."""
    since = now - LONGEST_PROMISE
    asked = Return.shop_id == shop.id, Return.state == ReturnState.REQUESTED, Return.requested_at >= since
    found = [*session.scalars(select(Return.requested_at).where(*asked))]
    if load(session, shop.id, Tracking).handover_days is not None:
        unsent = Order.shop_id == shop.id, Order.fulfillment_status.is_(None), Order.placed_at >= since
        found += session.scalars(select(Order.placed_at).where(*unsent, Order.cancelled_at.is_(None)))
    return frozenset(day_of(at, shop.timezone) for at in found)


def _days(session: Session, shop: Shop, found: Sequence[Event]) -> Iterable[date]:
    orders = {event.order_id for event in found if event.order_id and event.kind in (*OF_ORDERS, *OF_PARCELS)}
    parcels = {event.order_id for event in found if event.order_id and event.kind in OF_PARCELS}
    returns = {event.facts["return_id"] for event in found if event.facts.get("return_id")}
    settled = {event.facts["return_id"] for event in found if event.kind == "GroupSettled"}
    known = {event.order_id for event in found if event.order_id and event.kind in MAKING_KNOWN}
    kept = {event.facts["kept_id"] for event in found if event.kind in OF_CUSTOMERS}
    instants = [
        *(event.recorded_at for event in found if event.kind in (*OF_RETURNS, "OrderRefunded")),
        *(datetime.fromisoformat(event.facts["at"]) for event in found if event.facts.get("at")),
        *_those(session, Order.placed_at, Order.shop_id == shop.id, Order.id, orders),
        *_those(session, Shipment.delivered_at, Shipment.shop_id == shop.id, Shipment.order_id, parcels),
        *_once_delivered(session, shop.id, parcels),
        *_those(session, Return.requested_at, Return.shop_id == shop.id, Return.id, returns),
        *_those(session, LedgerRow.at, LedgerRow.shop_id == shop.id, LedgerRow.return_id, settled),
        *_those(session, _LATER.placed_at, _of_same(shop.id), Order.id, known),
        *_those(session, Order.placed_at, Order.shop_id == shop.id, Order.customer_id, kept),
    ]
    return (day_of(at, shop.timezone) for at in instants)


def _of_same(shop_id: int) -> ColumnElement[bool]:
    """Orders that their customer placed after `Order`."""
    return and_(Order.shop_id == shop_id, _LATER.customer_id == Order.customer_id, _LATER.placed_at > Order.placed_at)


def _once_delivered(session: Session, shop_id: int, orders: Iterable[int]) -> Iterable[datetime]:
    """When parcels were thought to be delivered: a delivery may be taken back, or be known to have been another day."""
    mine = (Event.shop_id == shop_id) & (Event.kind == "ShipmentDelivered")
    told = _those(session, Event.facts, mine, Event.order_id, orders)
    return [datetime.fromisoformat(facts["at"]) for facts in told if facts.get("at")]


def _those(session: Session, wanted, mine, column, ids: Iterable[int]) -> list:
    """`wanted` of the rows whose `column` is one of `ids`, without those that have none."""
    listed, found = sorted(ids), []
    for first in range(0, len(listed), A_FEW):
        asked = select(wanted).where(mine, column.in_(listed[first : first + A_FEW]))
        found += [value for value in session.scalars(asked) if value is not None]
    return found
