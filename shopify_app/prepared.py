"""Statements that every page asks, prepared once: the database's own speed, with SQLAlchemy's types and connections.

SQLAlchemy takes five to ten times as long around such a statement as the database takes to answer it. What it works
out anew each time (the words, the order of the parameters, what turns a column into a value) is worked out here once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from pydantic_core import from_json
from sqlalchemy import JSON, Dialect

from shopify_app.db import Reading, Session

Convert = Callable[[Any], Any]
_DRIVER = "prepared.driver"


class Prepared:
    """A statement that reads, asked with values by name; lists are no values here. Rows are lists of values in the
    order of its columns, of the types that SQLAlchemy would give them."""

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._plans: WeakKeyDictionary[Dialect, _Plan] = WeakKeyDictionary()

    def rows(self, session: Session, **asked: Any) -> list[list[Any]]:
        """All rows, in the session's transaction. Where somebody listens to statements, or the database refuses this
        one, it is asked in SQLAlchemy's own way, which tells who listens and says what is wrong."""
        found = _driver_of(session)
        if found is not None:
            dialect, driver = found
            plan = self._plans.get(dialect) or self._plan(dialect, asked)
            try:
                return plan.rows(driver, asked)
            except dialect.loaded_dbapi.Error:
                pass  # told below, with all that SQLAlchemy knows of it
        return [list(row) for row in session.connection().execute(self._statement, asked)]

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
        writers: dict[str, Convert] = {**compiled._bind_processors, **state.processors}  # the latter: of lists alone
        self._write = [pair for pair in writers.items() if pair[0] in asked]
        self._fixed |= {name: to(self._fixed[name]) for name, to in writers.items() if name in self._fixed}
        self._places: Sequence[str] | None = state.positiontup
        self._read = _conversions(statement, dialect)

    def rows(self, driver: Any, asked: dict[str, Any]) -> list[list[Any]]:
        values: dict[str, Any] = self._fixed | asked
        for name, convert in self._write:
            values[name] = convert(values[name])
        given: Any = values if self._places is None else [values[name] for name in self._places]
        cursor = driver.cursor()
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


def _driver_of(session: Session) -> tuple[Dialect, Any] | None:
    """The driver's connection behind the session, in its transaction; None where somebody listens to statements."""
    own = session.driver() if isinstance(session, Reading) else None
    if own is not None:
        return own
    known: tuple[Any, tuple[Dialect, Any] | None] | None = session.info.get(_DRIVER)
    if known is None or known[0] is not session.get_transaction():  # asked for once in each of its transactions
        connection = session.connection()
        is_heard = bool(connection.dispatch.before_cursor_execute)
        found = None if is_heard else (connection.dialect, connection.connection.dbapi_connection)
        session.info[_DRIVER] = known = session.get_transaction(), found
    return known[1]


def _conversions(statement: Any, dialect: Dialect) -> list[tuple[int, Convert]]:
    """What turns a column's stored value into ours, for those that need it."""
    found = (column.type.dialect_impl(dialect) for column in statement.selected_columns)
    readers = ((place, _reader(kind, dialect)) for place, kind in enumerate(found))
    return [(place, reader) for place, reader in readers if reader is not None]


def _reader(kind: Any, dialect: Dialect) -> Convert | None:
    """That of SQLAlchemy; but JSON that is stored as text is read in one step instead of twelve."""
    is_text = isinstance(kind, JSON) and dialect.name == "sqlite"
    return json_of if is_text else kind.result_processor(dialect, None)


def json_of(text: str) -> Any:
    """What a text of JSON says."""
    try:
        return from_json(text)
    except ValueError:  # half an emoji, which the library's own reader takes
        return json.loads(text)
