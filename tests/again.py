"""Cases of one test of which a few stand for all: what is asked where.

Cases that send a database the same statements are asked of SQLite, and few of them of PostgreSQL (`again`). Where cases
are places to die at, or answers to lose, `make test` takes a few on either database, and `make slow` the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest


def again_but(*asked: Any, of: Sequence[Any]) -> list[Any]:
    """Values for `parametrize`: all but those `asked` are marked `again`. Where such lists cross, PostgreSQL is
    asked the cases whose values all are."""
    return _marked(pytest.mark.again, asked, of)


def slow_but(*asked: Any, of: Sequence[Any]) -> list[Any]:
    """The same for `slow`: `make test` asks those alone whose values all are `asked`."""
    return _marked(pytest.mark.slow, asked, of)


def _marked(mark: pytest.MarkDecorator, asked: Sequence[Any], values: Sequence[Any]) -> list[Any]:
    assert set(asked) <= set(values), "asked of nobody"
    return [value if value in asked else pytest.param(value, marks=mark) for value in values]
