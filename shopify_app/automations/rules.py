"""Rules as a document, and which of them an event fires. Pure: facts in, rules out.

Conditions on goods, order, customer and return are the policy's own (`returns.conditions`); what only an event knows,
the parcel and the return that it is about, is asked beside them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from shopify_app.automations.actions import Action
from shopify_app.automations.vocabulary import ABOUT, UNDECIDED, About, Do, Trigger
from shopify_app.i18n import phrase
from shopify_app.money import Money
from shopify_app.returns.conditions import AnyName, Conditions, Sum
from shopify_app.returns.states import Source
from shopify_app.returns.subjects import Subject
from shopify_app.returns.vocabulary import Outcome
from shopify_app.settings.shape import Unfit
from shopify_app.settings.shape import settings as document
from shopify_app.shipments.states import ParcelState

LONGEST_NAME = 120
MOST_RULES = 100
MOST_ACTIONS = 10
TRANSIT_DAYS = 7
"""As a policy's own default, where no delivery is known."""


@document
class When:
    """All that are named must hold. `these` are the policy's conditions, met where any one of the lines that the event
    is about meets them."""

    these: Conditions = Field(default_factory=Conditions)
    order_tags: AnyName = None
    without_tags: AnyName = None
    """None of these stands on the order."""
    parcel_states: Annotated[tuple[ParcelState, ...], Field(min_length=1)] | None = None
    carriers: AnyName = None
    """Ids of `shipments.directory`."""
    quiet_days: Annotated[int, Field(ge=1, le=30)] | None = None
    """The parcel has just been without news for so many days."""
    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=1)] | None = None
    """The return asks for one of these."""
    sources: Annotated[tuple[Source, ...], Field(min_length=1)] | None = None
    worth: Sum | None = None
    """What the return is worth, bonus included."""


_NOTHING = Conditions()
_OF_PARCEL = ("parcel_states", "carriers", "quiet_days")
_OF_RETURN = ("outcomes", "sources", "worth")


@document
class Rule:
    """`key` names the rule through all versions, whatever it is called."""

    key: Annotated[str, StringConstraints(pattern="^[0-9a-f]{8}$")]
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME)]
    on: Trigger
    then: Annotated[tuple[Action, ...], Field(min_length=1, max_length=MOST_ACTIONS)]
    when: When = Field(default_factory=When)
    is_off: bool = False

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        about = ABOUT[self.on]
        asked = [name for name in (*_OF_PARCEL, *_OF_RETURN) if getattr(self.when, name) is not None]
        if any(name in _OF_PARCEL for name in asked) and about is not About.PARCEL:
            raise Unfit(phrase("This event knows of no parcel: take out what you ask of one."))
        if any(name in _OF_RETURN for name in asked) and about is not About.RETURN:
            raise Unfit(phrase("This event knows of no return: take out what you ask of one."))
        if (self.when.quiet_days is not None) != (self.on is Trigger.PARCEL_QUIET):
            raise Unfit(phrase("Days without news belong to “A parcel has no news”, and to nothing else."))
        if any(each.do is Do.ASSIGN for each in self.then) and about is not About.RETURN:
            raise Unfit(phrase("Only a return can be given to somebody."))
        if any(each.do in (Do.HOLD, Do.APPROVE) for each in self.then) and self.on not in UNDECIDED:
            raise Unfit(phrase("Only a request that waits for its answer can be held or approved."))
        return self


@document
class Automations:
    """All rules, in the order in which they act."""

    rules: Annotated[tuple[Rule, ...], Field(max_length=MOST_RULES)] = ()

    @field_validator("rules")
    @classmethod
    def _are_told_apart(cls, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        for what in ("key", "name"):
            named = [getattr(rule, what) for rule in rules]
            if len(set(named)) < len(named):
                raise ValueError(f"two rules have the same {what}.")
        return rules

    def waiting_for(self, kind: str) -> tuple[Rule, ...]:
        """The rules that are on and wait for events of `kind`."""
        return tuple(rule for rule in self.rules if rule.on == kind and not rule.is_off)

    @property
    def kinds(self) -> frozenset[str]:
        """All kinds of events that a rule waits for."""
        return frozenset(str(rule.on) for rule in self.rules if not rule.is_off)

    @property
    def quiet_days(self) -> frozenset[int]:
        """After how many days without news a rule acts."""
        return frozenset(rule.when.quiet_days or 0 for rule in self.waiting_for(Trigger.PARCEL_QUIET))


@dataclass(frozen=True)
class ParcelFacts:
    """The parcel that an event is about. `quiet_days`: so long there is no news of it, where that is the event."""

    state: str
    carrier: str | None = None
    quiet_days: int | None = None


@dataclass(frozen=True)
class ReturnFacts:
    """The return that an event is about. `worth` in the order's currency, None where Shopify alone knows it."""

    id: int
    rma: str
    state: str
    source: str
    outcomes: frozenset[str]
    worth: Money | None = None


@dataclass(frozen=True)
class Facts:
    """What an event is about, read once. `subjects` are the lines it concerns; `happened_at` when it was so, which may
    be long before we learned of it; `because_of` keys of the rules whose doing it is."""

    kind: str
    order_id: int
    order_shopify_id: int
    order_name: str
    happened_at: datetime
    subjects: tuple[Subject, ...] = ()
    order_tags: frozenset[str] = frozenset()
    parcel: ParcelFacts | None = None
    ret: ReturnFacts | None = None
    because_of: frozenset[str] = frozenset()


def fired(rules: tuple[Rule, ...], facts: Facts) -> tuple[Rule, ...]:
    """The rules among those waiting for this kind that act, in their order. A rule is never fired by its own doing."""
    return tuple(rule for rule in rules if rule.key not in facts.because_of and holds(rule.when, facts))


def holds(when: When, facts: Facts) -> bool:
    """Whether everything that is named is so; what is not known meets nothing."""
    return holds_at_sight(when, facts) and _worth_fits(when, facts) and _line_fits(when.these, facts)


def holds_at_sight(when: When, facts: Facts) -> bool:
    """The same as far as `facts` tell without their lines, which take the most reading."""
    tags = _folded(facts.order_tags)
    if when.order_tags is not None and not _folded(when.order_tags) & tags:
        return False
    if when.without_tags is not None and _folded(when.without_tags) & tags:
        return False
    return _parcel_fits(when, facts.parcel) and _return_fits(when, facts.ret)


def asks_for_lines(when: When) -> bool:
    """Whether it takes the lines that an event is about to tell."""
    return when.worth is not None or when.these != _NOTHING


def _parcel_fits(when: When, parcel: ParcelFacts | None) -> bool:
    if parcel is None:
        return when.parcel_states is None and when.carriers is None and when.quiet_days is None
    return (
        (when.parcel_states is None or parcel.state in when.parcel_states)
        and (when.carriers is None or (parcel.carrier or "").casefold() in _folded(when.carriers))
        and (when.quiet_days is None or parcel.quiet_days == when.quiet_days)
    )


def _return_fits(when: When, ret: ReturnFacts | None) -> bool:
    if ret is None:
        return when.outcomes is None and when.sources is None
    return (when.outcomes is None or bool(ret.outcomes & set(when.outcomes))) and (
        when.sources is None or ret.source in when.sources
    )


def _worth_fits(when: When, facts: Facts) -> bool:
    if when.worth is None:
        return True
    worth = facts.ret.worth if facts.ret else None
    return worth is not None and bool(facts.subjects) and when.worth.has(worth, facts.subjects[0])


def _line_fits(these: Conditions, facts: Facts) -> bool:
    if these == _NOTHING:
        return True
    return any(these.hold(subject, TRANSIT_DAYS) for subject in facts.subjects)


def _folded(names: Iterable[str]) -> set[str]:
    return {name.casefold() for name in names}
