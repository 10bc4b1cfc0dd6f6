"""Cut off, removed and installed again; and what is erased when the law asks. Told last: it shakes the house."""

from __future__ import annotations

import time

import pytest

from running import Running, Shopper, until, words
from trade import Trade

pytestmark = pytest.mark.once


def _state(demo: Running) -> str:
    return demo.rows("SELECT state FROM shop WHERE domain = :shop", shop=demo.facts["shop"])[0][0]


def test_a_revoked_token_is_noticed_and_the_next_visit_of_the_merchant_heals_it(
    demo: Running, shop: Trade, ada: Shopper
) -> None:
    shop.fault("revoked", "", 3, deep=True)
    demo.advance(31 * 60)  # reconciliation asks Shopify and is refused
    until(lambda: _state(demo) == "reauth_required")
    demo.control("DELETE", "/faults")
    order = shop.order("Kettle")
    assert "Kettle" in ada.reads(order.name, order.email)  # shoppers do not notice

    assert demo.post("/open")["status"] == 200

    until(lambda: _state(demo) == "installed")
    shop.fault("drop", "orders/", 20)
    unheard = shop.order("Lamp", heard=False)
    demo.control("DELETE", "/faults")
    demo.advance(31 * 60)
    until(lambda: demo.rows('SELECT 1 FROM "order" WHERE shopify_id = :id', id=unheard.id))


def test_a_customer_who_asks_to_be_forgotten_is(demo: Running, shop: Trade, ada: Shopper) -> None:
    customers = shop.graphql("{customers(first: 60, reverse: true) {nodes {id email numberOfOrders}}}")["customers"]
    chosen = next(each for each in customers["nodes"] if each["email"] and int(each["numberOfOrders"]) <= 1)
    number = int(chosen["id"].rpartition("/")[2])
    order = shop.order("Kettle", email=chosen["email"], customer={"id": number})
    path = demo.link(order.name)
    assert "Kettle" in words(ada.open(path).text)

    demo.post("/compliance", {"topic": "customers/redact", "customer_id": number, "orders": [order.id]})

    until(lambda: ada.open(path).status_code == 410)
    assert ada.look_up(order.name, chosen["email"]).status_code == 404
    kept = demo.rows('SELECT email_hash, phone_hash, postcode_hash FROM "order" WHERE shopify_id = :id', id=order.id)
    assert kept == [(None, None, None)]


def test_an_uninstall_that_is_told_after_the_reinstall_does_not_remove_the_app(demo: Running, shop: Trade) -> None:
    demo.settled()  # whoever asked Shopify in between would be told of the dead tokens there
    shop.fault("late", "app/uninstalled", 1, seconds=3600)
    demo.post("/uninstall")
    time.sleep(1.1)  # a session token tells its second only
    assert demo.post("/reinstall")["status"] == 200
    demo.post("/webhooks/flush")  # and only now it is told

    until(lambda: demo.control("GET", "/health")["deliveries_pending"] == 0)
    last = demo.control("GET", "/deliveries?topic=app/uninstalled&limit=1")["deliveries"][-1]
    assert last["status"] == "delivered"
    until(lambda: demo.metric("postlude_inbox_pending") == 0)

    assert _state(demo) == "reauth_required"  # installed, and its tokens known to be dead
    order = shop.order("Kettle")
    assert demo.link(order.name)
    assert demo.post("/open")["status"] == 200
    until(lambda: _state(demo) == "installed")


def test_an_uninstalled_app_answers_politely_and_a_reinstalled_one_knows_its_orders(
    demo: Running, shop: Trade, ada: Shopper
) -> None:
    order = shop.order("Kettle")  # while the past is still being read anew: the merchant need not wait for it
    path = demo.link(order.name)

    demo.post("/uninstall")
    until(lambda: _state(demo) == "uninstalled")
    themed = ada.open(path)
    assert themed.status_code == 404
    alone = ada.open(demo.facts["app_url"] + "/t/" + path.rpartition("/")[2])
    assert alone.status_code == 410
    assert "Kettle" not in themed.text + alone.text
    assert "This link has ended" in words(alone.text)
    tokens = demo.rows("SELECT access_token, refresh_token FROM shop WHERE domain = :shop", shop=demo.facts["shop"])
    assert tokens == [(None, None)]

    assert demo.post("/reinstall")["status"] == 200
    until(lambda: _state(demo) == "installed")
    until(lambda: ada.open(path).status_code == 200)
    assert "Kettle" in words(ada.open(path).text)
