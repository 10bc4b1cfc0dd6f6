"""The policy as a document: rules in the merchant's order, and what holds for the shop as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from shopify_app.returns.amounts import Amount
from shopify_app.returns.conditions import Conditions, Country
from shopify_app.returns.effects import Effects
from shopify_app.returns.vocabulary import BlockedMay, LeftoverTo, TenderOrder
from shopify_app.settings.shape import SentencesPerLanguage, but
from shopify_app.settings.shape import settings as document

TransitDays = Annotated[int, Field(ge=0, le=90)]


@document
class Rule:
    """When all conditions hold, the effects are decided, each unless an earlier rule decided it."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    when: Conditions = Field(default_factory=Conditions)
    then: Effects = Field(default_factory=Effects)
    says: SentencesPerLanguage = Field(default_factory=dict)
    """The merchant's own sentence for shoppers, per language, in place of ours."""
    is_off: bool = False
    """Kept in its place and in the document, and decides nothing."""

    @model_validator(mode="after")
    def _can_be_judged(self) -> Self:
        unknown = self.when.beyond_goods if self.then.no_receipt is not None else ()
        if unknown:
            raise ValueError(
                f"no_receipt depends on the product and the reason alone: without an order nobody knows {unknown[0]}."
            )
        return self


@document
class Policy:
    """First matching rule per effect wins, in the order of `rules`."""

    rules: Annotated[tuple[Rule, ...], Field(max_length=500)]
    assumed_transit_days: TransitDays = 7
    """How long a parcel is taken to travel where no delivery is known."""
    assumed_transit_by_country: dict[Country, TransitDays] = Field(default_factory=dict)
    tender_order: TenderOrder = TenderOrder.ORIGINAL_FIRST
    leftover_to: LeftoverTo = LeftoverTo.ORIGINAL
    waive_balance_up_to: Amount | None = None
    """A balance due of at most this is not asked for."""
    blocked_may: BlockedMay = BlockedMay.RETURN_WITHOUT_BONUS

    @field_validator("rules")
    @classmethod
    def _are_told_apart(cls, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        if not rules:
            raise ValueError("a policy needs at least one rule.")
        names = [rule.name for rule in rules]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise ValueError(f"two rules are called “{twice}”: verdicts name their rule, so each needs its own name.")
        if all(rule.is_off for rule in rules):
            raise ValueError("at least one rule has to be switched on.")
        return rules

    @cached_property
    def words(self) -> dict[Any, Any]:
        """What was made of it to be read by people (`plain_words`), kept by who makes it while the document is kept."""
        return {}

    def in_use(self) -> Policy:
        """The policy as it decides: without the rules that are switched off."""
        if not any(rule.is_off for rule in self.rules):
            return self
        return but(self, rules=tuple(rule for rule in self.rules if not rule.is_off))

    def transit_days(self, country: str | None) -> int:
        """The days assumed to `country`."""
        return self.assumed_transit_by_country.get(country or "", self.assumed_transit_days)


@dataclass(frozen=True)
class PolicyVersion:
    """A policy as published, as it decides (`Policy.in_use`); `number` grows by one with each publication in a shop.
    `is_preset`: nobody published it, it stands in until somebody does."""

    number: int
    published_at: datetime
    policy: Policy
    is_preset: bool = False

    @cached_property
    def offers(self) -> dict[tuple[str, ...], dict[Any, Any]]:
        """What was found to be offered where these of its rules apply (by their names), kept by who reads it
        (`policy`); there are as many combinations as there are kinds of goods and orders."""
        return {}


def in_force(versions: tuple[PolicyVersion, ...], placed_at: datetime) -> PolicyVersion:
    """The version to be stamped on an order. Orders older than the first version, so from before we were there, carry
    the first that the merchant published; the preset only while there is none.

    `versions` holds at least one; raises ValueError otherwise.
    """
    ordered = sorted(versions, key=lambda version: version.number)
    if not ordered:
        raise ValueError("no policy is published")
    of_its_day = next((version for version in reversed(ordered) if version.published_at <= placed_at), None)
    return of_its_day or next((version for version in ordered if not version.is_preset), ordered[0])


def applying(versions: tuple[PolicyVersion, ...], placed_at: datetime, at: datetime) -> tuple[PolicyVersion, ...]:
    """The stamped version first, then those published later up to `at`: they apply where they are better."""
    if len(versions) == 1:
        return versions
    stamped = in_force(versions, placed_at)
    later = [v for v in versions if v.number > stamped.number and v.published_at <= at]
    return (stamped, *sorted(later, key=lambda version: version.number))
