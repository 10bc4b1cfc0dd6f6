"""Ada has no order number: what she asks for, what Mara decides, and what must hold of the credit that she is given.

A request is credited once, for the sum accepted, or never; what one person is given stays within the cap; a request
that was matched to an order is that order's return and gives no credit of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from balance import Findings, Row
from letterbox import BOOK
from sqlalchemy import select
from sqlalchemy.orm import Session
from story import MARA, MOST_WITHOUT_ORDER, Premises

from shopify_app.catalogue.models import Variant
from shopify_app.leases import WorkState
from shopify_app.messages.models import Message, MessagePhase
from shopify_app.messages.plan import MailKind
from shopify_app.money import Money, total
from shopify_app.orders.access import TooManyTries
from shopify_app.orders.codes import WrongCode
from shopify_app.orders.models import Order
from shopify_app.returns.money_models import LedgerRow, Step
from shopify_app.returns.no_receipt import asking, matching, verbs
from shopify_app.returns.no_receipt.asking import Asked
from shopify_app.returns.no_receipt.matching import NotInOrder
from shopify_app.returns.no_receipt.models import GRANTED, NoReceiptRequest, RequestState
from shopify_app.returns.no_receipt.terms import NothingWithout
from shopify_app.returns.states import StepState
from shopify_app.returns.vocabulary import Outcome
from shopify_app.shops.models import Shop

TOO_LATE: tuple[type[Exception], ...] = (NothingWithout, NotInOrder, TooManyTries, WrongCode, verbs.WorthMoved)
"""What a verb answers where nothing more can be had without an order; nothing has moved then."""


def ask(house: Premises, customer_id: int, key: str, quantity: int) -> int:
    """A request for so many shirts whose code was typed; our id of it."""
    email = f"{house.buyer}.{customer_id}@example.com"
    with house.write() as session:
        mine = (Variant.shop_id == house.shop_id, Variant.shopify_id == house.variants["S"])
        shirt = session.scalars(select(Variant).where(*mine)).one()
        named = (shirt.product.shopify_id, shirt.shopify_id, shirt.product.title, shirt.title)
        said = Asked(key, *named, quantity, "unwanted", "As a present", "Ada Berg", email, "en")
        request = asking.ask(session, session.get_one(Shop, house.shop_id), said, (), house.now())
        code = request.code or ""
    with house.write() as session:
        return asking.receive(session, request.id, code, house.now()).id


def accept(house: Premises, request_id: int) -> None:
    with house.write() as session:
        verbs.accept(session, session.get_one(NoReceiptRequest, request_id), None, MARA, house.now())


def decline(house: Premises, request_id: int) -> None:
    with house.write() as session:
        request = session.get_one(NoReceiptRequest, request_id)
        verbs.decline(session, request, "Not one of ours.", MARA, house.now())


def match(house: Premises, request_id: int, order_id: int, outcome: Outcome) -> tuple[int, int]:
    """Mara finds the order that it was; its return and how many units are in it."""
    with house.read() as session:
        number = session.get_one(Order, order_id).shopify_id
    seen = house.adapters.admin(house.shop_id).returnable_order(number)
    with house.write() as session:
        request, order = session.get_one(NoReceiptRequest, request_id), session.get_one(Order, order_id)
        ret = matching.make_return(session, request, order, seen, outcome, MARA, house.now())
        return ret.id, sum(len(line.units) for line in ret.lines)


def credited_once(session: Session, ids: Iterable[int], book: Sequence[Row], found: Findings) -> None:
    """I3, I8 of requests of one person, by our ids; `book` is Shopify's of that person alone."""
    rows = [session.get_one(NoReceiptRequest, each) for each in ids]
    for request in rows:
        _credit(session, request, book, found)
        _stands_still(session, request, found)
    given = sum(row.amount or 0 for row in rows if row.state in GRANTED)
    most = Money.parse(MOST_WITHOUT_ORDER, "EUR")
    if given > most.amount:
        found.double.append(f"{given} were given without an order, {most} is the most")


def _credit(session: Session, request: NoReceiptRequest, book: Sequence[Row], found: Findings) -> None:
    name = f"request {request.number} ({request.state})"
    proof = (request.shopify_id or "none").rpartition("/")[2]
    moved = [row for row in book if row["kind"] == "store_credit" and row["cause"].endswith(f" {proof}")]
    sums = [Money.parse(str(Decimal(row["amount"])), row["currency"]) for row in moved]
    due = Money(request.amount or 0, request.currency or "EUR")
    booked = session.scalars(select(LedgerRow).where(LedgerRow.no_receipt_id == request.id)).all()
    if request.state == RequestState.CREDITED:
        if sums != [due] or len(booked) != 2 or booked[0].amount != due.amount:
            found.wrong.append(f"{name}: {total(sums, due.currency)} at Shopify, {len(booked)} rows, {due} accepted")
    elif moved or booked:
        found.double.append(f"{name}: {total(sums, due.currency)} went out, {len(booked)} rows")
    if request.state == RequestState.MATCHED and request.return_id is None:
        found.lost.append(f"{name}: the return that was made of it")


def _stands_still(session: Session, request: NoReceiptRequest, found: Findings) -> None:
    """Nobody decided, or it was carried out: nothing in between, and no person is asked anything."""
    name = f"request {request.number}"
    if request.look is not None:
        found.stuck.append(f"{name} needs a look: {request.look} {request.look_facts}")
    if request.state in (RequestState.ASKED, RequestState.ACCOUNT_WANTED, RequestState.ACCEPTED):
        found.stuck.append(f"{name} is {request.state}")
    finished = (StepState.DONE, StepState.DROPPED)
    steps = session.scalars(select(Step).where(Step.no_receipt_id == request.id)).all()
    found.stuck += [
        f"{name}: its credit is {step.phase} ({step.error})" for step in steps if step.phase not in finished
    ]
    if len(steps) > (request.state == RequestState.CREDITED):
        found.double.append(f"{name} ({request.state}) has {len(steps)} steps")


def letters_about_requests(
    session: Session, ids: Iterable[int], letters: Sequence[Row], book: Sequence[Row], found: Findings
) -> None:
    """I6 of requests: each word once, to whoever asked, and of money only when it had moved."""
    for request in (session.get_one(NoReceiptRequest, each) for each in ids):
        rows = [row for row in session.scalars(_mails_of(request)) if row.references["no_receipt_id"] == request.id]
        of = {row.message_id: row for row in rows if row.message_id}
        taken = [(each, of[id]) for each in letters if (id := each["headers"].get("Message-ID")) in of]
        causes = Counter(row.cause if row.kind == MailKind.NO_RECEIPT_CODE else row.kind for _, row in taken)
        found.mails += [f"{count} letters {cause} of {request.number}" for cause, count in causes.items() if count > 1]
        if any(letter["envelope_to"] != [request.email] for letter, _ in taken):
            found.across.append(f"a letter about {request.number} went to somebody else")
        told = [letter for letter, row in taken if row.kind == MailKind.NO_RECEIPT_CREDITED]
        proof = (request.shopify_id or "none").rpartition("/")[2]
        when = next((row["id"] for row in book if row["cause"].endswith(f" {proof}")), None)
        if any(when is None or letter[BOOK] < when for letter in told):
            found.mails.append(f"{request.number}: told before its credit was given")
        if request.state == RequestState.CREDITED and MailKind.NO_RECEIPT_CREDITED not in {row.kind for row in rows}:
            found.stuck.append(f"{request.number} is credited and nobody was told")
        open_ended = (MessagePhase.ATTEMPTED, MessagePhase.REFUSED)
        left = [row for row in rows if row.state == WorkState.PENDING or row.phase in open_ended]
        found.stuck += [f"mail {row.cause}: {row.phase}, {row.state} {row.error}" for row in left]


def _mails_of(request: NoReceiptRequest) -> Any:
    return select(Message).where(Message.shop_id == request.shop_id, Message.kind.startswith("no_receipt"))
