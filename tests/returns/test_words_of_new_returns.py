"""Whoever begins a return, shopper or merchant at Shopify: it is found from the first moment."""

from __future__ import annotations

import pytest
from returns_counter import Counter, open_counter
from sqlalchemy import select
from test_requests_made_at_shopify import requested

from shopify_app.db import Database
from shopify_app.returns.models import Return
from shopify_app.returns.searching.models import ReturnWord, WordKind


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return open_counter(database, database_url)


def kinds(counter: Counter) -> set[str]:
    with counter.database.read() as session:
        assert len(session.scalars(select(Return)).all()) == 1
        return set(session.scalars(select(ReturnWord.kind)))


def test_what_a_shopper_asks_for_is_found(counter: Counter) -> None:
    counter.submit(counter.price(counter.wish(1)))
    assert kinds(counter) == {WordKind.ITEM, WordKind.PERSON}  # its order told no place


def test_what_was_asked_for_at_shopify_is_found(counter: Counter) -> None:
    requested(counter)
    assert kinds(counter) == {WordKind.ITEM, WordKind.PERSON}  # its order told no place
