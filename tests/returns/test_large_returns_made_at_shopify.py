"""A return that was begun at Shopify with more lines than one read of it tells is never taken over in part."""

from __future__ import annotations

import pytest
from returns_counter import Counter, open_counter, sell
from settling import looks, ours, settle_now, states, theirs, with_credit
from sqlalchemy import select

from shopify_app.db import Database
from shopify_app.returns import following
from shopify_app.returns.models import Return
from shopify_app.shopify.return_facts import MOST_LINES


@pytest.fixture
def counter(database: Database, database_url: str) -> Counter:
    return with_credit(open_counter(database, database_url))


def begun(counter: Counter, lines: int) -> str:
    """Mara makes a return of so many lines in Shopify's admin, and we hear of it: what we make of it."""
    line = {"variant_id": counter.desk.variants["S"], "quantity": 1}
    counter.desk = desk = sell(counter.stage, [line] * lines, counter.desk.variants, taxes_included=False)
    counter.learn()
    made = desk.create(*(desk.line(place=place) for place in range(1, lines + 1)))
    facts = counter.api.return_state(int(made["id"].rpartition("/")[2]))
    assert facts is not None
    returnable = counter.returnable()
    with counter.database.write() as session:
        return following.follow(session, counter.shop_id, facts, returnable, counter.now())


def test_what_is_not_told_whole_stays_shopifys(counter: Counter) -> None:
    assert begun(counter, MOST_LINES + 1) == "none"

    with counter.database.read() as session:
        assert session.scalar(select(Return.id)) is None


@pytest.mark.again
def test_as_much_as_is_told_whole_is_followed_and_paid(counter: Counter) -> None:
    assert begun(counter, MOST_LINES) == "adopted"

    with counter.database.read() as session:
        ret = session.scalars(select(Return)).one()
        assert len(ret.lines) == MOST_LINES
    settle_now(counter, ret)
    assert states(counter, ret) == ["settled"], looks(counter, ret)
    assert ours(counter, ret) == theirs(counter) == [("refund", "2700.00")]
