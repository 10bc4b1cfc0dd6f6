"""The bonus: percent or flat, rounded over the whole order, under caps per order and per customer and period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import lcm

from shopify_app.money import Money, total
from shopify_app.returns.amounts import Rates
from shopify_app.returns.units import Accepted, percent_of, step
from shopify_app.returns.verdicts import Promise


class GrantState(StrEnum):
    """The life of a bonus. Promised ones are reserved under the caps; lapsed and void ones no longer count."""

    PROMISED = "promised"
    VESTED = "vested"
    ISSUED = "issued"
    CONSUMED = "consumed"
    LAPSED = "lapsed"
    VOID = "void"


COUNTED = frozenset({GrantState.PROMISED, GrantState.VESTED, GrantState.ISSUED, GrantState.CONSUMED})


@dataclass(frozen=True)
class Grant:
    """A bonus of the customer or of the order; `amount` in the order's or the shop's currency. Of a bonus partly
    consumed and partly lapsed, `amount` is the consumed part."""

    at: datetime
    amount: Money
    order_id: int
    request_id: str
    state: GrantState


@dataclass(frozen=True)
class Earning:
    """One line's claim: `net` accepted, `fees` charged on it, `requested` value before tax of all units asked for."""

    line_id: int
    net: Money
    fees: Money
    requested: Money
    promise: Promise | None


@dataclass(frozen=True)
class Earned:
    """A line's bonus under the caps; `flat` is what it earned of a flat bonus, before them."""

    bonus: Money
    flat: Money


@dataclass(frozen=True)
class Purview:
    """What bounds the bonuses of one request. `earlier` and `grants` are the order's and the customer's past.

    `flat_base` is the value, before tax, of all requested units that earn a flat bonus; None: reckoned from the
    claims themselves.
    """

    order_id: int
    request_id: str
    rates: Rates
    earlier: tuple[Accepted, ...]
    grants: tuple[Grant, ...]
    now: datetime
    flat_base: Money | None = None


def earn(claims: Sequence[Earning], view: Purview) -> list[Earned]:
    """Each claim's bonus, in the order given."""
    currency = view.rates.currency
    flats = _flat(claims, view)
    wished = [a + b for a, b in zip(_percent(claims, view), flats, strict=True)]
    allowed = [min(bonus, _own_cap(claim, bonus)) for claim, bonus in zip(claims, wished, strict=True)]
    limit = _limit(claims, view)
    whole = total(allowed, currency)
    if limit is not None and whole > limit:
        allowed = limit.split([bonus.amount for bonus in allowed])
    return [Earned(bonus, flat) for bonus, flat in zip(allowed, flats, strict=True)]


def _percent(claims: Sequence[Earning], view: Purview) -> list[Money]:
    """Rate x (base - fees on the line, never below zero), rounded half up cumulatively over the order."""
    before = sum((_past_share(past) for past in view.earlier), Fraction(0))
    exact = [percent_of(_above_zero(c.net - c.fees), c.promise.percent if c.promise else Decimal(0)) for c in claims]
    whole = Money(step(before, sum(exact, Fraction(0))), view.rates.currency)
    scale = lcm(*(share.denominator for share in exact))
    return whole.split([int(share * scale) for share in exact]) if exact else []


def _past_share(past: Accepted) -> Fraction:
    return percent_of(_above_zero(past.net - past.restocking_fee - past.shipping_fee), past.bonus_percent)


def _flat(claims: Sequence[Earning], view: Purview) -> list[Money]:
    """The flat bonus, once per order: what other requests left of it, by accepted / requested value of this one.

    Where lines earn different flat amounts the largest is the order's. What a refused unit did not earn is there for
    it when it comes back later: parts equal the whole.
    """
    zero = Money.zero(view.rates.currency)
    flats = [claim.promise.flat for claim in claims if claim.promise and claim.promise.flat]
    earning = [claim.net if claim.promise and claim.promise.flat else zero for claim in claims]
    requested = total([c.requested for c in claims if c.promise and c.promise.flat], zero.currency)
    base = requested if view.flat_base is None else view.flat_base
    if not flats or not base:
        return [zero] * len(claims)
    others = [past.flat_bonus for past in view.earlier if past.request_id != view.request_id]
    left = _above_zero(max(flats) - total(others, zero.currency))
    mine = [past for past in view.earlier if past.request_id == view.request_id and past.earns_flat]
    settled = total([past.net for past in mine], zero.currency)
    before, after = (
        min(Fraction(accepted.amount, base.amount), Fraction(1)) * left.amount
        for accepted in (settled, settled + total(earning, zero.currency))
    )
    whole = Money(step(before, after - before), zero.currency)
    return whole.split([net.amount for net in earning]) if whole else [zero] * len(claims)


def _own_cap(claim: Earning, bonus: Money) -> Money:
    cap = claim.promise.cap_per_order if claim.promise else None
    return bonus if cap is None else cap


def _limit(claims: Sequence[Earning], view: Purview) -> Money | None:
    """What the caps leave for this request; None: no cap. Where lines carry different caps the widest bounds the
    sum, each its own line."""
    promises = [claim.promise for claim in claims if claim.promise]
    bounds = [_left_of_order(promises, view), _left_of_customer(promises, view)]
    return min((bound for bound in bounds if bound is not None), default=None)


def _left_of_order(promises: Sequence[Promise], view: Purview) -> Money | None:
    caps = [promise.cap_per_order for promise in promises if promise.cap_per_order is not None]
    if not caps or len(caps) < len(promises):
        return None
    used = [grant for grant in view.grants if grant.order_id == view.order_id]
    return _above_zero(max(caps) - _counted(used, view))


def _left_of_customer(promises: Sequence[Promise], view: Purview) -> Money | None:
    """A bonus counts for `cap_days` from the moment it was granted."""
    if not promises or any(promise.cap_per_customer is None for promise in promises):
        return None
    left = []
    for promise in promises:
        since = view.now - timedelta(days=promise.cap_days)
        used = _counted([grant for grant in view.grants if grant.at > since], view)
        left.append(_above_zero((promise.cap_per_customer or used) - used))
    return max(left)


def _counted(grants: Sequence[Grant], view: Purview) -> Money:
    """What counts under a cap; the promise that this very request replaces does not."""
    counted = [
        view.rates.money(grant.amount)
        for grant in grants
        if grant.state in COUNTED and not (grant.state is GrantState.PROMISED and grant.request_id == view.request_id)
    ]
    return total([amount for amount in counted if amount is not None], view.rates.currency)


def _above_zero(amount: Money) -> Money:
    return max(amount, Money.zero(amount.currency))
