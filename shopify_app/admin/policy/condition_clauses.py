"""Each condition of a rule as a clause: "the item is in Sale"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shopify_app.admin.policy import words
from shopify_app.admin.policy.voice import Voice
from shopify_app.i18n import AnyOf, Country, Day, Phrase, phrase, phrase_n
from shopify_app.returns.conditions import Count, Dates, Sum
from shopify_app.returns.presets import EU
from shopify_app.returns.vocabulary import Start

Words = Callable[[Voice, Any], Phrase]


def _any(said: Callable[..., Phrase], condition: str) -> Words:
    return lambda voice, values: said(values=voice.any_of(condition, values))


def _either(yes: Phrase, no: Phrase) -> Words:
    return lambda _, value: yes if value else no


def _countries(voice: Voice, values: tuple[str, ...]) -> Phrase:
    if {each.upper() for each in values} == set(EU):
        return phrase("the order ships to {values}", values=phrase("the European Union"))
    return phrase("the order ships to {values}", values=AnyOf(tuple(Country(each.upper()) for each in values)))


def _sum(least: Callable[..., Phrase], most: Callable[..., Phrase], between: Callable[..., Phrase]) -> Words:
    def said(voice: Voice, value: Sum) -> Phrase:
        low, high = (voice.amount(each) if each is not None else None for each in (value.at_least, value.at_most))
        if low is not None and high is not None:
            return between(low=low, high=high)
        return least(low=low) if low is not None else most(high=high)

    return said


def _count(least: Callable[..., Phrase], most: Callable[..., Phrase], between: Callable[..., Phrase]) -> Words:
    def said(_: Voice, value: Count) -> Phrase:
        if value.at_least is not None and value.at_most is not None:
            return between(low=value.at_least, high=value.at_most)
        return least(low=value.at_least) if value.at_least is not None else most(high=value.at_most)

    return said


def _since(start: Phrase) -> Words:
    return _count(
        lambda low: phrase_n(
            "at least {count} day has passed since {start}",
            "at least {count} days have passed since {start}",
            low,
            start=start,
        ),
        lambda high: phrase_n(
            "at most {count} day has passed since {start}",
            "at most {count} days have passed since {start}",
            high,
            start=start,
        ),
        lambda low, high: phrase("{low} to {high} days have passed since {start}", low=low, high=high, start=start),
    )


def _dates(_: Voice, value: Dates) -> Phrase:
    first, last = (Day(day, has_year=True) if day else None for day in (value.first, value.last))
    if first and last:
        return phrase("the order was placed from {first} to {last}", first=first, last=last)
    if first:
        return phrase("the order was placed on {first} or later", first=first)
    return phrase("the order was placed on {last} or earlier", last=last)


CONDITIONS: Mapping[str, Words] = {
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
    "customer_lists": lambda voice, values: phrase(
        "the customer is {values}", values=AnyOf(tuple(words.STANDINGS[each] for each in values))
    ),
    "order_count": _count(
        lambda low: phrase_n("the customer has {count} order or more", "the customer has {count} orders or more", low),
        lambda high: phrase_n(
            "the customer has {count} order or fewer", "the customer has {count} orders or fewer", high
        ),
        lambda low, high: phrase("the customer has {low} to {high} orders", low=low, high=high),
    ),
    "return_count": _count(
        lambda low: phrase_n(
            "the customer has {count} return or more", "the customer has {count} returns or more", low
        ),
        lambda high: phrase_n(
            "the customer has {count} return or fewer", "the customer has {count} returns or fewer", high
        ),
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
    "methods": lambda voice, values: phrase(
        "it comes back by {values}", values=AnyOf(tuple(words.METHODS[each] for each in values))
    ),
    "days_since_order": _since(words.STARTS[Start.ORDER]),
    "days_since_fulfilment": _since(words.STARTS[Start.FULFILMENT]),
    "days_since_delivery": _since(words.STARTS[Start.DELIVERY]),
}
"""By the condition's name in the document."""
