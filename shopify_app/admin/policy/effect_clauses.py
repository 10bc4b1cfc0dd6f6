"""Each effect of a rule as clauses: "allow refund", "for store credit bonus 10 %"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from shopify_app.admin.policy import words
from shopify_app.admin.policy.voice import Voice, number
from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.returns.effects import Bonus, CustomerCap, NoReceipt, Window
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, PriceBasis, ProofLevel, Scope
from shopify_app.settings.shape import in_language


def _outcomes(voice: Voice, value: tuple[Outcome, ...]) -> Iterator[Phrase]:
    if not value:
        yield phrase("allow {nothing}", nothing=phrase("no return"))
        return
    yield phrase("allow {outcomes}", outcomes=voice.all_of(words.OUTCOMES[each] for each in value))


def _window(window: Window) -> Phrase:
    after = words.STARTS[window.counted_from]
    first, last = window.earliest_day, window.latest_day
    if last is None:
        return phrase("from day {first} after {start}, without end", first=first, start=after) if first else _ENDLESS
    if first:
        return phrase("from day {first} to day {last} after {start}", first=first, last=last, start=after)
    return phrase_n("until {count} day after {start}", "until {count} days after {start}", last, start=after)


_ENDLESS = phrase("without a time limit")


def _by_scope(said: Callable[[Voice, Any], Phrase]) -> Callable[[Voice, Mapping[Scope, Any]], Iterator[Phrase]]:
    """One clause where all are alike, else one an outcome."""

    def clauses(voice: Voice, values: Mapping[Scope, Any]) -> Iterator[Phrase]:
        if set(values) == {Scope.ANY}:
            yield said(voice, values[Scope.ANY])
            return
        for scope, value in sorted(values.items(), key=lambda each: (each[0] is Scope.ANY, list(Scope).index(each[0]))):
            yield phrase("for {outcome} {terms}", outcome=words.SCOPES[scope], terms=said(voice, value))

    return clauses


def _bonus(voice: Voice, bonus: Bonus) -> Phrase:
    if bonus.flat is not None:
        return phrase("bonus {amount}", amount=voice.amount(bonus.flat))
    if not bonus.percent:
        return phrase("no bonus")
    return phrase("bonus {percent} %", percent=number(bonus.percent))


def _cap(voice: Voice, cap: CustomerCap) -> Iterator[Phrase]:
    yield phrase_n(
        "at most {amount} of bonus per customer within {count} day",
        "at most {amount} of bonus per customer within {count} days",
        cap.days,
        amount=voice.amount(cap.amount),
    )


def _no_receipt(voice: Voice, then: NoReceipt) -> Iterator[Phrase]:
    if then.proof is ProofLevel.ORDER:
        yield phrase("nothing without an order")
        return
    price = words.PRICES[then.price]
    if then.price is PriceBasis.LOWEST:
        price = phrase_n(
            "the lowest price of the last {count} day", "the lowest price of the last {count} days", then.lowest_of_days
        )
    percent = number(then.percent)
    if then.proof is ProofLevel.GIFT:
        yield phrase("without an order but with proof {percent} % of {price} as credit", percent=percent, price=price)
    else:
        yield phrase("without an order {percent} % of {price} as credit", percent=percent, price=price)
    if then.cap_per_person is not None:
        amount, days = voice.amount(then.cap_per_person.amount), then.cap_per_person.days
        yield phrase_n(
            "at most {amount} of it per person within {count} day",
            "at most {amount} of it per person within {count} days",
            days,
            amount=amount,
        )
    yield phrase_n("the credit lives {count} month", "the credit lives {count} months", then.credit_months)


def _one(said: Callable[[Voice, Any], Phrase]) -> Callable[[Voice, Any], Iterator[Phrase]]:
    return lambda voice, value: iter((said(voice, value),))


def _yes_no(yes: Phrase, no: Phrase) -> Callable[[Voice, Any], Iterator[Phrase]]:
    return lambda _, value: iter((yes if value else no,))


def _for(some: Callable[..., Phrase], none: Phrase) -> Callable[[Voice, Any], Iterator[Phrase]]:
    return lambda voice, value: iter(
        (some(outcomes=voice.all_of(words.OUTCOMES[each] for each in value)) if value else none,)
    )


def _methods(voice: Voice, value: tuple[Method, ...]) -> Phrase:
    if not value:
        return phrase("offer {nothing}", nothing=phrase("no way back"))
    return phrase("back by {methods}", methods=voice.all_of(words.METHODS[each] for each in value))


def _event(_: Voice, value: MoneyEvent) -> Phrase:
    return phrase("money moves {when}", when=words.EVENTS[value])


EFFECTS: Mapping[str, Callable[[Voice, Any], Iterable[Phrase]]] = {
    "outcomes": _outcomes,
    "windows": _by_scope(lambda _, value: _window(value)),
    "bonus": _by_scope(_bonus),
    "bonus_cap_per_order": _one(
        lambda voice, value: phrase("at most {amount} of bonus per order", amount=voice.amount(value))
    ),
    "bonus_cap_per_customer": _cap,
    "bonus_expires_months": _one(
        lambda _, value: phrase_n("the bonus lives {count} month", "the bonus lives {count} months", value)
    ),
    "bonus_on_exchanged": _yes_no(
        phrase("a bonus on exchanged items too"), phrase("no bonus on items that were an exchange")
    ),
    "bonus_when_at_fault": _yes_no(
        phrase("a bonus even where it was your mistake"), phrase("no bonus where it was your mistake")
    ),
    "restocking_percent": _one(
        lambda _, value: (
            phrase("restocking fee {percent} %", percent=number(value)) if value else phrase("no restocking fee")
        )
    ),
    "shipping_fee": _one(
        lambda voice, value: (
            phrase("return shipping {amount}", amount=voice.amount(value))
            if any(value.values())
            else phrase("no return shipping")
        )
    ),
    "waive_restocking_for": _for(
        lambda outcomes: phrase("no restocking fee for {outcomes}", outcomes=outcomes),
        phrase("restocking fee for every choice"),
    ),
    "waive_shipping_for": _for(
        lambda outcomes: phrase("no return shipping for {outcomes}", outcomes=outcomes),
        phrase("return shipping for every choice"),
    ),
    "merchant_at_fault": _yes_no(phrase("it counts as your mistake"), phrase("it does not count as your mistake")),
    "methods": _one(_methods),
    "keep_item_below": _one(
        lambda voice, value: phrase("refund without sending back below {amount}", amount=voice.amount(value))
    ),
    "photos": _yes_no(phrase("ask for a photo"), phrase("ask for no photo")),
    "question": _one(
        lambda voice, value: phrase("ask “{question}”", question=in_language(value, voice.spoken.code) or "")
    ),
    "approval": _one(
        lambda _, value: (
            phrase("approve at once") if value is Approval.AT_ONCE else phrase("a person looks at it first")
        )
    ),
    "money_events": _by_scope(_event),
    "no_receipt": _no_receipt,
}
"""By the effect's name in the document, in the order in which a sentence names them."""
