"""A customer whose store credit moves more often than one page of it holds: nothing is missed, nothing paid twice."""

from __future__ import annotations

from decimal import Decimal

import pytest
from returns_counter import Counter, open_counter
from settling import approve, ours, receive, states, theirs, with_credit, work

from devstore import store_credit
from jobs.steps import carry_out_step, ground_of
from shopify_app.db import Database
from shopify_app.leases import due
from shopify_app.returns import comparing, settle
from shopify_app.returns.models import Return
from shopify_app.returns.money_models import Step
from shopify_app.returns.vocabulary import Outcome

pytestmark = pytest.mark.again

MORE_THAN_TWO_PAGES = 320


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url))


def moved_often(counter: Counter, times: int = MORE_THAN_TWO_PAGES) -> None:
    """Mara gives Ada a cent at a time, in Shopify's own pages."""
    world = counter.wire.world
    (customer,) = {each["customer_id"] for each in world.store.all("store_credit_account")}
    for _ in range(times):
        store_credit.credit(world, customer, Decimal("0.01"), "EUR", None, event="ADJUSTMENT")


def for_credit(counter: Counter) -> Return:
    ret = counter.asked(outcome=Outcome.STORE_CREDIT)
    approve(counter, ret)
    return ret


def bonuses(counter: Counter) -> list[str]:
    return [amount for kind, amount in theirs(counter) if (kind, amount) == ("store_credit", "4.50")]


def test_a_bonus_far_down_in_the_account_is_still_found_at_night(counter: Counter) -> None:
    ret = for_credit(counter)
    receive(counter, ret)

    moved_often(counter)

    assert comparing.compare_bonuses(ground_of(counter.wire.adapters)) == 0
    assert states(counter, ret) == ["settled"]


def test_a_bonus_whose_answer_was_lost_is_found_behind_all_that_moved_since(counter: Counter) -> None:
    ret = for_credit(counter)
    counter.wire.fault("answer_lost", "storeCreditAccountCredit")
    receive(counter, ret, then_work=False)
    while not bonuses(counter):
        carry_out_next(counter)
    moved_often(counter)

    work(counter)

    assert (len(bonuses(counter)), states(counter, ret)) == (1, ["settled"])


def test_a_debit_whose_answer_was_lost_is_found_behind_all_that_moved_since(counter: Counter) -> None:
    ret = for_credit(counter)
    receive(counter, ret)
    counter.wire.fault("answer_lost", "storeCreditAccountDebit")
    with counter.database.write() as session:
        settle.take_back_bonuses(session, counter.ret(session, ret), settle.By(), counter.now())
    while ("store_credit_debit", "4.50") not in theirs(counter):
        carry_out_next(counter)
    moved_often(counter)

    work(counter)

    assert theirs(counter).count(("store_credit_debit", "4.50")) == 1
    assert ("store_credit_debit", "4.50") in ours(counter, ret)


def carry_out_next(counter: Counter) -> None:
    with counter.database.read() as session:
        waiting = due(session, Step, counter.now())
    assert waiting, "nothing is due"
    for step_id in waiting:
        carry_out_step(counter.wire.adapters, step_id)
