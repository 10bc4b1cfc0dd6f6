"""Every night: the credits without an order that our books call given, against the movements of Shopify's accounts."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy import select

from shopify_app.customers.models import Customer
from shopify_app.events import NoReceiptNeedsLook, record
from shopify_app.money import Money
from shopify_app.returns.comparing import LOOKED_AT, READ_BACK
from shopify_app.returns.looks import Look
from shopify_app.returns.no_receipt import credit, timeline
from shopify_app.returns.no_receipt.models import NoReceiptRequest, RequestState
from shopify_app.returns.outgoing import Ground
from shopify_app.returns.states import Actor
from shopify_app.shopify.errors import ShopifyError

log = structlog.get_logger(__name__)


def compare_credits(ground: Ground) -> int:
    """Lists every request whose credit Shopify does not show as we booked it. Returns how many; a shop that does not
    let us in is passed and logged."""
    alarms = 0
    for request, customer_id in _given(ground):
        try:
            since = ground.clock.now() - READ_BACK
            accounts = ground.admin_of(request.shop_id).store_credit_accounts(customer_id, since)
        except ShopifyError as failure:
            log.warning("credits_not_compared", shop_id=request.shop_id, error=type(failure).__name__)
            continue
        booked = Money(request.amount or 0, request.currency or "")
        theirs = next((m.amount for a in accounts for m in a.movements if m.id == request.shopify_id), None)
        if theirs != booked:
            _alarm(ground, request.id, booked.amount, theirs.amount if theirs else 0)
            alarms += 1
    return alarms


def _given(ground: Ground) -> Sequence[tuple[NoReceiptRequest, int]]:
    """Those of late, with Shopify's id of the customer."""
    since = ground.clock.now() - LOOKED_AT
    wanted = (
        select(NoReceiptRequest, Customer.shopify_id)
        .join(Customer, Customer.id == NoReceiptRequest.customer_id)
        .where(NoReceiptRequest.state == RequestState.CREDITED, NoReceiptRequest.credited_at >= since)
        .where(Customer.merged_into_id.is_(None))
    )
    with ground.database.read() as session:
        return [(request, customer_id) for request, customer_id in session.execute(wanted)]


def _alarm(ground: Ground, request_id: int, ours: int, theirs: int) -> None:
    with ground.database.write() as session:
        request = credit.locked(session, request_id)
        if request.look != Look.LEDGER_DIFFERS:
            request.look, request.look_facts = Look.LEDGER_DIFFERS, {"ours": ours, "theirs": theirs}
            request.version += 1
            now, told = ground.clock.now(), {"look": Look.LEDGER_DIFFERS}
            timeline.add(session, request, "needs_look", Actor.SHOPIFY, now, facts=told)
            record(session, request.shop_id, NoReceiptNeedsLook(request_id=request.id), now)
