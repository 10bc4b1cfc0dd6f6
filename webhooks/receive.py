"""The intake: ``POST /webhooks``, ahead of Flask's view stack. Prove, store, acknowledge; nothing is parsed here.

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

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from queue import SimpleQueue
from typing import Any

import structlog
from sqlalchemy import select

from shopify_app.leases import WorkState
from shopify_app.observability import deliveries_received
from shopify_app.queue import send
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
READ_SECONDS = 5.0
READERS = 48
SHOP_REMEMBERED_SECONDS = 60.0

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WSGIApp = Callable[[Environ, StartResponse], Iterable[bytes]]


@dataclass(frozen=True)
class Answer:
    """What the sender hears; `outcome` is its name in the metrics."""

    outcome: str
    status: str
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


STORED = Answer("stored", "200 OK")
UNKNOWN_SHOP = Answer("unknown_shop", "200 OK")
UNKNOWN_TOPIC = Answer("unknown_topic", "200 OK")
NOT_POST = Answer("not_post", "405 Method Not Allowed", b"Webhooks are POSTed.\n", (("Allow", "POST"),))
NOT_GENUINE = Answer("not_genuine", "401 Unauthorized")
NO_LENGTH = Answer("no_length", "411 Length Required", b"Say how long the body is.\n")
CUT_SHORT = Answer("cut_short", "400 Bad Request", b"The body is shorter than its declared length.\n")
NO_ID = Answer("no_id", "400 Bad Request", b"X-Shopify-Webhook-Id is missing or not readable.\n")
CLOSE = (("Connection", "close"),)
TOO_LARGE = Answer("too_large", "413 Content Too Large", b"Webhook bodies end at 5 MB.\n", CLOSE)
TOO_SLOW = Answer("too_slow", "408 Request Timeout", b"The body did not arrive within five seconds.\n", CLOSE)
NOT_STORED = Answer("not_stored", "503 Service Unavailable", b"Please come again.\n", (("Retry-After", "5"),))
OVERLOADED = Answer("overloaded", "503 Service Unavailable", b"Please come again.\n", (("Retry-After", "10"),))


class Request:
    """One request in flight: the server's thread waits for its answer while others read, prove and store it."""

    __slots__ = ("_answered", "answer", "environ", "is_abandoned", "is_read")

    def __init__(self, environ: Environ) -> None:
        self.environ = environ
        self.is_read = self.is_abandoned = False
        self.answer: Answer | None = None
        self._answered = threading.Lock()
        self._answered.acquire()

    def give(self, answer: Answer) -> None:
        """The first answer counts."""
        if self.answer is None:
            self.answer = answer
            self._answered.release()

    def stored(self, is_stored: bool) -> None:
        self.give(STORED if is_stored else NOT_STORED)

    def wait(self, seconds: float) -> Answer:
        """The answer; without one in time, the reason is ours when the body was read, else the sender's."""
        if not self._answered.acquire(timeout=seconds) or self.answer is None:
            self.is_abandoned = not self.is_read
            return TOO_SLOW if self.is_abandoned else OVERLOADED
        return self.answer


class Intake:
    """WSGI: answers ``/webhooks`` itself and hands everything else to `wsgi_app`.

    Bodies are read on threads of the intake's own, so that a sender who stalls costs one of those until he hangs up,
    and never holds the thread that has to answer him.
    """

    def __init__(self, wsgi_app: WSGIApp, adapters: Adapters, read_seconds: float = READ_SECONDS) -> None:
        self.wsgi_app, self.adapters, self.read_seconds = wsgi_app, adapters, read_seconds
        self._secrets = adapters.config.api_secrets
        self._writer = GroupCommit(adapters.database, WakeUps(send))
        self._shops: dict[str, tuple[int, float]] = {}
        self._requests: SimpleQueue[Request] = SimpleQueue()
        self._start = threading.Lock()
        self._is_started = False

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != PATH:
            return self.wsgi_app(environ, start_response)
        answer = self._answer(environ)
        deliveries_received.labels(answer.outcome).inc()
        start_response(answer.status, [("Content-Length", str(len(answer.body))), *answer.headers])
        return [answer.body]

    def _answer(self, environ: Environ) -> Answer:
        refusal = _refused_unread(environ)
        if refusal is not None:
            return refusal
        if not self._is_started:
            self._begin()
        request = Request(environ)
        self._requests.put(request)
        answer = request.wait(self.read_seconds)
        if answer is TOO_SLOW:
            self._add_reader()  # in place of the one that goes on waiting for this sender
        return answer

    def _begin(self) -> None:
        """The readers start with the first webhook: whoever forks before that forks no thread."""
        with self._start:
            if not self._is_started:
                for _ in range(READERS):
                    self._add_reader()
                self._is_started = True

    def _add_reader(self) -> None:
        threading.Thread(target=self._read_on, name="intake-reader", daemon=True).start()

    def _read_on(self) -> None:
        """Takes in one request after the other; ends once it comes back from one that was given up."""
        request: Request | None = None
        while request is None or not request.is_abandoned:
            request = self._requests.get()
            try:
                self._take_in(request)
            except Exception as failure:  # the boundary: a request without an answer would hold its thread
                log.error("intake_failed", exc_info=failure)
                request.give(NOT_STORED)

    def _take_in(self, request: Request) -> None:
        raw = _read(request.environ)
        request.is_read = True
        if isinstance(raw, Answer):
            return request.give(raw)
        try:
            self._writer.put(Arrival(partial(self._prepare, request, raw), request.stored))
        except Overloaded:
            request.give(OVERLOADED)

    def _prepare(self, request: Request, raw: bytes) -> dict[str, Any] | None:
        row = self.row(request.environ, raw)
        if isinstance(row, Answer):
            request.give(row)
            return None
        return row

    def row(self, environ: Environ, raw: bytes) -> dict[str, Any] | Answer:
        """What will stand in the inbox, or why nothing will."""
        if not is_webhook(raw, environ["HTTP_X_SHOPIFY_HMAC_SHA256"], self._secrets):
            return NOT_GENUINE
        topic = environ.get("HTTP_X_SHOPIFY_TOPIC", "")
        if topic not in TOPICS:
            log.warning("webhook_of_unknown_topic", topic=topic[:80])
            return UNKNOWN_TOPIC
        shop_id = self._shop_id(environ.get("HTTP_X_SHOPIFY_SHOP_DOMAIN", ""))
        if shop_id is None:
            log.warning("webhook_of_unknown_shop", topic=topic)
            return UNKNOWN_SHOP
        webhook_id = environ.get("HTTP_X_SHOPIFY_WEBHOOK_ID", "")
        if not 0 < len(webhook_id) <= 100 or not webhook_id.isprintable():
            return NO_ID
        now = self.adapters.clock.now()
        return {
            "shop_id": shop_id,
            "webhook_id": webhook_id,
            "event_id": environ.get("HTTP_X_SHOPIFY_EVENT_ID", "")[:100] or None,
            "topic": topic,
            "api_version": environ.get("HTTP_X_SHOPIFY_API_VERSION", "")[:20] or None,
            "triggered_at": _instant(environ.get("HTTP_X_SHOPIFY_TRIGGERED_AT", "")),
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


def _refused_unread(environ: Environ) -> Answer | None:
    """Answers that need no body."""
    if environ["REQUEST_METHOD"] != "POST":
        return NOT_POST
    declared = environ.get("CONTENT_LENGTH") or ""
    if declared.isdigit() and int(declared) > MOST_BYTES:
        return TOO_LARGE
    if not environ.get("HTTP_X_SHOPIFY_HMAC_SHA256"):
        return NOT_GENUINE
    if not declared.isdigit() and not environ.get("wsgi.input_terminated"):
        return NO_LENGTH
    return None


def _read(environ: Environ) -> bytes | Answer:
    """The raw body, whole; blocks until it is there or its sender has gone."""
    declared = environ.get("CONTENT_LENGTH") or ""
    if declared.isdigit():
        raw = environ["wsgi.input"].read(int(declared))
        return raw if len(raw) == int(declared) else CUT_SHORT
    raw = environ["wsgi.input"].read(MOST_BYTES + 1)
    return raw if len(raw) <= MOST_BYTES else TOO_LARGE


def _instant(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None
