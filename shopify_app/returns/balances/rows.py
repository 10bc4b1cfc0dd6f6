"""What shoppers still owe for exchanges: written down when it falls due, closed when it is paid, waived or dropped.

It is collected by Shopify's own checkout alone. Nothing here is sent anywhere, and nothing plans a step: `release` asks
how a balance stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shopify_app.events import BalanceFellDue, BalanceMoved, record
from shopify_app.orders.models import Order
from shopify_app.returns import booking, timeline
from shopify_app.returns.balances import rules
from shopify_app.returns.balances.models import BalanceDue, BalanceState
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.states import Actor
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.timeline import Told
from shopify_app.settings import store
from shopify_app.settings.returns import Returns
from shopify_app.zones import zone_named


def of_group(session: Session, group: ReleaseGroup) -> BalanceDue | None:
    """The group's balance, if one ever fell due."""
    return session.scalars(select(BalanceDue).where(BalanceDue.group_id == group.id)).one_or_none()


def of_return(session: Session, ret: Return) -> Sequence[BalanceDue]:
    """The return's balances, oldest first."""
    return session.scalars(select(BalanceDue).where(BalanceDue.return_id == ret.id).order_by(BalanceDue.id)).all()


def of_order(session: Session, order_id: int) -> Sequence[BalanceDue]:
    """All balances of an order, oldest first."""
    return session.scalars(select(BalanceDue).where(BalanceDue.order_id == order_id).order_by(BalanceDue.id)).all()


def paid_too_much(session: Session, order_id: int) -> int:
    """What came in for the order beyond all that was due and still waits for a person, in minor units. Once somebody
    has dealt with it, it explains nothing any more."""
    wanted = (
        select(func.coalesce(func.sum(BalanceDue.over), 0))
        .join(ReleaseGroup, ReleaseGroup.id == BalanceDue.group_id)
        .where(BalanceDue.order_id == order_id, ReleaseGroup.look == Look.OVERPAID)
    )
    return int(session.scalar(wanted) or 0)


def payments_of(session: Session, order_id: int) -> frozenset[str]:
    """Shopify's ids of the order's payments that were made towards balances: they take money back last."""
    return frozenset(each["id"] for row in of_order(session, order_id) for each in row.payments)


def zone_of(session: Session, ret: Return) -> ZoneInfo:
    """The shop's clock, by which a last day ends."""
    return zone_named(session.get_one(Order, ret.order_id).shop.timezone)


def settlement_of(group: ReleaseGroup) -> Settlement:
    """What is being carried out."""
    return settlement_from_stored(group.final or group.accepted)


def fall_due(session: Session, ret: Return, group: ReleaseGroup, process: Step, now: datetime) -> BalanceDue | None:
    """The balance of a group that was just processed; None where nothing is due. Its shopper is told."""
    settled = settlement_of(group)
    if not settled.due:
        return None
    zone = zone_of(session, ret)
    days = store.load(session, ret.shop_id, Returns).balance_days
    until = rules.pay_by(now, days, zone)
    row = BalanceDue(
        shop_id=ret.shop_id,
        order_id=ret.order_id,
        return_id=ret.id,
        group_id=group.id,
        amount=settled.due.amount,
        paid=0,
        over=0,
        currency=settled.due.currency,
        state=BalanceState.OPEN,
        payments=[],
        known=list(process.input.get("paid_with") or ()),
        due_since=now,
        pay_by=until,
        reminders=0,
        look_next_at=rules.next_look(now, until, None, now),
    )
    session.add(row)
    told = {"group_id": group.id, "due": row.amount}
    timeline.add(session, ret, Told.BALANCE_DUE, Actor.CLOCK, now, facts=told)
    done = BalanceFellDue(order_id=ret.order_id, return_id=ret.id, group_id=group.id)
    record(session, ret.shop_id, done, now)
    return row


def order_changed(session: Session, order: Order, now: datetime) -> None:
    """Shopify told of a change to the order: where a balance was ever due, what was paid is looked up."""
    wanted = select(BalanceDue.id).where(BalanceDue.order_id == order.id).limit(1)
    if session.scalar(wanted) is not None:
        record(session, order.shop_id, BalanceMoved(order_id=order.id), now)


def close(row: BalanceDue, state: BalanceState, now: datetime) -> None:
    """Nothing more is waited for. Closed ones are still looked at now and then: somebody may pay all the same."""
    row.state, row.closed_at = state, now
    may_be_late = state == BalanceState.DROPPED  # somebody may have paid while it was taken off
    row.look_next_at = now + (rules.SOON if may_be_late else rules.AFTERWARDS)


def waive(
    session: Session, ret: Return, group: ReleaseGroup, row: BalanceDue, now: datetime, cause: str | None = None
) -> None:
    """What is still open of it is asked of nobody any more, and booked as waived; `cause` where it was not a person's
    decision here."""
    rest = row.rest
    booking.post_waived(session, ret, group, rest, now, cause)
    close(row, BalanceState.WAIVED, now)


def handled(session: Session, ret: Return, group: ReleaseGroup, now: datetime) -> None:
    """A person has dealt with the group elsewhere: a balance that is open counts no more."""
    row = of_group(session, group)
    if row is not None and row.is_open:
        booking.post_handled(session, ret, group, row.rest, now)
        close(row, BalanceState.HANDLED, now)
