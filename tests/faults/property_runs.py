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
    """What the runs came to."""

    seed: int
    tally: machine.Tally
    seconds: float

    @property
    def noticed_in(self) -> int | None:
        """The run that broke first, from 1; None when none did."""
        return (self.tally.broken_in or max(1, self.tally.runs)) if self.tally.broken else None

    @property
    def failure(self) -> str | None:
        """What the first run that broke an invariant said."""
        return next(iter(self.tally.broken), None)


def run(runs: int, from_seed: int, steps: int = STEPS) -> Outcome:
    """`runs` histories chosen by `from_seed`; stops at the first that breaks an invariant. Whatever else goes wrong is
    raised: it is the harness's fault, or a fault of the product that no invariant names."""
    chosen = settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much),
        verbosity=Verbosity.quiet,
        print_blob=False,
    )
    machine.TALLY = machine.Tally()
    began = time.monotonic()
    try:
        run_state_machine_as_test(seed(from_seed)(machine.ReturnsUnderFaults), settings=chosen)
    except Exception as broken:
        if not machine.TALLY.broken:
            raise
        said = "\n".join([str(broken), *getattr(broken, "__notes__", [])])
        machine.TALLY.broken.append(said)
    finally:
        machine.leave_house()
    return Outcome(from_seed, machine.TALLY, time.monotonic() - began)
