"""Mara changes a return for its shopper: what it makes different is shown first, a word to them is asked for."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from returns_counter import Counter
from settling import approve, receive, states, theirs, work
from sqlalchemy import select
from two_parts import open_shop
from werkzeug.test import TestResponse

from shopify_app.db import Database
from shopify_app.returns.models import Return, ReturnEntry, ReturnQuote
from shopify_app.returns.vocabulary import Outcome
from wire import SHOP, application

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return open_shop(database, database_url)


@pytest.fixture
def ret(counter: Counter) -> Return:
    found = counter.asked(1, Outcome.REFUND)
    approve(counter, found)
    return found


@pytest.fixture
def door(counter: Counter) -> FlaskClient:
    return application(counter.wire.adapters).test_client()


def see(door: FlaskClient, counter: Counter, ret: Return) -> TestResponse:
    query = urlencode({"shop": SHOP, "id_token": counter.wire.session_token()})
    return door.get(f"/app/returns/{ret.rma}/change?{query}")


def send(door: FlaskClient, counter: Counter, ret: Return, **form: Any) -> TestResponse:
    token = {"Authorization": f"Bearer {counter.wire.session_token()}"}
    return door.post(f"/app/returns/{ret.rma}/change", data=form, headers=token)


def wanted(counter: Counter, outcome: str = "store_credit", quantity: str = "1", place: int = 1) -> dict[str, str]:
    sent = counter.desk.sent(place).rpartition("/")[2]
    return {f"quantity-{sent}": quantity, f"outcome-{sent}": outcome, f"method-{sent}": "own_carrier"}


def quote_of(counter: Counter) -> str:
    with counter.database.read() as session:
        return session.scalars(select(ReturnQuote.public_id).order_by(ReturnQuote.id.desc())).first() or ""


def outcomes(counter: Counter, ret: Return) -> list[tuple[str, int]]:
    with counter.database.read() as session:
        return [(line.outcome, line.quantity) for line in counter.ret(session, ret).lines]


def test_the_form_shows_what_stands(door: FlaskClient, counter: Counter, ret: Return) -> None:
    text = see(door, counter, ret).text
    assert "1 now, 1 at most" in text
    assert re.search(r'<s-option value="refund" selected>', text)
    assert "0 now, 1 at most" in text


def test_what_it_makes_different_is_shown_and_nothing_moves(door: FlaskClient, counter: Counter, ret: Return) -> None:
    answer = send(door, counter, ret, verb="price", **wanted(counter))
    assert answer.status_code == 200
    assert "What the change makes different" in answer.text
    assert "<strong>€48.60</strong>" in answer.text
    assert "<strong>€4.50</strong>" in answer.text
    assert outcomes(counter, ret) == [("refund", 1)]


def test_it_is_changed_once_with_a_word_to_the_shopper(door: FlaskClient, counter: Counter, ret: Return) -> None:
    send(door, counter, ret, verb="price", **wanted(counter))
    form = {"verb": "change", "quote": quote_of(counter), "note": "As we said on the phone."}

    first, second = send(door, counter, ret, **form), send(door, counter, ret, **form)

    assert (first.status_code, second.status_code) == (303, 303), first.text
    assert outcomes(counter, ret) == [("store_credit", 1)]
    with counter.database.read() as session:
        entry = session.scalars(select(ReturnEntry).where(ReturnEntry.kind == "changed")).one()
    assert (entry.actor, entry.said, entry.is_internal) == ("merchant", "As we said on the phone.", False)
    work(counter)
    receive(counter, ret)
    assert theirs(counter) == [("store_credit", "4.50"), ("store_credit_refund", "48.60")]


def test_without_a_word_to_the_shopper_nothing_is_changed(door: FlaskClient, counter: Counter, ret: Return) -> None:
    send(door, counter, ret, verb="price", **wanted(counter))
    answer = send(door, counter, ret, verb="change", quote=quote_of(counter), note="  ")
    assert answer.status_code == 422
    assert "Tell the shopper why" in answer.text
    assert outcomes(counter, ret) == [("refund", 1)]


@pytest.mark.asked
def test_an_item_is_added_and_another_taken_out(door: FlaskClient, counter: Counter, ret: Return) -> None:
    form = wanted(counter, "refund", "0") | wanted(counter, "refund", "1", 2)
    send(door, counter, ret, verb="price", **form)
    send(door, counter, ret, verb="change", quote=quote_of(counter), note="The other one.")
    work(counter)
    with counter.database.read() as session:
        (line,) = counter.ret(session, ret).lines
    assert line.fulfillment_line_id == int(counter.desk.sent(2).rpartition("/")[2])
    assert states(counter, ret) == ["open"]


def test_an_offer_for_another_return_changes_nothing(door: FlaskClient, counter: Counter, ret: Return) -> None:
    other = counter.price(counter.wish(1, Outcome.STORE_CREDIT, 2))
    answer = send(door, counter, ret, verb="change", quote=other.public_id, note="Mine.")
    assert answer.status_code == 422
    assert "no such offer" in answer.text


@pytest.mark.asked
def test_what_is_paid_stays_as_it_is(door: FlaskClient, counter: Counter, ret: Return) -> None:
    receive(counter, ret)
    answer = see(door, counter, ret)
    assert answer.status_code == 409
    assert "over: there is nothing left to change" in answer.text


def test_a_number_that_is_none_is_told(door: FlaskClient, counter: Counter, ret: Return) -> None:
    answer = send(door, counter, ret, verb="price", **wanted(counter, quantity="<b>2"))
    assert answer.status_code == 422
    assert "is no number of pieces" in answer.text
    assert "<b>2" not in answer.text


def test_of_another_shop_there_is_nothing(door: FlaskClient, counter: Counter, ret: Return) -> None:
    query = urlencode({"shop": SHOP, "id_token": counter.wire.session_token()})
    assert door.get(f"/app/returns/R-9999-1/change?{query}").status_code == 404
