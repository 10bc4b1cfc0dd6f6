"""Lets the tests of this folder import the cases beside them, and workers die where a test wants them to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shopify_app import fault_points

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Makes this process die (or fail) at a place, as its environment would: ``dying(point, kind, nth)``, once. A test
    at whose end it has not struck fails: a place that nobody passed shows nothing."""
    struck: list[Path] = []

    def at(point: str, kind: str = "crash", nth: int = 1) -> None:
        struck.append(tmp_path / f"struck-{len(struck)}")
        fault_points.forget_visits()
        monkeypatch.setenv(fault_points.VARIABLE, f"{point}:{kind}:{nth}")
        monkeypatch.setenv(fault_points.ONCE, str(struck[-1]))

    yield at
    fault_points.forget_visits()
    assert [file.name for file in struck if not file.exists()] == [], "the place was never reached"
