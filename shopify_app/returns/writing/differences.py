"""What a draft changes: rules new, gone, changed or elsewhere, and what holds for the shop as a whole. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

from shopify_app.returns.document import content
from shopify_app.returns.rules import Policy, Rule


class How(StrEnum):
    """What became of a rule."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "renamed"
    SWITCHED_ON = "switched_on"
    SWITCHED_OFF = "switched_off"
    MOVED = "moved"


@dataclass(frozen=True)
class RuleChange:
    """One rule that differs. `before` None: it is new; `after` None: it is gone. Places count from 1."""

    how: How
    before: Rule | None
    after: Rule | None
    was_at: int | None = None
    is_at: int | None = None


@dataclass(frozen=True)
class Differences:
    """`rules` in the order of the policy after, those that are gone last. `settings`: names of what differs of all that
    holds for the shop as a whole."""

    rules: tuple[RuleChange, ...] = ()
    settings: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rules or self.settings)


def differences(before: Policy, after: Policy) -> Differences:
    """What has to be done to `before` to have `after`. A rule is the same rule where it has the same name, or says the
    same under another one."""
    pairs = _pairs(before.rules, after.rules)
    stayed = _stayed([was for was, _ in pairs])
    found = [change for was, now in pairs for change in _between(before.rules, after.rules, was, now, was in stayed)]
    known = {now for _, now in pairs}
    found += [RuleChange(How.ADDED, None, rule, is_at=at + 1) for at, rule in enumerate(after.rules) if at not in known]
    found.sort(key=lambda change: change.is_at or 0)
    kept = {was for was, _ in pairs}
    gone = (RuleChange(How.REMOVED, rule, None, at + 1) for at, rule in enumerate(before.rules) if at not in kept)
    names = (each.name for each in fields(Policy) if each.name != "rules")
    settings = tuple(name for name in names if getattr(before, name) != getattr(after, name))
    return Differences((*found, *gone), settings)


def _pairs(before: Sequence[Rule], after: Sequence[Rule]) -> list[tuple[int, int]]:
    """Places of the same rule in both, in the order of `after`."""
    places = {rule.name: at for at, rule in enumerate(before)}
    by_name = {at: places[rule.name] for at, rule in enumerate(after) if rule.name in places}
    kept = set(by_name.values())
    left = {at: content(rule) for at, rule in enumerate(before) if at not in kept}
    for at, rule in enumerate(after):
        if at in by_name:
            continue
        said = content(rule)
        same = next((was for was, before_it in left.items() if before_it == said), None)
        if same is not None:
            del left[same]
            by_name[at] = same
    return [(was, now) for now, was in sorted(by_name.items())]


def _between(
    before: Sequence[Rule], after: Sequence[Rule], was: int, now: int, has_stayed: bool
) -> Iterator[RuleChange]:
    old, new = before[was], after[now]
    how: list[How] = []
    if old.name != new.name:
        how.append(How.RENAMED)
    if old.is_off != new.is_off:
        how.append(How.SWITCHED_OFF if new.is_off else How.SWITCHED_ON)
    if content(old) != content(new):
        how.append(How.CHANGED)
    if not has_stayed:
        how.append(How.MOVED)
    for each in how:
        yield RuleChange(each, old, new, was + 1, now + 1)


def _stayed(places: Sequence[int]) -> set[int]:
    """The most of `places` that are still in order: what else there is was moved."""
    ends: list[int] = []  # of the best chains by length: their last place
    chains: list[tuple[int, ...]] = []
    for place in places:
        at = bisect_left(ends, place)
        chain = (*(chains[at - 1] if at else ()), place)
        ends[at : at + 1] = [place]
        chains[at : at + 1] = [chain]
    return set(chains[-1]) if chains else set()
