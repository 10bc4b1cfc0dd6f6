"""One-time codes: the right one opens the order once, all else opens nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from shopify_app.crypto import BadToken
from shopify_app.db import Database
from shopify_app.events import Event
from shopify_app.orders.access import Access, TooManyTries, open_pass
from shopify_app.orders.codes import (
    WrongCode,
    ask_code,
    asking_token,
    open_with_code,
    order_asked,
)
from shopify_app.orders.models import OneTimeCode, Order
from shopify_app.orders.projection import apply_order
from shopify_app.shops.models import Shop
from stage import order


@pytest.fixture
def adas(database: Database, shop: Shop, now: datetime) -> Order:
    with database.write() as session:
        return apply_order(session, shop.id, order(), now)


FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def asked(database: Database, adas: Order, now: datetime) -> str:
    with database.write() as session:
        made = ask_code(session, session.get_one(Order, adas.id), "sv", now)
        return made.code or ""


def tried(database: Database, adas: Order, typed: str, now: datetime) -> str | None:
    """The pass, None where the code was refused; either way what was counted is kept."""
    with database.write() as session:
        try:
            return open_with_code(session, session.get_one(Order, adas.id), typed, now)
        except WrongCode:
            return None


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_the_right_code_opens_the_order_to_its_owner(database: Database, adas: Order, now: datetime) -> None:
    code = asked(database, adas, now)
    assert len(code) == 6
    opened = tried(database, adas, f" {code[:3]} {code[3:]} ", now + timedelta(minutes=9))
    assert opened
    with database.read() as session:
        found, access = open_pass(session, opened, now)
        assert (found.id, access) == (adas.id, Access.OWNER)


def test_a_code_may_be_typed_in_any_digits(database: Database, adas: Order, now: datetime) -> None:
    assert tried(database, adas, asked(database, adas, now).translate(FULL_WIDTH), now)


def test_a_code_works_once(database: Database, adas: Order, now: datetime) -> None:
    code = asked(database, adas, now)
    assert tried(database, adas, code, now)
    assert tried(database, adas, code, now) is None
    with database.read() as session:
        assert session.scalars(select(OneTimeCode)).one().code is None


def test_after_ten_minutes_a_code_is_worth_nothing(database: Database, adas: Order, now: datetime) -> None:
    code = asked(database, adas, now)
    assert tried(database, adas, code, now + timedelta(minutes=10)) is None


def test_after_five_wrong_tries_the_right_code_is_worth_nothing(database: Database, adas: Order, now: datetime) -> None:
    code = asked(database, adas, now)
    for _ in range(5):
        assert tried(database, adas, other_than(code), now) is None
    assert tried(database, adas, code, now) is None


def test_after_four_wrong_tries_the_right_code_still_opens(database: Database, adas: Order, now: datetime) -> None:
    code = asked(database, adas, now)
    for _ in range(4):
        assert tried(database, adas, other_than(code), now) is None
    assert tried(database, adas, code, now)


def test_a_new_code_ends_the_one_before(database: Database, adas: Order, now: datetime) -> None:
    first, second = asked(database, adas, now), asked(database, adas, now)
    if first != second:
        assert tried(database, adas, first, now) is None
    assert tried(database, adas, second, now)


def test_nobody_fills_a_mailbox_with_codes(database: Database, adas: Order, now: datetime) -> None:
    for _ in range(5):
        asked(database, adas, now)
    with pytest.raises(TooManyTries) as stopped:
        asked(database, adas, now + timedelta(minutes=20))
    assert stopped.value.retry_after == 40 * 60
    assert asked(database, adas, now + timedelta(minutes=61))


def test_whoever_sends_mails_hears_of_a_code_and_the_event_does_not_hold_it(
    database: Database, adas: Order, now: datetime
) -> None:
    code = asked(database, adas, now)
    with database.read() as session:
        wanted = session.scalars(select(Event).where(Event.kind == "CodeWanted")).one()
        kept = session.get_one(OneTimeCode, wanted.facts["code_id"])
        assert (kept.code, kept.locale) == (code, "sv")
        assert code not in str(wanted.facts)
        assert code not in kept.code_hash


def test_a_code_of_one_order_does_not_open_another(database: Database, adas: Order, shop: Shop, now: datetime) -> None:
    with database.write() as session:
        bens = apply_order(session, shop.id, order(shopify_id=1043, name="#1043", lines=()), now)
    code = asked(database, adas, now)
    asked(database, bens, now)
    with database.read() as session:
        bens_code = session.scalars(select(OneTimeCode).where(OneTimeCode.order_id == bens.id)).one().code
    if bens_code != code:
        assert tried(database, bens, code, now) is None


def test_the_address_that_asks_for_a_code_opens_nothing_by_itself(
    database: Database, adas: Order, now: datetime
) -> None:
    with database.read() as session:
        token = asking_token(database.keyring, adas, now)
        assert order_asked(session, token, now).id == adas.id
        with pytest.raises(BadToken):
            open_pass(session, token, now)
        with pytest.raises(BadToken):
            order_asked(session, token, now + timedelta(minutes=31))
