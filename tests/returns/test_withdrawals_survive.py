"""Workers die over a withdrawal, answers are lost, and two come at once: everything happens once all the same."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest
from again import slow_but
from returns_counter import Counter, open_counter
from settling import ours, receive, states, steps, theirs, with_credit, work
from sqlalchemy import func, select, update
from withdrawing import buys, carry_out, declare, its_return, open_only

from jobs.reactions import FOLLOWERS
from jobs.steps import carry_out_step
from shopify_app import fault_points
from shopify_app.db import Database
from shopify_app.events import Reaction
from shopify_app.fault_points import FaultInjected, ProcessCrashed
from shopify_app.messages.models import Message
from shopify_app.returns import requests
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import Step
from shopify_app.returns.states import Actor
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.withdrawing.models import Withdrawal
from shopify_app.returns.withdrawing.opening import LOOKS

CARRYING = [point for point in fault_points.POINTS if point.startswith("carry.")]
LOOKING = [point for point in fault_points.POINTS if point.startswith("look.")]
OPENING = [point for point in fault_points.POINTS if point.startswith("reaction.")]
WHOLE = [("refund", "112.90")]
MIXED = [("refund", "4.90"), ("refund", "54.00"), ("refund", "54.00")]


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    database.followers = FOLLOWERS
    return with_credit(open_counter(database, database_url))


def after_a_minute(counter: Counter) -> None:
    """Whoever held a lease and died has lost it; what failed is due again."""
    with counter.database.write() as session:
        for work_row in (Step, Reaction):
            session.execute(update(work_row).where(work_row.lease_until.is_not(None)).values(lease_until=1))
            session.execute(update(work_row).where(work_row.state == "pending").values(due_at=counter.now()))


def through_crashes(counter: Counter) -> None:
    for _ in range(8):
        try:
            carry_out(counter)
        except (ProcessCrashed, FaultInjected):
            after_a_minute(counter)
    after_a_minute(counter)
    carry_out(counter)


@pytest.mark.parametrize("kind", ["crash", "raise"])
@pytest.mark.parametrize("point", slow_but("carry.before_commit", "reaction.after_lease", of=[*CARRYING, *OPENING]))
def test_a_worker_that_dies_at_any_place_takes_nothing_off_twice(
    counter: Counter, dying: Any, point: str, kind: str
) -> None:
    desk = buys(counter, "S", "M")
    row = declare(counter, desk)
    dying(point, kind)

    through_crashes(counter)

    ret = its_return(counter, row)
    assert states(counter, ret) == ["settled"], steps(counter, ret)
    assert theirs(counter) == WHOLE
    assert counter.stage.world.need("order", desk.order_id)["cancelled_at"]
    assert _count(counter, Return) == 1
    assert _count(counter, Message, Message.kind == "withdrawal_received") == 1


@pytest.mark.again
@pytest.mark.parametrize("lost", ["refundCreate", "orderCancel", "returnCreate", "returnProcess"])
def test_an_answer_that_is_lost_is_looked_up_and_nothing_is_sent_twice(counter: Counter, lost: str) -> None:
    desk = buys(counter, "S", "M", sent=0 if lost == "orderCancel" else 1)
    counter.wire.fault("answer_lost", lost)
    row = declare(counter, desk)

    through_crashes(counter)
    ret = its_return(counter, row)
    if lost != "orderCancel":
        receive(counter, ret)

    assert set(states(counter, ret)) == {"settled"}
    assert theirs(counter) == (WHOLE if lost == "orderCancel" else MIXED)
    assert sorted(ours(counter, ret)) == (
        [("refund", "108.00"), ("refund", "4.90")] if lost == "orderCancel" else MIXED
    )


@pytest.mark.again
def test_the_answer_about_the_delivery_that_is_lost_is_looked_up(counter: Counter) -> None:
    row = declare(counter, buys(counter, "S", sent=1))
    carry_out(counter)
    ret = its_return(counter, row)
    counter.wire.fault("answer_lost", "refundCreate")

    receive(counter, ret)

    assert dict(steps(counter, ret))["refund_delivery"] == "done"
    assert theirs(counter) == [("refund", "4.90"), ("refund", "54.00")]


@pytest.mark.again
@pytest.mark.parametrize("point", slow_but("look.before_read", of=LOOKING))
def test_a_worker_that_dies_looking_back_takes_nothing_off_twice(counter: Counter, dying: Any, point: str) -> None:
    row = declare(counter, buys(counter, "S", "M"))
    open_only(counter)
    counter.wire.fault("answer_lost", "refundCreate")
    dying(point, "crash")

    through_crashes(counter)

    assert states(counter, its_return(counter, row)) == ["settled"]
    assert theirs(counter) == WHOLE


@pytest.mark.again
@pytest.mark.parametrize("kind", slow_but("5xx", of=["429", "throttled", "5xx"]))
def test_a_shop_that_is_away_is_waited_for(counter: Counter, kind: str) -> None:
    row = declare(counter, buys(counter, "S", "M"))
    counter.wire.fault(kind, "", 3)

    through_crashes(counter)

    assert states(counter, its_return(counter, row)) == ["settled"]
    assert theirs(counter) == WHOLE


@pytest.mark.again
def test_another_return_waits_while_it_is_not_known_what_was_taken_off(counter: Counter) -> None:
    counter.desk = desk = buys(counter, "S", "M", sent=1)
    ret = counter.asked(1, Outcome.REFUND)
    with counter.database.write() as session:
        requests.approve(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())
    work(counter)
    row = declare(counter, desk)
    open_only(counter)
    counter.wire.fault("answer_lost", "refundCreate")
    with counter.database.read() as session:
        (taking_off,) = session.scalars(select(Step.id).where(Step.kind == "take_off"))
    assert carry_out_step(counter.wire.adapters, taking_off) == "unknown"

    receive(counter, ret, then_work=False)
    with counter.database.read() as session:
        (paying,) = session.scalars(select(Step.id).where(Step.kind == "process"))
    assert carry_out_step(counter.wire.adapters, paying) == "waits"
    work(counter)

    assert states(counter, ret) == ["settled"]
    assert states(counter, its_return(counter, row)) == ["settled"]


def test_a_declaration_waits_however_long_it_is_not_known_what_an_earlier_one_took_off(counter: Counter) -> None:
    desk = buys(counter, "S", quantity=2)
    first = declare(counter, desk, "first", {1: 1})
    open_only(counter)
    counter.wire.fault("answer_lost", "refundCreate")
    with counter.database.read() as session:
        (taking_off,) = session.scalars(select(Step.id).where(Step.kind == "take_off"))
    assert carry_out_step(counter.wire.adapters, taking_off) == "unknown"
    second = declare(counter, desk, "second", {1: 1})

    counter.wire.advance(days=1)  # nobody works
    open_only(counter)
    assert _count(counter, Withdrawal, Withdrawal.state == "received") == 1, "Shopify counts what our books still hold"
    carry_out(counter)
    after_a_minute(counter)
    carry_out(counter)

    assert states(counter, its_return(counter, first)) == ["settled"]
    assert states(counter, its_return(counter, second)) == ["settled"]


def declared_again(counter: Counter) -> tuple[Return, Withdrawal]:
    """A withdrawal's return that is being cancelled, and a second withdrawal from the same goods."""
    desk = buys(counter, "S", sent=1)
    first = declare(counter, desk, "first")
    carry_out(counter)
    ret = its_return(counter, first)
    with counter.database.write() as session:
        requests.cancel(session, session.get_one(Return, ret.id), Actor.MERCHANT, counter.now())
    return ret, declare(counter, desk, "second")


@pytest.mark.parametrize("days", [0, 2])
def test_goods_of_a_return_that_is_just_being_cancelled_are_waited_for(counter: Counter, days: int) -> None:
    ret, second = declared_again(counter)

    counter.wire.advance(days=days)  # nobody works
    open_only(counter)
    assert _count(counter, Return) == 1, "Shopify still holds the goods for the first"
    assert _count(counter, Withdrawal, Withdrawal.state == "received") == 1, "nobody is asked yet"
    work(counter)
    after_a_minute(counter)
    carry_out(counter)

    assert states(counter, ret) == ["cancelled"]
    assert states(counter, its_return(counter, second)) == ["open"]


def test_goods_that_a_return_does_not_let_go_are_a_persons_to_look_for_in_the_end(counter: Counter) -> None:
    declared_again(counter)

    for _ in range(LOOKS - 1):
        open_only(counter)
        after_a_minute(counter)
    assert _count(counter, Withdrawal, Withdrawal.state == "received") == 1
    open_only(counter)

    assert _count(counter, Withdrawal, Withdrawal.look == "not_enough") == 1


def test_two_declarations_of_the_same_form_at_once_are_one(counter: Counter) -> None:
    desk = buys(counter, "S", "M")
    ready, made = Barrier(2), []

    def ada() -> None:
        ready.wait()
        made.append(declare(counter, desk).id)

    both = [Thread(target=ada) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    carry_out(counter)

    assert len(set(made)) == 1
    assert _count(counter, Withdrawal) == 1
    assert theirs(counter) == WHOLE


@pytest.mark.again
def test_a_refund_made_in_shopify_meanwhile_stops_it_until_a_person_looks(counter: Counter) -> None:
    desk = buys(counter, "S", "M")
    row = declare(counter, desk)
    open_only(counter)
    _refund_in_admin(counter, desk, "100.00")

    carry_out(counter)

    ret = its_return(counter, row)
    assert states(counter, ret) == ["needs_look"]
    assert theirs(counter) == [("refund", "100.00")]


def _refund_in_admin(counter: Counter, desk: Any, amount: str) -> None:
    wanted = {
        "orderId": desk.order_gid,
        "transactions": [
            {"amount": amount, "gateway": "shopify_payments", "kind": "REFUND", "orderId": desk.order_gid,
             "parentId": desk.payment()}
        ],
    }  # fmt: skip
    document = """mutation R($in: RefundInput!) { refundCreate(input: $in) @idempotent(key: "by-hand") {
      refund { id } userErrors { message } } }"""
    answer = counter.stage.post("/merchant/graphql", {"query": document, "variables": {"in": wanted}})
    assert answer["data"]["refundCreate"]["userErrors"] == []


def _count(counter: Counter, model: Any, *which: Any) -> int:
    with counter.database.read() as session:
        return session.scalar(select(func.count()).select_from(model).where(*which)) or 0
