"""Rules that nothing meets as things stand: days that are over, goods, markets and countries that the shop does not
have, conditions that exclude each other. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from shopify_app.returns.amounts import SHOP, Amount
from shopify_app.returns.conditions import Conditions, Sum
from shopify_app.returns.destinations import Markets
from shopify_app.returns.rules import Policy

GOODS = ("product_ids", "variant_ids", "product_tags", "collection_ids", "product_types", "vendors")
"""Conditions that the shop's catalogue can be held against."""
_IN_TURN = ("days_since_order", "days_since_fulfilment", "days_since_delivery")
_SUMS = ("price_paid", "order_value", "return_value", "bonus_received")


class Why(StrEnum):
    PAST = "past"
    NO_GOODS = "no_goods"
    UNREAD = "unread"
    NO_MARKET = "no_market"
    NO_COUNTRY = "no_country"
    APART = "apart"


@dataclass(frozen=True)
class Known:
    """What rules are held against. `markets` None: we may not read them; `without_goods`: rules (by name) that no
    product in the catalogue fits (`writing.catalogued`)."""

    today: date
    currency: str
    markets: Markets
    without_goods: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Never:
    """`rule` applies to nothing new because of these of its `conditions`. Of NO_MARKET `names` are the handles that no
    market has; the rule still applies where it asks for others, too."""

    rule: str
    why: Why
    conditions: tuple[str, ...]
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        about = _SAID[self.why].format(what=" and ".join(self.conditions), names=", ".join(self.names))
        return f"“{self.rule}”: {about}"


_SAID = {
    Why.PAST: "the days of {what} are over; no order placed from now on fits.",
    Why.NO_GOODS: "no product in the shop's catalogue today fits {what}.",
    Why.UNREAD: "We do not know the shop's markets, so rules on markets apply to no order. Open the app in the shop's "
    "admin and accept the permission to read markets; they are read within a day.",
    Why.NO_MARKET: "no active market by country or region has the handle {names}; rules on it apply to no order.",
    Why.NO_COUNTRY: "no active market of the shop has one of its {what}; no order ships there.",
    Why.APART: "nothing can meet {what} at once.",
}


def never(policy: Policy, known: Known) -> tuple[Never, ...]:
    """What keeps rules of `policy` from applying to anything new, in the merchant's order."""
    return tuple(
        Never(rule.name, why, conditions, names)
        for rule in policy.rules
        for why, conditions, names in _of(rule.when, known, rule.name in known.without_goods)
    )


Found = tuple[Why, tuple[str, ...], tuple[str, ...]]


def _of(when: Conditions, known: Known, is_without_goods: bool) -> Iterator[Found]:
    if when.order_date is not None and when.order_date.last is not None and when.order_date.last < known.today:
        yield Why.PAST, ("order_date",), ()
    if is_without_goods:
        yield Why.NO_GOODS, tuple(name for name in GOODS if getattr(when, name) is not None), ()
    yield from _destinations(when, known.markets)
    for at, earlier in enumerate(_IN_TURN):
        for later in _IN_TURN[at + 1 :]:
            since, then = getattr(when, earlier), getattr(when, later)
            most, least = since and since.at_most, then and then.at_least
            if most is not None and least is not None and most < least:
                yield Why.APART, (earlier, later), ()
    yield from ((Why.APART, (name,), ()) for name in _SUMS if _is_empty(getattr(when, name), known.currency))


def _destinations(when: Conditions, markets: Markets) -> Iterator[Found]:
    if when.markets is not None and markets is None:
        yield Why.UNREAD, ("markets",), ()
    if not markets:
        if when.markets is not None and markets is not None:
            yield Why.NO_MARKET, ("markets",), when.markets
        return
    known = {each.handle.casefold(): each for each in markets}
    unknown = tuple(name for name in when.markets or () if name.casefold() not in known)
    if unknown:
        yield Why.NO_MARKET, ("markets",), unknown
    countries = {country.upper() for country in when.countries or ()}
    if not countries:
        return
    if not any(each.is_everywhere or _countries(each.regions) & countries for each in markets):
        yield Why.NO_COUNTRY, ("countries",), ()
        return
    meant = [known[name.casefold()] for name in when.markets or () if name.casefold() in known]
    if meant and not any(each.is_everywhere or _countries(each.regions) & countries for each in meant):
        yield Why.APART, ("markets", "countries"), ()


def _countries(regions: tuple[str, ...]) -> set[str]:
    return {region.split("-")[0] for region in regions}


def _is_empty(asked: Sum | None, currency: str) -> bool:
    """Whether nothing lies between the bounds in the shop's own currency, which may be written in two ways."""
    low, high = (_own(bound, currency) for bound in (asked and asked.at_least, asked and asked.at_most))
    return low is not None and high is not None and low > high


def _own(amount: Amount | None, currency: str) -> Decimal | None:
    return None if amount is None else amount.get(currency, amount.get(SHOP))
