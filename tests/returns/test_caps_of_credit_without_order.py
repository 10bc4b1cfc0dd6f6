"""What one person is given without an order stays within the cap, however their requests are spread and decided."""

from __future__ import annotations

from typing import Any

import pytest
from returns_counter import Counter, open_counter
from settling import MARA, theirs, with_credit, work
from without_receipt import accept, asked, capped, kind, know_ada, request_of

from jobs.no_receipt import AT_ONCE, give_to_new_accounts
from shopify_app.db import Database
from shopify_app.returns.no_receipt import verbs
from shopify_app.returns.no_receipt.models import NoReceiptRequest, RequestState
from shopify_app.returns.no_receipt.terms import NothingWithout

BEN = "ben@example.com"


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    """At most 70.00 a person; a shirt is 50.00."""
    found = with_credit(open_counter(database, database_url))
    found.publish(kind(cap_per_person=capped("70.00")))
    know_ada(found)
    return found


def decide(counter: Counter, request_id: int, verb: Any, *more: Any) -> None:
    with counter.database.write() as session:
        verb(session, session.get_one(NoReceiptRequest, request_id), *more, MARA, counter.now())


def ben_signs_up(counter: Counter) -> None:
    ada = counter.wire.world.store.peek("customer", 501) or {}
    counter.wire.world.store.put("customer", ada | {"id": 502, "email": BEN, "first_name": "Ben"})


def given(counter: Counter) -> list[str]:
    return [amount for kind_of, amount in theirs(counter) if kind_of == "store_credit"]


def test_what_waits_for_an_account_counts_and_is_given_as_it_was_promised(counter: Counter) -> None:
    # given a person whom the shop does not know, with two promises that fill their cap
    first, second, third = (asked(counter, email=BEN, key=key) for key in ("k1", "k2", "k3"))
    accept(counter, first)
    accept(counter, second)
    with pytest.raises(NothingWithout) as refused:
        accept(counter, third)
    assert refused.value.why == NothingWithout.CAP
    # when they have an account, and the clock looks more than once
    ben_signs_up(counter)
    for _ in range(2):
        give_to_new_accounts(counter.wire.adapters)
        work(counter)
    # then both are given, once, and a third would still be beyond the cap
    assert given(counter) == ["20.00", "50.00"]
    with pytest.raises(NothingWithout):
        accept(counter, third)


@pytest.mark.again
def test_a_promise_that_is_taken_back_frees_its_part_of_the_cap(counter: Counter) -> None:
    first, second = (asked(counter, email=BEN, key=key) for key in ("k1", "k2"))
    accept(counter, first)

    decide(counter, first, verbs.decline, "Not one of ours.")

    assert accept(counter, second).amount == 5000
    ben_signs_up(counter)
    give_to_new_accounts(counter.wire.adapters)
    work(counter)
    assert given(counter) == ["50.00"]
    assert request_of(counter, first).state == RequestState.DECLINED


@pytest.mark.again
def test_what_was_given_in_another_way_counts_too(counter: Counter) -> None:
    first, second = (asked(counter, key=key) for key in ("k1", "k2"))
    ada = counter.wire.world.store.peek("customer", 501)
    counter.wire.world.store.delete("customer", 501)
    accept(counter, first)
    decide(counter, first, verbs.handled)
    counter.wire.world.store.put("customer", ada)

    assert accept(counter, second).amount == 2000
    assert given(counter) == ["20.00"]


@pytest.mark.again
def test_what_became_a_return_of_an_order_counts_for_nothing(counter: Counter) -> None:
    first, second = (asked(counter, key=key) for key in ("k1", "k2"))
    with counter.database.write() as session:
        order = counter.order(session)
        verbs.matched(session, session.get_one(NoReceiptRequest, first), order, None, MARA, counter.now())

    assert accept(counter, second).amount == 5000
    assert given(counter) == ["50.00"]


@pytest.mark.again
def test_each_person_has_a_cap_of_their_own(counter: Counter) -> None:
    accept(counter, asked(counter, 2, key="k1"))

    assert accept(counter, asked(counter, 2, email=BEN, key="k2")).amount == 7000
    assert given(counter) == ["70.00"]


def test_many_who_never_sign_up_keep_nobody_from_being_looked_for(counter: Counter) -> None:
    request_id = asked(counter, email=BEN)
    accept(counter, request_id)
    with counter.database.write() as session:
        theirs_ = session.get_one(NoReceiptRequest, request_id)
        for number in range(2 * AT_ONCE):  # older ones, of people who never come
            facts = {column.name: getattr(theirs_, column.name) for column in NoReceiptRequest.__table__.columns}
            facts |= {"id": number - 10_000, "key": f"old{number}", "number": None, "email": f"n{number}@example.com"}
            session.add(NoReceiptRequest(**facts))
    ben_signs_up(counter)

    for _ in range(12):
        give_to_new_accounts(counter.wire.adapters)
        counter.wire.advance(minutes=10)

    assert request_of(counter, request_id).state == RequestState.ACCEPTED
