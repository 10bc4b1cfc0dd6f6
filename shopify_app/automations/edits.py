"""What is done to the rules of a draft, each giving the rules anew. Pure.

Rules are named by their keys: whoever moves one need not know where it stands by now.
"""

from __future__ import annotations

from dataclasses import replace

from shopify_app.automations.rules import LONGEST_NAME, MOST_RULES, Automations, Rule
from shopify_app.texts import numbered


class NoSuchRule(LookupError):
    """No rule of the draft has this key."""


class TooMany(ValueError):
    """There is no room for another rule."""


def rule_of(draft: Automations, key: str) -> Rule:
    """The rule with this key. Raises NoSuchRule."""
    return draft.rules[_place(draft, key)]


def moved(draft: Automations, key: str, by: int) -> Automations:
    """The rule so many places further down (or up); beyond the first or last place it stays there."""
    place = _place(draft, key)
    rest = [*draft.rules[:place], *draft.rules[place + 1 :]]
    rest.insert(min(max(place + by, 0), len(rest)), draft.rules[place])
    return replace(draft, rules=tuple(rest))


def switched(draft: Automations, key: str) -> Automations:
    """The rule off if it was on, on if it was off."""
    rule = rule_of(draft, key)
    return written(draft, replace(rule, is_off=not rule.is_off))


def without(draft: Automations, key: str) -> Automations:
    """The rules without this one."""
    place = _place(draft, key)
    return replace(draft, rules=(*draft.rules[:place], *draft.rules[place + 1 :]))


def duplicated(draft: Automations, key: str, new_key: str) -> Automations:
    """A copy of the rule behind it, under a name of its own and off: two alike would do everything twice."""
    if len(draft.rules) >= MOST_RULES:
        raise TooMany
    place = _place(draft, key)
    rule = draft.rules[place]
    name = numbered(rule.name, {each.name for each in draft.rules}, LONGEST_NAME)
    copy = replace(rule, key=new_key, name=name, is_off=True)
    return replace(draft, rules=(*draft.rules[: place + 1], copy, *draft.rules[place + 1 :]))


def written(draft: Automations, rule: Rule) -> Automations:
    """`rule` in place of the one with its key, else as the last. Raises TooMany."""
    if all(each.key != rule.key for each in draft.rules):
        if len(draft.rules) >= MOST_RULES:
            raise TooMany
        return replace(draft, rules=(*draft.rules, rule))
    return replace(draft, rules=tuple(rule if each.key == rule.key else each for each in draft.rules))


def is_name_taken(draft: Automations, rule: Rule) -> bool:
    """Whether another rule is called so."""
    return any(each.name == rule.name and each.key != rule.key for each in draft.rules)


def _place(draft: Automations, key: str) -> int:
    for place, rule in enumerate(draft.rules):
        if rule.key == key:
            return place
    raise NoSuchRule(key)
