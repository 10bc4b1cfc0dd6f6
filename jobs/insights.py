"""Counting days: what changed since the last time, the newest day first, each day in a transaction of its own."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, select

from jobs.each_shop import for_each, installed
from shopify_app.insights import changes, days, portraits
from shopify_app.insights.models import FiguresProgress, Portrait
from shopify_app.insights.periods import day_of
from shopify_app.queue import celery
from shopify_app.shops.models import Backfill, Shop
from shopify_app.wiring import Adapters

LOOKED_AT_NIGHTLY = 7
"""Days that are counted again each night whether or not anything was heard of them."""


@celery.task(name="jobs.count_figures", bind=True)
def count_figures(self: Any) -> None:
    """Counts what has become wrong, for every installed shop."""
    adapters: Adapters = self.app.adapters
    for_each(installed(adapters), partial(_count_and_draw, adapters))


@celery.task(name="jobs.draw_portraits", bind=True)
def draw_portraits(self: Any) -> None:
    """Counts the last days again, and who bought and what sold over the last month, quarter and year."""
    adapters: Adapters = self.app.adapters
    for_each(installed(adapters), partial(_count_lately_and_draw, adapters))


def _count_and_draw(adapters: Adapters, shop_id: int) -> None:
    count_shop(adapters, shop_id)
    if _wants_portraits(adapters, shop_id):
        draw_shop(adapters, shop_id)


def _count_lately_and_draw(adapters: Adapters, shop_id: int) -> None:
    mark_lately(adapters, shop_id)
    draw_shop(adapters, shop_id)


def mark_lately(adapters: Adapters, shop_id: int) -> None:
    """The last days, and older ones of which something waits: promises end without anything being heard."""
    with adapters.database.write() as session:
        shop, now = session.get_one(Shop, shop_id), adapters.clock.now()
        lately = {_today(adapters, shop) - timedelta(days=n) for n in range(LOOKED_AT_NIGHTLY)}
        days.mark(session, shop_id, lately | changes.days_waiting(session, shop, now))


def count_shop(adapters: Adapters, shop_id: int) -> int:
    """Counts every day of the shop that is not what it was; how many those were."""
    with adapters.database.write() as session:
        days.note_changes(session, shop_id, adapters.clock.now())
        stale = days.stale_days(session, shop_id)
    for day, marks in stale:
        days.recount(adapters.database, shop_id, day, adapters.clock.now(), marks)
    with adapters.database.write() as session:
        progress = session.scalars(select(FiguresProgress).where(FiguresProgress.shop_id == shop_id)).one()
        progress.counted_at = adapters.clock.now()
    return len(stale)


def draw_shop(adapters: Adapters, shop_id: int) -> None:
    """The shop's portraits up to yesterday."""
    for span in portraits.WINDOWS:
        with adapters.database.read() as session:
            shop = session.get_one(Shop, shop_id)
            until = _today(adapters, shop) - timedelta(days=1)
            drawn = portraits.draw(session, shop, span, until)
        with adapters.database.write() as session:
            portraits.keep(session, shop_id, drawn, adapters.clock.now())


def _wants_portraits(adapters: Adapters, shop_id: int) -> bool:
    """Before the first night, and once more when the reading of the shop's past has come to its end."""
    drawn = select(func.max(Portrait.made_at)).where(Portrait.shop_id == shop_id)
    read = select(Backfill.finished_at).where(Backfill.shop_id == shop_id, Backfill.kind == "orders")
    with adapters.database.read() as session:
        drawn_at, read_at = session.scalar(drawn), session.scalar(read)
    return drawn_at is None or (read_at is not None and drawn_at < read_at)


def _today(adapters: Adapters, shop: Shop) -> date:
    return day_of(adapters.clock.now(), shop.timezone)
