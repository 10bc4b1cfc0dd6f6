"""Between emptying Shopify's return and making it anew workers die, answers are lost and others come first: what was
accepted last is paid, once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from again import slow_but
from changing import accepted, changed, proposed, wanting
from returns_counter import Counter, open_counter
from settling import MARA, approve, groups, looks, ours, receive, settle_now, states, steps, theirs, with_credit, work
from sqlalchemy import select, update
from two_parts import open_shop

from jobs.steps import carry_out_step
from shopify_app import fault_points
from shopify_app.db import Database
from shopify_app.fault_points import ProcessCrashed
from shopify_app.leases import due
from shopify_app.returns import reception, requests, settle
from shopify_app.returns.changing import changes
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import Step
from shopify_app.returns.refusals import Bar, NotChangeable, QuoteOver
from shopify_app.returns.states import Actor
from shopify_app.returns.vocabulary import Outcome
from shopify_app.returns.wishes import Wish
from shopify_app.states import IllegalMove

REFUND, CREDIT, SWAP = Outcome.REFUND, Outcome.STORE_CREDIT, Outcome.VARIANT_EXCHANGE
PAID = sorted([("exchange_sale", "48.60"), ("refund", "48.60")])
CARRYING = [point for point in fault_points.POINTS if point.startswith("carry.")]


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return open_shop(database, database_url)


def agreed(counter: Counter) -> Return:
    """A refund and a swap, both made at Shopify."""
    first = counter.wish(1, REFUND, 1).lines
    second = counter.wish(1, SWAP, 2, replacement_variant_id=counter.desk.variants["M"]).lines
    ret = counter.submit(counter.price(Wish((*first, *second))))
    approve(counter, ret)
    return ret


def crossed(counter: Counter, ret: Return) -> None:
    """The refund becomes a swap and the swap a refund: both of Shopify's returns have to give way."""
    changed(counter, ret, first=(1, SWAP, "M"), second=(1, REFUND))


def through_a_crash(counter: Counter) -> None:
    for _ in range(6):
        try:
            work(counter)
        except ProcessCrashed:
            with counter.database.write() as session:
                session.execute(update(Step).where(Step.lease_until.is_not(None)).values(lease_until=1))
    work(counter)


def is_paid_once(counter: Counter, ret: Return) -> None:
    assert set(states(counter, ret)) - {"cancelled"} == {"settled"}, (states(counter, ret), steps(counter, ret))
    assert theirs(counter) == PAID
    assert ours(counter, ret) == theirs(counter)


@pytest.mark.parametrize("point", slow_but("carry.before_attempted", "carry.after_attempted", of=CARRYING))
@pytest.mark.parametrize("nth", slow_but(1, of=[1, 2, 3]))
def test_a_worker_dies_while_what_was_agreed_gives_way(counter: Counter, dying: Any, point: str, nth: int) -> None:
    ret = agreed(counter)
    crossed(counter, ret)
    dying(point, nth=nth)
    through_a_crash(counter)
    receive(counter, ret)
    is_paid_once(counter, ret)


@pytest.mark.again
@pytest.mark.parametrize("kind", slow_but("answer_lost", of=["answer_lost", "5xx"]))
@pytest.mark.parametrize("operation", ["RemoveFromReturn", "ReturnCreate", "ReturnCancel"])
def test_an_answer_is_lost_on_the_way(counter: Counter, kind: str, operation: str) -> None:
    ret = agreed(counter)
    if operation == "ReturnCancel":
        changed(counter, ret, Actor.MERCHANT, first=(1, SWAP, "M"))  # one return of two swaps
    else:
        crossed(counter, ret)
    counter.stage.control("POST", "/faults", {"kind": kind, "match": operation, "count": 1})
    work(counter)
    receive(counter, ret)

    assert set(states(counter, ret)) - {"cancelled"} == {"settled"}, (states(counter, ret), steps(counter, ret))
    assert sum(float(amount) for _, amount in theirs(counter)) == pytest.approx(97.20)
    assert ours(counter, ret) == theirs(counter)


@pytest.mark.again
def test_what_a_sibling_has_to_let_go_is_waited_for(counter: Counter) -> None:
    ret = agreed(counter)
    crossed(counter, ret)
    planned = [key for key, phase in steps(counter, ret) if phase == "planned"]
    assert planned == ["remove", "remove"]  # nothing is made before both are empty
    work(counter)
    assert states(counter, ret) == ["open", "open"]


def test_shopify_refuses_to_let_go_and_a_person_tries_again(counter: Counter) -> None:
    ret = agreed(counter)
    crossed(counter, ret)
    there = groups(counter, ret)[0].shopify_return_id
    made = counter.wire.world.store.get("return", there or 0) or {}
    counter.wire.world.store.put("return", {**made, "status": "closed"})
    work(counter)
    assert looks(counter, ret)[0] == "changed_at_shopify"
    assert theirs(counter) == []

    counter.wire.world.store.put("return", made)
    with counter.database.write() as session:
        found = counter.ret(session, ret)
        settle.retry(session, found, groups(counter, ret)[0].id, MARA, counter.now())
    work(counter)
    receive(counter, ret)
    is_paid_once(counter, ret)


@pytest.mark.again
def test_settling_by_hand_pays_what_was_accepted_last(counter: Counter) -> None:
    ret = agreed(counter)
    crossed(counter, ret)
    settle_now(counter, ret)
    is_paid_once(counter, ret)


@pytest.mark.again
def test_a_return_that_is_called_off_after_a_change_leaves_nothing_behind(counter: Counter) -> None:
    ret = agreed(counter)
    crossed(counter, ret)
    with counter.database.write() as session:
        requests.cancel(session, counter.ret(session, ret), Actor.SHOPPER, counter.now())
    work(counter)
    assert set(states(counter, ret)) == {"cancelled"}
    assert theirs(counter) == []
    assert len(counter.returnable().lines) == 2


@pytest.mark.again
def test_parcels_are_told_of_the_return_that_was_made_anew(counter: Counter) -> None:
    ret = agreed(counter)
    with counter.database.write() as session:
        reception.add_delivery(session, counter.ret(session, ret), "1Z999", None, MARA, counter.now())
    work(counter)
    crossed(counter, ret)
    work(counter)
    told = [key for key, phase in steps(counter, ret) if key.startswith("delivery") and phase == "done"]
    assert told == ["delivery", "delivery", "delivery.2", "delivery.2"]


def test_while_shopify_is_being_told_nothing_is_changed(counter: Counter) -> None:
    ret = agreed(counter)
    quote = proposed(counter, ret, wanting(counter, ret, first=(1, CREDIT)))
    with counter.database.write() as session:
        step = session.scalars(select(Step).where(Step.return_id == ret.id).limit(1)).one()
        step.phase = "unknown"
    with pytest.raises(NotChangeable) as refusal:
        accepted(counter, quote)
    assert refusal.value.why is Bar.BEING_TOLD


@pytest.mark.parametrize("happening", ["scan", "receipt"])
def test_of_a_change_and_what_happens_meanwhile_one_wins(counter: Counter, happening: str) -> None:
    ret = agreed(counter)
    quote = proposed(counter, ret, wanting(counter, ret, first=(1, CREDIT)))
    if happening == "scan":
        with counter.database.write() as session:
            counter.ret(session, ret).scanned_at = counter.now()
    else:
        receive(counter, ret, 1, then_work=False)
    with pytest.raises(NotChangeable) as refusal:
        accepted(counter, quote)
    assert refusal.value.why in (Bar.ON_ITS_WAY, Bar.HERE)


@pytest.mark.again
def test_of_an_approval_and_a_change_one_wins(counter: Counter) -> None:
    ret = counter.asked(1, REFUND)
    quote = proposed(counter, ret, wanting(counter, ret, first=(1, CREDIT)))
    approve(counter, ret)
    with pytest.raises(QuoteOver):
        accepted(counter, quote)
    receive(counter, ret)
    assert theirs(counter) == [("refund", "48.60")]


def test_clicks_at_the_same_moment_are_one_change(counter: Counter) -> None:
    ret = agreed(counter)
    quotes = [
        proposed(counter, ret, wanting(counter, ret, first=(1, CREDIT))),
        proposed(counter, ret, wanting(counter, ret, second=(1, REFUND))),
    ] * 2
    gate, refused = threading.Barrier(len(quotes)), []

    def click(quote: Any) -> None:
        gate.wait()
        try:
            accepted(counter, quote)
        except (IllegalMove, QuoteOver) as failure:
            refused.append(failure)

    clicks = [threading.Thread(target=click, args=(quote,)) for quote in quotes]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join(100)
    assert len(refused) == 2


@pytest.mark.again
def test_a_step_that_was_claimed_before_the_change_does_nothing(counter: Counter) -> None:
    ret = counter.asked(1, REFUND)
    with counter.database.write() as session:
        requests.approve(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())
    with counter.database.read() as session:
        (planned,) = due(session, Step, counter.now())
    changed(counter, ret, first=(1, SWAP, "M"))
    assert carry_out_step(counter.wire.adapters, planned) == "passed"
    work(counter)
    receive(counter, ret)
    assert theirs(counter) == [("exchange_sale", "48.60")]


@pytest.mark.again
def test_merchants_correct_what_has_arrived_until_the_money_moves(database: Database, database_url: str) -> None:
    counter = with_credit(open_counter(database, database_url, quantity=3))
    ret = counter.asked(3, REFUND)
    approve(counter, ret)
    receive(counter, ret, 2)
    with counter.database.read() as session:
        assert changes.bar(session, counter.ret(session, ret), Actor.SHOPPER) is Bar.HERE

    with pytest.raises(NotChangeable) as refusal:
        changed(counter, ret, Actor.MERCHANT, first=(1, REFUND))
    assert refusal.value.why is Bar.PIECES_HERE
    assert theirs(counter) == []

    changed(counter, ret, Actor.MERCHANT, first=(2, REFUND))  # the third was never in the parcel
    work(counter)
    assert theirs(counter) == [("refund", "97.20")]
    assert ours(counter, ret) == theirs(counter)
