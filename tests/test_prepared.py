"""A prepared statement gives what SQLAlchemy gives: the same types, the same listeners, the same complaints."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, cast, column, event, func, literal, null, select, table, union_all
from sqlalchemy.exc import DBAPIError

from shopify_app.db import Database, UTCDateTime
from shopify_app.orders.models import Order, OrderLine
from shopify_app.orders.projection import apply_order
from shopify_app.prepared import Prepared
from shopify_app.shops.models import Shop
from stage import order

ORDERS = select(*(column for column in Order.__table__.c)).where(
    Order.shop_id == bindparam("shop"), Order.name.not_in(["#1", "#2"]), Order.placed_at < bindparam("before")
)
LATER = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def adas(database: Database, shop: Shop) -> Database:
    with database.write() as session:
        apply_order(session, shop.id, order(), LATER)
    return database


def test_every_type_of_column_comes_as_sqlalchemy_gives_it(adas: Database, shop: Shop) -> None:
    prepared, asked = Prepared(ORDERS), {"shop": shop.id, "before": LATER}
    with adas.read() as session:
        as_ever = [list(row) for row in session.execute(ORDERS, asked)]
        found = prepared.rows(session, **asked), prepared.rows(session, **asked)
    assert len(as_ever) == 1
    assert found == (as_ever, as_ever)
    facts = dict(zip(Order.__table__.c.keys(), found[0][0], strict=True))
    assert (facts["email"], facts["taxes_included"], facts["placed_at"].tzinfo) == ("Ada@Example.com", True, UTC)


def test_an_instant_is_compared_as_it_is_stored(adas: Database, shop: Shop) -> None:
    same = select(Order.id).where(Order.placed_at == bindparam("at"), Order.placed_at < literal(LATER, UTCDateTime))
    with adas.read() as session:
        (placed_at,) = session.scalars(select(Order.placed_at)).all()
        assert len(Prepared(same).rows(session, at=placed_at)) == 1


def test_each_asking_has_its_own_values(adas: Database, shop: Shop, other_shop: Shop) -> None:
    prepared = Prepared(ORDERS)
    with adas.read() as session:
        assert len(prepared.rows(session, shop=shop.id, before=LATER)) == 1
        assert prepared.rows(session, shop=other_shop.id, before=LATER) == []
        assert prepared.rows(session, shop=shop.id, before=datetime(2020, 1, 1, tzinfo=UTC)) == []


def test_it_reads_what_its_own_transaction_wrote(adas: Database, shop: Shop) -> None:
    titles = Prepared(select(OrderLine.__table__.c.title).where(OrderLine.shop_id == bindparam("shop")))
    with adas.write() as session:
        session.query(OrderLine).update({"title": "Fell boots, resoled"})
        assert titles.rows(session, shop=shop.id) == [["Fell boots, resoled"]]


def test_parts_that_are_put_together_keep_the_types_of_the_first(adas: Database, shop: Shop) -> None:
    latest = select(literal("latest"), func.max(Order.placed_at, type_=UTCDateTime))
    parts = union_all(
        latest.where(Order.shop_id == bindparam("shop")), select(literal("nothing"), cast(null(), UTCDateTime))
    )
    with adas.read() as session:
        said = dict(Prepared(parts).rows(session, shop=shop.id))
    assert said == {"latest": order().placed_at, "nothing": None}


def test_whoever_listens_to_statements_hears_it(adas: Database, shop: Shop) -> None:
    prepared, heard = Prepared(ORDERS), []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        heard.append(statement)

    with adas.read() as session:
        unheard = prepared.rows(session, shop=shop.id, before=LATER)
        event.listen(adas.engine, "before_cursor_execute", note)
        try:
            assert prepared.rows(session, shop=shop.id, before=LATER) == unheard
        finally:
            event.remove(adas.engine, "before_cursor_execute", note)
    assert len(heard) == 1
    assert 'FROM "order"' in heard[0]


def test_what_the_database_refuses_is_refused_in_sqlalchemys_words(adas: Database) -> None:
    nowhere = Prepared(select(column("name")).select_from(table("not_there")))
    with adas.read() as session, pytest.raises(DBAPIError):
        nowhere.rows(session)


@pytest.mark.once  # PostgreSQL refuses to keep one
def test_half_an_emoji_is_read_as_it_was_stored(adas: Database, shop: Shop) -> None:
    halved = Prepared(select(OrderLine.__table__.c.discounts).where(OrderLine.shop_id == bindparam("shop")))
    with adas.write() as session:
        session.query(OrderLine).update({"discounts": [{"code": "\ud83d", "amount": 1}]})
        assert halved.rows(session, shop=shop.id) == [[[{"code": "\ud83d", "amount": 1}]]]


def test_a_session_that_begins_anew_reads_what_was_written_meanwhile(adas: Database, shop: Shop) -> None:
    titles = Prepared(select(OrderLine.__table__.c.title).where(OrderLine.shop_id == bindparam("shop")))
    with adas.read() as session:
        assert titles.rows(session, shop=shop.id) == [["Fell boots"]]
        session.rollback()
        with adas.write() as writing:
            writing.query(OrderLine).update({"title": "Fell boots, resoled"})
        assert titles.rows(session, shop=shop.id) == [["Fell boots, resoled"]]


def test_a_page_reads_one_state_whoever_asks_the_statement(adas: Database, shop: Shop) -> None:
    titles = select(OrderLine.__table__.c.title).where(OrderLine.shop_id == bindparam("shop"))
    prepared, asked = Prepared(titles), {"shop": shop.id}
    with adas.read() as session:
        before = prepared.rows(session, **asked)
        with adas.write() as writing:
            writing.query(OrderLine).update({"title": "Fell boots, resoled"})
        if adas.engine.dialect.name == "sqlite":  # PostgreSQL's pages read statement by statement
            assert [list(row) for row in session.execute(titles, asked)] == before
            assert prepared.rows(session, **asked) == before
    with adas.read() as session:
        assert prepared.rows(session, **asked) == [["Fell boots, resoled"]] != before


def test_pages_leave_no_connection_behind(adas: Database, shop: Shop) -> None:
    prepared, asked = Prepared(ORDERS), {"shop": shop.id, "before": LATER}
    pool = adas.engine.pool
    held = pool.checkedout()  # type: ignore[attr-defined]
    for _ in range(3):
        with adas.read() as session:
            prepared.rows(session, **asked)
            session.execute(ORDERS, asked)
            prepared.rows(session, **asked)
            assert pool.checkedout() == held + 1  # type: ignore[attr-defined]
        assert pool.checkedout() == held  # type: ignore[attr-defined]
    with pytest.raises(DBAPIError), adas.read() as session:
        Prepared(select(column("nothing")).select_from(table("nowhere"))).rows(session)
    assert pool.checkedout() == held  # type: ignore[attr-defined]


def test_a_session_is_good_for_another_page_after_it_was_closed(adas: Database, shop: Shop) -> None:
    prepared, asked = Prepared(ORDERS), {"shop": shop.id, "before": LATER}
    with adas.read() as session:
        first = prepared.rows(session, **asked)
        session.close()
        assert prepared.rows(session, **asked) == first
