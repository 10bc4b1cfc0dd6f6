"""What one rule of a policy changes, in words for everybody: readings with and without it, compared. Pure.

Where several exceptions fit, the first that speaks of a point counts, in these words as in `policy.check`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from shopify_app.i18n import Phrase, phrase
from shopify_app.returns import effect_words
from shopify_app.returns.effect_words import NO_FEE, Told
from shopify_app.returns.rules import Rule
from shopify_app.returns.verdicts import Aspect
from shopify_app.returns.vocabulary import Method, Outcome

NO_LADDER = phrase("An item that was itself an exchange earns no bonus.")
CHOICES, AT_FAULT, WAYS = (Aspect.OUTCOME, ""), (Aspect.AT_FAULT, ""), (Aspect.METHOD, "")
OF_AN_OUTCOME = (Aspect.WINDOW, Aspect.RESTOCKING, Aspect.SHIPPING, Aspect.BONUS, Aspect.MONEY_EVENT)
_ALONE = (Aspect.KEEP_BELOW, Aspect.APPROVAL, Aspect.PHOTOS, Aspect.QUESTION)
KEEPING = (Aspect.KEEP_BELOW, "")
Point = tuple[Aspect, str]
"""What a sentence is about: an aspect, and the outcome that it is told of (empty: all)."""


def spoken(rule: Rule, told: Told, without: Told) -> set[Point]:
    """The points that the rule speaks of: what differs for it, and what it decides even where nothing comes of it by
    itself, since a later rule that also fits says otherwise. Of what nothing but the rule opens, all is told."""

    def is_new(aspect: Aspect, part: str = "") -> bool:
        now, then = told.reading.of(aspect, part), without.reading.of(aspect, part)
        return now.rule == rule.name or now.value != then.value

    is_chosen = is_new(Aspect.OUTCOME, Outcome.REFUND)
    if is_chosen and not told.outcomes:
        return {CHOICES}
    outcomes = told.outcomes or told.offered  # where another exception opens them, this one has its say too
    opened = [each for each in told.outcomes if each not in without.outcomes]
    points: set[Point] = {CHOICES} if is_chosen else set()
    if is_new(Aspect.AT_FAULT):
        points |= {AT_FAULT} | (
            {(fee, each) for fee in NO_FEE for each in outcomes} if told.reading.is_at_fault() else set()
        )
    charged = [fee for fee in NO_FEE if any(effect_words.fee(told, fee, each) for each in outcomes)]
    for each in outcomes:
        told_of = (Aspect.WINDOW, Aspect.MONEY_EVENT, *charged, *([Aspect.BONUS] if earns(told, each) else []))
        points |= {(aspect, each) for aspect in OF_AN_OUTCOME if is_new(aspect, each)}
        points |= {(aspect, each) for aspect in told_of if each in opened}
    is_all_opened = bool(opened) and not without.outcomes  # of what cannot come back, nothing else was told
    if is_all_opened or any(is_new(Aspect.METHOD, each) for each in Method):
        points.add(WAYS)
    alone = {(each, "") for each in _ALONE if is_new(each) or (is_all_opened and is_asked(told, each))}
    if Outcome.REFUND in outcomes:
        return points | alone
    is_lost = Outcome.REFUND in without.outcomes and is_asked(without, Aspect.KEEP_BELOW)  # what is kept is paid back
    return points | (alone - {KEEPING}) | ({KEEPING} if is_lost else set())


def sentences(points: Collection[Point], told: Told) -> list[Phrase]:
    """What is told of `points`, in the order in which a shopper would ask."""
    if CHOICES in points and not told.outcomes:
        return [phrase("Cannot be returned.")]
    outcomes = told.outcomes or told.offered

    def named(aspect: Aspect) -> list[Outcome]:
        return [each for each in outcomes if (aspect, each) in points]

    said = [phrase("You can choose: {choices}.", choices=effect_words.called(outcomes))] if CHOICES in points else []
    by_outcome = effect_words.by_outcome
    said += by_outcome(named(Aspect.WINDOW), outcomes, lambda each: (effect_words.time(told.terms(each).window),))
    said += _fees(told, outcomes, points)
    said += effect_words.ways(told.methods) if WAYS in points else ()
    said += effect_words.bonuses(told, named(Aspect.BONUS))
    said += by_outcome(named(Aspect.MONEY_EVENT), outcomes, lambda each: effect_words.event(told, each))
    return [*said, *effect_words.before(told, [each for each in _ALONE if (each, "") in points])]


def earns(told: Told, outcome: Outcome) -> bool:
    """Whether there is a bonus on it."""
    return told.terms(outcome).bonus is not None


def is_asked(told: Told, aspect: Aspect) -> bool:
    """Whether there is anything to say of photos, a question, approval or what need not come back."""
    return aspect is Aspect.APPROVAL or bool(told.reading.of(aspect, "").value)


def _fees(told: Told, outcomes: Sequence[Outcome], points: Collection[Point]) -> list[Phrase]:
    """Each fee that is spoken of, or that there is none."""
    if AT_FAULT in points and told.reading.is_at_fault():
        return [phrase("No fees, since the mistake is ours.")]

    def fees(outcome: Outcome) -> Sequence[Phrase]:
        asked = {aspect: effect_words.fee(told, aspect, outcome) for aspect in NO_FEE if (aspect, outcome) in points}
        if len(asked) == len(NO_FEE) and not any(asked.values()):
            return (phrase("No fees."),)
        return tuple(said or NO_FEE[aspect] for aspect, said in asked.items())

    not_ours = [phrase("This does not count as our mistake.")] if AT_FAULT in points else []
    return not_ours + effect_words.by_outcome(outcomes, outcomes, fees)


def about_bonuses(rule: Rule) -> list[Phrase]:
    """What a rule says of bonuses besides how large they are; caps and lives are said with the bonus itself."""
    then, said = rule.then, []
    if then.bonus_on_exchanged is not None:
        yes = phrase("An item that was itself an exchange earns the bonus again.")
        said.append(yes if then.bonus_on_exchanged else NO_LADDER)
    if then.bonus_when_at_fault:
        said.append(phrase("The bonus is given even where something was our mistake."))
    return said
