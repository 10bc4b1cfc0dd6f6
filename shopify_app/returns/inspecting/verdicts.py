"""Which units of a release group are accepted, at what, and what the settlement is for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from shopify_app.money import Money
from shopify_app.returns.models import Return, ReturnLine, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.paid import Manner, PaidOrder, Pick, Request
from shopify_app.returns.pricing import price
from shopify_app.returns.settlements import PricedLine, Settlement
from shopify_app.returns.states import Reception, UnitDecision
from shopify_app.returns.units import WHOLE
from shopify_app.returns.vocabulary import MoneyEvent

BY_HAND = MoneyEvent.BY_HAND.value
_AWAITING_RECEIPT = frozenset({MoneyEvent.FIRST_SCAN, MoneyEvent.DELIVERY, MoneyEvent.RECEIPT})
"""Where no carrier tells us of a parcel on its way back, the first two fall back to the receipt."""


def lines_of(ret: Return, group: ReleaseGroup) -> list[ReturnLine]:
    """The lines that this group settles."""
    return [line for line in ret.lines if line.group_id == group.id]


def is_released(ret: Return, group: ReleaseGroup) -> bool:
    """Whether what frees the group's money has happened."""
    units = [unit for line in lines_of(ret, group) for unit in line.units]
    event = MoneyEvent(group.money_event)
    if group.released_by == BY_HAND or event is MoneyEvent.APPROVAL:
        return True
    if all(unit.reception == Reception.KEPT for unit in units):
        return event is not MoneyEvent.BY_HAND
    if _is_told_by_carrier(ret, event):
        return True
    if event in _AWAITING_RECEIPT:
        return all(unit.reception != Reception.EXPECTED or unit.decision == UnitDecision.REFUSED for unit in units)
    if event is MoneyEvent.INSPECTION:
        return all(_is_decided(unit) for unit in units)
    return False


def _is_told_by_carrier(ret: Return, event: MoneyEvent) -> bool:
    told = {MoneyEvent.FIRST_SCAN: ret.scanned_at, MoneyEvent.DELIVERY: ret.delivered_at}
    return told.get(event) is not None


def accepted_units(line: ReturnLine) -> list[ReturnUnit]:
    """Units that are settled when the group is released: all but the refused and the missing."""
    return [unit for unit in line.units if not _is_out(unit)]


def asks_for(group: ReleaseGroup, line: ReturnLine) -> int:
    """How many units of the line Shopify's return should hold: before the release all that are not refused."""
    if group.released_at is not None:
        return len(accepted_units(line))
    return sum(1 for unit in line.units if unit.decision != UnitDecision.REFUSED)


def percent_of(unit: ReturnUnit) -> Decimal:
    """What the unit is accepted at."""
    return unit.percent if unit.percent is not None else WHOLE


def reckoned(
    order: PaidOrder,
    ret: Return,
    group: ReleaseGroup,
    agreed: Settlement,
    request: Request,
    manner: Manner,
    but: frozenset[int] = frozenset(),
) -> tuple[Settlement | None, Settlement | None]:
    """The settlement for what was accepted, and the same as if each accepted unit were worth its full value; None for
    both when nothing was accepted. `order` must not hold the group itself; the terms are those agreed. Units of `but`
    (our ids) count as refused."""
    agreed = _with_one_fee(agreed)
    percents = _percents(lines_of(ret, group), agreed.lines, but)
    picks = [_pick(line, found) for line, found in zip(agreed.lines, percents, strict=True)]
    whole = [replace(pick, percents=(WHOLE,) * len(pick.percents)) for pick in picks]
    if not any(pick.percents for pick in picks):
        return None, None
    final, full = price(order, picks, request, manner), price(order, whole, request, manner)
    return final[0], full[0]


def with_costs(agreed: Settlement, made: Mapping[int, Money]) -> Settlement:
    """`agreed` with what a unit of its replacements cost when Shopify's return was made, by variant."""
    lines = tuple(_with_cost(line, made) for line in agreed.lines)
    return replace(agreed, lines=lines)


def _with_one_fee(agreed: Settlement) -> Settlement:
    """Of several shipping fees the lowest was asked: it stays so when the line that had it is refused."""
    fees = [line.terms.shipping_fee for line in agreed.lines if line.terms.shipping_fee is not None]
    lowest = min(fees, default=None)
    return replace(agreed, lines=tuple(_bearing(line, lowest) for line in agreed.lines))


def _bearing(line: PricedLine, fee: Money | None) -> PricedLine:
    is_free = line.terms.shipping_fee is None
    return line if is_free else replace(line, terms=replace(line.terms, shipping_fee=fee))


def _with_cost(line: PricedLine, made: Mapping[int, Money]) -> PricedLine:
    new = line.replacement
    if new is None or new.variant_id not in made:
        return line
    return replace(line, replacement=replace(new, as_made=made[new.variant_id]))


def _pick(line: PricedLine, percents: tuple[Decimal, ...]) -> Pick:
    agreed = line.accepted
    return Pick(agreed.line_id, percents, line.terms, len(agreed.asked), line.replacement, agreed)


def _percents(
    ours: Sequence[ReturnLine], priced: Sequence[PricedLine], but: frozenset[int]
) -> list[tuple[Decimal, ...]]:
    """The percentages of accepted units for each priced line. Lines of one order line are told apart by their turn."""
    waiting: dict[int, list[ReturnLine]] = {}
    for line in ours:
        waiting.setdefault(line.line_id, []).append(line)
    found = []
    for each in priced:
        rows = waiting.get(each.accepted.line_id, [])
        is_last = sum(1 for other in priced if other.accepted.line_id == each.accepted.line_id) == 1
        mine, waiting[each.accepted.line_id] = (rows, []) if is_last else (rows[:1], rows[1:])
        found.append(tuple(percent_of(unit) for row in mine for unit in accepted_units(row) if unit.id not in but))
    return found


def _is_decided(unit: ReturnUnit) -> bool:
    return unit.decision != UnitDecision.PENDING or unit.reception == Reception.MISSING


def _is_out(unit: ReturnUnit) -> bool:
    is_missing = unit.reception == Reception.MISSING and unit.decision != UnitDecision.ACCEPTED
    return unit.decision == UnitDecision.REFUSED or is_missing
