"""The code that shows whose address a request without an order is: ten minutes, five tries, the newest alone."""

from __future__ import annotations

import pytest
from returns_counter import Counter, open_counter
from without_receipt import asks, kind, know_ada

from shopify_app.db import Database
from shopify_app.orders.codes import LIFE, MOST_TRIES, WrongCode
from shopify_app.returns.no_receipt import asking as no_receipt_asking
from shopify_app.returns.no_receipt.models import NoReceiptRequest

pytestmark = pytest.mark.again


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    made = open_counter(database, database_url)
    know_ada(made)
    made.publish(kind())
    return made


def is_right(counter: Counter, request_id: int, code: str) -> bool:
    """Whether the code that is typed is taken; the try is kept either way."""
    with counter.database.write() as session:
        try:
            no_receipt_asking.receive(session, request_id, code, counter.now())
        except WrongCode:
            return False
    return True


def another(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


@pytest.mark.parametrize(("wrong", "is_taken"), [(MOST_TRIES - 1, True), (MOST_TRIES, False)])
def test_wrong_codes_are_counted_and_after_five_the_right_one_is_worth_nothing(
    counter: Counter, wrong: int, is_taken: bool
) -> None:
    request_id, code = asks(counter)

    assert [is_right(counter, request_id, another(code)) for _ in range(wrong)] == [False] * wrong

    assert is_right(counter, request_id, code) is is_taken


def test_a_newer_code_ends_the_one_before(counter: Counter) -> None:
    request_id, first = asks(counter)
    with counter.database.write() as session:
        request = session.get_one(NoReceiptRequest, request_id)
        no_receipt_asking.send_again(session, request, counter.now())
        newest = request.code or ""

    assert first == newest or not is_right(counter, request_id, first)
    assert is_right(counter, request_id, newest)


def test_after_ten_minutes_a_code_is_worth_nothing(counter: Counter) -> None:
    request_id, code = asks(counter)
    counter.wire.advance(seconds=LIFE.total_seconds() + 1)

    assert not is_right(counter, request_id, code)
