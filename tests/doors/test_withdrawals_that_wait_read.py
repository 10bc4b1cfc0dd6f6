"""What Ada reads while a person is still to carry out her withdrawal: the same goods are not offered a second way."""

from __future__ import annotations

import pytest
from portal import Shopper
from returns_counter import Counter, open_counter
from withdrawing import buys, declare

from jobs.reactions import FOLLOWERS
from returns_desk import Desk
from shopify_app.db import Database
from shopify_app.orders.access import link_token
from shopify_app.returns.withdrawing.models import Withdrawal
from shopify_app.returns.withdrawing.opening import Stuck, set_aside
from wire import application


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    database.followers = FOLLOWERS
    return open_counter(database, database_url)


@pytest.fixture
def ada(counter: Counter) -> Shopper:
    return Shopper(application(counter.wire.adapters).test_client(), counter.wire)


@pytest.fixture
def desk(counter: Counter) -> Desk:
    """Her order, all of which she has withdrawn from; nobody has carried that out yet."""
    found = buys(counter, "S", sent=1)
    row = declare(counter, found)
    with counter.database.write() as session:
        set_aside(session, session.get_one(Withdrawal, row.id), Stuck.BALANCE_OPEN, counter.now())
    return found


def link(counter: Counter, desk: Desk) -> str:
    with counter.database.write() as session:
        return link_token(session, counter.order(session, desk), counter.now())


def test_the_portal_says_that_she_has_withdrawn(ada: Shopper, counter: Counter, desk: Desk) -> None:
    ada.open(f"/returns/t/{link(counter, desk)}")

    assert "You have withdrawn from the contract for this item. We carry that out and write to you." in ada.words


def test_a_second_declaration_is_led_to_the_first(ada: Shopper, counter: Counter, desk: Desk) -> None:
    ada.open(f"/withdraw/t/{link(counter, desk)}")

    assert "There is nothing to withdraw from here" in ada.words
    assert "Already part of a return or a withdrawal." in ada.words
    assert "See your withdrawal" in ada.words
