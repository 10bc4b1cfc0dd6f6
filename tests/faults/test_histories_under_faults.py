"""A short, always equal part of what `make fault` does at length: random histories of returns under faults."""

from __future__ import annotations

import property_runs
import pytest

SEED = 20261122
RUNS = 4
"""Enough to notice a step sent blindly again, or committed only with its outcome: each breaks the third history of
this seed."""


@pytest.mark.once
@pytest.mark.long
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # web servers that were killed
@pytest.mark.timeout(600)
def test_no_history_moves_money_twice_loses_a_return_or_leaves_one_stuck() -> None:
    came = property_runs.run(RUNS, SEED)

    assert came.failure is None, f"seed {came.seed}: {came.failure}"
    assert came.tally.settled > 0
    assert came.tally.faults > 0
