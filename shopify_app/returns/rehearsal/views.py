"""What two policies allow for one line, and each way in which that differs, with its words and its rule. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from shopify_app.returns.policy import CHOICES
from shopify_app.returns.reasons import LineReason, NotOffered, OutsideWindow, TooEarly
from shopify_app.returns.rehearsal.answer import Direction, Matter, Shift
from shopify_app.returns.rehearsal.words import line_words, reason_words, terms_words
from shopify_app.returns.verdicts import Aspect, Decision, Promise, Terms, Verdict
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome

_OUTCOMES = (*CHOICES, Outcome.KEEP_ITEM)
_EVENTS = list(MoneyEvent)
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


def joined(earlier: View, later: View) -> View:
    """What is allowed on either of two days; terms are those of the earlier."""
    terms = later.terms | earlier.terms
    reasons = {outcome: reason for outcome, reason in (earlier.reasons | later.reasons).items() if outcome not in terms}
    verdict = earlier.verdict if earlier.terms else later.verdict
    return View(verdict, terms, reasons, (*earlier.decisions, *later.decisions))


def view_of(verdict: Verdict) -> View:
    """What a verdict allows on its day."""
    terms = {terms.outcome: terms for terms in verdict.terms}
    return View(verdict, terms, dict(verdict.refused), verdict.decisions)


def is_about_time(found: Difference, in_force: View, draft: View) -> bool:
    """On a later day it is no news that something is closed by then: the days themselves were compared on the first."""
    outcome = found.shift.outcome
    if found.shift.matter is not Matter.OUTCOME or outcome is None:
        return False
    closed = draft if outcome in in_force.terms else in_force
    return isinstance(closed.why_not(outcome), OutsideWindow | TooEarly)


def differences(in_force: View, draft: View) -> Iterator[Difference]:
    """Each way in which what the draft allows is other than what is allowed now."""
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
