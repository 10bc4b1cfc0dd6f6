"""What is done at Shopify about balances: an exchange that was not paid comes off the order with the shopper's money,
and goods that wait for nothing any more are let go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shopify_app.money import Money
from shopify_app.returns import booking, ledger, refunding, timeline
from shopify_app.returns.balances import drop, rows, verbs
from shopify_app.returns.balances.drop import Expected
from shopify_app.returns.balances.models import BalanceDue, BalanceState
from shopify_app.returns.bonus import GrantState
from shopify_app.returns.booking import Dropped
from shopify_app.returns.ledger import Account, Entry, post
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup, Step
from shopify_app.returns.outgoing import Answer, NeedsLook, NotWanted, Ready, Workbench
from shopify_app.returns.parked import listed
from shopify_app.returns.release import grant_of
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.states import Actor
from shopify_app.returns.stored import settlement_from_stored, settlement_to_stored
from shopify_app.returns.telling import money_input
from shopify_app.returns.tenders import Part
from shopify_app.returns.timeline import Told
from shopify_app.returns.vocabulary import TenderKind
from shopify_app.shopify.nodes import gid
from shopify_app.shopify.order_balances import OrderBalance
from shopify_app.shopify.order_refunds import OrderMoney
from shopify_app.shopify.return_snapshots import ReturnableOrder
from shopify_app.shopify.scopes import missing_scopes

HOLDS = "write_merchant_managed_fulfillment_orders"


class DropExchange:
    """`refundCreate` with restock type CANCEL: the new items that were not paid leave the order, and the shopper's own
    money goes back in the same call. Found again by the step's name in the refund's note. Shopify is asked before
    whether the balance was paid after all: then nothing is taken off."""

    def prepare(self, bench: Workbench) -> Ready:
        told = _balance_now(bench)
        with bench.ground.database.read() as session:
            balance = _row(session, bench)
            if balance is None or not balance.is_open or _is_news(balance, told):
                raise NotWanted(lambda session, bench: _as_told(session, bench, told))
        returnable = bench.admin.returnable_order(bench.order.shopify_id)
        lines = _lines(bench, returnable)
        money = bench.admin.order_money(bench.order.shopify_id, [each.as_input() for each in lines])
        if returnable is None or money is None:
            raise NeedsLook(Look.ORDER_GONE)
        if any(money.unsent.get(each.line_id, 0) < each.quantity for each in lines):
            raise NeedsLook(Look.SENT_UNPAID, due=balance.rest.amount)
        with bench.ground.database.read() as session:
            dropped = drop.reckon_drop(session, bench.order, returnable, balance, bench.now)
            expected = drop.expected(session, bench.order, bench.group.id, dropped)
        compared = _compared(expected, money, sum(each.quantity for each in lines) + len(dropped.final.lines))
        input = _input(bench, returnable, dropped)
        input["refundLineItems"] = [each.as_input() for each in lines]
        return Ready(
            {"refund": input, "key": refunding.key_of(bench, input), "compared": compared, "dropped": _stored(dropped)}
        )

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        return refunding.send(bench, input)

    def look_back(self, bench: Workbench) -> Answer | None:
        return refunding.found(bench)

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        ret, step, now = session.get_one(Return, group.return_id), session.get_one(Step, bench.step.id), bench.now
        balance = rows.of_group(session, group)
        dropped = _from_stored(step.input["dropped"], group.currency)
        booking.post_dropped(session, ret, group, step, dropped, answer, bench.ground.clock.now())
        group.outcome, group.final = dropped.final.outcome, settlement_to_stored(dropped.final)
        if balance is not None:
            rows.close(balance, BalanceState.DROPPED, now)
        _give_back_bonus(session, ret, group, step, now)
        _promise(session, ret, group, dropped.final)
        told = {"group_id": group.id, "outcome": group.outcome, "back": dropped.final.back.amount}
        by = Actor(balance.drop_wanted_by) if balance is not None and balance.drop_wanted_by else Actor.CLOCK
        timeline.add(session, ret, Told.EXCHANGE_DROPPED, by, now, facts=told)
        refunding.hold_books_against(session, ret, group, now)


class ReleaseHold:
    """`fulfillmentOrderReleaseHold` of the holds that keep this group's new goods back for a payment that nobody waits
    for. Shopify lifts its own hold when a balance is paid: then there is nothing to do."""

    def prepare(self, bench: Workbench) -> Ready:
        told = _balance_now(bench)
        returnable = bench.admin.returnable_order(bench.order.shopify_id)
        holds = told.holds_of(frozenset(each.line_id for each in _lines(bench, returnable)))
        if not holds:
            raise NotWanted
        if missing_scopes(bench.admin.granted_scopes(), [HOLDS]):
            raise NotWanted(_hold_stays)
        return Ready({"holds": [{"order": each.fulfillment_order, "ids": list(each.ids)} for each in holds]})

    def send(self, bench: Workbench, input: Mapping[str, Any]) -> Answer:
        for each in input["holds"]:
            bench.admin.release_hold(each["order"], each["ids"])
        return {"released": len(input["holds"])}

    def look_back(self, bench: Workbench) -> Answer | None:
        wanted = {id for each in bench.step.input["holds"] for id in each["ids"]}
        left = {id for each in _balance_now(bench).holds for id in each.ids}
        return None if wanted & left else {"released": len(bench.step.input["holds"])}

    def happened(self, session: Session, bench: Workbench, group: ReleaseGroup, answer: Answer) -> None:
        return None


@dataclass(frozen=True)
class NewGoods:
    """Units of an order line that an exchange has sold, and that are still on the order."""

    line_id: int
    quantity: int

    def as_input(self) -> dict[str, Any]:
        """`RefundLineItemInput`: they never left, so they go back into stock where they are."""
        return {"lineItemId": gid("LineItem", self.line_id), "quantity": self.quantity, "restockType": "CANCEL"}


def _lines(bench: Workbench, returnable: ReturnableOrder | None) -> list[NewGoods]:
    if returnable is None:
        raise NeedsLook(Look.ORDER_GONE)
    made = next((each for each in returnable.returns if each.shopify_id == bench.group.shopify_return_id), None)
    current = {each.line_id: each.current for each in returnable.counts}
    return [NewGoods(id, current[id]) for id in (made.exchanged if made else ()) if current.get(id)]


def _balance_now(bench: Workbench) -> OrderBalance:
    told = bench.admin.order_balance(bench.order.shopify_id)
    if told is None:
        raise NeedsLook(Look.ORDER_GONE)
    return told


def _row(session: Session, bench: Workbench) -> BalanceDue | None:
    return rows.of_group(session, session.get_one(ReleaseGroup, bench.group.id))


def _is_news(balance: BalanceDue, told: OrderBalance) -> bool:
    """Whether something was paid that is not written down, or nothing is due any more."""
    known = {*balance.known, *(each["id"] for each in balance.payments)}
    return not told.outstanding or any(each.id not in known for each in told.payments)


def _as_told(session: Session, bench: Workbench, told: OrderBalance) -> None:
    verbs.seen(session, bench.order.id, told, bench.now, bench.ground.clock.now())


def _compared(ours: Expected, money: OrderMoney, roundings: int) -> dict[str, int]:
    """Why our figure is not Shopify's: what earlier settlements left with the shop, and roundings; any other difference
    stops it. Shopify may have written off what was withheld: then it asks for all that other exchanges still cost."""
    back = ours.back
    if back > money.maximum:
        raise NeedsLook(Look.TOO_LITTLE_LEFT, ours=back.amount, maximum=money.maximum.amount)
    rest = (money.suggested - back).amount
    earlier = max(0, min(rest, ours.withheld)) if rest > 0 else min(0, max(rest, min(ours.withheld, ours.owed)))
    rest -= earlier
    if abs(rest) > roundings:
        raise NeedsLook(Look.AMOUNTS_DIFFER, ours=back.amount, suggested=money.suggested.amount, unexplained=rest)
    found = {ledger.WITHHELD_EARLIER: earlier, "rounding": rest}
    return {cause: amount for cause, amount in found.items() if amount} | {"suggested": money.suggested.amount}


def _input(bench: Workbench, returnable: ReturnableOrder, dropped: Dropped) -> dict[str, Any]:
    parts = (*dropped.final.parts, *dropped.paid_back)
    credit = [part for part in parts if part.tender_id is None]
    paid = [(part.tender_id, part.amount) for part in parts if part.tender_id is not None]
    input = refunding.refund_input(bench, returnable, paid)
    if credit:
        input["refundMethods"] = [{"storeCreditRefund": {"amount": money_input(each.amount)}} for each in credit]
    return input


def _stored(dropped: Dropped) -> dict[str, Any]:
    return {
        "final": settlement_to_stored(dropped.final),
        "sold": dropped.sold.amount,
        "rest": dropped.rest.amount,
        "paid_back": [{"id": each.tender_id, "amount": each.amount.amount} for each in dropped.paid_back],
    }


def _from_stored(stored: Mapping[str, Any], currency: str) -> Dropped:
    back = [Part(TenderKind.BALANCE, Money(each["amount"], currency), each["id"]) for each in stored["paid_back"]]
    final = settlement_from_stored(stored["final"])
    return Dropped(final, Money(stored["sold"], currency), Money(stored["rest"], currency), tuple(back))


def _give_back_bonus(session: Session, ret: Return, group: ReleaseGroup, step: Step, now: datetime) -> None:
    """What the new items cost less by is undone with them: nothing of the bonus was consumed after all."""
    grant = grant_of(session, group)
    if grant is not None and grant.state == GrantState.CONSUMED:
        used = Money(grant.amount, grant.currency)
        entries = [Entry(Account.BONUS_EXPENSE, -used), Entry(Account.BONUS_CONSUMED, used)]
        post(session, ret, f"g{group.id}.bonus.undone", entries, now, group=group, step=step)


def _promise(session: Session, ret: Return, group: ReleaseGroup, final: Settlement) -> None:
    """The bonus of the outcome that takes the exchange's place; the exchange's own is void."""
    grant = grant_of(session, group)
    if grant is None and final.bonus:
        grant = BonusGrant(
            shop_id=group.shop_id,
            customer_id=ret.order.customer_id,
            order_id=ret.order_id,
            return_id=ret.id,
            group_id=group.id,
            currency=group.currency,
            at=ret.requested_at,
            taken_back=0,
            shortfall=0,
        )
        session.add(grant)
    if grant is not None:
        grant.amount, grant.issued_at = final.bonus.amount, None
        grant.state = GrantState.VESTED if final.bonus else GrantState.VOID


def _hold_stays(session: Session, bench: Workbench) -> None:
    ret, group = session.get_one(Return, bench.ret.id), session.get_one(ReleaseGroup, bench.group.id)
    listed(session, ret, group, Look.HOLD_STAYS, {}, bench.now)
