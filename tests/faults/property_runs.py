"""Runs the property: so many histories from a seed, in this process, and says what they came to."""

from __future__ import annotations

import time
from dataclasses import dataclass

import machine
from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import run_state_machine_as_test

STEPS = 30
"""How many things happen in one run, at most."""


@dataclass(frozen=True)
class Outcome:
    """What the runs came to; `failure` is what the first failing run said."""

    seed: int
    tally: machine.Tally
    seconds: float
    failure: str | None


def run(runs: int, from_seed: int, steps: int = STEPS) -> Outcome:
    """`runs` histories chosen by `from_seed`; stops at the first that breaks an invariant."""
    chosen = settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        print_blob=False,
    )
    machine.TALLY = machine.Tally()
    began, failure = time.monotonic(), None
    try:
        run_state_machine_as_test(seed(from_seed)(machine.ReturnsUnderFaults), settings=chosen)
    except Exception as broken:  # noqa: BLE001 - whatever broke is the result
        failure = "\n".join([f"{type(broken).__name__}: {broken}", *getattr(broken, "__notes__", [])])
    finally:
        machine.leave_house()
    return Outcome(from_seed, machine.TALLY, time.monotonic() - began, failure)
