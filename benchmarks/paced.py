"""GET requests at a steady rate: wrk sends as fast as it can, and knows no rate. Answers are timed from when each
request was due, so a server that falls behind cannot hide it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

CONNECTIONS = 32


@dataclass(frozen=True)
class Pace:
    """Milliseconds, and how many answers were not 200."""

    p50_ms: float
    p99_ms: float
    refused: int


async def paced(port: int, paths: Sequence[str], per_second: int, seconds: float) -> Pace:
    """`per_second` requests a second over keep-alive connections, taking `paths` in turn."""
    loop = asyncio.get_running_loop()
    free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    start = loop.time()

    async def one(number: int) -> tuple[float, int]:
        due = start + number / per_second
        await asyncio.sleep(max(0.0, due - loop.time()))
        connection = await free.get()
        status, _ = await get(*connection, paths[number % len(paths)])
        free.put_nowait(connection)
        return loop.time() - due, status

    answers = await asyncio.gather(*(one(number) for number in range(int(per_second * seconds))))
    while not free.empty():
        free.get_nowait()[1].close()
    times = sorted(taken * 1000 for taken, _ in answers)
    return Pace(times[len(times) // 2], times[len(times) * 99 // 100], sum(status != 200 for _, status in answers))


async def get(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> tuple[int, bytes]:
    """One GET: status and body."""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
    length = next((int(line.partition(":")[2]) for line in lines if line.startswith("content-length:")), 0)
    return int(lines[0].split()[1]), await reader.readexactly(length)
