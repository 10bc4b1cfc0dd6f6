"""What Shopify does not tell of an order in one read: a step is found behind it, or a person is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from returns_counter import Counter, open_counter
from settling import groups, looks, ours, states, steps, theirs, with_credit, work
from withdrawing import buys, declare, goodwill, its_return, open_only

from jobs.reactions import FOLLOWERS
from jobs.steps import ground_of
from shopify_app.db import Database
from shopify_app.returns.carry import carry_out
from shopify_app.returns.looks import advice
from shopify_app.returns.models import Return
from shopify_app.returns.steps import steps_of
from shopify_app.shopify.return_snapshots import OrderTooLarge


class Overfull:
    """The Admin API to which one question of an order has too long an answer."""

    def __init__(self, admin: Any, question: str) -> None:
        self._admin, self._question = admin, question

    def __getattr__(self, name: str) -> Any:
        return self._refuses if name == self._question else getattr(self._admin, name)

    def _refuses(self, *_asked: Any) -> Any:
        raise OrderTooLarge("refunds")


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    database.followers = FOLLOWERS
    return with_credit(open_counter(database, database_url))


def withdrawn(counter: Counter, before: Callable[[Any], None] = lambda desk: None) -> Return:
    """Ada withdraws from one of two shirts that were not sent; nothing is done at Shopify yet."""
    desk = buys(counter, "S", "M")
    before(desk)
    row = declare(counter, desk, lines={2: 1})
    open_only(counter)
    return its_return(counter, row)


def taking_off(counter: Counter, ret: Return) -> int:
    with counter.database.read() as session:
        (group,) = groups(counter, ret)
        return steps_of(session, group)[-1].id


def carried_out(counter: Counter, step_id: int, question: str) -> str:
    ground = ground_of(counter.wire.adapters)
    admin = Overfull(ground.admin_of(counter.shop_id), question)
    return carry_out(replace(ground, admin_of=lambda _: admin), step_id)


@pytest.mark.again
def test_a_step_whose_answer_was_lost_is_found_behind_more_than_fifty_refunds(counter: Counter) -> None:
    ret = withdrawn(counter, lambda desk: goodwill(counter, desk, 52))
    counter.wire.fault("answer_lost", "RefundCreate")

    carried = carried_out(counter, taking_off(counter, ret), "nothing")
    counter.wire.advance(hours=25)  # Shopify no longer knows the step's key
    work(counter)

    assert carried == "unknown"
    assert (steps(counter, ret), states(counter, ret)) == ([("take_off", "done")], ["settled"]), looks(counter, ret)
    assert ours(counter, ret) == [("refund", "54.00")]
    assert [amount for _, amount in theirs(counter) if amount != "0.01"] == ["54.00"]


def test_a_look_back_that_cannot_see_everything_asks_a_person_and_sends_nothing(counter: Counter) -> None:
    ret = withdrawn(counter)
    counter.wire.fault("answer_lost", "RefundCreate")
    step_id = taking_off(counter, ret)
    carried_out(counter, step_id, "nothing")
    counter.wire.advance(hours=25)

    ended = carried_out(counter, step_id, "refund_noted")
    work(counter)

    assert (ended, looks(counter, ret)) == ("look", ["outcome_unknown"])
    assert steps(counter, ret) == [("take_off", "unknown")]
    assert theirs(counter) == [("refund", "54.00")]


@pytest.mark.again
def test_an_order_too_large_to_be_reckoned_with_is_said_to_be_just_that(counter: Counter) -> None:
    ret = withdrawn(counter)

    ended = carried_out(counter, taking_off(counter, ret), "returnable_order")

    assert (ended, states(counter, ret), looks(counter, ret)) == ("look", ["needs_look"], ["order_too_large"])
    assert theirs(counter) == []
    (group,) = groups(counter, ret)
    assert "more than Shopify tells us" in advice(group.look or "", group.look_facts, "EUR").known.text
