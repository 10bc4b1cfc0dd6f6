"""Parcels as Shopify tells them, applied in any order and any number of times.

A parcel is a fulfilment. Its facts follow the newest snapshot; its state is recomputed from all its scans each time, so
late, repeated and deleted events come out the same. Events may arrive before their fulfilment, and a fulfilment before
its order: both raise a LookupError that says what is missing, and the caller tries again or fetches it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update

from shopify_app import events
from shopify_app.db import Session
from shopify_app.orders.models import Order, OrderLine
from shopify_app.shipments.facts import SHOPIFY, accepted_at, cancelled_at, delivered_at, facts_of, moment
from shopify_app.shipments.history import assess, unlearn_delivery
from shopify_app.shipments.mapping import Mapped, Unknown, display_status, fulfilment_status
from shopify_app.shipments.models import Scan, Shipment, ShipmentLine
from shopify_app.shipments.places import Address, zone_at
from shopify_app.shipments.scans import find_scan, scan_from, scans_of
from shopify_app.shipments.states import ParcelState, state_from_scans
from shopify_app.shipments.tallies import count_unknown
from shopify_app.shipments.usual import carrier_id
from shopify_app.shopify.delivery import Delivery
from shopify_app.shopify.newest import is_overtaken, told_until
from shopify_app.shopify.snapshots import FulfillmentEventSnapshot, FulfillmentSnapshot

COLLECTED = "picked_up"
KINDS: dict[str, str] = {
    Delivery.PICK_UP: "pickup",
    Delivery.RETAIL: "pickup",
    Delivery.LOCAL: "local_delivery",
    Delivery.NONE: "digital",
}
"""What a fulfilment without a carrier's number is, by Shopify's word for the order."""


class OrderNotKnown(LookupError):
    """The parcel's order has not reached us yet; carries Shopify's order id."""

    def __init__(self, order_shopify_id: int) -> None:
        super().__init__(f"order {order_shopify_id} is not known yet")
        self.order_shopify_id = order_shopify_id


class ShipmentNotKnown(LookupError):
    """The event's fulfilment has not reached us yet; carries Shopify's ids of the fulfilment and the order."""

    def __init__(self, fulfillment_shopify_id: int, order_shopify_id: int) -> None:
        super().__init__(f"fulfilment {fulfillment_shopify_id} is not known yet")
        self.fulfillment_shopify_id, self.order_shopify_id = fulfillment_shopify_id, order_shopify_id


def apply_fulfillment(session: Session, shop_id: int, snapshot: FulfillmentSnapshot, now: datetime) -> Shipment:
    """The parcel's row, lines and scans, brought up to the snapshot unless they know something newer.

    Records ShipmentCreated, and ShipmentMoved, ShipmentDelivered, ShipmentCancelled when the state changes,
    OrderDescribedAnew when its numbers do; raises OrderNotKnown.
    """
    shipment = find(session, shop_id, snapshot.shopify_id)
    if shipment is None:
        shipment = _create(session, shop_id, snapshot, now)
    elif not is_overtaken(snapshot, shipment.fact_at, shipment.told_at):
        before = shipment.numbers
        _write(session, shipment, snapshot, now)
        if shipment.numbers != before:
            events.record(session, shop_id, events.OrderDescribedAnew(order_id=shipment.order_id), now)
    scans = scans_of(session, shipment)
    for event in snapshot.events or ():
        _note(session, shipment, scans, event, now)
    _settle(session, shipment, scans, now)
    return shipment


def apply_event(session: Session, shop_id: int, snapshot: FulfillmentEventSnapshot, now: datetime) -> Shipment:
    """Adds one scan to its parcel, once; a deleted scan is not revived. Raises ShipmentNotKnown."""
    shipment = _known(session, shop_id, snapshot)
    scans = scans_of(session, shipment)
    if _note(session, shipment, scans, snapshot, now):
        _settle(session, shipment, scans, now)
    return shipment


def delete_event(session: Session, shop_id: int, snapshot: FulfillmentEventSnapshot, now: datetime) -> Shipment:
    """Takes a scan back, also one that has not arrived yet; the parcel returns to what its other scans say.

    Raises ShipmentNotKnown.
    """
    shipment = _known(session, shop_id, snapshot)
    scans = scans_of(session, shipment)
    scan = find_scan(scans, SHOPIFY, str(snapshot.shopify_id))
    if scan is None:  # it holds the place, so that the event cannot come to life
        scan = scan_from(shipment, _nameless(session, shipment, snapshot))
        session.add(scan)
        scans.append(scan)
    if scan.deleted_at is None:
        scan.deleted_at = now
        _drop_echo(shipment, scan)
        _settle(session, shipment, scans, now)
        unlearn_delivery(session, shipment)
    return shipment


def find(session: Session, shop_id: int, shopify_id: int) -> Shipment | None:
    """The shop's parcel with this Shopify fulfilment id; locked for the transaction where the database can."""
    wanted = select(Shipment).where(Shipment.shop_id == shop_id, Shipment.shopify_id == shopify_id)
    return session.scalar(wanted.with_for_update())


def forget(session: Session, shop_id: int, customer_id: int | None, order_shopify_ids: tuple[int, ...]) -> int:
    """Erases what points at a person (numbers, links, places, carriers' texts) in the parcels of a customer's orders
    and of those named; how many parcels were touched. Call it before the orders room forgets whose orders they were.
    """
    mine = Order.shopify_id.in_(order_shopify_ids)
    if customer_id is not None:
        mine = mine | (Order.customer_id == customer_id)
    wanted = select(Shipment).join(Order, Order.id == Shipment.order_id).where(Shipment.shop_id == shop_id, mine)
    shipments = session.scalars(wanted).all()
    for shipment in shipments:
        shipment.numbers, shipment.urls, shipment.name = [], [], None
    said = update(Scan).where(Scan.shop_id == shop_id, Scan.shipment_id.in_(wanted.with_only_columns(Shipment.id)))
    session.execute(said.values(text=None, place=None))
    return len(shipments)


# --- the parcel itself ------------------------------------------------------------------------------------------------


def _known(session: Session, shop_id: int, snapshot: FulfillmentEventSnapshot) -> Shipment:
    shipment = find(session, shop_id, snapshot.fulfillment_id)
    if shipment is None:
        raise ShipmentNotKnown(snapshot.fulfillment_id, snapshot.order_id)
    return shipment


def _create(session: Session, shop_id: int, snapshot: FulfillmentSnapshot, now: datetime) -> Shipment:
    wanted = select(Order).where(Order.shop_id == shop_id, Order.shopify_id == snapshot.order_id)
    order = session.scalar(wanted.with_for_update())  # two deliveries of one new parcel must not both create it
    if order is None:
        raise OrderNotKnown(snapshot.order_id)
    if shipment := find(session, shop_id, snapshot.shopify_id):
        return shipment
    shipment = Shipment(
        shop_id=shop_id, order_id=order.id, shopify_id=snapshot.shopify_id, state=ParcelState.AWAITING_DATA
    )
    session.add(shipment)
    with session.no_autoflush:
        _write(session, shipment, snapshot, now)
    session.flush()
    events.record(session, shop_id, events.ShipmentCreated(order_id=order.id, shipment_id=shipment.id), now)
    return shipment


def _write(session: Session, shipment: Shipment, snapshot: FulfillmentSnapshot, now: datetime) -> None:
    shipment.company, shipment.service = snapshot.company, snapshot.service
    if session.get_one(Order, shipment.order_id).erased_at is None:  # what was forgotten stays forgotten
        shipment.name, shipment.numbers, shipment.urls = snapshot.name, list(snapshot.numbers), list(snapshot.urls)
    shipment.origin, shipment.shipped_at = snapshot.location_id, snapshot.created_at
    shipment.carrier_eta = snapshot.estimated_delivery_at or shipment.carrier_eta
    _write_words(session, shipment, snapshot, now)
    _write_lines(shipment, snapshot.lines)
    _write_destination(session, shipment, snapshot)
    shipment.carrier = carrier_id(session, shipment, next(iter(snapshot.numbers), None))
    shipment.told_at = told_until(snapshot, shipment.fact_at, shipment.told_at, now)
    shipment.fact_at = snapshot.fact_at


def _write_words(session: Session, shipment: Shipment, snapshot: FulfillmentSnapshot, now: datetime) -> None:
    word, delivered_at = snapshot.shipment_status, snapshot.delivered_at
    if word is None and not snapshot.numbers and session.get_one(Order, shipment.order_id).is_taken_along:
        word, delivered_at = COLLECTED, snapshot.created_at  # no carrier will ever say so
    if word is None and shipment.progress == COLLECTED:
        word = COLLECTED  # payloads have no word for it: their silence takes nothing back
    if word != shipment.progress:
        meaning = display_status(word) if word else None
        is_delivered = isinstance(meaning, Mapped) and meaning.state is ParcelState.DELIVERED
        shipment.progress = word and word[:40]
        shipment.progress_at = (delivered_at if is_delivered else None) or snapshot.fact_at
        if isinstance(meaning, Unknown):
            count_unknown(session, shipment.shop_id, SHOPIFY, meaning.code, now)
    if snapshot.status != shipment.fulfilment_status:
        meaning = fulfilment_status(snapshot.status)
        if isinstance(meaning, Unknown):
            count_unknown(session, shipment.shop_id, SHOPIFY, meaning.code, now)
        else:
            shipment.cancelled_at = snapshot.fact_at if meaning.state is ParcelState.CANCELLED else None
    shipment.fulfilment_status = snapshot.status[:20]


def _write_lines(shipment: Shipment, lines: Sequence[tuple[int, int]]) -> None:
    known = {line.line_shopify_id: line for line in shipment.lines}
    wanted: dict[int, int] = {}
    for line_id, quantity in lines:
        wanted[line_id] = wanted.get(line_id, 0) + quantity
    rows = [known.get(id_) or ShipmentLine(shop_id=shipment.shop_id, line_shopify_id=id_) for id_ in wanted]
    for row, quantity in zip(rows, wanted.values(), strict=True):
        row.quantity = quantity
    shipment.lines = rows


def _write_destination(session: Session, shipment: Shipment, snapshot: FulfillmentSnapshot) -> None:
    order = session.get_one(Order, shipment.order_id)
    address = json.loads(order.shipping_address) if order.shipping_address else {}
    shipment.destination = order.country
    shipment.destination_zone = order.city_timezone or zone_at(
        Address(
            city=address.get("city") or "",
            region=order.province or "",
            country=order.country or "",
            zip=address.get("zip") or "",
        )
    )
    shipment.kind = _kind(session, order, snapshot)


def _kind(session: Session, order: Order, snapshot: FulfillmentSnapshot) -> str:
    if snapshot.numbers:
        return "parcel"
    inside = [line_id for line_id, _ in snapshot.lines]
    wanted = select(OrderLine.requires_shipping).where(
        OrderLine.shop_id == order.shop_id, OrderLine.order_id == order.id, OrderLine.shopify_id.in_(inside)
    )
    travels = session.scalars(wanted).all()
    if travels and not any(travels):
        return "digital"
    if order.delivery is not None:
        return KINDS.get(order.delivery, "parcel")
    # Not told: pick-up orders have no shipping address.
    return "pickup" if order.shipping_address is None and not order.erased_at else "parcel"


# --- scans and the state ----------------------------------------------------------------------------------------------


def _note(
    session: Session, shipment: Shipment, scans: list[Scan], snapshot: FulfillmentEventSnapshot, now: datetime
) -> bool:
    """Adds the scan to `scans` unless it is among them, dead or alive; True when it is new."""
    if find_scan(scans, SHOPIFY, str(snapshot.shopify_id)) is not None:
        return False
    scan = scan_from(shipment, _nameless(session, shipment, snapshot))
    session.add(scan)
    scans.append(scan)
    if scan.state == ParcelState.UNKNOWN and scan.reason is None:
        count_unknown(session, shipment.shop_id, SHOPIFY, scan.code, now)
    return True


def _nameless(session: Session, shipment: Shipment, snapshot: FulfillmentEventSnapshot) -> FulfillmentEventSnapshot:
    """The event; without what points at a person where its order's was forgotten (`forget`)."""
    if session.get_one(Order, shipment.order_id).erased_at is None:
        return snapshot
    return replace(snapshot, message=None, city=None, province=None, zip=None)


def _drop_echo(shipment: Shipment, scan: Scan) -> None:
    # `shipment_status` repeated the event that was just taken back; Shopify's next word about the parcel replaces it.
    meaning = display_status(shipment.progress) if shipment.progress else None
    if isinstance(meaning, Mapped) and meaning.state == scan.state:
        shipment.progress = shipment.progress_at = None


def _settle(session: Session, shipment: Shipment, scans: list[Scan], now: datetime) -> None:
    """Recomputes state, times and lateness from everything we hold, and records what changed."""
    facts = facts_of(shipment, scans)
    status, was = state_from_scans(facts), shipment.state
    shipment.state, shipment.reason, shipment.state_at = status.state, status.reason, status.at
    shipment.accepted_at = accepted_at(facts)
    shipment.delivered_at = delivered_at(status, facts)
    shipment.cancelled_at = cancelled_at(shipment, status)
    shipment.carrier_eta = _newest_eta(scans) or shipment.carrier_eta
    if status.state != was:
        _tell(session, shipment, was, now)
    assess(session, shipment, now, scans)


def _newest_eta(scans: Sequence[Scan]) -> datetime | None:
    told = [(moment(scan), scan.key, scan.eta) for scan in scans if scan.eta and scan.deleted_at is None]
    return max(told)[2] if told else None


def _tell(session: Session, shipment: Shipment, was: str, now: datetime) -> None:
    order_id, id_, at = shipment.order_id, shipment.id, shipment.state_at
    moved = events.ShipmentMoved(order_id=order_id, shipment_id=id_, was=was, state=shipment.state, at=at)
    events.record(session, shipment.shop_id, moved, now)
    if shipment.state == ParcelState.DELIVERED:
        shipment.delivery_known_at = shipment.delivery_known_at or now
        delivered = events.ShipmentDelivered(order_id=order_id, shipment_id=id_, at=at)
        events.record(session, shipment.shop_id, delivered, now)
    if shipment.state == ParcelState.CANCELLED:
        events.record(session, shipment.shop_id, events.ShipmentCancelled(order_id=order_id, shipment_id=id_), now)
