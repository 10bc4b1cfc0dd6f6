"""Two exchanges of one order that nobody pays, and a shirt taken back at less before: each comes off to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from balance_desk import clock, left_to_pay, policy, seen_books
from returns_counter import Counter, open_counter
from settling import approve, decide, looks, receive, states, steps, theirs, with_credit

from shopify_app.db import Database
from shopify_app.returns import published
from shopify_app.returns.models import Return
from shopify_app.returns.rules import Policy
from shopify_app.returns.states import UnitDecision
from shopify_app.returns.vocabulary import MoneyEvent, Outcome, Scope


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url, quantity=3))


def inspecting() -> Policy:
    """The fee of a fifth; refunds are paid once somebody has looked at the goods."""
    (rule,) = policy().rules
    events = {Scope.ANY: MoneyEvent.RECEIPT, Scope.REFUND: MoneyEvent.INSPECTION}
    return Policy(rules=(replace(rule, then=replace(rule.then, money_events=events)),))


def swaps(counter: Counter) -> Return:
    """Ada swaps one of her shirts for another size, and owes the fee of 9.00."""
    wish = counter.wish(1, Outcome.VARIANT_EXCHANGE, replacement_variant_id=counter.desk.variants["M"])
    ret = counter.submit(counter.price(replace(wish, instead=Outcome.REFUND)))
    approve(counter, ret)
    receive(counter, ret)
    return ret


def test_each_of_two_unpaid_exchanges_comes_off_though_a_shirt_was_taken_back_at_less(counter: Counter) -> None:
    with counter.database.write() as session:
        published.publish(session, counter.shop_id, inspecting(), "mara", counter.now() - timedelta(days=90))
    reduced = counter.asked(1, Outcome.REFUND)
    approve(counter, reduced)
    receive(counter, reduced)
    decide(counter, reduced, UnitDecision.ACCEPTED, percent="50")
    paid = theirs(counter)
    first, second = swaps(counter), swaps(counter)
    assert [states(counter, ret) for ret in (reduced, first, second)] == [
        ["settled"], ["awaiting_payment"], ["awaiting_payment"],
    ], [looks(counter, ret) for ret in (reduced, first, second)]  # fmt: skip
    assert str(left_to_pay(counter)) == "18.00"

    clock(counter, days=9)

    assert [states(counter, ret) for ret in (first, second)] == [["settled"], ["settled"]], [
        (steps(counter, ret), looks(counter, ret)) for ret in (first, second)
    ]
    back = [moved for moved in theirs(counter) if moved[0] == "refund"]
    assert back == sorted([*paid, ("refund", "39.60"), ("refund", "39.60")])
    assert not left_to_pay(counter)
    assert [seen_books(counter, ret)["balance_due"] for ret in (first, second)] == [0, 0]
