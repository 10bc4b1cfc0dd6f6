"""Reckoning with instants inside a statement, alike on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

from shopify_app.db import UTCDateTime

_AS_STORED = "'%Y-%m-%d %H:%M:%f000'"
"""How SQLite keeps an instant: a text that sorts as time does."""


class _Later(FunctionElement[Any]):
    type = UTCDateTime()
    inherit_cache = True


class _EndOfDay(FunctionElement[Any]):
    type = UTCDateTime()
    inherit_cache = True


def later(instant: ColumnElement[Any], seconds: ColumnElement[int]) -> ColumnElement[Any]:
    """`instant` and so much more, in whole seconds."""
    return _Later(instant, seconds)


def end_of_day(day: ColumnElement[Any], ahead: ColumnElement[int]) -> ColumnElement[Any]:
    """The last second of a day on a clock that is so many seconds ahead of UTC."""
    return _EndOfDay(day, ahead)


@compiles(_Later, "sqlite")
def _later_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    instant, seconds = (compiler.process(each, **kw) for each in element.clauses)
    return f"strftime({_AS_STORED}, {instant}, {seconds} || ' seconds')"


@compiles(_Later, "postgresql")
def _later_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    instant, seconds = (compiler.process(each, **kw) for each in element.clauses)
    return f"({instant} + make_interval(secs => {seconds}))"


@compiles(_EndOfDay, "sqlite")
def _end_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    day, ahead = (compiler.process(each, **kw) for each in element.clauses)
    return f"strftime({_AS_STORED}, {day}, (86399 - {ahead}) || ' seconds')"


@compiles(_EndOfDay, "postgresql")
def _end_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    day, ahead = (compiler.process(each, **kw) for each in element.clauses)
    return f"(({day} + time '23:59:59') AT TIME ZONE 'UTC' - make_interval(secs => {ahead}))"
