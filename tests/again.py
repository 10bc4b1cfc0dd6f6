"""Cases of one test that send a database the same statements: SQLite is asked all of them, PostgreSQL a few."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest


def again_but(*asked: Any, of: Sequence[Any]) -> list[Any]:
    """Values for `parametrize`: all but those `asked` are marked `again`. Where such lists cross, PostgreSQL is
    asked the cases whose values all are."""
    assert set(asked) <= set(of), "asked of nobody"
    return [value if value in asked else pytest.param(value, marks=pytest.mark.again) for value in of]
