"""Prices are reckoned while only reading: the transaction that keeps one is short, so that nobody waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from portal import Shopper
from returns_counter import Counter
from sqlalchemy import event, select

from shopify_app.db import Database
from shopify_app.orders.access import link_token
from shopify_app.returns import drafts
from shopify_app.returns.models import ReturnDraft
from wire import application

FEW = 8
"""Statements in a writing transaction of a page that shows a price, at most."""


@pytest.fixture
def ada(counter: Counter) -> Shopper:
    client: FlaskClient = application(counter.wire.adapters).test_client()
    return Shopper(client, counter.wire)


@contextmanager
def written(database: Database) -> Iterator[list[int]]:
    """Statements of each writing transaction, in their order."""
    counted: list[int] = []

    def begun(connection: Any) -> None:
        if connection.get_execution_options().get("writes"):
            counted.append(0)

    def said(connection: Any, *statement: Any) -> None:
        if connection.get_execution_options().get("writes") and not str(statement[1]).startswith("BEGIN"):
            counted[-1] += 1

    event.listen(database.engine, "begin", begun)
    event.listen(database.engine, "before_cursor_execute", said)
    try:
        yield counted
    finally:
        event.remove(database.engine, "begin", begun)
        event.remove(database.engine, "before_cursor_execute", said)


def test_no_page_on_the_way_to_a_return_reckons_while_others_wait_to_write(ada: Shopper, counter: Counter) -> None:
    key = counter.desk.sent().rpartition("/")[2]
    with counter.database.write() as session:
        link = link_token(session, counter.order(session), counter.now())
    ada.open(f"/returns/t/{link}")
    ada.send(**{f"quantity-{key}": "2"})

    with written(counter.database) as counted:
        ada.send(**{f"reason-{key}": "size-too-small"})
        assert ada.step == "outcome"
        ada.send(outcome="refund")
        assert ada.step == "better"
        ada.send(0, 1)
        ada.send(method="own_carrier")
        assert ada.step == "review"

    assert counted
    assert max(counted) <= FEW, counted


def test_a_choice_for_items_that_changed_in_another_window_leads_back_to_them(ada: Shopper, counter: Counter) -> None:
    key = counter.desk.sent().rpartition("/")[2]
    with counter.database.write() as session:
        link = link_token(session, counter.order(session), counter.now())
    ada.open(f"/returns/t/{link}")
    ada.send(**{f"quantity-{key}": "2"})
    ada.send(**{f"reason-{key}": "size-too-small"})
    assert ada.step == "outcome"

    def chooses_elsewhere(connection: Any) -> None:
        """Whenever something was read, another number of shirts is chosen in the other window."""
        with counter.database.write() as session:
            draft = session.scalars(select(ReturnDraft)).one()
            wish = drafts.wish_of(draft)
            drafts.keep_wish(draft, wish.changed(lambda line: replace(line, quantity=3 - line.quantity)))

    event.listen(counter.database.engine, "rollback", chooses_elsewhere)
    ada.send(outcome="store_credit")
    event.remove(counter.database.engine, "rollback", chooses_elsewhere)

    assert ada.step == "items"
    with counter.database.read() as session:
        assert [each.outcome for each in drafts.wish_of(session.scalars(select(ReturnDraft)).one()).lines] == [None]
