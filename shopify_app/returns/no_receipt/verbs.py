"""The merchant's verbs for requests without an order number: what one is worth, accepted, declined, matched.

Accepting gives store credit and nothing else. It needs a customer with the address that was shown to be the asker's:
where there is none yet, the request waits until there is.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import Session

from shopify_app.catalogue.models import Product, Variant
from shopify_app.customers.models import Customer
from shopify_app.events import NoReceiptAccountWanted, NoReceiptDeclined, NoReceiptMatched, record
from shopify_app.money import Money
from shopify_app.orders.models import Order, OrderLine
from shopify_app.prepared import Prepared
from shopify_app.returns import facts, steps
from shopify_app.returns.effects import NoReceipt
from shopify_app.returns.models import Return
from shopify_app.returns.moves import NothingSaid
from shopify_app.returns.no_receipt import credit, terms, timeline
from shopify_app.returns.no_receipt.models import (
    REQUEST_MOVES,
    NoReceiptFile,
    NoReceiptRequest,
    ProofOf,
    RequestState,
)
from shopify_app.returns.no_receipt.seen import Seen, see
from shopify_app.returns.no_receipt.terms import NothingWithout, Wanted, Worth
from shopify_app.returns.searching import keeping
from shopify_app.returns.states import StepState
from shopify_app.returns.subjects import LineFacts
from shopify_app.returns.timeline import By
from shopify_app.returns.vocabulary import PriceBasis
from shopify_app.shops.models import Shop
from shopify_app.states import IllegalMove

LONGEST_NOTE = 2000
GONE = "gone"
"""Why nothing can be given for what the shop does not sell any more: there is no price of today."""


class WorthMoved(Exception):
    """A price, the policy or what the person was given changed since the sum was shown; `now` is what it is."""

    def __init__(self, now: Worth) -> None:
        super().__init__(f"it is {now.amount} now")
        self.now = now


def find(session: Session, shop_id: int, number: str) -> NoReceiptRequest | None:
    """The shop's request of that number."""
    mine = (NoReceiptRequest.shop_id == shop_id, NoReceiptRequest.number == number.strip().upper())
    return session.scalar(select(NoReceiptRequest).where(*mine))


def waits_for_a_person() -> ColumnElement[bool]:
    """Whether a request is to be decided, or looked at."""
    return or_(NoReceiptRequest.state == RequestState.RECEIVED, NoReceiptRequest.look.is_not(None))


_UNDECIDED = Prepared(
    select(func.count())
    .select_from(NoReceiptRequest)
    .where(NoReceiptRequest.shop_id == bindparam("shop"), waits_for_a_person())
)


def undecided(session: Session, shop_id: int) -> int:
    """How many wait for a person: to be decided, or looked at."""
    ((count,),) = _UNDECIDED.rows(session, shop=shop_id)
    return count


def files_of(session: Session, request: NoReceiptRequest) -> list[NoReceiptFile]:
    """In the order in which they were sent."""
    wanted = select(NoReceiptFile).where(NoReceiptFile.request_id == request.id)
    return list(session.scalars(wanted.order_by(NoReceiptFile.id)))


def worth(session: Session, request: NoReceiptRequest, now: datetime, seen: Seen | None = None) -> Worth:
    """What it comes to today, under the newest policy; `seen` where it was read already. Raises NothingWithout."""
    seen = seen or see(session, request)
    wanted = _wanted(session, seen, now)
    found = terms.decided(seen.version, wanted.line, wanted.reason)
    since = terms.counted_since(found[1] if found else None, now)
    return terms.worth(seen.version, wanted, seen.granted(since).amount)


def customer_of(session: Session, request: NoReceiptRequest) -> Customer | None:
    """Whoever of the shop's customers has the address, as far as we know them."""
    if request.email_hash is None:
        return None
    mine = (Customer.shop_id == request.shop_id, Customer.email_hash == request.email_hash)
    living = (Customer.deleted_at.is_(None), Customer.merged_into_id.is_(None))
    return session.scalars(select(Customer).where(*mine, *living).order_by(Customer.id.desc())).first()


def accept(session: Session, request: NoReceiptRequest, shown: Money | None, by: By, now: datetime) -> NoReceiptRequest:
    """Store credit, of what was `shown`; None: of whatever it comes to. Where nobody has the address yet it waits for
    an account.

    Raises NothingWithout, WorthMoved, IllegalMove; nothing has happened then.
    """
    session.scalar(select(Shop.id).where(Shop.id == request.shop_id).with_for_update())  # caps are counted one by one
    request = credit.locked(session, request.id)
    if request.state != RequestState.RECEIVED:
        raise IllegalMove("the request", request.state, RequestState.ACCEPTED)
    found = worth(session, request, now)
    if shown is not None and shown != found.amount:
        raise WorthMoved(found)
    request.amount, request.currency = found.amount.amount, found.amount.currency
    request.unit_price, request.percent = found.unit_price.amount, found.percent
    request.credit_months, request.policy_version, request.rule = found.months, found.version, found.rule
    _decided(request, by, now)
    told = {"amount": found.amount.amount, "currency": found.amount.currency}
    timeline.add(session, request, "accepted", by.actor, now, staff=by.staff, facts=told)
    customer = customer_of(session, request)
    if customer is None:
        _move(request, RequestState.ACCOUNT_WANTED)
        record(session, request.shop_id, NoReceiptAccountWanted(request_id=request.id), now)
    else:
        give(session, request, customer, now)
    return request


def give(session: Session, request: NoReceiptRequest, customer: Customer, now: datetime) -> None:
    """There is somebody whom the credit of an accepted request can be given to."""
    _move(request, RequestState.ACCEPTED)
    request.customer_id = customer.id
    session.flush()
    credit.plan(session, request, now)


def decline(session: Session, request: NoReceiptRequest, note: str, by: By, now: datetime) -> NoReceiptRequest:
    """No, with words for whoever asked. Raises NothingSaid, IllegalMove."""
    said = note.strip()[:LONGEST_NOTE]
    if not said:
        raise NothingSaid
    request = credit.locked(session, request.id)
    _move(request, RequestState.DECLINED)
    _decided(request, by, now)
    request.decline_note = said
    timeline.add(session, request, "declined", by.actor, now, staff=by.staff, said=said)
    record(session, request.shop_id, NoReceiptDeclined(request_id=request.id), now)
    return request


def matched(
    session: Session, request: NoReceiptRequest, order: Order, ret: Return | None, by: By, now: datetime
) -> NoReceiptRequest:
    """It was bought with `order`: from here on it is that order's return, under its policy. Raises IllegalMove."""
    request = credit.locked(session, request.id)
    _move(request, RequestState.MATCHED)
    _decided(request, by, now)
    request.order_id, request.return_id = order.id, ret.id if ret else None
    if ret is not None:
        keeping.write(session, ret)
    told = {"order_id": order.id, "return_id": request.return_id}
    timeline.add(session, request, "matched", by.actor, now, staff=by.staff, facts=told)
    record(session, request.shop_id, NoReceiptMatched(request_id=request.id), now)
    return request


def try_again(session: Session, request: NoReceiptRequest, by: By, now: datetime) -> None:
    """What kept the credit was cleared away. What may have happened is looked up before anything is sent."""
    step = credit.step_of(session, request)
    if request.look is None or step is None:
        return
    request.look, request.look_facts = None, None
    if step.phase == StepState.DROPPED:
        session.delete(step)
        session.flush()
        credit.plan(session, request, now)
    elif step.phase != StepState.DONE:
        steps.try_again(session, step, now)
    timeline.add(session, request, "tried_again", by.actor, now, staff=by.staff)


def handled(session: Session, request: NoReceiptRequest, by: By, now: datetime) -> None:
    """A person gave it in another way: it is not sent again; of one that was given, a person has looked at the books.
    Raises IllegalMove."""
    request = credit.locked(session, request.id)
    if request.state != RequestState.CREDITED:
        _move(request, RequestState.HANDLED)
    request.look, request.look_facts = None, None
    step = credit.step_of(session, request)
    if step is not None and step.phase in (StepState.PLANNED, StepState.REFUSED):
        steps.drop(step)
    timeline.add(session, request, "handled", by.actor, now, staff=by.staff)


def _wanted(session: Session, seen: Seen, now: datetime) -> Wanted:
    request = seen.request
    mine = (Variant.shop_id == request.shop_id, Variant.shopify_id == request.variant_id)
    goods = select(Variant, Product).join(Product, Product.id == Variant.product_id).where(*mine)
    variant, product = session.execute(goods).one_or_none() or (None, None)
    if variant is None or product is None or product.deleted_at is not None or product.is_gift_card:
        raise NothingWithout(GONE)
    of_goods = facts.goods(session, request.shop_id, [product.shopify_id])[product.shopify_id]
    line = LineFacts(
        line_id=0,
        price_paid=Money(variant.price, seen.shop.currency),
        product_id=product.shopify_id,
        variant_id=variant.shopify_id,
        product_tags=of_goods.tags,
        collection_ids=of_goods.collections,
        product_type=of_goods.type,
        vendor=of_goods.vendor,
        is_final_sale=of_goods.is_final_sale,
    )
    papers = any(each.proof_of == ProofOf.PURCHASE for each in seen.files)
    found = terms.decided(seen.version, line, request.reason)
    lately = _lately(session, seen, found[1] if found else None, now)
    return Wanted(line, request.quantity, request.reason, line.price_paid, lately, papers)


def _lately(session: Session, seen: Seen, then: NoReceipt | None, now: datetime) -> Money | None:
    """The lowest price at which one was sold in the shop's own currency, where the policy asks for it."""
    if then is None or then.price is not PriceBasis.LOWEST:
        return None
    request, currency = seen.request, seen.shop.currency
    lowest = session.scalar(
        select(func.min(OrderLine.unit_price))
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            OrderLine.shop_id == request.shop_id,
            OrderLine.variant_shopify_id == request.variant_id,
            Order.currency == currency,
            Order.placed_at >= now - timedelta(days=then.lowest_of_days),
        )
    )
    return None if lowest is None else Money(int(lowest), currency)


def _move(request: NoReceiptRequest, to: RequestState) -> None:
    request.state = REQUEST_MOVES.check(RequestState(request.state), to)
    request.version += 1


def _decided(request: NoReceiptRequest, by: By, now: datetime) -> None:
    request.decided_at, request.decided_by = now, by.staff
