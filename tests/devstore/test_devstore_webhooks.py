"""The webhook sender, against a real web server that may be down, slow or wrong."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from devstage import Stage, make_stage
from devstore.seed import SeedShop
from devstore.store import Store
from devstore.subscriptions import load_manifest
from devstore.webhooks import RETRY_MINUTES, Sender


@dataclass
class Receiver:
    """An app that remembers what it got and answers with the statuses it was told, then with 200."""

    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    slowness_seconds: float = 0
    url: str = ""

    def topics(self) -> list[str]:
        return [headers["x-shopify-topic"] for headers, _ in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    memory = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(memory.slowness_seconds)
            memory.got.append(({key.lower(): value for key, value in self.headers.items()}, body))
            self.send_response(memory.statuses.pop(0) if memory.statuses else 200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    memory.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield memory
    server.shutdown()
    server.server_close()


@pytest.fixture
def shop(small_seed: SeedShop, receiver: Receiver) -> Iterator[Stage]:
    made = make_stage(small_seed, app_url=receiver.url)
    sender = Sender(made.world.outbox)
    sender.start()
    yield made
    sender.stop()


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "It did not happen in time."
        time.sleep(0.02)


def deliveries(shop: Stage, status: str) -> list[dict]:
    return shop.control("GET", f"/deliveries?status={status}").json["deliveries"]


def change_shop(shop: Stage) -> None:
    """The smallest action there is: one topic, one delivery."""
    shop.post("/shop", {"phone": "+46313900699"})


def test_a_delivery_is_signed_over_its_raw_bytes_and_carries_the_documented_headers(
    shop: Stage, receiver: Receiver
) -> None:
    change_shop(shop)
    until(lambda: len(receiver.got) == 1)

    headers, body = receiver.got[0]
    digest = hmac.new(shop.config.api_secret.encode(), body, hashlib.sha256).digest()
    assert headers["x-shopify-hmac-sha256"] == base64.b64encode(digest).decode()
    assert headers["x-shopify-topic"] == "shop/update"
    assert headers["x-shopify-shop-domain"] == shop.config.shop
    assert headers["x-shopify-api-version"] == "2026-10"
    assert re.fullmatch(r"[-\d]{10}T[:\d]{8}\.\d{6}Z", headers["x-shopify-triggered-at"])
    assert b'"_' not in body


def test_topics_of_one_action_share_an_event_id_but_not_a_delivery_id(shop: Stage, receiver: Receiver) -> None:
    shop.post("/orders", {"line_items": [{"title": "Book", "price": "9.00"}]})
    until(lambda: {"orders/create", "orders/paid"} <= set(receiver.topics()))

    ours = [headers for headers, _ in receiver.got if headers["x-shopify-topic"] in ("orders/create", "orders/paid")]
    assert len({headers["x-shopify-event-id"] for headers in ours}) == 1
    assert len({headers["x-shopify-webhook-id"] for headers in ours}) == 2


def test_a_refused_delivery_is_tried_again_with_the_same_id_and_body(shop: Stage, receiver: Receiver) -> None:
    receiver.statuses = [500]
    change_shop(shop)
    until(lambda: len(receiver.got) == 1 and bool(deliveries(shop, "pending")[0]["attempts"]))

    shop.world.clock.advance(61)
    until(lambda: len(receiver.got) == 2)

    first, second = receiver.got
    assert first[0]["x-shopify-webhook-id"] == second[0]["x-shopify-webhook-id"]
    assert first[0]["x-shopify-triggered-at"] == second[0]["x-shopify-triggered-at"]
    assert first[1] == second[1]
    until(lambda: len(deliveries(shop, "delivered")) == 1)


def test_a_redirect_counts_as_a_failure(shop: Stage, receiver: Receiver) -> None:
    receiver.statuses = [302]
    change_shop(shop)

    until(
        lambda: [each["status"] for each in (deliveries(shop, "pending") or [{"attempts": []}])[0]["attempts"]] == [302]
    )


def test_after_eight_retries_over_four_hours_a_delivery_is_given_up(shop: Stage, receiver: Receiver) -> None:
    receiver.statuses = [500] * 20
    change_shop(shop)
    for attempt, minutes in enumerate(RETRY_MINUTES, start=1):
        until(lambda attempt=attempt: len(deliveries(shop, "")[0]["attempts"]) == attempt)
        shop.world.clock.advance(minutes * 60 + 1)
    until(lambda: bool(deliveries(shop, "failed")))

    assert sum(RETRY_MINUTES) == 240
    assert len(receiver.got) == 9


def test_what_was_pending_goes_out_after_a_restart(small_seed: SeedShop, receiver: Receiver, tmp_path: Path) -> None:
    file = tmp_path / "shop.sqlite3"
    killed = make_stage(small_seed, Store(file), app_url=receiver.url)
    change_shop(killed)

    restarted = make_stage(small_seed, Store(file), app_url=receiver.url)
    sender = Sender(restarted.world.outbox)
    sender.start()
    try:
        until(lambda: receiver.topics() == ["shop/update"])
    finally:
        sender.stop()


def test_flushing_makes_everything_that_waits_due_at_once(small_seed: SeedShop) -> None:
    stage = make_stage(small_seed)
    stage.post("/faults", {"kind": "late", "match": "shop/update"})
    change_shop(stage)
    waiting = deliveries(stage, "pending")[0]["due_at"]

    assert stage.post("/webhooks/flush") == {"due": 1}
    assert deliveries(stage, "pending")[0]["due_at"] < waiting


def test_twice_sends_the_same_delivery_two_times(shop: Stage, receiver: Receiver) -> None:
    shop.post("/faults", {"kind": "twice", "match": "shop/update"})
    change_shop(shop)
    until(lambda: len(receiver.got) == 2)

    assert len({headers["x-shopify-webhook-id"] for headers, _ in receiver.got}) == 1


def test_a_dropped_delivery_never_arrives_and_the_next_one_does(shop: Stage, receiver: Receiver) -> None:
    shop.post("/faults", {"kind": "drop", "match": "shop/update", "count": 1})
    change_shop(shop)
    change_shop(shop)
    until(lambda: len(deliveries(shop, "delivered")) == 1)

    assert len(deliveries(shop, "dropped")) == 1
    assert len(receiver.got) == 1


def test_a_reordered_delivery_arrives_after_the_one_that_followed_it(shop: Stage, receiver: Receiver) -> None:
    shop.post("/faults", {"kind": "reorder", "match": "shop/update", "seconds": 600})
    change_shop(shop)
    order = shop.world.store.all("order")[0]
    shop.post(f"/orders/{order['id']}", {"note": "later"})
    until(lambda: len(receiver.got) == 2)

    assert receiver.topics() == ["orders/updated", "shop/update"]


def test_a_late_delivery_waits_for_its_time(shop: Stage, receiver: Receiver) -> None:
    shop.post("/faults", {"kind": "late", "match": "shop/update", "seconds": 3600})
    change_shop(shop)
    time.sleep(0.5)
    assert receiver.got == []

    shop.world.clock.advance(3601)
    until(lambda: len(receiver.got) == 1)


@pytest.mark.parametrize(("patience", "hears"), [(0.05, None), (60.0, 200)])
def test_an_app_has_as_many_seconds_as_the_dev_store_has_patience(
    small_seed: SeedShop, receiver: Receiver, patience: float, hears: int | None
) -> None:
    receiver.slowness_seconds = 0.8
    made = make_stage(small_seed, app_url=receiver.url, patience=patience)
    sender = Sender(made.world.outbox)
    sender.start()
    change_shop(made)

    until(lambda: bool(deliveries(made, "")[-1]["attempts"]))

    assert deliveries(made, "")[-1]["attempts"][0]["status"] == hears
    sender.stop()


def test_nothing_is_sent_to_an_app_that_is_not_installed(shop: Stage) -> None:
    shop.post("/uninstall")
    before = len(deliveries(shop, ""))
    change_shop(shop)

    assert len(deliveries(shop, "")) == before


def test_the_topics_are_those_of_the_apps_own_manifest(tmp_path: Path) -> None:
    manifest = tmp_path / "shopify.app.toml"
    manifest.write_text(
        '[access_scopes]\nscopes = "read_orders"\n[webhooks]\napi_version = "2026-10"\n'
        '[[webhooks.subscriptions]]\ntopics = ["orders/create"]\nuri = "/hooks"\ninclude_fields = ["id"]\n'
    )

    loaded = load_manifest(manifest)

    assert loaded.scopes == "read_orders"
    assert [(each.topic, each.uri, each.fields) for each in loaded.subscriptions] == [
        ("orders/create", "/hooks", ("id",))
    ]
    assert loaded.to("orders/paid") == ()
