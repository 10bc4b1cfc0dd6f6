"""``make fault``: shows that money moves exactly once, and writes docs/reliability.md.

    python tests/faults/run.py [--runs 1000] [--seed N] [--only processes|histories|mutations] [--points carry.,look.]
                               [--no-report]

Three parts: real processes that are killed at every named place, random histories in one process, and the check that
the harness notices when a safeguard is missing. Pieces of each run side by side (`--beside`). What the parts came to is
kept in var/faults.json, so that they may be run one by one (--only), and the report is written from all three: from
whole parts alone. Histories count one by one and are kept as they are told, so a run of them that is broken off has not
been for nothing; the other two parts replace what is kept when their last piece is there. A part of which a piece broke
down stands in the way of the report until it is run again. A run that is only meant to look (--no-report, and any that
is narrowed by --points) touches neither. The exit status is 1 when, in the parts that were run, anything moved twice,
was lost or is stuck, when a fault was never met, or when a missing safeguard was not noticed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(Path(__file__).parent)]

import parts  # noqa: E402 - the paths above come first
from mutations import MUTATIONS  # noqa: E402
from report import BITES_WITHIN, PARTS, Mutated, Results, Row, write  # noqa: E402

from shopify_app.fault_points import POINTS, Kind  # noqa: E402

KEPT = ROOT / "var" / "faults.json"
PIECE = 25
"""Histories that one seed decides."""
KINDS = (Kind.KILL, Kind.RAISE, Kind.HANG)
BEGAN = time.monotonic()


@dataclass(frozen=True)
class Choices:
    """What was asked for."""

    runs: int
    seed: int
    only: str
    points: tuple[str, ...]
    beside: int
    report: Path | None
    """None: figures are told, and neither kept nor reported."""


class Harness:
    """Runs the parts and keeps what they came to, in `kept` unless that is None."""

    def __init__(self, choices: Choices, kept: Path | None) -> None:
        self.choices, self.kept = choices, kept
        self.results = Results.read(kept) if kept else Results()
        self.results.wanted = len(MUTATIONS)

    @property
    def parts(self) -> tuple[str, ...]:
        """Those that were asked for."""
        return (self.choices.only,) if self.choices.only else PARTS

    def run(self) -> None:
        """Every part that was asked for."""
        for name in self.parts:
            self.results.broke_down = [each for each in self.results.broke_down if each != name]
            getattr(self, name)()
            self._keep()

    def processes(self) -> None:
        """The places are dealt out: each hand is an installation of its own."""
        row: Row | None = None
        hands = [self.choices.points[place :: self.choices.beside] for place in range(self.choices.beside)]
        say(f"Workers killed, failing and hanging at {len(self.choices.points)} places ...")
        tasks = [(parts.places, hand, KINDS) for hand in hands if hand]
        for piece in self._pieces("processes", tasks):
            row = _sum(row, piece.row)
            self._tell("places", piece)
        self.results.processes = row

    def histories(self) -> None:
        """Seeds count up from the one that was given."""
        self.results.histories, self.results.seeds = None, []
        seeds = range(self.choices.seed, self.choices.seed + -(-self.choices.runs // PIECE))
        say(f"{len(seeds)} x {PIECE} histories, seeds {seeds[0]} to {seeds[-1]} ...")
        for piece in self._pieces("histories", [(parts.histories, PIECE, seed) for seed in seeds]):
            self.results.histories = _sum(self.results.histories, piece.row)
            self.results.seeds.append(piece.seed)
            self._keep()
            self._tell(f"seed {piece.seed}", piece)

    def mutations(self) -> None:
        """Whatever the harness does not notice is a failure of the harness."""
        found: list[Mutated] = []
        say(f"{len(MUTATIONS)} safeguards taken out, {BITES_WITHIN} histories at most for each ...")
        tasks = [(parts.mutation, name, self.choices.seed) for name in MUTATIONS]
        for mutated, seconds in self._pieces("mutations", tasks):
            found.append(mutated)
            noticed = f"noticed in run {mutated.noticed_in} by {mutated.by}" if mutated.was_noticed else "NOT NOTICED"
            say(f"{mutated.name}: {noticed} ({seconds:.0f} s)")
        self.results.mutations = sorted(found, key=lambda each: each.name)

    def _pieces(self, part: str, tasks: list[tuple[Any, ...]]) -> Iterator[Any]:
        """As they are done. A piece that broke down is told and counts as a failure of its part."""
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self.choices.beside, spawn, initializer=parts.keep_quiet) as pool:
            under_way: dict[Future[Any], tuple[Any, ...]] = {pool.submit(*task): task for task in tasks}
            try:
                for done in as_completed(under_way):
                    if (failure := done.exception()) is None:
                        yield done.result()
                    else:
                        say(f"BROKE DOWN: {_named(under_way[done])}: {failure!r}")
                        self.results.broke_down = sorted({*self.results.broke_down, part})
            except KeyboardInterrupt:  # each has had it too, and ends what it started
                pool.shutdown(wait=True, cancel_futures=True)
                raise

    def _keep(self) -> None:
        if self.kept is not None:
            self.results.keep(self.kept)

    def _tell(self, name: str, piece: parts.Piece) -> None:
        row = piece.row
        say(f"{name}: {row.runs} runs, {row.faults} faults, {row.returns} returns, {row.settled} settled, "
            f"{sum(row.wrongs.values())} wrong ({piece.seconds:.0f} s)")  # fmt: skip
        for each in piece.said:
            say(f"  {each}")


def main(arguments: list[str] | None = None) -> int:
    """Runs the chosen parts; the report is written when there is a whole result of each."""
    choices = _choices(arguments)
    harness = Harness(choices, KEPT if choices.report else None)
    signal.signal(signal.SIGTERM, _as_ctrl_c)
    try:
        harness.run()
    except KeyboardInterrupt:
        say("Stopped. Histories told by then are kept." if choices.report else "Stopped.")
        return 130
    results = harness.results
    for row in results.rows(harness.parts):
        wrongs = ", ".join(f"{name} {count}" for name, count in row.wrongs.items())
        say(f"{row.name}: {row.runs} runs, {row.faults} faults, {row.returns} returns, {wrongs}, missed {row.missed}")
    if choices.report is not None and results.is_whole:
        write(choices.report, results)
        say(f"Written: {choices.report}")
    return 0 if results.is_good(harness.parts) else 1


def _as_ctrl_c(*_: object) -> None:
    for child in multiprocessing.active_children():
        with suppress(ProcessLookupError, TypeError):
            os.kill(child.pid, signal.SIGINT)  # type: ignore[arg-type]
    raise KeyboardInterrupt


def _sum(before: Row | None, more: Row) -> Row:
    return more if before is None else before + more


def _named(task: tuple[Callable[..., Any], Any]) -> str:
    return f"{task[0].__name__}{task[1:]}"


def _choices(arguments: list[str] | None) -> Choices:
    parser = argparse.ArgumentParser(prog="make fault ARGS=", description="Shows that money moves exactly once.")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=None, help="the histories' first seed; a new one when left out")
    parser.add_argument("--only", choices=("", *PARTS), default="")
    parser.add_argument("--points", default="", help="only places that begin with one of these, by commas")
    parser.add_argument("--beside", type=int, default=2, help="pieces that run side by side")
    parser.add_argument("--report", type=Path, default=ROOT / "docs" / "reliability.md")
    parser.add_argument("--no-report", action="store_true", help="only tell: write no report, and keep no figures")
    given = parser.parse_args(arguments)
    wanted = tuple(given.points.split(",")) if given.points else ("",)
    points = tuple(point for point in POINTS if point.startswith(wanted))
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(2**31)
    report = None if given.no_report or given.points else given.report
    return Choices(given.runs, seed, given.only, points, given.beside, report)


def say(text: str) -> None:
    """With the minutes that have passed."""
    minutes, seconds = divmod(int(time.monotonic() - BEGAN), 60)
    sys.stdout.write(f"{minutes:3}:{seconds:02} {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
