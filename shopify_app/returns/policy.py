"""Eligibility: what may be done with a line under the policy of its purchase. Pure; the rules are `rules.Policy`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from shopify_app.returns import explain
from shopify_app.returns.better import best
from shopify_app.returns.reading import Decided, Reading
from shopify_app.returns.reasons import (
    AlreadyReturned,
    AskUs,
    FinalSale,
    GiftCardItem,
    LineReason,
    NotCovered,
    NotDeliveredYet,
    NotFulfilledYet,
    NotOffered,
    OrderCancelled,
    OutsideWindow,
    TooEarly,
    Withdrawn,
)
from shopify_app.returns.rules import PolicyVersion, applying
from shopify_app.returns.subjects import Subject
from shopify_app.returns.verdicts import Aspect, Decision, Terms, Verdict
from shopify_app.returns.vocabulary import Approval, BlockedMay, Method, MoneyEvent, Outcome, Standing, Start
from shopify_app.returns.windows import Span

CHOICES = tuple(outcome for outcome in Outcome if outcome is not Outcome.KEEP_ITEM)


def check(versions: tuple[PolicyVersion, ...], subject: Subject) -> Verdict:
    """What the shopper may do with this line, and why not the rest.

    `versions` are all of the shop, at least one. The one in force at purchase decides; those published between
    purchase and notice apply, effect by effect, where they are better for the shopper.
    """
    applied = applying(versions, subject.order.placed_at, subject.notice.noticed_at)
    bar = _bar(subject, applied[-1])
    if bar:
        return Verdict(subject.line.line_id, applied[0].number, reasons=(bar,))
    return _Check([Reading(version, subject) for version in applied]).verdict()


Ends = tuple[tuple[Outcome, date | None], ...]
"""Outcomes with their last days; None: no limit."""


@dataclass(frozen=True)
class Opening:
    """When a line may come back, of all that a verdict says. `ends`: each outcome whose day 0 has come, also where its
    last day has passed. `reason`: why nothing can be chosen on the day of notice; None where something can."""

    ends: Ends = ()
    reason: LineReason | None = None


def opening(versions: tuple[PolicyVersion, ...], subject: Subject, known: dict[Any, Opening] | None = None) -> Opening:
    """The days of `check` alone, at a fraction of its cost: a page that names them is read far more often than anybody
    asks for terms. `known` is kept by who asks for all lines of one order at one time: lines of a parcel to which the
    same rules apply have the same days, reckoned once."""
    applied = applying(versions, subject.order.placed_at, subject.notice.noticed_at)
    bar = _bar(subject, applied[-1])
    if bar:
        return Opening(reason=bar)
    readings = [Reading(version, subject) for version in applied]
    if known is None:
        return _opening(readings)
    alike = tuple(reading.alike for reading in readings)
    if alike not in known:
        known[alike] = _opening(readings)
    return known[alike]


def _opening(readings: list[Reading]) -> Opening:
    found = [(outcome, _when(readings, outcome)) for outcome in CHOICES]
    reasons = [when for _, when in found if not isinstance(when, _When)]
    is_open = len(reasons) < len(found)
    return Opening(
        ends=tuple((outcome, _end(when)) for outcome, when in found if isinstance(when, (_When, OutsideWindow))),
        reason=None if is_open else _foremost(reasons),
    )


def helpful_reasons(versions: tuple[PolicyVersion, ...], subject: Subject, reasons: tuple[str, ...]) -> tuple[str, ...]:
    """Which of the shop's return reasons (handles) would make the line eligible, before the shopper is asked for one:
    an item that is too late for a change of mind may still come back broken."""
    return tuple(
        reason
        for reason in reasons
        if check(versions, replace(subject, notice=replace(subject.notice, reason=reason))).is_eligible
    )


def _bar(subject: Subject, newest: PolicyVersion) -> LineReason | None:
    """What no rule can change. Who is blocked, and what that means, is a matter of today: the newest version's."""
    line, customer = subject.line, subject.customer
    is_blocked = customer is not None and customer.standing is Standing.BLOCKED
    if subject.order.is_cancelled:
        return OrderCancelled()
    if line.is_gift_card:
        return GiftCardItem()
    if line.returnable < 1:
        return Withdrawn() if line.is_withdrawn else AlreadyReturned()
    if line.fulfilled_at is None and line.delivered_at is None:
        return NotFulfilledYet()
    return AskUs() if is_blocked and newest.policy.blocked_may is BlockedMay.ASK_ONLY else None


@dataclass
class _Check:
    """One run over the applicable versions; decisions are noted as they are used."""

    readings: list[Reading]

    def __post_init__(self) -> None:
        self.subject = self.readings[0].subject
        self.decisions: list[Decision] = []

    def verdict(self) -> Verdict:
        outcomes = [self._terms(outcome) for outcome in CHOICES]
        terms = tuple(found for found in outcomes if isinstance(found, Terms))
        refused = [(o, found) for o, found in zip(CHOICES, outcomes, strict=True) if not isinstance(found, Terms)]
        if not terms:
            reason = _foremost([reason for _, reason in refused])
            return Verdict(self.subject.line.line_id, self.readings[0].version, reasons=(reason,))
        return Verdict(
            line_id=self.subject.line.line_id,
            version=self.readings[0].version,
            terms=(*terms, *self._keeping(terms)),
            refused=tuple(refused),
            methods=tuple(method for method in Method if self._note(Aspect.METHOD, method)),
            needs_photos=bool(self._note(Aspect.PHOTOS)),
            question=self._note(Aspect.QUESTION),
            approval=self._approval(),
            merchant_at_fault=bool(self._note(Aspect.AT_FAULT)),
            decisions=tuple(self.decisions),
        )

    def _terms(self, outcome: Outcome) -> Terms | LineReason:
        when = _when(self.readings, outcome)
        if not isinstance(when, _When):
            return when
        self._keep(Aspect.OUTCOME, outcome, when.offered)
        self._keep(Aspect.WINDOW, outcome, when.window, when.span)
        return Terms(
            outcome=outcome,
            opens=when.span.first,
            closes=when.span.last,
            money_event=MoneyEvent(self._note(Aspect.MONEY_EVENT, outcome)),
            restocking_percent=self._note(Aspect.RESTOCKING, outcome),
            shipping_fee=self._note(Aspect.SHIPPING, outcome),
            bonus=self._note(Aspect.BONUS, outcome),
        )

    def _keeping(self, terms: tuple[Terms, ...]) -> tuple[Terms, ...]:
        """Keeping goes with a refund: the same days, no fees since nothing comes back, freed at approval."""
        refund = next((found for found in terms if found.outcome is Outcome.REFUND), None)
        below = self._note(Aspect.KEEP_BELOW) if refund else None
        if refund is None or below is None:
            return ()
        return (Terms(Outcome.KEEP_ITEM, refund.opens, refund.closes, MoneyEvent.APPROVAL, keep_below=below),)

    def _approval(self) -> Approval:
        customer = self.subject.customer
        is_blocked = customer is not None and customer.standing is Standing.BLOCKED
        decided = self._note(Aspect.APPROVAL)
        return Approval.REVIEW if is_blocked else Approval(decided)

    def _note(self, aspect: Aspect, part: str = "") -> Any:
        decided = best(self.readings, aspect, part)
        self._keep(aspect, part, decided)
        return decided.value

    def _keep(self, aspect: Aspect, part: str, decided: Decided, said: Any = None) -> None:
        sentence = explain.decided(aspect, part, decided.value if said is None else said)
        self.decisions.append(Decision(aspect, str(part), decided.rule, decided.version, sentence, decided.says))


@dataclass(frozen=True)
class _When:
    """The days of an outcome that can be chosen on the day of notice, and the decisions that they come from."""

    offered: Decided
    window: Decided
    span: Span


def _when(readings: list[Reading], outcome: Outcome) -> _When | LineReason:
    offered, window = _offer(readings, outcome)
    if not offered.value:
        return _refusal(readings, offered)
    reading = next(r for r in readings if r.version == window.version)
    span = reading.span(window.value)
    late = _out_of_time(reading, span, window.value.counted_from)
    if late or span is None:
        return late or NotFulfilledYet()
    return _When(offered, window, span)


def _offer(readings: list[Reading], outcome: Outcome) -> tuple[Decided, Decided]:
    """Whether it is offered, and in which window. Of a single version both hang on the rules that apply alone, and
    are kept with these."""
    kept = readings[0].offers if len(readings) == 1 else {}
    if outcome not in kept:
        kept[outcome] = best(readings, Aspect.OUTCOME, outcome), best(readings, Aspect.WINDOW, outcome)
    return kept[outcome]


def _end(when: _When | OutsideWindow) -> date | None:
    return when.last_day if isinstance(when, OutsideWindow) else when.span.last


def _refusal(readings: list[Reading], offered: Decided) -> LineReason:
    """No outcome named for the line at all: final sale, or nobody spoke of it."""
    if any(_offer(readings, outcome)[0].value for outcome in CHOICES):
        return NotOffered(offered.rule)
    return FinalSale(offered.rule) if offered.rule else NotCovered()


def _out_of_time(reading: Reading, span: Span | None, start: Start) -> LineReason | None:
    today: date = reading.today()
    if span is None or span.has(today):
        return None
    if span.last is not None and today > span.last:
        return OutsideWindow((today - span.last).days, span.last)
    arrives = reading.delivery()
    if start is Start.DELIVERY and reading.subject.line.delivered_at is None and arrives and today < arrives:
        return NotDeliveredYet(arrives)
    return TooEarly(span.first)


def _foremost(reasons: list[LineReason]) -> LineReason:
    """The reason nearest to a yes: it will open, it has just closed, it was never offered."""
    order = (NotDeliveredYet, TooEarly, OutsideWindow, FinalSale, NotFulfilledYet, NotOffered, NotCovered)

    def nearness(reason: LineReason) -> tuple[int, int]:
        days = reason.first_day.toordinal() if isinstance(reason, TooEarly) else 0
        return (order.index(type(reason)), reason.days_late if isinstance(reason, OutsideWindow) else days)

    return min(reasons, key=nearness)
