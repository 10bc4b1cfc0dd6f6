"""Lines to settlements: units, fees, bonus, then what each release group owes. The arithmetic of `returns.md`.

One path for preview and execution: a request prices its quantities at 100 %, a settlement what was accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from shopify_app.money import Money, total
from shopify_app.returns.bonus import Earned, Earning, Purview, earn
from shopify_app.returns.fees import restocking, shipping
from shopify_app.returns.paid import Manner, PaidOrder, Pick, Request
from shopify_app.returns.settlements import PricedLine, Settlement
from shopify_app.returns.settling import settle_group
from shopify_app.returns.tenders import after
from shopify_app.returns.units import Accepted, Taken, left_of, take, units_of
from shopify_app.returns.vocabulary import WITH_CART, MoneyEvent, Outcome
from shopify_app.returns.working import line_rows


def price(order: PaidOrder, picks: Sequence[Pick], request: Request, manner: Manner) -> tuple[Settlement, ...]:
    """The settlements of `picks`, in the order in which their lines are named.

    Each stands apart; the caps on bonuses and what the tenders can take are shared. Picks of which nothing was
    accepted fall away. Raises NotEnoughUnits, KeyError.
    """
    taken = _take_all(order, picks, request)
    groups = _grouped(picks, taken)
    costs = _charge(order, picks, taken, groups, request)
    bonuses = _bonuses(order, picks, taken, costs, request, groups)
    priced = [_priced(*each, order, request) for each in zip(picks, taken, costs, bonuses, strict=True)]
    settlements: list[Settlement] = []
    order = replace(order, refundable=order.most_refundable)
    for group in groups:
        forgone = total([costs[i].forgone for i in group], order.currency)
        cart = request.cart(picks[group[0]].terms.outcome)
        settled = settle_group(order, tuple(priced[i] for i in group), cart, manner, forgone)
        settlements.append(settled)
        order = _paid_back(order, settled)
    return tuple(settlements)


@dataclass(frozen=True)
class _Leaving:
    """What a pick takes: its units, the numbers of all asked for, the restocking fee."""

    units: Taken
    asked: tuple[int, ...]
    fee: Money

    @property
    def accepted(self) -> tuple[tuple[int, Decimal], ...]:
        return tuple(
            (unit.number, percent) for unit, percent in zip(self.units.units, self.units.percents, strict=True)
        )


@dataclass(frozen=True)
class _Cost:
    """`is_asked`: it is in the group that is asked for the request's shipping fee, however little of it is charged."""

    restocking: Money
    shipping: Money
    forgone: Money
    is_asked: bool = False

    @property
    def fees(self) -> Money:
        return self.restocking + self.shipping


def _take_all(order: PaidOrder, picks: Sequence[Pick], request: Request) -> list[_Leaving]:
    """Units and restocking fee of each pick; a later pick of the same line sees the earlier one's units gone."""
    taken: list[_Leaving] = []
    earlier = order.earlier
    for pick in picks:
        units = take(order.line(pick.line_id), order.taxes_included, pick.percents, earlier, pick.first)
        fee = restocking(pick.line_id, units.net, pick.terms.restocking_percent, earlier)
        if pick.agreed and _is_as_agreed(pick.agreed, units):
            fee = pick.agreed.restocking_fee
        leaving = _Leaving(units, _asked(order, pick, earlier), fee)
        taken.append(leaving)
        zero = Money.zero(order.currency)
        earlier = (*earlier, _accepted(pick, leaving, _Cost(fee, zero, zero), Earned(zero, zero), request))
    return taken


def _grouped(picks: Sequence[Pick], taken: Sequence[_Leaving]) -> list[list[int]]:
    """Positions of picks by outcome, money event and part. One cart is one group: its latest event releases all."""
    groups: dict[tuple[Outcome, MoneyEvent | None, int], list[int]] = {}
    for position, pick in enumerate(picks):
        outcome = pick.terms.outcome
        is_one = outcome in WITH_CART
        key = (outcome, None if is_one else pick.terms.money_event, 0 if is_one else pick.part)
        groups.setdefault(key, []).append(position)
    return [group for group in groups.values() if any(taken[i].units.units for i in group)]


def _charge(
    order: PaidOrder,
    picks: Sequence[Pick],
    taken: Sequence[_Leaving],
    groups: Sequence[list[int]],
    request: Request,
) -> list[_Cost]:
    """Restocking as taken, and the shipping fee: once per request, on its first group with a line that bears it. What
    was quoted without the fee is never asked for it."""
    zero = Money.zero(order.currency)
    costs = [_Cost(leaving.fee, zero, zero) for leaving in taken]
    fees = [
        pick.terms.shipping_fee if leaving.units.units and (pick.agreed is None or pick.agreed.bears_shipping) else None
        for pick, leaving in zip(picks, taken, strict=True)
    ]
    bearing = [group for group in groups if any(fees[i] is not None for i in group)]
    was_asked = any(past.request_id == request.request_id and past.bears_shipping for past in order.earlier)
    if not bearing or was_asked:
        return costs
    own = [taken[i].units.paid - taken[i].fee for i in bearing[0]]
    shares, forgone = shipping([fees[i] for i in bearing[0]], own, order.currency)
    for nth, position in enumerate(bearing[0]):
        found = replace(costs[position], shipping=shares[nth], forgone=zero if nth else forgone)
        costs[position] = replace(found, is_asked=fees[position] is not None)
    return costs


def _bonuses(
    order: PaidOrder,
    picks: Sequence[Pick],
    taken: Sequence[_Leaving],
    costs: Sequence[_Cost],
    request: Request,
    groups: Sequence[list[int]],
) -> list[Earned]:
    turns = {position: turn for turn, group in enumerate(groups) for position in group}
    claims = [
        Earning(pick.line_id, leaving.units.net, cost.fees, leaving.accepted, leaving.asked, pick.terms.bonus,
                turns.get(position, 0))
        for position, (pick, leaving, cost) in enumerate(zip(picks, taken, costs, strict=True))
    ]  # fmt: skip
    kept = [pick.agreed for pick, leaving in zip(picks, taken, strict=True)
            if pick.agreed and _is_as_agreed(pick.agreed, leaving.units)]  # fmt: skip
    if len(kept) == len(picks):
        return [Earned(agreed.bonus, agreed.flat_bonus) for agreed in kept]
    units = {line.line_id: units_of(line, order.taxes_included) for line in order.lines}
    past = (order.earlier, order.grants, request.now)
    return earn(claims, Purview(order.order_id, request.request_id, order.rates, *past, units, order.own_share))


def _is_as_agreed(agreed: Accepted, taken: Taken) -> bool:
    """Whether just the units that were quoted are accepted, at what they were quoted at."""
    return taken.percents == agreed.percents and tuple(unit.number for unit in taken.units) == agreed.units


def _asked(order: PaidOrder, pick: Pick, earlier: Sequence[Accepted]) -> tuple[int, ...]:
    """The numbers of all units asked for: those accepted come first, refused ones after them."""
    free = left_of(order.line(pick.line_id), order.taxes_included, earlier, pick.first)
    return tuple(unit.number for unit in free[: max(pick.requested or 0, len(pick.percents))])


def _accepted(pick: Pick, leaving: _Leaving, cost: _Cost, earned: Earned, request: Request) -> Accepted:
    promise, taken = pick.terms.bonus, leaving.units
    return Accepted(
        request_id=request.request_id,
        line_id=pick.line_id,
        outcome=pick.terms.outcome,
        asked=leaving.asked,
        units=tuple(unit.number for unit in taken.units),
        percents=taken.percents,
        paid=taken.paid,
        net=taken.net,
        restocking_percent=pick.terms.restocking_percent,
        restocking_fee=cost.restocking,
        bears_shipping=cost.is_asked,
        shipping_fee=cost.shipping,
        bonus_percent=promise.percent if promise else Decimal(0),
        earns_flat=bool(promise and promise.flat),
        flat_bonus=earned.flat,
        bonus=earned.bonus,
    )


def _priced(
    pick: Pick, leaving: _Leaving, cost: _Cost, earned: Earned, order: PaidOrder, request: Request
) -> PricedLine:
    units = leaving.units
    return PricedLine(
        accepted=_accepted(pick, leaving, cost, earned, request),
        terms=pick.terms,
        units=units.units,
        own=units.paid - cost.fees,
        rows=line_rows(order, pick, units, (cost.restocking, cost.shipping), earned.bonus),
        replacement=pick.replacement,
    )


def _paid_back(order: PaidOrder, settled: Settlement) -> PaidOrder:
    """The order as the next settlement finds it."""
    gone = total([part.amount for part in settled.parts], order.currency)
    return replace(
        order,
        tenders=after(order.tenders, settled.parts),
        refundable=order.most_refundable - gone,
    )
