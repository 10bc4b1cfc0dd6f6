"""Every line of an order as a shopper may send it back, or the reason why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from shopify_app.db import Session
from shopify_app.money import Money
from shopify_app.orders.models import Order, OrderLine
from shopify_app.returns import facts, last_days, policy
from shopify_app.returns.past import GroupIds
from shopify_app.returns.reasons import AlreadyReturned, LineReason, NotFulfilledYet, OutsideWindow
from shopify_app.returns.rules import PolicyVersion, in_force
from shopify_app.returns.subjects import Subject
from shopify_app.returns.surroundings import Surroundings, around
from shopify_app.returns.unfollowed import without_carrier
from shopify_app.returns.verdicts import Verdict
from shopify_app.returns.windows import day_of
from shopify_app.returns.wishes import Wish
from shopify_app.shopify.return_snapshots import ReturnableLine, ReturnableOrder
from shopify_app.zones import zone_named


@dataclass(frozen=True)
class EligibleLine:
    """Units of an order line that travelled together, `quantity` of which may still be chosen, under one verdict.

    `fulfillment_line_id` None: units that never travelled, or have all come back. `unit_price` is one unit's after
    discounts. `helpful`: handles of reasons that would make an ineligible line eligible. `has_labels`: labels are
    bought for the shop, nobody has to send one.
    """

    line_id: int
    fulfillment_line_id: int | None
    fulfillment_id: int | None
    quantity: int
    title: str
    variant_title: str | None
    unit_price: Money
    product_id: int | None
    variant_id: int | None
    delivered_at: datetime | None
    verdict: Verdict
    helpful: tuple[str, ...] = ()
    has_labels: bool = False


def eligible(
    session: Session,
    order: Order,
    returnable: ReturnableOrder,
    now: datetime,
    *,
    wish: Wish | None = None,
    reasons: Sequence[str] = (),
    without_return: int | None = None,
    without_group: GroupIds = None,
    without_withdrawal: int | None = None,
    surroundings: Surroundings | None = None,
) -> tuple[EligibleLine, ...]:
    """All lines in the order's own sequence, ineligible ones with the reason. `now` is when the shopper gives notice;
    `wish` says what they have told so far, `reasons` (handles) what else they could. What a return or a group of ours
    (`without_...`, its id) has spoken for counts as free; of declared withdrawals only those made before one count,
    where it is given. `surroundings` where they were read already."""
    seen = surroundings or around(session, order)
    versions = seen.versions
    lines = {line.shopify_id: line for line in order.lines}
    sent = [line for line in returnable.lines if line.line_id in lines]
    without = {"without_return": without_return, "without_group": without_group}
    without |= {"without_withdrawal": without_withdrawal}
    subjects = facts.subjects(order, returnable, now, seen, wish, **without)
    found: dict[int, list[EligibleLine]] = {}
    for where, subject in zip(sent, subjects, strict=True):
        verdict = _verdict(versions, subject, _told(seen, where), now)
        verdict = verdict if seen.is_followed else without_carrier(verdict)
        helpful = () if verdict.is_eligible else policy.helpful_reasons(versions, subject, tuple(reasons))
        each = _line(order, lines[where.line_id], where, subject, verdict)
        found.setdefault(where.line_id, []).append(replace(each, helpful=helpful, has_labels=seen.has_labels))
    stamped, unsent = in_force(versions, order.placed_at).number, _unsent(order, returnable, seen.sent_units)
    rest = {line.shopify_id: _rest(order, line, found, seen.sent_units, unsent, stamped) for line in order.lines}
    return tuple(each for line in rest for each in (*found.get(line, ()), *rest[line]))


def _line(order: Order, line: OrderLine, where: ReturnableLine, subject: Subject, verdict: Verdict) -> EligibleLine:
    return EligibleLine(
        **_known(order, line),
        fulfillment_line_id=where.fulfillment_line_id,
        fulfillment_id=where.fulfillment_id,
        quantity=subject.line.returnable,
        delivered_at=subject.line.delivered_at,
        verdict=verdict,
    )


def _verdict(versions: tuple[PolicyVersion, ...], subject: Subject, told: date | None, now: datetime) -> Verdict:
    """What was told as the last day holds, even where the facts it came from have changed since: the notice then counts
    as given on the last day that the policy allows."""
    verdict = policy.check(versions, subject)
    if told is None:
        return verdict
    late = next((reason for reason in verdict.reasons if isinstance(reason, OutsideWindow)), None)
    if late is None or day_of(now, subject.order.zone) > told:
        return _until(verdict, told)
    moment = datetime.combine(late.last_day, time(23, 59, 59), zone_named(subject.order.zone)).astimezone(UTC)
    then = policy.check(versions, replace(subject, notice=replace(subject.notice, noticed_at=moment)))
    return _until(then, told)


def _until(verdict: Verdict, told: date) -> Verdict:
    """With the day that was told, where it is later: what would have ended last ends then, as the tracking page says
    (`last_days`)."""
    latest = verdict.last_day
    if latest is None or told <= latest:
        return verdict
    still = None if told == last_days.NO_LIMIT else told
    terms = tuple(replace(each, closes=still) if each.closes == latest else each for each in verdict.terms)
    return replace(verdict, terms=terms)


def _told(seen: Surroundings, where: ReturnableLine) -> date | None:
    """The last day that we stand by; None where none was told."""
    key = where.fulfillment_id, where.line_id
    return (seen.told[key] or last_days.NO_LIMIT) if key in seen.told else None


def _unsent(order: Order, returnable: ReturnableOrder, sent: Mapping[int, int]) -> dict[int, int]:
    """Units that have not left, by line: what the order holds and what came back is all that was not taken out."""
    held = {line.shopify_id: line.current_quantity for line in order.lines}
    held |= {count.line_id: count.current for count in returnable.counts}
    for each in (line for made in returnable.returns for line in made.lines if line.line_id in held):
        held[each.line_id or 0] += each.processed
    return {line: max(0, units - sent.get(line, 0)) for line, units in held.items()}


def _rest(
    order: Order,
    line: OrderLine,
    found: Mapping[int, list[EligibleLine]],
    sent: Mapping[int, int],
    unsent: Mapping[int, int],
    version: int,
) -> list[EligibleLine]:
    """What of a line is not on the list of what can come back: still to be sent, or back already."""
    waiting, back = unsent[line.shopify_id], sent.get(line.shopify_id, 0) if line.shopify_id not in found else 0
    rest = []
    if waiting:
        rest.append(_barred(order, line, waiting, NotFulfilledYet(), version))
    if back:
        rest.append(_barred(order, line, back, AlreadyReturned(), version))
    return rest


def _barred(order: Order, line: OrderLine, units: int, reason: LineReason, version: int) -> EligibleLine:
    verdict = Verdict(line.shopify_id, version, reasons=(reason,))
    return EligibleLine(
        **_known(order, line),
        fulfillment_line_id=None,
        fulfillment_id=None,
        quantity=units,
        delivered_at=None,
        verdict=verdict,
    )


def _known(order: Order, line: OrderLine) -> dict[str, Any]:
    return {
        "line_id": line.shopify_id,
        "title": line.title,
        "variant_title": line.variant_title,
        "unit_price": facts.unit_price(order, line),
        "product_id": line.product_shopify_id,
        "variant_id": line.variant_shopify_id,
    }
