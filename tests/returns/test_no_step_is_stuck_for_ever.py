"""Whatever became of a step, a person can take its group further: trying again sends it, dealing with it ends it."""

from __future__ import annotations

from typing import Any

import pytest
from returns_counter import Counter, open_counter
from settling import MARA, approve, groups, looks, receive, state, states, steps, theirs, with_credit, work
from sqlalchemy import select, update
from withdrawing import buys, carry_out, declare, its_return

from jobs.reactions import FOLLOWERS
from jobs.steps import ground_of
from returns_desk import PROCESS
from shopify_app.db import Database
from shopify_app.leases import LEASE_SECONDS, claim, due
from shopify_app.returns import carry, requests, settle
from shopify_app.returns.looks import Look
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import ReleaseGroup, Step
from shopify_app.returns.parked import needs_look
from shopify_app.returns.states import Actor, StepState
from shopify_app.returns.vocabulary import Outcome
from shopify_app.states import IllegalMove

PAID = sorted([("store_credit_refund", "48.60"), ("store_credit", "4.50")])


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    database.followers = FOLLOWERS
    return with_credit(open_counter(database, database_url))


def days_pass(counter: Counter) -> None:
    """Whenever something is due, however far away that is, workers come for it; until nothing is."""
    waiting = True
    while waiting:
        with counter.database.write() as session:
            session.execute(update(Step).where(Step.state == "pending").values(due_at=counter.now()))
            waiting = due(session, Step, counter.now())
        for step_id in waiting:
            carry.carry_out(ground_of(counter.wire.adapters), step_id)


def attempt(counter: Counter) -> str:
    """One stretch of the one step that is due."""
    with counter.database.read() as session:
        (step_id,) = due(session, Step, counter.now())
    return carry.carry_out(ground_of(counter.wire.adapters), step_id)


def by_hand(counter: Counter, ret: Return, verb: str) -> None:
    with counter.database.write() as session:
        getattr(settle, verb)(session, counter.ret(session, ret), groups(counter, ret)[0].id, MARA, counter.now())


def lost_too_often(counter: Counter) -> Return:
    """Ada's bonus was sent again and again, and no answer ever came."""
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    counter.wire.fault("5xx", "storeCreditAccountCredit", count=50)
    receive(counter, ret, then_work=False)
    days_pass(counter)
    assert looks(counter, ret) == ["outcome_unknown"]
    counter.stage.control("DELETE", "/faults")
    return ret


def settled_there_while_unknown(counter: Counter) -> Return:
    """Our call did not arrive, and before we could find that out somebody settled the return in Shopify's own pages."""
    ret = counter.asked()
    approve(counter, ret)
    counter.wire.fault("5xx", "returnProcess")
    receive(counter, ret, then_work=False)
    assert attempt(counter) == "unknown"
    (made,) = counter.wire.world.store.all("return")
    lines = [{"id": each["admin_graphql_api_id"], "quantity": 1} for each in made["return_line_items"]]
    paid = {"returnId": made["admin_graphql_api_id"], "returnLineItems": lines}
    counter.desk.did(PROCESS, **{"in": paid | {"financialTransfer": counter.desk.refund("40.00")}})
    work(counter)
    assert (looks(counter, ret), steps(counter, ret)[-1]) == (["changed_at_shopify"], ("process", "unknown"))
    return ret


@pytest.mark.again
def test_what_was_lost_too_often_is_sent_again_when_a_person_says_so(counter: Counter) -> None:
    ret = lost_too_often(counter)

    by_hand(counter, ret, "retry")
    days_pass(counter)

    assert states(counter, ret) == ["settled"], steps(counter, ret)
    assert theirs(counter) == PAID


@pytest.mark.again
def test_what_was_lost_too_often_is_looked_for_twice_before_it_is_sent_again(counter: Counter) -> None:
    ret = lost_too_often(counter)
    counter.wire.fault("answer_lost", "storeCreditAccountCredit")  # it arrives, and we do not hear of it

    by_hand(counter, ret, "retry")
    days_pass(counter)

    assert states(counter, ret) == ["settled"], steps(counter, ret)
    assert theirs(counter) == PAID


@pytest.mark.again
def test_what_nobody_could_find_out_can_be_dealt_with_by_hand(counter: Counter) -> None:
    ret = lost_too_often(counter)

    by_hand(counter, ret, "give_up")
    days_pass(counter)

    assert (states(counter, ret), state(counter, ret)) == (["settled"], "closed")
    assert theirs(counter) == [("store_credit_refund", "48.60")]


@pytest.mark.again
def test_what_was_settled_there_meanwhile_can_be_dealt_with_and_holds_up_no_other_return(counter: Counter) -> None:
    ret = settled_there_while_unknown(counter)

    by_hand(counter, ret, "give_up")
    work(counter)
    other = counter.asked()
    approve(counter, other)
    receive(counter, other)

    assert state(counter, ret) == "closed"
    assert states(counter, other) in (["settled"], ["needs_look"])  # the sum there was another: a person may be asked
    assert ("process", "unknown") not in steps(counter, ret)


def test_nothing_is_dealt_with_by_hand_while_a_worker_may_find_out(counter: Counter) -> None:
    ret = counter.asked()
    approve(counter, ret)
    counter.wire.fault("answer_lost", "returnProcess")
    receive(counter, ret, then_work=False)
    assert attempt(counter) == "unknown"

    with pytest.raises(IllegalMove):
        by_hand(counter, ret, "give_up")

    work(counter)
    assert theirs(counter) == [("refund", "48.60")]


def test_goods_that_were_taken_off_and_paid_stay_settled_when_a_person_closes_the_case(counter: Counter) -> None:
    ret = its_return(counter, _taken_off_and_looked_at(counter))

    by_hand(counter, ret, "give_up")
    work(counter)

    assert theirs(counter) == [("refund", "54.00")]
    assert states(counter, ret) == ["settled"]


def _taken_off_and_looked_at(counter: Counter) -> Any:
    desk = buys(counter, "S", "M")
    row = declare(counter, desk, lines={2: 1})
    carry_out(counter)
    ret = its_return(counter, row)
    with counter.database.write() as session:  # as where Shopify's answer had told of another sum
        group = session.get_one(ReleaseGroup, groups(counter, ret)[0].id)
        group.state, group.settled_at = "released", None
        needs_look(session, counter.ret(session, ret), group, Look.LEDGER_DIFFERS, {}, counter.now())
    return row


@pytest.mark.again
def test_a_cancellation_whose_answer_was_lost_ends_though_the_return_is_shown_no_more(counter: Counter) -> None:
    ret = counter.asked()
    approve(counter, ret)
    counter.wire.fault("answer_lost", "returnCancel")
    with counter.database.write() as session:
        requests.cancel(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())
    assert attempt(counter) == "unknown"
    store = counter.wire.world.store
    for each in store.all("return"):
        store.delete("return", each["id"])

    work(counter)

    assert states(counter, ret) == ["cancelled"], steps(counter, ret)


def test_a_worker_that_was_turned_away_late_says_nothing_of_what_another_sends(counter: Counter) -> None:
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    receive(counter, ret, then_work=False)
    with counter.database.read() as session:
        (step_id,) = due(session, Step, counter.now())
    counter.wire.fault("429", "returnProcess", count=20)
    send = counter.wire.line.handle_request

    def slowly(request: Any) -> Any:
        answer = send(request)
        if b"mutation" in request.content and b"returnProcess" in request.content:
            with counter.database.write() as session:  # the lease has run out, and another worker sends it just now
                session.execute(update(Step).where(Step.id == step_id).values(lease_until=1))
                claim(session, Step, step_id, LEASE_SECONDS)
        return answer

    counter.wire.line.handle_request = slowly  # type: ignore[method-assign]
    assert carry.carry_out(ground_of(counter.wire.adapters), step_id) == "lease_lost"

    with counter.database.read() as session:
        assert session.scalar(select(Step.phase).where(Step.id == step_id)) == StepState.ATTEMPTED
