"""Exchanges that are not paid in full, and what else is wanted of them meanwhile: a withdrawal, calling it off."""

from __future__ import annotations

import pytest
from balance_desk import look as seen
from balance_desk import owing, pays
from returns_counter import Counter, open_counter
from settling import with_credit
from withdrawing import open_only

from jobs.reactions import FOLLOWERS
from shopify_app.db import Database
from shopify_app.returns import requests
from shopify_app.returns.release import groups_of, move
from shopify_app.returns.states import Actor, GroupState
from shopify_app.returns.withdrawing import declarations as withdrawals
from shopify_app.returns.withdrawing.declarations import Declaration
from shopify_app.returns.withdrawing.models import Withdrawal, WithdrawalState
from shopify_app.states import IllegalMove


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    database.followers = FOLLOWERS
    return with_credit(open_counter(database, database_url))


def withdraws_from_the_new_goods(counter: Counter) -> Withdrawal:
    counter.learn()
    with counter.database.write() as session:
        order = counter.order(session)
        order.country = "SE"
        new = order.lines[-1].shopify_id
        said = Declaration("one", "Ada Lindholm", None, "en", {new: 1})
        made = withdrawals.declare(session, order, said, counter.now()).id
    open_only(counter)
    with counter.database.read() as session:
        return session.get_one(Withdrawal, made)


def test_while_its_balance_is_open_a_person_is_asked(counter: Counter) -> None:
    owing(counter)

    row = withdraws_from_the_new_goods(counter)

    assert (row.state, row.look) == (WithdrawalState.NEEDS_LOOK, "balance_open")


@pytest.mark.again
def test_once_it_is_paid_the_withdrawal_is_opened_by_itself(counter: Counter) -> None:
    owing(counter)
    pays(counter)
    seen(counter)

    row = withdraws_from_the_new_goods(counter)

    assert (row.state, row.look) == (WithdrawalState.OPENED, None)


def test_a_return_whose_exchange_was_booked_is_not_called_off_while_a_person_looks(counter: Counter) -> None:
    ret = owing(counter)
    with counter.database.write() as session:
        (group,) = groups_of(session, counter.ret(session, ret))
        move(group, GroupState.NEEDS_LOOK)

    with counter.database.write() as session, pytest.raises(IllegalMove):
        requests.cancel(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())
