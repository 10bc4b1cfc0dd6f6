"""Returns and their money, counted from requests and the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from returned import placed as ordered
from returned import wanted

from shopify_app.db import Database
from shopify_app.insights.counts import Count, Sums
from shopify_app.insights.measures import BY_NAME
from shopify_app.returns.ledger import Account
from shopify_app.returns.models import Return, ReturnEntry
from shopify_app.returns.money_models import LedgerRow, ReleaseGroup
from shopify_app.returns.vocabulary import Outcome
from shopify_app.shops.models import Shop

Counted = Callable[..., Sums]


@pytest.fixture
def asked(database: Database, shop: Shop, now: datetime) -> Callable[..., int]:
    """A return of two shirts in the states given; its id. `after` hours it was approved, `by` an actor."""

    def ask(number: int, *, after: float | None = None, by: str = "merchant", **changes: Any) -> int:
        with database.write() as session:
            ret = wanted(session, ordered(session, shop.id, number), now - timedelta(days=2), **changes)
            if after is not None:
                ret.approved_at = ret.requested_at + timedelta(hours=after)
                entry = {"at": ret.approved_at, "kind": "approved", "actor": by}
                session.add(ReturnEntry(shop_id=shop.id, return_id=ret.id, **entry))
        return ret.id

    return ask


@pytest.fixture
def booked(database: Database, shop: Shop, now: datetime) -> Callable[..., None]:
    """Rows of one posting of a return's group: `booked(id, "process", goods=10000, refund=-10000)`."""

    def book(return_id: int, name: str, tender: str | None = None, **amounts: int) -> None:
        with database.write() as session:
            ret = session.get_one(Return, return_id)
            group = session.query(ReleaseGroup).filter_by(return_id=return_id).one()
            for position, (account, amount) in enumerate(amounts.items(), start=1):
                session.add(
                    LedgerRow(
                        shop_id=shop.id,
                        order_id=ret.order_id,
                        return_id=return_id,
                        group_id=group.id,
                        posting=f"g{group.id}.{name}",
                        position=position,
                        at=now,
                        account=Account(account),
                        amount=amount,
                        currency="EUR",
                        tender=tender,
                    )
                )

    return book


@pytest.mark.again
def test_units_are_counted_by_reason_product_vendor_and_outcome(asked: Any, counted: Counted) -> None:
    asked(1042)

    found = counted()

    assert (found.total(Count.RETURNS), found.total(Count.RETURNED_UNITS)) == (1, 2)
    assert found.keys(Count.BY_REASON) == {"too-small": 2}
    assert found.keys(Count.BY_PRODUCT) == {"701|too-small": 2}
    assert found.keys(Count.BY_VARIANT) == {"701|801": 2}
    assert found.keys(Count.BY_VENDOR) == {"Nordkant": 2}
    assert found.keys(Count.BY_OUTCOME) == {"store_credit": 2}


@pytest.mark.again
def test_cancelled_and_declined_requests_are_no_returns(asked: Any, counted: Counted) -> None:
    asked(1042, state="cancelled")
    asked(1043, state="declined")

    found = counted()

    assert (found.total(Count.RETURNS), found.total(Count.RETURNED_UNITS), found.total(Count.DECLINED)) == (0, 0, 1)


@pytest.mark.again
def test_answers_of_people_are_timed_and_those_of_the_policy_are_not(asked: Any, counted: Counted) -> None:
    asked(1042, state="approved", after=3)
    asked(1043, state="approved", after=0, by="rule")

    found = counted()

    assert found.keys(Count.DECIDED) == {"000004": 1}
    assert found.total(Count.DECIDED_BY_RULE) == 1
    assert (found.total(Count.ANSWER_PROMISED), found.total(Count.ANSWER_KEPT)) == (1, 1)


@pytest.mark.again
def test_an_unanswered_request_is_late_when_its_day_is_over_and_not_before(
    asked: Any, counted: Counted, database: Database, now: datetime
) -> None:
    recent, old = asked(1042), asked(1043)
    with database.write() as session:
        session.get_one(Return, recent).requested_at = now - timedelta(hours=1)
        session.get_one(Return, old).requested_at = now - timedelta(days=8)

    found = counted()

    assert (found.total(Count.ANSWER_PROMISED), found.total(Count.ANSWER_KEPT)) == (1, 0)


@pytest.mark.again
def test_store_credit_and_new_items_are_retained_and_the_bonus_is_not(
    asked: Any, counted: Counted, booked: Any
) -> None:
    credit, swap = asked(1042), asked(1043, outcome=Outcome.PRODUCT_EXCHANGE)
    booked(credit, "process", tender="store_credit", goods=9000, tax=720, store_credit_refund=-9720)
    booked(credit, "bonus", bonus_expense=972, bonus_issued=-972)
    booked(swap, "process", goods=9720, exchange_sale=-12000, balance_due=2280)

    found = counted()

    assert found.total(Count.CREDITED, "EUR") == 9720
    assert found.total(Count.EXCHANGED, "EUR") == 9720
    assert found.total(Count.BONUS, "EUR") == 972
    assert found.total(Count.VALUE_BACK, "EUR") == 19440
    assert BY_NAME["retained_share"].of(found, "EUR").number == 1


def test_a_paid_balance_is_on_top_and_a_dropped_exchange_leaves_nothing(
    asked: Any, counted: Counted, booked: Any
) -> None:
    swap = asked(1042, outcome=Outcome.PRODUCT_EXCHANGE)
    booked(swap, "process", goods=9720, exchange_sale=-12000, balance_due=2280)
    booked(swap, "paid.7", balance_due=-1000, balance_paid=1000)

    paid = counted()
    booked(swap, "drop", exchange_sale=12000, balance_due=-1280, refund=-10720)
    dropped = counted()

    assert (paid.total(Count.EXCHANGED, "EUR"), paid.total(Count.PAID_ON_TOP, "EUR")) == (9720, 1000)
    assert (dropped.total(Count.EXCHANGED, "EUR"), dropped.total(Count.PAID_ON_TOP, "EUR")) == (0, 0)
    assert dropped.total(Count.REFUNDED, "EUR") == 9720


def test_credit_that_was_paid_with_goes_back_and_is_a_refund(asked: Any, counted: Counted, booked: Any) -> None:
    refund = asked(1042, outcome=Outcome.REFUND)
    booked(refund, "process", tender="store_credit", goods=5000, store_credit_refund=-5000)

    found = counted()

    assert (found.total(Count.REFUNDED, "EUR"), found.total(Count.CREDITED, "EUR")) == (5000, 0)


def test_a_refund_is_timed_from_its_request(asked: Any, counted: Counted, booked: Any) -> None:
    refund = asked(1042, outcome=Outcome.REFUND, group="settled")
    booked(refund, "process", goods=5000, refund=-5000)

    assert counted().keys(Count.REFUNDED_AFTER) == {"000072": 1}  # two days and three hours


def test_what_was_refunded_in_shopifys_own_pages_is_counted_apart(asked: Any, counted: Counted, booked: Any) -> None:
    theirs, ours = asked(1042, outcome=Outcome.REFUND), asked(1043, outcome=Outcome.REFUND)
    booked(theirs, "elsewhere", elsewhere=5000, refund=-3000, gift_card_refund=-2000)
    booked(ours, "process", goods=4000, refund=-4000)

    found = counted()

    assert (found.total(Count.REFUNDED, "EUR"), found.total(Count.ELSEWHERE, "EUR")) == (4000, 5000)
