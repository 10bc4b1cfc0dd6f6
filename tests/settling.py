"""Carrying returns through to their money in one process: approve, receive, let the workers work, read both ledgers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from returns_counter import Counter
from sqlalchemy import select

from jobs.steps import carry_out_step
from shopify_app.leases import due
from shopify_app.money import Money
from shopify_app.returns import ledger, reception, requests, settle
from shopify_app.returns.inspecting import asking as inspection_asking
from shopify_app.returns.inspecting import dialogue as inspection
from shopify_app.returns.inspecting.models import InspectionQuestion
from shopify_app.returns.inspecting.states import QuestionState
from shopify_app.returns.ledger import Account
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup, Step
from shopify_app.returns.reception import Verdict
from shopify_app.returns.states import Actor, UnitDecision
from shopify_app.returns.steps import StepKind
from shopify_app.returns.timeline import By

MARA = By(Actor.MERCHANT, "mara")
ADA = By(Actor.SHOPPER)
MOVEMENTS = {
    Account.REFUND: "refund",
    Account.STORE_CREDIT_REFUND: "store_credit_refund",
    Account.GIFT_CARD_REFUND: "refund",
    Account.EXCHANGE_SALE: "exchange_sale",
}


def work(counter: Counter, rounds: int = 60) -> list[str]:
    """Workers do what is due; when nothing is, time moves on to the next pause's end. Says how each stretch ended."""
    ended: list[str] = []
    for _ in range(rounds):
        with counter.database.read() as session:
            waiting = due(session, Step, counter.now())
            later = session.scalar(select(Step.id).where(Step.state == "pending").limit(1))
        if not waiting:
            if later is None:
                return ended
            counter.wire.advance(seconds=10)
        ended += [carry_out_step(counter.wire.adapters, step_id) for step_id in waiting]
    return ended


def approve(counter: Counter, ret: Return) -> list[str]:
    with counter.database.write() as session:
        requests.approve(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())
    return work(counter)


def receive(counter: Counter, ret: Return, quantity: int | None = None, then_work: bool = True) -> list[str]:
    with counter.database.write() as session:
        reception.receive(session, counter.ret(session, ret), None, quantity, MARA, counter.now())
    return work(counter) if then_work else []


def decide(
    counter: Counter, ret: Return, decision: UnitDecision, quantity: int | None = None, percent: str | None = None
) -> list[str]:
    """The verdict on units; where Ada is asked about it, she takes what she is offered."""
    ended = judge(counter, ret, decision, quantity, percent)
    return ended + agree(counter, ret)


def judge(
    counter: Counter, ret: Return, decision: UnitDecision, quantity: int | None = None, percent: str | None = None
) -> list[str]:
    """The verdict on units; whatever Ada is asked about it waits."""
    with counter.database.write() as session:
        found = counter.ret(session, ret)
        units = reception.units_to_inspect(found, None, quantity)
        verdict = Verdict(decision, Decimal(percent) if percent else None)
        reception.inspect(session, found, units, verdict, MARA, counter.now())
    return work(counter)


def open_questions(counter: Counter, ret: Return) -> list[InspectionQuestion]:
    """What Ada has been asked and not answered."""
    with counter.database.read() as session:
        asked = inspection_asking.of_return(session, counter.ret(session, ret))
        return [question for question in asked if question.state == QuestionState.ASKED]


def agree(counter: Counter, ret: Return) -> list[str]:
    """Ada takes whatever sum she is offered, as long as it costs her nothing."""
    ended: list[str] = []
    for question in open_questions(counter, ret):
        if question.instead:
            continue
        with counter.database.write() as session:
            inspection.take(session, counter.ret(session, ret), question.id, ADA, counter.now())
        ended += work(counter)
    return ended


def settle_now(counter: Counter, ret: Return) -> list[str]:
    with counter.database.write() as session:
        settle.settle_now(session, counter.ret(session, ret), MARA, counter.now())
    return work(counter)


def groups(counter: Counter, ret: Return) -> list[ReleaseGroup]:
    with counter.database.read() as session:
        wanted = select(ReleaseGroup).where(ReleaseGroup.return_id == ret.id).order_by(ReleaseGroup.position)
        return list(session.scalars(wanted))


def states(counter: Counter, ret: Return) -> list[str]:
    return [group.state for group in groups(counter, ret)]


def looks(counter: Counter, ret: Return) -> list[str | None]:
    return [group.look for group in groups(counter, ret)]


def steps(counter: Counter, ret: Return) -> list[tuple[str, str]]:
    """What happened at Shopify; that Ada was asked is none of it."""
    with counter.database.read() as session:
        wanted = select(Step).where(Step.return_id == ret.id, Step.kind != StepKind.ASK).order_by(Step.id)
        return [(step.key, step.phase) for step in session.scalars(wanted)]


def grant(counter: Counter, ret: Return) -> BonusGrant:
    with counter.database.read() as session:
        return session.scalars(select(BonusGrant).where(BonusGrant.return_id == ret.id)).one()


def state(counter: Counter, ret: Return) -> str:
    with counter.database.read() as session:
        return counter.ret(session, ret).state


def ours(counter: Counter, ret: Return) -> list[tuple[str, str]]:
    """What our ledger says moved, in the dev store's words, sorted."""
    with counter.database.read() as session:
        found = counter.ret(session, ret)
        assert ledger.check(session, found) == ()
        rows = ledger.rows(session, found)
    moved = [
        (MOVEMENTS[Account(row.account)], str(Money(-row.amount, row.currency)))
        for row in rows
        if row.account in MOVEMENTS
    ]
    bonuses = [
        ("gift_card" if row.tender == "bonus_gift_card" else "store_credit", str(Money(-row.amount, row.currency)))
        for row in rows
        if row.account == Account.BONUS_ISSUED
    ]
    back = [
        ("store_credit_debit", str(Money(row.amount, row.currency)))
        for row in rows
        if row.account == Account.BONUS_TAKEN_BACK
    ]
    return sorted(moved + bonuses + back)


def theirs(counter: Counter) -> list[tuple[str, str]]:
    """What the dev store's own ledger says moved, charges left out, sorted."""
    rows: list[dict[str, Any]] = counter.stage.control("GET", "/ledger").json["rows"]
    return sorted((row["kind"], row["amount"]) for row in rows if row["kind"] != "charge")


def with_credit(counter: Counter, *currencies: str) -> Counter:
    """The shop sells, and gives credit, in these currencies."""
    store = counter.wire.world.store
    shop = store.get("shop", 1) or {}
    store.put("shop", {**shop, "enabled_presentment_currencies": ["EUR", *currencies]})
    return counter
