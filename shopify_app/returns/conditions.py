"""When a rule applies: every condition it names must hold. Also: which conditions are wider than others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, WithJsonSchema, model_validator

from shopify_app.money import Money
from shopify_app.returns.amounts import Amount
from shopify_app.returns.subjects import Subject
from shopify_app.returns.vocabulary import Method, Standing, Start
from shopify_app.returns.windows import day_of, days_since
from shopify_app.settings.shape import CountryCode, ShopifyId
from shopify_app.settings.shape import settings as document

Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]
AnyName = Annotated[tuple[Name, ...], Field(min_length=1)] | None
AnyId = Annotated[tuple[ShopifyId, ...], Field(min_length=1)] | None
Days = Annotated[int, Field(ge=0, le=36500)]
Country = Annotated[CountryCode, WithJsonSchema({"type": "string", "pattern": "^[A-Za-z]{2}$"})]


@document
class Count:
    """A number from `at_least` to `at_most`, both included; one may be left open."""

    at_least: Days | None = None
    at_most: Days | None = None

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        _check_bounds(self.at_least, self.at_most)
        return self

    def has(self, value: int, subject: Subject) -> bool:
        """Whether `value` lies between the bounds."""
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)

    def covers(self, other: Count) -> bool:
        """Whether `other` lies within these bounds."""
        return _reaches(self.at_least, other.at_least, lower=True) and _reaches(
            self.at_most, other.at_most, lower=False
        )


@document
class Sum:
    """An amount from `at_least` to `at_most`, both included; one may be left open."""

    at_least: Amount | None = None
    at_most: Amount | None = None

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        shared = set(self.at_least or {}) & set(self.at_most or {})
        for currency in shared:
            _check_bounds((self.at_least or {})[currency], (self.at_most or {})[currency])
        _check_bounds(None if self.at_least is None else 0, None if self.at_most is None else 0)
        return self

    def has(self, value: Money, subject: Subject) -> bool:
        """In the order's currency. A bound that cannot be expressed in it is not met."""
        rates = subject.order.rates
        here = rates.money(value)
        low = rates.amount(self.at_least) if self.at_least is not None else None
        high = rates.amount(self.at_most) if self.at_most is not None else None
        if here is None or (self.at_least is not None and low is None) or (self.at_most is not None and high is None):
            return False
        return (low is None or here >= low) and (high is None or here <= high)

    def covers(self, other: Sum) -> bool:
        """Bounds are compared currency by currency; bounds that name different currencies are not comparable."""
        return _sum_reaches(self.at_least, other.at_least, lower=True) and _sum_reaches(
            self.at_most, other.at_most, lower=False
        )


@document
class Dates:
    """Days of the shop's calendar from `first` to `last`, both included; one may be left open."""

    first: date | None = None
    last: date | None = None

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        _check_bounds(self.first, self.last)
        return self

    def has(self, value: date, subject: Subject) -> bool:
        """Whether the day lies between the bounds."""
        return (self.first is None or value >= self.first) and (self.last is None or value <= self.last)

    def covers(self, other: Dates) -> bool:
        """Whether `other` lies within these bounds."""
        return _reaches(self.first, other.first, lower=True) and _reaches(self.last, other.last, lower=False)


@document
class Conditions:
    """All that are named must hold; a list is met by any one of its values. Names are compared without case.

    A fact that is not known (a guest's tags, a reason not given yet, the delivery of a parcel still on its way) meets
    no condition on it.
    """

    product_ids: AnyId = None
    variant_ids: AnyId = None
    product_tags: AnyName = None
    collection_ids: AnyId = None
    product_types: AnyName = None
    vendors: AnyName = None
    price_paid: Sum | None = None
    """One unit's price after discounts."""
    discounted: bool | None = None
    discount_codes: AnyName = None
    final_sale: bool | None = None
    order_date: Dates | None = None
    countries: Annotated[tuple[Country, ...], Field(min_length=1)] | None = None
    """ISO codes of the destination."""
    markets: AnyName = None
    """Handles of the shop's markets; an order is in every active one that its destination belongs to."""
    channels: AnyName = None
    company: bool | None = None
    order_value: Sum | None = None
    customer_tags: AnyName = None
    customer_lists: Annotated[tuple[Standing, ...], Field(min_length=1)] | None = None
    """blocked, allowed, neither: the shop's own lists."""
    order_count: Count | None = None
    return_count: Count | None = None
    return_value: Sum | None = None
    bonus_received: Sum | None = None
    reasons: AnyName = None
    """Handles of return reasons."""
    methods: Annotated[tuple[Method, ...], Field(min_length=1)] | None = None
    days_since_order: Count | None = None
    days_since_fulfilment: Count | None = None
    days_since_delivery: Count | None = None

    def hold(self, subject: Subject, transit_days: int) -> bool:
        """Whether every named condition is met."""
        return all(_is_met(asked, _fact(name, subject, transit_days), subject) for name, asked in self._asked)

    def cover(self, *others: Conditions) -> bool:
        """Whether whatever meets all of `others` also meets these: equal or wider."""
        for name, asked in self._known.items():  # of hundreds of rules each is held against each
            for other in others:
                each = other._known.get(name)
                if each is not None and _is_wider(asked, each):
                    break
            else:
                return False
        return True

    def exclude(self, other: Conditions) -> bool:
        """Whether nothing can meet both."""
        return any(
            (each := other._known.get(name)) is not None and _are_apart(asked, each)
            for name, asked in self._known.items()
            if name not in _SEVERAL
        )

    @property
    def beyond_goods(self) -> tuple[str, ...]:
        """What is asked that only an order or its customer can answer."""
        return tuple(name for name, _ in self._asked if name not in ABOUT_GOODS)

    @cached_property
    def _asked(self) -> tuple[tuple[str, Any], ...]:
        """What is named of all that could be, found once: each line is held against it."""
        return tuple((f.name, getattr(self, f.name)) for f in fields(self) if getattr(self, f.name) is not None)

    @cached_property
    def _known(self) -> dict[str, Any]:
        """The same by name, lists as sets of names without case: conditions of a policy are held against each other."""
        return {name: _folded(asked) if isinstance(asked, tuple) else asked for name, asked in self._asked}


ABOUT_GOODS = frozenset(
    (
        *("product_ids", "variant_ids", "product_tags", "collection_ids"),
        *("product_types", "vendors", "final_sale", "reasons"),
    )
)
"""Conditions that can be judged without an order."""
_SEVERAL = frozenset(("product_tags", "collection_ids", "discount_codes", "markets", "customer_tags"))
"""Conditions on facts of which a line, an order or a customer has several."""
_FACTS: dict[str, Callable[[Subject], Any]] = {
    "product_ids": lambda s: s.line.product_id,
    "variant_ids": lambda s: s.line.variant_id,
    "product_tags": lambda s: s.line.product_tags,
    "collection_ids": lambda s: s.line.collection_ids,
    "product_types": lambda s: s.line.product_type,
    "vendors": lambda s: s.line.vendor,
    "price_paid": lambda s: s.line.price_paid,
    "discounted": lambda s: s.line.is_discounted,
    "discount_codes": lambda s: s.order.discount_codes,
    "final_sale": lambda s: s.line.is_final_sale,
    "order_date": lambda s: day_of(s.order.placed_at, s.order.zone),
    "countries": lambda s: s.order.country,
    "markets": lambda s: s.order.markets,
    "channels": lambda s: s.order.channel,
    "company": lambda s: s.order.is_company,
    "order_value": lambda s: s.order.value,
    "customer_tags": lambda s: s.customer and s.customer.tags,
    "customer_lists": lambda s: s.customer and s.customer.standing,
    "order_count": lambda s: s.customer and s.customer.order_count,
    "return_count": lambda s: s.customer and s.customer.return_count,
    "return_value": lambda s: s.customer and s.customer.return_value,
    "bonus_received": lambda s: s.customer and s.customer.bonus_received,
    "reasons": lambda s: s.notice.reason,
    "methods": lambda s: s.notice.method,
}
_SINCE = {
    "days_since_order": Start.ORDER,
    "days_since_fulfilment": Start.FULFILMENT,
    "days_since_delivery": Start.DELIVERY,
}


def _fact(name: str, subject: Subject, transit_days: int) -> Any:
    if name in _SINCE:
        return days_since(subject, _SINCE[name], transit_days)
    return _FACTS[name](subject)


def _is_met(asked: Any, fact: Any, subject: Subject) -> bool:
    if fact is None:
        return False
    if isinstance(asked, tuple):
        return bool(_folded(asked) & _folded(fact if isinstance(fact, frozenset) else (fact,)))
    return asked == fact if isinstance(asked, bool) else asked.has(fact, subject)


def _is_wider(asked: Any, other: Any) -> bool:
    if isinstance(asked, set):
        return other <= asked
    return asked == other if isinstance(asked, bool) else asked.covers(other)


def _are_apart(asked: Any, other: Any) -> bool:
    """Whether no single value is in both."""
    if isinstance(asked, set):
        return not other & asked
    if isinstance(asked, bool):
        return asked != other
    if isinstance(asked, Dates):
        bounds = [(asked.first, other.last), (other.first, asked.last)]
    else:
        bounds = [(asked.at_least, other.at_most), (other.at_least, asked.at_most)]
    return any(low is not None and high is not None and _is_above(low, high) for low, high in bounds)


def _is_above(low: Any, high: Any) -> bool:
    """Of amounts: in every currency, and both name the same."""
    if not isinstance(low, dict):
        return low > high
    return set(low) == set(high) and all(low[currency] > high[currency] for currency in low)


def _folded(values: Iterable[Any]) -> set[Any]:
    return {value.casefold() if isinstance(value, str) else value for value in values}


def _check_bounds(low: Any, high: Any) -> None:
    if low is None and high is None:
        raise ValueError("name at least one bound.")
    if low is not None and high is not None and low > high:
        raise ValueError(f"{low} is above {high}: nothing can be between them.")


def _reaches(mine: Any, other: Any, *, lower: bool) -> bool:
    if mine is None:
        return True
    return other is not None and (mine <= other if lower else mine >= other)


def _sum_reaches(mine: dict[str, Any] | None, other: dict[str, Any] | None, *, lower: bool) -> bool:
    if mine is None:
        return True
    return (
        other is not None
        and set(mine) == set(other)
        and all(_reaches(mine[currency], other[currency], lower=lower) for currency in mine)
    )
