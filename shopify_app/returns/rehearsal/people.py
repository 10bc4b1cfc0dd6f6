"""Who bought the orders of a page, as a policy sees them on a day: tags, lists, and what they had returned by then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from shopify_app.customers.models import Customer
from shopify_app.db import Session
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.returns.amounts import Rates
from shopify_app.returns.models import ListedCustomer, Return, ReturnQuote
from shopify_app.returns.money_models import BonusGrant, ReleaseGroup
from shopify_app.returns.past import RECEIVED
from shopify_app.returns.states import GroupState, ReturnState
from shopify_app.returns.stored import settlement_from_stored
from shopify_app.returns.subjects import CustomerFacts
from shopify_app.returns.vocabulary import Standing

NOT_RETURNED = (ReturnState.DECLINED, ReturnState.CANCELLED)
FELL = (GroupState.CANCELLED, GroupState.FELL_AWAY)


@dataclass(frozen=True)
class _Past:
    """A return or a bonus of a customer. `worth` in the shop's currency."""

    at: datetime
    return_id: int
    worth: Money | None
    is_bonus: bool = False


@dataclass(frozen=True)
class People:
    """`customers` are rows (Shopify's id, tags, orders) by our id; `standings` by the key of a list's row."""

    customers: dict[int, Any]
    standings: dict[str, Standing]
    past: dict[int, tuple[_Past, ...]]
    knows_past: bool

    def of(self, order: Any, rates: Rates, day: datetime) -> CustomerFacts | None:
        """The customer of `order` (a row) on `day`; None: a guest whom no list names. How many orders they have, and
        their tags, are of today."""
        row = self.customers.get(order.customer_id or 0)
        standing = self._standing(row, order.email_hash)
        if row is None:
            return None if standing is Standing.NEITHER else CustomerFacts(standing=standing)
        known = CustomerFacts(frozenset(row.tags), row.orders_count, standing=standing)
        if not self.knows_past:
            return known
        earlier = [each for each in self.past.get(order.customer_id, ()) if each.at < day]
        zero = Money.zero(rates.shop_currency)
        return CustomerFacts(
            tags=known.tags,
            order_count=known.order_count,
            return_count=len({each.return_id for each in earlier if not each.is_bonus}),
            return_value=sum((each.worth for each in earlier if each.worth and not each.is_bonus), zero),
            bonus_received=sum((each.worth for each in earlier if each.worth and each.is_bonus), zero),
            standing=standing,
        )

    def _standing(self, row: Any, email_hash: str | None) -> Standing:
        """Being blocked by either key counts before being allowed by the other (`standing.standing_of`)."""
        keys = _keys(row, email_hash)
        found = {self.standings[key] for key in keys if key in self.standings}
        if Standing.BLOCKED in found:
            return Standing.BLOCKED
        return Standing.ALLOWED if Standing.ALLOWED in found else Standing.NEITHER


def people_of(session: Session, shop_id: int, orders: Sequence[Any], with_past: bool) -> People:
    """The people of some orders (rows of `rows.ORDER`); `with_past` where a policy asks for it."""
    ids = {row.customer_id for row in orders if row.customer_id}
    wanted = select(Customer.id, Customer.shopify_id, Customer.tags, Customer.orders_count)
    customers = {
        row.id: row for row in session.execute(wanted.where(Customer.shop_id == shop_id, Customer.id.in_(ids)))
    }
    keys = {key for row in orders for key in _keys(customers.get(row.customer_id), row.email_hash)}
    listed = select(ListedCustomer.key, ListedCustomer.standing).where(
        ListedCustomer.shop_id == shop_id, ListedCustomer.key.in_(keys)
    )
    standings = {key: Standing(standing) for key, standing in session.execute(listed)}
    past = _past_of(session, shop_id, ids) if with_past else {}
    return People(customers, standings, past, with_past)


def _keys(customer: Any, email_hash: str | None) -> list[str]:
    by_id = [f"customer:{customer.shopify_id}"] if customer is not None else []
    return [*by_id, f"email:{email_hash}"] if email_hash else by_id


def _past_of(session: Session, shop_id: int, customers: set[int]) -> dict[int, tuple[_Past, ...]]:
    found: dict[int, list[_Past]] = defaultdict(list)
    for row in session.execute(_returns(shop_id, customers)):
        document = row.final or row.accepted
        worth = settlement_from_stored(document).value if document and row.state not in FELL else None
        found[row.customer_id].append(_Past(row.requested_at, row.id, _in_shop(worth, row)))
    for row in session.execute(_bonuses(shop_id, customers)):
        worth = _in_shop(Money(row.amount - row.taken_back, row.currency), row)
        found[row.customer_id].append(_Past(row.issued_at or row.at, row.id, worth, is_bonus=True))
    return {customer: tuple(each) for customer, each in found.items()}


def _returns(shop_id: int, customers: set[int]) -> Any:
    return (
        select(
            Order.customer_id, Order.shop_currency, Return.id, Return.requested_at, ReleaseGroup.state,
            ReleaseGroup.final, ReleaseGroup.accepted, ReturnQuote.options["rate"].as_string().label("rate"),
        )
        .join_from(Return, Order, Order.id == Return.order_id)
        .outerjoin(ReleaseGroup, ReleaseGroup.return_id == Return.id)
        .outerjoin(ReturnQuote, ReturnQuote.id == Return.quote_id)
        .where(Order.shop_id == shop_id, Order.customer_id.in_(customers), Return.state.not_in(NOT_RETURNED))
    )  # fmt: skip


def _bonuses(shop_id: int, customers: set[int]) -> Any:
    return (
        select(
            BonusGrant.customer_id, BonusGrant.return_id.label("id"), BonusGrant.at, BonusGrant.issued_at,
            BonusGrant.amount, BonusGrant.taken_back, BonusGrant.currency, Order.shop_currency,
            ReturnQuote.options["rate"].as_string().label("rate"),
        )
        .join_from(BonusGrant, Order, Order.id == BonusGrant.order_id)
        .join(Return, Return.id == BonusGrant.return_id)
        .outerjoin(ReturnQuote, ReturnQuote.id == Return.quote_id)
        .where(BonusGrant.shop_id == shop_id, BonusGrant.customer_id.in_(customers), BonusGrant.state.in_(RECEIVED))
    )  # fmt: skip


def _in_shop(amount: Money | None, row: Any) -> Money | None:
    """At the rate of the order that it belongs to; None where none is known."""
    if amount is None or amount.currency == row.shop_currency:
        return amount
    return Money.parse(amount.decimal / Decimal(row.rate), row.shop_currency) if row.rate else None
