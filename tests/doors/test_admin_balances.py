"""Mara sees what is still to be paid: she asks again, gives time, waives, or takes the exchange off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from balance_desk import balance, owing
from flask.testing import FlaskClient
from returns_counter import Counter, open_counter
from settling import states, with_credit, work
from werkzeug.test import TestResponse

from shopify_app.db import Database
from shopify_app.returns.models import Return
from wire import application

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url))


@pytest.fixture
def door(counter: Counter) -> FlaskClient:
    return application(counter.wire.adapters).test_client()


def page(counter: Counter, door: FlaskClient, ret: Return) -> str:
    return door.get(f"/app/returns/{ret.rma}", headers=_token(counter)).text


def send(counter: Counter, door: FlaskClient, ret: Return, verb: str, **form: object) -> TestResponse:
    with counter.database.read() as session:
        version = counter.ret(session, ret).version
    body = {"verb": verb, "version": version, "group": balance(counter, ret).group_id} | form
    return door.post(f"/app/returns/{ret.rma}", data=body, headers=_token(counter))


def _token(counter: Counter) -> dict[str, str]:
    return {"Authorization": f"Bearer {counter.wire.session_token()}"}


@pytest.mark.asked
def test_the_page_says_what_is_open_until_when_and_what_happens_then(counter: Counter, door: FlaskClient) -> None:
    ret = owing(counter)

    shown = page(counter, door, ret)

    assert "€9.00 is still to be paid" in shown
    assert "Waits for payment" in shown
    assert "the exchange is taken off and the shopper gets store credit" in shown
    assert all(f'value="{verb}"' in shown for verb in ("waive", "remind", "extend", "drop_exchange"))


def test_a_waived_balance_settles_the_exchange(counter: Counter, door: FlaskClient) -> None:
    ret = owing(counter)

    answer = send(counter, door, ret, "waive")
    work(counter)

    assert (answer.status_code, states(counter, ret)) == (303, ["settled"])
    assert "is still to be paid" not in page(counter, door, ret)


def test_more_time_and_a_reminder_are_given_as_typed(counter: Counter, door: FlaskClient) -> None:
    ret = owing(counter)
    until = balance(counter, ret).pay_by

    assert send(counter, door, ret, "extend", days="3").status_code == 303
    assert send(counter, door, ret, "remind").status_code == 303
    assert send(counter, door, ret, "extend", days="0").status_code == 409

    assert balance(counter, ret).pay_by == until + timedelta(days=3)
    assert balance(counter, ret).reminders == 1


@pytest.mark.asked
def test_an_exchange_that_is_taken_off_leaves_nothing_to_decide(counter: Counter, door: FlaskClient) -> None:
    ret = owing(counter)

    assert send(counter, door, ret, "drop_exchange").status_code == 303
    work(counter)

    assert states(counter, ret) == ["settled"]
    refused = send(counter, door, ret, "waive")
    assert refused.status_code == 409
    assert "The balance is dropped and cannot become waived" in refused.text


def test_a_group_of_another_return_is_nothing_to_decide_on(counter: Counter, door: FlaskClient) -> None:
    ret = owing(counter)

    assert send(counter, door, ret, "waive", group="999").status_code == 409
    assert states(counter, ret) == ["awaiting_payment"]
