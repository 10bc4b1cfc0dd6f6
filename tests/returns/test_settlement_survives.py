"""Workers die, are stopped and meet: each effect happens once all the same."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest
from again import again_but, slow_but
from returns_counter import Counter, open_counter
from settling import approve, groups, ours, receive, states, steps, theirs, with_credit, work
from sqlalchemy import event, update

from jobs.steps import carry_out_step, ground_of
from shopify_app import fault_points
from shopify_app.db import Database
from shopify_app.durable import durable_write
from shopify_app.fault_points import FaultInjected, ProcessCrashed
from shopify_app.leases import LEASE_SECONDS, claim, due
from shopify_app.returns import requests
from shopify_app.returns import steps as outgoing
from shopify_app.returns.carry import carry_out
from shopify_app.returns.money_models import Step
from shopify_app.returns.states import Actor
from shopify_app.returns.vocabulary import Outcome

PAID = sorted([("store_credit_refund", "48.60"), ("store_credit", "4.50")])
CARRYING = [point for point in fault_points.POINTS if point.startswith("carry.")]
LOOKING = [point for point in fault_points.POINTS if point.startswith("look.")]


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url))


def leases_run_out(counter: Counter) -> None:
    """A minute passes for whoever held a lease and died."""
    with counter.database.write() as session:
        session.execute(update(Step).where(Step.lease_until.is_not(None)).values(lease_until=1))


def through_a_crash(counter: Counter) -> None:
    """Work, a worker that dies or fails, and whoever comes after it, until nothing is left."""
    for _ in range(6):
        try:
            work(counter)
        except (ProcessCrashed, FaultInjected):
            leases_run_out(counter)
    work(counter)


@pytest.mark.parametrize("nth", slow_but(2, of=[1, 2, 3]))
@pytest.mark.parametrize("kind", again_but("crash", of=["crash", "raise"]))
@pytest.mark.parametrize("point", CARRYING)
def test_a_worker_that_dies_at_any_place_moves_nothing_twice(
    counter: Counter, dying: Any, point: str, kind: str, nth: int
) -> None:
    """While the return is made, when it is processed, or when its bonus is given."""
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    with counter.database.write() as session:
        requests.approve(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())
    dying(point, kind, nth)

    through_a_crash(counter)
    receive(counter, ret, then_work=False)
    through_a_crash(counter)

    assert states(counter, ret) == ["settled"], (steps(counter, ret), [g.look for g in groups(counter, ret)])
    assert theirs(counter) == PAID
    assert ours(counter, ret) == PAID


@pytest.mark.again
@pytest.mark.parametrize("point", LOOKING)
def test_a_worker_that_dies_looking_back_moves_nothing_twice(counter: Counter, dying: Any, point: str) -> None:
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    counter.wire.fault("answer_lost", "storeCreditAccountCredit")
    dying(point, "crash")

    receive(counter, ret, then_work=False)
    through_a_crash(counter)

    assert states(counter, ret) == ["settled"]
    assert theirs(counter) == PAID


def test_two_workers_at_one_step_carry_it_out_once(counter: Counter) -> None:
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    receive(counter, ret, then_work=False)
    with counter.database.read() as session:
        (step_id,) = due(session, Step, counter.now())
    ready, ended = Barrier(2), []

    def worker() -> None:
        ready.wait()
        ended.append(carry_out(ground_of(counter.wire.adapters), step_id))

    both = [Thread(target=worker) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    work(counter)

    assert sorted(ended) == ["done", "passed"]
    assert theirs(counter) == PAID


def test_a_worker_whose_lease_was_taken_has_its_result_refused(counter: Counter) -> None:
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    receive(counter, ret, then_work=False)
    with counter.database.read() as session:
        (step_id,) = due(session, Step, counter.now())
    adapters, taken = counter.wire.adapters, []
    send = counter.wire.line.handle_request

    def stopped_for_a_minute(request: Any) -> Any:
        answer = send(request)
        if b"returnProcess" in request.content and b"mutation" in request.content and not taken:
            leases_run_out(counter)
            with counter.database.write() as session:
                taken.append(claim(session, Step, step_id, LEASE_SECONDS))
        return answer

    counter.wire.line.handle_request = stopped_for_a_minute  # type: ignore[method-assign]
    assert carry_out(ground_of(adapters), step_id) == "lease_lost"
    leases_run_out(counter)
    work(counter)

    assert theirs(counter) == PAID
    assert ours(counter, ret) == PAID


@pytest.mark.again
def test_a_shop_that_locks_us_out_loses_nothing(counter: Counter) -> None:
    ret = counter.asked()
    approve(counter, ret)
    counter.wire.fault("revoked", "SuggestedOutcome", deep=True)
    receive(counter, ret, then_work=False)
    with counter.database.read() as session:
        (step_id,) = due(session, Step, counter.now())
    assert carry_out_step(counter.wire.adapters, step_id) == "later"
    assert theirs(counter) == []

    counter.wire.install()
    with counter.database.write() as session:
        assert outgoing.resume(session, counter.shop_id, counter.now()) == 1
    work(counter)

    assert states(counter, ret) == ["settled"]
    assert theirs(counter) == [("refund", "48.60")]


@pytest.mark.once  # SQLite's matter: PostgreSQL waits for the disk at every commit
def test_what_is_attempted_is_on_the_disk_before_it_leaves(counter: Counter) -> None:
    engine = counter.database.engine
    engine.dispose()
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=NORMAL"))  # as workers do

    with durable_write(counter.database) as session:
        inside = session.connection().exec_driver_sql("PRAGMA synchronous").scalar()
    with counter.database.read() as session:
        afterwards = session.connection().exec_driver_sql("PRAGMA synchronous").scalar()

    assert (inside, afterwards) == (2, 1)
