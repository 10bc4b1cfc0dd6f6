"""A rehearsal over a shop's own rows: what is counted, what is not, and that it only reads, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from rehearsed import CREDIT_ONLY, brought_back, sold
from sqlalchemy import event, select

from shopify_app.crypto import normalise_email
from shopify_app.customers.models import Customer
from shopify_app.db import Database
from shopify_app.orders.models import Order
from shopify_app.returns.conditions import Conditions, Count
from shopify_app.returns.document import read_policy
from shopify_app.returns.effects import Effects
from shopify_app.returns.models import ListedCustomer
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.presets import STANDARD
from shopify_app.returns.rehearsal import made, rows
from shopify_app.returns.rehearsal.answer import Direction, LeftOut, Matter, Rehearsal
from shopify_app.returns.rehearsal.rehearse import Reach, rehearse
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.vocabulary import Outcome, Standing
from shopify_app.shipments.models import Shipment
from shopify_app.shops.models import Shop

DRAFT = read_policy(CREDIT_ONLY)


@pytest.fixture
def filled(database: Database, shop: Shop, now: datetime) -> Shop:
    """Ada bought twice and sent back a shirt of each, for credit and for money."""
    with database.write() as session:
        first, second = (sold(session, shop.id, now, number) for number in (1042, 1043))
        brought_back(session, first, now, Outcome.STORE_CREDIT)
        brought_back(session, second, now, Outcome.REFUND)
    return shop


def shifts(found: Rehearsal) -> set[tuple[str, str | None, str, int]]:
    return {(s.shift.matter, s.shift.outcome, s.shift.direction, s.lines) for s in found.lines.shifts}


@pytest.mark.again
def test_lines_and_returns_are_held_against_the_draft(database: Database, filled: Shop, now: datetime) -> None:
    found = rehearse(database, filled, DRAFT, now)

    assert (found.lines.orders, found.lines.judged, found.lines.changed) == (2, 2, 2)
    assert {
        (Matter.OUTCOME, Outcome.REFUND, Direction.WORSE, 2),
        (Matter.LAST_DAY, Outcome.STORE_CREDIT, Direction.WORSE, 2),
        (Matter.BONUS, Outcome.STORE_CREDIT, Direction.WORSE, 2),
        (Matter.RESTOCKING_FEE, Outcome.STORE_CREDIT, Direction.WORSE, 2),
    } <= shifts(found)
    (sums,) = found.returns.sums
    assert (sums.returns, str(sums.in_force.credited), str(sums.in_force.bonus)) == (1, "48.60", "4.50")
    assert (str(sums.change.fees), str(sums.change.bonus), str(sums.change.retained)) == ("9.00", "-2.70", "-9.00")
    assert [(each.outcome, str(each.value)) for each in found.returns.choices_lost] == [(Outcome.REFUND, "48.60")]
    assert {each.rma for each in found.returns.examples} == {"R-1042-1", "R-1043-1"}


@pytest.mark.again
def test_a_draft_that_is_the_policy_in_force_changes_nothing(database: Database, filled: Shop, now: datetime) -> None:
    found = rehearse(database, filled, STANDARD, now)

    assert found.is_without_change
    assert (found.lines.shifts, found.lines.gained, found.lines.lost) == ((), 0, 0)
    assert found.returns.compared == 2
    assert all(each.in_force == each.draft for each in found.returns.sums)


@pytest.mark.again
def test_another_shop_sees_nothing_of_it(database: Database, filled: Shop, other_shop: Shop, now: datetime) -> None:
    found = rehearse(database, other_shop, DRAFT, now)

    assert (found.lines.orders, found.returns.made, found.held_since) == (0, 0, None)
    assert found.is_without_change


@pytest.mark.again
def test_only_the_days_asked_for_count_and_the_oldest_order_held_is_named(
    database: Database, shop: Shop, now: datetime
) -> None:
    with database.write() as session:
        for number, days in ((1, 100), (2, 80), (3, 10)):
            sold(session, shop.id, now, number, days)

    longest, short = rehearse(database, shop, DRAFT, now), rehearse(database, shop, DRAFT, now, Reach(days=30))

    assert (longest.lines.orders, short.lines.orders) == (2, 1)
    assert longest.held_since == now - timedelta(days=80)


def test_where_not_all_orders_are_looked_at_the_newest_are_and_it_is_said(
    database: Database, shop: Shop, now: datetime
) -> None:
    with database.write() as session:
        for number, days in ((1, 30), (2, 20), (3, 10)):
            brought_back(session, sold(session, shop.id, now, number, days), now, Outcome.REFUND)

    some, all_of_them = (rehearse(database, shop, DRAFT, now, Reach(most_orders=most)) for most in (2, 3))

    assert (some.lines.orders, some.is_complete, some.since) == (2, False, now - timedelta(days=20))
    assert (all_of_them.lines.orders, all_of_them.is_complete) == (3, True)


def test_pages_together_say_what_one_says(database: Database, shop: Shop, now: datetime) -> None:
    with database.write() as session:
        for number in range(1, 8):
            bought = sold(session, shop.id, now, number, days_ago=10 + number // 3)
            brought_back(session, bought, now, (Outcome.STORE_CREDIT, Outcome.REFUND)[number % 2])
    whole = rehearse(database, shop, DRAFT, now)

    assert rehearse(database, shop, DRAFT, now, Reach(page=2)) == whole
    assert (whole.lines.orders, whole.returns.made) == (7, 7)


def test_a_line_that_was_not_sent_is_counted_and_not_judged(database: Database, shop: Shop, now: datetime) -> None:
    with database.write() as session:
        sold(session, shop.id, now)
        session.delete(session.scalars(select(Shipment)).one())

    found = rehearse(database, shop, DRAFT, now)

    assert (found.lines.not_sent, found.lines.judged) == (1, 0)


@pytest.mark.again
def test_declined_returns_do_not_count_and_those_of_shopify_are_left_out(
    database: Database, shop: Shop, now: datetime
) -> None:
    with database.write() as session:
        first, second = (sold(session, shop.id, now, number) for number in (1, 2))
        brought_back(session, first, now, Outcome.REFUND, state="declined")
        theirs = brought_back(session, second, now, Outcome.REFUND)
        session.scalars(select(ReleaseGroup).where(ReleaseGroup.return_id == theirs.id)).one().accepted = {}

    returns = rehearse(database, shop, DRAFT, now).returns

    assert (returns.made, returns.compared) == (1, 0)
    assert returns.left_out == ((LeftOut.BEGUN_AT_SHOPIFY, 1),)


def test_a_withdrawal_is_the_laws_to_decide_and_no_choice_lost(database: Database, shop: Shop, now: datetime) -> None:
    with database.write() as session:
        brought_back(session, sold(session, shop.id, now), now, Outcome.REFUND).withdrawal_id = 1

    returns = rehearse(database, shop, DRAFT, now).returns

    assert (returns.left_out, returns.choices_lost) == (((LeftOut.WITHDRAWN, 1),), ())


def test_how_often_a_customer_had_returned_is_as_it_was_then(database: Database, shop: Shop, now: datetime) -> None:
    """Ada's first return is nobody's second."""
    with database.write() as session:
        for number, days_ago in ((1, 4), (2, 2)):
            ret = brought_back(session, sold(session, shop.id, now, number), now, Outcome.REFUND)
            ret.requested_at = now - timedelta(days=days_ago)
    second = Rule(
        name="Second return",
        when=Conditions(return_count=Count(at_least=1)),
        then=Effects(restocking_percent=Decimal(10)),
    )

    found = rehearse(database, shop, replace(STANDARD, rules=(second, *STANDARD.rules)), now)

    assert [each.rma for each in found.returns.examples] == ["R-2-1"]
    assert str(found.returns.sums[0].change.fees) == "4.50"


def test_the_shops_lists_count(database: Database, filled: Shop, now: datetime, keyring: Any) -> None:
    with database.write() as session:
        ada = session.scalars(select(Customer)).first()
        hashed = keyring.blind("email", normalise_email("ada@example.com"))
        assert ada is not None
        keys = (f"customer:{ada.shopify_id}", f"email:{hashed}")
        for key, standing in zip(keys, (Standing.ALLOWED, Standing.BLOCKED), strict=True):
            session.add(ListedCustomer(shop_id=filled.id, key=key, standing=standing, listed_at=now))
    blocked = Rule(name="Blocked", when=Conditions(customer_lists=(Standing.BLOCKED,)), then=Effects(outcomes=()))

    found = rehearse(database, filled, replace(STANDARD, rules=(blocked, *STANDARD.rules)), now)

    assert (found.lines.lost, found.lines.judged) == (2, 2)


def test_where_an_orders_rate_is_not_known_its_currency_is_named(
    database: Database, filled: Shop, now: datetime
) -> None:
    with database.write() as session:
        session.scalars(select(Order).where(Order.shopify_id == 1042)).one().shop_currency = "SEK"

    assert rehearse(database, filled, DRAFT, now).currencies_without_rate == ("EUR",)


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


@pytest.mark.again
def test_it_only_reads_and_asks_no_more_for_many_orders_of_a_page_than_for_one(
    database: Database, shop: Shop, now: datetime, statements: list[str]
) -> None:
    counted = []
    for number in (1, 2, 3):
        with database.write() as session:
            brought_back(session, sold(session, shop.id, now, number), now, Outcome.REFUND)
        statements.clear()
        rehearse(database, shop, DRAFT, now)
        counted.append(len(statements))
        assert {each.split()[0] for each in statements} <= {"SELECT", "BEGIN", "PRAGMA"}
    assert len(set(counted)) == 1


@pytest.mark.again
def test_no_session_is_open_while_it_thinks(database: Database, filled: Shop, now: datetime) -> None:
    """Pages come out with their session closed, whoever takes however long over them."""
    holdings = rows.Holdings(database, filled, now - timedelta(days=90), now, False)
    for page in (holdings.pages(), made.made_returns(holdings)):
        assert next(iter(page))
        assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


@pytest.mark.again
def test_a_policy_without_conditions_needs_nothing_known_of_customers(
    database: Database, filled: Shop, now: datetime
) -> None:
    assert rehearse(database, filled, Policy(rules=(Rule(name="Nothing"),)), now).lines.lost == 2
