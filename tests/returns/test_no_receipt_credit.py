"""Without an order number: one store credit, once, in books of its own; never a refund."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from returns_counter import Counter, open_counter
from settling import MARA, approve, receive, with_credit, work
from sqlalchemy import select, update
from without_receipt import accept, asked, capped, kind, know_ada, request_of

from jobs.steps import ground_of
from shopify_app import fault_points
from shopify_app.db import Database
from shopify_app.fault_points import FaultInjected, ProcessCrashed
from shopify_app.money import Money
from shopify_app.returns import crediting, steps
from shopify_app.returns.carry import carry_out
from shopify_app.returns.looks import Look
from shopify_app.returns.money_models import BonusGrant, LedgerRow, Step
from shopify_app.returns.no_receipt import credit as no_receipt_credit
from shopify_app.returns.no_receipt import verbs as no_receipt
from shopify_app.returns.no_receipt.comparing import compare_credits
from shopify_app.returns.no_receipt.models import NoReceiptRequest, RequestState
from shopify_app.returns.no_receipt.terms import NothingWithout
from shopify_app.returns.vocabulary import Outcome, ProofLevel
from shopify_app.states import IllegalMove

pytestmark = pytest.mark.again

PLACES = [point for point in fault_points.POINTS if point.startswith("carry.")]


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    found = with_credit(open_counter(database, database_url))
    found.publish(kind())
    know_ada(found)
    return found


def credits(counter: Counter) -> list[str]:
    """What the dev store gave, and that it refunded nothing."""
    rows = counter.stage.control("GET", "/ledger").json["rows"]
    assert not [row for row in rows if "refund" in row["kind"]]
    return [row["amount"] for row in rows if row["kind"] == "store_credit"]


def books(counter: Counter, request_id: int) -> list[tuple[str, str]]:
    with counter.database.read() as session:
        written = select(LedgerRow).where(LedgerRow.no_receipt_id == request_id).order_by(LedgerRow.id)
        rows = session.scalars(written).all()
        assert sum(row.amount for row in rows) == 0
        assert all(row.return_id is None and row.order_id is None for row in rows)
    return [(row.account, str(Money(row.amount, row.currency))) for row in rows]


def step(counter: Counter, request_id: int) -> Step:
    with counter.database.read() as session:
        found = no_receipt_credit.step_of(session, session.get_one(NoReceiptRequest, request_id))
        assert found is not None
    return found


@pytest.mark.asked
def test_an_accepted_request_is_one_credit_in_books_of_its_own(counter: Counter) -> None:
    request_id = asked(counter, 2)

    request = accept(counter, request_id)

    assert request.state == RequestState.CREDITED, request.look_facts
    assert request.number == "N-1001"
    assert credits(counter) == ["100.00"]
    assert books(counter, request_id) == [("no_receipt_expense", "100.00"), ("no_receipt_credit", "-100.00")]
    assert request.credit_expires_at is not None
    assert request.credit_expires_at - counter.now() > timedelta(days=700)


def test_an_answer_that_was_lost_is_found_by_its_expiry_and_given_once(counter: Counter) -> None:
    request_id = asked(counter)
    counter.wire.fault("answer_lost", "storeCreditAccountCredit")

    request = accept(counter, request_id)

    assert request.state == RequestState.CREDITED, request.look_facts
    assert credits(counter) == ["50.00"]
    assert step(counter, request_id).looked_back == 0


@pytest.mark.parametrize("way", ["crash", "raise"])
@pytest.mark.parametrize("point", PLACES)
def test_a_worker_that_dies_at_any_place_gives_it_once(counter: Counter, dying: Any, point: str, way: str) -> None:
    request_id = asked(counter)
    dying(point, way)

    accept(counter, request_id, then_work=False)
    for _ in range(6):
        try:
            work(counter)
        except (ProcessCrashed, FaultInjected):
            with counter.database.write() as session:
                session.execute(update(Step).where(Step.lease_until.is_not(None)).values(lease_until=1))

    assert request_of(counter, request_id).state == RequestState.CREDITED
    assert credits(counter) == ["50.00"]
    assert len(books(counter, request_id)) == 2


@pytest.mark.asked
def test_two_credits_and_a_bonus_of_one_customer_never_share_a_second(counter: Counter) -> None:
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    with counter.database.write() as session:  # a bonus that lives as long as the credits do
        grant = session.scalars(select(BonusGrant)).one()
        ends = crediting.months_later(counter.now(), 24)
        grant.expires_at = ends
    first, second = asked(counter), asked(counter, key="k2")
    accept(counter, first, then_work=False)
    accept(counter, second)

    given = [request_of(counter, each).credit_expires_at for each in (first, second)]
    assert None not in given
    assert len({*given, ends}) == 3


@pytest.mark.asked
def test_whoever_takes_a_second_that_was_just_taken_chooses_anew(counter: Counter) -> None:
    request_id = asked(counter)
    accept(counter, request_id)
    given = request_of(counter, request_id)
    purse = crediting.Purse(counter.shop_id, given.customer_id, "EUR")
    assert given.credit_expires_at is not None

    with counter.database.write() as session:
        crediting.take_second(session, purse, given.credit_expires_at, but_request=request_id)
        with pytest.raises(crediting.SecondTaken):
            crediting.take_second(session, purse, given.credit_expires_at)
        free = crediting.free_second(session, purse, given.credit_expires_at)

    assert free == given.credit_expires_at + timedelta(seconds=1)


def test_a_refusal_of_shopify_is_shown_and_trying_again_gives_it_once(counter: Counter) -> None:
    request_id = asked(counter)
    customer = counter.wire.world.need("customer", 501)
    counter.wire.world.store.delete("customer", 501)

    request = accept(counter, request_id)

    assert request.look == Look.CREDIT_FAILED
    assert credits(counter) == []
    counter.wire.world.store.put("customer", customer)
    with counter.database.write() as session:
        no_receipt.try_again(session, session.get_one(NoReceiptRequest, request_id), MARA, counter.now())
    work(counter)
    assert request_of(counter, request_id).state == RequestState.CREDITED
    assert credits(counter) == ["50.00"]


@pytest.mark.asked
def test_what_was_given_in_another_way_is_not_sent_again(counter: Counter) -> None:
    request_id = asked(counter)
    counter.wire.world.store.delete("customer", 501)
    accept(counter, request_id)

    with counter.database.write() as session:
        no_receipt.handled(session, session.get_one(NoReceiptRequest, request_id), MARA, counter.now())
    work(counter)

    request = request_of(counter, request_id)
    assert (request.state, request.look) == (RequestState.HANDLED, None)
    assert step(counter, request_id).phase == "dropped"


def test_what_was_lost_and_then_given_in_another_way_is_not_sent_when_the_shop_lets_us_in_again(
    counter: Counter,
) -> None:
    request_id = asked(counter)
    counter.wire.fault("5xx", "storeCreditAccountCredit")
    accept(counter, request_id, then_work=False)
    carry_out(ground_of(counter.wire.adapters), step(counter, request_id).id)
    assert step(counter, request_id).phase == "unknown"

    with counter.database.write() as session:
        no_receipt.handled(session, session.get_one(NoReceiptRequest, request_id), MARA, counter.now())
        steps.resume(session, counter.shop_id, counter.now())
    work(counter)

    assert request_of(counter, request_id).state == RequestState.HANDLED
    assert credits(counter) == []


def test_without_a_customer_of_that_address_it_waits_for_one(counter: Counter) -> None:
    request_id = asked(counter, email="ben@example.com")

    request = accept(counter, request_id)

    assert request.state == RequestState.ACCOUNT_WANTED
    assert request.amount == 5000
    assert credits(counter) == []


def test_a_person_is_given_no_more_than_the_cap(counter: Counter) -> None:
    counter.publish(kind(cap_per_person=capped("70.00")))
    first, second, third = (asked(counter, key=key) for key in ("k1", "k2", "k3"))

    assert accept(counter, first).amount == 5000
    assert accept(counter, second).amount == 2000
    with pytest.raises(NothingWithout) as refused:
        accept(counter, third)

    assert refused.value.why == NothingWithout.CAP
    assert credits(counter) == ["50.00", "20.00"]


def test_the_cap_counts_the_days_that_the_policy_names(counter: Counter) -> None:
    counter.publish(kind(cap_per_person=capped("50.00", days=30)))
    accept(counter, asked(counter))
    counter.wire.advance(seconds=31 * 86400)

    assert accept(counter, asked(counter, key="k2")).amount == 5000


def test_the_same_person_under_another_spelling_of_the_address_has_one_cap(counter: Counter) -> None:
    counter.publish(kind(cap_per_person=capped("50.00")))
    accept(counter, asked(counter))

    with pytest.raises(NothingWithout):
        accept(counter, asked(counter, email=" ADA@Example.com", key="k2"))


def test_a_percentage_is_rounded_half_up_once(counter: Counter) -> None:
    counter.publish(kind(percent=Decimal("33.33")))

    request = accept(counter, asked(counter, 3))

    assert request.amount == 5000  # 33.33 % of 150.00 is 49.995


def test_where_the_policy_asks_for_an_order_nothing_is_given(counter: Counter) -> None:
    counter.publish(kind(proof=ProofLevel.ORDER))

    with pytest.raises(NothingWithout) as refused:
        accept(counter, asked(counter))

    assert refused.value.why == NothingWithout.ORDER


def test_a_request_is_accepted_once_and_not_after_it_was_declined(counter: Counter) -> None:
    first, second = asked(counter), asked(counter, key="k2")
    accept(counter, first)
    with counter.database.write() as session:
        no_receipt.decline(session, session.get_one(NoReceiptRequest, second), "Not one of ours.", MARA, counter.now())

    for each in (first, second):
        with pytest.raises(IllegalMove):
            accept(counter, each)
    assert credits(counter) == ["50.00"]


def test_a_sum_that_moved_since_it_was_shown_is_not_given(counter: Counter) -> None:
    request_id = asked(counter)
    counter.publish(kind(percent=Decimal(50)))

    with pytest.raises(no_receipt.WorthMoved) as moved, counter.database.write() as session:
        request = session.get_one(NoReceiptRequest, request_id)
        no_receipt.accept(session, request, Money(5000, "EUR"), MARA, counter.now())

    assert moved.value.now.amount == Money(2500, "EUR")
    assert request_of(counter, request_id).state == RequestState.RECEIVED


def test_returns_and_requests_go_through_the_engine_side_by_side(counter: Counter) -> None:
    request_id = asked(counter)
    ret = counter.asked(outcome=Outcome.REFUND)
    approve(counter, ret)
    accept(counter, request_id, then_work=False)

    receive(counter, ret)

    assert request_of(counter, request_id).state == RequestState.CREDITED


@pytest.mark.asked
def test_the_night_finds_a_credit_that_shopify_shows_otherwise_and_mara_can_close_it(counter: Counter) -> None:
    request_id = asked(counter)
    accept(counter, request_id)
    ground = ground_of(counter.wire.adapters)
    assert compare_credits(ground) == 0

    (account,) = counter.wire.world.store.all("store_credit_account")
    changed = [{**each, "amount": "40.00"} for each in account["transactions"]]
    counter.wire.world.store.put("store_credit_account", {**account, "transactions": changed})

    assert compare_credits(ground) == 1
    assert request_of(counter, request_id).look == Look.LEDGER_DIFFERS
    with counter.database.write() as session:
        no_receipt.handled(session, session.get_one(NoReceiptRequest, request_id), MARA, counter.now())
    row = request_of(counter, request_id)
    assert (row.state, row.look) == (RequestState.CREDITED, None)
