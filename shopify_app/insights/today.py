"""What needs a hand today: for each kind of it how many, since when, and where they are listed.

Six statements, each by an index, whatever the shop's past holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, or_, select, true, union_all

from shopify_app.db import Session, UTCDateTime
from shopify_app.orders.models import Order, OrderLine
from shopify_app.prepared import Prepared
from shopify_app.returns.balances.models import BalanceDue
from shopify_app.returns.desk.asked import SOON, Sort, Tab, Waits
from shopify_app.returns.desk.tabs import answers_due, balances_due, tab_column
from shopify_app.returns.inspecting.models import InspectionQuestion
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.no_receipt.models import NoReceiptRequest
from shopify_app.returns.no_receipt.verbs import waits_for_a_person
from shopify_app.returns.withdrawing.models import OPENED_WITHIN, WAITING, Withdrawal, WithdrawalState
from shopify_app.settings.store import load
from shopify_app.settings.tracking import Tracking
from shopify_app.shipments.lateness import LateRisk
from shopify_app.shipments.models import Shipment
from shopify_app.shipments.states import ParcelState
from shopify_app.shipments.waiting import WORTH_WAITING, hand_over_day
from shopify_app.shopify.delivery import BY_THE_SHOP
from shopify_app.shops.models import Shop
from shopify_app.zones import zone_named

STUCK = (
    ParcelState.DELIVERY_ATTEMPTED,
    ParcelState.ACTION_REQUIRED,
    ParcelState.RETURNING,
    ParcelState.LOST_OR_DESTROYED,
)


class Hand(StrEnum):
    """What somebody has to see to, the most pressing first."""

    NEEDS_LOOK = "needs_look"
    WITHDRAWALS = "withdrawals"  # declarations that a person has to carry out: the law's day runs
    ENDS_SOON = "ends_soon"  # requests and appeals whose answer was promised for the next 24 hours, or earlier
    NOT_HANDED_OVER = "not_handed_over"
    PARCELS_LATE = "parcels_late"
    PARCELS_STUCK = "parcels_stuck"
    TO_APPROVE = "to_approve"
    NO_RECEIPT = "no_receipt"
    TO_INSPECT = "to_inspect"
    TO_SETTLE = "to_settle"
    UNPAID = "unpaid"


HANDS_OF_TABS = (Tab.NEEDS_LOOK, Tab.TO_APPROVE, Tab.TO_INSPECT, Tab.TO_SETTLE)
"""Tabs of the desk that wait for the shop's people."""


@dataclass(frozen=True)
class Waiting:
    """`oldest` is since when the first of them waits (for promises: by when it ends); None where nobody knows. `path`
    with `query` is where they are listed, None where Shopify's own lists are the place."""

    hand: Hand
    count: int
    oldest: datetime | None
    path: str | None = None
    query: tuple[tuple[str, str], ...] = ()


def waiting(session: Session, shop: Shop, now: datetime) -> tuple[Waiting, ...]:
    """All that waits, in the order of `Hand`; what nothing waits for is left out."""
    returns = (*_returns(session, shop, now), *_beside_returns(session, shop, now), *_unpaid(session, shop))
    found = (*returns, *_parcels(session, shop, now))
    places = list(Hand)
    told = (each for each in (*found, _not_handed_over(session, shop, now)) if each.count)
    return tuple(sorted(told, key=lambda each: places.index(each.hand)))


def _returns(session: Session, shop: Shop, now: datetime) -> tuple[Waiting, ...]:
    """By the desk's own tabs, so that the count and the list behind it are one."""
    ((*found, ending, first),) = _OF_TABS.rows(session, shop_id=shop.id, soon=now + SOON)
    told = [
        Waiting(Hand(tab), found[2 * at], found[2 * at + 1], "/app/returns", (("tab", tab.value),))
        for at, tab in enumerate(HANDS_OF_TABS)
    ]
    listed = ("tab", "all"), ("waits", Waits.ANSWER.value), ("sort", Sort.DUE.value)
    return (*told, Waiting(Hand.ENDS_SOON, ending, first, "/app/returns", listed))


def _of_tabs() -> Prepared:
    """How many wait under each tab and since when, then how many answers end soon and when the first. Each return is
    put under its tab once; the answers that are due have indexes of their own, of requests and of appeals."""
    shop_id: Any = bindparam("shop_id")
    soon: Any = bindparam("soon", type_=UTCDateTime())
    tabs = (
        select(tab_column(shop_id).label("tab"), Return.requested_at)
        .where(Return.shop_id == shop_id)
        .cte("tabs")
        .prefix_with("MATERIALIZED")
    )
    asked: list[Any] = []
    for tab in HANDS_OF_TABS:
        is_under = tabs.c.tab == tab
        oldest: Any = func.min(tabs.c.requested_at)
        asked += [func.count().filter(is_under), oldest.filter(is_under)]
    asks, looks = answers_due(shop_id, soon)
    next_look: Any = func.min(InspectionQuestion.decide_by)
    seconds = looks.with_only_columns(next_look, maintain_column_froms=True).group_by(InspectionQuestion.return_id)
    ends = union_all(select(Return.decide_by.label("by")).where(asks), seconds).subquery("ends")
    due = select(func.count().label("count"), func.min(ends.c.by).label("first")).select_from(ends).subquery("due")
    waits = select(*asked).select_from(tabs).subquery("waits")
    return Prepared(select(waits, due).join(due, true()))


_OF_TABS = _of_tabs()


def _beside_returns(session: Session, shop: Shop, now: datetime) -> tuple[Waiting, ...]:
    """What waits and is no return yet, or never will be: declarations, and requests without an order number."""
    ((*stuck, asked, since),) = _BESIDE.rows(session, shop_id=shop.id, opened_by=now - OPENED_WITHIN)
    return (
        Waiting(Hand.WITHDRAWALS, stuck[0], stuck[1], "/app/returns/withdrawals"),
        Waiting(Hand.NO_RECEIPT, asked, since, "/app/returns/no-receipt"),
    )


def _beside() -> Prepared:
    shop_id: Any = bindparam("shop_id")
    opened_by: Any = bindparam("opened_by", type_=UTCDateTime())
    late = and_(Withdrawal.state == WithdrawalState.RECEIVED, Withdrawal.received_at <= opened_by)
    stuck = select(func.count().label("count"), func.min(Withdrawal.received_at).label("first")).where(
        Withdrawal.shop_id == shop_id,
        Withdrawal.state.in_(WAITING),
        or_(Withdrawal.state == WithdrawalState.NEEDS_LOOK, late),
    )
    asked = select(func.count().label("count"), func.min(NoReceiptRequest.received_at).label("first")).where(
        NoReceiptRequest.shop_id == shop_id, waits_for_a_person()
    )
    declared, requests = stuck.subquery("declared"), asked.subquery("requests")
    return Prepared(select(declared, requests).join(requests, true()))


_BESIDE = _beside()


def _unpaid(session: Session, shop: Shop) -> tuple[Waiting, ...]:
    """Returns with an exchange that their shoppers have not paid for."""
    returns: Any = func.count(ReleaseGroup.return_id.distinct())
    wanted = balances_due(shop.id).with_only_columns(
        returns, func.min(BalanceDue.due_since), maintain_column_froms=True
    )
    count, oldest = session.execute(wanted).one()
    listed = ("tab", "all"), ("waits", Waits.PAYMENT.value)
    return (Waiting(Hand.UNPAID, count, oldest, "/app/returns", listed),)


def _parcels(session: Session, shop: Shop, now: datetime) -> tuple[Waiting, ...]:
    """Parcels of the last 60 days that are not delivered: late by our rules, or stopped by theirs."""
    late = and_(Shipment.late_risk == LateRisk.LATE, Shipment.state.not_in(STUCK))
    stuck = Shipment.state.in_(STUCK)
    wanted = select(
        func.count().filter(late),
        func.min(Shipment.shipped_at).filter(late),
        func.count().filter(stuck),
        func.min(func.coalesce(Shipment.state_at, Shipment.shipped_at)).filter(stuck),
    ).where(
        Shipment.shop_id == shop.id,
        Shipment.delivered_at.is_(None),
        Shipment.cancelled_at.is_(None),
        Shipment.kind == "parcel",
        Shipment.shipped_at >= now - WORTH_WAITING,
    )
    late_count, late_since, stuck_count, stuck_since = session.execute(wanted).one()
    path = "/app/insights/parcels"
    return (
        Waiting(Hand.PARCELS_LATE, late_count, late_since, path, (("of", "late"),)),
        Waiting(Hand.PARCELS_STUCK, stuck_count, stuck_since, path, (("of", "stuck"),)),
    )


def _not_handed_over(session: Session, shop: Shop, now: datetime) -> Waiting:
    """Orders of the last 60 days of which nothing was sent though the promised day is over; none without a promise.
    Shopify lists them itself: unfulfilled orders."""
    placed_before = overdue_before(shop, load(session, shop.id, Tracking), now)
    if placed_before is None:
        return Waiting(Hand.NOT_HANDED_OVER, 0, None)
    goods = exists().where(
        OrderLine.order_id == Order.id, OrderLine.requires_shipping.is_(True), OrderLine.current_quantity > 0
    )
    wanted = select(func.count(), func.min(Order.placed_at)).where(
        Order.shop_id == shop.id,
        Order.fulfillment_status.is_(None),
        Order.placed_at >= now - WORTH_WAITING,
        Order.placed_at < placed_before,
        Order.is_test.is_(False),
        Order.cancelled_at.is_(None),
        Order.closed_at.is_(None),
        Order.deleted_at.is_(None),
        or_(Order.delivery.is_(None), Order.delivery.not_in(BY_THE_SHOP)),
        goods,
        ~exists().where(Shipment.order_id == Order.id, Shipment.state != ParcelState.CANCELLED),
    )
    count, oldest = session.execute(wanted).one()
    return Waiting(Hand.NOT_HANDED_OVER, count, oldest, "shopify://admin/orders", (("status", "unfulfilled"),))


def overdue_before(shop: Shop, tracking: Tracking, now: datetime) -> datetime | None:
    """Orders placed before this instant should have been handed over by now; None where nothing is promised. Looked
    for day by day, and on a day at its cut-off."""
    if tracking.handover_days is None:
        return None
    zone = zone_named(shop.timezone)
    today = now.astimezone(zone).date()
    for back in range(WORTH_WAITING.days + 1):
        day = today - timedelta(days=back)
        for at in (time(23, 59, 59), tracking.handover_cut_off):
            moment = datetime.combine(day, at, zone)
            due = hand_over_day(moment.astimezone(UTC), shop.timezone, tracking)
            if moment <= now and due is not None and due < today:
                return moment.astimezone(UTC)
    return now - WORTH_WAITING
