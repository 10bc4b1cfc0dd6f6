"""A withdrawal that a person has to carry out names its units all the same: no second return takes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from returns_counter import Counter, open_counter
from settling import receive, theirs, with_credit
from withdrawing import buys, carry_out, declare, its_return, open_only

from jobs.reactions import FOLLOWERS
from shopify_app.db import Database
from shopify_app.returns import offers, published, requests
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.eligibility import EligibleLine
from shopify_app.returns.explain import why
from shopify_app.returns.reasons import NotEligible, Withdrawn
from shopify_app.returns.refusals import QuoteOver
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.states import Actor
from shopify_app.returns.vocabulary import Method, MoneyEvent, Outcome, Scope, Start
from shopify_app.returns.wishes import WrongWish
from shopify_app.returns.withdrawing import declarations
from shopify_app.returns.withdrawing.declarations import NoWithdrawal
from shopify_app.returns.withdrawing.law import Bar
from shopify_app.returns.withdrawing.models import Withdrawal, WithdrawalState
from shopify_app.returns.withdrawing.opening import Stuck, set_aside

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    """Ada has two of one shirt, which came in one parcel."""
    database.followers = FOLLOWERS
    found = with_credit(open_counter(database, database_url))
    then = Effects(
        windows={Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=30)},
        outcomes=(Outcome.REFUND, Outcome.STORE_CREDIT),
        methods=(Method.OWN_CARRIER,),
        shipping_fee={"EUR": Decimal("4.90")},
        money_events={Scope.ANY: MoneyEvent.RECEIPT},
    )
    with database.write() as session:
        before = found.now() - timedelta(days=90)
        published.publish(session, found.shop_id, Policy(rules=(Rule(name="All", then=then),)), "mara", before)
    return replace(found, desk=buys(found, "S", sent=1, quantity=2))


def waits(counter: Counter, units: int, key: str = "one") -> Withdrawal:
    """Ada withdraws from so many shirts, and a person has to carry it out."""
    row = declare(counter, counter.desk, key, {1: units})
    with counter.database.write() as session:
        set_aside(session, session.get_one(Withdrawal, row.id), Stuck.BALANCE_OPEN, counter.now())
    return row


def shirts(counter: Counter) -> EligibleLine:
    """As a voluntary return may name them."""
    returnable = counter.returnable()
    with counter.database.read() as session:
        (line,) = offers.eligible(session, counter.order(session), returnable, counter.now())
    return line


def test_what_waits_for_a_person_is_in_no_voluntary_return(counter: Counter) -> None:
    waits(counter, 1)

    assert shirts(counter).quantity == 1
    with pytest.raises((NotEligible, WrongWish)):
        counter.price(counter.wish(2))


def test_where_nothing_is_left_the_shopper_reads_that_they_have_withdrawn(counter: Counter) -> None:
    waits(counter, 2)

    line = shirts(counter)

    assert (line.quantity, line.verdict.reasons) == (0, (Withdrawn(),))
    assert why(Withdrawn()).text.startswith("You have withdrawn from the contract for this item.")


@pytest.mark.asked
def test_a_second_declaration_takes_what_the_first_left_and_no_more(counter: Counter) -> None:
    waits(counter, 1)
    second = declare(counter, counter.desk, "two")

    assert [each["quantity"] for each in second.lines] == [1]
    with pytest.raises(NoWithdrawal) as refused:
        declare(counter, counter.desk, "three")
    assert refused.value.bar is Bar.IN_A_RETURN


def test_a_quote_from_before_it_is_overtaken_and_one_from_before_the_look_is_not(counter: Counter) -> None:
    old = counter.price(counter.wish(1))
    row = declare(counter, counter.desk, lines={1: 1})
    fresh = counter.price(counter.wish(1))
    with counter.database.write() as session:
        set_aside(session, session.get_one(Withdrawal, row.id), Stuck.BALANCE_OPEN, counter.now())

    with pytest.raises(QuoteOver):
        counter.submit(old)
    assert counter.submit(fresh)


def test_a_declined_request_is_not_opened_again_over_it(counter: Counter) -> None:
    ret = counter.asked(1)
    with counter.database.write() as session:
        requests.decline(session, counter.ret(session, ret), "other", "Worn.", Actor.MERCHANT, counter.now())
    row = waits(counter, 2)

    with pytest.raises(QuoteOver), counter.database.write() as session:
        requests.reopen(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())

    with counter.database.write() as session:
        declarations.handled(session.get_one(Withdrawal, row.id))
        requests.reopen(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())
        assert counter.ret(session, ret).state == "requested"


def test_once_a_person_has_carried_it_out_shopify_says_what_is_left(counter: Counter) -> None:
    row = waits(counter, 2)
    with counter.database.write() as session:
        declarations.handled(session.get_one(Withdrawal, row.id))

    assert shirts(counter).quantity == 2


def test_who_came_first_is_opened_first_and_both_are_paid_once(counter: Counter) -> None:
    first, second = waits(counter, 1, "one"), waits(counter, 1, "two")

    for row in (second, first):
        with counter.database.write() as session:
            declarations.try_again(session, session.get_one(Withdrawal, row.id), counter.now())
        open_only(counter)
    carry_out(counter)

    for row in (first, second):
        receive(counter, its_return(counter, row))
    assert theirs(counter) == [("refund", "4.90"), ("refund", "54.00"), ("refund", "54.00")]


def test_an_earlier_one_is_not_kept_waiting_by_a_later_one_that_names_the_same(counter: Counter) -> None:
    first = waits(counter, 2, "one")
    with counter.database.write() as session:
        declarations.handled(session.get_one(Withdrawal, first.id))
    later = waits(counter, 2, "two")
    with counter.database.write() as session:
        session.get_one(Withdrawal, first.id).state = WithdrawalState.NEEDS_LOOK
        declarations.try_again(session, session.get_one(Withdrawal, first.id), counter.now())
    open_only(counter)

    assert its_return(counter, first).lines[0].quantity == 2
    with counter.database.read() as session:
        assert declarations.return_of(session, session.get_one(Withdrawal, later.id)) is None
