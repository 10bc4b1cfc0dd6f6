"""A rehearsal over a large shop: how long it thinks, and that it takes no more memory for ten times the orders.

    .venv/bin/python -m benchmarks.rehearsal                  # 10,000 orders, then 100,000, on SQLite; some minutes
    .venv/bin/python -m benchmarks.rehearsal --orders 20000

Orders of ninety days with 2.1 lines in one parcel each, 5,000 products, a return of one line on every twentieth; the
preset of 30 days against the busiest one. Each size runs in a process of its own. Seconds are of the processor.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text

from benchmarks.scale_rows import fill
from shopify_app.catalogue.models import Product
from shopify_app.crypto import Keyring
from shopify_app.db import Database
from shopify_app.money import Money
from shopify_app.returns.amounts import Rates
from shopify_app.returns.models import Return, ReturnLine
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.returns.paid import Manner, PaidOrder, Pick, Request
from shopify_app.returns.presets import EU_CONSUMER
from shopify_app.returns.pricing import price
from shopify_app.returns.rehearsal.rehearse import rehearse
from shopify_app.returns.stored import settlement_to_stored
from shopify_app.returns.tenders import Tender
from shopify_app.returns.units import PaidLine
from shopify_app.returns.verdicts import Promise, Terms
from shopify_app.returns.vocabulary import Outcome, TenderKind
from shopify_app.shops.models import Shop
from shopify_app.tables import metadata

CACHE = Path(__file__).parent.parent / ".cache" / "benchmarks"
KEYRING = Keyring((b"k" * 32,))
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PRODUCTS, A_RETURN_EVERY = 5000, 20
MOST_GROWTH_MB = 100
"""What ten times the orders may add to the peak."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--alone", action="store_true", help="Measure this size in this process.")
    wanted = parser.parse_args()
    if wanted.alone:
        print(json.dumps(measure(wanted.orders)))
        return
    small, large = (_in_a_process(orders) for orders in (wanted.orders // 10, wanted.orders))
    for each in (small, large):
        per_second = each["orders"] / each["seconds"]
        print(
            f"{each['orders']:>9,} orders, {each['returns']:>6,} returns: {each['seconds']:>6.1f} s,"
            f" {per_second:>6,.0f} orders a second, peak {each['peak_mb']:>5.0f} MB"
        )
    growth = large["peak_mb"] - small["peak_mb"]
    print(f"ten times the orders add {growth:.0f} MB (gate {MOST_GROWTH_MB})")
    sys.exit(0 if growth <= MOST_GROWTH_MB else 1)


def measure(orders: int) -> dict[str, Any]:
    """Fills a database in another process's stead, rehearses, and says what it took."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        database = Database(f"sqlite:///{folder}/rehearsal.sqlite3", KEYRING)
        metadata.create_all(database.engine)
        fill(database, orders, ())
        _spread(database)
        _send_back(database, orders)
        with database.read() as session:
            shop = session.scalars(select(Shop).order_by(Shop.id)).first()
        assert shop is not None
        started = time.process_time()
        found = rehearse(database, shop, EU_CONSUMER, NOW)
        seconds = time.process_time() - started
        database.engine.dispose()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"orders": found.lines.orders, "returns": found.returns.made, "seconds": seconds, "peak_mb": peak}


def _in_a_process(orders: int) -> dict[str, Any]:
    asked = [sys.executable, "-m", "benchmarks.rehearsal", "--orders", str(orders), "--alone"]
    return json.loads(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)


def _spread(database: Database) -> None:
    """Over ninety days, delivered after three, with products that have tags, and what travelled in which parcel."""
    placed = _written("'2026-11-23 12:00:00', '-' || (id % 89) || ' days'")
    shipped = _written("placed_at, '+1 day'")
    delivered = _written("shipped_at, '+' || (2 + id % 5) || ' days'")
    statements = [
        f'UPDATE "order" SET placed_at = {placed}',
        f'UPDATE shipment SET shipped_at = (SELECT {shipped} FROM "order" o WHERE o.id = order_id)',
        f"UPDATE shipment SET delivered_at = {delivered}",
        "INSERT INTO shipment_line (shop_id, shipment_id, line_shopify_id, quantity)"
        " SELECT shop_id, order_id, shopify_id, quantity FROM order_line",
        "ANALYZE",
    ]
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    tags = ([], ["sale"], ["final sale"], ["outdoor", "new"])
    rows = [
        {"shop_id": 1, "shopify_id": number, "handle": f"p{number}", "title": "Fell boots", "tags": tags[number % 4],
         "created_at": NOW, "fact_at": NOW}
        for number in range(PRODUCTS)
    ]  # fmt: skip
    with database.write() as session:
        session.execute(insert(Product), rows)


def _written(moment: str) -> str:
    """A moment as the product writes it, so that it can be compared with one."""
    return f"strftime('%Y-%m-%d %H:%M:%S.000000', {moment})"


def _send_back(database: Database, orders: int) -> None:
    """A line of every twentieth order comes back twelve days after it was bought, for a refund or for credit."""
    forms = [(outcome, json.dumps(_settlement(outcome))) for outcome in (Outcome.REFUND, Outcome.STORE_CREDIT)]
    mine = [number for number in range(1, orders + 1, A_RETURN_EVERY) if number % 10]
    with database.write() as session:
        for number in mine:
            outcome, form = forms[number // A_RETURN_EVERY % 2]
            at = min(NOW, NOW - timedelta(days=number % 89 + 1) + timedelta(days=12))
            about = {"shop_id": 1, "return_id": number}
            session.execute(insert(Return).values(
                id=number, shop_id=1, order_id=number, rma=f"R-{number}-1", state="closed", currency="EUR",
                requested_at=at,
            ))  # fmt: skip
            session.execute(insert(ReleaseGroup).values(
                id=number, **about, position=1, outcome=outcome, money_event="receipt", state="settled", currency="EUR",
                accepted=json.loads(form.replace("9001", str(number * 10))),
            ))  # fmt: skip
            session.execute(insert(ReturnLine).values(
                id=number, **about, group_id=number, line_id=number * 10, fulfillment_id=number, quantity=1,
                outcome=outcome, method="label",
            ))  # fmt: skip


def _settlement(outcome: Outcome) -> dict[str, Any]:
    """A settlement of one unit of a line of `scale_rows`, called 9001."""
    line = PaidLine(9001, 1, Money(10000, "EUR"), Money(1000, "EUR"), Money(1800, "EUR"))
    tender = Tender("payment", TenderKind.PAYMENT, Money(9000, "EUR"))
    order = PaidOrder(1, Rates("EUR", "EUR"), True, (line,), (tender,))
    bonus = Promise(percent=Decimal(10)) if outcome is Outcome.STORE_CREDIT else None
    terms = Terms(outcome, date(2026, 1, 1), None, bonus=bonus)
    (priced,) = price(order, [Pick.of(9001, 1, terms)], Request("R-1", NOW), Manner())
    return settlement_to_stored(priced)


if __name__ == "__main__":
    main()
