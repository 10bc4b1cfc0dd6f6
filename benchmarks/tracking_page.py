"""The tracking page beside the same server's hello world: latency at 200 requests a second, throughput, weight.

    .venv/bin/python -m benchmarks.tracking_page            # about four minutes
    .venv/bin/python -m benchmarks.tracking_page --quick

Ours: `postlude serve` (granian, one worker, 32 blocking threads, SQLite), twelve hundred orders with a parcel, six
scans and cards each; `GET /t/<token>`, and the page that the app proxy fetches, signed. *Again*: a hundred pages that
people reload. *First*: six hundred in turn, more than a server keeps, and the other six hundred the next time, so each
is made from the database. Hello world: a bare Flask view in the same granian configuration.

A machine's speed wanders, and not by as much for every row. So all rows take short turns, one after the other; a row's
share is that of hello world in the same turn, and the middle one of all turns counts. wrk knows no rate: the steady 200
a second come from benchmarks/paced.py, and from the same processors as the server.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import hashlib
import hmac
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode

from flask import Flask

from benchmarks.intake import free_port, kill_group, listening, spawn
from benchmarks.paced import Pace, get, paced
from benchmarks.tracking_shop import ORDERS, fill
from shopify_app.config import load_config
from shopify_app.crypto import Keyring
from shopify_app.db import Database
from shopify_app.migrate import upgrade

HERE = Path(__file__).parent
SECRET, SHOP, PREFIX = "the benchmark's secret, long enough", "mara-goods.myshopify.com", "/apps/order-care"
PER_SECOND = 200
P50_MS, P99_MS, OF_HELLO, MOST_BYTES = 5.0, 25.0, 0.08, 7 * 1024
ALONE, THEME, HELLO = "alone", "in the theme", "hello world"
HALF = ORDERS // 2
AGAIN, FIRST = (slice(100),), (slice(HALF), slice(HALF, ORDERS))
ROWS = {
    "alone, again": (ALONE, AGAIN),
    "in the theme, again": (THEME, AGAIN),
    "alone, first": (ALONE, FIRST),
    "in the theme, first": (THEME, FIRST),
    HELLO: (HELLO, (slice(1),)),
}
"""What is measured: which page, and which orders' pages, one part after the other."""


@dataclass
class Row:
    """A page under load: steady, once in each round; and as much as could be asked for, requests a second by turn."""

    paces: list[Pace] = field(default_factory=list)
    rushes: list[float] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # the servers end with us
    rounds, seconds, turns = (1, 3, 7) if parser.parse_args().quick else (3, 6, 27)
    with tempfile.TemporaryDirectory() as folder, servers(Path(folder)) as (ports, tokens):
        weights = {name: weigh(ports[page], paths(page, tokens)[0]) for name, (page, _) in ROWS.items()}
        rows = {name: Row() for name in ROWS}

        def asked(name: str, number: int) -> tuple[int, list[str]]:
            page, parts = ROWS[name]
            return ports[page], paths(page, tokens[parts[number % len(parts)]])

        for number, (name, row) in product(range(rounds), rows.items()):
            asyncio.run(paced(*asked(name, number + 1), PER_SECOND, 1))
            row.paces.append(asyncio.run(paced(*asked(name, number), PER_SECOND, seconds)))
            told(f"  at {PER_SECOND}/s, {name}: {row.paces[-1]}")
        for number in range(turns):
            for name, row in rows.items():
                row.rushes.append(rush(*asked(name, number), Path(folder) / "paths"))
            told("  " + ", ".join(f"{name} {row.rushes[-1]:.0f}" for name, row in rows.items()))
    sys.exit(0 if report(rows, weights) else 1)


def told(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def rush(port: int, asked: Sequence[str], listed: Path) -> float:
    """As many requests a second as 32 connections get answered, of the addresses `asked`, in a turn of a second. It
    is over when the server has answered what wrk left behind, a page for each connection."""
    listed.write_text("\n".join(asked))
    command = ["wrk", "-t1", "-c32", "-d1s", "-s", str(HERE / "tracking_get.lua"), f"http://127.0.0.1:{port}"]
    environment = os.environ | {"PATHS": str(listed)}
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    fetched(port, asked[-1])
    if "Non-2xx" in said:
        sys.exit(f"not every answer was a page:\n{said}")
    found = re.search(r"Requests/sec:\s*([\d.]+)", said)
    return float(found.group(1)) if found else 0.0


def report(rows: Mapping[str, Row], weights: Mapping[str, int]) -> bool:
    """Prints the comparison; whether our pages keep to their gates."""
    is_good = True
    print(f"\n{'':20} {'of hello':>9} {'(quarters)':>15} {'at 200/s: p50':>14} {'p99':>8} {'gzipped':>8}")
    for name, row in rows.items():
        shares = [ours / hello for ours, hello in zip(row.rushes, rows[HELLO].rushes, strict=True)]
        low, share, high = quantiles(shares, n=4)
        pace = sorted(row.paces, key=lambda pace: pace.p99_ms)[len(row.paces) // 2]
        quarters = f"{low:.3f}-{high:.3f}"
        print(f"{name:20} {share:>9.3f} {quarters:>15} {pace.p50_ms:>11.1f} ms {pace.p99_ms:>8.1f} {weights[name]:>8}")
        is_good &= pace.p50_ms <= P50_MS and pace.p99_ms <= P99_MS and pace.refused == 0
        is_good &= share >= OF_HELLO and weights[name] <= MOST_BYTES
    return is_good


def weigh(port: int, path: str) -> int:
    """Bytes of the body, gzipped."""
    return len(gzip.compress(fetched(port, path), 6))


def fetched(port: int, path: str) -> bytes:
    """The body of a page, which is made after those that were asked for before."""

    async def body() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        status, found = await get(reader, writer, path)
        writer.close()
        return found if status == 200 else sys.exit(f"{path} answers {status}")

    return asyncio.run(body())


def paths(name: str, tokens: Sequence[str]) -> list[str]:
    """The addresses of a page to ask for, signed now where they must be."""
    if name == HELLO:
        return ["/"]
    if name == ALONE:
        return [f"/t/{token}" for token in tokens]
    query = {
        "logged_in_customer_id": "", "path_prefix": PREFIX, "shop": SHOP,
        "timestamp": str(int(datetime.now(UTC).timestamp())),
    }  # fmt: skip
    message = "".join(f"{key}={value}" for key, value in sorted(query.items()))
    signed = query | {"signature": hmac.new(SECRET.encode(), message.encode(), hashlib.sha256).hexdigest()}
    return [f"/proxy/t/{token}?{urlencode(signed)}" for token in tokens]


@contextmanager
def servers(folder: Path) -> Iterator[tuple[dict[str, int], list[str]]]:
    """The product over a filled database, and hello world: ports by name, and the tokens of the pages."""
    ours, hello = free_port(), free_port()
    environment = os.environ | {
        "SHOPIFY_API_KEY": "benchmark", "SHOPIFY_API_SECRET": SECRET, "POSTLUDE_ENCRYPTION_KEYS": "00" * 32,
        "POSTLUDE_DATA_DIR": str(folder), "POSTLUDE_APP_URL": f"http://127.0.0.1:{ours}", "POSTLUDE_LOG_LEVEL": "ERROR",
    }  # fmt: skip
    for name in ("DATABASE_URL", "REDIS_URL", "POSTLUDE_CLOCK_FILE"):
        environment.pop(name, None)
    config = load_config(environment)
    upgrade(config.database_url)
    database = Database(config.database_url, Keyring(config.encryption_keys))
    tokens = fill(database, SHOP, datetime.now(UTC))
    database.engine.dispose()
    granian = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--workers", "1", "--no-ws"]
    granian += ["--blocking-threads", "32", "--backlog", "1024", "--port", str(hello), "benchmarks.tracking_page:hello"]
    commands = {ours: [sys.executable, "-m", "shopify_app.cli", "serve", "--port", str(ours)], hello: granian}
    running = {port: spawn(command, environment) for port, command in commands.items()}
    try:
        for port, process in running.items():
            listening(process, port)
        yield {ALONE: ours, THEME: ours, HELLO: hello}, tokens
    finally:
        for process in running.values():
            kill_group(process)


hello = Flask(__name__)


@hello.get("/")
def greet() -> str:
    """The least a Flask view can do."""
    return "Hello, world"


if __name__ == "__main__":
    main()
