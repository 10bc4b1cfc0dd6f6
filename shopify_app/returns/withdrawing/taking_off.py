"""What a withdrawal does to the order itself: goods that were not sent leave it with their money, the delivery is paid
back, and an order of which nothing is left is cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from shopify_app.money import Money, total
from shopify_app.orders.models import Order
from shopify_app.returns import booking, reckoning, refunding, timeline
from shopify_app.returns.facts import paid_order
from shopify_app.returns.inspecting.verdicts import lines_of
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.outgoing import Answer, NeedsLook, NotWanted, Ready, Workbench
from shopify_app.returns.reckoning import Reckoning
from shopify_app.returns.states import Actor
from shopify_app.returns.stored import settlement_to_stored
from shopify_app.returns.telling import agreed_of
from shopify_app.returns.tenders import Part, Tender, after, split
from shopify_app.returns.timeline import Told
from shopify_app.returns.vocabulary import TenderKind, TenderOrder
from shopify_app.returns.withdrawing import groups
from shopify_app.returns.withdrawing.law import delivery_back
from shopify_app.shopify.nodes import gid
from shopify_app.shopify.order_refunds import OrderMoney
from shopify_app.shopify.return_snapshots import ReturnableOrder


class TakeOff:
    """`refundCreate` with restock type CANCEL: what was not sent leaves the order, with its money and, where the whole
    contract ends with it, the delivery. Found again by the step's name in the refund's note."""

    def prepare(self, bench: Workbench) -> Ready:
        returnable, money = _read(bench, _line_inputs(bench))
        _check_unsent(bench, money)
        with bench.ground.database.read() as session:
            reckoned = reckoning.reckon(session, bench, returnable)
            delivery = _delivery(session, bench, returnable, money)
            free = paid_order(session, bench.order, returnable, without_group=bench.group.id).tenders
        if reckoned is None:
            raise NotWanted
        final = reckoned.final
        compared = _compared(reckoned, money, len(final.accepted))
        for_delivery = _placed(after(free, final.parts), delivery)
        input = _input(bench, returnable, (*final.parts, *for_delivery), delivery, money)
        input["refundLineItems"] = _line_inputs(bench)
        _check_maximum(final.back + delivery, money)
        stored = settlement_to_stored(final)

        def books(session: Session, bench: Workbench) -> None:
            session.get_one(ReleaseGroup, bench.group.id).final = stored

        told = {"compared": compared, "delivery": _stored(for_delivery)}
        return Ready({"refund": input, "key": refunding.key_of(bench, input), **told}, books)

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        return refunding.send(bench, input)

    def look_back(self, bench: Workbench) -> Answer | None:
        return refunding.found(bench)

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        ret, step = session.get_one(Return, group.return_id), session.get_one(Step, bench.step.id)
        final = agreed_of(group)
        proven = {"transfers": [_proof(part, answer) for part in final.parts]}
        booking.post_settlement(session, ret, group, step, final, proven, bench.ground.clock.now())
        _delivery_paid(session, bench, group, answer)


class RefundDelivery:
    """`refundCreate` of the delivery alone, once the goods of a whole withdrawal are settled."""

    def prepare(self, bench: Workbench) -> Ready:
        returnable, money = _read(bench, ())
        with bench.ground.database.read() as session:
            delivery = _delivery(session, bench, returnable, money)
            free = paid_order(session, bench.order, returnable).tenders
        if not delivery:
            raise NotWanted
        _check_maximum(delivery, money)
        parts = _placed(free, delivery)
        input = _input(bench, returnable, parts, delivery, money)
        return Ready({"refund": input, "key": refunding.key_of(bench, input), "delivery": _stored(parts)})

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        return refunding.send(bench, input)

    def look_back(self, bench: Workbench) -> Answer | None:
        return refunding.found(bench)

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        _delivery_paid(session, bench, group, answer)


class CancelOrder:
    """`orderCancel` without money or stock, which were dealt with. Shopify does it shortly after it said yes, so it is
    looked for as long as it takes."""

    def prepare(self, bench: Workbench) -> Ready:
        returnable, money = _read(bench, ())
        is_empty = all(count.current == 0 for count in returnable.counts)
        if money.is_cancelled or returnable.lines or returnable.returns or not is_empty:
            raise NotWanted
        return Ready({"order": bench.order.shopify_id})

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        bench.admin.cancel_order(input["order"], f"{bench.ret.rma} {bench.note}")
        return {"status": "cancelled"}

    def look_back(self, bench: Workbench) -> Answer | None:
        money = bench.admin.order_money(bench.order.shopify_id)
        return {"status": "cancelled"} if money is None or money.is_cancelled else None

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        ret = session.get_one(Return, group.return_id)
        timeline.add(session, ret, Told.ORDER_CANCELLED, Actor.CLOCK, bench.ground.clock.now())


def _read(bench: Workbench, lines: Sequence[Mapping[str, Any]]) -> tuple[ReturnableOrder, OrderMoney]:
    returnable = bench.admin.returnable_order(bench.order.shopify_id)
    if returnable is None:
        raise NeedsLook(Look.ORDER_GONE)
    money = bench.admin.order_money(bench.order.shopify_id, lines)
    if money is None:
        raise NeedsLook(Look.ORDER_GONE)
    return returnable, money


def _check_unsent(bench: Workbench, money: OrderMoney) -> None:
    """What left in the meantime cannot be taken off any more."""
    wanted: dict[int, int] = {}
    for line in lines_of(bench.ret, bench.group):
        wanted[line.line_id] = wanted.get(line.line_id, 0) + line.quantity
    if any(money.unsent.get(line_id, 0) < units for line_id, units in wanted.items()):
        raise NeedsLook(Look.LEFT_MEANWHILE)


def _line_inputs(bench: Workbench) -> list[dict[str, Any]]:
    return [
        {"lineItemId": gid("LineItem", line.line_id), "quantity": line.quantity, "restockType": "CANCEL"}
        for line in lines_of(bench.ret, bench.group)
    ]


def _delivery(session: Session, bench: Workbench, returnable: ReturnableOrder, money: OrderMoney) -> Money:
    """What of the delivery goes back with this group: what is still with the shop, up to the standard rate."""
    ret, group = session.get_one(Return, bench.ret.id), session.get_one(ReleaseGroup, bench.group.id)
    if not groups.pays_delivery(session, ret, group):
        return Money.zero(money.delivery.currency)
    order = session.get_one(Order, bench.order.id)
    rates = paid_order(session, order, returnable).rates
    standard = groups.standard_delivery(session, order, rates)
    owed = delivery_back(money.delivery.amount, None if standard is None else standard.amount)
    return Money(owed, money.delivery.currency)


def _placed(tenders: Sequence[Tender], amount: Money) -> tuple[Part, ...]:
    """Delivery goes back to what was paid with from outside, before cards and credit."""
    parts = split(tenders, amount, TenderOrder.ORIGINAL_FIRST)
    placed = total([part.amount for part in parts], amount.currency)
    if placed != amount:
        raise NeedsLook(Look.TOO_LITTLE_LEFT, ours=amount.amount, maximum=placed.amount)
    return parts


def _check_maximum(amount: Money, money: OrderMoney) -> None:
    if amount > money.maximum:
        raise NeedsLook(Look.TOO_LITTLE_LEFT, ours=amount.amount, maximum=money.maximum.amount)


def _compared(ours: Reckoning, money: OrderMoney, roundings: int) -> dict[str, int]:
    """Why our figure is not Shopify's: what earlier settlements of the order left with the shop or are still owed, what
    the shopper paid too much, and roundings; any other difference stops it."""
    rest = money.suggested.amount - ours.final.back.amount
    causes = reckoning.told_by_both(rest, ours, money.overpaid)
    rest -= sum(causes.values())
    if abs(rest) > roundings + reckoning.rounded_apart(ours):
        raise NeedsLook(
            Look.AMOUNTS_DIFFER, ours=ours.final.back.amount, suggested=money.suggested.amount, unexplained=rest
        )
    causes["rounding"] = rest
    return {cause: amount for cause, amount in causes.items() if amount} | {"suggested": money.suggested.amount}


def _input(
    bench: Workbench, returnable: ReturnableOrder, parts: Sequence[Part], delivery: Money, money: OrderMoney
) -> dict[str, Any]:
    input = refunding.refund_input(bench, returnable, _by_tender(parts))
    if delivery:
        is_all = delivery == money.delivery
        input["shipping"] = {"fullRefund": True} if is_all else {"amount": str(delivery)}
    return input


def _by_tender(parts: Sequence[Part]) -> list[tuple[str, Money]]:
    """Goods and delivery to one payment are one transaction."""
    sums: dict[str, Money] = {}
    for part in parts:
        if part.tender_id is None:
            raise NeedsLook(Look.TOO_LITTLE_LEFT, ours=part.amount.amount, maximum=0)
        sums[part.tender_id] = sums.get(part.tender_id, Money.zero(part.amount.currency)) + part.amount
    return list(sums.items())


def _stored(parts: Sequence[Part]) -> list[dict[str, Any]]:
    return [{"tender": part.tender_id, "kind": part.kind, "amount": part.amount.amount} for part in parts]


def _proof(part: Part, answer: Answer) -> dict[str, Any]:
    """Goods and delivery that went to one payment share a transaction, which proves both."""
    found = next((each for each in answer["transfers"] if _number(each["parent"]) == _number(part.tender_id)), None)
    return {"id": found["id"] if found else None, "parent": part.tender_id, "amount": part.amount.amount}


def _number(global_id: str | None) -> str:
    return (global_id or "").rpartition("/")[2]


def _delivery_paid(session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
    """The delivery in the books and on the timeline; then the books are held against Shopify's answer."""
    ret, step = session.get_one(Return, group.return_id), session.get_one(Step, bench.step.id)
    now = bench.ground.clock.now()
    parts = [
        Part(TenderKind(each["kind"]), Money(each["amount"], group.currency), each["tender"])
        for each in step.input["delivery"]
    ]
    if parts:
        booking.post_delivery(session, ret, group, step, parts, [_proof(part, answer) for part in parts], now)
        delivery = total([part.amount for part in parts], group.currency)
        places = [{"kind": part.kind, "amount": part.amount.amount} for part in parts]
        told = {"group_id": group.id, "back": delivery.amount, "parts": places}
        timeline.add(session, ret, Told.DELIVERY_REFUNDED, Actor.CLOCK, now, facts=told)
    refunding.hold_books_against(session, ret, group, bench.now)
