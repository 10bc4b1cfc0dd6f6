"""What an exchange that is not paid for turns into: the same units under another outcome's terms, the fees as they were
charged. One path for what the shopper is told beforehand and for what moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from shopify_app.money import Money
from shopify_app.returns.bonus import Grant, GrantState
from shopify_app.returns.paid import Manner, PaidOrder, Pick, Request
from shopify_app.returns.pricing import price
from shopify_app.returns.settlements import PricedLine, Settlement
from shopify_app.returns.verdicts import Terms, Verdict
from shopify_app.returns.vocabulary import MoneyEvent, Outcome

INSTEAD = (Outcome.STORE_CREDIT, Outcome.REFUND)
"""What may come in the place of an exchange."""


def ways(order: PaidOrder) -> tuple[Outcome, ...]:
    """What may come in the place of an exchange of this order."""
    return INSTEAD if order.may_credit else (Outcome.REFUND,)


def in_place(
    order: PaidOrder,
    settlements: Sequence[Settlement],
    verdicts: Mapping[int, Verdict],
    request: Request,
    manner: Manner,
) -> dict[Outcome, dict[Outcome, Money]]:
    """Of each exchange of a request that costs something: what may be taken in its place if that is not paid, with its
    worth. `verdicts` by order line; a way that the policy does not offer for every line is none."""
    found: dict[Outcome, dict[Outcome, Money]] = {}
    for agreed in settlements:
        if not agreed.due:
            continue
        rest = _beside(order, [each for each in settlements if each is not agreed], request.now)
        lines = [line.accepted.line_id for line in agreed.lines]
        found[agreed.outcome] = {}
        for way in ways(order):
            terms = {line_id: of_way for line_id in lines if (of_way := verdicts[line_id].terms_for(way))}
            if len(terms) == len({*lines}):
                final = without_exchange(rest, agreed, terms, way, request, manner)
                found[agreed.outcome][way] = agreed.own + final.bonus
    return found


def without_exchange(
    order: PaidOrder,
    agreed: Settlement,
    terms: Mapping[int, Terms],
    into: Outcome,
    request: Request,
    manner: Manner,
) -> Settlement:
    """The exchange `agreed` as `into`, under the `terms` of its order lines; a line without any has no bonus. One
    settlement, as the exchange was, whatever its lines waited for. `order` is as it stands without this exchange, the
    request's other settlements among what came earlier."""
    event = agreed.lines[0].terms.money_event
    picks = [_pick(line, terms.get(line.accepted.line_id), into, event) for line in agreed.lines]
    (earning,) = price(order, [_earning(pick) for pick in picks], request, manner)
    (final,) = price(order, [_with_bonus(*each) for each in zip(picks, earning.lines, strict=True)], request, manner)
    return final


def _beside(order: PaidOrder, others: Sequence[Settlement], now: datetime) -> PaidOrder:
    """The order once `others` of the same request stand: their bonuses are promised, each under the caps like any
    other."""
    promised = [
        Grant(now, each.bonus, order.order_id, f"beside {place}", GrantState.PROMISED)
        for place, each in enumerate(others)
        if each.bonus
    ]
    accepted = [line.accepted for each in others for line in each.lines]
    return replace(order, earlier=(*order.earlier, *accepted), grants=(*order.grants, *promised))


def _pick(line: PricedLine, quoted: Terms | None, into: Outcome, event: MoneyEvent) -> Pick:
    """Its units under the terms of the new outcome; the fees stay those that Shopify has charged."""
    accepted = line.accepted
    base = quoted or replace(line.terms, bonus=None)
    fees = {"restocking_percent": line.terms.restocking_percent, "shipping_fee": line.terms.shipping_fee}
    terms = replace(base, outcome=into, money_event=event, **fees)
    return Pick(accepted.line_id, accepted.percents, terms, len(accepted.asked), None, accepted)


def _earning(pick: Pick) -> Pick:
    """The same units, reckoned for the bonus that the new outcome earns: the exchange had another, or none."""
    return replace(pick, agreed=replace(pick.agreed, percents=())) if pick.agreed else pick


def _with_bonus(pick: Pick, earned: PricedLine) -> Pick:
    """The units and fees as they were charged, with that bonus."""
    bonus, flat = earned.accepted.bonus, earned.accepted.flat_bonus
    return replace(pick, agreed=replace(pick.agreed, bonus=bonus, flat_bonus=flat)) if pick.agreed else pick
