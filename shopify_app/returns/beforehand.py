"""What may be promised of returns before anything is bought: the policy as a short list that a theme can read. Pure.

On a product page little is known: the product, the country, that somebody is in the online shop. Of everything else,
customer, price after discounts, reason, only what is worst for the shopper may be said. Each rule becomes a case with
what the theme can hold against a product, and whether that is all it asks. The theme goes through the cases that fit,
keeps the worst that is said, and stops with the first that is sure. Rules for the shop's own mistakes are left out: it
is a change of mind that is promised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

from shopify_app.returns.conditions import Conditions, Dates
from shopify_app.returns.destinations import Markets, by_country
from shopify_app.returns.effect_words import FREE_WAYS
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.vocabulary import Outcome, Scope, Start

NO_LIMIT = 99_999
"""Days that stand for no limit."""
REFUND, SOMETHING, NOTHING = 2, 1, 0
"""What may be chosen, the best first."""
UNSAYABLE: list[dict[str, Any]] = [{"may": [REFUND, 0]}]
"""Cases from which a theme can only tell that it depends on the order."""
_STARTS = (Start.DELIVERY, Start.FULFILMENT, Start.ORDER)
"""From the latest beginning to the earliest: of two windows of equal length the later beginning is the kinder."""
_ONLINE_SHOP = "web"
_KNOWN = {
    "product_ids": "product",
    "variant_ids": "variants",
    "product_tags": "tags",
    "collection_ids": "collections",
    "product_types": "type",
    "vendors": "vendor",
    "countries": "country",
}
"""Conditions that a theme can check, and what it holds them against."""


def cases(
    policy: Policy,
    offered: tuple[Outcome, ...],
    final_sale_tags: Iterable[str],
    today: date,
    markets: Markets = None,
) -> list[dict[str, Any]]:
    """The rules that say what may be chosen or until when, in order, for orders placed on `today` or the day after.
    `markets`: the shop's, None where nobody knows them.

    A case: ``fits``, all of which must hold: ``{"of": "tags", "any": [...]}`` or ``"none"``, names in lower case. And
    what it says: ``may`` (`REFUND`, `SOMETHING` or `NOTHING`, then whether that is sure), ``refund`` and ``other``:
    first day, last day, where they count from (0 delivery, 1 dispatch, 2 order), whether that is sure.
    """
    tags = sorted(final_sale_tags)
    found = (_case(rule, offered, tags, today) for rule in by_country(policy, markets))
    return [each for each in found if each is not None]


def is_free(policy: Policy) -> bool:
    """Whether no refund of a change of mind can ever cost the shopper anything: no rule asks for a fee, and wherever
    ways back are named, the shop pays for all of them."""
    rules = [rule for rule in policy.rules if not rule.then.merchant_at_fault]
    ways = [rule.then.methods for rule in rules if rule.then.methods is not None]
    has_fees = any(_asks_for_money(rule.then) for rule in rules)
    is_decided = any(rule.when == Conditions() and rule.then.methods is not None for rule in rules)
    return is_decided and not has_fees and all(FREE_WAYS.issuperset(each) for each in ways)


def asks_for_country(policy: Policy, markets: Markets = None) -> bool:
    """Whether what is promised holds for the shopper's country only."""
    return any(rule.when.countries is not None for rule in by_country(policy, markets))


def _asks_for_money(then: Effects) -> bool:
    return bool(then.restocking_percent or any((then.shipping_fee or {}).values()))


def _case(rule: Rule, offered: tuple[Outcome, ...], tags: list[str], today: date) -> dict[str, Any] | None:
    """None where the rule can say nothing before buying, or cannot apply."""
    asked = {part.name: value for part in fields(rule.when) if (value := getattr(rule.when, part.name)) is not None}
    answers = [_ASKED.get(name, _unknown)(value, today) for name, value in asked.items()]
    effects = _effects(rule.then, offered, all(answers))
    if rule.then.merchant_at_fault or not effects or False in answers:
        return None
    fits = [{"of": of, "any": [_plain(each) for each in asked[name]]} for name, of in _KNOWN.items() if name in asked]
    if rule.when.final_sale is not None:
        fits.append({"of": "tags", "any" if rule.when.final_sale else "none": tags})
    return ({"fits": fits} if fits else {}) | effects


def _plain(name: Any) -> Any:
    return name.lower() if isinstance(name, str) else name


def _effects(then: Effects, offered: tuple[Outcome, ...], is_sure: bool) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if then.outcomes is not None:
        chosen = [each for each in offered if each in then.outcomes]
        said["may"] = [REFUND if Outcome.REFUND in chosen else SOMETHING if chosen else NOTHING, int(is_sure)]
    others = tuple(each for each in offered if each is not Outcome.REFUND)
    for name, outcomes in (("refund", (Outcome.REFUND,)), ("other", others)):
        windows = [window for each in outcomes if (window := _window(then, each))]
        if windows:
            said[name] = [*_worst(windows), int(is_sure and len(windows) == len(outcomes))]
    return said


def _window(then: Effects, outcome: Outcome) -> Window | None:
    windows = then.windows or {}
    return windows.get(Scope(outcome), windows.get(Scope.ANY))


def _worst(windows: list[Window]) -> list[int]:
    """First day, last day, start: each the worst among them."""
    return [
        max(window.earliest_day for window in windows),
        min(NO_LIMIT if window.latest_day is None else window.latest_day for window in windows),
        max(_STARTS.index(window.counted_from) for window in windows),
    ]


def _on_this_day(asked: Dates, today: date) -> bool | None:
    """Orders of today and, until this is read again, of tomorrow."""
    met = {_lies(asked, today), _lies(asked, today + timedelta(days=1))}
    return met.pop() if len(met) == 1 else None


def _lies(asked: Dates, day: date) -> bool:
    return (asked.first is None or day >= asked.first) and (asked.last is None or day <= asked.last)


def _unknown(asked: Any, today: date) -> bool | None:
    return None


def _theme_tells(asked: Any, today: date) -> bool | None:
    return True


_ASKED: dict[str, Callable[[Any, date], bool | None]] = {
    **dict.fromkeys((*_KNOWN, "final_sale"), _theme_tells),
    "variant_ids": _unknown,  # the theme tells whether one of the product's is meant, not which of them is bought
    "order_date": _on_this_day,
    "channels": lambda asked, today: _ONLINE_SHOP in [each.casefold() for each in asked],
}
"""What is known of every order that begins on a product page; None: not before it is placed."""
