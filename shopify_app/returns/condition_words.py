"""When a rule applies, in words for everybody: a phrase for each condition. Pure.

Discount codes, and the tags and lists of customers, are the shop's own affair: they are said without their names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from shopify_app.i18n import AnyOf, Country, Day, Phrase, phrase, phrase_n
from shopify_app.returns import explain
from shopify_app.returns.amounts import Rates
from shopify_app.returns.conditions import Conditions, Count, Dates, Sum
from shopify_app.returns.presets import EU
from shopify_app.returns.vocabulary import Method, Start
from shopify_app.shopify.markets import MarketSnapshot

AFTER: dict[Start, Phrase] = {
    Start.ORDER: phrase("after the order"),
    Start.FULFILMENT: phrase("after dispatch"),
    Start.DELIVERY: phrase("after delivery"),
}
MOST_COUNTRIES = 8
"""More of a market's than this are no sentence any more."""
_CHANNELS = {"web": phrase("our online shop"), "pos": phrase("our store")}


@dataclass(frozen=True)
class Names:
    """What the ids and handles of a policy are called; what is gone or was never known is missing."""

    products: Mapping[int, str] = field(default_factory=dict)
    variants: Mapping[int, str] = field(default_factory=dict)
    collections: Mapping[int, str] = field(default_factory=dict)
    reasons: Mapping[str, Phrase | str] = field(default_factory=dict)
    markets: Mapping[str, MarketSnapshot] = field(default_factory=dict)
    """By handle, in lower case."""


def conditions_in_words(when: Conditions, names: Names, rates: Rates) -> tuple[Phrase, ...]:
    """A phrase for each thing that must hold, each once; `rates` has the currency that amounts are said in.

    Empty where a condition has no words (an id without a name, an amount in no known currency), and where nothing is
    asked.
    """
    asked = [(part.name, value) for part in fields(when) if (value := getattr(when, part.name)) is not None]
    said = [_WORDS[name](value, names, rates) for name, value in asked]
    return () if None in said else tuple(dict.fromkeys(each for each in said if each))


Words = Callable[[Any, Names, Rates], Phrase | None]


def _named(said: Callable[[AnyOf], Phrase], known: Callable[[Names], Mapping[Any, Phrase | str]]) -> Words:
    """Of ids or handles, where each has a name."""

    def words(asked: Iterable[Any], names: Names, rates: Rates) -> Phrase | None:
        found = [known(names).get(each) for each in asked]
        return None if None in found else said(AnyOf(tuple(each for each in found if each)))

    return words


def _any(said: Callable[[AnyOf], Phrase]) -> Words:
    return lambda asked, names, rates: said(AnyOf(tuple(asked)))


def _always(said: Phrase) -> Words:
    return lambda asked, names, rates: said


def _either(yes: Phrase, no: Phrase) -> Words:
    return lambda asked, names, rates: yes if asked else no


def _countries(asked: tuple[str, ...], names: Names, rates: Rates) -> Phrase:
    if {each.upper() for each in asked} == set(EU):
        return phrase("Orders to the European Union")
    return phrase("Orders to {countries}", countries=AnyOf(tuple(Country(each.upper()) for each in asked)))


def _markets(asked: tuple[str, ...], names: Names, rates: Rates) -> Phrase:
    """As countries where those are few: what the shop calls its markets is nothing that shoppers know."""
    found = [names.markets.get(each.casefold()) for each in asked]
    regions = {region for market in found if market for region in market.regions}
    has_list = all(market is not None and market.regions for market in found)
    is_short = len(regions) <= MOST_COUNTRIES or regions == set(EU)
    if has_list and is_short and not any("-" in region for region in regions):
        return _countries(tuple(sorted(regions)), names, rates)
    called = [market.name if market else handle for market, handle in zip(found, asked, strict=True)]
    return phrase("Orders in the market {markets}", markets=AnyOf(tuple(called)))


def _channels(asked: tuple[str, ...], names: Names, rates: Rates) -> Phrase | None:
    found = [_CHANNELS.get(each.casefold()) for each in asked]
    if None in found:
        return None
    return phrase("Orders through {channels}", channels=AnyOf(tuple(each for each in found if each)))


def _reasons(asked: tuple[str, ...], names: Names, rates: Rates) -> Phrase | None:
    found = [names.reasons.get(each) for each in asked]
    if None in found:
        return None
    quoted = [phrase("“{name}”", name=each) for each in found]
    return phrase("Reason: {reasons}", reasons=AnyOf(tuple(quoted)))


def _methods(asked: tuple[Method, ...], names: Names, rates: Rates) -> Phrase:
    return phrase("Way back: {methods}", methods=AnyOf(tuple(explain.METHODS[each] for each in asked)))


def _dates(asked: Dates, names: Names, rates: Rates) -> Phrase:
    first, last = (Day(day, has_year=True) if day else None for day in (asked.first, asked.last))
    if first and last:
        return phrase("Orders from {first} to {last}", first=first, last=last)
    return phrase("Orders from {day} on", day=first) if first else phrase("Orders until {day}", day=last)


def _sum(least: Callable[..., Phrase], most: Callable[..., Phrase], between: Callable[..., Phrase]) -> Words:
    def words(asked: Sum, names: Names, rates: Rates) -> Phrase | None:
        low, high = (rates.amount(bound) if bound is not None else None for bound in (asked.at_least, asked.at_most))
        if (asked.at_least is not None and low is None) or (asked.at_most is not None and high is None):
            return None
        if low is not None and high is not None:
            return between(low=low, high=high)
        return least(amount=low) if low is not None else most(amount=high)

    return words


def _count(least: Callable[[int], Phrase], most: Callable[[int], Phrase], between: Callable[..., Phrase]) -> Words:
    def words(asked: Count, names: Names, rates: Rates) -> Phrase:
        if asked.at_least is not None and asked.at_most is not None:
            return between(low=asked.at_least, high=asked.at_most)
        return least(asked.at_least) if asked.at_least is not None else most(asked.at_most or 0)

    return words


def _since(start: Start) -> Words:
    after = AFTER[start]
    return _count(
        lambda n: phrase("From day {day} {after}", day=n, after=after),
        lambda n: phrase("Until day {day} {after}", day=n, after=after),
        lambda low, high: phrase("Day {low} to {high} {after}", low=low, high=high, after=after),
    )


_CERTAIN = phrase("Certain customers")
_WORDS: dict[str, Words] = {
    "product_ids": _named(lambda n: phrase("{products}", products=n), lambda names: names.products),
    "variant_ids": _named(lambda n: phrase("{products}", products=n), lambda names: names.variants),
    "product_tags": _any(lambda n: phrase("Items marked {tags}", tags=n)),
    "collection_ids": _named(lambda n: phrase("Items from {collections}", collections=n), lambda n: n.collections),
    "product_types": _any(lambda n: phrase("Items of the kind {kinds}", kinds=n)),
    "vendors": _any(lambda n: phrase("Items by {makers}", makers=n)),
    "price_paid": _sum(
        lambda amount: phrase("Items for {amount} or more", amount=amount),
        lambda amount: phrase("Items for {amount} or less", amount=amount),
        lambda low, high: phrase("Items for {low} to {high}", low=low, high=high),
    ),
    "discounted": _either(phrase("Items bought at a reduced price"), phrase("Items bought at full price")),
    "discount_codes": _always(phrase("Orders with certain discount codes")),
    "final_sale": _either(phrase("Final sale items"), phrase("Items that are not final sale")),
    "order_date": _dates,
    "countries": _countries,
    "markets": _markets,
    "channels": _channels,
    "company": _either(phrase("Company orders"), phrase("Orders by private persons")),
    "order_value": _sum(
        lambda amount: phrase("Orders of {amount} or more", amount=amount),
        lambda amount: phrase("Orders of {amount} or less", amount=amount),
        lambda low, high: phrase("Orders of {low} to {high}", low=low, high=high),
    ),
    "customer_tags": _always(_CERTAIN),
    "customer_lists": _always(_CERTAIN),
    "order_count": _count(
        lambda n: phrase_n("Customers with at least {count} order", "Customers with at least {count} orders", n),
        lambda n: phrase_n("Customers with at most {count} order", "Customers with at most {count} orders", n),
        lambda low, high: phrase("Customers with {low} to {high} orders", low=low, high=high),
    ),
    "return_count": _count(
        lambda n: phrase_n("Customers with at least {count} return", "Customers with at least {count} returns", n),
        lambda n: phrase_n("Customers with at most {count} return", "Customers with at most {count} returns", n),
        lambda low, high: phrase("Customers with {low} to {high} returns", low=low, high=high),
    ),
    "return_value": _sum(
        lambda amount: phrase("Customers who returned items for {amount} or more", amount=amount),
        lambda amount: phrase("Customers who returned items for {amount} or less", amount=amount),
        lambda low, high: phrase("Customers who returned items for {low} to {high}", low=low, high=high),
    ),
    "bonus_received": _sum(
        lambda amount: phrase("Customers who received {amount} or more in bonuses", amount=amount),
        lambda amount: phrase("Customers who received {amount} or less in bonuses", amount=amount),
        lambda low, high: phrase("Customers who received {low} to {high} in bonuses", low=low, high=high),
    ),
    "reasons": _reasons,
    "methods": _methods,
    "days_since_order": _since(Start.ORDER),
    "days_since_fulfilment": _since(Start.FULFILMENT),
    "days_since_delivery": _since(Start.DELIVERY),
}
"""Of each condition; None where it has no words."""
