"""What holds where two exceptions of a policy fit at once, and nobody would read it from the two. Pure.

A page is read from above: of the exceptions that fit, the first that speaks of a point counts, then what holds for
everything. `policy.check` takes each effect from the first rule that names it, and a fee, a bonus or a choice hangs on
several: a share for handling from one rule, a waiver from another. Where the two ways come to different ends, it is
told for the pair, and for three where even the pairs do not tell it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Any

from shopify_app.money import Money
from shopify_app.returns.amounts import Rates
from shopify_app.returns.conditions import Conditions
from shopify_app.returns.effect_words import Told
from shopify_app.returns.effects import Effects
from shopify_app.returns.exception_words import CHOICES, KEEPING, OF_AN_OUTCOME, WAYS, Point, spoken
from shopify_app.returns.reading import Reading
from shopify_app.returns.rules import PolicyVersion, Rule
from shopify_app.returns.subjects import LineFacts, Notice, OrderFacts, Subject
from shopify_app.returns.verdicts import Aspect
from shopify_app.returns.vocabulary import Outcome
from shopify_app.settings.shape import but

_NOTHING = Rule(name="nothing")
MOST = 300
"""Pairs of rules that are held against each other, and threes: all pairs of two dozen rules, all threes of a dozen.
Beyond these nothing is told of them together."""
_TAKING_ALL = frozenset({"waive_restocking_for", "waive_shipping_for", "merchant_at_fault"})
_HANGS_ON = (
    frozenset({"restocking_percent", "waive_restocking_for", "merchant_at_fault"}),
    frozenset({"shipping_fee", "waive_shipping_for", "merchant_at_fault"}),
    frozenset({"bonus", "bonus_cap_per_order", "bonus_cap_per_customer", "bonus_expires_months"})
    | {"bonus_when_at_fault", "merchant_at_fault"},
)
"""Effects that one decision is made of."""
_NOT_SAID = object()


@dataclass(frozen=True)
class Said:
    """An exception: the points that it speaks of, and what comes of it for each. `also` have to fit, too."""

    rule: Rule
    points: frozenset[Point]
    told: Told
    also: tuple[Rule, ...] = ()

    def value(self, point: Point) -> Any:
        """What it says of a point; `_NOT_SAID` where it does not speak of it. A sentence without the name of an outcome
        is read of each, also of those that another rule opens."""
        if point in self.points:
            return value(self.told, point)
        of_each = [(point[0], each) for each in self.told.outcomes]
        if point[0] is Aspect.BONUS or not of_each or not self.points.issuperset(of_each):
            return _NOT_SAID
        values = {value(self.told, each) for each in of_each}
        return values.pop() if len(values) == 1 else _NOT_SAID


class Readings:
    """Rules of one version read for whoever meets the conditions of all of them. `rates`: once for each of these."""

    def __init__(self, version: PolicyVersion, rates: Sequence[Rates], offered: tuple[Outcome, ...]) -> None:
        self._version, self._rates, self._offered = version, rates, offered
        self._rules = version.policy.rules
        self._met = {rule.name: but(rule, when=Conditions()) for rule in self._rules}

    def told(self, rules: Iterable[Rule], *, is_exchange: bool = False) -> Told:
        """`rules` as one. `is_exchange`: for an item that was itself an exchange."""
        met = tuple(self._met[rule.name] for rule in rules) or (_NOTHING,)
        version = self._version
        merged = PolicyVersion(version.number, version.published_at, but(version.policy, rules=met))
        readings = []
        for rates in self._rates:
            line = LineFacts(line_id=0, price_paid=Money.zero(rates.currency), is_exchange=is_exchange)
            order = OrderFacts(placed_at=version.published_at, value=Money.zero(rates.currency), rates=rates)
            readings.append(Reading(merged, Subject(line, order, None, Notice(version.published_at))))
        return Told(tuple(readings), self._offered)

    def of(self, *rules: Rule) -> list[Rule]:
        """Those that apply wherever `rules` do, in their order."""
        return [each for each in self._rules if each in rules or each.when.cover(*(rule.when for rule in rules))]

    def exception(self, rule: Rule) -> Said:
        """What a rule for some changes for them; a later one for the same is told after it."""
        after = self._rules[self._rules.index(rule) :]
        rest = [each for each in self.of(rule) if each not in after or not rule.when.cover(each.when)]
        told = self.told([each for each in self._rules if each is rule or each in rest])
        return Said(rule, frozenset(spoken(rule, told, self.told(rest))), told)


def value(told: Told, point: Point) -> Any:
    """What is decided on a point, in each currency."""
    aspect, part = point
    if point == CHOICES:
        return told.outcomes
    if point == WAYS:
        return told.methods
    if point == KEEPING and Outcome.REFUND not in (told.outcomes or told.offered):
        return (None,) * len(told.readings)
    return tuple(reading.of(aspect, part).value for reading in told.readings)


def with_overlaps(exceptions: Sequence[Said], for_all: Told, read: Readings) -> list[Said]:
    """`exceptions`, and before each what is to be said where it fits at once with later ones. Made from below and from
    the fewest rules, so that what is said further down, of others and of fewer, is known."""
    page: list[Said] = []
    left = {2: MOST, 3: MOST}
    partners: dict[str, list[Said]] = {}
    for at in reversed(range(len(exceptions))):
        one, together = exceptions[at], list[Said]()
        later = exceptions[at + 1 :] if any(left.values()) else ()
        met = partners[one.rule.name] = [each for each in later if _may_meet(one.rule, each.rule)]
        for named, rules in _in_order(one, met, partners, left, read):
            found = _of_all(named, read.told(rules), _fitting([*together, one, *page], rules), for_all)
            together = [found, *together] if found.points else together
        page = [*together, one, *page]
    return page


def _in_order(
    one: Said, met: Sequence[Said], partners: dict[str, list[Said]], left: dict[int, int], read: Readings
) -> list[tuple[tuple[Rule, ...], list[Rule]]]:
    """Pairs and threes of `one` and later ones that may meet it, each with the rules that apply wherever all of it
    does, those first with the fewest; as many as are `left`, which is counted down."""
    pairs = ((one.rule, each.rule) for each in met)
    threes = ((one.rule, a.rule, b.rule) for a, b in combinations(met, 2) if b in partners[a.rule.name])
    found = list[tuple[tuple[Rule, ...], list[Rule]]]()
    for size, some in ((2, pairs), (3, threes)):
        taken = [(named, read.of(*named)) for named in islice(some, left[size])]
        left[size] -= len(taken)
        found += taken
    return sorted(reversed(found), key=lambda each: len(each[1]))


def _fitting(page: Iterable[Said], rules: Sequence[Rule]) -> list[Said]:
    return [each for each in page if all(named in rules for named in (each.rule, *each.also))]


def _of_all(named: Sequence[Rule], told: Told, fitting: Sequence[Said], for_all: Told) -> Said:
    """What nobody would read from `fitting` exceptions and from what holds `for_all`."""
    points = set[Point]()
    for point in _points(told):
        as_read = _as_read(point, fitting, for_all)
        if as_read != value(told, point) and _is_to_be_said(point, as_read, told):
            points.add(point)
    return Said(named[0], frozenset(points), told, tuple(named[1:]))


def _may_meet(one: Rule, other: Rule) -> bool:
    """Whether both can fit at once, and decide something that hangs on the effects of both."""
    mine, theirs = _effects(one.then), _effects(other.then)
    if not mine or not theirs or one.when.exclude(other.when):
        return False
    if "outcomes" in mine | theirs:
        return True
    shared = ((mine & each, theirs & each) for each in _HANGS_ON)
    return any(here and there and (len(here | there) > 1 or here & _TAKING_ALL) for here, there in shared)


def _effects(then: Effects) -> set[str]:
    """Effects that are named; that nothing may be chosen hangs together with nothing."""
    return {name for name, effect in vars(then).items() if effect is not None and (name, effect) != ("outcomes", ())}


def _points(told: Told) -> list[Point]:
    if not told.outcomes:
        return [CHOICES]
    alone = [(each, "") for each in (Aspect.KEEP_BELOW, Aspect.APPROVAL, Aspect.PHOTOS, Aspect.QUESTION)]
    return [CHOICES, WAYS, *alone, *((aspect, each) for aspect in OF_AN_OUTCOME for each in told.outcomes)]


def _as_read(point: Point, exceptions: Sequence[Said], for_all: Told) -> Any:
    """What somebody takes from the page for whom `exceptions` fit; `_NOT_SAID` where it is silent."""
    found = next((said for each in exceptions if (said := each.value(point)) is not _NOT_SAID), _NOT_SAID)
    if found is not _NOT_SAID or point == CHOICES:
        return for_all.outcomes if found is _NOT_SAID else found
    part = point[1]
    is_said = part in for_all.outcomes if part else bool(for_all.outcomes)
    return value(for_all, point) if is_said else _NOT_SAID


def _is_to_be_said(point: Point, as_read: Any, told: Told) -> bool:
    """Where the page is silent, only of what is asked for or given."""
    if as_read is not _NOT_SAID or point[0] in (Aspect.WINDOW, Aspect.MONEY_EVENT, Aspect.METHOD, Aspect.APPROVAL):
        return True
    return any(value(told, point))
