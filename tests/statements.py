"""Which statements each test sends to PostgreSQL: `pytest --statements`, as `make postgres` runs it.

`make test` asks PostgreSQL neither what is marked `again`, unless it is marked `asked`, nor what is `slow`. This shows
that it asks enough: whatever any test sends is sent by one of those as well. Two statements are the same when they read
the same, however many values stand in their lists; what counts besides are the types of their parameters, how many rows
came (none, one, more), which columns were filled, and the error.

The run fails when what `make test` leaves out sends something of its own, and names tests that send all of it: mark
them `asked`. It also names those that could be marked `again`, the longest first; never tests in which threads meet.
"""

from __future__ import annotations

import re
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

BRACKETS = r"(?:[^()]|\([^()]*\))*\)"
CHANGE = re.compile(r"(UPDATE (\S+) SET )(?:\S+=%\(\w+\)s(?:::[\w ]+)?(?:, )?)+( WHERE \2\.id = %\(\w+\)s\S*)$")
"""What is written over one row: which columns at a time is left to chance, so each column counts by itself."""
LIST = re.compile(rf"\bIN \(%{BRACKETS}")
ROWS = re.compile(rf"(\bVALUES \({BRACKETS})(?:, \({BRACKETS})+")
NUMBERED = re.compile(r"__\d+\b|(?<=_)\d+_\d+\b")
"""What SQLAlchemy puts behind the name of a parameter that stands in a list, or in one of many rows."""
GREETING = ("pg_catalog", "standard_conforming_strings", "current_schema")
"""What SQLAlchemy asks each server before anything else."""
LOOKED_AT = 10
"""So many rows of an answer are looked through for columns that are filled."""
NAMED = 40
"""So many tests are named at the end of a run."""

Seen = tuple[Any, ...]
"""One thing about a statement: a parameter's type, a column that was filled, how many rows came, its error."""


class Statements:
    """The plugin. `sent` is what each test sent, each thing by its number in `numbers`."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, Seen], int] = {}
        self.sent: dict[str, set[int]] = {}
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.left_out: set[str] = set()
        self.asked: set[str] = set()
        self.meeting: set[str] = set()
        self._test = ""
        self._next = count()
        self._shapes: dict[str, str] = {}
        self._heard = type("Heard", (_Heard,), {"book": self})

    def pytest_sessionstart(self) -> None:
        event.listen(Pool, "connect", self._listen)

    def _listen(self, connection: Any, _record: Any) -> None:
        if isinstance(connection, psycopg.Connection):
            connection.cursor_factory = self._heard

    def write_down(self, query: str, seen: Iterable[Seen]) -> None:
        """That the test which runs now sent this."""
        shape = self._shapes.get(query) or self._shapes.setdefault(query, shape_of(query))
        if not self._test or any(word in shape for word in GREETING):
            return
        if threading.current_thread() is not threading.main_thread():
            self.meeting.add(self._test)
        self.sent[self._test].update(self.numbers.setdefault((shape, thing), next(self._next)) for thing in seen)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._test = item.nodeid
        self.sent[item.nodeid] = set()
        if item.get_closest_marker("asked"):
            self.asked.add(item.nodeid)
        if item.get_closest_marker("slow") or (item.get_closest_marker("again") and item.nodeid not in self.asked):
            self.left_out.add(item.nodeid)
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.missing() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for title, tests in (("to be marked `asked`", self.missing()), ("could be marked `again`", self.spare())):
            terminalreporter.section(title)
            for test in tests[:NAMED]:
                terminalreporter.write_line(f"{self.seconds[test]:6.2f} s  {test}")

    def missing(self) -> list[str]:
        """Tests that together send what only tests that are left out send."""
        lost = set().union(*(self.sent[test] for test in self.left_out))
        lost -= set().union(*(things for test, things in self.sent.items() if test not in self.left_out))
        chosen = []
        while lost:
            chosen.append(max(self.left_out, key=lambda test: len(self.sent[test] & lost) / (self.seconds[test] + 0.1)))
            lost -= self.sent[chosen[-1]]
        return chosen

    def spare(self) -> list[str]:
        """Tests that send nothing that others do not send, even when all of these are left out."""
        kept = self.sent.keys() - self.left_out
        times = Counter(thing for test in kept for thing in self.sent[test])
        found = []
        for test in sorted(kept - self.asked - self.meeting, key=lambda test: -self.seconds[test]):
            if all(times[thing] > 1 for thing in self.sent[test]):
                times.subtract(self.sent[test])
                found.append(test)
        return found


class _Heard(psycopg.Cursor[Any]):
    """A cursor that writes down what is sent through it, and what comes back."""

    book: Statements

    def execute(self, query: Any, params: Any = None, **options: Any) -> _Heard:
        answer: Iterable[Seen] = ()
        try:
            super().execute(query, params, **options)
            answer = self._answer()
        except psycopg.Error as error:
            answer = [("error", type(error).__name__)]
            raise
        finally:
            self.book.write_down(query, [*answer, *_types(params)])
        return self

    def executemany(self, query: Any, params_seq: Iterable[Any], **options: Any) -> None:
        many = list(params_seq)
        answer: list[Seen] = [("many",)]
        try:
            super().executemany(query, many, **options)
        except psycopg.Error as error:
            answer = [("error", type(error).__name__)]
            raise
        finally:
            self.book.write_down(query, [*answer, *(seen for params in many for seen in _types(params))])

    def _answer(self) -> Iterator[Seen]:
        result = self.pgresult
        if result is None or not result.nfields:
            yield ("touched", self.rowcount > 0)
            return
        yield ("rows", min(result.ntuples, 2))
        for column in range(result.nfields):
            if any(result.get_value(row, column) is not None for row in range(min(result.ntuples, LOOKED_AT))):
                yield ("filled", column)


def shape_of(query: str) -> str:
    """The statement with one value in each list, and one row where there are many.

    >>> shape_of("SELECT a FROM b WHERE c IN (%(c_1_1)s::INTEGER, %(c_1_2)s::INTEGER)")
    'SELECT a FROM b WHERE c IN (...)'
    """
    return NUMBERED.sub("", ROWS.sub(r"\1, ...", LIST.sub("IN (...)", CHANGE.sub(r"\1...\3", query))))


def _types(params: Any) -> Iterator[Seen]:
    named = params.items() if isinstance(params, Mapping) else enumerate(params or ())
    for name, value in named:
        yield ("type", NUMBERED.sub("", name) if isinstance(name, str) else name, type(value).__name__)
