"""Goods arrive, are looked at, and go somewhere: the verbs on units. Money follows by `release.wake`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from shopify_app.events import GoodsReceived, UnitsDecided, record
from shopify_app.returns import timeline
from shopify_app.returns.holding import held
from shopify_app.returns.inspecting import asking as inspection_asking
from shopify_app.returns.models import Return, ReturnLine, ReturnUnit
from shopify_app.returns.parcels import parcels as return_parcels
from shopify_app.returns.release import groups_of, wake
from shopify_app.returns.states import (
    FINISHED_GROUPS,
    RECEPTION_MOVES,
    Disposition,
    Grade,
    GroupState,
    Reception,
    ReturnState,
    UnitDecision,
)
from shopify_app.returns.steps import StepKind, has_booked, plan, steps_of
from shopify_app.returns.timeline import By
from shopify_app.states import IllegalMove

GOODS_MAY_COME = frozenset({ReturnState.APPROVED, ReturnState.CLOSED})
_AFTER_MONEY = frozenset({GroupState.RELEASED, GroupState.AWAITING_PAYMENT, *FINISHED_GROUPS})


class NoSuchUnits(ValueError):
    """Units were named that the return does not have (any more): `asked` of them, `left` can be."""

    def __init__(self, asked: int, left: int) -> None:
        super().__init__(f"{asked} units asked for, {left} left")
        self.asked, self.left = asked, left


class WrongPercent(ValueError):
    """A unit is accepted at more than 0 % and at most 100 %."""


@dataclass(frozen=True)
class Verdict:
    """What is decided of units. `percent` of accepted ones, None: all of their value; `note` for the shop's own team,
    `told` what the shopper is told about it. Of a unit that was judged before, a grade, note or told of None stays as
    it was; an empty text takes it away."""

    decision: UnitDecision
    percent: Decimal | None = None
    grade: Grade | None = None
    note: str | None = None
    told: str | None = None


def receive(
    session: Session, ret: Return, line_id: int | None, quantity: int | None, by: By, now: datetime
) -> list[ReturnUnit]:
    """Units arrived: of our line `line_id` (None: of every line), `quantity` of them (None: all that are awaited).
    Raises IllegalMove, NoSuchUnits."""
    ret = _at_hand(session, ret)
    units = _awaited(ret, line_id, (Reception.EXPECTED, Reception.MISSING), quantity)
    for unit in units:
        unit.reception = RECEPTION_MOVES.check(Reception(unit.reception), Reception.RECEIVED)
        unit.received_at = now
    if ret.first_scan_at is None:
        ret.first_scan_at = now
    _tell(session, ret, "received", units, by, now)
    arrived = GoodsReceived(order_id=ret.order_id, return_id=ret.id, units=len(units))
    record(session, ret.shop_id, arrived, now)
    return _on(session, ret, units, now)


def mark_missing(
    session: Session, ret: Return, line_id: int | None, quantity: int | None, by: By, now: datetime
) -> list[ReturnUnit]:
    """Units that did not come are awaited no longer; they may still arrive later. Raises IllegalMove, NoSuchUnits."""
    ret = _at_hand(session, ret)
    units = _awaited(ret, line_id, (Reception.EXPECTED,), quantity, from_the_end=True)
    for unit in units:
        unit.reception = RECEPTION_MOVES.check(Reception(unit.reception), Reception.MISSING)
    _tell(session, ret, "missing", units, by, now)
    return _on(session, ret, units, now)


def take_back_receipt(
    session: Session, ret: Return, line_id: int, quantity: int | None, by: By, now: datetime
) -> list[ReturnUnit]:
    """A wrong scan is undone, as long as nothing was decided on the units and no money has moved."""
    ret = _at_hand(session, ret)
    units = _awaited(ret, line_id, (Reception.RECEIVED,), quantity, from_the_end=True)
    _check_before_money(session, units, "awaited again")
    for unit in units:
        if unit.decision != UnitDecision.PENDING:
            raise IllegalMove("the unit", unit.decision, Reception.EXPECTED)
        unit.reception = RECEPTION_MOVES.check(Reception(unit.reception), Reception.EXPECTED)
        unit.received_at = None
    _tell(session, ret, "received", units, by, now, undone=True)
    return _on(session, ret, units, now)


def inspect(session: Session, ret: Return, unit_ids: Sequence[int], verdict: Verdict, by: By, now: datetime) -> None:
    """The verdict on these units. Until the money moves it can be changed: an open question about it is overtaken, and
    asked anew where it still counts for less. Afterwards only grade and words can be. Units whose verdict stays as it
    is are left alone. Raises NoSuchUnits, WrongPercent, IllegalMove, also for units that are on their way back."""
    ret = _at_hand(session, ret)
    percent = verdict.percent
    if percent is not None and not 0 < percent <= 100:
        raise WrongPercent(str(percent))
    units = [unit for unit in _named(ret, unit_ids) if _differs(unit, verdict)]
    judged = [unit for unit in units if _is_worth_otherwise(unit, verdict)]
    _check_before_money(session, judged, verdict.decision)
    for unit in judged:
        if unit.disposition == Disposition.SENT_BACK:
            raise IllegalMove("the unit", unit.disposition, verdict.decision)
    if not units:
        return
    was = _verdicts_before(units)
    for unit in units:
        _judge(unit, verdict, now)
    told = {"decision": verdict.decision, "percent": _written(percent), "grade": verdict.grade, "was": was}
    _tell(session, ret, "inspected", units, by, now, is_internal=not judged, **told)
    record(session, ret.shop_id, UnitsDecided(order_id=ret.order_id, return_id=ret.id), now)
    inspection_asking.verdict_changed(session, ret, groups_of(session, ret))
    _on(session, ret, units, now)


def units_to_inspect(ret: Return, line_id: int | None, quantity: int | None) -> list[int]:
    """Ids of the next undecided units of a line (None: of all lines), arrived ones first. For commands that count
    units instead of naming them. Raises NoSuchUnits."""
    pending = [unit for unit in _here(ret, line_id) if unit.decision == UnitDecision.PENDING]
    ordered = sorted(pending, key=lambda unit: (unit.reception != Reception.RECEIVED, unit.id))
    return [unit.id for unit in _first(ordered, quantity)]


def units_to_inspect_again(ret: Return, line_id: int | None, quantity: int | None) -> list[int]:
    """Ids of judged units of a line (None: of all lines), the one that was judged last first. Raises NoSuchUnits."""
    judged = [unit for unit in _here(ret, line_id) if unit.decision != UnitDecision.PENDING]
    ours = [unit for unit in judged if unit.disposition != Disposition.SENT_BACK]
    ordered = sorted(ours, key=lambda unit: (unit.decided_at or unit.received_at, unit.id), reverse=True)
    return [unit.id for unit in _first(ordered, quantity)]


def _here(ret: Return, line_id: int | None) -> list[ReturnUnit]:
    """Units of a line, or of all, that were not found missing."""
    lines = [line for line in ret.lines if line_id in (None, line.id)]
    return [unit for line in lines for unit in line.units if unit.reception != Reception.MISSING]


def dispose(
    session: Session,
    ret: Return,
    unit_ids: Sequence[int],
    disposition: Disposition,
    location_id: int | None,
    by: By,
    now: datetime,
) -> None:
    """What becomes of units. Final once said, but for units that wait to be processed. Restocking needs a place.
    Raises NoSuchUnits, IllegalMove."""
    ret = _at_hand(session, ret)
    units = _named(ret, unit_ids)
    for unit in units:
        if unit.disposition not in (Disposition.NONE, Disposition.PROCESSING_REQUIRED):
            raise IllegalMove("the unit", unit.disposition, disposition)
        if unit.reception == Reception.KEPT or (disposition is Disposition.RESTOCKED and location_id is None):
            raise IllegalMove("the unit", unit.reception, disposition)
        unit.disposition, unit.location_id = disposition, location_id
    _tell(session, ret, "disposed", units, by, now, disposition=disposition)
    _on(session, ret, units, now)


def add_delivery(session: Session, ret: Return, number: str, url: str | None, by: By, now: datetime) -> None:
    """A parcel is on its way back: its tracking number is told to Shopify for every open group. Raises IllegalMove."""
    ret = _at_hand(session, ret)
    for group in groups_of(session, ret):
        if group.shopify_return_id is not None and GroupState(group.state) not in FINISHED_GROUPS:
            plan(session, group, StepKind.DELIVERY, now, number=number, url=url, of=group.shopify_return_id)
    return_parcels.add(session, ret, return_parcels.Sent(number, None, url), now)
    timeline.add(session, ret, "delivery_added", by.actor, now, staff=by.staff, facts={})
    ret.version += 1


def _at_hand(session: Session, ret: Return) -> Return:
    """The return, held until the transaction ends; goods come for approved ones only."""
    ret = held(session, ret.id)
    if ret.state not in GOODS_MAY_COME:
        raise IllegalMove("the return", ret.state, Reception.RECEIVED)
    return ret


def _awaited(
    ret: Return, line_id: int | None, among: Iterable[Reception], quantity: int | None, from_the_end: bool = False
) -> list[ReturnUnit]:
    states = set(among)
    lines: list[ReturnLine] = [line for line in ret.lines if line_id in (None, line.id)]
    units = [unit for line in lines for unit in line.units if unit.reception in states]
    return _first(units[::-1] if from_the_end else units, quantity)


def _first(units: list[ReturnUnit], quantity: int | None) -> list[ReturnUnit]:
    wanted = len(units) if quantity is None else quantity
    if not 1 <= wanted <= len(units):
        raise NoSuchUnits(wanted, len(units))
    return units[:wanted]


def _named(ret: Return, unit_ids: Sequence[int]) -> list[ReturnUnit]:
    known = {unit.id: unit for line in ret.lines for unit in line.units}
    found = [known[each] for each in dict.fromkeys(unit_ids) if each in known]
    if not found or len(found) != len(set(unit_ids)):
        raise NoSuchUnits(len(set(unit_ids)), len(found))
    return found


def _is_worth_otherwise(unit: ReturnUnit, verdict: Verdict) -> bool:
    return (unit.decision, unit.percent) != (verdict.decision, verdict.percent)


def _differs(unit: ReturnUnit, verdict: Verdict) -> bool:
    """Whether the verdict says anything that was not said of the unit before."""
    said = ((verdict.grade, unit.grade), (verdict.note, unit.note or ""), (verdict.told, unit.told or ""))
    return _is_worth_otherwise(unit, verdict) or any(new is not None and new != old for new, old in said)


def _judge(unit: ReturnUnit, verdict: Verdict, now: datetime) -> None:
    if unit.reception == Reception.EXPECTED and verdict.decision != UnitDecision.PENDING:
        unit.reception, unit.received_at = Reception.RECEIVED, now
    unit.decision, unit.decided_at = verdict.decision, now
    unit.percent = verdict.percent if verdict.decision == UnitDecision.ACCEPTED else None
    unit.grade = verdict.grade or unit.grade
    unit.note = unit.note if verdict.note is None else verdict.note or None
    unit.told = unit.told if verdict.told is None else verdict.told or None


def _verdicts_before(units: Sequence[ReturnUnit]) -> list[dict[str, Any]]:
    """What was said of units that were judged before, each verdict once: {"decision", "percent", "grade", "units"};
    `percent` a decimal as text or None."""
    judged = [unit for unit in units if unit.decision != UnitDecision.PENDING]
    counted = Counter((str(unit.decision), _written(unit.percent), unit.grade) for unit in judged)
    return [
        {"decision": decision, "percent": percent, "grade": grade, "units": count}
        for (decision, percent, grade), count in counted.items()
    ]


def _written(percent: Decimal | None) -> str | None:
    return None if percent is None else f"{percent.normalize():f}"


def _check_before_money(session: Session, units: Sequence[ReturnUnit], wanted: str) -> None:
    """What a unit is worth cannot change once its group's money is on its way, or may be: also of a part that a person
    looks at since."""
    groups = {group.id: group for group in groups_of(session, units[0].line.ret)} if units else {}
    for group in {unit.line.group_id: groups.get(unit.line.group_id or 0) for unit in units}.values():
        if group is not None and (group.state in _AFTER_MONEY or has_booked(steps_of(session, group))):
            raise IllegalMove("the release group", group.state, wanted)


def _tell(
    session: Session,
    ret: Return,
    kind: str,
    units: Sequence[ReturnUnit],
    by: By,
    now: datetime,
    is_internal: bool = False,
    **more: Any,
) -> None:
    by_line: dict[str, int] = {}
    for unit in units:
        by_line[str(unit.return_line_id)] = by_line.get(str(unit.return_line_id), 0) + 1
    facts = {"units": len(units), "lines": by_line} | more
    timeline.add(session, ret, kind, by.actor, now, staff=by.staff, facts=facts, is_internal=is_internal)


def _on(session: Session, ret: Return, units: list[ReturnUnit], now: datetime) -> list[ReturnUnit]:
    ret.version += 1
    wake(session, ret, now)
    return units
