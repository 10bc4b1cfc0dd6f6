"""A request without an order number with what helps to decide it, read at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, literal, or_, select
from sqlalchemy.orm import Session

from shopify_app.customers.models import Customer
from shopify_app.money import Money
from shopify_app.returns import published
from shopify_app.returns.models import ListedCustomer
from shopify_app.returns.no_receipt.models import (
    GRANTED,
    NoReceiptEntry,
    NoReceiptFile,
    NoReceiptRequest,
    RequestState,
)
from shopify_app.returns.rules import PolicyVersion
from shopify_app.returns.standing import worst_of
from shopify_app.returns.vocabulary import Standing
from shopify_app.shops.models import Shop
from shopify_app.together import read_together


@dataclass(frozen=True)
class Granted:
    """What the same person was given or promised without an order: how often, and how much within the cap's days."""

    count: int
    amount: Money


@dataclass(frozen=True)
class Seen:
    """`customer` is whoever of the shop's customers has the address, as far as we know them; `version` the policy in
    force; `given` what the same person was given: (amount in minor units, when it was decided)."""

    request: NoReceiptRequest
    shop: Shop
    files: Sequence[NoReceiptFile]
    entries: Sequence[NoReceiptEntry]
    customer: Customer | None
    standing: Standing
    version: PolicyVersion
    given: Sequence[tuple[int, datetime | None]]

    def granted(self, since: datetime | None) -> Granted:
        """By the same address, or to the same customer; `since` None: ever."""
        counted = [amount for amount, at in self.given if since is None or (at is not None and at >= since)]
        return Granted(len(counted), Money(sum(counted), self.shop.currency))


def see(session: Session, request: NoReceiptRequest) -> Seen:
    """Three statements. Files and entries are in the order in which they came."""
    whose = Customer.shop_id == request.shop_id, Customer.email_hash == (request.email_hash or "")
    living = Customer.deleted_at.is_(None), Customer.merged_into_id.is_(None)
    keys = select(literal("customer:") + cast(Customer.shopify_id, String)).where(*whose, *living)
    listed = or_(ListedCustomer.key.in_(keys), ListedCustomer.key == f"email:{request.email_hash or ''}")
    wanted: dict[type[Any], Any] = {
        Shop: Shop.id == request.shop_id,
        NoReceiptFile: NoReceiptFile.request_id == request.id,
        NoReceiptEntry: NoReceiptEntry.request_id == request.id,
        Customer: whose[0] & whose[1] & living[0] & living[1],
        ListedCustomer: (ListedCustomer.shop_id == request.shop_id) & listed,
    }
    rows = read_together(session, wanted)
    customer = next(reversed(rows.of(Customer)), None)
    return Seen(
        request=request,
        shop=rows.of(Shop)[0],
        files=rows.of(NoReceiptFile),
        entries=rows.of(NoReceiptEntry),
        customer=customer,
        standing=worst_of({each.standing for each in rows.of(ListedCustomer)}),
        version=published.newest(session, request.shop_id),
        given=_given(session, request, customer),
    )


def _given(
    session: Session, request: NoReceiptRequest, customer: Customer | None
) -> tuple[tuple[int, datetime | None], ...]:
    same = [NoReceiptRequest.email_hash == request.email_hash]
    if customer is not None:
        same.append(NoReceiptRequest.customer_id == customer.id)
    wanted = select(NoReceiptRequest.amount, NoReceiptRequest.decided_at).where(
        NoReceiptRequest.shop_id == request.shop_id,
        NoReceiptRequest.id != request.id,
        NoReceiptRequest.state.in_((*GRANTED, RequestState.HANDLED)),
        or_(*same),
    )
    return tuple((amount or 0, at) for amount, at in session.execute(wanted))
