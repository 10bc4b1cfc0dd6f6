"""What a rule decides, in words for everybody: effects of a policy as sentences, without an order at hand. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shopify_app.i18n import AnyOf, Phrase, phrase, phrase_n
from shopify_app.money import Money
from shopify_app.returns import explain
from shopify_app.returns.amounts import Rates
from shopify_app.returns.condition_words import AFTER
from shopify_app.returns.effects import NoReceipt, Window
from shopify_app.returns.reading import Reading
from shopify_app.returns.verdicts import Aspect, Promise
from shopify_app.returns.vocabulary import BONUS_OUTCOMES, Method, MoneyEvent, Outcome, PriceBasis, ProofLevel

FREE_WAYS = frozenset({Method.LABEL, Method.QR, Method.PICK_UP, Method.IN_STORE, Method.NONE})
"""Ways back on which nobody but the shop is paid, unless it asks for a fee."""


@dataclass(frozen=True)
class OutcomeTerms:
    """What one outcome comes to, as `policy.check` would decide it on any day. `shipping_fee` None: none, or waived."""

    outcome: Outcome
    window: Window
    money_event: MoneyEvent
    restocking_percent: Decimal
    shipping_fee: Money | None
    bonus: Promise | None


@dataclass(frozen=True)
class Told:
    """Some rules of a policy read as one, once for each currency that amounts are said in; the first counts."""

    readings: tuple[Reading, ...]
    offered: tuple[Outcome, ...]

    @property
    def reading(self) -> Reading:
        return self.readings[0]

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What can be chosen."""
        return tuple(each for each in self.offered if self.reading.of(Aspect.OUTCOME, each).value)

    @property
    def methods(self) -> tuple[Method, ...]:
        """How goods may travel back."""
        return tuple(each for each in Method if self.reading.of(Aspect.METHOD, each).value)

    def terms(self, outcome: Outcome) -> OutcomeTerms:
        """The terms of an outcome that can be chosen."""
        value = {aspect: self.reading.of(aspect, outcome).value for aspect in _OF_AN_OUTCOME}
        return OutcomeTerms(outcome, *(value[aspect] for aspect in _OF_AN_OUTCOME))

    def sums(self, aspect: Aspect, part: str, pick: Callable[[Any], Money | None] = lambda value: value) -> AnyOf:
        """An amount in each currency that it is written in."""
        found = [self._picked(reading, aspect, part, pick) for reading in self.readings]
        return AnyOf(tuple(dict.fromkeys(each for each in found if each is not None)))

    @staticmethod
    def _picked(reading: Reading, aspect: Aspect, part: str, pick: Callable[[Any], Money | None]) -> Money | None:
        value = reading.of(aspect, part).value
        return None if value is None else pick(value)


_OF_AN_OUTCOME = (Aspect.WINDOW, Aspect.MONEY_EVENT, Aspect.RESTOCKING, Aspect.SHIPPING, Aspect.BONUS)


def days(window: Window) -> Phrase:
    """``30 days after delivery``."""
    after, first, last = AFTER[window.counted_from], window.earliest_day, window.latest_day
    if last is None:
        return phrase("from day {first} {after}, without end", first=first, after=after) if first else _NO_LIMIT
    if first:
        return phrase("from day {first} to day {last} {after}", first=first, last=last, after=after)
    return phrase_n("{count} day {after}", "{count} days {after}", last, after=after)


_NO_LIMIT = phrase("no time limit")


def time(window: Window) -> Phrase:
    """The same as a sentence."""
    return phrase("Time: {days}.", days=days(window))


def commas(names: Iterable[Phrase]) -> Phrase:
    """Names with commas between them; at least one."""
    first, *rest = names
    said = first
    for name in rest:
        said = phrase("{before}, {name}", before=said, name=name)
    return said


def _dotted(names: Iterable[Phrase]) -> Phrase:
    """Names that are half sentences, with dots between them; at least one."""
    first, *rest = names
    said = first
    for name in rest:
        said = phrase("{before} · {name}", before=said, name=name)
    return said


def called(outcomes: Iterable[Outcome]) -> Phrase:
    """Outcomes by name."""
    return commas(explain.OUTCOMES[each] for each in outcomes)


def bonus(told: Told, outcome: Outcome) -> tuple[Phrase, ...]:
    """What is added, at most how much of it, and how long it can be used; a refusal where there is none."""
    promise: Promise | None = told.reading.of(Aspect.BONUS, outcome).value
    if promise is None:
        return (phrase("No bonus."),)
    flat, per_order, per_customer = (told.sums(Aspect.BONUS, outcome, pick) for pick in _BONUS_SUMS)
    said = [
        phrase("{amount} on top as a bonus.", amount=flat)
        if flat.facts
        else phrase("{percent} % on top as a bonus.", percent=explain.number(promise.percent))
    ]
    if per_order.facts:
        said.append(phrase("At most {amount} in bonuses per order.", amount=per_order))
    if per_customer.facts:
        said.append(
            phrase_n(
                "At most {amount} in bonuses per customer within {count} day.",
                "At most {amount} in bonuses per customer within {count} days.",
                promise.cap_days,
                amount=per_customer,
            )
        )
    return (*said, _lasts(promise.expires_months))


_BONUS_SUMS: tuple[Callable[[Promise], Money | None], ...] = (
    lambda promise: promise.flat,
    lambda promise: promise.cap_per_order,
    lambda promise: promise.cap_per_customer,
)


def _lasts(months: int) -> Phrase:
    return phrase_n("The bonus can be used for {count} month.", "The bonus can be used for {count} months.", months)


def fees(told: Told, outcome: Outcome) -> tuple[Phrase, ...]:
    """What is taken off."""
    return tuple(said for aspect in NO_FEE if (said := fee(told, aspect, outcome)))


NO_FEE = {
    Aspect.RESTOCKING: phrase("No restocking fee."),
    Aspect.SHIPPING: phrase("No fee for return shipping."),
}
"""What is said of a fee of each kind that is not asked for."""


def fee(told: Told, aspect: Aspect, outcome: Outcome) -> Phrase | None:
    """A fee of one kind; None where it is not asked for."""
    if aspect is Aspect.SHIPPING:
        sums = told.sums(aspect, outcome)
        return phrase("Return shipping: {amount}, once per return.", amount=sums) if sums.facts else None
    return explain.decided(aspect, outcome, told.reading.of(aspect, outcome).value)


def ways(methods: Sequence[Method]) -> tuple[Phrase, ...]:
    """How goods come back, and who pays the carrier where the shopper chooses one."""
    if not methods:
        return ()
    said = [phrase("How it comes back: {methods}.", methods=_dotted(explain.METHODS[each] for each in methods))]
    if Method.OWN_CARRIER in methods:
        said.append(phrase("If you choose the carrier, you pay the carrier."))
    return tuple(said)


def without_receipt(then: NoReceipt, rates: Sequence[Rates]) -> tuple[Phrase, ...]:
    """What is given for an item of which nobody knows the order."""
    if then.proof is ProofLevel.ORDER:
        return (
            phrase("Without an order number we look for your order; without an order there is nothing we can give."),
        )
    price = _PRICES[then.price](then.lowest_of_days)
    said = [
        phrase(
            "Without an order number: store credit of {percent} % of {price}.",
            percent=explain.number(then.percent),
            price=price,
        )
    ]
    if then.proof is ProofLevel.GIFT:
        said.append(phrase("A gift receipt or another proof of purchase is needed."))
    cap = then.cap_per_person
    sums = [found for each in rates if cap is not None and (found := each.amount(cap.amount)) is not None]
    if cap is not None and sums:
        said.append(
            phrase_n(
                "At most {amount} per person within {count} day.",
                "At most {amount} per person within {count} days.",
                cap.days,
                amount=AnyOf(tuple(dict.fromkeys(sums))),
            )
        )
    months = then.credit_months
    lasts = phrase_n("The credit can be used for {count} month.", "The credit can be used for {count} months.", months)
    return (*said, lasts)


_PRICES: dict[PriceBasis, Callable[[int], Phrase]] = {
    PriceBasis.CURRENT: lambda _: phrase("today's price"),
    PriceBasis.LOWEST: lambda days: phrase_n(
        "the lowest price of the last {count} day", "the lowest price of the last {count} days", days
    ),
}


def event(told: Told, outcome: Outcome) -> tuple[Phrase, ...]:
    """What frees the money."""
    said = explain.decided(Aspect.MONEY_EVENT, outcome, told.reading.of(Aspect.MONEY_EVENT, outcome).value)
    return (said,) if said else ()


def before(told: Told, aspects: Iterable[Aspect]) -> tuple[Phrase, ...]:
    """What is asked of the shopper, who decides, and what need not come back: those of `aspects`."""
    said: list[Phrase | None] = []
    for aspect in aspects:
        value = told.reading.of(aspect, "").value
        match aspect:
            case Aspect.KEEP_BELOW:
                sums = told.sums(aspect, "")
                keep = phrase("Items worth less than {amount} need not come back.", amount=sums)
                is_refunded = Outcome.REFUND in (told.outcomes or told.offered)  # what is kept is paid back
                said.append(keep if sums.facts and is_refunded else phrase("Everything has to come back."))
            case Aspect.PHOTOS:
                said.append(phrase("Please add a photo.") if value else phrase("No photo is needed."))
            case Aspect.QUESTION:
                said.append(phrase("We ask you a question about it."))
            case Aspect.APPROVAL:
                said.append(explain.decided(aspect, "", value))
    return tuple(each for each in said if each)


def by_outcome(
    some: Sequence[Outcome], outcomes: Sequence[Outcome], said: Callable[[Outcome], Sequence[Phrase]]
) -> list[Phrase]:
    """What is said of `some`, each sentence once, with the outcomes that it is about where those are not all of
    `outcomes`."""
    about: dict[Phrase, list[Outcome]] = {}
    for outcome in some:
        for sentence in said(outcome):
            about.setdefault(sentence, []).append(outcome)
    return [sentence if len(whose) == len(outcomes) else _named(whose, sentence) for sentence, whose in about.items()]


def bonuses(told: Told, outcomes: Iterable[Outcome]) -> list[Phrase]:
    """The bonuses of `outcomes`, with their names; only some can earn any."""
    about: dict[tuple[Phrase, ...], list[Outcome]] = {}
    for outcome in outcomes:
        if outcome in BONUS_OUTCOMES:
            about.setdefault(bonus(told, outcome), []).append(outcome)
    return [said for (first, *rest), whose in about.items() for said in (_named(whose, first), *rest)]


def _named(outcomes: Iterable[Outcome], sentence: Phrase) -> Phrase:
    return phrase("{outcome}: {terms}", outcome=called(outcomes), terms=sentence)
