"""Returns that were asked for on a day: what, why, for what instead, and how soon they were answered."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import and_, exists, func, select

from shopify_app.db import Session
from shopify_app.insights.counting.window import ShopDay, in_force
from shopify_app.insights.counts import Count, Tally, hours_key
from shopify_app.orders.models import OrderLine
from shopify_app.returns.models import Return, ReturnEntry, ReturnLine
from shopify_app.returns.states import Actor, ReturnState, Source
from shopify_app.returns.timeline import Told
from shopify_app.settings.returns import Returns
from shopify_app.shipments.calendar import calendar_for
from shopify_app.zones import zone_named

LEFT_OUT = (ReturnState.CANCELLED, ReturnState.DECLINED)
WITHOUT_REASON = "none"


def count_returns(session: Session, day: ShopDay, tally: Tally) -> None:
    """Requests and units; those that were cancelled or declined are no returns, and the latter are counted apart."""
    states = select(Return.state, func.count()).where(_asked(day)).group_by(Return.state)
    for state, returns in session.execute(states):
        if state == ReturnState.DECLINED:
            tally.add(Count.DECLINED, returns)
        elif state != ReturnState.CANCELLED:
            tally.add(Count.RETURNS, returns)


def count_units(session: Session, day: ShopDay, tally: Tally) -> None:
    """Units by reason, product, variant, vendor and outcome."""
    line = ReturnLine
    wanted = (
        select(line.quantity, line.outcome, line.reason, OrderLine)
        .join(Return, Return.id == line.return_id)
        .outerjoin(OrderLine, and_(OrderLine.order_id == Return.order_id, OrderLine.shopify_id == line.line_id))
        .where(_asked(day), Return.state.not_in(LEFT_OUT))
    )
    for quantity, outcome, reason, bought in session.execute(wanted):
        reason = reason or WITHOUT_REASON
        tally.add(Count.RETURNED_UNITS, quantity)
        tally.add(Count.BY_REASON, quantity, key=reason)
        tally.add(Count.BY_OUTCOME, quantity, key=outcome)
        if bought is not None:
            product = bought.product_shopify_id or 0
            tally.add(Count.BY_PRODUCT, quantity, key=f"{product}|{reason}")
            tally.add(Count.BY_VARIANT, quantity, key=f"{product}|{bought.variant_shopify_id or 0}")
            tally.add(Count.BY_VENDOR, quantity, key=bought.vendor or "")


def count_answers(session: Session, day: ShopDay, tally: Tally) -> None:
    """How soon requests of shoppers were answered, by people; those that the policy approves at once are apart. The
    promise is the one that was in force when it was asked; an unanswered request breaks it when its day is over."""
    days = in_force(session, day.shop_id, Returns, day.end).decide_within_days
    wanted = select(Return.requested_at, Return.approved_at, Return.declined_at, _by_rule()).where(
        _asked(day), Return.source == Source.SHOPPER, Return.state != ReturnState.CANCELLED
    )
    for requested_at, approved_at, declined_at, is_by_rule in session.execute(wanted):
        if is_by_rule:
            tally.add(Count.DECIDED_BY_RULE)
            continue
        decided = min((at for at in (approved_at, declined_at) if at is not None), default=None)
        if decided is not None:
            tally.add(Count.DECIDED, key=hours_key(decided - requested_at))
        promised = _promised(day, requested_at, days)
        if decided is not None or day.now > promised:
            tally.add(Count.ANSWER_PROMISED)
            tally.add(Count.ANSWER_KEPT, decided is not None and decided <= promised)


def _promised(day: ShopDay, requested_at: datetime, days: int) -> datetime:
    """The end of the last working day, as `returns.acceptance.promised_day` told the shopper."""
    zone = zone_named(day.shop.timezone)
    last = calendar_for(None, day.shop.country).add(requested_at.astimezone(zone).date(), days)
    return datetime.combine(last, time(23, 59, 59), zone)


def _by_rule():
    entry = ReturnEntry
    return exists().where(entry.return_id == Return.id, entry.kind == Told.APPROVED, entry.actor == Actor.RULE)


def _asked(day: ShopDay):
    return and_(Return.shop_id == day.shop_id, Return.requested_at >= day.start, Return.requested_at < day.end)
