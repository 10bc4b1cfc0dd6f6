"""Returns at Shopify whose webhooks never came: older than the installation, or lost while nobody listened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from returns_counter import Counter, open_counter
from settling import approve, settle_now, state, steps, theirs, with_credit, work
from sqlalchemy import select

from jobs.catch_up import read_next_page, start_reconcile
from returns_desk import APPROVE, DECLINE, REQUEST
from shopify_app.db import Database
from shopify_app.returns.models import Return


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url))


def asked_at_shopify(counter: Counter) -> str:
    """Ada asked in Shopify's own page for one shirt to go back. Returns the request's id there."""
    desk = counter.desk
    return desk.did(REQUEST, **{"in": {"orderId": desk.order_gid, "returnLineItems": [desk.line(1)]}})["id"]


def read_the_past(counter: Counter) -> None:
    """As the back-fill does after the orders."""
    _read(counter, "returns")


def reconcile(counter: Counter) -> None:
    counter.wire.advance(minutes=30)
    _read(counter, "reconcile_returns")


def _read(counter: Counter, kind: str) -> None:
    with counter.database.write() as session:
        assert start_reconcile(session, kind, counter.now()) == [counter.shop_id]
    while read_next_page(counter.wire.adapters, counter.shop_id):
        pass


def held(counter: Counter) -> list[Return]:
    with counter.database.read() as session:
        return list(session.scalars(select(Return)))


def test_what_was_open_before_the_installation_is_in_the_queue_once_and_is_settled(counter: Counter) -> None:
    asked_at_shopify(counter)

    read_the_past(counter)
    read_the_past(counter)

    (ret,) = held(counter)
    assert state(counter, ret) == "requested"
    approve(counter, ret)
    settle_now(counter, ret)
    assert theirs(counter) == [("refund", "48.60")], steps(counter, ret)


def test_a_request_whose_webhook_was_lost_is_found_by_the_next_scan(counter: Counter) -> None:
    read_the_past(counter)
    assert held(counter) == []

    asked_at_shopify(counter)
    reconcile(counter)

    assert [ret.state for ret in held(counter)] == ["requested"]


@pytest.mark.parametrize("is_yes", [True, False])
def test_a_word_spoken_at_shopify_that_was_lost_is_found_by_the_next_scan(counter: Counter, is_yes: bool) -> None:
    request = asked_at_shopify(counter)
    read_the_past(counter)

    if is_yes:
        counter.desk.did(APPROVE, **{"in": {"id": request}})
    else:
        counter.desk.did(DECLINE, **{"in": {"id": request, "declineReason": "OTHER"}})
    reconcile(counter)

    (ret,) = held(counter)
    assert state(counter, ret) == ("approved" if is_yes else "declined")


def test_a_return_of_our_own_is_left_as_it_is(counter: Counter) -> None:
    asked_at_shopify(counter)
    read_the_past(counter)
    (ret,) = held(counter)
    approve(counter, ret)
    settle_now(counter, ret)
    before = steps(counter, ret)

    for _ in range(2):
        reconcile(counter)
        work(counter)

    assert (steps(counter, ret), len(held(counter))) == (before, 1)
    assert theirs(counter) == [("refund", "48.60")]
    assert counter.now() - timedelta(hours=1) > ret.requested_at
