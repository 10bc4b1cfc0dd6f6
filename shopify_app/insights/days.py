"""A day is counted whole, and what was counted before is thrown away: to count it again changes nothing but what has
become wrong.

Which days those are is read from the shop's events (`note_changes`); any day can be marked by hand (`mark`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from shopify_app.db import Database, Session
from shopify_app.insights.changes import days_changed
from shopify_app.insights.counting import money, parcels, returns, sales, views
from shopify_app.insights.counting.window import ShopDay, shop_day
from shopify_app.insights.counts import Count, Tally
from shopify_app.insights.models import DayFigure, FiguresProgress, ProductDay, StaleDay
from shopify_app.insights.periods import day_of
from shopify_app.orders.models import Order
from shopify_app.shops.models import Shop

AT_ONCE = 5_000
"""Events that are looked through in one go."""


def note_changes(session: Session, shop_id: int, now: datetime) -> FiguresProgress:
    """Marks every day of the shop that something changed on since the last time: by its events, and yesterday and
    today, for views and clicks are no events. A shop that was never counted, or lives by another clock now, is marked
    as a whole."""
    shop = session.get_one(Shop, shop_id)
    progress = session.scalar(select(FiguresProgress).where(FiguresProgress.shop_id == shop_id))
    today = day_of(now, shop.timezone)
    if progress is None or progress.timezone != shop.timezone:
        progress = _begun(session, shop, progress, today)
    while True:
        seen = days_changed(session, shop, progress.events_seen, now, AT_ONCE)
        mark(session, shop_id, seen.days)
        progress.events_seen = seen.up_to
        if not seen.more:
            break
    mark(session, shop_id, {today, today - timedelta(days=1)})
    return progress


def mark(session: Session, shop_id: int, days: Collection[date]) -> None:
    """These days are to be counted again."""
    if not days:
        return
    is_postgres = session.get_bind().dialect.name == "postgresql"
    made = (postgresql.insert(StaleDay) if is_postgres else sqlite.insert(StaleDay)).values(
        [{"shop_id": shop_id, "day": day, "marks": 1} for day in sorted(days)]
    )
    session.execute(made.on_conflict_do_update(index_elements=["shop_id", "day"], set_={"marks": StaleDay.marks + 1}))


def stale_days(session: Session, shop_id: int) -> list[tuple[date, int]]:
    """The marked days with their marks, the newest first: those are looked at."""
    wanted = select(StaleDay.day, StaleDay.marks).where(StaleDay.shop_id == shop_id)
    return [(day, marks) for day, marks in session.execute(wanted.order_by(StaleDay.day.desc()))]


def recount(database: Database, shop_id: int, day: date, now: datetime, marks: int | None = None) -> None:
    """Counts one day anew: read first, then thrown away and written in one short transaction. The day's mark goes,
    unless it was marked again since `marks` was read."""
    with database.read() as session:
        tally, sold = count(session, shop_day(session.get_one(Shop, shop_id), day, now))
    with database.write() as session:
        _write(session, shop_id, day, tally, sold)
        done = delete(StaleDay).where(StaleDay.shop_id == shop_id, StaleDay.day == day)
        session.execute(done if marks is None else done.where(StaleDay.marks == marks))


def count(session: Session, day: ShopDay) -> tuple[Tally, sales.Sold]:
    """Everything that is counted of a day."""
    tally = Tally()
    for part in (
        *(sales.count_orders, sales.count_hand_overs, sales.count_card_sales, parcels.count_deliveries),
        *(returns.count_returns, returns.count_units, returns.count_answers, money.count_money),
        *(money.count_refund_times, views.count_views, views.count_look_ups),
    ):
        part(session, day, tally)
    return tally, sales.count_products(session, day, tally)


def _write(session: Session, shop_id: int, day: date, tally: Tally, sold: sales.Sold) -> None:
    session.execute(
        delete(DayFigure).where(DayFigure.shop_id == shop_id, DayFigure.measure.in_(list(Count)), DayFigure.day == day)
    )
    session.execute(delete(ProductDay).where(ProductDay.shop_id == shop_id, ProductDay.day == day))
    figures = [
        {"shop_id": shop_id, "day": day, "measure": count, "key": key, "currency": currency, "number": number}
        for (count, key, currency), number in sorted(tally.numbers.items())
    ]
    products = [
        {"shop_id": shop_id, "day": day, "product_id": product_id, "units": units, "sales": worth}
        for product_id, (units, worth) in sorted(sold.items())
    ]
    for model, rows in ((DayFigure, figures), (ProductDay, products)):
        if rows:
            session.execute(insert(model), rows)


def _begun(session: Session, shop: Shop, known: FiguresProgress | None, today: date) -> FiguresProgress:
    """Everything that was ever ordered is marked. Events are looked at from the first one on: they say what happened
    on days before that, and to mark a day twice costs nothing."""
    progress = known or FiguresProgress(shop_id=shop.id, events_seen=0)
    progress.timezone = shop.timezone
    session.add(progress)
    session.flush()
    first = session.scalar(select(func.min(Order.placed_at)).where(Order.shop_id == shop.id))
    since = min(today, day_of(first, shop.timezone)) if first else today
    mark(session, shop.id, set(_days(since, today)))
    return progress


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
