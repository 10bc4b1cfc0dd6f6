"""What one rule of a policy changes, in words for everybody: readings with and without it, compared. Pure.

Where several exceptions fit, the first that speaks of a point counts, in these words as in `policy.check`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from shopify_app.i18n import Phrase, phrase
from shopify_app.returns import effect_words
from shopify_app.returns.effect_words import NO_FEE, Told
from shopify_app.returns.effects import Effects
from shopify_app.returns.rules import Rule
from shopify_app.returns.verdicts import Aspect
from shopify_app.returns.vocabulary import Method, Outcome

NO_LADDER = phrase("An item that was itself an exchange earns no bonus.")
_BEFORE = (Aspect.APPROVAL, Aspect.PHOTOS, Aspect.QUESTION)
_ALONE = (Aspect.KEEP_BELOW, *_BEFORE)
_DECIDED_BY: Mapping[Aspect, tuple[str, ...]] = {
    Aspect.WINDOW: ("windows",),
    Aspect.RESTOCKING: ("restocking_percent", "waive_restocking_for", "merchant_at_fault"),
    Aspect.SHIPPING: ("shipping_fee", "waive_shipping_for", "merchant_at_fault"),
    Aspect.BONUS: (
        *("bonus", "bonus_cap_per_order", "bonus_cap_per_customer", "bonus_expires_months"),
        *("bonus_when_at_fault", "merchant_at_fault"),
    ),
    Aspect.MONEY_EVENT: ("money_events",),
    Aspect.METHOD: ("methods",),
    Aspect.KEEP_BELOW: ("keep_item_below",),
    Aspect.PHOTOS: ("photos",),
    Aspect.QUESTION: ("question",),
    Aspect.APPROVAL: ("approval",),
}
"""The effects that a decision hangs on."""


def changes(rule: Rule, told: Told, without: Told, later: Sequence[Effects]) -> list[Phrase]:
    """What comes of the rule, in the order in which a shopper would ask. What the rule decides is said even where
    nothing comes of it by itself: a later rule that also fits says otherwise. Of what nothing but the rule opens, the
    rest is said too, but for what one of `later` exceptions decides: it would be told first here, and hold there."""

    def is_new(aspect: Aspect, part: str = "") -> bool:
        now, then = told.reading.of(aspect, part), without.reading.of(aspect, part)
        return now.rule == rule.name or now.value != then.value

    if not told.outcomes and is_new(Aspect.OUTCOME, Outcome.REFUND):
        return [phrase("Cannot be returned.")]
    outcomes = told.outcomes or told.offered  # where another exception opens them, this one has its say too
    opened = [each for each in told.outcomes if each not in without.outcomes]
    is_all_opened = bool(opened) and not without.outcomes  # of what cannot come back, nothing else was told
    open_to = {
        aspect: opened if not any(getattr(then, name) is not None for then in later for name in names) else []
        for aspect, names in _DECIDED_BY.items()
    }
    said = [phrase("You can choose: {choices}.", choices=effect_words.called(outcomes))]
    if not told.outcomes or not is_new(Aspect.OUTCOME, Outcome.REFUND):
        said = []
    timed = [each for each in outcomes if each in open_to[Aspect.WINDOW] or is_new(Aspect.WINDOW, each)]
    said += effect_words.by_outcome(timed, outcomes, lambda each: (effect_words.time(told.terms(each).window),))
    said += _fees(told, outcomes, open_to, is_new)
    if (is_all_opened and open_to[Aspect.METHOD]) or any(is_new(Aspect.METHOD, each) for each in Method):
        said += effect_words.ways(told.methods)
    earning = [each for each in open_to[Aspect.BONUS] if told.terms(each).bonus]
    said += effect_words.bonuses(told, [each for each in outcomes if each in earning or is_new(Aspect.BONUS, each)])
    freed = [each for each in outcomes if each in open_to[Aspect.MONEY_EVENT] or is_new(Aspect.MONEY_EVENT, each)]
    said += effect_words.by_outcome(freed, outcomes, lambda each: effect_words.event(told, each))
    asked = [each for each in _ALONE if is_new(each) or (is_all_opened and open_to[each] and is_asked(told, each))]
    may_keep = Outcome.REFUND in outcomes
    return [*said, *effect_words.before(told, [each for each in asked if may_keep or each in _BEFORE])]


def is_asked(told: Told, aspect: Aspect) -> bool:
    """Whether there is anything to say of photos, a question, approval or what need not come back."""
    return aspect is Aspect.APPROVAL or bool(told.reading.of(aspect, "").value)


def _fees(
    told: Told, outcomes: Sequence[Outcome], opened: Mapping[Aspect, Sequence[Outcome]], is_new: Callable[..., bool]
) -> list[Phrase]:
    """Each fee that differs, or that there is none; of what nothing but the rule opens, any that is asked for."""
    is_ours, is_judged = told.reading.is_at_fault(), is_new(Aspect.AT_FAULT)
    if is_judged and is_ours:
        return [phrase("No fees, since the mistake is ours.")]

    def fees(outcome: Outcome) -> Sequence[Phrase]:
        asked = {aspect: effect_words.fee(told, aspect, outcome) for aspect in NO_FEE}
        new = [each for each in NO_FEE if is_new(each, outcome) or (outcome in opened[each] and each in charged)]
        if len(new) == len(NO_FEE) and not any(asked.values()):
            return (phrase("No fees."),)
        return tuple(asked[each] or NO_FEE[each] for each in new)

    charged = [each for each in NO_FEE if any(effect_words.fee(told, each, outcome) for outcome in outcomes)]
    not_ours = [phrase("This does not count as our mistake.")] if is_judged else []
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
