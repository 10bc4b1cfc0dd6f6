"""Two policies held against one line: what a shopper could choose under each, and what of it differs. Pure.

A line is looked at on its first day, the day of its delivery, and for outcomes that open later on the day on which they
do. Rules that ask how many days have passed are looked at on each day on which one of them begins or ends to hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from shopify_app.returns.policy import check
from shopify_app.returns.reasons import TooEarly
from shopify_app.returns.rehearsal.answer import Shift
from shopify_app.returns.rehearsal.views import Difference, View, differences, is_about_time, joined, view_of
from shopify_app.returns.rules import Policy, PolicyVersion
from shopify_app.returns.subjects import Subject
from shopify_app.returns.vocabulary import Start
from shopify_app.returns.windows import day_of, delivery_day, start_day
from shopify_app.zones import zone_named

ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
"""When both policies are taken to have been published: before every order."""
_NOON = time(12)
_SINCE = {
    Start.ORDER: "days_since_order",
    Start.FULFILMENT: "days_since_fulfilment",
    Start.DELIVERY: "days_since_delivery",
}


@dataclass(frozen=True)
class Judged:
    """A line under both policies: whether anything may be chosen, and every way in which the verdicts differ."""

    is_returnable_in_force: bool
    is_returnable_draft: bool
    shifts: frozenset[Shift]


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
            for each in differences(in_force, draft):
                if nth == 0 or not is_about_time(each, in_force, draft):
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
            yield view_of(check((self.sides[0],), asked)), view_of(check((self.sides[1],), asked))

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
    moment = datetime.combine(day, _NOON, zone_named(subject.order.zone)).astimezone(UTC)
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
        now = view_of(check((side,), noticed_on(subject, day)))
        seen = now if seen is None else joined(seen, now)
        early = {each.first_day for each in (*now.reasons.values(), *now.verdict.reasons) if isinstance(each, TooEarly)}
        day = min((each for each in early if each > day), default=None)
    assert seen is not None
    return seen
