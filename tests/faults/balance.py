"""The invariants of returns, checked between the product's rows and Shopify's own book.

I1 every acknowledged webhook is in the inbox, once. I2 an event's effect is applied once, and in the end. I3 money at
Shopify never exceeds what was approved and equals it once settled; one effect a step. I4 a return that was confirmed
exists with its units. I8 nothing is left undone that nobody was told of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shopify_app.leases import WorkState
from shopify_app.money import Money, total
from shopify_app.orders.models import Order
from shopify_app.returns.balances import rows as balances
from shopify_app.returns.bonus import GrantState
from shopify_app.returns.models import Return, ReturnLine, ReturnUnit
from shopify_app.returns.money_models import BonusGrant, LedgerRow, ReleaseGroup, Step
from shopify_app.returns.no_receipt.models import NoReceiptRequest, RequestState
from shopify_app.returns.settlements import Settlement
from shopify_app.returns.states import FINISHED_GROUPS, GroupState, ReturnState, Source, StepState
from shopify_app.returns.steps import StepKind
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.vocabulary import EXCHANGES
from shopify_app.returns.withdrawing.models import Withdrawal, WithdrawalState
from shopify_app.returns.withdrawing.opening import Stuck
from webhooks.inbox import Delivery

Row = dict[str, Any]
OUT = ("refund", "store_credit_refund")
"""Kinds of Shopify's book that are the shopper's own money going back."""
ON_ITS_WAY = (GroupState.NEEDS_LOOK, GroupState.RELEASED, GroupState.AWAITING_PAYMENT)
WRONGS = ("double", "lost", "stuck", "wrong", "stale", "mails", "across")
"""Names of what can be wrong: moved or stored twice, lost, stuck, a wrong sum, an older fact over a newer one, a mail
twice or too early, something of another shop."""


@dataclass
class Findings:
    """What is wrong, by what it means (`WRONGS`). Empty lists are the aim."""

    returns: int = 0
    settled: int = 0
    letters: int = 0
    double: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    across: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        return [f"{name}: {each}" for name in WRONGS for each in getattr(self, name)]

    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {name: len(getattr(self, name)) for name in WRONGS}


@dataclass(frozen=True)
class Confirmed:
    """A return as the shopper saw it confirmed."""

    return_id: int
    units: int


def examine(
    session: Session,
    book: Iterable[Row],
    confirmed: Iterable[Confirmed],
    orders: Collection[int],
    touched: Collection[int] = (),
) -> Findings:
    """Every return of these orders (our ids) against Shopify's book; `book` is of their customers alone. `touched` are
    orders at which the merchant refunded in Shopify's admin: their groups may wait for a person. Nobody in these
    stories begins a return in Shopify's admin, so that one we hear of from there is one we made twice."""
    found, rows = Findings(), list(book)
    for ret in session.scalars(select(Return).where(Return.order_id.in_(orders)).order_by(Return.id)):
        found.returns += 1
        if ret.source == Source.SHOPIFY:
            found.double.append(f"{ret.rma} came back to us from Shopify: a return of ours was made a second time")
        _examine_return(session, ret, rows, found, touched)
    _bonuses(session, rows, orders, found)
    _lost(session, confirmed, found)
    _inbox(session, found)
    _ledger_sums(session, found)
    return found


def _examine_return(session: Session, ret: Return, book: list[Row], found: Findings, touched: Collection[int]) -> None:
    groups = list(session.scalars(select(ReleaseGroup).where(ReleaseGroup.return_id == ret.id)))
    order = session.get_one(Order, ret.order_id)
    for group in groups:
        _money(session, group, book, found, order)
        _stands_still(session, ret, group, found, ret.order_id in touched)
    if groups and all(group.state in FINISHED_GROUPS for group in groups) and ret.state == ReturnState.APPROVED:
        found.stuck.append(f"return {ret.rma} is approved and every group of it is finished")


def _money(session: Session, group: ReleaseGroup, book: list[Row], found: Findings, order: Order) -> None:
    """I3: what went back for the group's returns at Shopify, and its bonus."""
    moved = total([_amount(row) for row in movements(session, group, book) if row["kind"] in OUT], group.currency)
    accepted = settlement_from_stored(group.accepted)
    final = settlement_from_stored(group.final) if group.final else accepted
    beside = _beside(session, group)
    became_another = final.outcome is not accepted.outcome  # an exchange that was dropped, or changed after inspection
    allowed = (final if became_another else accepted).back + beside
    name = f"group {group.id} ({group.outcome}, {group.state}) of order {order.name}"
    if moved > allowed:
        found.double.append(f"{name}: {moved} went back, {allowed} was accepted")
    if group.state == GroupState.SETTLED:
        found.settled += 1
        if moved != final.back + beside:
            found.wrong.append(f"{name}: {moved} went back, {final.back} and {beside} beside it were due")
        if final.outcome in EXCHANGES:
            _sold(session, group, final, book, found, name)
        else:
            _bonus(session, group, final.bonus, book, found, name)
    elif moved.amount and group.state not in ON_ITS_WAY:
        found.wrong.append(f"{name}: {moved} went back although it is not settled")


def _sold(
    session: Session, group: ReleaseGroup, final: Settlement, book: list[Row], found: Findings, name: str
) -> None:
    """New items were sold once, at what was agreed, and what they cost more was paid, waived or is nobody's debt."""
    sales = [_amount(row) for row in movements(session, group, book) if row["kind"] == "exchange_sale"]
    if total(sales, group.currency) != final.new_total:
        found.wrong.append(f"{name}: sold {[str(each) for each in sales]}, agreed {final.new_total}")
    owed = balances.of_group(session, group)
    if final.due and (owed is None or owed.is_open):
        found.wrong.append(f"{name}: settled although {final.due} is due")


def _bonus(session: Session, group: ReleaseGroup, due: Money, book: list[Row], found: Findings, name: str) -> None:
    grant = session.scalar(select(BonusGrant).where(BonusGrant.group_id == group.id))
    proof = (grant.shopify_id or "").rpartition("/")[2] if grant else ""
    credited = [row for row in book if row["kind"] == "store_credit" and row["cause"].endswith(f" {proof}")]
    issued = grant is not None and grant.state == GrantState.ISSUED
    if due.amount and not issued:
        found.stuck.append(f"{name}: its bonus of {due} is {grant.state if grant else 'not there'}")
    if issued and [_amount(row) for row in credited] != [due]:
        found.wrong.append(f"{name}: {len(credited)} credits for a bonus of {due}")


def movements(session: Session, group: ReleaseGroup, book: list[Row]) -> list[Row]:
    """Rows of the book of every return at Shopify that this group ever opened, and of refunds that needed none."""
    known = list(session.scalars(select(Step).where(Step.group_id == group.id)))
    ids = {group.shopify_return_id} | {_return_id(step.answer) for step in known if step.kind == "create"}
    refunds = {f"refund {_number(each)}" for step in known for each in (step.answer or {}).get("refunds", ())}
    return [
        row for row in book if row["cause"] in refunds or (row["return_id"] is not None and row["return_id"] in ids)
    ]


def _number(global_id: str | int) -> str:
    return str(global_id).rpartition("/")[2]


def _beside(session: Session, group: ReleaseGroup) -> Money:
    """What steps paid back that is no settlement of goods: a withdrawal's delivery, and payments towards an exchange
    that was taken off again."""
    done = select(Step).where(Step.group_id == group.id, Step.phase == StepState.DONE)
    parts = [
        part
        for step in session.scalars(done)
        for part in (*step.input.get("delivery", ()), *step.input.get("dropped", {}).get("paid_back", ()))
    ]
    return Money(sum(part["amount"] for part in parts), group.currency)


def _return_id(answer: Row | None) -> int | None:
    for value in (answer or {}).values():
        if isinstance(value, str) and value.startswith("gid://shopify/Return/"):
            return int(value.rpartition("/")[2])
    return next((v for k, v in (answer or {}).items() if k in ("return_id", "shopify_return_id")), None)


def _stands_still(session: Session, ret: Return, group: ReleaseGroup, found: Findings, is_touched: bool) -> None:
    """I8: no group is on its way and no step undecided, unless a person was told."""
    name = f"group {group.id} ({group.outcome}) of {ret.rma}"
    if group.state in (GroupState.OPENING, GroupState.RELEASED, GroupState.AWAITING_PAYMENT):
        found.stuck.append(f"{name} is {group.state} and nobody works on it")
    if group.state == GroupState.NEEDS_LOOK and not is_touched:
        found.stuck.append(f"{name} needs a look: {group.look} {group.look_facts}")
    if group.state == GroupState.WAITING and ret.state == ReturnState.APPROVED:
        found.stuck.append(f"{name} waits although its return is approved")
    undecided = (StepState.ATTEMPTED, StepState.UNKNOWN, StepState.PLANNED)
    for step in session.scalars(select(Step).where(Step.group_id == group.id, Step.phase.in_(undecided))):
        if group.state != GroupState.NEEDS_LOOK:
            found.stuck.append(f"{name}: step {step.key} is {step.phase} ({step.state}, {step.error})")


def _bonuses(session: Session, book: list[Row], orders: Collection[int], found: Findings) -> None:
    """One credit at Shopify for each bonus issued and each request credited; anything more was paid twice."""
    wanted = select(BonusGrant).where(BonusGrant.order_id.in_(orders), BonusGrant.issued_at.is_not(None))
    ours = Counter((grant.amount, grant.currency) for grant in session.scalars(wanted))
    ours += _without_order(session, orders)
    theirs = Counter((_amount(row).amount, row["currency"]) for row in book if row["kind"] == "store_credit")
    for (amount, currency), count in (theirs - ours).items():
        found.double.append(f"{count} credits of {Money(amount, currency)} without a bonus or request of ours")


def _without_order(session: Session, orders: Collection[int]) -> Counter[tuple[int, str]]:
    """What the buyers of these orders were credited without an order: sum and currency, how often."""
    buyers = select(Order.customer_id).where(Order.id.in_(orders))
    mine = (NoReceiptRequest.customer_id.in_(buyers), NoReceiptRequest.state == RequestState.CREDITED)
    rows = session.scalars(select(NoReceiptRequest).where(*mine))
    return Counter((row.amount or 0, row.currency or "") for row in rows)


def _lost(session: Session, confirmed: Iterable[Confirmed], found: Findings) -> None:
    for each in confirmed:
        wanted = (
            select(func.count())
            .select_from(ReturnUnit)
            .join(ReturnLine, ReturnLine.id == ReturnUnit.return_line_id)
            .where(ReturnLine.return_id == each.return_id)
        )
        if session.get(Return, each.return_id) is None or session.scalar(wanted) != each.units:
            found.lost.append(f"return {each.return_id} with its {each.units} units")


def _inbox(session: Session, found: Findings) -> None:
    """I1, I2: one row a webhook, and each was dealt with."""
    ids = session.execute(
        select(Delivery.webhook_id, func.count()).group_by(Delivery.webhook_id).having(func.count() > 1)
    )
    found.double += [f"webhook {webhook_id} is in the inbox {count} times" for webhook_id, count in ids]
    parked = session.scalars(select(Delivery).where(Delivery.state != WorkState.DONE))
    found.stuck += [f"webhook {row.id} {row.topic}: {row.state} {row.error}" for row in parked]


def declared(session: Session, ids: Iterable[int], found: Findings, is_touched: bool) -> None:
    """I4, I8: a withdrawal that was declared is there, and its return too, unless a person was told."""
    for row_id in ids:
        row = session.get(Withdrawal, row_id)
        if row is None:
            found.lost.append(f"withdrawal {row_id}")
        elif row.look == Stuck.BALANCE_OPEN or _was_dropped(session, row):
            continue  # a person takes the exchange off first, or sees that it was taken off
        elif row.state != WithdrawalState.OPENED and not is_touched:
            found.stuck.append(f"withdrawal {row.number} is {row.state}: {row.look} {row.look_facts}")


def _was_dropped(session: Session, row: Withdrawal) -> bool:
    """Whether nothing is left of what it names because it came by exchanges that were taken off between the declaration
    and its carrying out: their money has gone back."""
    if row.look != Stuck.NOT_ENOUGH:
        return False
    done = select(Step).join(Return).where(Return.order_id == row.order_id, Step.phase == StepState.DONE)
    late = done.where(Step.kind == StepKind.DROP_EXCHANGE, Step.done_at >= row.received_at)
    lines = [line for step in session.scalars(late) for line in step.input["refund"]["refundLineItems"]]
    gone = {_number(line["lineItemId"]): line["quantity"] for line in lines}
    return all(gone.get(str(said["line_id"]), 0) >= said["quantity"] for said in row.lines)


def acknowledged(session: Session, webhook_ids: Iterable[str], found: Findings) -> None:
    """I1: what was answered with 200 is in the inbox."""
    ids = set(webhook_ids)
    there = set(session.scalars(select(Delivery.webhook_id).where(Delivery.webhook_id.in_(ids))))
    found.lost += [f"webhook {each} was acknowledged and is not in the inbox" for each in sorted(ids - there)]


def _ledger_sums(session: Session, found: Findings) -> None:
    """Every posting of our own ledger sums to zero."""
    sums = session.execute(select(LedgerRow.posting, func.sum(LedgerRow.amount)).group_by(LedgerRow.posting))
    found.wrong += [f"posting {posting} sums to {amount}" for posting, amount in sums if amount]


def _amount(row: Row) -> Money:
    return Money.parse(str(Decimal(row["amount"])), row["currency"])
