"""The webhook sender: what happened is written down with the change itself, and delivered by threads of its own.

Headers, time limits and the retry ladder are Shopify's (shopify.dev "HTTPS webhooks", "Webhook retry mechanism"):
one second to connect, five for the whole answer, anything but 2xx is a failure, eight retries over four hours with
the body of the original trigger. Order is not guaranteed, neither within nor across topics.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from devstore import faults
from devstore.clock import Clock
from devstore.config import API_VERSION, DevStoreConfig
from devstore.store import Document, Store
from devstore.subscriptions import Manifest, Subscription
from devstore.trust import trusted_roots

RETRY_MINUTES = (1, 2, 4, 8, 15, 30, 60, 120)
"""Waits between the nine attempts; together four hours."""
THREADS = 8
POLL_SECONDS = 0.2
KEPT_DELIVERIES = 5000


class Outbox:
    """Writes deliveries down in the caller's transaction. `Sender` takes them from there."""

    def __init__(self, store: Store, config: DevStoreConfig, clock: Clock, manifest: Manifest) -> None:
        self.store = store
        self.config = config
        self.clock = clock
        self.manifest = manifest
        self.written = threading.Event()

    def fire(self, topic: str, body: dict[str, Any], event_id: str | None = None) -> str:
        """One delivery per subscription of the topic, while the app is installed; returns the event id."""
        event = event_id or str(uuid.uuid4())
        for subscription in self.manifest.to(topic):
            self._write(subscription, body, event)
        self.written.set()
        return event

    def _write(self, subscription: Subscription, body: dict[str, Any], event: str) -> None:
        now = self.clock.now()
        kept = {key: body[key] for key in subscription.fields if key in body} if subscription.fields else body
        uri = subscription.uri if "://" in subscription.uri else self.config.app_url.rstrip("/") + subscription.uri
        delivery = {
            "id": self.store.next_id("delivery"),
            "topic": subscription.topic,
            "name": subscription.name,
            "uri": uri,
            "webhook_id": str(uuid.uuid4()),
            "event_id": event,
            "triggered_at": now.isoformat(),
            "body": json.dumps(kept, ensure_ascii=False),
            "attempts": [],
            "due_at": now.isoformat(),
            "status": "pending",
            "fault": None,
        }
        fault = faults.take(self.store, faults.WEBHOOK_KINDS, subscription.topic)
        self.store.put("delivery", _faulted(delivery, fault, now) if fault else delivery)
        self._forget_old()

    def _forget_old(self) -> None:
        deliveries = self.store.all("delivery")
        for old in deliveries[: max(0, len(deliveries) - KEPT_DELIVERIES)]:
            if old["status"] != "pending":
                self.store.delete("delivery", old["id"])


def _faulted(delivery: Document, fault: Document, now: datetime) -> Document:
    changed = {**delivery, "fault": fault["kind"]}
    if fault["kind"] == "drop":
        return {**changed, "status": "dropped", "due_at": None}
    if fault["kind"] in ("late", "reorder"):
        return {**changed, "due_at": (now + timedelta(seconds=fault["seconds"])).isoformat()}
    return changed


def signature(secret: str, body: bytes) -> str:
    """The value of ``X-Shopify-Hmac-Sha256``: base64 of HMAC-SHA256 over the raw body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def headers(config: DevStoreConfig, delivery: Document, body: bytes) -> dict[str, str]:
    """The headers of a delivery; a retry has the same ids and the same trigger time."""
    named = {"X-Shopify-Name": delivery["name"]} if delivery["name"] else {}
    return named | {
        "Content-Type": "application/json",
        "User-Agent": "Shopify-Captain-Hook",
        "X-Shopify-Topic": delivery["topic"],
        "X-Shopify-Hmac-Sha256": signature(config.api_secret, body),
        "X-Shopify-Shop-Domain": config.shop,
        "X-Shopify-API-Version": API_VERSION,
        "X-Shopify-Webhook-Id": delivery["webhook_id"],
        "X-Shopify-Event-Id": delivery["event_id"],
        "X-Shopify-Triggered-At": _finely(delivery["triggered_at"]),
    }


def _finely(written: str) -> str:
    """An instant as Shopify's headers write it, which are finer than its payloads: ``2026-11-22T09:30:00.877041Z``."""
    return datetime.fromisoformat(written).astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class Sender:
    """Delivers what the outbox holds, on background threads, until `stop`. Waits follow the shared clock."""

    def __init__(self, outbox: Outbox) -> None:
        self.outbox = outbox
        self.store = outbox.store
        self._in_flight: set[int] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="webhook")
        patience = self.outbox.config.patience
        timeout = httpx.Timeout(5.0 * patience, connect=1.0 * patience)
        self._client = httpx.Client(timeout=timeout, follow_redirects=False, verify=trusted_roots())
        self._thread = threading.Thread(target=self._run, name="webhook-dispatch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stops dispatching; what is pending stays in the store for the next start."""
        self._stopping.set()
        self.outbox.written.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=2)
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._client.close()

    def flush(self) -> int:
        """Makes everything pending due at once and says how much it was."""
        with self.store.transaction():
            pending = list(self.store.find("delivery", status="pending"))
            due = self.outbox.clock.now().isoformat()
            for delivery in pending:
                self.store.put("delivery", {**delivery, "due_at": due})
        self.outbox.written.set()
        return len(pending)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.outbox.written.wait(POLL_SECONDS)
            self.outbox.written.clear()
            self._dispatch()

    def _dispatch(self) -> None:
        now = self.outbox.clock.now()
        for delivery in self.store.find("delivery", status="pending"):
            if datetime.fromisoformat(delivery["due_at"]) <= now and self._claim(delivery["id"]):
                self._pool.submit(self._deliver, delivery["id"])

    def _claim(self, id: int) -> bool:
        with self._lock:
            if id in self._in_flight or self._stopping.is_set():
                return False
            self._in_flight.add(id)
            return True

    def _deliver(self, id: int) -> None:
        try:
            delivery = self.store.get("delivery", id)
            if delivery is None or delivery["status"] != "pending":
                return
            outcome = self._post(delivery)
            if delivery["fault"] == "twice" and not delivery["attempts"]:
                self._post(delivery)
            self._record(delivery, outcome)
            self._release_reordered(delivery)
        finally:
            with self._lock:
                self._in_flight.discard(id)

    def _post(self, delivery: Document) -> Document:
        body = delivery["body"].encode()
        at = self.outbox.clock.now().isoformat()
        try:
            answer = self._client.post(
                delivery["uri"], content=body, headers=headers(self.outbox.config, delivery, body)
            )
        except httpx.HTTPError as failure:
            return {"at": at, "status": None, "error": type(failure).__name__}
        return {"at": at, "status": answer.status_code, "error": None}

    def _record(self, delivery: Document, outcome: Document) -> None:
        attempts = [*delivery["attempts"], outcome]
        changed = {**delivery, "attempts": attempts}
        if outcome["status"] is not None and 200 <= outcome["status"] < 300:
            changed |= {"status": "delivered", "due_at": None}
        elif len(attempts) > len(RETRY_MINUTES):
            changed |= {"status": "failed", "due_at": None}
        else:
            wait = RETRY_MINUTES[len(attempts) - 1] * 60 / self.outbox.config.retry_compression
            changed |= {"due_at": (self.outbox.clock.now() + timedelta(seconds=wait)).isoformat()}
        self.store.put("delivery", changed)

    def _release_reordered(self, delivery: Document) -> None:
        """A delivery held back by `reorder` goes out as soon as a younger one has gone before it."""
        if delivery["fault"] == "reorder":
            return
        due = self.outbox.clock.now().isoformat()
        with self.store.transaction():
            for held in list(self.store.find("delivery", status="pending", fault="reorder")):
                if held["id"] < delivery["id"] and not held["attempts"]:
                    self.store.put("delivery", {**held, "due_at": due})
        self.outbox.written.set()
