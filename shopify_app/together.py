"""Rows of several tables in one statement: what belongs to one thing is read at once, not table by table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, literal_column, select, union_all

from shopify_app.db import Session

Row = TypeVar("Row")
Wanted = Mapping[type[Any], ColumnElement[bool]]
"""Tables, each with what its rows must fulfil. Every table has a key named `id`."""


class Together:
    """What was found; each table's rows by their id. Asking for a table that was not wanted is a KeyError."""

    def __init__(self, rows: Mapping[type[Any], list[Any]]) -> None:
        self._rows = rows

    def of(self, table: type[Row]) -> Sequence[Row]:
        """The rows of `table`, oldest first."""
        return self._rows[table]


def read_together(session: Session, wanted: Wanted) -> Together:
    """The rows of every table in `wanted`.

    One list of (which table, id) is joined to each table by its key: every row comes once, beside nothing of the
    others, so the sizes add up and do not multiply.
    """
    tables = list(wanted)
    ids = [
        select(literal_column(str(at)).label("of"), t.id.label("id")).where(wanted[t]) for at, t in enumerate(tables)
    ]
    part = union_all(*ids).subquery("part")
    asked = select(*tables).select_from(part)
    for at, table in enumerate(tables):
        asked = asked.outerjoin(table, and_(part.c.of == literal_column(str(at)), table.id == part.c.id))
    found: dict[type[Any], list[Any]] = {table: [] for table in tables}
    for row in session.execute(asked):
        for table, one in zip(tables, row, strict=True):
            if one is not None:
                found[table].append(one)
    return Together({table: sorted(rows, key=lambda one: one.id) for table, rows in found.items()})
