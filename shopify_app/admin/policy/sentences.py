"""A rule as the merchant reads it: "When the item is in Sale and the order ships to Germany, allow refund ..."."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from babel.lists import format_list
from markupsafe import Markup, escape

from shopify_app.admin.policy import words
from shopify_app.i18n import AnyOf, Country, Day, Language, Phrase, phrase, phrase_n
from shopify_app.money import Money
from shopify_app.returns.amounts import SHOP, Amount
from shopify_app.returns.conditions import Conditions, Count, Dates, Sum
from shopify_app.returns.effects import Bonus, CustomerCap, NoReceipt, Window
from shopify_app.returns.presets import EU
from shopify_app.returns.rules import Rule
from shopify_app.returns.shadowing import Shadow
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, ProofLevel, Scope, Start

NO_NAMES: Mapping[Any, str] = {}
_CHOSEN = frozenset(Scope) - {Scope.ANY, Scope.KEEP_ITEM}


@dataclass(frozen=True)
class Names:
    """What ids and handles are called, by the condition that names them; what is gone has none."""

    of: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)

    def name(self, condition: str, value: Any) -> str:
        """The name, else the id itself with a sign that nobody knows it."""
        found = self.of.get(condition, NO_NAMES).get(value)
        return found or (f"#{value}" if isinstance(value, int) else str(value))


@dataclass(frozen=True)
class Teller:
    """Says rules in one language. `currency`: the shop's, in which amounts without a currency are."""

    spoken: Language
    names: Names
    currency: str

    def markup(self, rule: Rule) -> Markup:
        """The sentence, what was chosen in bold."""
        return Markup(self._sentence(rule, lambda said: self.spoken.say(said, frame=_escaped, dress=_strong)))

    def text(self, rule: Rule) -> str:
        """The same without marks."""
        return self._sentence(rule, self.spoken.say)

    def conditions(self, when: Conditions) -> list[tuple[str, Phrase]]:
        """Each condition by name, as a clause."""
        asked = [(each.name, value) for each in fields(when) if (value := getattr(when, each.name)) is not None]
        return [(name, _CONDITIONS[name](self, value)) for name, value in asked]

    def effects(self, rule: Rule) -> list[tuple[str, Phrase]]:
        """Each effect by name, as clauses."""
        then = rule.then
        asked = [(each.name, value) for each in fields(then) if (value := getattr(then, each.name)) is not None]
        asked.sort(key=lambda each: _ORDER.index(each[0]))
        return [(name, clause) for name, value in asked for clause in _EFFECTS[name](self, value)]

    def shadows(self, found: Iterable[Shadow]) -> tuple[str, ...]:
        """Why parts of a rule never decide anything: a sentence for each rule that comes first."""
        by_rule: dict[str, list[Shadow]] = {}
        for each in found:
            by_rule.setdefault(each.by, []).append(each)
        return tuple(
            self.spoken.say(
                phrase(
                    "“{rule}” comes first and has decided this wherever this rule applies: {what}.",
                    rule=rule,
                    what="; ".join(map(self._shadowed, dead)),
                )
            )
            for rule, dead in by_rule.items()
        )

    def _shadowed(self, dead: Shadow) -> str:
        what, outcomes = self.spoken.say(words.EFFECTS[dead.effect]), [o for o in dead.outcomes if o in _CHOSEN]
        if not outcomes or set(outcomes) == _CHOSEN:
            return what
        return f"{what} ({self.all_of(words.SCOPES[each] for each in outcomes)})"

    def amount(self, amount: Amount) -> str:
        """``€50.00``, further currencies after it."""
        said = [self.spoken.money(Money.parse(value, self.currency if key == SHOP else key)) for key, value in
                sorted(amount.items(), key=lambda each: each[0] != SHOP)]  # fmt: skip
        return said[0] if len(said) == 1 else f"{said[0]} ({', '.join(said[1:])})"

    def all_of(self, named: Iterable[Phrase | str]) -> str:
        """``refund, store credit and shop now``."""
        return format_list([each if isinstance(each, str) else self.spoken.say(each) for each in named],
                           style="standard", locale=self.spoken.locale)  # fmt: skip

    def any_of(self, condition: str, values: Iterable[Any]) -> AnyOf:
        """Values by name; reasons are quoted, since each is a sentence of its own."""
        named = (self.names.name(condition, each) for each in values)
        if condition == "reasons":
            return AnyOf(tuple(phrase("“{name}”", name=str(each)) for each in named))
        return AnyOf(tuple(named))

    def _sentence(self, rule: Rule, say: Callable[[Phrase], str]) -> str:
        conditions = [say(clause) for _, clause in self.conditions(rule.when)]
        effects = [say(clause) for _, clause in self.effects(rule)] or [say(phrase("decide nothing"))]
        done = ", ".join(effects)
        if not conditions:
            return say(phrase("Always: {effects}.")).replace("{effects}", done)
        asked = format_list(conditions, style="standard", locale=self.spoken.locale)
        return say(phrase("When {conditions}, {effects}.")).replace("{conditions}", asked).replace("{effects}", done)


def number(value: Decimal | None) -> Decimal:
    """A percentage without needless zeros, for the language to write: ``12.5``, ``12,5``; None is zero."""
    return (value or Decimal(0)).normalize()


def _escaped(text: str) -> str:
    return str(escape(text))


def _strong(text: str) -> str:
    return f"<strong>{escape(text)}</strong>"


Words = Callable[[Teller, Any], Phrase]


def _any(said: Callable[..., Phrase], condition: str) -> Words:
    return lambda teller, values: said(values=teller.any_of(condition, values))


def _either(yes: Phrase, no: Phrase) -> Words:
    return lambda _, value: yes if value else no


def _countries(teller: Teller, values: tuple[str, ...]) -> Phrase:
    if {each.upper() for each in values} == set(EU):
        return phrase("the order ships to {values}", values=phrase("the European Union"))
    return phrase("the order ships to {values}", values=AnyOf(tuple(Country(each.upper()) for each in values)))


def _sum(least: Callable[..., Phrase], most: Callable[..., Phrase], between: Callable[..., Phrase]) -> Words:
    def said(teller: Teller, value: Sum) -> Phrase:
        low, high = (teller.amount(each) if each is not None else None for each in (value.at_least, value.at_most))
        if low is not None and high is not None:
            return between(low=low, high=high)
        return least(low=low) if low is not None else most(high=high)

    return said


def _count(least: Callable[..., Phrase], most: Callable[..., Phrase], between: Callable[..., Phrase]) -> Words:
    def said(_: Teller, value: Count) -> Phrase:
        if value.at_least is not None and value.at_most is not None:
            return between(low=value.at_least, high=value.at_most)
        return least(low=value.at_least) if value.at_least is not None else most(high=value.at_most)

    return said


def _since(start: Phrase) -> Words:
    return _count(
        lambda low: phrase("at least {low} days have passed since {start}", low=low, start=start),
        lambda high: phrase("at most {high} days have passed since {start}", high=high, start=start),
        lambda low, high: phrase("{low} to {high} days have passed since {start}", low=low, high=high, start=start),
    )


def _dates(_: Teller, value: Dates) -> Phrase:
    first, last = (Day(day, has_year=True) if day else None for day in (value.first, value.last))
    if first and last:
        return phrase("the order was placed from {first} to {last}", first=first, last=last)
    if first:
        return phrase("the order was placed on {first} or later", first=first)
    return phrase("the order was placed on {last} or earlier", last=last)


_CONDITIONS: Mapping[str, Words] = {
    "product_ids": _any(lambda values: phrase("the item is {values}", values=values), "product_ids"),
    "variant_ids": _any(lambda values: phrase("the item is {values}", values=values), "variant_ids"),
    "product_tags": _any(lambda values: phrase("the item is tagged {values}", values=values), "product_tags"),
    "collection_ids": _any(lambda values: phrase("the item is in {values}", values=values), "collection_ids"),
    "product_types": _any(lambda values: phrase("the item is of the type {values}", values=values), "product_types"),
    "vendors": _any(lambda values: phrase("the item is by {values}", values=values), "vendors"),
    "price_paid": _sum(
        lambda low: phrase("the item cost {low} or more", low=low),
        lambda high: phrase("the item cost {high} or less", high=high),
        lambda low, high: phrase("the item cost {low} to {high}", low=low, high=high),
    ),
    "discounted": _either(
        phrase("the item was bought at a reduced price"), phrase("the item was bought at full price")
    ),
    "discount_codes": _any(lambda values: phrase("the order used the code {values}", values=values), "discount_codes"),
    "final_sale": _either(phrase("the item is tagged as final sale"), phrase("the item is not final sale")),
    "order_date": _dates,
    "countries": _countries,
    "markets": _any(lambda values: phrase("the order is in the market {values}", values=values), "markets"),
    "channels": _any(lambda values: phrase("the order came through {values}", values=values), "channels"),
    "company": _either(phrase("a company bought it"), phrase("a private person bought it")),
    "order_value": _sum(
        lambda low: phrase("the order came to {low} or more", low=low),
        lambda high: phrase("the order came to {high} or less", high=high),
        lambda low, high: phrase("the order came to {low} to {high}", low=low, high=high),
    ),
    "customer_tags": _any(lambda values: phrase("the customer is tagged {values}", values=values), "customer_tags"),
    "customer_lists": lambda teller, values: phrase(
        "the customer is {values}", values=AnyOf(tuple(words.STANDINGS[each] for each in values))
    ),
    "order_count": _count(
        lambda low: phrase("the customer has {low} orders or more", low=low),
        lambda high: phrase("the customer has {high} orders or fewer", high=high),
        lambda low, high: phrase("the customer has {low} to {high} orders", low=low, high=high),
    ),
    "return_count": _count(
        lambda low: phrase("the customer has {low} returns or more", low=low),
        lambda high: phrase("the customer has {high} returns or fewer", high=high),
        lambda low, high: phrase("the customer has {low} to {high} returns", low=low, high=high),
    ),
    "return_value": _sum(
        lambda low: phrase("the customer has returned goods for {low} or more", low=low),
        lambda high: phrase("the customer has returned goods for {high} or less", high=high),
        lambda low, high: phrase("the customer has returned goods for {low} to {high}", low=low, high=high),
    ),
    "bonus_received": _sum(
        lambda low: phrase("the customer has had {low} or more in bonuses", low=low),
        lambda high: phrase("the customer has had {high} or less in bonuses", high=high),
        lambda low, high: phrase("the customer has had {low} to {high} in bonuses", low=low, high=high),
    ),
    "reasons": _any(lambda values: phrase("the reason is {values}", values=values), "reasons"),
    "methods": lambda teller, values: phrase(
        "it comes back by {values}", values=AnyOf(tuple(words.METHODS[each] for each in values))
    ),
    "days_since_order": _since(words.STARTS[Start.ORDER]),
    "days_since_fulfilment": _since(words.STARTS[Start.FULFILMENT]),
    "days_since_delivery": _since(words.STARTS[Start.DELIVERY]),
}


def _outcomes(teller: Teller, value: tuple[Outcome, ...]) -> Iterator[Phrase]:
    if not value:
        yield phrase("allow {nothing}", nothing=phrase("no return"))
        return
    yield phrase("allow {outcomes}", outcomes=teller.all_of(words.OUTCOMES[each] for each in value))


def _window(window: Window) -> Phrase:
    after = words.STARTS[window.counted_from]
    first, last = window.earliest_day, window.latest_day
    if last is None:
        return phrase("from day {first} after {start}, without end", first=first, start=after) if first else _ENDLESS
    if first:
        return phrase("from day {first} to day {last} after {start}", first=first, last=last, start=after)
    return phrase_n("until {count} day after {start}", "until {count} days after {start}", last, start=after)


_ENDLESS = phrase("without a time limit")


def _by_scope(said: Callable[[Teller, Any], Phrase]) -> Callable[[Teller, Mapping[Scope, Any]], Iterator[Phrase]]:
    """One clause where all are alike, else one an outcome."""

    def clauses(teller: Teller, values: Mapping[Scope, Any]) -> Iterator[Phrase]:
        if set(values) == {Scope.ANY}:
            yield said(teller, values[Scope.ANY])
            return
        for scope, value in sorted(values.items(), key=lambda each: (each[0] is Scope.ANY, list(Scope).index(each[0]))):
            yield phrase("for {outcome} {terms}", outcome=words.SCOPES[scope], terms=said(teller, value))

    return clauses


def _bonus(teller: Teller, bonus: Bonus) -> Phrase:
    if bonus.flat is not None:
        return phrase("bonus {amount}", amount=teller.amount(bonus.flat))
    if not bonus.percent:
        return phrase("no bonus")
    return phrase("bonus {percent} %", percent=number(bonus.percent))


def _cap(teller: Teller, cap: CustomerCap) -> Iterator[Phrase]:
    yield phrase(
        "at most {amount} of bonus per customer within {days} days", amount=teller.amount(cap.amount), days=cap.days
    )


def _no_receipt(teller: Teller, then: NoReceipt) -> Iterator[Phrase]:
    if then.proof is ProofLevel.ORDER:
        yield phrase("nothing without an order")
        return
    price = words.PRICES[then.price]
    percent = number(then.percent)
    if then.proof is ProofLevel.GIFT:
        yield phrase("without an order but with proof {percent} % of {price} as credit", percent=percent, price=price)
    else:
        yield phrase("without an order {percent} % of {price} as credit", percent=percent, price=price)
    if then.cap_per_person is not None:
        amount, days = teller.amount(then.cap_per_person.amount), then.cap_per_person.days
        yield phrase("at most {amount} of it per person within {days} days", amount=amount, days=days)


def _one(said: Callable[[Teller, Any], Phrase]) -> Callable[[Teller, Any], Iterator[Phrase]]:
    return lambda teller, value: iter((said(teller, value),))


def _yes_no(yes: Phrase, no: Phrase) -> Callable[[Teller, Any], Iterator[Phrase]]:
    return lambda _, value: iter((yes if value else no,))


def _for(some: Callable[..., Phrase], none: Phrase) -> Callable[[Teller, Any], Iterator[Phrase]]:
    return lambda teller, value: iter(
        (some(outcomes=teller.all_of(words.OUTCOMES[each] for each in value)) if value else none,)
    )


def _methods(teller: Teller, value: tuple[Method, ...]) -> Phrase:
    if not value:
        return phrase("offer {nothing}", nothing=phrase("no way back"))
    return phrase("back by {methods}", methods=teller.all_of(words.METHODS[each] for each in value))


def _event(_: Teller, value: MoneyEvent) -> Phrase:
    return phrase("money moves {when}", when=words.EVENTS[value])


_EFFECTS: Mapping[str, Callable[[Teller, Any], Iterable[Phrase]]] = {
    "outcomes": _outcomes,
    "windows": _by_scope(lambda _, value: _window(value)),
    "bonus": _by_scope(_bonus),
    "bonus_cap_per_order": _one(
        lambda teller, value: phrase("at most {amount} of bonus per order", amount=teller.amount(value))
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
        lambda teller, value: (
            phrase("return shipping {amount}", amount=teller.amount(value))
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
        lambda teller, value: phrase("refund without sending back below {amount}", amount=teller.amount(value))
    ),
    "photos": _yes_no(phrase("ask for a photo"), phrase("ask for no photo")),
    "question": _one(lambda _, value: phrase("ask “{question}”", question=next(iter(value.values()), ""))),
    "approval": _one(
        lambda _, value: (
            phrase("approve at once") if value is Approval.AT_ONCE else phrase("a person looks at it first")
        )
    ),
    "money_events": _by_scope(_event),
    "no_receipt": _no_receipt,
}
_ORDER = list(_EFFECTS)
