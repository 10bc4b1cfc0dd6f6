"""The tracking page beside the same server's hello world: latency at 200 requests a second, throughput, weight.

    .venv/bin/python -m benchmarks.tracking_page            # about four minutes
    .venv/bin/python -m benchmarks.tracking_page --quick

Ours: `postlude serve` (granian, one worker, 32 blocking threads, SQLite), twelve hundred orders with a parcel, six
scans and cards each; `GET /t/<token>`, and the page that the app proxy fetches, signed. *Again*: a hundred pages that
people reload. *First*: six hundred in turn, more than a server keeps, so each is made from the database; the steady
load has six hundred others, so that none is still kept when the rush begins. Hello world: a bare Flask view in the same
granian configuration. They are measured in turn, in rounds; the median round counts. wrk knows no rate: the steady 200
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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
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
READ_AGAIN = slice(100), slice(100)  # so many pages are reloaded
FIRST = slice(HALF), slice(HALF, ORDERS)
ROWS = {
    "alone, again": (ALONE, READ_AGAIN),
    "in the theme, again": (THEME, READ_AGAIN),
    "alone, first": (ALONE, FIRST),
    "in the theme, first": (THEME, FIRST),
    HELLO: (HELLO, (slice(1), slice(1))),
}
"""What is measured: which page, and which of them in turn, by the steady load and by the rush."""


@dataclass(frozen=True)
class Round:
    pace: Pace
    per_second: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # the servers end with us
    seconds, rounds = (3, 1) if parser.parse_args().quick else (6, 3)
    with tempfile.TemporaryDirectory() as folder, servers(Path(folder)) as (ports, tokens):
        weights = {row: weigh(ports[page], paths(page, tokens)[0]) for row, (page, _) in ROWS.items()}
        measured: dict[str, list[Round]] = {name: [] for name in ROWS}
        for number in range(rounds):
            for name, (page, parts) in ROWS.items():
                steady, rush = (partial(paths, page, tokens[part]) for part in parts)
                measured[name].append(measure(ports[page], steady, rush, Path(folder) / "paths", seconds))
                print(f"  round {number + 1}, {name}: {measured[name][-1]}", file=sys.stderr, flush=True)
    sys.exit(0 if report(measured, weights) else 1)


def measure(
    port: int, steady: Callable[[], Sequence[str]], rush: Callable[[], Sequence[str]], listed: Path, seconds: int
) -> Round:
    """Warm up, steady load, then as much as 32 connections can ask for (of the rush's addresses, put into `listed`)."""
    asyncio.run(paced(port, rush(), PER_SECOND, 1))
    pace = asyncio.run(paced(port, steady(), PER_SECOND, seconds))
    listed.write_text("\n".join(rush()))
    command = ["wrk", "-t1", "-c32", f"-d{seconds}s", "-s", str(HERE / "tracking_get.lua"), f"http://127.0.0.1:{port}"]
    environment = os.environ | {"PATHS": str(listed)}
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told:
        sys.exit(f"not every answer was a page:\n{told}")
    found = re.search(r"Requests/sec:\s*([\d.]+)", told)
    return Round(pace, float(found.group(1)) if found else 0.0)


def report(measured: Mapping[str, Sequence[Round]], weights: Mapping[str, int]) -> bool:
    """Prints the comparison; whether our pages keep to their gates."""
    middle = {name: sorted(runs, key=lambda run: run.per_second)[len(runs) // 2] for name, runs in measured.items()}
    calm = {name: sorted((run.pace for run in runs), key=lambda pace: pace.p99_ms) for name, runs in measured.items()}
    hello, is_good = middle[HELLO].per_second, True
    print(f"\n{'':20} {'of hello':>9} {'at 200/s: p50':>14} {'p99':>8} {'gzipped':>8}")
    for name, run in middle.items():
        pace = calm[name][len(calm[name]) // 2]
        share = run.per_second / hello
        print(f"{name:20} {share:>9.3f} {pace.p50_ms:>11.1f} ms {pace.p99_ms:>8.1f} {weights[name]:>8}")
        is_good &= pace.p50_ms <= P50_MS and pace.p99_ms <= P99_MS and pace.refused == 0
        is_good &= share >= OF_HELLO and weights[name] <= MOST_BYTES
    return is_good


def weigh(port: int, path: str) -> int:
    """Bytes of the body, gzipped."""

    async def body() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        status, found = await get(reader, writer, path)
        writer.close()
        return found if status == 200 else sys.exit(f"{path} answers {status}")

    return len(gzip.compress(asyncio.run(body()), 6))


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
