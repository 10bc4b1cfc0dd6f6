"""Statements that every page asks, prepared once: the database's own speed, with SQLAlchemy's types and connections.

SQLAlchemy takes five to ten times as long around such a statement as the database takes to answer it. What it works
out anew each time (the words, the order of the parameters, what turns a column into a value) is worked out here once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Dialect
from sqlalchemy.orm import Session

Convert = Callable[[Any], Any]


class Prepared:
    """A statement that reads, asked with values by name; lists are no values here. Rows are lists of values in the
    order of its columns, of the types that SQLAlchemy would give them."""

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._plans: WeakKeyDictionary[Dialect, _Plan] = WeakKeyDictionary()

    def rows(self, session: Session, **asked: Any) -> list[list[Any]]:
        """All rows, in the session's transaction. Where somebody listens to statements, or the database refuses this
        one, it is asked in SQLAlchemy's own way, which tells who listens and says what is wrong."""
        connection = session.connection()
        if not connection.dispatch.before_cursor_execute:
            plan = self._plans.get(connection.dialect) or self._plan(connection.dialect, asked)
            try:
                return plan.rows(connection, asked)
            except connection.dialect.loaded_dbapi.Error:
                pass  # told below, with all that SQLAlchemy knows of it
        return [list(row) for row in connection.execute(self._statement, asked)]

    def _plan(self, dialect: Dialect, asked: dict[str, Any]) -> _Plan:
        plan = self._plans[dialect] = _Plan(self._statement, dialect, asked)
        return plan


class _Plan:
    """The statement in one database's words."""

    def __init__(self, statement: Any, dialect: Dialect, asked: dict[str, Any]) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        state = compiled.construct_expanded_state(asked)
        self._words: str = state.statement
        self._fixed = {name: value for name, value in state.parameters.items() if name not in asked}
        self._write: list[tuple[str, Convert]] = [pair for pair in state.processors.items() if pair[0] in asked]
        self._fixed |= {name: to(self._fixed[name]) for name, to in state.processors.items() if name in self._fixed}
        self._places: Sequence[str] | None = state.positiontup
        self._read = _conversions(statement, dialect)

    def rows(self, connection: Connection, asked: dict[str, Any]) -> list[list[Any]]:
        values: dict[str, Any] = self._fixed | asked
        for name, convert in self._write:
            values[name] = convert(values[name])
        given: Any = values if self._places is None else [values[name] for name in self._places]
        cursor = connection.connection.cursor()
        try:
            cursor.execute(self._words, given)
            rows = [list(row) for row in cursor.fetchall()]
        finally:
            cursor.close()
        for place, convert in self._read:
            for row in rows:
                if row[place] is not None:
                    row[place] = convert(row[place])
        return rows


def _conversions(statement: Any, dialect: Dialect) -> list[tuple[int, Convert]]:
    """What turns a column's stored value into ours, for those that need it."""
    found = (column.type.dialect_impl(dialect) for column in statement.selected_columns)
    readers = ((place, kind.result_processor(dialect, None)) for place, kind in enumerate(found))
    return [(place, reader) for place, reader in readers if reader is not None]
