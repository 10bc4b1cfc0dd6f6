"""Carrying out one step: claim, prepare, commit that it is attempted, send, write down what came of it.

A step whose answer was lost, or whose worker died, is read back at Shopify before anything is sent again. Whoever lost
the lease has its result refused; what it did at Shopify is then found by the look-back.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from shopify_app.durable import durable_write
from shopify_app.fault_points import reached
from shopify_app.leases import (
    BACKOFF,
    LEASE_SECONDS,
    LeaseLost,
    WorkState,
    claim,
    finish,
    give_back,
    park,
    renew,
    retry_later,
)
from shopify_app.returns import said, steps
from shopify_app.returns.looks import Look
from shopify_app.returns.money_models import Step
from shopify_app.returns.outgoing import Answer, Bench, Ground, NeedsLook, NotWanted, NotYet, Ready
from shopify_app.returns.owners import owner_of
from shopify_app.returns.states import StepState
from shopify_app.shopify.errors import (
    AccessDenied,
    MaxCost,
    QueryRefused,
    ShopFrozen,
    ShopGone,
    ShopifyError,
    Throttled,
    TokenRefused,
    Unavailable,
    UserErrors,
)

log = structlog.get_logger(__name__)

NOT_DONE = (Throttled, TokenRefused, ShopFrozen, ShopGone)
"""Shopify turned the call away before doing anything. Any other failure leaves it open whether it happened."""
REFUSALS = (AccessDenied, MaxCost, QueryRefused)
"""Shopify answered, and would answer the same again; whether anything was done before is looked up."""
SHUT_OUT = (TokenRefused, ShopFrozen, ShopGone)
"""The shop lets nobody in: there is nothing that a person could decide about a return, and it goes on by itself when
the app is back (`steps.resume`)."""
UNTIL_LET_IN = timedelta(hours=1)
LOOKS = 2
"""Reads that must agree before “it did not happen” is believed."""
BETWEEN_LOOKS = timedelta(seconds=4)
SHORTLY = timedelta(seconds=2)


def carry_out(ground: Ground, step_id: int) -> str:
    """Takes the step one stretch further and says how it ended: done, unknown, planned, refused, look, dropped, later,
    parked, waits, lease_lost or passed (somebody else has it). Raises nothing that Shopify may answer."""
    reached("carry.before_lease")
    bench = _take_up(ground, step_id)
    if bench is None:
        return "passed"
    reached("carry.after_lease")
    try:
        return _look_back(bench) if bench.step.phase == StepState.UNKNOWN else _attempt(bench)
    except LeaseLost:
        return "lease_lost"
    except NeedsLook as why:
        return _needs_look(bench, why)
    except Exception as failure:  # the boundary: the row keeps the type, the ladder ends in `parked`
        log.warning("step_failed", step_id=step_id, shop_id=bench.step.shop_id, kind=bench.step.kind, exc_info=failure)
        return _later(bench, failure)


def _take_up(ground: Ground, step_id: int) -> Bench | None:
    """Claims the step. One that was attempted by a worker who never came back is unknown from here on."""
    now = ground.clock.now()
    with ground.database.write() as session:
        lease = claim(session, Step, step_id)
        if lease is None:
            return None
        step = session.get_one(Step, step_id)
        if step.phase == StepState.ATTEMPTED:
            steps.move(step, StepState.UNKNOWN)
        return owner_of(step).bench(session, ground, step, lease, now)


def _attempt(bench: Bench) -> str:
    moved_before = _moves(bench)
    try:
        ready = owner_of(bench.step).prepare(bench)
    except NotWanted as nothing:
        return _drop(bench, nothing)
    except NotYet:
        return _wait(bench)
    except NeedsLook:
        if _is_moving(bench, moved_before):  # what was read is half of a movement: nobody is asked about that
            return _wait(bench)
        raise
    reached("carry.before_attempted")
    began = time.monotonic()
    if not _mark_attempted(bench, ready, moved_before):
        return _wait(bench)
    reached("carry.after_attempted")
    if time.monotonic() - began > LEASE_SECONDS / 2:
        return "lease_lost"  # we were stopped: somebody may be reading back already
    return _send(bench, ready)


def _send(bench: Bench, ready: Ready) -> str:
    try:
        answer = owner_of(bench.step).send(bench, ready.input)
    except UserErrors as refusal:
        return _refused(bench, refusal)
    except NOT_DONE as failure:
        return _not_done(bench, failure)
    except Unavailable as failure:
        return _unknown(bench, failure) if failure.sent else _not_done(bench, failure)
    except (ShopifyError, ValueError, KeyError, TypeError) as failure:
        return _unknown(bench, failure)
    reached("carry.after_answer")
    return _done(bench, answer, "carry")


def _look_back(bench: Bench) -> str:
    """Reads Shopify: it happened, or, after `LOOKS` reads that agree, it did not and is planned anew."""
    reached("look.before_read")
    answer = owner_of(bench.step).look_back(bench)
    reached("look.after_read")
    if answer is not None:
        return _done(bench, answer, "look")
    with bench.ground.database.write() as session:
        step = session.get_one(Step, bench.step.id)
        seen_now = step.looked_back + 1
        is_believed = seen_now % LOOKS == 0
        if is_believed and step.refusal:
            return _not_allowed(session, bench, step)
        if is_believed:
            steps.move(step, StepState.PLANNED)
        step.looked_back = seen_now
        if seen_now // LOOKS > len(BACKOFF):
            raise NeedsLook(Look.OUTCOME_UNKNOWN, words=step.error or "")
        _give_back(session, bench, bench.now + _pause(seen_now))
        reached("look.before_commit")
    reached("look.after_commit")
    return str(StepState.PLANNED if is_believed else StepState.UNKNOWN)


def _not_allowed(session: Session, bench: Bench, step: Step) -> str:
    """Shopify answered with an error that sending again would not change, and nothing was done: a person is told."""
    words = step.refusal or ""
    park(session, Step, step.id, bench.lease, words)
    owner_of(step).hold(session, bench)
    step = session.get_one(Step, step.id)
    steps.move(step, StepState.REFUSED)
    step.looked_back += 1
    owner_of(step).refused(session, bench, step, words, words.split()[:1])
    return str(StepState.REFUSED)


def _pause(looks: int) -> timedelta:
    """Until the next stretch after so many reads that found nothing: a call that is lost every time is sent less and
    less often."""
    times = looks // LOOKS
    if looks % LOOKS:
        return BETWEEN_LOOKS
    return timedelta(seconds=BACKOFF[times - 2]) if times > 1 else timedelta(0)


def _done(bench: Bench, answer: Answer, place: str) -> str:
    now = bench.ground.clock.now()
    with bench.ground.database.write() as session:
        finish(session, Step, bench.step.id, bench.lease)
        owner_of(bench.step).hold(session, bench)
        step = session.get_one(Step, bench.step.id)
        steps.move(step, StepState.DONE)
        step.answer, step.done_at = answer, now
        owner_of(step).happened(session, bench, answer, now)
        session.flush()
        reached(f"{place}.before_commit")
    reached(f"{place}.after_commit")
    return str(StepState.DONE)


def _mark_attempted(bench: Bench, ready: Ready, moved_before: int) -> bool:
    """Commits, for good, that the call is about to leave. False when something else of the order moved meanwhile or
    may be moving: what was read is stale then."""
    with durable_write(bench.ground.database) as session:
        owner = owner_of(bench.step)
        if not owner.is_free(session, bench) or owner.moves(session, bench) != moved_before:
            return False
        renew(session, Step, bench.step.id, bench.lease)
        step = session.get_one(Step, bench.step.id)
        steps.move(step, StepState.ATTEMPTED)
        step.input, step.attempted_at, step.refusal = {**step.input, **ready.input}, bench.now, None
        if ready.books is not None:
            ready.books(session, bench)
    bench.step.input = {**bench.step.input, **ready.input}
    return True


def _is_moving(bench: Bench, moved_before: int) -> bool:
    """Whether something else of the order moved since, or may be moving right now."""
    with bench.ground.database.write() as session:
        owner = owner_of(bench.step)
        return not owner.is_free(session, bench) or owner.moves(session, bench) != moved_before


def _moves(bench: Bench) -> int:
    with bench.ground.database.read() as session:
        return owner_of(bench.step).moves(session, bench)


def _unknown(bench: Bench, failure: Exception) -> str:
    """The call left us and its answer did not arrive, or could not be read."""
    log.warning(
        "answer_lost", step_id=bench.step.id, shop_id=bench.step.shop_id, kind=bench.step.kind, exc_info=failure
    )
    with durable_write(bench.ground.database) as session:
        step = session.get_one(Step, bench.step.id)
        steps.move(step, StepState.UNKNOWN)
        step.refusal = said.of(failure) if isinstance(failure, REFUSALS) else None
        _give_back(session, bench, bench.now + BETWEEN_LOOKS, type(failure).__name__)
    return str(StepState.UNKNOWN)


def _refused(bench: Bench, refusal: UserErrors) -> str:
    """Shopify understood and refused; nothing was done."""
    words = said.words(refusal.errors)
    with bench.ground.database.write() as session:
        park(session, Step, bench.step.id, bench.lease, str(refusal))
        owner_of(bench.step).hold(session, bench)
        step = session.get_one(Step, bench.step.id)
        steps.move(step, StepState.REFUSED)
        step.refusal = words
        owner_of(step).refused(session, bench, step, words, said.codes(refusal.errors))
    return str(StepState.REFUSED)


def _not_done(bench: Bench, failure: ShopifyError) -> str:
    """Shopify turned it away; raises LeaseLost, so that nothing is said of what somebody else sends by now."""
    with bench.ground.database.write() as session:
        renew(session, Step, bench.step.id, bench.lease)
        steps.move(session.get_one(Step, bench.step.id), StepState.PLANNED)
        session.flush()
    return _later(bench, failure)


def _later(bench: Bench, failure: Exception) -> str:
    """Back to the queue after a growing pause; when the pauses are used up a person is asked."""
    try:
        with bench.ground.database.write() as session:
            if isinstance(failure, Throttled):
                _give_back(session, bench, bench.now + timedelta(seconds=failure.retry_after), "Throttled")
                return "later"
            if isinstance(failure, SHUT_OUT):
                _give_back(session, bench, bench.now + UNTIL_LET_IN, type(failure).__name__)
                return "later"
            state = retry_later(session, Step, bench.step.id, bench.lease, type(failure).__name__, bench.now)
            if state == WorkState.PARKED:
                owner_of(bench.step).hold(session, bench)
                known = bench.step.phase != StepState.UNKNOWN
                look = Look.NO_ANSWER if known else Look.OUTCOME_UNKNOWN
                step = session.get_one(Step, bench.step.id)
                owner_of(step).stopped(session, bench, step, look, {"words": said.of(failure)})
    except LeaseLost:
        return "lease_lost"
    return "parked" if state == WorkState.PARKED else "later"


def _needs_look(bench: Bench, why: NeedsLook) -> str:
    """Nothing was sent. A planned step is dropped and planned anew when a person has decided; an undecided one waits
    for them."""
    try:
        with bench.ground.database.write() as session:
            park(session, Step, bench.step.id, bench.lease, str(why.look))
            owner_of(bench.step).hold(session, bench)
            step = session.get_one(Step, bench.step.id)
            if step.phase == StepState.PLANNED:
                steps.drop(step)
            owner_of(step).stopped(session, bench, step, why.look, why.facts)
    except LeaseLost:
        return "lease_lost"
    return "look"


def _drop(bench: Bench, nothing: NotWanted) -> str:
    with bench.ground.database.write() as session:
        finish(session, Step, bench.step.id, bench.lease)
        owner = owner_of(bench.step)
        owner.hold(session, bench)
        steps.drop(session.get_one(Step, bench.step.id))
        if nothing.books is not None:
            nothing.books(session, bench)
        owner.woken(session, bench)
    return str(StepState.DROPPED)


def _wait(bench: Bench) -> str:
    with bench.ground.database.write() as session:
        _give_back(session, bench, bench.now + SHORTLY)
    return "waits"


def _give_back(session: Session, bench: Bench, due: datetime, error: str | None = None) -> None:
    """Frees the lease without counting it as a failure; raises LeaseLost."""
    give_back(session, Step, bench.step.id, bench.lease, due, error)
