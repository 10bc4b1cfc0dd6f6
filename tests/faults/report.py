"""docs/reliability.md, as the harness writes it: what was done, and what it came to. No dates, no figures of time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from balance import WRONGS

PARTS = ("processes", "histories", "mutations")
BITES_WITHIN = 100
"""So many histories at most, until the harness has noticed that a safeguard is missing."""


@dataclass(frozen=True)
class Row:
    """One part of the harness in numbers; `wrongs` by the names of `balance.WRONGS`."""

    name: str
    runs: int
    faults: int
    returns: int
    settled: int
    wrongs: dict[str, int]
    missed: int = 0
    """Faults that were ordered and never met."""

    @property
    def is_clean(self) -> bool:
        return not any(self.wrongs.values()) and not self.missed and self.runs > 0 and self.settled > 0

    def __add__(self, other: Row) -> Row:
        """Both together, under the one name."""
        wrongs = {name: self.wrongs.get(name, 0) + other.wrongs.get(name, 0) for name in WRONGS}
        numbers = (getattr(self, name) + getattr(other, name) for name in ("runs", "faults", "returns", "settled"))
        return Row(self.name, *numbers, wrongs, self.missed + other.missed)


@dataclass(frozen=True)
class Mutated:
    """A safeguard taken out, and the run in which the harness noticed (None: it did not), and by what."""

    name: str
    noticed_in: int | None
    by: str = ""

    @property
    def was_noticed(self) -> bool:
        return self.noticed_in is not None


@dataclass
class Results:
    """What the parts came to when each of them was run last. `seeds` are those of the histories."""

    processes: Row | None = None
    histories: Row | None = None
    mutations: list[Mutated] = field(default_factory=list)
    seeds: list[int] = field(default_factory=list)
    wanted: int = 0
    """Safeguards that there are to take out."""
    broke_down: list[str] = field(default_factory=list)
    """Parts of which a piece came to nothing."""

    @classmethod
    def read(cls, file: Path) -> Results:
        """What is kept in `file`; nothing when there is none."""
        if not file.exists():
            return cls()
        kept = json.loads(file.read_text())
        rows = {name: Row(**kept[name]) for name in ("processes", "histories") if kept[name]}
        mutations = [Mutated(**each) for each in kept["mutations"]]
        return cls(
            **rows,
            mutations=mutations,
            seeds=kept["seeds"],
            wanted=kept["wanted"],
            broke_down=kept.get("broke_down", []),
        )

    def keep(self, file: Path) -> None:
        """For the next who runs another part."""
        file.parent.mkdir(exist_ok=True)
        draft = file.with_suffix(".new")
        draft.write_text(json.dumps(asdict(self), indent=2))
        draft.replace(file)

    def rows(self, parts: Iterable[str] = PARTS) -> list[Row]:
        """Those of `parts` that come to a row."""
        named = {"processes": self.processes, "histories": self.histories}
        return [row for name, row in named.items() if row is not None and name in parts]

    @property
    def is_whole(self) -> bool:
        """Whether there is all of which a report speaks."""
        return len(self.rows()) == 2 and 0 < self.wanted == len(self.mutations) and not self.broke_down

    def is_good(self, parts: Iterable[str]) -> bool:
        """Whether these parts came to what they must."""
        asked = set(parts)
        noticed = all(each.was_noticed for each in self.mutations) if "mutations" in asked else True
        return all(row.is_clean for row in self.rows(asked)) and noticed and not asked & set(self.broke_down)


TEXT = """# Reliability

Written by `make fault`; do not edit. Money moves exactly once, whatever breaks: what follows is how that was tried.

## Result

{rows}

Compared with the dev store's own book, which reckons by its own arithmetic: every refund, store-credit refund,
bonus, credit without an order and exchange sale; and with the label agent's own list of what was paid for and given
back. *Double* is money beyond what was approved or beyond a person's cap, a bonus, a credit without an order, a return,
a label, a label's refund or a refund without a return twice, or a webhook twice in the inbox. *Lost* is a return or a
withdrawal that a shopper saw confirmed and that is not there with all its units, or a label that was paid for and that
nobody knows. *Stuck* is work that nobody does any more and of which no person was told, a settled return or a credit of
which the shopper was not, and a label that nobody needs and nobody gave back. *Wrong* is a settled return or a credited
request whose sum at Shopify is not the sum agreed, a label given back that is still shown, or a posting of
our own ledger that does not come to zero. *Old over
new* is an order that, when all post was brought, is of another time than at Shopify, or that differs although it is of
the same second and was reconciled. *Mails* is a second mail for one cause, or
one about money before the money had moved. *Other shop* is a row that leads to another shop's row, a letter to somebody
else's shopper, or money moved at the neighbour's.

## What was done

**Processes.** Web, scheduler, workers, a broker and the dev store run as in production. For every named place of
`shopify_app/fault_points.py` and each of kill -9, an exception and a hang, a worker meets that fault once while three
returns are on their way: a refund, store credit with a bonus, an even swap; webhooks come twice and out of order.
Then the worker is killed, leases run out, healthy workers finish what was begun, and the books are compared.

**Histories.** In one process Hypothesis chooses what happens: the shopper asks for a refund, store credit, another
size or a new item that costs more, as much or less (and clicks twice), wants something else after all, cancels,
withdraws from what was sent and what was not, pays what is open or half of it, drops an exchange, takes a reduced
sum, wants the goods back, appeals; the merchant approves, cancels, receives, inspects at 33.3, 50 or 100 % or
refuses, decides an appeal, waives a balance, settles by hand, refunds in Shopify's admin; labels are bought, and given
back when a return is called off or sent another way; the shopper asks without an order number too, and the merchant
accepts that as store credit, declines it, or finds the order and makes a return of it; days pass in which nobody
answers or pays; webhooks come late, several times, out of order, and old ones again under new
names; workers die at any named place; answers are lost after Shopify has committed, or are 429, throttled, 503; the
mail server is busy, takes a letter and breaks off, or breaks off without it; the app is removed in the middle of a
settlement and installed again hours or days later; in the neighbouring shop, where orders have the same numbers,
another return goes its way; time passes. At the end the faults stop and what can go on goes on. A short run with a
fixed seed belongs to `make test`; a failing run prints its seed. Seeds of this result: {seeds}.

**Named tests.** The faults of a worker's death at every place, refusals and broken connections, lost answers, refunds
made elsewhere, two workers on one row and a lease slept through, double clicks and two tabs, clocks that leap, a token
revoked and the app installed again, a broker killed with its queue: `tests/faults/test_*.py`.

## The harness bites

Each safeguard is taken out in the harness's own process; within {within} histories it must fail.

| safeguard | noticed in run | by |
|---|---|---|
{mutations}

## What stays open

A worker that is stopped by the operating system for longer than its lease between the last look at its clock and the
first byte on the wire, and that comes to itself after others have read Shopify back twice and sent again, could send a
second time. `returnCreate` and `returnProcess` are refused by Shopify then (nothing is left to return or to process); a
bonus credit has no such guard at Shopify. The window is a few instructions wide.

Repeat it: `make fault` (`make fault ARGS="--only histories --seed N"` for one part).
"""


HEAD = ("part", "runs", "faults injected", "returns", "settled")
SAID = ("double movements", "lost", "stuck", "wrong sums", "old over new", "mails", "other shop")
"""As `balance.WRONGS`, in words."""


def write(file: Path, results: Results) -> None:
    """Writes the report anew."""
    head = (*HEAD, *SAID)
    shown = f"| {' | '.join(head)} |\n|{'---|' * len(head)}\n" + "\n".join(
        f"| {row.name} | {row.runs:,} | {row.faults:,} | {row.returns:,} | {row.settled:,} | "
        + " | ".join(str(row.wrongs.get(name, 0)) for name in WRONGS)
        + " |"
        for row in results.rows()
    )
    noticed = "\n".join(
        f"| {each.name} | {each.noticed_in or 'not noticed'} | {each.by} |" for each in results.mutations
    )
    seeds = ", ".join(str(each) for each in sorted(results.seeds))
    file.write_text(TEXT.format(rows=shown, mutations=noticed, within=BITES_WITHIN, seeds=seeds))
