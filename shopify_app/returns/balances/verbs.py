"""What happens to a balance: payments are recognised, it is asked for again, given more time, waived, or the exchange
is to be taken off. Each verb ends by asking what the return needs next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.events import BalanceReminded, record
from shopify_app.money import Money
from shopify_app.returns import booking, steps, timeline
from shopify_app.returns.balances import rows as balances
from shopify_app.returns.balances import rules
from shopify_app.returns.balances.models import BalanceDue, BalanceState
from shopify_app.returns.balances.rules import Waiting
from shopify_app.returns.holding import held
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.parked import listed
from shopify_app.returns.release import move, wake
from shopify_app.returns.states import Actor, GroupState, StepState
from shopify_app.returns.steps import IN_FLIGHT, StepKind, steps_of
from shopify_app.returns.timeline import By, Told
from shopify_app.shopify.order_balances import OrderBalance
from shopify_app.states import IllegalMove

AT_SHOPIFY = "at_shopify"
"""The cause of a waiver that was no decision here: Shopify says that nothing is due any more."""
MOST_DAYS = 60


def seen(session: Session, order_id: int, told: OrderBalance, read_at: datetime, now: datetime) -> bool:
    """What Shopify said of the order at `read_at` or later, written down; whether anything was new. Whatever is said
    twice, or comes late, is taken once: a payment that somebody made is never lost, and never counted again. While an
    exchange may be being taken off nothing is decided, and Shopify is asked again soon."""
    returns = _held(session, balances.of_order(session, order_id))
    rows = list(balances.of_order(session, order_id))
    if any(_is_busy(session, row) for row in rows):
        for row in rows:
            soon = now + rules.SOON
            row.look_next_at = min(row.look_next_at or soon, soon)
        return False
    payments = [(each.id, each.amount.amount) for each in told.payments]
    shares = rules.allotted(payments, [_waiting(row) for row in rows])
    for share in shares:
        row = next(each for each in rows if each.id == share.balance)
        _came_in(session, returns[row.return_id], row, share.payment, share.amount, share.over, now)
    gone = [row for row in rows if row.is_open and not told.outstanding and row.due_since < read_at]
    for row in gone:
        _no_longer_due(session, returns[row.return_id], row, now)
    for ret in returns.values() if shares or gone else ():
        ret.version += 1
        wake(session, ret, now)
    return bool(shares or gone)


def waive(session: Session, ret: Return, group_id: int, by: By, now: datetime) -> None:
    """The shop asks for no more of it; the goods are let go. Raises IllegalMove where nothing is open, or the exchange
    is being taken off right now."""
    ret, group, row = _open(session, ret, group_id, "waived")
    told = {"group_id": group.id, "due": row.rest.amount}
    balances.waive(session, ret, group, row, now)
    _goes_on(session, group)
    timeline.add(session, ret, Told.BALANCE_WAIVED, by.actor, now, staff=by.staff, facts=told)
    _on(session, ret, now)


def extend(session: Session, ret: Return, group_id: int, days: int, by: By, now: datetime) -> None:
    """So many days more, counted from today where the last day is over. Raises IllegalMove, ValueError."""
    if not 0 < days <= MOST_DAYS:
        raise ValueError(f"between 1 and {MOST_DAYS} days, not {days}")
    ret, group, row = _open(session, ret, group_id, "extended")
    zone = balances.zone_of(session, ret)
    since = max(row.pay_by, now)
    row.pay_by = rules.pay_by(since, days, zone)
    row.drop_wanted_at = row.drop_wanted_by = None
    row.look_next_at = rules.next_look(row.due_since, row.pay_by, row.reminded_at, now)
    _goes_on(session, group)
    told = {"group_id": group.id, "pay_by": row.pay_by.isoformat()}
    timeline.add(session, ret, Told.BALANCE_EXTENDED, by.actor, now, staff=by.staff, facts=told)
    _on(session, ret, now)


def remind(session: Session, ret: Return, group_id: int, by: By, now: datetime) -> None:
    """The shopper is asked again, by one mail. Raises IllegalMove where nothing is open."""
    ret, group, row = _open(session, ret, group_id, "reminded of")
    row.reminded_at, row.reminders = now, row.reminders + 1
    row.look_next_at = rules.next_look(row.due_since, row.pay_by, now, now)
    timeline.add(session, ret, Told.BALANCE_REMINDED, by.actor, now, staff=by.staff, facts={"group_id": group.id})
    record(session, ret.shop_id, BalanceReminded(order_id=ret.order_id, return_id=ret.id, group_id=group.id), now)
    ret.version += 1


def drop(session: Session, ret: Return, group_id: int, by: By, now: datetime) -> None:
    """The exchange is to be taken off, and the shopper gets the next best outcome they agreed to. Shopify is asked once
    more before anything is sent: what was paid meanwhile is exchanged after all. Raises IllegalMove."""
    ret, group, row = _open(session, ret, group_id, "dropped")
    if row.drop_wanted_at is None:
        row.drop_wanted_at, row.drop_wanted_by = now, by.actor
        timeline.add(session, ret, Told.DROP_WANTED, by.actor, now, staff=by.staff, facts={"group_id": group.id})
    _on(session, ret, now)


def by_the_clock(session: Session, row_id: int, now: datetime) -> None:
    """What time alone asks for: a reminder, or the end of the shopper's time to pay."""
    row = session.get(BalanceDue, row_id)
    if row is None:
        return
    ret = _held(session, [row])[row.return_id]
    session.refresh(row)
    if row.look_next_at is None or row.look_next_at > now:
        return
    if not row.is_open:
        is_over = row.closed_at is None or now - row.closed_at > rules.UNTIL
        row.look_next_at = None if is_over else now + rules.AFTERWARDS
        return
    clock = By(Actor.CLOCK)
    row.look_next_at = now + rules.AFTERWARDS
    if row.drop_wanted_at is not None:  # its step does the rest, or a person
        return
    if now >= row.pay_by:
        drop(session, ret, row.group_id, clock, now)
        return
    reminder = rules.reminder_at(row.due_since, row.pay_by, row.reminded_at)
    if reminder is not None and reminder <= now:
        remind(session, ret, row.group_id, clock, now)
    row.look_next_at = rules.next_look(row.due_since, row.pay_by, row.reminded_at, now)


def _came_in(
    session: Session, ret: Return, row: BalanceDue, payment: str, amount: int, over: int, now: datetime
) -> None:
    """A payment, or its part, towards the balance; what is beyond everything due waits for a person."""
    group = session.get_one(ReleaseGroup, row.group_id)
    row.payments = [*row.payments, {"id": payment, "amount": amount, "over": over}]
    facts = {"group_id": group.id, "payment": payment}
    if amount:
        row.paid += amount
        booking.post_payment(session, ret, group, Money(amount, row.currency), payment, now)
        told = facts | {"paid": amount, "rest": row.rest.amount}
        timeline.add(session, ret, Told.BALANCE_PAID, Actor.SHOPIFY, now, facts=told)
    if row.is_open and not row.rest:
        balances.close(row, BalanceState.PAID, now)
        _goes_on(session, group)
    if over:
        row.over += over
        timeline.add(session, ret, Told.BALANCE_OVERPAID, Actor.SHOPIFY, now, facts=facts | {"over": over})
        listed(session, ret, group, Look.OVERPAID, {"over": row.over}, now)


def _no_longer_due(session: Session, ret: Return, row: BalanceDue, now: datetime) -> None:
    """Shopify asks for nothing any more, though nobody paid: the order was changed there in the shopper's favour."""
    group = session.get_one(ReleaseGroup, row.group_id)
    told = {"group_id": group.id, "due": row.rest.amount, "cause": AT_SHOPIFY}
    balances.waive(session, ret, group, row, now, AT_SHOPIFY)
    _goes_on(session, group)
    timeline.add(session, ret, Told.BALANCE_WAIVED, Actor.SHOPIFY, now, facts=told)


def _waiting(row: BalanceDue) -> Waiting:
    had: dict[str, int] = {}
    for each in row.payments:
        had[each["id"]] = had.get(each["id"], 0) + each["amount"] + each.get("over", 0)
    return Waiting(row.id, row.rest.amount, not row.is_open, frozenset(row.known), had)


def _open(session: Session, ret: Return, group_id: int, wish: str) -> tuple[Return, ReleaseGroup, BalanceDue]:
    """The return, held, with the open balance of its group. Nothing is decided while it may be being dropped."""
    ret = held(session, ret.id)
    found = select(ReleaseGroup).where(ReleaseGroup.id == group_id, ReleaseGroup.return_id == ret.id)
    group = session.scalars(found).one_or_none()
    row = balances.of_group(session, group) if group is not None else None
    if group is None or row is None or not row.is_open or _is_busy(session, row):
        raise IllegalMove("the balance", row.state if row is not None else "settled already", wish)
    return ret, group, row


def _is_busy(session: Session, row: BalanceDue) -> bool:
    group = session.get_one(ReleaseGroup, row.group_id)
    return any(each.kind == StepKind.DROP_EXCHANGE and each.phase in IN_FLIGHT for each in steps_of(session, group))


def _goes_on(session: Session, group: ReleaseGroup) -> None:
    """Taking the exchange off is not wanted any more, nor is a person's look at why it could not be done."""
    if group.state == GroupState.NEEDS_LOOK and group.look != Look.LEDGER_DIFFERS:
        move(group, GroupState.RELEASED)
    for step in steps_of(session, group):
        if step.kind == StepKind.DROP_EXCHANGE and step.phase in (StepState.PLANNED, StepState.REFUSED):
            steps.drop(step)


def _held(session: Session, rows: Sequence[BalanceDue]) -> dict[int, Return]:
    """The returns of these balances, held until the transaction ends."""
    ids = sorted({row.return_id for row in rows})
    wanted = select(Return).where(Return.id.in_(ids)).order_by(Return.id).with_for_update()
    found = session.scalars(wanted.execution_options(populate_existing=True))
    return {ret.id: ret for ret in found}


def _on(session: Session, ret: Return, now: datetime) -> None:
    ret.version += 1
    wake(session, ret, now)
