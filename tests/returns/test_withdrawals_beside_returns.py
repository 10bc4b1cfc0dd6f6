"""A withdrawal beside a voluntary return of the same order: each unit goes one way, each sum is its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from returns_counter import Counter, open_counter
from settling import approve, ours, receive, states, theirs, with_credit, work
from withdrawing import buys, carry_out, declare, its_return, open_only

from jobs.reactions import FOLLOWERS
from shopify_app.db import Database
from shopify_app.returns import offers, published, requests
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.reasons import NotEligible
from shopify_app.returns.refusals import QuoteOver
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.states import Actor
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, Scope, Start
from shopify_app.returns.wishes import WrongWish

pytestmark = pytest.mark.again

FEE = "4.90"


def policy() -> Policy:
    """Thirty days, a fee for shipping, the money on receipt."""
    then = Effects(
        windows={Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
        outcomes=(Outcome.REFUND, Outcome.STORE_CREDIT),
        methods=(Method.OWN_CARRIER,),
        shipping_fee={"EUR": Decimal(FEE)},
        money_events={Scope.ANY: MoneyEvent.RECEIPT},
        approval=Approval.REVIEW,
    )
    return Policy(rules=(Rule(name="All", then=then),))


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    """Ada has two of one shirt, which came in one parcel."""
    database.followers = FOLLOWERS
    found = with_credit(open_counter(database, database_url))
    with database.write() as session:
        published.publish(session, found.shop_id, policy(), "mara", found.now() - timedelta(days=90))
    return replace(found, desk=buys(found, "S", sent=1, quantity=2))


def free(counter: Counter) -> int:
    """Units that a voluntary return may still name."""
    returnable = counter.returnable()
    with counter.database.read() as session:
        found = offers.eligible(session, counter.order(session), returnable, counter.now())
    return sum(line.quantity for line in found if line.fulfillment_line_id)


def test_what_was_declared_is_in_no_voluntary_return_before_its_own_is_opened(counter: Counter) -> None:
    declare(counter, counter.desk, lines={1: 1})

    assert free(counter) == 1
    with pytest.raises((NotEligible, WrongWish)):
        counter.price(counter.wish(2))

    open_only(counter)
    work(counter)
    assert free(counter) == 1


def test_a_quote_from_before_the_declaration_is_not_accepted_after_it(counter: Counter) -> None:
    quote = counter.price(counter.wish(2))
    declare(counter, counter.desk, lines={1: 1})

    with pytest.raises(QuoteOver):
        counter.submit(quote)


def test_each_unit_is_paid_back_once_by_its_own_terms(counter: Counter) -> None:
    voluntary = counter.asked(1)
    approve(counter, voluntary)
    row = declare(counter, counter.desk)
    carry_out(counter)
    statutory = its_return(counter, row)

    receive(counter, voluntary)
    receive(counter, statutory)

    assert (states(counter, voluntary), states(counter, statutory)) == (["settled"], ["settled"])
    assert ours(counter, voluntary) == [("refund", "49.10")]  # 54.00 less the fee
    assert ours(counter, statutory) == [("refund", "54.00")]  # no fee; the delivery stays: not all was withdrawn from
    assert theirs(counter) == [("refund", "49.10"), ("refund", "54.00")]
    assert free(counter) == 0


def test_settled_the_other_way_round_it_comes_to_the_same(counter: Counter) -> None:
    voluntary = counter.asked(1)
    approve(counter, voluntary)
    row = declare(counter, counter.desk)
    carry_out(counter)

    receive(counter, its_return(counter, row))
    receive(counter, voluntary)

    assert theirs(counter) == [("refund", "49.10"), ("refund", "54.00")]


def test_a_return_that_is_called_off_leaves_its_unit_to_a_second_declaration(counter: Counter) -> None:
    voluntary = counter.asked(1)
    approve(counter, voluntary)
    first = declare(counter, counter.desk, "one")
    carry_out(counter)
    with counter.database.write() as session:
        requests.cancel(session, counter.ret(session, voluntary), Actor.SHOPPER, counter.now())
    work(counter)

    second = declare(counter, counter.desk, "two")
    carry_out(counter)
    for row in (first, second):
        receive(counter, its_return(counter, row))

    assert theirs(counter) == [("refund", "4.90"), ("refund", "54.00"), ("refund", "54.00")]
