"""The intake: ``POST /webhooks``, ahead of Flask, on the server's event loop. Prove, store, acknowledge; parse nothing.

| what comes | answer |
|---|---|
| genuine, stored for good (or stored before) | 200 |
| genuine, from a shop or on a topic we do not know | 200, counted and logged: Shopify need not come again |
| signature missing or wrong | 401, no body |
| genuine, without a webhook id or with one nobody wrote | 400 |
| larger than 5 MB | 413, unread when its length was declared |
| not read whole within five seconds | 408, connection closed |
| the database cannot store it, or commits do not keep up | 503 with ``Retry-After`` |
| any method but POST | 405 |
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy import select

from shopify_app.leases import WorkState
from shopify_app.observability import deliveries_received
from shopify_app.queue import send as wake
from shopify_app.shopify.signatures import is_webhook
from shopify_app.shops.models import Shop
from shopify_app.wiring import Adapters
from webhooks.group_commit import Arrival, GroupCommit, Overloaded
from webhooks.handle import TOPICS
from webhooks.inbox import pack
from webhooks.wake_up import WakeUps

log = structlog.get_logger(__name__)

PATH = "/webhooks"
MOST_BYTES = 5 * 1024 * 1024
PATIENCE_SECONDS = 5.0
SHOP_REMEMBERED_SECONDS = 60.0

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = dict[bytes, bytes]


@dataclass(frozen=True)
class Answer:
    """What the sender hears; `outcome` is its name in the metrics."""

    outcome: str
    status: int
    body: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()


STORED = Answer("stored", 200)
UNKNOWN_SHOP = Answer("unknown_shop", 200)
UNKNOWN_TOPIC = Answer("unknown_topic", 200)
NOT_POST = Answer("not_post", 405, b"Webhooks are POSTed.\n", ((b"allow", b"POST"),))
NOT_GENUINE = Answer("not_genuine", 401)
CUT_SHORT = Answer("cut_short", 400, b"The body is shorter than its declared length.\n")
NO_ID = Answer("no_id", 400, b"X-Shopify-Webhook-Id is missing or not readable.\n")
CLOSE = ((b"connection", b"close"),)
TOO_LARGE = Answer("too_large", 413, b"Webhook bodies end at 5 MB.\n", CLOSE)
TOO_SLOW = Answer("too_slow", 408, b"The body did not arrive within five seconds.\n", CLOSE)
NOT_STORED = Answer("not_stored", 503, b"Please come again.\n", ((b"retry-after", b"5"),))
OVERLOADED = Answer("overloaded", 503, b"Please come again.\n", ((b"retry-after", b"10"),))


class Answers:
    """Carries answers from the writer's thread back to the event loop, as many as there are in one hop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._given: deque[tuple[asyncio.Future[Answer], Answer]] = deque()
        self._is_on_its_way = False

    def give(self, waiting: asyncio.Future[Answer], answer: Answer) -> None:
        """The first answer counts; whoever stopped waiting hears nothing."""
        self._given.append((waiting, answer))
        if not self._is_on_its_way:
            self._is_on_its_way = True
            self._loop.call_soon_threadsafe(self._hand_out)

    def stored(self, waiting: asyncio.Future[Answer], is_stored: bool) -> None:
        self.give(waiting, STORED if is_stored else NOT_STORED)

    def _hand_out(self) -> None:
        self._is_on_its_way = False  # before the first is taken: one that comes now brings its own hop
        while self._given:
            waiting, answer = self._given.popleft()
            if not waiting.done():
                waiting.set_result(answer)


class Intake:
    """ASGI: answers ``/webhooks`` itself and hands everything else to `app`.

    A request costs the event loop a read and a wait; proving, packing and storing are done on the writer's thread,
    many to a commit. A sender who stalls costs nobody a thread.
    """

    def __init__(self, app: ASGIApp, adapters: Adapters, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.app, self.adapters, self.patience_seconds = app, adapters, patience_seconds
        self._secrets = adapters.config.api_secrets
        self._writer = GroupCommit(adapters.database, WakeUps(wake))
        self._shops: dict[str, tuple[int, float]] = {}
        self._loops = threading.local()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            return await self.app(scope, receive, send)
        answer = await self._answer(scope["method"], dict(scope["headers"]), receive)
        deliveries_received.labels(answer.outcome).inc()
        headers = [(b"content-length", b"%d" % len(answer.body)), *answer.headers]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, method: str, headers: Headers, receive: Receive) -> Answer:
        refusal = _refused_unread(method, headers)
        if refusal is not None:
            return refusal
        raw: bytes | Answer | None = None
        try:
            async with asyncio.timeout(self.patience_seconds):
                raw = await _read(receive, headers)
                return raw if isinstance(raw, Answer) else await self._stored(headers, raw)
        except TimeoutError:
            return TOO_SLOW if raw is None else OVERLOADED

    def _stored(self, headers: Headers, raw: bytes) -> asyncio.Future[Answer]:
        """What the writer will say of this body."""
        answers = self._answers()
        waiting: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        prepare = partial(self._prepare, answers, waiting, headers, raw)
        try:
            self._writer.put(Arrival(prepare, partial(answers.stored, waiting)))
        except Overloaded:
            waiting.set_result(OVERLOADED)
        return waiting

    def _answers(self) -> Answers:
        """The event loop's own, for as long as it lives."""
        loop = asyncio.get_running_loop()
        if getattr(self._loops, "loop", None) is not loop:
            self._loops.loop, self._loops.answers = loop, Answers(loop)
        return self._loops.answers

    def _prepare(
        self, answers: Answers, waiting: asyncio.Future[Answer], headers: Headers, raw: bytes
    ) -> dict[str, Any] | None:
        row = self.row(headers, raw)
        if isinstance(row, Answer):
            answers.give(waiting, row)
            return None
        return row

    def row(self, headers: Headers, raw: bytes) -> dict[str, Any] | Answer:
        """What will stand in the inbox, or why nothing will."""
        if not is_webhook(raw, _text(headers, b"x-shopify-hmac-sha256"), self._secrets):
            return NOT_GENUINE
        topic = _text(headers, b"x-shopify-topic")
        if topic not in TOPICS:
            log.warning("webhook_of_unknown_topic", topic=topic[:80])
            return UNKNOWN_TOPIC
        shop_id = self._shop_id(_text(headers, b"x-shopify-shop-domain"))
        if shop_id is None:
            log.warning("webhook_of_unknown_shop", topic=topic)
            return UNKNOWN_SHOP
        webhook_id = _text(headers, b"x-shopify-webhook-id")
        if not 0 < len(webhook_id) <= 100 or not webhook_id.isprintable():
            return NO_ID
        now = self.adapters.clock.now()
        return {
            "shop_id": shop_id,
            "webhook_id": webhook_id,
            "event_id": _text(headers, b"x-shopify-event-id")[:100] or None,
            "topic": topic,
            "api_version": _text(headers, b"x-shopify-api-version")[:20] or None,
            "triggered_at": _instant(_text(headers, b"x-shopify-triggered-at")),
            "received_at": now,
            "state": WorkState.PENDING,
            "attempts": 0,
            "due_at": now,
            "body": pack(raw),
        }

    def _shop_id(self, domain: str) -> int | None:
        """The shop's id by its domain, remembered for a minute; one we do not know is asked for each time."""
        domain = domain.lower()
        known = self._shops.get(domain)
        if known is not None and known[1] > time.monotonic():
            return known[0]
        with self.adapters.database.read() as session:
            shop_id = session.scalar(select(Shop.id).where(Shop.domain == domain))
        if shop_id is not None:
            self._shops[domain] = (shop_id, time.monotonic() + SHOP_REMEMBERED_SECONDS)
        return shop_id


def _refused_unread(method: str, headers: Headers) -> Answer | None:
    """Answers that need no body."""
    if method != "POST":
        return NOT_POST
    if _declared(headers) > MOST_BYTES:
        return TOO_LARGE
    if not headers.get(b"x-shopify-hmac-sha256"):
        return NOT_GENUINE
    return None


async def _read(receive: Receive, headers: Headers) -> bytes | Answer:
    """The raw body, whole."""
    parts, size, is_more = [], 0, True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return CUT_SHORT
        part = message.get("body", b"")
        is_more = message.get("more_body", False)
        size += len(part)
        if size > MOST_BYTES:
            return TOO_LARGE
        parts.append(part)
    raw = parts[0] if len(parts) == 1 else b"".join(parts)
    return raw if size >= _declared(headers) else CUT_SHORT


def _declared(headers: Headers) -> int:
    """The length the sender declared; 0 when none."""
    declared = headers.get(b"content-length", b"")
    return int(declared) if declared.isdigit() else 0


def _text(headers: Headers, name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1")


def _instant(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None
