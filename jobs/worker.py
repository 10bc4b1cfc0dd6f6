"""The worker's entry: ``celery -A jobs.worker worker``. Importing it registers every task."""

from __future__ import annotations

import os
from typing import Any

from celery.signals import setup_logging, worker_process_init
from sqlalchemy import event

from jobs import (
    automations,
    balances,
    by_the_clock,
    catch_up,
    insights,
    inspection,
    mails,
    many,
    no_receipt,
    parcels,
    plans,
    privacy,
    promises,
    reactions,
    retention,
    return_words,
    steps,
    upkeep,
)
from jobs.courtesy import Courtesy
from shopify_app.config import load_config
from shopify_app.observability import set_up_logging
from shopify_app.queue import celery
from shopify_app.wiring import build
from webhooks import handle

TASK_MODULES = (
    automations,
    *(balances, by_the_clock, catch_up, handle, inspection, mails, many, parcels, privacy, promises, reactions, steps),
    *(no_receipt, upkeep, insights, plans, retention, return_words),
)

app = celery
app.conf.update(broker_url=load_config(os.environ).redis_url)


@setup_logging.connect
def log_as_we_do(**_: Any) -> None:
    """Keeps Celery from bringing its own handlers."""
    set_up_logging(load_config(os.environ).log_level)


@worker_process_init.connect
def open_adapters(**_: Any) -> None:
    """Each child process has connections of its own: none crosses the fork."""
    adapters = build(load_config(os.environ), reactions.FOLLOWERS)
    if adapters.config.is_sqlite:
        event.listen(adapters.database.engine, "connect", _leave_the_disk_to_the_intake)
        adapters.database.after_write = Courtesy(adapters.database)
    app.adapters = adapters  # type: ignore[attr-defined]


def _leave_the_disk_to_the_intake(connection: Any, _record: Any) -> None:
    """Workers on SQLite do not wait for the disk at each commit, or the intake would wait behind them: the log is one,
    so the intake's next commit makes theirs durable too. A power cut may take back the last of them, never a part or
    one out of order, and what it takes back is pending again. An effect that leaves the house must not lean on such a
    commit: whoever sends one sets ``PRAGMA synchronous=FULL`` for its connection first."""
    connection.execute("PRAGMA synchronous=NORMAL")
