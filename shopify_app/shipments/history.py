"""What delivered parcels teach, and the date we show for those on their way.

`learn_delivery` counts a delivered parcel into the histograms of its lanes. `assess` looks at a parcel again, writes
down a new promise when the date has to move, and flags lateness. Pages show what was promised (`pages/arrivals.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from shopify_app import events
from shopify_app.db import Session
from shopify_app.shipments.calendar import Calendar, calendar_for
from shopify_app.shipments.estimate import (
    LONGEST,
    Arrival,
    Experience,
    Parcel,
    arrival,
    blend,
    chance_of,
)
from shopify_app.shipments.facts import moment
from shopify_app.shipments.lanes import experience_of, lane_keys
from shopify_app.shipments.lateness import LateRisk, Signs, lateness, why_moved
from shopify_app.shipments.models import Promise, Scan, Shipment, TransitCounted
from shopify_app.shipments.promises import promise, promises_of, shown
from shopify_app.shipments.scans import scans_of
from shopify_app.shipments.stamps import Precision
from shopify_app.shipments.states import NOT_COMING, ParcelState
from shopify_app.shipments.tallies import count_transit
from shopify_app.zones import local_time


def assess(session: Session, shipment: Shipment, now: datetime, scans: Sequence[Scan] | None = None) -> None:
    """Looks at the parcel as it stands: promises or moves its date when there is a reason, and flags lateness.

    Records ArrivalRevised when a date that was shown moves. Safe to repeat: without a reason nothing is written.
    A parcel that nobody can tell anything of is promised one date and never called late.
    `scans` are the parcel's, where the caller has them at hand.
    """
    if shipment.state in NOT_COMING or shipment.kind != "parcel":
        shipment.late_risk, shipment.late_rule = LateRisk.NONE, None
        return
    calendar, parcel = _calendar(shipment), _parcel(shipment, now)
    experience = experience_of(session, shipment, now)
    promises = promises_of(session, shipment.shop_id, shipment.order_id, shipment.id)
    fresh = None if promises and is_untracked(shipment) else arrival(parcel, experience, calendar)
    if fresh is not None:
        promises += _promise(session, shipment, promises, fresh, parcel, experience, now)
    if is_untracked(shipment):
        shipment.late_risk, shipment.late_rule = LateRisk.NONE, None
        return
    told = [scan for scan in (scans_of(session, shipment) if scans is None else scans) if not scan.deleted_at]
    found = lateness(parcel, _signs(shipment, promises, parcel, experience, told), calendar)
    shipment.late_risk, shipment.late_rule = found.risk, found.rule


def is_untracked(shipment: Shipment) -> bool:
    """Whether it has no number and was never scanned: nobody will say where it is."""
    return not shipment.numbers and shipment.state == ParcelState.AWAITING_DATA


def assess_open(session: Session, shop_id: int, now: datetime, after: int = 0, limit: int = 200) -> int | None:
    """Assesses the next `limit` of the shop's parcels on their way; the id to go on after, None when all were seen.

    Days pass without news: a job calls this every hour or so.
    """
    wanted = select(Shipment).where(
        Shipment.shop_id == shop_id, Shipment.id > after, Shipment.kind == "parcel", Shipment.state.not_in(NOT_COMING)
    )
    seen = session.scalars(wanted.order_by(Shipment.id).limit(limit)).all()
    for shipment in seen:
        assess(session, shipment, now)
    return seen[-1].id if len(seen) == limit else None


def _promise(
    session: Session,
    shipment: Shipment,
    promises: list[Promise],
    fresh: Arrival,
    parcel: Parcel,
    experience: Experience,
    now: datetime,
) -> list[Promise]:
    """The promise that has to be made now: none, or one."""
    if fresh.by is None:
        return []
    because = None
    if promises:
        chance = chance_of(promises[-1].by, parcel, experience, _calendar(shipment))
        because = why_moved(shown(promises[-1]), fresh, parcel, chance)
        if because is None:
            return []
        events.record(
            session,
            shipment.shop_id,
            events.ArrivalRevised(shipment.order_id, shipment.id, was=promises[-1].by, by=fresh.by, because=because),
            now,
        )
    row = promise(shipment.shop_id, shipment.order_id, shipment.id, fresh, because, now)
    session.add(row)
    return [row]


# --- what is learnt ---------------------------------------------------------------------------------------------------


def learn_delivery(session: Session, shop_id: int, shipment_id: int, now: datetime) -> bool:
    """Counts a delivered parcel into its lanes, once; True when it was counted now.

    Parcels that were never seen by the carrier before delivery, and those that ended otherwise, teach nothing.
    """
    wanted = select(Shipment).where(Shipment.shop_id == shop_id, Shipment.id == shipment_id)
    shipment = session.scalar(wanted.with_for_update())
    if shipment is None or shipment.kind != "parcel" or _counted(session, shipment) is not None:
        return False
    if not shipment.delivered_at or not shipment.accepted_at or shipment.accepted_at > shipment.delivered_at:
        return False
    session.add(_lesson(session, shipment, shipment.delivered_at, now))
    session.flush()
    return True


def _lesson(session: Session, shipment: Shipment, delivered_at: datetime, now: datetime) -> TransitCounted:
    calendar, zone, eta = _calendar(shipment), shipment.destination_zone, shipment.carrier_eta
    delivered = local_time(delivered_at, zone).date()
    days = min(LONGEST, calendar.between(_day_zero(shipment, calendar, delivered), delivered))
    first = next(iter(promises_of(session, shipment.shop_id, shipment.order_id, shipment.id)), None)
    lesson = TransitCounted(
        shop_id=shipment.shop_id,
        shipment_id=shipment.id,
        working_days=days,
        lanes=list(lane_keys(shipment).values()),
        rank=blend(experience_of(session, shipment, now).lanes).rank(days),
        error_days=_error(calendar, first.by if first else None, delivered),
        carrier_error_days=_error(calendar, local_time(eta, zone).date() if eta else None, delivered),
        counted_at=delivered_at,
    )
    for lane in lesson.lanes or ():
        count_transit(session, shipment.shop_id, lane, days, 1)
    return lesson


def unlearn_delivery(session: Session, shipment: Shipment) -> bool:
    """Takes a parcel out of the histograms when its delivery was taken back; True when it was in."""
    lesson = _counted(session, shipment)
    if lesson is None or shipment.delivered_at is not None:
        return False
    lanes = lane_keys(shipment).values() if lesson.lanes is None else lesson.lanes
    for lane in lanes:
        count_transit(session, shipment.shop_id, lane, lesson.working_days, -1)
    session.delete(lesson)
    return True


def _counted(session: Session, shipment: Shipment) -> TransitCounted | None:
    wanted = select(TransitCounted).where(
        TransitCounted.shop_id == shipment.shop_id, TransitCounted.shipment_id == shipment.id
    )
    return session.scalar(wanted)


# --- between rows and rules -------------------------------------------------------------------------------------------


def _parcel(shipment: Shipment, now: datetime) -> Parcel:
    here = local_time(now, shipment.destination_zone)
    state, since = ParcelState(shipment.state), _local_day(shipment.state_at, shipment)
    eta = local_time(shipment.carrier_eta, shipment.destination_zone).date() if shipment.carrier_eta else None
    return Parcel(
        day_zero=_day_zero(shipment, _calendar(shipment), here.date()),
        today=here.date(),
        hour=here.hour,
        state=state,
        is_on_vehicle_today=state is ParcelState.OUT_FOR_DELIVERY and since == here.date(),
        carrier_date=eta,
    )


def _day_zero(shipment: Shipment, calendar: Calendar, today: date) -> date:
    if shipment.accepted_at is not None:
        return calendar.day_zero(local_time(shipment.accepted_at, shipment.destination_zone))
    # Not with the carrier yet: it may be taken in on the next working day, today at the earliest.
    taken_in = calendar.add(local_time(shipment.shipped_at, shipment.destination_zone).date(), 1)
    return taken_in if is_untracked(shipment) else calendar.add(max(today, taken_in), 0)


def _signs(
    shipment: Shipment, promises: list[Promise], parcel: Parcel, experience: Experience, scans: Sequence[Scan]
) -> Signs:
    calendar = _calendar(shipment)
    # A date without a time orders scans, it proves no lateness: the parcel may have been scanned that very evening.
    proven = [moment(scan) for scan in scans if scan.precision == Precision.MINUTE]
    placeholders = {moment(scan) for scan in scans if scan.precision == Precision.DAY}
    return Signs(
        shipped=local_time(shipment.shipped_at, shipment.destination_zone).date(),
        first_by=promises[0].by if promises else None,
        chance=chance_of(promises[-1].by, parcel, experience, calendar) if promises else None,
        state_since=None if shipment.state_at in placeholders else _local_day(shipment.state_at, shipment),
        last_scan=_local_day(max(proven, default=None), shipment),
    )


def _local_day(instant: datetime | None, shipment: Shipment) -> date | None:
    return local_time(instant, shipment.destination_zone).date() if instant else None


def _calendar(shipment: Shipment) -> Calendar:
    return calendar_for(shipment.carrier, shipment.destination)


def _error(calendar: Calendar, promised: date | None, delivered: date) -> int | None:
    if promised is None:
        return None
    return calendar.between(promised, delivered) - calendar.between(delivered, promised)
