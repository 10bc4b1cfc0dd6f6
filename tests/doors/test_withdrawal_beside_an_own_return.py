"""Who has asked for a return of all of it and would rather withdraw from the contract is shown the way."""

from __future__ import annotations

import pytest
from portal import Shopper
from returns_counter import Counter, open_counter
from withdrawing import buys

from jobs.reactions import FOLLOWERS
from shopify_app.db import Database
from shopify_app.returns import requests
from shopify_app.returns.models import Return
from shopify_app.returns.states import Actor
from wire import application

WAY = "You can cancel that return until it is on its way, and then withdraw from the contract here."
CONTACT = "ada@example.com"


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    database.followers = FOLLOWERS
    return open_counter(database, database_url)


@pytest.fixture
def ada(counter: Counter) -> Shopper:
    return Shopper(application(counter.wire.adapters).test_client(), counter.wire)


def sends_back(counter: Counter) -> Return:
    """A shirt that arrived, and that Ada has asked to send back under the shop's own terms."""
    counter.desk = buys(counter, "S", sent=1)
    return counter.asked(1)


def wants_to_withdraw(ada: Shopper, counter: Counter) -> Shopper:
    with counter.database.read() as session:
        name = counter.order(session).name
    ada.open("/withdraw")
    return ada.send(order=name, contact=CONTACT)


def test_a_return_of_her_own_is_shown_with_the_way_past_it(ada: Shopper, counter: Counter) -> None:
    ret = sends_back(counter)

    wants_to_withdraw(ada, counter)

    assert WAY in ada.words
    assert "/returns/r/" in ada.html
    with counter.database.write() as session:
        requests.cancel(session, counter.ret(session, ret), Actor.SHOPPER, counter.now())
    wants_to_withdraw(ada, counter)
    assert "Confirm withdrawal" in ada.words


def test_of_what_is_left_no_delivery_is_promised_for_the_whole_order(ada: Shopper, counter: Counter) -> None:
    counter.desk = buys(counter, "S", sent=1, quantity=2)
    counter.asked(1)

    wants_to_withdraw(ada, counter)

    assert "Confirm withdrawal" in ada.words
    assert "delivery is paid back" not in ada.words


def test_once_it_is_on_its_way_nothing_is_promised(ada: Shopper, counter: Counter) -> None:
    ret = sends_back(counter)
    with counter.database.write() as session:
        requests.approve(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())
        counter.ret(session, ret).first_scan_at = counter.now()

    wants_to_withdraw(ada, counter)

    assert WAY not in ada.words
    assert "See your return" in ada.words
