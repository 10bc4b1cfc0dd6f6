"""What may be withdrawn from while Shopify's own word of a return is still on its way, or after it told of a part."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from balance_desk import owing
from returns_counter import Counter, open_counter
from settling import MARA, agree, approve, decide, receive, settle_now, states, theirs, with_credit
from sqlalchemy import select
from withdrawing import buys, carry_out, declare, its_return

from jobs.reactions import FOLLOWERS
from returns_desk import READ
from shopify_app.db import Database
from shopify_app.returns import following, published, reception
from shopify_app.returns.effects import Effects, Window
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import Step
from shopify_app.returns.reception import Verdict
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.states import UnitDecision
from shopify_app.returns.steps import StepKind
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome, Scope, Start
from shopify_app.returns.withdrawing import declarations as withdrawals
from shopify_app.returns.withdrawing.law import Bar, Right

pytestmark = pytest.mark.again

LONG_AGO = timedelta(days=90)
TOLD_OR_NOT = pytest.mark.parametrize("is_told", [True, False])


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    """Voluntary returns are taken for a hundred days, long after the law's period."""
    database.followers = FOLLOWERS
    found = with_credit(open_counter(database, database_url))
    publish(found, MoneyEvent.RECEIPT)
    return found


def publish(counter: Counter, event: MoneyEvent) -> None:
    then = Effects(
        windows={Scope.ANY: Window(counted_from=Start.DELIVERY, earliest_day=0, latest_day=100)},
        outcomes=(Outcome.REFUND, Outcome.STORE_CREDIT),
        methods=(Method.OWN_CARRIER,),
        money_events={Scope.ANY: event},
        approval=Approval.REVIEW,
    )
    with counter.database.write() as session:
        published.publish(
            session,
            counter.shop_id,
            Policy(rules=(Rule(name="All", then=then),)),
            "mara",
            counter.now() - timedelta(90),
        )


def right(counter: Counter) -> Right:
    with counter.database.read() as session:
        return withdrawals.right_of(session, counter.order(session), counter.now())


def units(counter: Counter) -> list[tuple[int, int]]:
    """What may be withdrawn from of each line, and how much of that has not left."""
    return [(each.units, each.unsent) for each in right(counter).choices]


def bought(counter: Counter, *names: str, **order: Any) -> Counter:
    return replace(counter, desk=buys(counter, *names, **order))


def returned(counter: Counter, quantity: int = 1) -> Return:
    ret = counter.asked(quantity)
    approve(counter, ret)
    receive(counter, ret)
    return ret


@TOLD_OR_NOT
def test_what_came_back_a_moment_ago_does_not_open_the_period_again(counter: Counter, is_told: bool) -> None:
    counter = bought(counter, "S", "M", sent=2)
    counter.wire.advance(days=40)
    assert right(counter).bar is Bar.OVER

    assert states(counter, returned(counter)) == ["settled"]
    if is_told:
        counter.learn()

    assert right(counter).bar is Bar.OVER


@pytest.mark.asked
def test_what_came_back_without_a_refund_is_told_by_the_orders_own_word(counter: Counter) -> None:
    """No refund may come of a return for which nobody pays anything, so that none is ever told."""
    counter = bought(counter, "S", sent=1, quantity=3)
    counter.wire.advance(days=1)
    returned(counter)
    with counter.database.write() as session:
        step = session.scalars(select(Step).where(Step.kind == StepKind.PROCESS)).one()
        step.answer = {**(step.answer or {}), "refunds": []}
    assert units(counter) == [(2, 0)]

    counter.learn()
    assert units(counter) == [(2, 0)]


@TOLD_OR_NOT
def test_a_unit_that_was_refused_does_not_count_as_never_sent(counter: Counter, is_told: bool) -> None:
    publish(counter, MoneyEvent.INSPECTION)
    counter = bought(counter, "S", sent=1, quantity=2)
    ret = returned(counter, 2)
    decide(counter, ret, UnitDecision.ACCEPTED, 1)
    decide(counter, ret, UnitDecision.REFUSED, 1)
    assert states(counter, ret) == ["settled"]
    if is_told:
        counter.learn()
    assert units(counter) == [(1, 0)]

    counter.wire.advance(days=40)
    assert right(counter).bar is Bar.OVER


def test_a_missing_unit_that_comes_after_the_money_does_not_count_as_never_sent(counter: Counter) -> None:
    counter = bought(counter, "S", sent=1, quantity=2)
    ret = counter.asked(2)
    approve(counter, ret)
    with counter.database.write() as session:
        reception.mark_missing(session, counter.ret(session, ret), None, 1, MARA, counter.now())
    receive(counter, ret, 1)
    assert states(counter, ret) == ["settled"]
    counter.learn()
    receive(counter, ret, 1)
    assert units(counter) == [(1, 0)]

    counter.wire.advance(days=40)
    assert right(counter).bar is Bar.OVER


def test_a_unit_that_was_paid_for_and_never_came_went_back_all_the_same(counter: Counter) -> None:
    counter = bought(counter, "S", sent=1, quantity=2)
    ret = counter.asked(1)
    approve(counter, ret)
    settle_now(counter, ret)
    assert states(counter, ret) == ["settled"]
    with counter.database.write() as session:
        reception.mark_missing(session, counter.ret(session, ret), None, 1, MARA, counter.now())
    counter.learn()

    assert not declare(counter, counter.desk, "rest", {1: 1}).is_whole


@TOLD_OR_NOT
def test_an_exchange_that_waits_for_payment_bars_its_own_unit_alone(counter: Counter, is_told: bool) -> None:
    counter = bought(counter, "S", sent=1, quantity=3)
    ret = owing(counter)
    assert states(counter, ret) == ["awaiting_payment"]
    if is_told:
        counter.learn()

    assert units(counter)[0] == (2, 0)


@TOLD_OR_NOT
def test_what_is_still_to_be_sent_stays_so_beside_an_exchange_that_waits(counter: Counter, is_told: bool) -> None:
    desk = buys(counter, "S", quantity=3)
    goods = [{"id": counter.stage.world.need("order", desk.order_id)["line_items"][0]["id"], "quantity": 2}]
    parcel = counter.stage.post("/fulfillments", {"order_id": desk.order_id, "lines": goods})["id"]
    counter.stage.post("/events", {"fulfillment_id": parcel, "status": "delivered"})
    counter = replace(counter, desk=replace(desk, parcel_id=parcel))
    counter.learn()
    assert units(counter) == [(3, 1)]
    owing(counter)
    if is_told:
        counter.learn()

    assert units(counter)[0] == (2, 1)


def settled_there(counter: Counter) -> None:
    """Mara settles the one open return in Shopify's own pages; of all that tells of it only the return's own word has
    come."""
    (made,) = counter.wire.world.store.all("return")
    read = counter.stage.read(READ, id=made["admin_graphql_api_id"])["return"]
    counter.desk.process(read, financialTransfer=counter.desk.refund("54.00"))
    facts = counter.api.return_state(made["id"])
    assert facts is not None
    with counter.database.write() as session:
        following.follow(session, counter.shop_id, facts, None, counter.now())


@pytest.mark.asked
@TOLD_OR_NOT
def test_what_mara_settled_at_shopify_is_not_offered_again(counter: Counter, is_told: bool) -> None:
    counter = bought(counter, "S", sent=1, quantity=2)
    ret = counter.asked()
    approve(counter, ret)
    settled_there(counter)
    assert states(counter, ret) == ["settled"]
    if is_told:
        counter.learn()

    assert units(counter) == [(1, 0)]


@TOLD_OR_NOT
def test_a_first_part_that_mara_settled_at_shopify_counts_for_the_whole(counter: Counter, is_told: bool) -> None:
    counter = bought(counter, "S", "M", sent=1)
    first = declare(counter, counter.desk, "one", {1: 1})
    carry_out(counter)
    settled_there(counter)
    assert states(counter, its_return(counter, first)) == ["settled"]
    if is_told:
        counter.learn()

    second = declare(counter, counter.desk, "two")

    assert (first.is_whole, second.is_whole) == (False, True)
    carry_out(counter)
    assert theirs(counter) == [("refund", "54.00"), ("refund", "58.90")]


@TOLD_OR_NOT
def test_a_refused_unit_of_a_withdrawal_does_not_keep_its_rest_from_being_the_whole(
    counter: Counter, is_told: bool
) -> None:
    counter = bought(counter, "S", "M", sent=1, quantity=2)
    first = declare(counter, counter.desk, "one", {1: 2})
    carry_out(counter)
    ret = its_return(counter, first)
    with counter.database.write() as session:
        found = counter.ret(session, ret)
        refused = Verdict(UnitDecision.REFUSED)
        reception.inspect(session, found, [found.lines[0].units[1].id], refused, MARA, counter.now())
    receive(counter, ret)
    agree(counter, ret)
    assert states(counter, ret) == ["settled"]
    if is_told:
        counter.learn()

    assert declare(counter, counter.desk, "two", {2: 2}).is_whole


def test_what_went_back_by_an_exchange_that_waits_makes_the_rest_no_whole(counter: Counter) -> None:
    counter = bought(counter, "S", sent=1, quantity=2)
    owing(counter)
    counter.learn()

    assert not declare(counter, counter.desk, "rest", {1: 1}).is_whole
