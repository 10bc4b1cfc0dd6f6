"""Two policies held against one line: what a shopper could choose under each, and what of it differs. Pure.

A line is looked at on its first day, the day of its delivery, and for outcomes that open later on the day on which they
do. Rules that ask how many days have passed are looked at on each day on which one of them begins or ends to hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from shopify_app.returns.policy import CHOICES, check
from shopify_app.returns.reasons import LineReason, NotOffered, OutsideWindow, TooEarly
from shopify_app.returns.rehearsal import Direction, Matter, Shift
from shopify_app.returns.rehearsal_words import line_words, reason_words, terms_words
from shopify_app.returns.rules import Policy, PolicyVersion
from shopify_app.returns.subjects import Subject
from shopify_app.returns.verdicts import Aspect, Decision, Promise, Terms, Verdict
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, Start
from shopify_app.returns.windows import day_of, delivery_day, start_day

ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
"""When both policies are taken to have been published: before every order."""
_NOON = time(12)
_OUTCOMES = (*CHOICES, Outcome.KEEP_ITEM)
_EVENTS = list(MoneyEvent)
_SINCE = {
    Start.ORDER: "days_since_order",
    Start.FULFILMENT: "days_since_fulfilment",
    Start.DELIVERY: "days_since_delivery",
}
_ASPECTS = {
    Matter.OUTCOME: Aspect.OUTCOME,
    Matter.LAST_DAY: Aspect.WINDOW,
    Matter.FIRST_DAY: Aspect.WINDOW,
    Matter.RESTOCKING_FEE: Aspect.RESTOCKING,
    Matter.SHIPPING_FEE: Aspect.SHIPPING,
    Matter.BONUS: Aspect.BONUS,
    Matter.MONEY_EVENT: Aspect.MONEY_EVENT,
    Matter.KEEP_BELOW: Aspect.KEEP_BELOW,
    Matter.METHODS: Aspect.METHOD,
    Matter.PROOF: Aspect.PHOTOS,
    Matter.APPROVAL: Aspect.APPROVAL,
}


@dataclass(frozen=True)
class Difference:
    """A shift with what was and what would be, in words, and the draft's rule that decides it."""

    shift: Shift
    in_force: str
    draft: str
    rule: str


@dataclass(frozen=True)
class Judged:
    """A line under both policies: whether anything may be chosen, and every way in which the verdicts differ."""

    is_returnable_in_force: bool
    is_returnable_draft: bool
    shifts: frozenset[Shift]


@dataclass(frozen=True)
class View:
    """What one policy allows for a line: terms of each outcome as they are on the first day on which it may be chosen,
    reasons for the others. `verdict` is the first that allows anything, else the last; `decisions` are of all days."""

    verdict: Verdict
    terms: dict[Outcome, Terms]
    reasons: dict[Outcome, LineReason]
    decisions: tuple[Decision, ...]

    def why_not(self, outcome: Outcome) -> LineReason:
        """Why `outcome` cannot be had."""
        return self.reasons.get(outcome) or next(iter(self.verdict.reasons), None) or NotOffered()

    def rule(self, matter: Matter, outcome: Outcome | None) -> str:
        """The rule that decided; empty where none spoke."""
        if matter is Matter.OUTCOME and outcome is not None and outcome not in self.terms:
            return getattr(self.why_not(outcome), "rule", "")
        decided = (
            each.rule
            for each in self.decisions
            if each.aspect is _ASPECTS.get(matter) and outcome in (None, each.part or outcome)
        )
        return next((rule for rule in decided if rule), "")


class Comparison:
    """Two policies, held against line after line. Lines that are alike for both are judged once."""

    def __init__(self, in_force: Policy, draft: Policy) -> None:
        self.sides = (PolicyVersion(1, ALWAYS, in_force), PolicyVersion(1, ALWAYS, draft))
        self._turns = sorted({turn for side in self.sides for turn in _turns(side.policy)})
        self._known: dict[Any, Judged] = {}

    def judge(self, subject: Subject) -> Judged:
        """The line under both policies. `subject.notice.noticed_at` is not looked at; its line has been sent."""
        key = self._key(subject)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._judged(subject)
        return found

    def differences(self, subject: Subject) -> tuple[Difference, ...]:
        """Every difference in words, each shift once, as it is first met."""
        found: dict[Shift, Difference] = {}
        for nth, (in_force, draft) in enumerate(self._views(subject)):
            for each in _differences(in_force, draft):
                if nth == 0 or not _is_about_time(each, in_force, draft):
                    found.setdefault(each.shift, each)
        return tuple(found.values())

    def _judged(self, subject: Subject) -> Judged:
        in_force, draft = next(self._views(subject))
        shifts = frozenset(each.shift for each in self.differences(subject))
        return Judged(bool(in_force.terms), bool(draft.terms), shifts)

    def _views(self, subject: Subject) -> Iterator[tuple[View, View]]:
        """On the first day, then on each later one on which a rule turns."""
        first, second = (_first_view(side, subject) for side in self.sides)
        yield first, second
        for day in self._later_days(subject):
            asked = noticed_on(subject, day)
            yield _view(check((self.sides[0],), asked)), _view(check((self.sides[1],), asked))

    def _later_days(self, subject: Subject) -> list[date]:
        if not self._turns:
            return []
        first = max(_day_zero(side, subject) for side in self.sides)
        days = {
            date.fromordinal(begun.toordinal() + after)
            for start, after in self._turns
            for side in self.sides
            if (begun := start_day(subject, start, side.policy.transit_days(subject.order.country)))
        }
        return sorted(day for day in days if day > first)

    def _key(self, subject: Subject) -> Any:
        """All that a policy of one version reads of a line, once the rules that hold are known (`Reading`)."""
        line, order, customer = subject.line, subject.order, subject.customer
        placed = day_of(order.placed_at, order.zone)
        starts = [start_day(subject, Start.FULFILMENT, 0), delivery_day(subject, 0)]
        days = [_day_zero(side, subject) for side in self.sides]
        later = self._later_days(subject)
        return (
            tuple(_holding(side, subject, [day, *later]) for side, day in zip(self.sides, days, strict=True)),
            tuple((day - placed).days for day in [*days, *later]),
            tuple((day - placed).days if day else None for day in starts),
            order.rates,
            order.is_cancelled,
            customer and customer.standing,
            (line.is_exchange, line.is_gift_card, line.returnable > 0, subject.notice.is_withdrawal),
            (line.fulfilled_at is None, line.delivered_at is None),
        )


def noticed_on(subject: Subject, day: date) -> Subject:
    """The same line with notice given at noon of `day` in the shop."""
    moment = datetime.combine(day, _NOON, ZoneInfo(subject.order.zone)).astimezone(UTC)
    return replace(subject, notice=replace(subject.notice, noticed_at=moment))


def _day_zero(side: PolicyVersion, subject: Subject) -> date:
    found = delivery_day(subject, side.policy.transit_days(subject.order.country))
    return found or day_of(subject.order.placed_at, subject.order.zone)


def _holding(side: PolicyVersion, subject: Subject, days: list[date]) -> tuple[tuple[int, ...], ...]:
    transit = side.policy.transit_days(subject.order.country)
    return tuple(
        tuple(nth for nth, rule in enumerate(side.policy.rules) if rule.when.hold(asked, transit))
        for asked in (noticed_on(subject, day) for day in days)
    )


def _turns(policy: Policy) -> Iterator[tuple[Start, int]]:
    """Days after a start on which a rule begins or ends to hold."""
    for rule in policy.rules:
        for start, name in _SINCE.items():
            count = getattr(rule.when, name)
            if count is not None and count.at_least is not None:
                yield start, count.at_least
            if count is not None and count.at_most is not None:
                yield start, count.at_most + 1


def _first_view(side: PolicyVersion, subject: Subject) -> View:
    """Asks on the day of delivery, and again on each day on which something opens that was too early before."""
    day: date | None = _day_zero(side, subject)
    seen: View | None = None
    while day is not None:
        now = _view(check((side,), noticed_on(subject, day)))
        seen = now if seen is None else _joined(seen, now)
        early = {each.first_day for each in (*now.reasons.values(), *now.verdict.reasons) if isinstance(each, TooEarly)}
        day = min((each for each in early if each > day), default=None)
    assert seen is not None
    return seen


def _joined(earlier: View, later: View) -> View:
    terms = later.terms | earlier.terms
    reasons = {outcome: reason for outcome, reason in (earlier.reasons | later.reasons).items() if outcome not in terms}
    verdict = earlier.verdict if earlier.terms else later.verdict
    return View(verdict, terms, reasons, (*earlier.decisions, *later.decisions))


def _view(verdict: Verdict) -> View:
    terms = {terms.outcome: terms for terms in verdict.terms}
    return View(verdict, terms, dict(verdict.refused), verdict.decisions)


def _is_about_time(found: Difference, in_force: View, draft: View) -> bool:
    """On a later day it is no news that something is closed by then: the days themselves were compared on the first."""
    outcome = found.shift.outcome
    if found.shift.matter is not Matter.OUTCOME or outcome is None:
        return False
    closed = draft if outcome in in_force.terms else in_force
    return isinstance(closed.why_not(outcome), OutsideWindow | TooEarly)


def _differences(in_force: View, draft: View) -> Iterator[Difference]:
    for outcome in _OUTCOMES:
        was, would_be = in_force.terms.get(outcome), draft.terms.get(outcome)
        if was is not None and would_be is not None:
            yield from _of_terms(was, would_be, draft)
        elif was is not None or would_be is not None:
            direction = Direction.WORSE if would_be is None else Direction.BETTER
            said = [
                "offered" if terms else reason_words(view.why_not(outcome))
                for terms, view in ((was, in_force), (would_be, draft))
            ]
            yield _difference(Matter.OUTCOME, outcome, direction, (said[0], said[1]), draft)
    if in_force.terms and draft.terms:
        yield from _of_the_line(in_force.verdict, draft.verdict, draft)


def _of_terms(was: Terms, would_be: Terms, draft: View) -> Iterator[Difference]:
    """Of one outcome that both allow."""
    if was == would_be:
        return
    found = [(matter, way) for matter, ask in _TERMS.items() if (way := _way(ask(was), ask(would_be))) is not None]
    for matter, direction in found or [(Matter.OTHER_TERMS, Direction.OTHER)]:
        said = terms_words(matter, was), terms_words(matter, would_be)
        yield _difference(matter, was.outcome, direction, said, draft)


def _of_the_line(was: Verdict, would_be: Verdict, draft: View) -> Iterator[Difference]:
    for matter, ask in _LINE.items():
        direction = _way(ask(was), ask(would_be))
        if direction is None and matter is Matter.PROOF and was.question != would_be.question:
            direction = Direction.OTHER
        if direction is not None:
            said = line_words(matter, was), line_words(matter, would_be)
            yield _difference(matter, None, direction, said, draft)


def _difference(
    matter: Matter, outcome: Outcome | None, direction: Direction, said: tuple[str, str], draft: View
) -> Difference:
    return Difference(Shift(matter, outcome, direction), *said, draft.rule(matter, outcome))


def _way(was: tuple[Any, ...], would_be: tuple[Any, ...]) -> Direction | None:
    """Of several numbers of which more is better for the shopper: all at least as good, none better, or mixed."""
    if was == would_be:
        return None
    pairs = list(zip(was, would_be, strict=True))
    if all(new >= old for old, new in pairs):
        return Direction.BETTER
    return Direction.WORSE if all(new <= old for old, new in pairs) else Direction.OTHER


def _bonus(promise: Promise | None) -> tuple[Any, ...]:
    """Percentage, flat amount, both caps, life: more of each is better; no cap is more than any."""
    if promise is None:
        return (Decimal(0), 0, _ENDLESS, _ENDLESS, 0, 0)
    caps = [cap.amount if cap is not None else _ENDLESS for cap in (promise.cap_per_order, promise.cap_per_customer)]
    return (
        promise.percent,
        promise.flat.amount if promise.flat else 0,
        *caps,
        -promise.cap_days if promise.cap_per_customer else 0,
        promise.expires_months,
    )


def _has(methods: tuple[Method, ...]) -> tuple[bool, ...]:
    return tuple(method in methods for method in Method)


_ENDLESS = float("inf")
_TERMS: dict[Matter, Callable[[Terms], tuple[Any, ...]]] = {
    Matter.LAST_DAY: lambda terms: (terms.closes or date.max,),
    Matter.FIRST_DAY: lambda terms: (-terms.opens.toordinal(),),
    Matter.RESTOCKING_FEE: lambda terms: (-terms.restocking_percent,),
    Matter.SHIPPING_FEE: lambda terms: (-terms.shipping_fee.amount if terms.shipping_fee else 0,),
    Matter.BONUS: lambda terms: _bonus(terms.bonus),
    Matter.MONEY_EVENT: lambda terms: (-_EVENTS.index(terms.money_event),),
    Matter.KEEP_BELOW: lambda terms: (terms.keep_below.amount if terms.keep_below else 0,),
}
_LINE: dict[Matter, Callable[[Verdict], tuple[Any, ...]]] = {
    Matter.METHODS: lambda verdict: _has(verdict.methods),
    Matter.PROOF: lambda verdict: (not verdict.needs_photos, verdict.question is None),
    Matter.APPROVAL: lambda verdict: (verdict.approval is Approval.AT_ONCE,),
}
