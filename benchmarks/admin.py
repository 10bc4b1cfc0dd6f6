"""The admin of a large shop: every page from the map of addresses, at twenty requests a second.

    .venv/bin/python -m benchmarks.admin              # 100,000 orders, 10,000 returns; then all of these open
    .venv/bin/python -m benchmarks.admin --quick      # a fifth of it, once
    .venv/bin/python -m benchmarks.admin --bulk       # besides: one verb for all 10,000 at once, carried out
    .venv/bin/python -m benchmarks.admin --lighthouse # besides: Lighthouse on pages of the demo

`postlude serve` (granian, SQLite) over the shop that the tests furnish, grown. Each request comes with a session token
of its own, signed when it is sent, and is timed from when it was due. Pages marked * ask Shopify (a stand-in in the
benchmark's own process) before they answer, and are not held to the gate of time. In process, one after the other,
every page is asked for its statements, its weight and its processor time, which says more than the clock on a busy
machine. Papers (PDF) are told in process only: drawing one is a third of a second's work, and nobody draws one every
fifth second. Exit status 1 when a gate is missed: p99 over all 150 ms, 12 statements, 40 KB gzipped.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import logging
import math
import os
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event
from werkzeug.serving import make_server

from benchmarks import admin_bulk, admin_lighthouse
from benchmarks.admin_shop import ALL_OPEN, KEY, MIXED, Furnished, Place, open_shop
from benchmarks.intake import free_port, kill_group, listening, spawn
from benchmarks.paced import get

PER_SECOND, CONNECTIONS = 20, 16
MOST_MS, MOST_STATEMENTS, MOST_BYTES = 150.0, 12, 40 * 1024
TIMES = 5
"""How often each page is asked for in process."""
SHOPPERS = "/app/preview/"
"""The shoppers' own page in a frame: told, and held to its own gates elsewhere (benchmarks.tracking_page)."""
RUNS: Mapping[str, Mapping[Place, int]] = {"returns of all ages": MIXED, "every return open": ALL_OPEN}
LISTS = (
    "tab=to_approve", "tab=to_inspect", "tab=waiting", "tab=to_settle", "tab=needs_look", "tab=done",
    "tab=done&sort=oldest", "tab=all&sort=due", "tab=all&q=fell", "tab=all&q=R-10010", "tab=all&q=lindholm",
    "tab=all&q=ada%40example.com", "tab=all&country=SE", "tab=all&reason=size-too-small", "tab=all&outcome=refund",
    "tab=all&assignee=nobody", "tab=all&is_late=1", "tab=all&asked_from=2026-10-01",
)  # fmt: skip
"""The desk, as somebody works on it."""
SEEN_OF_MANY = ("/app/returns/<rma>", "/app/returns/<rma>/changed")
"""Where a different return is looked at each time; the others ask Shopify, which knows one."""
FIGURES = ("days=30", "days=90&compare=before")


@dataclass(frozen=True)
class Page:
    """One page of the map with what its address is asked with, and addresses of it to take in turn."""

    name: str
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class Alone:
    """One page in process: milliseconds of the processor (median), its statements, bytes gzipped. `is_paper`: a PDF."""

    cpu_ms: float
    statements: int
    weight: int
    asks_shopify: bool
    is_paper: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--bulk", action="store_true")
    parser.add_argument("--lighthouse", action="store_true")
    parser.add_argument("--seconds", type=int, help="of steady load; by default 180, with --quick 20")
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # the server ends with us
    part = 5 if wanted.quick else 1
    is_good = True
    for name, shares in list(RUNS.items())[: 1 if wanted.quick else None]:
        with tempfile.TemporaryDirectory(dir=_room()) as folder:
            shop = open_shop(Path(folder), 100_000 // part, 10_000 // part, shares, counted_days=60)
            print(f"\n{name}: {100_000 // part} orders, {10_000 // part} returns", flush=True)
            is_good &= measure(shop, Path(folder), wanted.seconds or (20 if wanted.quick else 180))
            if wanted.bulk:
                is_good &= admin_bulk.measure(shop)
            shop.database.engine.dispose()
    if wanted.lighthouse:
        is_good &= admin_lighthouse.measure()
    sys.exit(0 if is_good else 1)


def measure(shop: Furnished, folder: Path, seconds: int) -> bool:
    """Each page alone, then all of them under the load; prints a line for each. Whether the gates are met."""
    pages = pages_of(shop)
    alone = {page.name: ask_alone(shop, page) for page in pages}
    visited = [page for page in pages if not alone[page.name].is_paper]
    with serving(shop, folder) as port:
        asyncio.run(visit(shop, port, visited, 10, len(visited) / 10))
        answers = asyncio.run(visit(shop, port, visited, PER_SECOND, seconds))
    return report(alone, answers)


def pages_of(shop: Furnished) -> list[Page]:
    """Every GET of the admin, with many returns to look at where it shows one."""
    hers = shop.house.routes()
    found = {}
    for route in (route for route in hers if route.method == "GET"):
        asked = route.path.partition("?")[2]
        name = f"{route.rule}?{asked}" if asked else route.rule
        paths = [route.path]
        if route.rule in SEEN_OF_MANY:
            paths = [route.rule.replace("<rma>", rma) for rma in shop.rmas]
        found[name] = Page(name, tuple(paths))
    more = {"/app/returns": LISTS, "/app/insights": FIGURES}
    extra = (f"{path}?{query}" for path, queries in more.items() for query in queries)
    return [*found.values(), *(Page(name, (name,)) for name in extra)]


def ask_alone(shop: Furnished, page: Page) -> Alone:
    """In process, nobody else asking. Its statements are counted apart: whoever listens to them makes them slower."""
    said: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            said.append(statement)

    calls, took, counts = len(shop.house.counter.wire.line.requests), list[float](), list[int]()
    answer = shop.house.ask(page.addresses[0])
    for number in range(TIMES):
        started = time.process_time()
        answer = shop.house.ask(page.addresses[number * 37 % len(page.addresses)])
        took.append((time.process_time() - started) * 1000)
        if answer.status_code not in (200, 303):
            sys.exit(f"{page.name} answers {answer.status_code}")
    event.listen(shop.database.engine, "before_cursor_execute", hear)
    for number in range(2):
        said.clear()
        shop.house.ask(page.addresses[number * 37 % len(page.addresses)])
        counts.append(len(said))  # once a minute the visit is noted too: the least is the page's
    event.remove(shop.database.engine, "before_cursor_execute", hear)
    weight = len(gzip.compress(answer.data, 6)) if answer.mimetype == "text/html" else 0
    asked = len(shop.house.counter.wire.line.requests) > calls
    return Alone(statistics.median(took), min(counts), weight, asked, answer.mimetype == "application/pdf")


async def visit(
    shop: Furnished, port: int, pages: Sequence[Page], per_second: int, seconds: float
) -> dict[str, list[float]]:
    """Pages in turn, `per_second` of them, whether answers come or not: milliseconds of each answer, by page."""
    loop, found = asyncio.get_running_loop(), defaultdict[str, list[float]](list)
    free: asyncio.Queue[Any] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    start = loop.time()

    async def one(number: int) -> None:
        page, turn = pages[number * 7 % len(pages)], number // len(pages)
        path = page.addresses[turn * 41 % len(page.addresses)]
        due = start + number / per_second
        await asyncio.sleep(max(0.0, due - loop.time()))
        asked = f"{path}{'&' if '?' in path else '?'}shop={shop.house.counter.wire.config.shop}"
        connection = await free.get()
        reader, writer = connection
        status, _ = await get(reader, writer, f"{asked}&id_token={shop.house.token()}")
        free.put_nowait(connection)
        found[page.name].append((loop.time() - due) * 1000)
        if status not in (200, 303):
            sys.exit(f"{path} answers {status}")

    await asyncio.gather(*(one(number) for number in range(int(per_second * seconds))))
    while not free.empty():
        free.get_nowait()[1].close()
    return found


def report(alone: Mapping[str, Alone], answers: Mapping[str, Sequence[float]]) -> bool:
    """Prints the table; whether the gates are met."""
    is_good = True
    print(f"{'':58} {'statements':>10} {'KB':>5} {'cpu ms':>7} {'p50 ms':>7} {'p99 ms':>7}")
    for name, each in sorted(alone.items(), key=lambda item: -item[1].cpu_ms):
        ours = not name.startswith(SHOPPERS)
        is_over = ours and (each.statements > MOST_STATEMENTS or each.weight > MOST_BYTES)
        is_good &= not is_over
        times = sorted(answers.get(name, ())) or [math.nan]
        mark = ("*" if each.asks_shopify else "") + (" OVER" if is_over else "")
        print(
            f"{name[:50] + mark:58} {each.statements:>10} {each.weight / 1024:>5.1f} {each.cpu_ms:>7.1f}"
            f" {percentile(times, 50):>7.1f} {percentile(times, 99):>7.1f}"
        )
    every = sorted(ms for name, taken in answers.items() if not alone[name].asks_shopify for ms in taken)
    slow = percentile(every, 99)
    print(f"over all pages that ask nobody: {len(every)} answers, p50 {percentile(every, 50):.1f}, p99 {slow:.1f} ms")
    return is_good and slow <= MOST_MS


def percentile(times: Sequence[float], of_hundred: int) -> float:
    """Of sorted times."""
    return times[min(len(times) - 1, len(times) * of_hundred // 100)]


@contextmanager
def serving(shop: Furnished, folder: Path) -> Iterator[int]:
    """The product in a process of its own, and the stand-in for Shopify in ours: the product's port."""
    config, port = shop.house.counter.wire.config, free_port()
    clock = folder / "clock"
    clock.write_text(str(shop.house.counter.wire.world.clock.offset_seconds()))
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    shopify = make_server("127.0.0.1", 0, shop.house.counter.wire.app, threaded=True)
    threading.Thread(target=shopify.serve_forever, daemon=True).start()
    environment = os.environ | {
        "SHOPIFY_API_KEY": config.api_key, "SHOPIFY_API_SECRET": config.api_secret, "POSTLUDE_DATA_DIR": str(folder),
        "POSTLUDE_ENCRYPTION_KEYS": KEY.hex(), "POSTLUDE_APP_URL": f"http://127.0.0.1:{port}",
        "POSTLUDE_SHOPIFY_ORIGIN": f"http://127.0.0.1:{shopify.server_port}", "POSTLUDE_CLOCK_FILE": str(clock),
        "DATABASE_URL": shop.url, "POSTLUDE_LOG_LEVEL": "ERROR",
    }  # fmt: skip
    environment.pop("REDIS_URL", None)
    process = spawn([sys.executable, "-m", "shopify_app.cli", "serve", "--port", str(port)], environment)
    try:
        yield listening(process, port) and port
    finally:
        kill_group(process)
        shopify.shutdown()


def _room() -> Path:
    """Where there is room for the shop's file."""
    room = Path(__file__).parent.parent / ".cache" / "benchmarks"
    room.mkdir(parents=True, exist_ok=True)
    return room


if __name__ == "__main__":
    main()
