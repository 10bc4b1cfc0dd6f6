"""A million orders: how large they are, and how long it takes to find one.

    .venv/bin/python -m benchmarks.scale                       # SQLite, then a throw-away PostgreSQL; some minutes
    .venv/bin/python -m benchmarks.scale --orders 100000 --only sqlite

Beside the orders: 2.1 lines, one parcel and five scans of each, one link, two shops. The database makes the rows out of
numbers, with every index of the product in place. Then two thousand look-ups of each kind through `orders.access`:
by the token of a link, and by number and e-mail address; each in a session of its own, as a request makes it. Needs
2 GB under .cache (SQLite) and as much under /tmp (PostgreSQL), given back at the end.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url, text

from benchmarks.scale_rows import email_of, fill, nonce_of, number_of, shop_of
from scripts.with_postgres import server
from shopify_app.crypto import Keyring
from shopify_app.db import Database
from shopify_app.orders.access import Proof, find_order, open_link
from shopify_app.row_counts import count_rows
from shopify_app.tables import metadata

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CACHE = Path(__file__).parent.parent / ".cache" / "benchmarks"
MOST_MS = 10.0
KEYRING = Keyring((b"k" * 32,))


@dataclass(frozen=True)
class Measured:
    """Milliseconds of each look-up, and what the database takes on disk."""

    by_token: Sequence[float]
    by_number: Sequence[float]
    bytes_per_order: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--look-ups", type=int, default=2_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    wanted = parser.parse_args()
    print(
        f"{wanted.orders} orders\n{'':12} {'by token: p50':>14}"
        f" {'p99':>8} {'by number: p50':>15} {'p99':>8} {'B an order':>11}"
    )
    slowest = 0.0
    for name, opened in {"sqlite": on_sqlite, "postgresql": on_postgresql}.items():
        if wanted.only in (None, name):
            with opened() as database:
                slowest = max(slowest, report(name, measure(database, wanted.orders, wanted.look_ups)))
    sys.exit(0 if slowest <= MOST_MS else 1)


def measure(database: Database, orders: int, look_ups: int, seed: int = 1) -> Measured:
    """Fills the database and looks some of its orders up."""
    dice = random.Random(seed)
    asked = [dice.randint(1, orders) for _ in range(look_ups)]
    started = time.perf_counter()
    metadata.create_all(database.engine)
    fill(database, orders, set(asked))
    _look_after(database)
    print(f"  filled in {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    return Measured(
        by_token=[_timed(lambda number=number: _by_token(database, number)) for number in asked],
        by_number=[_timed(lambda number=number: _by_number(database, number)) for number in asked],
        bytes_per_order=_size(database) / orders,
    )


def report(name: str, measured: Measured) -> float:
    """Prints a line; the slower of the two 99th percentiles."""
    token, number = sorted(measured.by_token), sorted(measured.by_number)
    half, last = len(token) // 2, len(token) * 99 // 100
    print(
        f"{name:12} {token[half]:>11.2f} ms {token[last]:>8.2f} {number[half]:>12.2f} ms {number[last]:>8.2f}"
        f" {measured.bytes_per_order:>11.0f}",
        flush=True,
    )
    return max(token[last], number[last])


@contextmanager
def on_sqlite() -> Iterator[Database]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        database = Database(f"sqlite:///{folder}/scale.sqlite3", KEYRING)
        yield database
        database.engine.dispose()


@contextmanager
def on_postgresql() -> Iterator[Database]:
    with server() as address:
        url = make_url(address).set(drivername="postgresql+psycopg")
        database = Database(url.render_as_string(hide_password=False), KEYRING)
        yield database
        database.engine.dispose()


def _by_token(database: Database, number: int) -> None:
    nonce = nonce_of(number)
    with database.read() as session:
        found = open_link(session, nonce + database.keyring.stamp("link", nonce), NOW)
    _check(found.shopify_id, number)


def _by_number(database: Database, number: int) -> None:
    with database.read() as session:
        found, _ = find_order(session, shop_of(number), f"#{number_of(number)}", Proof(email=email_of(number)))
    _check(found.shopify_id, number)


def _check(found: int, wanted: int) -> None:
    if found != wanted:
        raise AssertionError(f"looked for order {wanted}, found {found}")


def _look_after(database: Database) -> None:
    """What each does in its own time: PostgreSQL's autovacuum, on SQLite the hourly counting of rows. A million orders
    are not a minute old in a shop either."""
    if database.engine.dialect.name == "sqlite":
        count_rows(database)
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM (ANALYZE)")


def _size(database: Database) -> int:
    """Bytes of tables and indexes."""
    is_sqlite = database.engine.dialect.name == "sqlite"
    with database.engine.connect() as connection:
        if is_sqlite:
            asked = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        else:
            asked = "SELECT sum(pg_total_relation_size(relid)) FROM pg_stat_user_tables"
        return int(connection.execute(text(asked)).scalar_one())


def _timed(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
