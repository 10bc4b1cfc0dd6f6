"""What is done by the clock, and what is cleared when it has had its time."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select, text

from jobs import upkeep
from jobs.schedule import Entry, Scheduler, run_scheduler, schedule
from shopify_app.clock import FileClock
from shopify_app.db import Database
from shopify_app.events import Event
from shopify_app.messages.models import Message
from shopify_app.orders.models import LookupAttempt, OneTimeCode
from shopify_app.orders.projection import apply_order
from shopify_app.row_counts import count_rows
from shopify_app.schedule_state import ScheduleRun
from shopify_app.shops.models import Shop
from shopify_app.wiring import Adapters
from stage import order
from webhooks.inbox import Delivery, pack

HOUR = timedelta(hours=1)


class Bell:
    """Notes when it was rung; silent while `is_broken`."""

    def __init__(self) -> None:
        self.rung: list[datetime] = []
        self.is_broken = False

    def __call__(self, _adapters: Adapters, now: datetime) -> bool:
        if not self.is_broken:
            self.rung.append(now)
        return not self.is_broken


def test_an_entry_runs_at_once_and_then_every_so_often(adapters: Adapters, clock: Any):
    bell = Bell()
    scheduler = Scheduler(adapters, [Entry("bell", HOUR, bell)])
    for minutes in (0, 30, 30, 59):
        clock.advance(minutes=minutes)
        scheduler.one_pass()

    assert len(bell.rung) == 2


def test_a_restart_neither_forgets_nor_repeats(adapters: Adapters, clock: Any):
    bell = Bell()
    for minutes in (0, 20, 45):
        clock.advance(minutes=minutes)
        Scheduler(adapters, [Entry("bell", HOUR, bell)]).one_pass()

    assert len(bell.rung) == 2


def test_a_daily_entry_runs_once_a_day_from_its_hour_on(adapters: Adapters, clock: Any):
    bell = Bell()
    scheduler = Scheduler(adapters, [Entry("bell", timedelta(days=1), bell, at_hour=3)])
    for hours in (0, 10, 4, 2, 20, 4):  # Tuesday noon ... Wednesday 02:00, 04:00 ... Thursday 00:00, 04:00
        clock.advance(hours=hours)
        scheduler.one_pass()

    assert [at.isoformat()[5:13] for at in bell.rung] == ["11-24T12", "11-25T04", "11-26T04"]


def test_what_could_not_be_done_is_tried_at_the_next_pass(adapters: Adapters, clock: Any):
    bell = Bell()
    bell.is_broken = True
    scheduler = Scheduler(adapters, [Entry("bell", HOUR, bell)])
    scheduler.one_pass()
    bell.is_broken = False
    scheduler.one_pass()

    assert len(bell.rung) == 1


def test_a_calendar_set_back_stops_nothing(adapters: Adapters, clock: Any):
    bell = Bell()
    scheduler = Scheduler(adapters, [Entry("bell", HOUR, bell)])
    scheduler.one_pass()
    clock.advance(days=-3)
    scheduler.one_pass()

    assert len(bell.rung) == 2


def test_entries_of_seconds_are_not_written_down(adapters: Adapters, database: Database):
    Scheduler(adapters, [Entry("quick", timedelta(seconds=2), Bell()), Entry("slow", HOUR, Bell())]).one_pass()

    with database.read() as session:
        assert session.scalars(select(ScheduleRun.name)).all() == ["slow"]


def test_whoever_moved_the_calendar_is_told_that_the_schedule_has_seen_it(adapters: Adapters, tmp_path: Path):
    file = tmp_path / "clock"
    file.write_text("86400")
    moved = replace(adapters, clock=FileClock(file))
    stop = threading.Event()
    loop = threading.Thread(
        target=run_scheduler, args=(moved, stop, [Entry("stop", HOUR, lambda *_: stop.set() is None)])
    )
    loop.start()
    loop.join(60)

    assert not loop.is_alive()
    assert (tmp_path / "clock.seen").read_text() == "86400"


def test_every_task_of_the_schedule_is_one_that_workers_know():
    from jobs import by_the_clock, catch_up, insights, inspection, parcels, plans, reactions, retention, steps  # known
    from shopify_app.queue import celery

    assert {by_the_clock, catch_up, insights, inspection, parcels, plans, reactions, retention, steps, upkeep}
    sent: list[str] = []
    for entry in schedule():
        if entry.name != "sweep":
            cells = getattr(entry.run, "__closure__", None) or ()
            sent += [cell.cell_contents for cell in cells if isinstance(cell.cell_contents, str)]
    sent.append("jobs.publish_promises")  # what the watch over the settings sends

    assert len(sent) == len(schedule()) - 1
    assert set(sent) <= set(celery.tasks)


def test_bodies_go_after_a_week_and_deliveries_after_a_month(adapters: Adapters, shop: Shop, clock: Any):
    for days, state in ((31, "done"), (31, "pending"), (8, "done"), (8, "parked"), (6, "done")):
        put(adapters, shop, clock.now() - timedelta(days=days), state)

    upkeep.clear(adapters)

    with adapters.database.read() as session:
        left = session.scalars(select(Delivery).order_by(Delivery.id)).all()
    assert [(row.state, row.body is not None) for row in left] == [
        ("pending", True),
        ("done", False),
        ("parked", False),
        ("done", True),
    ]


def test_events_go_when_their_reactions_are_done_and_attempts_after_a_day(adapters: Adapters, shop: Shop, clock: Any):
    now = clock.now()
    with adapters.database.write() as session:
        apply_order(session, shop.id, order(), now)
        session.add(LookupAttempt(shop_id=shop.id, key="k", window=int(now.timestamp())))
    clock.advance(days=91)
    upkeep.clear(adapters)
    with adapters.database.read() as session:
        kinds = {event.kind for event in session.scalars(select(Event))}
        attempts = session.scalars(select(LookupAttempt)).all()

    assert kinds == {"OrderPlaced", "OrderPaid"}  # their followers have not been served
    assert attempts == []


def test_mails_go_with_their_events_and_codes_after_a_day(adapters: Adapters, shop: Shop, clock: Any):
    now = clock.now()
    with adapters.database.write() as session:
        bought = apply_order(session, shop.id, order(), now)
        for days, state in ((91, "done"), (91, "parked"), (89, "done")):
            at = now - timedelta(days=days)
            mail = {"kind": "return_approved", "cause": f"{state}:{days}", "made_at": at, "due_at": at, "state": state}
            session.add(Message(shop_id=shop.id, order_id=bought.id, **mail))
        for hours in (25, 2):
            at = now - timedelta(hours=hours)
            code = {"code_hash": str(hours), "made_at": at, "expires_at": at}
            session.add(OneTimeCode(shop_id=shop.id, order_id=bought.id, **code))

    upkeep.clear(adapters)

    with adapters.database.read() as session:
        assert session.scalars(select(Message.cause).order_by(Message.id)).all() == ["parked:91", "done:89"]
        assert session.scalars(select(OneTimeCode.code_hash)).all() == ["2"]


def test_the_database_plans_by_what_was_counted(adapters: Adapters, shop: Shop, clock: Any):
    for number in range(30):
        put(adapters, shop, clock.now(), f"done-{number}")

    count_rows(adapters.database)

    if not adapters.config.is_sqlite:
        return  # PostgreSQL counts by itself: there was nothing to do, and nothing went wrong
    with adapters.database.read() as session:
        counted = session.execute(text("SELECT idx, stat FROM sqlite_stat1 WHERE tbl = 'delivery'")).all()
    assert {stat.split()[0] for _, stat in counted} == {"30"}


@pytest.mark.parametrize("in_use", ["by_many", "by_few"])
def test_whoever_is_connected_already_plans_by_what_was_counted_last(adapters: Adapters, in_use: str):
    if not adapters.config.is_sqlite:
        return
    engine, other = adapters.database.engine, {"by_many": "by_few", "by_few": "by_many"}[in_use]
    with engine.begin() as connection:
        for statement in ("CREATE TABLE thing (one, two)", f"CREATE INDEX {in_use} ON thing (two)",
                          f"CREATE INDEX {other} ON thing (one)"):  # fmt: skip
            connection.execute(text(statement))
    with engine.connect() as connected:
        _fill(engine, "one, two")
        count_rows(adapters.database)
        assert in_use in _plan(connected, 1)

        _fill(engine, "two, one")
        count_rows(adapters.database)
        assert other in _plan(connected, 2)


def _fill(engine: Engine, same_and_different: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM thing"))
        rows = [{"number": number} for number in range(30)]
        connection.execute(text(f"INSERT INTO thing ({same_and_different}) VALUES (1, :number)"), rows)


def _plan(connected: Connection, number: int) -> str:
    """How both columns are looked up; `number` makes it a statement that nobody has prepared. Only one that reads
    notices what others have changed."""
    connected.execute(text("SELECT count(*) FROM thing"))
    asked = f"EXPLAIN QUERY PLAN SELECT * FROM thing WHERE one = {number} AND two = {number}"
    detail: str = connected.execute(text(asked)).one().detail
    connected.rollback()
    return detail


def put(adapters: Adapters, shop: Shop, at: datetime, state: str) -> None:
    row = Delivery(
        **{"shop_id": shop.id, "webhook_id": f"{at}-{state}", "topic": "orders/create", "body": pack(b"{}")},
        **{"received_at": at, "due_at": at, "state": state},
    )
    with adapters.database.write() as session:
        session.add(row)
