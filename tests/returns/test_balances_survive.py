"""Workers die over a balance, answers are lost, people pay twice or too late: money moves once, and none is lost."""

from __future__ import annotations

from typing import Any

import pytest
from again import slow_but
from balance_desk import balance, clock, left_to_pay, look, owing, pays, seen_books
from returns_counter import Counter, open_counter
from settling import ADA, MARA, groups, looks, ours, states, steps, theirs, with_credit, work
from sqlalchemy import update

from jobs.balances import collect_shop
from shopify_app import fault_points
from shopify_app.db import Database
from shopify_app.fault_points import FaultInjected, ProcessCrashed
from shopify_app.i18n import Languages
from shopify_app.returns import settle
from shopify_app.returns.balances import verbs as balance_verbs
from shopify_app.returns.looks import advice
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import Step
from shopify_app.states import IllegalMove

pytestmark = pytest.mark.again

CARRYING = [point for point in fault_points.POINTS if point.startswith("carry.")]
LOOKING = [point for point in fault_points.POINTS if point.startswith("look.")]
LANGUAGE = Languages().choose(["en"])
DROPPED = [("exchange_sale", "48.60"), ("store_credit", "3.60"), ("store_credit_refund", "39.60")]


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url))


def late(counter: Counter) -> None:
    """The last day is over; the schedule has seen it."""
    counter.wire.advance(seconds=9 * 86400)
    collect_shop(counter.wire.adapters, counter.shop_id)


def through_crashes(counter: Counter) -> None:
    for _ in range(6):
        try:
            work(counter)
        except (ProcessCrashed, FaultInjected):
            with counter.database.write() as session:
                session.execute(update(Step).where(Step.lease_until.is_not(None)).values(lease_until=1))
                session.execute(update(Step).where(Step.state == "pending").values(due_at=counter.now()))
    work(counter)


def after_all_was_dropped(counter: Counter, ret: Return) -> None:
    assert states(counter, ret) == ["settled"], (steps(counter, ret), looks(counter, ret))
    assert theirs(counter) == DROPPED
    assert seen_books(counter, ret)["balance_due"] == 0
    assert not left_to_pay(counter)


@pytest.mark.parametrize("kind", ["crash", "raise"])
@pytest.mark.parametrize("point", slow_but("carry.before_commit", "carry.after_commit", of=CARRYING))
def test_a_worker_that_dies_at_any_place_takes_an_exchange_off_once(
    counter: Counter, dying: Any, point: str, kind: str
) -> None:
    ret = owing(counter)
    late(counter)
    dying(point, kind)

    through_crashes(counter)

    after_all_was_dropped(counter, ret)


@pytest.mark.parametrize("point", ["", *LOOKING])
def test_an_answer_that_is_lost_is_looked_up(counter: Counter, dying: Any, point: str) -> None:
    ret = owing(counter)
    late(counter)
    counter.wire.fault("answer_lost", "refundCreate")
    if point:
        dying(point, "crash")

    through_crashes(counter)

    after_all_was_dropped(counter, ret)


@pytest.mark.parametrize("kind", slow_but("5xx", of=["429", "throttled", "5xx"]))
def test_a_shop_that_is_away_is_waited_for(counter: Counter, kind: str) -> None:
    ret = owing(counter)
    late(counter)
    counter.wire.fault(kind, "refundCreate", 2)

    through_crashes(counter)

    after_all_was_dropped(counter, ret)


def test_nothing_ends_while_shopify_does_not_answer(counter: Counter) -> None:
    ret = owing(counter)
    counter.wire.fault("5xx", "OrderBalance", 50)

    clock(counter, days=9)

    assert (states(counter, ret), balance(counter, ret).drop_wanted_at) == (["awaiting_payment"], None)


@pytest.mark.parametrize("lost", [False, True])
def test_goods_that_are_let_go_are_let_go_once(counter: Counter, lost: bool) -> None:
    ret = owing(counter)
    if lost:
        counter.wire.fault("answer_lost", "fulfillmentOrderReleaseHold")
    with counter.database.write() as session:
        balance_verbs.waive(session, counter.ret(session, ret), groups(counter, ret)[0].id, MARA, counter.now())

    through_crashes(counter)

    assert dict(steps(counter, ret))["release_hold"] == "done"
    assert theirs(counter) == [("exchange_sale", "48.60")]


def test_a_balance_that_is_paid_twice_is_seen_and_nothing_of_it_is_lost(counter: Counter) -> None:
    ret = owing(counter)
    pays(counter)
    look(counter)
    pays(counter, "9.00")
    look(counter)
    look(counter)

    row = balance(counter, ret)
    assert (row.state, row.paid, row.over) == ("paid", 900, 900)
    assert (states(counter, ret), looks(counter, ret)) == (["settled"], ["overpaid"])
    said = advice("overpaid", groups(counter, ret)[0].look_facts, "EUR")
    assert LANGUAGE.say(said.known) == "The shopper paid €9.00 more for this order than is due."
    with counter.database.write() as session:
        settle.retry(session, counter.ret(session, ret), groups(counter, ret)[0].id, MARA, counter.now())
    look(counter)
    assert looks(counter, ret) == [None]
    assert theirs(counter) == [("exchange_sale", "48.60")]


def test_a_payment_after_the_exchange_was_taken_off_waits_for_a_person(counter: Counter) -> None:
    ret = owing(counter)
    late(counter)
    work(counter)
    pays(counter, "9.00")
    look(counter)

    assert (states(counter, ret), looks(counter, ret)) == (["settled"], ["overpaid"])
    assert balance(counter, ret).over == 900
    assert theirs(counter) == DROPPED


@pytest.mark.asked
def test_a_payment_while_the_exchange_is_taken_off_is_found_afterwards(counter: Counter) -> None:
    ret = owing(counter)
    late(counter)
    counter.wire.fault("answer_lost", "refundCreate")
    work(counter, rounds=1)
    pays(counter, "9.00")
    look(counter)

    assert theirs(counter) == DROPPED
    clock(counter, minutes=6)
    assert (balance(counter, ret).state, balance(counter, ret).over) == ("dropped", 900)
    assert looks(counter, ret) == ["overpaid"]


@pytest.mark.asked
def test_nothing_is_decided_while_it_may_be_happening(counter: Counter) -> None:
    ret = owing(counter)
    late(counter)
    with counter.database.write() as session:
        session.execute(update(Step).where(Step.kind == "drop_exchange").values(phase="unknown"))

    with pytest.raises(IllegalMove), counter.database.write() as session:
        balance_verbs.waive(session, counter.ret(session, ret), groups(counter, ret)[0].id, MARA, counter.now())


def test_a_payment_that_came_before_is_not_taken_for_one_of_the_balance(counter: Counter) -> None:
    ret = owing(counter)

    look(counter)

    assert (balance(counter, ret).paid, balance(counter, ret).over) == (0, 0)
    assert states(counter, ret) == ["awaiting_payment"]


@pytest.mark.asked
def test_new_items_that_have_left_unpaid_are_a_persons_to_decide(counter: Counter) -> None:
    ret = owing(counter)
    told = counter.api.order_balance(counter.desk.order_id)
    assert told is not None
    for hold in told.holds:
        counter.api.release_hold(hold.fulfillment_order, hold.ids)
    counter.stage.post("/fulfillments", {"order_id": counter.desk.order_id})
    clock(counter, days=9)
    assert (states(counter, ret), looks(counter, ret)) == (["needs_look"], ["sent_unpaid"])

    with counter.database.write() as session:
        balance_verbs.waive(session, counter.ret(session, ret), groups(counter, ret)[0].id, MARA, counter.now())
    work(counter)

    assert (states(counter, ret), looks(counter, ret)) == (["settled"], [None])
    assert theirs(counter) == ours(counter, ret) == [("exchange_sale", "48.60")]


def test_what_was_dealt_with_in_shopify_is_booked_as_that(counter: Counter) -> None:
    ret = owing(counter)
    with counter.database.write() as session:
        settle.give_up(session, counter.ret(session, ret), groups(counter, ret)[0].id, MARA, counter.now())

    assert (states(counter, ret), balance(counter, ret).state) == (["settled"], "handled")
    assert seen_books(counter, ret)["elsewhere"] == 900


def test_nobody_is_reminded_of_an_exchange_that_may_be_being_taken_off(counter: Counter) -> None:
    """What waits for Shopify's word is left alone by the clock, and keeps it from no other balance of the shop."""
    ret = owing(counter)
    with counter.database.write() as session:
        balance_verbs.drop(session, counter.ret(session, ret), groups(counter, ret)[0].id, ADA, counter.now())
    counter.wire.fault("5xx", "refundCreate")
    assert work(counter, rounds=1)[-1] == "unknown"
    counter.wire.advance(seconds=3 * 86400)

    collect_shop(counter.wire.adapters, counter.shop_id)
    assert balance(counter, ret).reminders == 0

    work(counter)
    after_all_was_dropped(counter, ret)
