"""Flask's pages on threads behind the event loop.

a2wsgi knows how a request becomes WSGI's environment and how a thread reads a body that is still arriving. Its own way
back hands over each piece of an answer by itself and waits for it, three times a page, on a loop that competes for the
interpreter with the threads that make pages: a bare view reached a quarter of what it reaches this way. Our answers
are whole before they leave, so one hand-over is enough.

Pages that many ask for and that only reckon have a *lane*: threads of their own, as many as can reckon at a time.
Thirty-two threads that take the interpreter from each other at every statement need a quarter more of the processor for
the same pages, and a rush of shoppers would hold the threads on which the merchant works. Where nothing is waited for,
because the database is a file, even one thread is one too many: it and the loop hand the interpreter to each other at
each statement, which costs a fifth of a page. There the loop makes the page itself, one at a time, and attends to all
else between two of them.
"""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from a2wsgi.wsgi import Body, build_environ

Headers = list[tuple[str, str]]
Answer = tuple[int, list[tuple[bytes, bytes]], bytes]
"""Status, headers and the whole body."""


class Wsgi(Protocol):
    """A WSGI application."""

    def __call__(self, environ: dict[str, Any], start_response: Any, /) -> Iterable[bytes]: ...


@dataclass(frozen=True)
class Lane:
    """GET requests of which the whole path is one of `paths` are answered by `threads` threads that do nothing else,
    or, where that is 0, by the event loop. Their pages wait for nobody but the database, and read no body."""

    paths: re.Pattern[str]
    threads: int


class OnThreads:
    """`pages` as an ASGI application, on at most `threads` threads, and those of a `lane` beside them. Answers are held
    whole: nothing is streamed."""

    def __init__(self, pages: Wsgi, threads: int, lane: Lane | None = None) -> None:
        self._pages, self._lane = pages, lane
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="pages")
        self._apart = ThreadPoolExecutor(lane.threads, thread_name_prefix="lane") if lane and lane.threads else None
        self._turn = asyncio.Lock()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        is_apart = self._lane and scope["method"] == "GET" and self._lane.paths.fullmatch(scope["path"])
        if is_apart and self._apart is None:
            status, headers, body = await self._in_turn(scope)
        else:
            threads = self._apart if is_apart and self._apart else self._threads
            status, headers, body = await self._on(threads, scope, receive)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _in_turn(self, scope: Any) -> Answer:
        """Made here and now, after whatever else the loop has to do."""
        environ: Any = build_environ(scope, io.BytesIO())  # type: ignore[arg-type]
        environ.pop("CONTENT_LENGTH", None)  # a body would still be on its way, and nobody could fetch it meanwhile
        async with self._turn:
            await asyncio.sleep(0)
            return self._answer(environ)

    async def _on(self, threads: ThreadPoolExecutor, scope: Any, receive: Any) -> Answer:
        loop = asyncio.get_running_loop()

        async def received() -> Any:  # granian's own is a bare future, and a thread needs a coroutine
            return await receive()

        environ: Any = build_environ(scope, Body(loop, received))
        waiting: asyncio.Future[Answer] = loop.create_future()
        threads.submit(self._answer_to, waiting, environ)
        return await waiting

    def _answer_to(self, waiting: asyncio.Future[Answer], environ: dict[str, Any]) -> None:
        """Answers and tells the loop: its own way there goes through a second future and thrice as many calls."""
        try:
            told, said = waiting.set_result, self._answer(environ)
        except BaseException as failure:  # noqa: BLE001 - whoever waits is told, whatever it was
            told, said = waiting.set_exception, failure
        waiting.get_loop().call_soon_threadsafe(_tell, waiting, told, said)

    def _answer(self, environ: dict[str, Any]) -> Answer:
        started: list[tuple[str, Headers]] = []

        def start_response(status: str, headers: Headers, _failure: Any = None) -> None:
            started.append((status, headers))

        pieces = self._pages(environ, start_response)
        try:
            body = b"".join(pieces)
        finally:
            getattr(pieces, "close", lambda: None)()
        status, headers = started[-1]
        named = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return int(status.split(" ", 1)[0]), named, body


def _tell(waiting: asyncio.Future[Answer], told: Callable[[Any], None], said: Any) -> None:
    if not waiting.done():  # nobody waits any more: the connection is gone
        told(said)
