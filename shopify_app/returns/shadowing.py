"""Rules that can never speak: an earlier rule with equal or wider conditions decides the same effect first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.vocabulary import BONUS_OUTCOMES, Scope

_OUTCOMES = tuple(scope for scope in Scope if scope is not Scope.ANY)
_EARNING = tuple(scope for scope in _OUTCOMES if scope in BONUS_OUTCOMES)
_PER_OUTCOME = frozenset({"windows", "bonus", "money_events"})


@dataclass(frozen=True)
class Shadow:
    """`effect` of `rule` is dead, for these outcomes, because `by` comes first. `outcomes` empty: it has none."""

    rule: str
    effect: str
    outcomes: tuple[Scope, ...]
    by: str

    def __str__(self) -> str:
        for_which = f" for {', '.join(self.outcomes)}" if self.outcomes else ""
        return (
            f"“{self.rule}” never decides {self.effect}{for_which}: “{self.by}” comes first and applies to all it does."
        )


def shadowed(policy: Policy) -> tuple[Shadow, ...]:
    """What is dead in `policy`, per rule and effect, in the merchant's order.

    Only a single earlier rule is held against each; several that only together cover a rule are not found.
    """
    return tuple(shadow for at, rule in enumerate(policy.rules) for shadow in _of_rule(rule, policy.rules[:at]))


def _of_rule(rule: Rule, earlier: tuple[Rule, ...]) -> Iterator[Shadow]:
    wider = [other for other in earlier if other.when.cover(rule.when)]
    for effect in (field.name for field in fields(rule.then) if getattr(rule.then, field.name) is not None):
        open_to = _spoken_for(rule, effect)
        for other in wider:
            if getattr(other.then, effect) is None:
                continue
            dead = tuple(outcome for outcome in open_to if outcome in _spoken_for(other, effect))
            if dead or effect not in _PER_OUTCOME:
                yield Shadow(rule.name, effect, dead, other.name)
            open_to = tuple(outcome for outcome in open_to if outcome not in dead)
            if not open_to:
                break


def _spoken_for(rule: Rule, effect: str) -> tuple[Scope, ...]:
    """The outcomes for which `rule` decides `effect`; empty for effects that know no outcomes."""
    if effect not in _PER_OUTCOME:
        return ()
    scopes = getattr(rule.then, effect) or {}
    possible = _EARNING if effect == "bonus" else _OUTCOMES
    return possible if Scope.ANY in scopes else tuple(scope for scope in possible if scope in scopes)
