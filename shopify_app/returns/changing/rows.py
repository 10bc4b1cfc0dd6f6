"""A change of a return as rows: its lines and units, its groups, what they promise, and what is kept aside for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select

from shopify_app.db import Session
from shopify_app.orders.models import OrderLine
from shopify_app.returns import acceptance, stock
from shopify_app.returns.acceptance import Asked
from shopify_app.returns.anew import waited_for
from shopify_app.returns.changing.given_up import give_up, is_given_up
from shopify_app.returns.inspecting import asking as inspection_asking
from shopify_app.returns.inspecting.states import OPEN_QUESTIONS
from shopify_app.returns.inspecting.verdicts import asks_for, lines_of
from shopify_app.returns.models import Return, ReturnLine, ReturnUnit
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup
from shopify_app.returns.offers import units_wanted
from shopify_app.returns.refusals import Bar, NotChangeable
from shopify_app.returns.release import cancelled, groups_of, move
from shopify_app.returns.searching import keeping
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.states import GroupState, Reception, ReturnState, StepState
from shopify_app.returns.steps import StepKind, drop, steps_of
from shopify_app.returns.stored import settlement_to_stored
from shopify_app.returns.telling import agreed_of, shape_of
from shopify_app.returns.vocabulary import EXCHANGES, Method, Outcome
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load

Held = Mapping[int, frozenset[tuple[int, int]]]
"""By group: our lines of it with their quantities."""

_GOODS_STEPS = (StepKind.DELIVERY, StepKind.DISPOSE)
"""What is told of the goods themselves, whatever is agreed about them."""


def write(session: Session, ret: Return, groups: Sequence[ReleaseGroup], asked: Asked, before: int | None) -> None:
    """The open `groups` become the settlements of the accepted quote; `before` is the id of the quote that the return
    had. Raises NotChangeable where pieces that are here already would be left out."""
    quote, now = asked.quote, asked.now
    quote.accepted_at, quote.options = now, {**quote.options, "before": before}
    acceptance.take_photos(session, quote, ret)
    open_ids = {group.id for group in groups}
    for group in groups_of(session, ret):
        group.quote_id = group.quote_id or before  # from here on the return's own quote is another
    held = {group.id: _holding(ret, group) for group in groups}
    lines = _lines(session, ret, open_ids, asked)
    paired = _paired(groups, asked.settlements)
    for group, settled in paired.become:
        _become(session, ret, group, settled, lines, held, asked)
    for group in paired.left:
        _leave(session, group)
    for settled in paired.new:
        _add(session, ret, settled, lines, asked)
    _keep_aside(session, ret, open_ids, asked)
    keeping.write(session, ret)


def _lines(session: Session, ret: Return, open_ids: Collection[int], asked: Asked) -> list[ReturnLine]:
    """The return's lines as the wish has them, of no group for now: those that stay keep their units and what became
    of them."""
    own = {line.fulfillment_line_id or 0: line for line in ret.lines if line.group_id in open_ids}
    wanted = {each.fulfillment_line_id: each for each in asked.wish.lines}
    for key, line in own.items():
        if key not in wanted:
            _fit(line, 0)
            ret.lines.remove(line)
    rows = session.scalars(select(OrderLine).where(OrderLine.order_id == ret.order_id))
    goods = {row.shopify_id: row for row in rows}
    found = []
    for key, each in wanted.items():
        line = own.get(key)
        if line is None:
            line = acceptance.line_of(ret, each, goods[each.line_id])
            ret.lines.append(line)
        else:
            acceptance.say(line, each)
        line.group_id = None
        _fit(line, each.quantity)
        found.append(line)
    session.flush()
    return found


def _fit(line: ReturnLine, quantity: int) -> None:
    """As many units as are wanted: the last that have not arrived go first."""
    line.quantity = quantity
    free = [unit for unit in line.units if unit.reception != Reception.RECEIVED]
    over = len(line.units) - quantity
    if over > len(free):
        raise NotChangeable(Bar.PIECES_HERE)
    for unit in free[len(free) - over :] if over > 0 else ():
        line.units.remove(unit)
    last = max((unit.number for unit in line.units), default=0)
    line.units += [ReturnUnit(shop_id=line.shop_id, number=last + 1 + more) for more in range(max(0, -over))]
    stays = line.method == Method.NONE or line.outcome == Outcome.KEEP_ITEM
    for unit in line.units:
        if unit.reception in (None, Reception.EXPECTED, Reception.KEPT):
            unit.reception = Reception.KEPT if stays else Reception.EXPECTED


@dataclass(frozen=True)
class _Paired:
    """`become`: groups with the settlement that each becomes; `left`: groups without one; `new`: the rest."""

    become: list[tuple[ReleaseGroup, Settlement]]
    left: list[ReleaseGroup]
    new: list[Settlement]


def _paired(groups: Sequence[ReleaseGroup], settlements: Sequence[Settlement]) -> _Paired:
    """A settlement's group is one of its kind where there is one, else any that is left."""
    found = _Paired([], list(groups), list(settlements))
    for fits in (_is_of_kind, _has_outcome, _is_any):
        for settled in list(found.new):
            group = next((each for each in found.left if fits(each, settled)), None)
            if group is not None:
                found.left.remove(group)
                found.new.remove(settled)
                found.become.append((group, settled))
    return found


def _is_of_kind(group: ReleaseGroup, settled: Settlement) -> bool:
    return _has_outcome(group, settled) and group.money_event == settled.money_event


def _has_outcome(group: ReleaseGroup, settled: Settlement) -> bool:
    return group.outcome == settled.outcome


def _is_any(group: ReleaseGroup, settled: Settlement) -> bool:
    return True


def _add(session: Session, ret: Return, settled: Settlement, lines: Sequence[ReturnLine], asked: Asked) -> None:
    """A group of its own for a settlement that no group becomes."""
    last = session.scalar(select(func.max(ReleaseGroup.position)).where(ReleaseGroup.return_id == ret.id)) or 0
    group = acceptance.group_of(ret, settled, last + 1)
    group.quote_id = asked.quote.id
    group.state = GroupState.OPENING if ret.state == ReturnState.APPROVED else GroupState.WAITING
    session.add(group)
    session.flush()
    acceptance.cover(session, asked.order, group, settled, lines, asked.now)


def _leave(session: Session, group: ReleaseGroup) -> None:
    """A group that has no lines any more: it owes nothing, and what Shopify holds of it is cancelled."""
    _forget(session, group)
    group.accepted, group.final = {}, None
    if group.state == GroupState.WAITING:
        session.delete(group)
    elif group.shopify_return_id is None:
        cancelled(session, group)
    else:
        _open_again(group)
        give_up(group)
    session.flush()


def _become(
    session: Session,
    ret: Return,
    group: ReleaseGroup,
    settled: Settlement,
    lines: Sequence[ReturnLine],
    held: Held,
    asked: Asked,
) -> None:
    """The group is what was accepted now. Where nothing of it differs it stays as it is; where Shopify's return says
    the same, that lives on; otherwise it is given up and made anew."""
    acceptance.cover_lines(group, settled, lines)
    stored, was = settlement_to_stored(settled), agreed_of(group)
    if _essence(stored) == _essence(group.accepted) and held[group.id] == _holding(ret, group):
        return
    is_as_made = not is_given_up(group) and _is_as_made(ret, group, was, settled)
    _forget(session, group, but=_GOODS_STEPS if is_as_made else ())
    group.outcome, group.money_event = settled.outcome, settled.money_event
    group.accepted, group.final, group.quote_id = stored, None, asked.quote.id
    group.released_at, group.released_by = None, None
    acceptance.promise(session, asked.order, group, settled, asked.now)
    if group.state == GroupState.WAITING or is_as_made:
        return
    _open_again(group)
    if group.shopify_return_id is not None:
        give_up(group)


def _open_again(group: ReleaseGroup) -> None:
    if group.state != GroupState.OPENING:
        move(group, GroupState.OPENING)
    group.look, group.look_facts = None, None


def _is_as_made(ret: Return, group: ReleaseGroup, was: Settlement, settled: Settlement) -> bool:
    """Whether Shopify's return holds just what is agreed now: it knows goods and fees, and of new items everything."""
    if group.shopify_return_id is None or {was.outcome, settled.outcome} & EXCHANGES:
        return False
    there = {int(name): known["quantity"] for name, known in group.shopify_lines.items() if name.isdigit()}
    here = {line.id: asks_for(group, line) for line in lines_of(ret, group)}
    there = {line_id: quantity for line_id, quantity in there.items() if quantity}
    return there == here and shape_of(ret, group, was) == shape_of(ret, group, settled)


def _forget(session: Session, group: ReleaseGroup, but: Collection[StepKind] = ()) -> None:
    """What was promised, planned and asked for what was agreed before, `but` steps of these kinds. A planned step has
    not happened."""
    session.execute(delete(BonusGrant).where(BonusGrant.group_id == group.id, BonusGrant.issued_at.is_(None)))
    for step in steps_of(session, group):
        if step.phase in (StepState.PLANNED, StepState.REFUSED) and step.kind not in but:
            drop(step)
    asked = inspection_asking.latest(session, group)
    if asked is not None and asked.state in OPEN_QUESTIONS:
        inspection_asking.overtake(asked)
    session.flush()


def _keep_aside(session: Session, ret: Return, open_ids: Collection[int], asked: Asked) -> None:
    """The replacements and new items that the return still waits for, and no others."""
    others = [group for group in groups_of(session, ret) if group.quote_id != asked.quote.id]
    wanted = waited_for(ret, [group for group in others if group.id not in open_ids])
    for variant, units in units_wanted(asked.wish).items():
        wanted[variant] = wanted.get(variant, 0) + units
    stock.release(session, ret.id, asked.now)
    if wanted:
        days = load(session, ret.shop_id, Returns).hold_replacement_days
        stock.hold(session, ret.shop_id, ret.id, wanted, days, asked.now)


def _holding(ret: Return, group: ReleaseGroup) -> frozenset[tuple[int, int]]:
    return frozenset((line.id, line.quantity) for line in lines_of(ret, group))


def _essence(stored: Mapping[str, Any]) -> dict[str, Any]:
    """A settlement without where its money goes, which is settled when it is sent."""
    return {name: value for name, value in stored.items() if name not in ("parts", "unplaced")}
