"""The report speaks of whole parts only, and a part that is run again takes nothing from the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parts import HISTORIES, PROCESSES, Piece
from report import Mutated, Results, Row
from run import Choices, Harness

from shopify_app.fault_points import POINTS


def row(name: str, runs: int, **wrongs: int) -> Row:
    return Row(name, runs, runs, runs, runs, wrongs)


class Dealt(Harness):
    """Pieces that are dealt instead of run; one that is None breaks down."""

    pieces: tuple[Any, ...] = ()

    def _pieces(self, part: str, tasks: list[tuple[Any, ...]]) -> Iterator[Any]:
        for piece in self.pieces:
            if piece is None:
                self.results.broke_down = [part]
            else:
                yield piece


def harness(only: str, kept: Path | None, *pieces: Any) -> Dealt:
    made = Dealt(Choices(25, 7, only, POINTS, 2, kept), kept)
    made.results.wanted = 1
    made.pieces = pieces
    return made


def kept_whole(tmp_path: Path) -> Path:
    """Figures of all three parts, none of them wrong."""
    found = Results(row(PROCESSES, 66), row(HISTORIES, 1000), [Mutated("two_phases", 3, "double")], [1, 2], 1)
    found.keep(tmp_path / "faults.json")
    return tmp_path / "faults.json"


def test_a_part_that_is_run_again_leaves_the_others_figures_as_they_were(tmp_path: Path) -> None:
    kept = kept_whole(tmp_path)

    harness("histories", kept, Piece(row(HISTORIES, 25), (), 1.0, 7), Piece(row(HISTORIES, 26), (), 1.0, 8)).run()

    found = Results.read(kept)
    assert found.histories is not None
    assert found.histories.runs == 51
    assert found.seeds == [7, 8]
    assert found.processes is not None
    assert found.processes.runs == 66
    assert found.mutations == [Mutated("two_phases", 3, "double")]
    assert found.is_whole


def test_a_piece_that_broke_down_keeps_the_report_from_being_written_until_its_part_is_run_again(
    tmp_path: Path,
) -> None:
    kept = kept_whole(tmp_path)

    broken = harness("processes", kept, Piece(row(PROCESSES, 33), (), 1.0), None)
    broken.run()
    assert not broken.results.is_good(broken.parts)
    assert not Results.read(kept).is_whole
    histories = harness("histories", kept, Piece(row(HISTORIES, 25), (), 1.0, 7))
    histories.run()
    assert histories.results.is_good(histories.parts)
    assert not Results.read(kept).is_whole

    harness("processes", kept, Piece(row(PROCESSES, 33), (), 1.0), Piece(row(PROCESSES, 33), (), 1.0)).run()
    assert Results.read(kept).is_whole


def test_what_is_only_looked_at_is_judged_by_itself_and_kept_nowhere(tmp_path: Path) -> None:
    kept = kept_whole(tmp_path)
    before = kept.read_text()

    looked = harness("mutations", None, (Mutated("two_phases", None), 2.0))
    looked.run()

    assert not looked.results.is_good(looked.parts)
    assert looked.results.is_good(("histories",))
    assert kept.read_text() == before
