"""A published policy in plain words: what holds for everything, and each rule that makes an exception. Pure.

A rule is never said by what it writes down but by what comes of it: the rules that hold for everything and the one in
question are read together, as `policy.check` reads them, and what changes is told. So the page and a verdict agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import chain

from shopify_app.i18n import AnyOf, Country, Phrase, phrase, phrase_n
from shopify_app.returns import effect_words
from shopify_app.returns.amounts import Amount, Rates
from shopify_app.returns.condition_words import AFTER, Names, conditions_in_words
from shopify_app.returns.conditions import Conditions
from shopify_app.returns.effect_words import OutcomeTerms, Told
from shopify_app.returns.effects import Window
from shopify_app.returns.exception_words import NO_LADDER, about_bonuses, is_asked, sentences
from shopify_app.returns.overlap_words import Readings, with_overlaps
from shopify_app.returns.rules import Policy, PolicyVersion, Rule
from shopify_app.returns.verdicts import Aspect
from shopify_app.returns.vocabulary import EXCHANGES, LeftoverTo, Outcome, Start, TenderOrder
from shopify_app.settings.shape import PerLanguage

_TENDERS: Mapping[TenderOrder, Phrase] = {
    TenderOrder.GIFT_CARD_FIRST: phrase(
        "A refund goes back to the gift card or credit that you paid with first, and then to how you paid the rest."
    ),
    TenderOrder.ORIGINAL_FIRST: phrase(
        "A refund goes back to the card or account that you paid with first, and then to gift cards and credit."
    ),
    TenderOrder.PROPORTIONAL: phrase("If you paid in several ways, a refund goes back to each of them in proportion."),
}
_LEFTOVER: Mapping[LeftoverTo, Phrase] = {
    LeftoverTo.ORIGINAL: phrase("What an exchange leaves over of your money goes back to how you paid."),
    LeftoverTo.STORE_CREDIT: phrase("What an exchange leaves over of your money becomes store credit."),
}


@dataclass(frozen=True)
class Telling:
    """What is known to whoever tells. `rates`: the currencies that amounts are said in, the reader's own first;
    `offered`: the outcomes that the shop's portal carries through."""

    rates: tuple[Rates, ...]
    offered: tuple[Outcome, ...] = tuple(each for each in Outcome if each is not Outcome.KEEP_ITEM)
    names: Names = field(default_factory=Names)
    without_receipt: bool = False
    """Whether the shop has a door for people without an order number."""


@dataclass(frozen=True)
class OutcomeWords:
    """One thing to choose: until when, and on which terms, each a sentence."""

    terms: OutcomeTerms
    days: Phrase
    lines: tuple[Phrase, ...]


@dataclass(frozen=True)
class RuleWords:
    """A rule for some orders only. `when` empty: its conditions have no words (where several
    rules fit at once, the name of one stands there); `own`: the merchant's own sentence."""

    rule: str
    when: tuple[Phrase | str, ...]
    own: PerLanguage
    lines: tuple[Phrase, ...]
    also: tuple[str, ...] = ()
    """Later rules that must fit, too."""


@dataclass(frozen=True)
class PolicyWords:
    """`outcomes` empty: nothing can be chosen unless a rule of `exceptions` says so. Of these the first that fits
    counts, point by point. `own`: the merchant's own sentences about everything."""

    headline: Phrase
    outcomes: tuple[OutcomeWords, ...]
    ways: tuple[Phrase, ...]
    before: tuple[Phrase, ...]
    fees: tuple[Phrase, ...]
    money: tuple[Phrase, ...]
    bonus: tuple[Phrase, ...]
    counting: tuple[Phrase, ...]
    without_receipt: tuple[Phrase, ...]
    exceptions: tuple[RuleWords, ...]
    own: tuple[PerLanguage, ...]


def in_plain_words(version: PolicyVersion, telling: Telling) -> PolicyWords:
    """The whole of a version. For an item that no exception fits, its outcomes are those of `policy.check`."""
    rules = version.policy.rules
    read = Readings(version, telling.rates, telling.offered)
    for_all = [rule for rule in rules if _is_for_all(rule)]
    told = read.told(for_all)
    outcomes = tuple(_outcome(told, each) for each in told.outcomes)
    return PolicyWords(
        headline=_headline(told, outcomes),
        outcomes=outcomes,
        ways=effect_words.ways(told.methods) if outcomes else (),
        before=_before(told) if outcomes else (),
        fees=_all_fees(told),
        money=_money(version.policy, told, telling),
        bonus=_all_bonuses(told, read.told(for_all, is_exchange=True)),
        counting=_counting(version.policy),
        without_receipt=_without_receipt(for_all, telling),
        exceptions=tuple(_exceptions(rules, told, read, telling)),
        own=tuple(rule.says for rule in for_all if rule.says and _alive(rule, rules)),
    )


def _is_for_all(rule: Rule) -> bool:
    return rule.when == Conditions()


def _outcome(told: Told, outcome: Outcome) -> OutcomeWords:
    terms = told.terms(outcome)
    lines = effect_words.bonus(told, outcome) if terms.bonus else ()
    lines = (*lines, *effect_words.fees(told, outcome), *effect_words.event(told, outcome))
    return OutcomeWords(terms, effect_words.days(terms.window), lines)


def _headline(told: Told, outcomes: Sequence[OutcomeWords]) -> Phrase:
    windows = {each.terms.window for each in outcomes}
    if not outcomes:
        is_decided = told.reading.of(Aspect.OUTCOME, Outcome.REFUND).rule
        return phrase("Everything is final sale") if is_decided else phrase("What can come back depends on the item")
    if len(windows) > 1:
        return _from_to(windows) or phrase("How much time you have depends on what you choose")
    (window,) = windows
    if window.latest_day is None and not window.earliest_day:
        return phrase("Take your time: there is no limit")
    if window.earliest_day or window.latest_day is None:
        return phrase("Return or exchange {days}", days=effect_words.days(window))
    return phrase("You have {days}", days=effect_words.days(window))


def _from_to(windows: set[Window]) -> Phrase | None:
    """From the shortest to the longest, where all count from one day and end some day."""
    starts, ends = {each.counted_from for each in windows}, [each.latest_day for each in windows if each.latest_day]
    if len(starts) > 1 or len(ends) < len(windows) or any(each.earliest_day for each in windows):
        return None
    span = phrase("{low} to {high} days {after}", low=min(ends), high=max(ends), after=AFTER[starts.pop()])
    return phrase("You have {days}", days=span)


def _before(told: Told) -> tuple[Phrase, ...]:
    """Who decides, and what is asked; of photos and questions only where there are any."""
    asked = [each for each in (Aspect.PHOTOS, Aspect.QUESTION) if is_asked(told, each)]
    kept = [Aspect.KEEP_BELOW] if is_asked(told, Aspect.KEEP_BELOW) else []
    return effect_words.before(told, (Aspect.APPROVAL, *asked, *(kept if Outcome.REFUND in told.outcomes else ())))


def _all_fees(told: Told) -> tuple[Phrase, ...]:
    none = (phrase("No fees."),)
    return tuple(effect_words.by_outcome(told.outcomes, told.outcomes, lambda o: effect_words.fees(told, o) or none))


def _all_bonuses(told: Told, exchanged: Told) -> tuple[Phrase, ...]:
    """Empty where nothing earns one. `exchanged`: the same for an item that was itself an exchange."""
    earning = [each for each in told.outcomes if told.terms(each).bonus]
    said = effect_words.bonuses(told, earning)
    if said and not any(exchanged.terms(each).bonus for each in earning):
        said.append(NO_LADDER)
    return tuple(said)


def _money(policy: Policy, told: Told, telling: Telling) -> tuple[Phrase, ...]:
    """What frees the money, and where it goes to."""
    outcomes = told.outcomes
    said = effect_words.by_outcome(outcomes, outcomes, lambda each: effect_words.event(told, each))
    if Outcome.REFUND in outcomes:
        said.append(_TENDERS[policy.tender_order])
    if not EXCHANGES & set(outcomes):
        return tuple(said)
    said.append(_LEFTOVER[policy.leftover_to])
    waived = _in_each(policy.waive_balance_up_to, telling)
    if waived.facts:
        said.append(phrase("If an exchange costs at most {amount} more, you need not pay it.", amount=waived))
    return tuple(said)


def _in_each(amount: Amount | None, telling: Telling) -> AnyOf:
    found = [rates.amount(amount) for rates in telling.rates] if amount is not None else []
    return AnyOf(tuple(dict.fromkeys(each for each in found if each)))


def _counting(policy: Policy) -> tuple[Phrase, ...]:
    """How days are counted, where there are any to count."""
    windows = [window for rule in policy.rules for window in (rule.then.windows or {}).values()]
    if not any(window.latest_day or window.earliest_day for window in windows):
        return ()
    said = [
        phrase("The last day counts in full, by the clock of our shop."),
        phrase("What counts is when you tell us, not when your parcel arrives."),
    ]
    if all(window.counted_from is not Start.DELIVERY for window in windows):
        return tuple(said)
    said += [
        phrase_n(
            "If nobody tells us of the delivery, we take it to be {count} day after dispatch.",
            "If nobody tells us of the delivery, we take it to be {count} days after dispatch.",
            policy.assumed_transit_days,
        )
    ]
    said += [
        phrase_n("To {country}: {count} day.", "To {country}: {count} days.", transit, country=Country(country))
        for country, transit in policy.assumed_transit_by_country.items()
    ]
    return tuple(said)


def _without_receipt(rules: Sequence[Rule], telling: Telling) -> tuple[Phrase, ...]:
    """What the first of `rules` that speaks of it gives without an order number; empty where nobody may ask."""
    then = next((rule.then.no_receipt for rule in rules if rule.then.no_receipt is not None), None)
    if then is None or not telling.without_receipt:
        return ()
    return effect_words.without_receipt(then, telling.rates)


def _exceptions(rules: Sequence[Rule], for_all: Told, read: Readings, telling: Telling) -> Iterator[RuleWords]:
    """Each rule for some, but for those that can never decide anything and have nothing to say either. Before a rule
    stands what holds where later ones fit as well, and none of them says it."""
    said = [read.exception(rule) for rule in rules if not _is_for_all(rule) and _alive(rule, rules)]
    where = {rule.name: conditions_in_words(rule.when, telling.names, telling.rates[0]) for rule in rules}
    for each in with_overlaps(said, for_all, read):
        rule, lines = each.rule, sentences(each.points, each.told)
        if each.also:
            also = tuple(other.name for other in each.also)
            asked = [where[name] or (name,) for name in (rule.name, *also)]
            yield RuleWords(rule.name, tuple(dict.fromkeys(chain(*asked))), {}, tuple(lines), also)
            continue
        lines = [*lines, *about_bonuses(rule), *_without_receipt([rule], telling)]
        if lines or rule.says:
            yield RuleWords(rule.name, where[rule.name], rule.says, tuple(lines))


def _alive(rule: Rule, rules: Sequence[Rule]) -> bool:
    """Whether some effect of the rule is not always decided by an earlier one."""
    earlier = [other for other in rules[: list(rules).index(rule)] if other.when.cover(rule.when)]
    return any(
        getattr(rule.then, effect.name) is not None
        and (effect.name in _SHARED or not any(getattr(other.then, effect.name) is not None for other in earlier))
        for effect in fields(rule.then)
    )


_SHARED = frozenset({"windows", "bonus", "money_events"})
"""Effects that two rules may decide together, each for some outcomes."""
