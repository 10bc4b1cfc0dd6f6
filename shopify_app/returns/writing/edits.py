"""What is done to the rules of a policy, each giving a policy anew. Pure.

Rules are named by their place, from 0; who edits has said which revision they saw, so places are those they saw.
"""

from __future__ import annotations

from shopify_app.returns.conditions import Conditions
from shopify_app.returns.rules import Policy, Rule
from shopify_app.settings.shape import but
from shopify_app.texts import numbered

LONGEST_NAME = 120
MOST_RULES = 500


class NoSuchRule(LookupError):
    """There is no rule at this place."""


class LastRule(ValueError):
    """A policy needs one rule that is switched on, and this is the last."""


def rule_at(policy: Policy, place: int) -> Rule:
    """The rule at `place`. Raises NoSuchRule."""
    if not 0 <= place < len(policy.rules):
        raise NoSuchRule(place)
    return policy.rules[place]


def moved(policy: Policy, place: int, to: int) -> Policy:
    """The rule at `place` taken to `to`; beyond the first or last place it stays there."""
    rule = rule_at(policy, place)
    rest = [*policy.rules[:place], *policy.rules[place + 1 :]]
    rest.insert(min(max(to, 0), len(rest)), rule)
    return _of(policy, tuple(rest))


def switched(policy: Policy, place: int) -> Policy:
    """The rule at `place` off if it was on, on if it was off. Raises LastRule."""
    rule = rule_at(policy, place)
    return _with(policy, place, (but(rule, is_off=not rule.is_off),))


def without(policy: Policy, place: int) -> Policy:
    """The policy without the rule at `place`. Raises LastRule."""
    rule_at(policy, place)
    return _with(policy, place, ())


def duplicated(policy: Policy, place: int) -> Policy:
    """A copy of the rule behind it, under a name of its own and off: two alike would only shadow each other."""
    rule = rule_at(policy, place)
    name = numbered(rule.name, {each.name for each in policy.rules}, LONGEST_NAME)
    copy = but(rule, name=name, is_off=True)
    return _with(policy, place, (rule, copy))


def written(policy: Policy, place: int | None, rule: Rule) -> Policy:
    """`rule` in place of the one at `place`; None: a new one, last where it is for everything, else before the first
    that is: there it can still decide."""
    if place is not None:
        rule_at(policy, place)
        return _with(policy, place, (rule,))
    is_for_all = rule.when == Conditions()
    last = len(policy.rules)
    at = last if is_for_all else next((n for n, each in enumerate(policy.rules) if each.when == Conditions()), last)
    return _of(policy, (*policy.rules[:at], rule, *policy.rules[at:]))


def _with(policy: Policy, place: int, rules: tuple[Rule, ...]) -> Policy:
    found = (*policy.rules[:place], *rules, *policy.rules[place + 1 :])
    if all(rule.is_off for rule in found):
        raise LastRule
    return _of(policy, found)


def _of(policy: Policy, rules: tuple[Rule, ...]) -> Policy:
    """`policy` with these rules, which are checked together; the rest stays as it was kept."""
    return but(policy, rules=Policy(rules=rules).rules)
