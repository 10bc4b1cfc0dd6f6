"""When what is done: one table, and the loop that keeps to it.

The loop goes by the product's clock and looks about once a second. When an entry last ran is written down, so that a
restart neither forgets nor repeats; entries of seconds are not worth a row.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from jobs.promises import SettingsWatch
from jobs.sweep import Sweep
from shopify_app.clock import FileClock
from shopify_app.queue import send
from shopify_app.schedule_state import ScheduleRun
from shopify_app.wiring import Adapters

log = structlog.get_logger(__name__)

PASS_SECONDS = 1.0
WORTH_A_ROW = timedelta(minutes=1)

Run = Callable[[Adapters, datetime], bool]
"""Does it, or sends a worker for it; False when it could not and should be tried at the next pass."""


@dataclass(frozen=True)
class Entry:
    """`every` since the last run; with `at_hour` (UTC), once a day from that hour on."""

    name: str
    every: timedelta
    run: Run
    at_hour: int | None = None

    def is_due(self, last: datetime | None, now: datetime) -> bool:
        if last is None or last > now:  # never, or the calendar was set back
            return True
        if self.at_hour is None:
            return now - last >= self.every
        today = now.replace(hour=self.at_hour, minute=0, second=0, microsecond=0)
        return last < (today if now >= today else today - timedelta(days=1))


def worker(task: str, *args: str) -> Run:
    """Sends a worker for `task`."""
    return lambda _adapters, _now: send(task, *args)


def schedule() -> tuple[Entry, ...]:
    """Everything that happens by the clock."""
    hour, day = timedelta(hours=1), timedelta(days=1)
    return (
        Entry("sweep", timedelta(seconds=2), Sweep()),
        Entry("reconcile", timedelta(minutes=30), worker("jobs.reconcile", "reconcile")),
        Entry("reconcile_returns", timedelta(minutes=30), worker("jobs.reconcile", "reconcile_returns")),
        Entry("reconcile_products", timedelta(minutes=30), worker("jobs.reconcile", "reconcile_products")),
        Entry("reconcile_shop", day, worker("jobs.reconcile", "reconcile_shop"), at_hour=1),
        Entry("reconcile_week", day, worker("jobs.reconcile", "reconcile_week"), at_hour=2),
        Entry("reconcile_gone", day, worker("jobs.reconcile", "reconcile_gone"), at_hour=1),
        Entry("judge_parcels", hour, worker("jobs.judge_parcels")),
        Entry("fade_counts", day, worker("jobs.fade_counts"), at_hour=3),
        Entry("count_rows", hour, worker("jobs.count_rows")),
        Entry("publish_promises", hour, worker("jobs.publish_promises")),
        Entry("settings_watch", timedelta(seconds=10), SettingsWatch()),
        Entry("follow_parcels", timedelta(minutes=10), worker("jobs.follow_parcels")),
        Entry("find_accounts", timedelta(minutes=10), worker("jobs.find_accounts")),
        Entry("collect_balances", timedelta(minutes=10), worker("jobs.collect_balances")),
        Entry("answer_inspections", timedelta(minutes=5), worker("jobs.answer_inspections")),
        Entry("count_figures", timedelta(minutes=5), worker("jobs.count_figures")),
        Entry("draw_portraits", day, worker("jobs.draw_portraits"), at_hour=2),
        Entry("notice_quiet", hour, worker("jobs.notice_quiet")),
        Entry("upkeep", hour, worker("jobs.upkeep")),
        Entry("write_return_words", hour, worker("jobs.write_return_words")),
        Entry("forget_customers", day, worker("jobs.forget_customers"), at_hour=4),
        Entry("compare_bonuses", day, worker("jobs.compare_bonuses"), at_hour=5),
        Entry("refresh_tokens", day, worker("jobs.refresh_tokens"), at_hour=4),
        Entry("read_plans", day, worker("jobs.read_plans"), at_hour=5),
    )


def run_scheduler(adapters: Adapters, stop: threading.Event, entries: Sequence[Entry] | None = None) -> None:
    """Keeps to the schedule until `stop` is set."""
    scheduler = Scheduler(adapters, entries or schedule())
    while not stop.is_set():
        scheduler.one_pass()
        stop.wait(PASS_SECONDS)


class Scheduler:
    """The loop's memory: when each entry last ran."""

    def __init__(self, adapters: Adapters, entries: Sequence[Entry]) -> None:
        self.adapters, self.entries = adapters, entries
        self._last: dict[str, datetime] | None = None

    def one_pass(self) -> None:
        """Runs what is due. A database or a broker that is away is waited for; the loop does not end."""
        clock = self.adapters.clock
        offset = clock.offset_seconds() if isinstance(clock, FileClock) else None
        now = clock.now()
        try:
            if self._last is None:
                self._last = self._read()
            for entry in self.entries:
                if entry.is_due(self._last.get(entry.name), now) and entry.run(self.adapters, now):
                    self._ran(entry, self._last, now)
        except SQLAlchemyError as failure:
            log.error("schedule_interrupted", error=type(failure).__name__)
            return
        if isinstance(clock, FileClock) and offset is not None:
            clock.seen(offset)

    def _read(self) -> dict[str, datetime]:
        with self.adapters.database.read() as session:
            return {row.name: row.last_run_at for row in session.scalars(select(ScheduleRun))}

    def _ran(self, entry: Entry, last: dict[str, datetime], now: datetime) -> None:
        if entry.every >= WORTH_A_ROW:
            with self.adapters.database.write() as session:
                session.merge(ScheduleRun(name=entry.name, last_run_at=now))
        last[entry.name] = now
