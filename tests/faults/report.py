"""docs/reliability.md, as the harness writes it: what was done, and what it came to. No dates, no figures of time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One part of the harness in numbers."""

    name: str
    runs: int
    faults: int
    returns: int
    settled: int
    double: int
    lost: int
    stuck: int
    wrong: int

    @property
    def is_clean(self) -> bool:
        return not (self.double or self.lost or self.stuck or self.wrong) and self.runs > 0 and self.settled > 0


@dataclass(frozen=True)
class Mutated:
    """A safeguard taken out, and the run in which the harness noticed (None: it did not)."""

    name: str
    noticed_in: int | None

    @property
    def was_noticed(self) -> bool:
        return self.noticed_in is not None


@dataclass
class Results:
    """What the parts came to when each of them was run last."""

    processes: Row | None = None
    histories: Row | None = None
    mutations: list[Mutated] = field(default_factory=list)

    @classmethod
    def read(cls, file: Path) -> Results:
        """What is kept in `file`; nothing when there is none."""
        if not file.exists():
            return cls()
        kept = json.loads(file.read_text())
        rows = {name: Row(**kept[name]) for name in ("processes", "histories") if kept[name]}
        return cls(**rows, mutations=[Mutated(**each) for each in kept["mutations"]])

    def keep(self, file: Path) -> None:
        """For the next who runs another part."""
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(asdict(self), indent=2))

    @property
    def rows(self) -> list[Row]:
        return [row for row in (self.processes, self.histories) if row is not None]

    @property
    def is_whole(self) -> bool:
        return len(self.rows) == 2 and bool(self.mutations)

    @property
    def is_good(self) -> bool:
        return all(row.is_clean for row in self.rows) and all(each.was_noticed for each in self.mutations)


TEXT = """# Reliability

Written by `make fault`; do not edit. Money moves exactly once, whatever breaks: what follows is how that was tried.

## Result

| part | runs | faults injected | returns | settled | double movements | lost returns | stuck returns | wrong sums |
|---|---|---|---|---|---|---|---|---|
{rows}

Compared with the dev store's own book, which reckons by its own arithmetic: every refund, store-credit refund and
bonus. *Double* is money beyond what was approved, a bonus twice, or a webhook twice in the inbox. *Lost* is a return
that a shopper saw confirmed and that is not there with all its units. *Stuck* is work that nobody does any more and
of which no person was told. *Wrong* is a settled return whose sum at Shopify is not the sum agreed, or a posting of
our own ledger that does not come to zero.

## What was done

**Processes.** Web, scheduler, workers, a broker and the dev store run as in production. For every named place of
`shopify_app/fault_points.py` and each of kill -9, an exception and a hang, a worker meets that fault once while three
returns are on their way: a refund, store credit with a bonus, an even swap. Then the worker is killed, leases run out,
healthy workers finish what was begun, and the books are compared.

**Histories.** In one process Hypothesis chooses what happens: the shopper asks (and clicks twice), cancels; the
merchant approves, cancels, receives, inspects at 33.3, 50 or 100 % or refuses, settles by hand, refunds in Shopify's
admin; webhooks come late, several times, out of order; workers die at any named place; answers are lost after Shopify
has committed, or are 429, throttled, 503; time passes. At the end the faults stop and what can go on goes on. A short
run with a fixed seed belongs to `make test`; a failing run prints its seed and its steps.

**Named tests.** The faults of a worker's death at every place, refusals and broken connections, lost answers, refunds
made elsewhere, two workers on one row and a lease slept through, double clicks and two tabs, clocks that leap, a token
revoked and the app installed again, a broker killed with its queue: `tests/faults/test_*.py`.

## The harness bites

Each safeguard is taken out in the harness's own process; within {within} histories it must fail.

| safeguard | noticed in run |
|---|---|
{mutations}

## What stays open

A worker that is stopped by the operating system for longer than its lease between the last look at its clock and the
first byte on the wire, and that comes to itself after others have read Shopify back twice and sent again, could send a
second time. `returnCreate` and `returnProcess` are refused by Shopify then (nothing is left to return or to process); a
bonus credit has no such guard at Shopify. The window is a few instructions wide.

Repeat it: `make fault` (`make fault ARGS="--only histories --seed N"` for one part).
"""


def write(file: Path, rows: Sequence[Row], mutations: Sequence[Mutated]) -> None:
    """Writes the report anew."""
    shown = "\n".join(
        f"| {row.name} | {row.runs:,} | {row.faults:,} | {row.returns:,} | {row.settled:,} "
        f"| {row.double} | {row.lost} | {row.stuck} | {row.wrong} |"
        for row in rows
    )
    noticed = "\n".join(f"| {each.name} | {each.noticed_in or 'not noticed'} |" for each in mutations)
    file.write_text(TEXT.format(rows=shown, mutations=noticed, within=100))
