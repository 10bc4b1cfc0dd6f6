"""The bonus: percent or flat, rounded over the whole order, under caps per order and per customer and period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import lcm

from shopify_app.money import Money, total
from shopify_app.returns.amounts import Rates
from shopify_app.returns.units import Accepted, Unit, percent_of, step
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
    """One line's claim: `net` accepted, `fees` charged on it, `accepted` units by number with their percentages,
    `asked` the numbers of all units requested, `turn` the place of its settlement among those of the request."""

    line_id: int
    net: Money
    fees: Money
    accepted: tuple[tuple[int, Decimal], ...]
    asked: tuple[int, ...]
    promise: Promise | None
    turn: int = 0


@dataclass(frozen=True)
class Earned:
    """A line's bonus under the caps; `flat` is what it earned of a flat bonus, before them."""

    bonus: Money
    flat: Money


@dataclass(frozen=True)
class Purview:
    """What bounds the bonuses of one request: the order's units by line, its past, the customer's bonuses, and the part
    of the order that was paid with the shopper's own money: a bonus earns none."""

    order_id: int
    request_id: str
    rates: Rates
    earlier: tuple[Accepted, ...]
    grants: tuple[Grant, ...]
    now: datetime
    units: Mapping[int, tuple[Unit, ...]]
    own_share: Fraction = Fraction(1)


def earn(claims: Sequence[Earning], view: Purview) -> list[Earned]:
    """Each claim's bonus, in the order given."""
    flats = _flat(claims, view)
    wished = [a + b for a, b in zip(_percent(claims, view), flats, strict=True)]
    allowed = _under([_left_of_order(claim.promise, view) for claim in claims], wished)
    allowed = _under([_left_of_customer(claim.promise, view) for claim in claims], allowed)
    return [Earned(bonus, flat) for bonus, flat in zip(allowed, flats, strict=True)]


def _percent(claims: Sequence[Earning], view: Purview) -> list[Money]:
    """Rate x (base - fees on the line, never below zero) x own share, rounded half up cumulatively over the order:
    settlement by settlement in their turn, so that each comes to the same when it is reckoned alone later."""
    before = sum((_past_share(past) for past in view.earlier), Fraction(0)) * view.own_share
    rates = [claim.promise.percent if claim.promise else Decimal(0) for claim in claims]
    exact = [percent_of(_above_zero(c.net - c.fees), r) * view.own_share for c, r in zip(claims, rates, strict=True)]
    found = [Money.zero(view.rates.currency)] * len(claims)
    for turn in sorted({claim.turn for claim in claims}):
        places = [place for place, claim in enumerate(claims) if claim.turn == turn]
        own = [exact[place] for place in places]
        more = sum(own, Fraction(0))
        shares = _spread(Money(step(before, more), view.rates.currency), own)
        before += more
        for place, share in zip(places, shares, strict=True):
            found[place] = share
    return found


def _past_share(past: Accepted) -> Fraction:
    return percent_of(_above_zero(past.net - past.restocking_fee - past.shipping_fee), past.bonus_percent)


def _flat(claims: Sequence[Earning], view: Purview) -> list[Money]:
    """The flat bonus, once per order: by the value accepted of the value requested, both over all requests so far,
    less what was earned already.

    So a later return of other items adds nothing to a bonus granted in full, a refused unit that comes back later
    earns the part it missed, and a reduced one never does. Where lines earn different flat amounts the largest is
    the order's.
    """
    zero = Money.zero(view.rates.currency)
    flats = [claim.promise.flat for claim in claims if claim.promise and claim.promise.flat]
    nets = [_worth(c.line_id, c.accepted, view) if c.promise and c.promise.flat else Fraction(0) for c in claims]
    requested = _requested(claims, view)
    if not flats or not requested:
        return [zero] * len(claims)
    past = [past for past in view.earlier if past.earns_flat]
    before = [_worth(p.line_id, zip(p.units, p.percents, strict=True), view) for p in past]
    accepted = sum(before + nets, Fraction(0))
    due = step(Fraction(0), accepted / requested * max(flats).amount)
    earned = sum(each.flat_bonus.amount for each in past)
    whole = Money(max(0, due - earned), zero.currency)
    return _spread(whole, nets) if any(nets) else [zero] * len(claims)


def _worth(line_id: int, accepted: Iterable[tuple[int, Decimal]], view: Purview) -> Fraction:
    """The value before tax of units accepted at their percentages, exact: a rounded one would favour small parts."""
    return sum((percent_of(view.units[line_id][n].net, percent) for n, percent in accepted), Fraction(0))


def _spread(whole: Money, shares: Sequence[Fraction]) -> list[Money]:
    """`whole` in proportion to exact shares; largest remainder."""
    scale = lcm(*(share.denominator for share in shares))
    return whole.split([int(share * scale) for share in shares])


def _requested(claims: Sequence[Earning], view: Purview) -> int:
    """The value before tax, in minor units, of every unit that was ever asked for and earns a flat bonus."""
    asked = {(past.line_id, number) for past in view.earlier if past.earns_flat for number in past.asked}
    for claim in claims:
        if claim.promise and claim.promise.flat:
            asked |= {(claim.line_id, number) for number in claim.asked}
    return sum(view.units[line_id][number].net.amount for line_id, number in asked)


def _under(bounds: Sequence[Money | None], bonuses: Sequence[Money]) -> list[Money]:
    """`bonuses` under a cap: added, capped, split in proportion. None: no cap.

    Where lines carry different caps, those with a cap up to any amount stay below that amount together.
    """
    under = list(bonuses)
    for bound in sorted({bound for bound in bounds if bound is not None}):
        inside = [i for i, each in enumerate(bounds) if each is not None and each <= bound]
        if total([under[i] for i in inside], bound.currency) > bound:
            shares = bound.split([under[i].amount for i in inside])
            for i, share in zip(inside, shares, strict=True):
                under[i] = share
    return under


def _left_of_order(promise: Promise | None, view: Purview) -> Money | None:
    if promise is None or promise.cap_per_order is None:
        return None
    used = [grant for grant in view.grants if grant.order_id == view.order_id]
    return _above_zero(promise.cap_per_order - _counted(used, view))


def _left_of_customer(promise: Promise | None, view: Purview) -> Money | None:
    """A bonus counts for `cap_days` from the moment it was granted."""
    if promise is None or promise.cap_per_customer is None:
        return None
    since = view.now - timedelta(days=promise.cap_days)
    used = [grant for grant in view.grants if grant.at > since]
    return _above_zero(promise.cap_per_customer - _counted(used, view))


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
