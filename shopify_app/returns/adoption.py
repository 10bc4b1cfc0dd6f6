"""Returns begun in Shopify's own pages, admin or POS, as returns of ours; and goods that were dealt with there."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.events import ReturnRequested, record
from shopify_app.leases import WorkState
from shopify_app.orders.models import Order
from shopify_app.returns import mirror, timeline
from shopify_app.returns.facts import paid_order
from shopify_app.returns.inspecting.verdicts import lines_of
from shopify_app.returns.models import Return, ReturnLine, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.offers import manner_of
from shopify_app.returns.paid import Pick, Request
from shopify_app.returns.pricing import price
from shopify_app.returns.release import AGREED, move, wake
from shopify_app.returns.searching import keeping
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.states import (
    Actor,
    Disposition,
    GroupState,
    Reception,
    ReturnState,
    Source,
    StepState,
)
from shopify_app.returns.steps import StepKind, steps_of
from shopify_app.returns.stored import settlement_to_stored
from shopify_app.returns.units import NotEnoughUnits
from shopify_app.returns.verdicts import Terms
from shopify_app.returns.vocabulary import Method, MoneyEvent, Outcome
from shopify_app.settings import store
from shopify_app.settings.returns import Returns
from shopify_app.shopify.return_facts import LineFacts, ReturnFacts
from shopify_app.shopify.return_snapshots import ReturnableOrder
from shopify_app.shops.installation import here_since

_STATES = {"requested": ReturnState.REQUESTED, "open": ReturnState.APPROVED}


def adopt(session: Session, shop_id: int, facts: ReturnFacts, returnable: ReturnableOrder | None, now: datetime) -> str:
    """A return of ours for one that was begun at Shopify, while it still waits for something. Exchanges of theirs are
    left to them, and so is what one read does not tell whole: what we could not settle to the cent we do not take
    over."""
    wanted = select(Order).where(Order.shop_id == shop_id, Order.shopify_id == facts.order_id)
    order = session.scalars(wanted.with_for_update()).one_or_none()
    follows = store.load(session, shop_id, Returns).follow_shopify_returns
    lines = [line for line in facts.lines if line.line_id is not None and line.quantity]
    is_for_us = facts.status in _STATES and not facts.is_processed and not facts.exchanges
    if order is None or returnable is None or not (follows and lines and is_for_us and _is_whole(facts, returnable)):
        return "none"
    agreed = _settlement(session, order, facts, lines, returnable, now)
    if agreed is None:
        return "none"
    _write(session, order, facts, lines, agreed, now)
    return "adopted"


def _is_whole(facts: ReturnFacts, returnable: ReturnableOrder) -> bool:
    """Whether all lines of the return were told: an order tells of its returns more than a return does of itself."""
    made = next((each for each in returnable.returns if each.shopify_id == facts.id), None)
    return made is None or len(made.lines) <= len(facts.lines)


def agreed_there(session: Session, ret: Return, group: ReleaseGroup, facts: ReturnFacts, now: datetime) -> None:
    """A request made at Shopify was approved there, whatever else was done to it since."""
    ret.state, ret.approved_at, ret.decide_by = ReturnState.APPROVED, now, None
    group.shopify_lines = {**mirror.lines_made(lines_of(ret, group), facts, []), AGREED: True}
    for state in (GroupState.OPENING, GroupState.OPEN):
        move(group, state)
    timeline.add(session, ret, "approved", Actor.SHOPIFY, now)


def follow_goods(session: Session, ret: Return, group: ReleaseGroup, facts: ReturnFacts, now: datetime) -> None:
    """What became of units there is written down here, as told already."""
    told = [step for step in steps_of(session, group) if step.kind == StepKind.DISPOSE]
    if any(step.phase not in (StepState.DONE, StepState.DROPPED) for step in told):
        return  # ours are on their way: what Shopify counts now may be them
    units: list[dict[str, Any]] = []
    for line in lines_of(ret, group):
        rfo_line = group.shopify_lines.get(str(line.id), {}).get("rfo_line")
        theirs = next((each.disposed for each in facts.reverse if each.id == rfo_line), {})
        units += _dispose_as(line, theirs, now)
    if not units:
        return
    number = len(told) + 1
    step = Step(
        shop_id=ret.shop_id,
        return_id=ret.id,
        group_id=group.id,
        kind=StepKind.DISPOSE,
        key="dispose" if number == 1 else f"dispose.{number}",
        position=len(steps_of(session, group)) + 1,
        phase=StepState.DONE,
        input={"units": units, "of": group.shopify_return_id},
        answer={"elsewhere": True},
        planned_at=now,
        done_at=now,
        due_at=now,
        state=WorkState.DONE,
    )
    session.add(step)
    session.flush()
    facts_told = {"units": len(units), "elsewhere": True}
    timeline.add(session, ret, "disposed", Actor.SHOPIFY, now, facts=facts_told)


def _dispose_as(line: ReturnLine, theirs: Any, now: datetime) -> list[dict[str, Any]]:
    ours = Counter(unit.disposition for unit in line.units)
    found = []
    for kind, count in theirs.items():
        free = [unit for unit in line.units if unit.disposition == Disposition.NONE]
        ordered = sorted(free, key=lambda unit: (unit.reception != Reception.RECEIVED, unit.number))
        for unit in ordered[: max(0, count - ours[kind])]:
            unit.disposition = Disposition(kind)
            if unit.reception == Reception.EXPECTED:
                is_lost = unit.disposition == Disposition.MISSING
                unit.reception = Reception.MISSING if is_lost else Reception.RECEIVED
                unit.received_at = None if is_lost else now
            found.append({"unit": unit.id, "line": line.id, "as": unit.disposition, "place": None})
    return found


def _settlement(
    session: Session,
    order: Order,
    facts: ReturnFacts,
    lines: list[LineFacts],
    returnable: ReturnableOrder,
    now: datetime,
) -> Settlement | None:
    """A refund by hand of these lines, with the fees that Shopify's return carries; None where it cannot be told."""
    others = tuple(each for each in returnable.returns if each.shopify_id != facts.id)
    paid = paid_order(session, order, replace(returnable, returns=others))
    fee = facts.shipping_fee if facts.shipping_fee else None
    picks = [
        Pick.of(
            line.line_id or 0,
            line.quantity,
            Terms(
                Outcome.REFUND,
                now.date(),
                None,
                MoneyEvent.BY_HAND,
                restocking_percent=Decimal(line.restocking_percent),
                shipping_fee=fee,
            ),
        )
        for line in lines
    ]
    try:
        return price(paid, picks, Request(f"shopify-{facts.id}", now), manner_of(session, order, paid))[0]
    except (NotEnoughUnits, KeyError):
        return None


def _write(
    session: Session, order: Order, facts: ReturnFacts, lines: list[LineFacts], agreed: Settlement, now: datetime
) -> None:
    is_open = facts.status == "open"
    ret = _return(order, facts, now)
    session.add(ret)
    session.flush()
    group = ReleaseGroup(
        shop_id=order.shop_id,
        return_id=ret.id,
        position=1,
        outcome=Outcome.REFUND,
        money_event=MoneyEvent.BY_HAND,
        state=GroupState.OPEN if is_open else GroupState.WAITING,
        currency=order.currency,
        accepted=settlement_to_stored(agreed),
        shopify_return_id=facts.id,
    )
    session.add(group)
    session.flush()
    goods = {line.shopify_id: line for line in order.lines}
    for line in lines:
        ret.lines.append(_line(ret, group, line, goods.get(line.line_id or 0)))
    keeping.write(session, ret)
    if is_open:
        group.shopify_lines = {**mirror.lines_made(ret.lines, facts, []), AGREED: True}
    timeline.add(session, ret, "requested", Actor.SHOPIFY, now, facts={"name": facts.name})
    if not is_open and facts.created_at >= here_since(session, order.shop):
        # it waits for the merchant's word, like a request that was made here; older ones stand in the queue alone
        record(session, order.shop_id, ReturnRequested(order_id=order.id, return_id=ret.id, at_once=False), now)
    wake(session, ret, now)


def _return(order: Order, facts: ReturnFacts, now: datetime) -> Return:
    return Return(
        shop_id=order.shop_id,
        order_id=order.id,
        rma=facts.name.lstrip("#")[:80].upper(),
        state=_STATES[facts.status],
        source=Source.SHOPIFY,
        currency=order.currency,
        policy_version=order.policy_version,
        locale=order.locale,
        requested_at=facts.created_at,
        approved_at=now if facts.status == "open" else None,
    )


def _line(ret: Return, group: ReleaseGroup, line: LineFacts, goods: Any) -> ReturnLine:
    made = ReturnLine(
        shop_id=ret.shop_id,
        group_id=group.id,
        line_id=line.line_id,
        fulfillment_line_id=line.fulfillment_line_id,
        quantity=line.quantity,
        outcome=Outcome.REFUND,
        method=Method.OWN_CARRIER,
        reason=line.reason,
        product_id=goods.product_shopify_id if goods else None,
        variant_id=goods.variant_shopify_id if goods else None,
    )
    made.units = [ReturnUnit(shop_id=ret.shop_id, number=number) for number in range(1, line.quantity + 1)]
    return made
