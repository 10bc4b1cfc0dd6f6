"""The figures of a million orders: how long a day takes to count, and how long the overview takes to answer.

    nice .venv/bin/python -m benchmarks.insights                    # a million orders on SQLite; a quarter of an hour
    .venv/bin/python -m benchmarks.insights --orders 100000

The orders of `benchmarks.scale`, spread over a year, with customers, products, returns and views beside them, counted
day by day as the job counts them. Then the overview of 30, 90 and 365 days is read and put together, compared with the
days before: ten times each, the first of which finds nothing in memory. Exit status 1 when one takes longer than a
second.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from sqlalchemy import text

from benchmarks.scale import NOW, on_sqlite
from benchmarks.scale_rows import fill
from shopify_app.admin.insights.asked import Asked, asked
from shopify_app.admin.insights.door import READ_PRODUCTS
from shopify_app.admin.insights.questions import SERIES, Overview, Read
from shopify_app.admin.insights.words import Writer
from shopify_app.db import Database
from shopify_app.i18n import STAFF, Languages
from shopify_app.insights import days, portraits, report
from shopify_app.insights.breakdowns import returned_products
from shopify_app.insights.periods import buckets, day_of
from shopify_app.insights.today import waiting
from shopify_app.row_counts import count_rows
from shopify_app.shops.models import Shop
from shopify_app.tables import metadata

MOST_SECONDS = 1.0
RANGES, TIMES = (30, 90, 365), 10
DAYS = 365
MARA = 1
ENGLISH = Languages(first=STAFF).choose(["en"])

# Orders lie on one morning in benchmarks.scale: spread over the year before NOW, a third of them by customers.
SPREAD = f"""UPDATE "order" SET placed_at = datetime('{NOW:%Y-%m-%d %H:%M:%S}', '-' || (id % {DAYS}) || ' days',
  '-' || (id % 1440) || ' minutes') || '.000000', customer_id = CASE WHEN id % 3 = 0 THEN 1 + id % 200000 END"""
PARCELS = """UPDATE shipment SET shipped_at = o.placed_at, accepted_at = o.placed_at,
  delivered_at = datetime(o.placed_at, '+3 days') || '.000000' FROM "order" o WHERE o.id = shipment.order_id"""
CUSTOMERS = """INSERT INTO customer (id, shop_id, shopify_id, tags, orders_count, fact_at)
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
  SELECT i, 1, i, '[]', 1, '2026-01-01 00:00:00.000000' FROM n"""
LESSONS = """INSERT INTO transit_counted (shop_id, shipment_id, working_days, rank, error_days, counted_at)
  SELECT shop_id, id, 1 + id % 4, 0.5, CASE WHEN id % 5 = 0 THEN NULL ELSE id % 5 - 3 END, delivered_at FROM shipment"""
VIEWS = """INSERT INTO page_view (shop_id, order_id, day, surface, count)
  SELECT shop_id, id, date(placed_at, '+1 day'), 'proxy', 1 + id % 4 FROM "order" WHERE id % 2 = 0"""
RETURNS = """INSERT INTO "return" (id, shop_id, order_id, rma, state, source, currency, requested_at,
  approved_at, version) SELECT id, shop_id, id, 'R-' || id, 'closed', 'shopper', 'EUR',
  datetime(placed_at, '+6 days') || '.000000',
  datetime(placed_at, '+6 days', '+' || (id % 50) || ' hours') || '.000000', 0 FROM "order" WHERE id % 20 = 1"""
GROUPS = """INSERT INTO release_group (id, shop_id, return_id, position, outcome, money_event, state, currency,
  accepted, shopify_lines) SELECT id, shop_id, id, 1, CASE id % 3 WHEN 0 THEN 'refund' WHEN 1 THEN 'store_credit' ELSE
  'product_exchange' END, 'inspection', 'settled', 'EUR', '{}', '{}' FROM "return" """
LINES = """INSERT INTO return_line (shop_id, return_id, group_id, line_id, quantity, outcome, method, reason)
  SELECT r.shop_id, r.id, r.id, r.id * 10, 1, g.outcome, 'label', 'reason-' || (r.id / 7 % 9)
  FROM "return" r JOIN release_group g ON g.id = r.id"""
BOOKED = """INSERT INTO ledger_row (shop_id, order_id, return_id, group_id, posting, position, at, account, amount,
  currency, tender) SELECT r.shop_id, r.id, r.id, r.id, 'g' || r.id || '.process', k,
  datetime(r.requested_at, '+5 days') || '.000000',
  CASE WHEN k = 1 THEN 'goods' WHEN g.outcome = 'refund' THEN 'refund' WHEN g.outcome = 'store_credit' THEN
  'store_credit_refund' ELSE 'exchange_sale' END, CASE WHEN k = 1 THEN 9000 ELSE -9000 END, 'EUR', 'store_credit'
  FROM "return" r JOIN release_group g ON g.id = r.id CROSS JOIN (SELECT 1 AS k UNION ALL SELECT 2)"""
TRADE = (CUSTOMERS, SPREAD, PARCELS, LESSONS, VIEWS, RETURNS, GROUPS, LINES, BOOKED)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=1_000_000)
    wanted = parser.parse_args()
    with on_sqlite() as database:
        with told(f"{wanted.orders} orders made"):
            trade(database, wanted.orders)
        with told(f"{DAYS} days counted"):
            count(database)
        with told("portraits drawn"):
            draw(database)
        slowest = measure(database)
    sys.exit(0 if slowest <= MOST_SECONDS else 1)


def trade(database: Database, orders: int) -> None:
    """A year of it."""
    metadata.create_all(database.engine)
    fill(database, orders, ())
    with database.engine.begin() as connection:
        for statement in TRADE:
            connection.execute(text(statement))
    count_rows(database)


def count(database: Database) -> None:
    """Mara's days, one after the other, as `jobs.insights` does it."""
    for n in range(DAYS):
        days.recount(database, MARA, today() - timedelta(days=n), NOW)


def draw(database: Database) -> None:
    for window in portraits.WINDOWS:
        with database.read() as session:
            drawn = portraits.draw(session, session.get_one(Shop, MARA), window, today() - timedelta(days=1))
        with database.write() as session:
            portraits.keep(session, MARA, drawn, NOW)


def measure(database: Database) -> float:
    """Prints a line for each range; the slowest answer in seconds."""
    print(f"{'':24} {'first':>9} {'median':>9} {'slowest':>9}")
    slowest = 0.0
    for reach in RANGES:
        with database.read() as session:
            wanted = asked({"days": str(reach), "compare": "before"}, session.get_one(Shop, MARA), NOW)
        slowest = max(slowest, _line(f"overview, {reach} days", lambda wanted=wanted: overview(database, wanted)))
    return max(slowest, _line("what needs a hand today", lambda: hands(database)))


def overview(database: Database, wanted: Asked) -> None:
    """All that the page reads and puts together, but for its template."""
    writer = Writer(ENGLISH, "EUR")
    with database.read() as session:
        report.freshness(session, MARA)
        now, before = report.two_sums(session, MARA, wanted.span, wanted.before)
        read = Read(
            now=now,
            before=before,
            parts=report.series(session, MARA, buckets(wanted.span), SERIES),
            products=returned_products(session, MARA, wanted.span, READ_PRODUCTS),
            drawn=portraits.nearest(session, MARA, wanted.span.days),
        )
    sections = Overview(wanted, read, writer, lambda **_: "").sections()
    if any(section.empty for section in sections if section.handle != "page"):
        raise AssertionError("a question was not answered")


def hands(database: Database) -> None:
    with database.read() as session:
        waiting(session, session.get_one(Shop, MARA), NOW)


def today() -> date:
    return day_of(NOW, "UTC")


def _line(name: str, work: Callable[[], None]) -> float:
    took = [_timed(work) for _ in range(TIMES)]
    print(f"{name:24} {took[0]:>7.3f} s {statistics.median(took):>7.3f} s {max(took):>7.3f} s", flush=True)
    return max(took)


def _timed(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@contextmanager
def told(what: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    print(f"  {what} in {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
