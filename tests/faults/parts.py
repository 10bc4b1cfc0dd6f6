"""The parts of the harness as pieces that processes of their own can take: places, histories, safeguards taken out."""

from __future__ import annotations

import gc
import logging
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import matrix
import property_runs
import structlog
from balance import WRONGS
from mutations import MUTATIONS
from opening import open_house
from report import BITES_WITHIN, Mutated, Row

from shopify_app.fault_points import Kind

HISTORIES = "histories in one process (stateful property test)"
PROCESSES = "processes, each named place x {kill -9, raise, hang}"


@dataclass(frozen=True)
class Piece:
    """What one piece came to; `said` is for people, `seed` that of histories."""

    row: Row
    said: tuple[str, ...]
    seconds: float
    seed: int = 0


def keep_quiet() -> None:
    """For a process of the harness: faults are expected, nobody reads their logs. What is loaded by now stays, and is
    not looked through again for what could be thrown away."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    open_house().close()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def histories(runs: int, seed: int) -> Piece:
    """So many histories of one seed."""
    came = property_runs.run(runs, seed)
    tally = came.tally
    wrongs = dict(tally.wrongs)
    if came.failure and not any(wrongs.values()):
        wrongs["stuck"] = 1  # a run that never came to the comparison
    row = Row(HISTORIES, tally.runs, tally.faults, tally.returns, tally.settled, wrongs)
    return Piece(row, tuple(tally.broken), came.seconds, seed)


def places(points: tuple[str, ...], kinds: tuple[Kind, ...]) -> Piece:
    """These places in an installation of its own."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="postlude-faults-") as folder:
        ran, found = matrix.run(Path(folder), points, kinds)
    missed = tuple(f"never met: {case}" for case in ran.missed)
    numbers = (len(points) * len(kinds), ran.struck, found.returns, found.settled)
    row = Row(PROCESSES, *numbers, {name: found.counts()[name] for name in WRONGS}, len(missed))
    return Piece(row, (*found.all, *missed), time.monotonic() - began)


def mutation(name: str, seed: int) -> tuple[Mutated, float]:
    """One safeguard taken out of this process for a while; what was noticed, and how many seconds that took."""
    began = time.monotonic()
    with MUTATIONS[name]():
        came = property_runs.run(BITES_WITHIN, seed)
    by = (came.failure or "").partition("\n")[0].partition(": ")[2][:90].replace("|", "/")
    return Mutated(name, came.noticed_in, by), time.monotonic() - began
