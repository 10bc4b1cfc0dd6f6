"""Rows of several tables in one statement: what belongs to one thing is read at once, not table by table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    String,
    Text,
    and_,
    cast,
    literal_column,
    null,
    select,
    union_all,
)

from shopify_app.db import Session
from shopify_app.prepared import Prepared

Row = TypeVar("Row")
Wanted = Mapping[type[Any], ColumnElement[bool]]
"""Tables, each with what its rows must fulfil. Every table has a key named `id`."""
Statement = Any
"""A `Select` of columns; which ones, no type of ours says."""


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


class Parts:
    """Several statements asked as one, prepared once: a list of rows for each, in no order.

    Columns of the same type share a place in the answer, so that it is as wide as the widest part and not as all of
    them side by side; a row leaves the others' places empty.
    """

    def __init__(self, **parts: Statement) -> None:
        self._names = list(parts)
        places: dict[str, list[Any]] = {}
        slots = [_slots(part, places) for part in parts.values()]
        first = _first(places)
        self._columns = [[first[kind] + number for kind, number in of_part] for of_part in slots]
        empty = [cast(null(), each) for types in places.values() for each in types]
        sides = [
            _padded(part, place, columns, empty)
            for place, (part, columns) in enumerate(zip(parts.values(), self._columns, strict=True))
        ]
        self._asked = Prepared(union_all(*sides))

    def rows(self, session: Session, **asked: Any) -> dict[str, list[tuple[Any, ...]]]:
        """The rows of each part, by its name; what was changed before in this session is seen."""
        session.flush()
        found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in self._names}
        for of, *row in self._asked.rows(session, **asked):
            found[self._names[of]].append(tuple(row[place] for place in self._columns[of]))
        return found


def _slots(part: Statement, places: dict[str, list[Any]]) -> list[tuple[str, int]]:
    """For each column, the how-manieth of its type it is; `places` grows where there were fewer."""
    slots = []
    for column in part.selected_columns:
        shared = _shared(column.type)
        number = sum(kind == repr(shared) for kind, _ in slots)
        known = places.setdefault(repr(shared), [])
        if number == len(known):
            known.append(shared)
        slots.append((repr(shared), number))
    return slots


def _shared(kind: Any) -> Any:
    """Numbers of any size share a place, and texts of any length."""
    if isinstance(kind, Integer):
        return BigInteger()
    return String() if type(kind) is String or isinstance(kind, Text) else kind


def _first(places: Mapping[str, list[Any]]) -> dict[str, int]:
    """Where the places of each type begin."""
    at, found = 0, {}
    for kind, types in places.items():
        found[kind] = at
        at += len(types)
    return found


def _padded(part: Statement, place: int, columns: Sequence[int], empty: Sequence[Any]) -> Statement:
    """The part with its number first and its columns in their places."""
    row: list[Any] = list(empty)
    for column, at in zip(part.selected_columns, columns, strict=True):
        row[at] = column
    named = [each.label(f"c{at}") for at, each in enumerate(row)]
    return part.with_only_columns(literal_column(str(place), Integer).label("part"), *named, maintain_column_froms=True)
