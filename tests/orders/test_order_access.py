from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from jobs import upkeep
from shopify_app.crypto import BadToken
from shopify_app.db import Database
from shopify_app.events import ShipmentDelivered, record
from shopify_app.orders import access
from shopify_app.orders.access import Access, LinkGone, NotFound, Proof, TooManyTries
from shopify_app.orders.models import LookupAttempt, Order
from shopify_app.orders.projection import apply_order
from shopify_app.shopify.snapshots import Address
from shopify_app.shops.models import Shop
from stage import PLACED, order


@pytest.fixture
def adas(database: Database, shop: Shop, now: datetime) -> Order:
    with database.write() as session:
        return apply_order(session, shop.id, order(), now)


@pytest.mark.again
@pytest.mark.parametrize(
    ("proof", "level"),
    [
        (Proof(email=" ADA@example.com "), Access.FULL),
        (Proof(phone="0701740605"), Access.FULL),
        (Proof(phone="٠٧٠١٧٤٠٦٠٥"), Access.FULL),
        (Proof(postcode="41124"), Access.GLANCE),
        (Proof(email="ada@example.com", postcode="41124"), Access.FULL),
        (Proof.guess("411 24"), Access.GLANCE),
        (Proof.guess("+46 (0)70-174 06 05"), Access.FULL),
        (Proof.guess("ada@example.com"), Access.FULL),
    ],
)
def test_number_and_proof_open_the_level_the_proof_is_worth(
    database: Database, shop: Shop, adas: Order, proof: Proof, level: Access
) -> None:
    with database.read() as session:
        found, opened = access.find_order(session, shop.id, "# 1042", proof)
    assert (found.id, opened) == (adas.id, level)


@pytest.mark.again
@pytest.mark.parametrize(
    ("number", "proof"),
    [
        ("1042", Proof(email="ben@example.com")),
        ("1042", Proof()),
        ("1042", Proof(postcode="")),
        ("9999", Proof(email="ada@example.com")),
        ("", Proof(email="ada@example.com")),
        ("1042' OR 1=1", Proof(email="ada@example.com")),
        ("😀", Proof(email="ada@example.com")),
    ],
)
def test_unknown_and_wrong_are_the_same_answer(
    database: Database, shop: Shop, adas: Order, number: str, proof: Proof
) -> None:
    with database.read() as session, pytest.raises(NotFound):
        access.find_order(session, shop.id, number, proof)


@pytest.mark.again
def test_a_missing_email_is_not_matched_by_typing_nothing(database: Database, shop: Shop, now: datetime) -> None:
    with database.write() as session:
        apply_order(session, shop.id, order(email=None, customer=None, shipping_address=Address()), now)
    with database.read() as session, pytest.raises(NotFound):
        access.find_order(session, shop.id, "1042", Proof(email="", phone="", postcode=" "))


@pytest.mark.again
def test_otto_finds_nothing_of_maras(database: Database, other_shop: Shop, adas: Order) -> None:
    with database.read() as session, pytest.raises(NotFound):
        access.find_order(session, other_shop.id, "1042", Proof(email="ada@example.com"))


@pytest.mark.again
def test_a_pass_opens_its_order_for_half_an_hour_and_brings_its_shop(
    database: Database, shop: Shop, adas: Order, now: datetime
) -> None:
    token = access.make_pass(database.keyring, adas, Access.GLANCE, now)
    with database.read() as session:
        opened, level = access.open_pass(session, token, now)
        assert (opened.id, level, opened.shop.domain) == (adas.id, Access.GLANCE, shop.domain)
        for at, text in (
            (now + timedelta(minutes=30), token),
            (now, token[:-2] + "xx"),
            (now, "rubbish"),
            (now, "a.b.c"),
        ):
            with pytest.raises(BadToken):
                access.open_pass(session, text, at)


def test_a_link_is_reused_until_revoked_and_says_nothing_about_the_person(
    database: Database, shop: Shop, adas: Order, now: datetime
) -> None:
    with database.write() as session:
        token = access.link_token(session, adas, now)
        assert access.link_token(session, adas, now) == token
        assert access.open_link(session, token, now).id == adas.id
        assert access.revoke_links(session, shop.id, adas.id, now) == 1
        with pytest.raises(LinkGone):
            access.open_link(session, token, now)
        assert access.link_token(session, adas, now) != token
    assert "1042" not in token
    assert len(token) == 28


@pytest.mark.again
def test_a_guessed_link_fails_before_it_touches_a_row(database: Database, adas: Order, now: datetime) -> None:
    with database.read() as session, pytest.raises(BadToken):
        access.open_link(session, "A" * 28, now)


def test_a_link_ends_half_a_year_after_delivery(database: Database, shop: Shop, adas: Order, now: datetime) -> None:
    with database.write() as session:
        token = access.link_token(session, adas, now)
        access.end_links_after_delivery(session, shop.id, adas.id, PLACED)
        assert access.open_link(session, token, PLACED + timedelta(days=179)).id == adas.id
        with pytest.raises(LinkGone):
            access.open_link(session, token, PLACED + timedelta(days=180))


def test_a_link_made_after_delivery_ends_half_a_year_later_and_is_handed_out_again_until_then(
    database: Database, shop: Shop, adas: Order, now: datetime
) -> None:
    with database.write() as session:
        record(session, shop.id, ShipmentDelivered(order_id=adas.id, shipment_id=1, at=PLACED), now)
        session.flush()
        token = access.link_token(session, adas, now)

        assert access.link_token(session, adas, now + timedelta(days=179)) == token
        with pytest.raises(LinkGone):
            access.open_link(session, token, now + timedelta(days=180))
        assert access.link_token(session, adas, now + timedelta(days=181)) != token


@pytest.mark.again
def test_a_link_made_when_nobody_remembers_the_delivery_ends_too(
    database: Database, shop: Shop, adas: Order, now: datetime
) -> None:
    assert access.DELIVERY_REMEMBERED <= upkeep.EVENTS_KEPT
    later = PLACED + upkeep.EVENTS_KEPT + timedelta(hours=1)  # the event of the delivery was cleared meanwhile
    with database.write() as session:
        token = access.link_token(session, session.get_one(Order, adas.id), later)
        assert access.open_link(session, token, later + timedelta(days=179)).id == adas.id
        with pytest.raises(LinkGone):
            access.open_link(session, token, later + timedelta(days=180))

        access.end_links_after_delivery(session, shop.id, adas.id, later + timedelta(days=200))
        assert access.open_link(session, token, later + timedelta(days=379)).id == adas.id


@pytest.mark.again
def test_guessing_one_order_is_stopped_whatever_the_address_and_starts_anew_in_the_next_window(
    database: Database, shop: Shop, other_shop: Shop, now: datetime
) -> None:
    with database.write() as session:
        for i in range(access.LIMITS["order"]):
            access.count_attempt(session, shop.id, f"198.51.100.{i}", "1042", now)
        with pytest.raises(TooManyTries) as stopped:
            access.count_attempt(session, shop.id, "198.51.100.99", "#1042", now)
        assert 0 < stopped.value.retry_after <= access.WINDOW_SECONDS
        access.count_attempt(session, other_shop.id, "198.51.100.99", "1042", now)
        access.count_attempt(session, shop.id, "198.51.100.99", "1042", now + timedelta(minutes=15))


def test_only_the_customer_who_placed_it_owns_an_order(
    database: Database, shop: Shop, adas: Order, now: datetime
) -> None:
    with database.read() as session:
        assert access.owned_order(session, shop.id, adas.id, 501).id == adas.id
        assert [row.id for row in access.orders_of(session, shop.id, 501)] == [adas.id]
        with pytest.raises(NotFound):
            access.owned_order(session, shop.id, adas.id, 502)


def test_an_address_that_has_tried_enough_uses_up_nobody_elses_tries(
    database: Database, shop: Shop, now: datetime
) -> None:
    def tries(address: str, numbers: list[str]) -> None:
        for number in numbers:
            with database.write() as session, suppress(TooManyTries):
                access.count_attempt(session, shop.id, address, number, now)

    tries("198.51.100.1", [str(number) for number in range(2000, 2020)])
    with database.read() as session:
        before = session.scalars(select(LookupAttempt.count)).all()

    tries("198.51.100.1", ["1042"] * 20 + [str(number) for number in range(3000, 3100)])

    with database.read() as session:
        after = session.scalars(select(LookupAttempt.count)).all()
    assert (len(after), sum(after)) == (len(before), sum(before) + 120)  # counted against the address alone
    with database.write() as session:
        access.count_attempt(session, shop.id, "198.51.100.2", "1042", now)
