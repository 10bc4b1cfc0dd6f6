"""Requests that were made in Shopify's own pages wait here for the merchant, whose word is told to Shopify."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from returns_counter import Counter, open_counter
from settling import approve, groups, looks, ours, receive, settle_now, state, states, steps, theirs, with_credit, work
from sqlalchemy import select

from returns_desk import APPROVE, BY_ID, PROCESS, REQUEST
from shopify_app.db import Database
from shopify_app.events import Event
from shopify_app.returns import following, requests
from shopify_app.returns.models import Return
from shopify_app.returns.states import Actor
from shopify_app.shops.models import Shop
from shopify_app.states import IllegalMove

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url))


def requested(counter: Counter, quantity: int = 1) -> Return:
    """Ada asked at Shopify for one shirt to go back, and we heard of it."""
    desk = counter.desk
    asked = desk.did(REQUEST, **{"in": {"orderId": desk.order_gid, "returnLineItems": [desk.line(quantity)]}})
    facts = counter.api.return_state(int(asked["id"].rpartition("/")[2]))
    assert facts is not None
    returnable = counter.returnable()
    with counter.database.write() as session:
        assert following.follow(session, counter.shop_id, facts, returnable, counter.now()) == "adopted"
        return session.scalars(select(Return)).one()


def status(counter: Counter) -> str:
    (made,) = counter.wire.world.store.all("return")
    return made["status"]


def test_a_request_made_there_is_told_once_as_one_that_waits_for_mara(counter: Counter) -> None:
    ret = requested(counter)

    facts = counter.api.return_state(groups(counter, ret)[0].shopify_return_id or 0)
    assert facts is not None
    with counter.database.write() as session:
        following.follow(session, counter.shop_id, facts, counter.returnable(), counter.now())

    with counter.database.read() as session:
        told = session.scalars(select(Event.facts).where(Event.kind == "ReturnRequested")).all()
    assert told == [{"order_id": ret.order_id, "return_id": ret.id, "at_once": False}]


def test_requests_from_before_the_installation_are_told_to_nobody(counter: Counter) -> None:
    with counter.database.write() as session:
        session.scalars(select(Shop)).one().installed_at = counter.now() + timedelta(minutes=1)

    ret = requested(counter)

    with counter.database.read() as session:
        assert session.scalar(select(Event.id).where(Event.kind == "ReturnRequested")) is None
    assert state(counter, ret) == "requested"


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_yes_is_told_to_shopify_and_the_goods_are_settled(counter: Counter, is_lost: bool) -> None:
    ret = requested(counter)
    assert (state(counter, ret), states(counter, ret)) == ("requested", ["waiting"])
    if is_lost:
        counter.wire.fault("answer_lost", "returnApproveRequest")

    approve(counter, ret)
    assert (states(counter, ret), status(counter)) == (["open"], "open")
    settle_now(counter, ret)

    assert states(counter, ret) == ["settled"], steps(counter, ret)
    assert theirs(counter) == [("refund", "48.60")]
    assert ours(counter, ret) == theirs(counter)


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_no_is_told_to_shopify_once(counter: Counter, is_lost: bool) -> None:
    ret = requested(counter)
    if is_lost:
        counter.wire.fault("answer_lost", "returnDeclineRequest")

    with counter.database.write() as session:
        requests.decline(session, counter.ret(session, ret), "final_sale", "Sorry", Actor.MERCHANT, counter.now())
    work(counter)

    assert (state(counter, ret), status(counter)) == ("declined", "declined")
    assert steps(counter, ret) == [("decline", "done")]
    assert theirs(counter) == []


@pytest.mark.asked
def test_a_no_that_shopify_keeps_for_good_is_not_taken_back(counter: Counter) -> None:
    ret = requested(counter)
    with counter.database.write() as session:
        requests.decline(session, counter.ret(session, ret), "other", None, Actor.MERCHANT, counter.now())
    work(counter)

    with pytest.raises(IllegalMove), counter.database.write() as session:
        requests.reopen(session, counter.ret(session, ret), Actor.MERCHANT, counter.now())


def heard_of(counter: Counter, gid: str) -> None:
    """Shopify's word on the return arrives, and the workers do what follows."""
    facts = counter.api.return_state(int(gid.rpartition("/")[2]))
    assert facts is not None
    with counter.database.write() as session:
        following.follow(session, counter.shop_id, facts, None, counter.now())
    work(counter)


def agreed_there(counter: Counter) -> dict[str, Any]:
    """Mara says yes in Shopify's own pages, of which we have not heard yet."""
    (made,) = counter.wire.world.store.all("return")
    return counter.desk.did(APPROVE, **{"in": {"id": made["admin_graphql_api_id"]}})


def test_a_request_that_was_agreed_to_and_settled_there_before_we_heard_is_settled_here(counter: Counter) -> None:
    ret = requested(counter)
    made = agreed_there(counter)
    counter.desk.process(made, financialTransfer=counter.desk.refund("48.60"))

    heard_of(counter, made["id"])

    assert (states(counter, ret), state(counter, ret)) == (["settled"], "closed")
    assert theirs(counter) == ours(counter, ret) == [("refund", "48.60")]


def test_a_request_that_was_agreed_to_and_closed_there_before_we_heard_is_over_here(counter: Counter) -> None:
    ret = requested(counter)
    made = agreed_there(counter)
    counter.desk.did(BY_ID["returnClose"], id=made["id"])

    heard_of(counter, made["id"])

    assert (states(counter, ret), state(counter, ret)) == (["fell_away"], "closed")
    assert theirs(counter) == []


def test_a_request_that_was_settled_in_part_there_before_we_heard_is_looked_at(counter: Counter) -> None:
    ret = requested(counter, 2)
    made = agreed_there(counter)
    part = counter.desk.everything(made)
    part["returnLineItems"][0]["quantity"] = 1
    counter.desk.did(PROCESS, **{"in": part | {"financialTransfer": counter.desk.refund("48.60")}})

    heard_of(counter, made["id"])

    assert (looks(counter, ret), state(counter, ret)) == (["changed_at_shopify"], "approved")


def test_a_return_called_off_there_while_its_money_waits_is_off_here(counter: Counter) -> None:
    ret = counter.asked()
    approve(counter, ret)
    receive(counter, ret, then_work=False)
    (made,) = counter.wire.world.store.all("return")
    counter.desk.did(BY_ID["returnCancel"], id=made["admin_graphql_api_id"])

    heard_of(counter, made["admin_graphql_api_id"])

    assert (states(counter, ret), state(counter, ret)) == (["cancelled"], "closed")
    assert theirs(counter) == []
