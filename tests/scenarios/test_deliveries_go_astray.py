"""Webhooks that come twice, late, in the wrong order or never end in the page that they should."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from running import Running, Shopper, ask, until
from trade import Placed, Trade

pytestmark = pytest.mark.once

CITIES = ("Leipzig", "Berlin")


@pytest.fixture(autouse=True)
def no_fault_stays(demo: Running) -> Iterator[None]:
    yield
    demo.control("DELETE", "/faults")


def _travels(shop: Trade, order: Placed) -> None:
    parcel = shop.send(order)
    shop.says(parcel, "in_transit", happened_at=shop.ago(hours=20), city=CITIES[0])
    shop.says(parcel, "delivered", happened_at=shop.ago(hours=2), city=CITIES[1])


def _is_told(ada: Shopper, order: Placed) -> bool:
    said = ada.reads(order.name, order.email)
    assert re.match(r"Order #\d+ Delivered", said), said[:200]
    assert said.count(f"Delivered · {CITIES[1]}") == 2  # the latest news, and once in the log
    assert said.count(f"On its way · {CITIES[0]}") == 1
    assert "Parcel 1 of" not in said  # one parcel, whatever came twice
    return True


@pytest.mark.parametrize("kind", ["twice", "reorder", "late"])
def test_webhooks_out_of_step_end_in_the_same_page(demo: Running, shop: Trade, ada: Shopper, kind: str) -> None:
    for topic in ("orders/", "fulfillments/", "fulfillment_events/"):
        shop.fault(kind, topic, 2, seconds=3)
    order = shop.order("Wool blanket", created_at=shop.ago(days=2))

    _travels(shop, order)

    until(lambda: _is_told(ada, order))
    assert demo.rows(f"SELECT count(*) FROM shipment WHERE order_id = ({_ours(order)})") == [(1,)]


def test_webhooks_that_never_came_are_made_up_for_by_reconciliation(demo: Running, shop: Trade, ada: Shopper) -> None:
    demo.settled()  # nothing is being reconciled that would find what is lost here
    order = shop.order("Wool blanket", created_at=shop.ago(days=2))
    for topic in ("fulfillments/", "fulfillment_events/", "orders/updated"):
        shop.fault("drop", topic, 20)
    _travels(shop, order)
    assert "Delivered ·" not in ada.reads(order.name, order.email)
    demo.control("DELETE", "/faults")

    demo.advance(31 * 60)

    ada.passes.clear()  # half an hour has passed
    until(lambda: _is_told(ada, order))


def test_an_order_whose_webhooks_were_all_lost_is_found_by_reconciliation(
    demo: Running, shop: Trade, ada: Shopper
) -> None:
    demo.settled()  # the last reconciliation is over
    shop.fault("drop", "orders/", 20)
    order = shop.order("Wool scarf", heard=False)
    assert ada.look_up(order.name, order.email).status_code == 404
    demo.control("DELETE", "/faults")

    demo.advance(31 * 60)

    until(lambda: demo.rows(f"SELECT 1 FROM ({_ours(order)})"))
    assert "Wool scarf" in ada.reads(order.name, order.email)


def test_a_worker_killed_and_a_broker_emptied_lose_nothing(demo: Running, shop: Trade) -> None:
    before = demo.pids()["worker"]
    orders = [shop.order(f"Candle {each}", heard=False) for each in range(6)]
    os.killpg(before, signal.SIGKILL)
    orders += [shop.order(f"Match {each}", heard=False) for each in range(6)]
    redis.Redis(unix_socket_path=demo.broker).flushall()

    until(lambda: demo.pids()["worker"] != before)

    until(lambda: all(demo.rows(f"SELECT 1 FROM ({_ours(order)})") for order in orders))
    demo.settled()
    assert demo.metric("postlude_inbox_parked") == 0
    assert demo.metric("postlude_events_parked") == 0


def test_a_web_server_killed_is_knocked_at_again(demo: Running, shop: Trade) -> None:
    before = demo.pids()["web"]
    os.killpg(before, signal.SIGKILL)
    order = shop.order("Lantern", heard=False)
    until(lambda: None in [knock["status"] for knock in _knocks(demo)])  # nobody was there

    until(lambda: demo.pids()["web"] != before and demo.answers())
    demo.post("/webhooks/flush")  # the minutes until Shopify's next attempt are over

    until(lambda: demo.rows(f"SELECT 1 FROM ({_ours(order)})"))
    until(lambda: _knocks(demo)[-1]["status"] == 200)


def test_what_shopify_did_not_sign_is_not_taken_in(demo: Running) -> None:
    body = b'{"id": 1}'
    headers = {
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Shop-Domain": demo.facts["shop"],
        "X-Shopify-Webhook-Id": "forged",
        "X-Shopify-Hmac-Sha256": "AAAA",
    }
    answer = ask("POST", demo.facts["app_url"] + "/webhooks", content=body, headers=headers)

    assert answer.status_code == 401
    assert demo.rows("SELECT count(*) FROM delivery WHERE webhook_id = 'forged'") == [(0,)]


def _ours(order: Placed) -> str:
    return f'SELECT id FROM "order" WHERE shopify_id = {order.id}'


def _knocks(demo: Running) -> list[dict[str, Any]]:
    """The attempts to tell the app of the newest order."""
    return demo.control("GET", "/deliveries?topic=orders/create&limit=1")["deliveries"][-1]["attempts"]
