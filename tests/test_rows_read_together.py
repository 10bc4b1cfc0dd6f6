"""Rows of several tables come in one statement, each once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event

from shopify_app.casework.models import CaseKind, CaseTag, SavedReply, SavedView
from shopify_app.db import Database
from shopify_app.shops.models import Shop
from shopify_app.together import read_together


@pytest.fixture
def kept(database: Database, shop: Shop, now: datetime) -> int:
    """Three tags, two replies, no view."""
    with database.write() as session:
        for tag in ("b", "c", "a"):
            session.add(CaseTag(shop_id=shop.id, kind=CaseKind.RETURN, subject_id=1, tag=tag))
            session.flush()
        for name in ("Sorry", "Thanks"):
            session.add(SavedReply(shop_id=shop.id, name=name, body="...", changed_at=now))
    return shop.id


def test_every_row_comes_once_and_in_one_statement(database: Database, kept: int) -> None:
    asked: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            asked.append(statement)

    with database.read() as session:
        event.listen(database.engine, "before_cursor_execute", count)
        rows = read_together(session, {table: table.shop_id == kept for table in (CaseTag, SavedReply, SavedView)})
        event.remove(database.engine, "before_cursor_execute", count)

    assert [row.tag for row in rows.of(CaseTag)] == ["b", "c", "a"]
    assert [row.name for row in rows.of(SavedReply)] == ["Sorry", "Thanks"]
    assert rows.of(SavedView) == []
    assert len(asked) == 1


def test_what_does_not_fulfil_its_condition_stays_out(database: Database, kept: int) -> None:
    with database.read() as session:
        rows = read_together(session, {CaseTag: CaseTag.tag == "c", SavedReply: SavedReply.shop_id == kept + 1})

    assert [row.tag for row in rows.of(CaseTag)] == ["c"]
    assert rows.of(SavedReply) == []


def test_a_table_that_was_not_asked_for_is_a_mistake(database: Database, kept: int) -> None:
    with database.read() as session:
        rows = read_together(session, {CaseTag: CaseTag.shop_id == kept})

    with pytest.raises(KeyError):
        rows.of(SavedView)
