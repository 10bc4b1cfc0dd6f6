"""Load whose every answer is noted: at a steady rate, or until the server is killed."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass

CONNECTIONS = 32


@dataclass(frozen=True)
class Load:
    p50_ms: float
    p99_ms: float
    refused: int


async def steady(port: int, headers: dict[str, str], body: bytes, per_second: int, seconds: int) -> Load:
    """`per_second` requests a second whether answers come or not; times count from when each was due."""
    sender = Sender(port, headers, body)
    await sender.open(CONNECTIONS)
    prefix, start = secrets.token_hex(6), asyncio.get_running_loop().time()

    async def one(number: int) -> tuple[float, bool]:
        due = start + number / per_second
        await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
        is_good = await sender.post(f"{prefix}-{number}")
        return asyncio.get_running_loop().time() - due, is_good

    answers = await asyncio.gather(*(one(number) for number in range(per_second * seconds)))
    sender.close()
    times = sorted(taken * 1000 for taken, _ in answers)
    return Load(times[len(times) // 2], times[len(times) * 99 // 100], sum(not is_good for _, is_good in answers))


async def until_killed(
    port: int, headers: dict[str, str], body: bytes, prefix: str, kill: Callable[[], None], after: float
) -> set[str]:
    """32 connections post until `kill`, called after so many seconds, cuts them off: the ids that were acknowledged."""
    acknowledged: set[str] = set()

    async def post_on(lane: int) -> None:
        sender = Sender(port, headers, body)
        try:
            await sender.open(1)
            for number in range(1_000_000):
                webhook_id = f"{prefix}-{lane}-{number}"
                if await sender.post(webhook_id):
                    acknowledged.add(webhook_id)
        except (OSError, asyncio.IncompleteReadError):
            return

    lanes = [asyncio.create_task(post_on(lane)) for lane in range(CONNECTIONS)]
    await asyncio.sleep(after)
    await asyncio.to_thread(kill)
    await asyncio.wait_for(asyncio.gather(*lanes), timeout=15)
    return acknowledged


class Sender:
    """Keep-alive connections that post one delivery at a time each."""

    def __init__(self, port: int, headers: dict[str, str], body: bytes) -> None:
        self.port = port
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.head = f"POST /webhooks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n{lines}"
        self.body = body
        self.free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()

    async def open(self, connections: int) -> None:
        for _ in range(connections):
            self.free.put_nowait(await asyncio.open_connection("127.0.0.1", self.port))

    def close(self) -> None:
        while not self.free.empty():
            self.free.get_nowait()[1].close()

    async def post(self, webhook_id: str) -> bool:
        """Whether this delivery was acknowledged; raises when the connection ended before the answer did."""
        reader, writer = await self.free.get()
        writer.write(f"{self.head}X-Shopify-Webhook-Id: {webhook_id}\r\n\r\n".encode() + self.body)
        answer = await reader.readuntil(b"\r\n\r\n")
        lines = answer.decode().lower().split("\r\n")
        length = next((int(line.partition(":")[2]) for line in lines if line.startswith("content-length:")), 0)
        if length:
            await reader.readexactly(length)
        self.free.put_nowait((reader, writer))
        return lines[0].split()[1] == "200"
