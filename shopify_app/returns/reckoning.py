"""What a settlement comes to now, and why it may differ from what Shopify suggests."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.money import Money, total
from shopify_app.orders.models import Order
from shopify_app.returns import ledger, swaps
from shopify_app.returns.balances.rows import paid_too_much
from shopify_app.returns.facts import paid_order
from shopify_app.returns.inspecting.asking import agreed_due
from shopify_app.returns.inspecting.verdicts import reckoned, with_costs
from shopify_app.returns.looks import Look
from shopify_app.returns.mirror import CART
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.offers import manner_of
from shopify_app.returns.outgoing import NeedsLook, Workbench
from shopify_app.returns.paid import Manner, PaidOrder, Request
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.shop_now import carts
from shopify_app.returns.states import GroupState
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.units import NotEnoughUnits, left_of
from shopify_app.returns.vocabulary import EXCHANGES
from shopify_app.shopify.return_facts import OutcomeFacts
from shopify_app.shopify.return_snapshots import ReturnableOrder

_MAY_OWE = (GroupState.RELEASED, GroupState.AWAITING_PAYMENT, GroupState.NEEDS_LOOK)


@dataclass(frozen=True)
class Reckoning:
    """`final` is what we carry out, `full` the same at full value; `withheld`: what earlier settlements of the order
    gave less than Shopify reckoned, less what other exchanges still cost (`owed`, zero or negative); `too_much`: what
    the shopper paid beyond all that was due; `waived`: what nobody was to pay of these goods, so that it does not go
    back with them; in minor units."""

    final: Settlement
    full: Settlement
    withheld: int
    too_much: int = 0
    owed: int = 0
    waived: int = 0


@dataclass(frozen=True)
class Basis:
    """What a group's settlement is reckoned from: the order as paid without the group, and the terms agreed."""

    order: PaidOrder
    agreed: Settlement
    request: Request
    manner: Manner


def basis(session: Session, bench: Workbench, returnable: ReturnableOrder) -> Basis:
    """Read afresh; `returnable` is Shopify's word on the order."""
    agreed = with_costs(settlement_from_stored(bench.group.accepted), swaps.made_at(bench.group))
    agreed = carts.as_made(agreed, bench.group.shopify_lines.get(CART))
    order = paid_order(session, bench.order, returnable, without_group=bench.group.id)
    new = ((agreed.outcome, agreed.cart),) if agreed.cart else ()
    request = Request(agreed.lines[0].accepted.request_id, bench.now, new)
    return Basis(order, agreed, request, manner_of(session, bench.order, order))


def at_verdicts(
    basis: Basis, bench: Workbench, but: frozenset[int] = frozenset()
) -> tuple[Settlement | None, Settlement | None]:
    """The settlement for what was accepted, and the same at full value; None for both when nothing was. Units of `but`
    (our ids) count as refused. Raises NeedsLook where units were refunded elsewhere."""
    order, agreed = basis.order, basis.agreed
    try:
        return reckoned(order, bench.ret, bench.group, agreed, basis.request, basis.manner, but)
    except NotEnoughUnits as gone:
        raise NeedsLook(Look.TOO_LITTLE_LEFT, ours=agreed.back.amount, maximum=_left(order, agreed).amount) from gone


def reckon(session: Session, bench: Workbench, returnable: ReturnableOrder) -> Reckoning | None:
    """The settlement for what was accepted, under the terms agreed; None when nothing was. Raises NeedsLook where the
    shopper would owe what they did not agree to, where no tender can take the money, or where units were refunded
    elsewhere."""
    found = basis(session, bench, returnable)
    final, full = at_verdicts(found, bench)
    if final is None or full is None:
        return None
    if final.due > max(found.agreed.due, agreed_due(session, bench.group)):
        raise NeedsLook(Look.EXCHANGE_WOULD_COST, due=final.due.amount)
    if final.unplaced:
        left = final.back - final.unplaced
        raise NeedsLook(Look.TOO_LITTLE_LEFT, ours=final.back.amount, maximum=left.amount)
    final = replace(final, tells_less=_tells_less(session, bench))
    withheld = ledger.withheld(session, bench.order.id, bench.group.id)
    # what an exchange costs may have been paid that way: a person is asked
    too_much = 0 if final.due else paid_too_much(session, bench.order.id)
    owed = ledger.owed(session, bench.order.id, bench.group.id)
    return Reckoning(final, full, withheld, too_much, owed, _waived(bench.order, found.order, final))


def _tells_less(session: Session, bench: Workbench) -> bool:
    """Whether another exchange of the order may have to be paid for just now: what the shop keeps of these goods would
    be taken for its payment at Shopify, which was not told why. What it was told once it stays told."""
    if bench.group.final and settlement_from_stored(bench.group.final).tells_less:
        return True
    others = select(ReleaseGroup.id).join(Return, Return.id == ReleaseGroup.return_id)
    others = others.where(
        Return.order_id == bench.order.id,
        ReleaseGroup.id != bench.group.id,
        ReleaseGroup.outcome.in_(EXCHANGES),
        ReleaseGroup.state.in_(_MAY_OWE),
    )
    return session.scalar(others.limit(1)) is not None


def _waived(order: Order, paid: PaidOrder, final: Settlement) -> int:
    own = {line.shopify_id: line.discount for line in order.lines}
    return sum(paid.line(line_id).discount.amount - own[line_id] for line_id in {a.line_id for a in final.accepted})


def rounded_apart(ours: Reckoning) -> int:
    """Roundings beyond one a unit that Shopify may do otherwise, each by a minor unit: tax on top is rounded apart from
    its price, and a restocking fee on its own, where ours is rounded over all of the line that ever came back."""
    taxed = sum(1 for line in ours.full.lines if any(unit.paid != unit.shown for unit in line.units))
    return taxed + sum(1 for line in ours.full.lines if line.accepted.restocking_percent)


def _reduction(ours: Reckoning) -> int:
    """What Shopify reckons for goods that it takes at their full value; its return was made with the lower fee."""
    forgone = ours.full.shipping_fee - ours.final.shipping_fee
    return (ours.full.own - ours.final.new_total + forgone).amount


def compare(ours: Reckoning, seen: OutcomeFacts, roundings: int) -> dict[str, int]:
    """Why our figure is not Shopify's, by cause, in minor units: what Shopify suggests less what we send. Raises
    NeedsLook for a rest that `roundings` minor units do not explain, and for more than can still go back."""
    sent = ours.final.back.amount
    if sent > seen.maximum.amount:
        raise NeedsLook(Look.TOO_LITTLE_LEFT, ours=sent, maximum=seen.maximum.amount)
    balance = sent - (ours.final.due + ours.final.waived).amount
    causes = {"reduction": 0 if ours.final.charged_reductions else _reduction(ours) - balance}
    rest = seen.suggested.amount - balance - causes["reduction"]
    causes |= told_by_both(rest, ours, seen.overpaid)
    rest = seen.suggested.amount - balance - sum(causes.values())
    if abs(rest) > roundings:
        raise NeedsLook(
            Look.AMOUNTS_DIFFER, ours=balance, suggested=seen.suggested.amount, unexplained=rest, causes=causes
        )
    causes["rounding"] = rest
    found = {cause: amount for cause, amount in causes.items() if amount}
    return found | {"suggested": seen.suggested.amount}


def told_by_both(rest: int, ours: Reckoning, overpaid: Money) -> dict[str, int]:
    """By cause, as much of a `rest` that Shopify suggests beyond our figure as the order's balance there (`overpaid`)
    and our own books both account for: first what earlier settlements withheld or gave, then what the shopper paid too
    much; minor units. Shopify may have written off what was withheld: then it asks for all that exchanges still
    cost."""
    booked = ours.withheld if rest > 0 else min(ours.withheld, ours.owed)
    earlier = _within(rest, booked, overpaid.amount)
    # at Shopify what was waived of these goods stands against what was paid all the same
    too_much = max(0, _within(rest - earlier, ours.too_much, overpaid.amount + ours.waived - earlier))
    return {ledger.WITHHELD_EARLIER: earlier, ledger.PAID_TOO_MUCH: too_much}


def _within(rest: int, booked: int, overpaid: int) -> int:
    """The least of three that have one sign; zero where they do not."""
    return max(0, min(rest, booked, overpaid)) if rest > 0 else min(0, max(rest, booked, overpaid))


def _left(order: PaidOrder, agreed: Settlement) -> Money:
    """What the order's units are worth that are still there of those agreed."""
    left = [
        unit.paid
        for line in agreed.lines
        for unit in left_of(order.line(line.accepted.line_id), order.taxes_included, order.earlier)[: len(line.units)]
    ]
    return min(total(left, order.currency), order.most_refundable)
