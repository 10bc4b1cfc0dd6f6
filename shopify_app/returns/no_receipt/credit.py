"""The credit for goods that came back without an order: plain store credit, given once.

Without an order there is nothing to refund and no payment to refund to. What carries it at Shopify is one
`storeCreditAccountCredit`: no Return, no Refund, no exchange. It takes no note, so its expiry, a second that no other
credit of ours to that customer has, is how it is found again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from shopify_app.customers.models import Customer
from shopify_app.customers.projection import kept_of
from shopify_app.events import NoReceiptCredited, NoReceiptNeedsLook, record
from shopify_app.money import Money
from shopify_app.queue import send_after_commit
from shopify_app.returns import crediting, ledger
from shopify_app.returns.ledger import Account, Entry
from shopify_app.returns.looks import Look
from shopify_app.returns.money_models import Step
from shopify_app.returns.no_receipt import timeline
from shopify_app.returns.no_receipt.models import REQUEST_MOVES, NoReceiptRequest, RequestState
from shopify_app.returns.outgoing import Answer, Bench, NeedsLook, NotWanted, Ready
from shopify_app.returns.states import Actor
from shopify_app.returns.steps import TASK, StepKind
from shopify_app.returns.telling import money_input
from shopify_app.shopify.nodes import gid

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class RequestBench(Bench):
    """A step of a request, with the request."""

    request: NoReceiptRequest


def plan(session: Session, request: NoReceiptRequest, now: datetime) -> Step:
    """Writes down that the credit is to be given; a worker is woken when the transaction commits."""
    step = Step(
        shop_id=request.shop_id,
        no_receipt_id=request.id,
        kind=StepKind.NO_RECEIPT_CREDIT,
        key=str(StepKind.NO_RECEIPT_CREDIT),
        position=1,
        input={},
        planned_at=now,
        due_at=now,
    )
    session.add(step)
    session.flush()
    send_after_commit(session, TASK, step.id)
    return step


def step_of(session: Session, request: NoReceiptRequest) -> Step | None:
    """The request's step, once its credit was decided."""
    return session.scalar(select(Step).where(Step.no_receipt_id == request.id))


def prepare(bench: RequestBench) -> Ready:
    """What to send: the sum as accepted, and an expiry that is nobody else's. What a person saw to in another way is
    only looked for, and not sent again."""
    request = bench.request
    if request.state != RequestState.ACCEPTED:
        raise NotWanted
    with bench.ground.database.read() as session:
        customer = survivor(session, request.customer_id)
        if customer is None:
            raise NeedsLook(Look.CREDIT_FAILED, words="The customer is gone.", codes=["NO_CUSTOMER"])
        wanted = crediting.months_later(bench.now, request.credit_months or crediting.LEAST_MONTHS)
        owner = crediting.Purse(request.shop_id, customer.id, request.currency or "")
        expires_at = request.credit_expires_at or crediting.free_second(session, owner, wanted)

    def books(session: Session, bench: RequestBench) -> None:
        row = session.get_one(NoReceiptRequest, bench.request.id)
        crediting.take_second(session, owner, expires_at, but_request=row.id)
        row.customer_id, row.credit_expires_at = owner.customer_id, expires_at
        session.flush()

    input = {
        "creditAmount": money_input(Money(request.amount or 0, request.currency or "")),
        "expiresAt": expires_at.isoformat().replace("+00:00", "Z"),
        "notify": False,
    }
    return Ready(
        {"owner": gid("Customer", customer.shopify_id), "customer": customer.shopify_id, "credit": input}, books
    )


def send(bench: RequestBench, input: Mapping[str, Any]) -> Answer:
    """Gives it, once."""
    return crediting.credited(bench.admin.credit_store_credit(input["owner"], input["credit"]))


def look_back(bench: RequestBench) -> Answer | None:
    """The credit at Shopify, by its sum and its expiry."""
    return crediting.credit_found(bench)


def happened(session: Session, bench: RequestBench, answer: Answer, now: datetime) -> None:
    """Written into the books under accounts of its own, and told."""
    request, step = locked(session, bench.request.id), session.get_one(Step, bench.step.id)
    request.state = REQUEST_MOVES.check(RequestState(request.state), RequestState.CREDITED)
    request.credited_at, request.look, request.look_facts = now, None, None
    request.shopify_id, request.account_id = answer["shopify_id"], answer["account_id"]
    request.version += 1
    amount = Money(request.amount or 0, request.currency or "")
    _post(session, request, step, amount, now)
    timeline.add(session, request, "credited", Actor.SHOPIFY, now, facts={"amount": amount.amount})
    record(session, request.shop_id, NoReceiptCredited(request_id=request.id), now)


def _post(session: Session, request: NoReceiptRequest, step: Step, amount: Money, now: datetime) -> None:
    entries = [
        Entry(Account.NO_RECEIPT_EXPENSE, amount),
        Entry(Account.NO_RECEIPT_CREDIT, -amount, tender="store_credit", shopify_id=request.shopify_id),
    ]
    about = {"shop_id": request.shop_id, "no_receipt_id": request.id, "step_id": step.id, "at": now}
    about["posting"] = f"n{request.id}.credit"
    session.add_all(ledger.balanced(entries, about))
    session.flush()


def stopped(session: Session, bench: RequestBench, look: Look, facts: Mapping[str, Any]) -> None:
    """Nothing moves until a person has looked."""
    request = locked(session, bench.request.id)
    request.look, request.look_facts = look, dict(facts)
    request.version += 1
    log.warning("credit_needs_look", shop_id=request.shop_id, request_id=request.id, look=str(look))
    timeline.add(session, request, "needs_look", Actor.SHOPIFY, bench.now, facts={"look": look})
    record(session, request.shop_id, NoReceiptNeedsLook(request_id=request.id), bench.now)


def locked(session: Session, request_id: int) -> NoReceiptRequest:
    """The request, held until the transaction ends."""
    wanted = select(NoReceiptRequest).where(NoReceiptRequest.id == request_id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def survivor(session: Session, customer_id: int | None) -> Customer | None:
    """The customer, or whom Shopify merged them into; None where they are gone."""
    customer = session.get(Customer, customer_id or 0)
    kept = kept_of(session, customer) if customer is not None else None
    return kept if kept is not None and kept.deleted_at is None else None
