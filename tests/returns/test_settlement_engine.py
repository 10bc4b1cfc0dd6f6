"""Returns carried to their money through the dev store: what our books say is what its ledger says, to the cent."""

from __future__ import annotations

import pytest

from returns_counter import Counter, open_counter
from settling import approve, grant, groups, ours, receive, state, states, steps, theirs, with_credit
from shopify_app.db import Database
from shopify_app.returns.vocabulary import Outcome


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url))


def test_a_refund_is_paid_once_the_goods_are_here(counter: Counter) -> None:
    ret = counter.asked()
    approve(counter, ret)
    assert states(counter, ret) == ["open"]
    assert theirs(counter) == []

    receive(counter, ret)

    assert states(counter, ret) == ["settled"]
    assert state(counter, ret) == "closed"
    assert theirs(counter) == [("refund", "48.60")]
    assert ours(counter, ret) == theirs(counter)


def test_store_credit_comes_with_its_bonus_as_a_second_credit(counter: Counter) -> None:
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)

    receive(counter, ret)

    assert states(counter, ret) == ["settled"], (steps(counter, ret), [g.look_facts for g in groups(counter, ret)])
    given = grant(counter, ret)
    assert theirs(counter) == sorted([("store_credit_refund", "48.60"), ("store_credit", "4.50")])
    assert ours(counter, ret) == theirs(counter)
    assert given.state == "issued"
    assert given.expires_at is not None
