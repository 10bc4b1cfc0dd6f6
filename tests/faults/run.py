"""``make fault``: shows that money moves exactly once, and writes docs/reliability.md.

    python tests/faults/run.py [--runs 1000] [--seed N] [--only processes|histories|mutations] [--points carry.,look.]

Three parts: real processes that are killed at every named place, random histories in one process, and the check that
the harness notices when a safeguard is missing. Each part's result is kept in var/faults.json, so that they may be run
one by one (--only); the report is written from all of them. The exit status is 1 when anything moved twice, was lost or
is stuck.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(Path(__file__).parent)]

import matrix  # noqa: E402
import property_runs  # noqa: E402
import structlog  # noqa: E402 - the paths above come first
from machine import Tally  # noqa: E402
from mutations import MUTATIONS  # noqa: E402
from report import Mutated, Results, Row, write  # noqa: E402

from shopify_app.fault_points import POINTS  # noqa: E402

BITES_WITHIN = 100
KEPT = ROOT / "var" / "faults.json"


@dataclass(frozen=True)
class Choices:
    """What was asked for."""

    runs: int
    seed: int
    only: str
    points: tuple[str, ...]
    report: Path


def main(arguments: list[str] | None = None) -> int:
    """Runs the chosen parts; the report is written when there is a result of each."""
    choices = _choices(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    results = Results.read(KEPT)
    if choices.only in ("", "processes"):
        results.processes = _processes(choices)
    if choices.only in ("", "histories"):
        results.histories = _property(choices)
    if choices.only in ("", "mutations"):
        results.mutations = _mutations(choices)
    results.keep(KEPT)
    for row in results.rows:
        _say(f"{row.name}: {row.runs} runs, {row.faults} faults, {row.returns} returns, double {row.double}, "
             f"lost {row.lost}, stuck {row.stuck}, wrong {row.wrong}")  # fmt: skip
    if results.is_whole:
        write(choices.report, results.rows, results.mutations)
        _say(f"Written: {choices.report}")
    return 0 if results.is_good else 1


def _processes(choices: Choices) -> Row:
    _say(f"Workers killed, failing and hanging at {len(choices.points)} places ...")
    with tempfile.TemporaryDirectory(prefix="postlude-faults-") as folder:
        ran, found = matrix.run(Path(folder), choices.points)
    for each in [*found.all, *(f"never met: {case}" for case in ran.missed)]:
        _say(f"  {each}")
    return Row(
        name="processes, each named place x {kill -9, raise, hang}",
        runs=len(choices.points) * len(ran.kinds),
        faults=ran.struck,
        returns=found.returns,
        settled=found.settled,
        double=len(found.double),
        lost=len(found.lost),
        stuck=len(found.stuck),
        wrong=len(found.wrong),
    )


def _property(choices: Choices) -> Row:
    _say(f"{choices.runs} histories from seed {choices.seed} ...")
    came = property_runs.run(choices.runs, choices.seed)
    tally = came.tally
    for said in tally.broken:
        _say(said)
    return Row(
        name="histories in one process (stateful property test)",
        runs=tally.runs,
        faults=tally.faults,
        returns=tally.returns,
        settled=tally.settled,
        double=tally.double,
        lost=tally.lost,
        stuck=tally.stuck + int(bool(came.failure) and not _counted(tally)),
        wrong=tally.wrong,
    )


def _counted(tally: Tally) -> int:
    """What the comparison found; a run that never came to it is stuck."""
    return tally.double + tally.lost + tally.stuck + tally.wrong


def _mutations(choices: Choices) -> list[Mutated]:
    found = []
    for name, taken_out in MUTATIONS.items():
        with taken_out():
            came = property_runs.run(BITES_WITHIN, choices.seed)
        noticed = came.tally.runs if came.failure else None
        found.append(Mutated(name, noticed))
        _say(f"{name}: {'noticed in run ' + str(noticed) if came.failure else 'NOT NOTICED'}")
    return found


def _choices(arguments: list[str] | None) -> Choices:
    parser = argparse.ArgumentParser(prog="make fault ARGS=", description="Shows that money moves exactly once.")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=None, help="the seed of the histories; a new one when left out")
    parser.add_argument("--only", choices=("", "processes", "histories", "mutations"), default="")
    parser.add_argument("--points", default="", help="only places that begin with one of these, by commas")
    parser.add_argument("--report", type=Path, default=ROOT / "docs" / "reliability.md")
    given = parser.parse_args(arguments)
    wanted = tuple(given.points.split(",")) if given.points else ("",)
    points = tuple(point for point in POINTS if point.startswith(wanted))
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(2**32)
    return Choices(given.runs, seed, given.only, points, given.report)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
