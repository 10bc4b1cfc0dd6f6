"""The broker may be any Redis: the one that the operator's distribution brings, with workers that die beside it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis

from devstore.programs import Programs, free_port, installed
from devstore.webhooks import signature
from running import ANSWER_SECONDS, ask, until
from shopify_app.crypto import Keyring
from shopify_app.db import Database
from shopify_app.shops.models import Shop

pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("redis-server") is None, reason="no redis-server here: apt-get install redis-server"
    ),
]

SHOP = "mara-goods.myshopify.com"
WHEN = "2026-11-20T09:12:00Z"


@dataclass(frozen=True)
class House:
    """Web, worker and scheduler on a Redis of the distribution; Mara's shop is installed."""

    programs: Programs
    app_url: str
    secret: str
    broker: redis.Redis
    database: Path

    def tell(self, number: int) -> int:
        """Shopify tells of an order; the status we answer."""
        order = {"id": number, "name": f"#{number}", "currency": "EUR", "total_price": "90.00"}
        body = json.dumps(order | {"created_at": WHEN, "updated_at": WHEN}).encode()
        headers = {
            "X-Shopify-Topic": "orders/create",
            "X-Shopify-Shop-Domain": SHOP,
            "X-Shopify-Webhook-Id": f"delivery-{number}",
            "X-Shopify-Hmac-Sha256": signature(self.secret, body),
        }
        return ask("POST", f"{self.app_url}/webhooks", content=body, headers=headers).status_code

    def start_worker(self) -> None:
        self.programs.run("worker", [installed("postlude"), "worker", "--concurrency", "2"])

    def a_minute_passes(self) -> None:
        """What the dead had in hand is free again."""
        with closing(sqlite3.connect(self.database, ANSWER_SECONDS)) as connection, connection:
            for table in ("delivery", "reaction"):
                connection.execute(f"UPDATE {table} SET lease_until = 1 WHERE lease_until IS NOT NULL")

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.database, ANSWER_SECONDS)) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    sockets = Path(tempfile.mkdtemp(prefix="postlude-"))  # a socket's path must be short
    key, secret, port, database = secrets.token_hex(32), secrets.token_hex(32), free_port(8300), tmp_path / "p.sqlite3"
    environment = os.environ | {
        "SHOPIFY_API_KEY": secrets.token_hex(16),
        "SHOPIFY_API_SECRET": secret,
        "POSTLUDE_ENCRYPTION_KEYS": key,
        "POSTLUDE_APP_URL": f"http://127.0.0.1:{port}",
        "POSTLUDE_DATA_DIR": str(tmp_path),
        "POSTLUDE_SHOPIFY_ORIGIN": "http://127.0.0.1:9",  # nobody listens: no story here asks Shopify
        "DATABASE_URL": f"sqlite:///{database}",
        "REDIS_URL": f"redis+socket://{sockets}/r.sock?virtual_host=0",
    }
    programs = Programs(environment, tmp_path, threading.Event())
    server = [str(shutil.which("redis-server")), "--port", "0", "--unixsocket", f"{sockets}/r.sock"]
    try:
        programs.run("broker", [*server, "--save", "", "--dir", str(tmp_path)])
        programs.once([installed("postlude"), "migrate"])
        _install(f"sqlite:///{database}", bytes.fromhex(key))
        programs.run("web", [installed("postlude"), "serve", "--port", str(port)])
        programs.run("scheduler", [installed("postlude"), "scheduler"])
        programs.wait_for(f"http://127.0.0.1:{port}/readyz", "the app")
        broker = redis.Redis(unix_socket_path=f"{sockets}/r.sock")
        yield House(programs, f"http://127.0.0.1:{port}", secret, broker, database)
    finally:
        programs.stop("scheduler", "worker", "web", "broker")
        shutil.rmtree(sockets, ignore_errors=True)


def _install(url: str, key: bytes) -> None:
    base = Database(url, Keyring((key,)))
    with base.write() as session:
        session.add(Shop(domain=SHOP, name="Mara's Goods", currency="EUR", installed_at=datetime.now(UTC)))
    base.engine.dispose()


def test_orders_told_through_the_distributions_redis_are_carried_out_whatever_dies(house: House) -> None:
    house.start_worker()
    assert house.tell(1) == 200
    until(lambda: house.rows('SELECT name FROM "order"') == [("#1",)])
    assert house.broker.info("clients")["connected_clients"] > 1  # web, worker and scheduler speak to this very one

    assert {house.tell(number) for number in range(2, 22)} == {200}
    os.killpg(house.programs.pids["worker"], signal.SIGKILL)  # with some of them in hand
    assert {house.tell(number) for number in range(22, 42)} == {200}
    house.broker.flushall()  # and with it every message that was on its way
    house.a_minute_passes()
    house.start_worker()

    until(lambda: house.rows("SELECT count(*) FROM delivery WHERE state <> 'done'") == [(0,)])
    assert house.rows('SELECT count(*), count(DISTINCT shopify_id) FROM "order"') == [(41, 41)]
    assert house.rows("SELECT count(*) FROM event WHERE kind = 'OrderPlaced'") == [(41,)]
