"""Safeguards taken out, one at a time, in this process only: the harness has to notice within a hundred runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from house import House

from shopify_app.returns import carry, steps
from shopify_app.returns.money_models import Step
from shopify_app.returns.states import StepState
from webhooks import group_commit
from webhooks.group_commit import Arrival, GroupCommit
from webhooks.inbox import Delivery

MOMENT = 0.01
"""Seconds between the thanks and the commit, for an intake that thanks first."""


@contextmanager
def without_the_read_back() -> Iterator[None]:
    """A step that may have happened is simply sent again."""

    def blind(bench: Any) -> str:
        with bench.ground.database.write() as session:
            step = session.get_one(Step, bench.step.id)
            steps.move(step, StepState.PLANNED)
            carry._give_back(session, bench, bench.now)
        return str(StepState.PLANNED)

    with _replaced(carry, "_look_back", blind):
        yield


@contextmanager
def without_the_commit_before_the_call() -> Iterator[None]:
    """The step is marked attempted only together with its outcome."""
    marked, done = carry._mark_attempted, carry._done
    ready_of: dict[int, Any] = {}

    def late(bench: Any, ready: Any, moved_before: int) -> bool:
        ready_of[bench.step.id] = (ready, moved_before)
        bench.step.input = {**bench.step.input, **ready.input}
        return True

    def both(bench: Any, answer: Any, place: str) -> str:
        if place == "carry" and bench.step.id in ready_of:
            marked(bench, *ready_of.pop(bench.step.id))
        return done(bench, answer, place)

    with _replaced(carry, "_mark_attempted", late), _replaced(carry, "_done", both):
        yield


@contextmanager
def without_the_unique_key() -> Iterator[None]:
    """The inbox takes the same webhook as often as it comes."""
    keys = [each for each in Delivery.__table__.constraints if getattr(each, "columns", None) is not None]
    key = next(each for each in keys if [column.name for column in each.columns] == ["shop_id", "webhook_id"])
    Delivery.__table__.constraints.discard(key)
    try:
        yield
    finally:
        Delivery.__table__.constraints.add(key)


@contextmanager
def without_the_commit_before_the_200() -> Iterator[None]:
    """Whoever brings a webhook is thanked, and a moment later it is stored, unless the process has died by then."""
    stored, waiting = GroupCommit.store, House.work_waiting

    def thank_first(self: Any, batch: list[Arrival]) -> list[int]:
        rows = [row for arrival in batch if (row := group_commit._prepared(arrival)) is not None]
        for arrival in batch:
            arrival.told(True)
        time.sleep(MOMENT)
        late = [Arrival(lambda row=row: row, lambda _: None) for row in rows]
        return [] if getattr(self, "killed", False) else stored(self, late)

    def when_all_is_stored(self: House) -> list[tuple[Any, int]]:
        time.sleep(3 * MOMENT)
        return waiting(self)

    with _replaced(GroupCommit, "store", thank_first), _replaced(House, "work_waiting", when_all_is_stored):
        yield


MUTATIONS: dict[str, Callable[[], Any]] = {
    "without the read-back of unknown answers": without_the_read_back,
    "without the UNIQUE key of the inbox": without_the_unique_key,
    "without the commit before the call": without_the_commit_before_the_call,
    "without the commit before the 200": without_the_commit_before_the_200,
}


@contextmanager
def _replaced(module: Any, name: str, other: Any) -> Iterator[None]:
    before = getattr(module, name)
    setattr(module, name, other)
    try:
        yield
    finally:
        setattr(module, name, before)
