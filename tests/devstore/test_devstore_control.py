"""The control API: what merchants, customers and carriers do, and how wrong requests are told."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from devstage import Stage, make_stage
from devstore.seed import SeedShop


@pytest.fixture
def order(stage: Stage) -> dict[str, Any]:
    """Ada's order: two books and a pen."""
    lines = [{"title": "Book", "price": "9.00", "quantity": 2}, {"title": "Pen", "price": "1.50"}]
    address = {"first_name": "Ada", "last_name": "Lund", "city": "Kiel", "zip": "24103", "country_code": "DE"}
    placed = stage.post("/orders", {"line_items": lines, "email": "ada@example.com", "shipping_address": address})
    return stage.control("GET", f"/orders/{placed['id']}").json


def ask_order(stage: Stage, id: int, fields: str) -> dict[str, Any]:
    return stage.read(f"query O($id: ID!) {{ order(id: $id) {{ {fields} }} }}", id=f"gid://shopify/Order/{id}")["order"]


def test_an_order_goes_out_in_two_parcels(stage: Stage, order: dict[str, Any]) -> None:
    book = order["line_items"][0]["id"]
    first = stage.post(
        "/fulfillments", {"order_id": order["id"], "lines": [{"id": book, "quantity": 1}], "company": "DHL"}
    )
    half = ask_order(
        stage, order["id"], "displayFulfillmentStatus lineItems(first: 2) { nodes { unfulfilledQuantity } }"
    )
    second = stage.post("/fulfillments", {"order_id": order["id"], "tracking_number": "1Z", "company": "UPS"})
    whole = ask_order(
        stage, order["id"], "displayFulfillmentStatus fulfillments { name totalQuantity trackingInfo { url } }"
    )

    assert (first["name"], second["name"]) == (f"{order['name']}.1", f"{order['name']}.2")
    assert half["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
    assert [line["unfulfilledQuantity"] for line in half["lineItems"]["nodes"]] == [1, 1]
    assert whole["displayFulfillmentStatus"] == "FULFILLED"
    assert [parcel["totalQuantity"] for parcel in whole["fulfillments"]] == [1, 2]
    assert whole["fulfillments"][1]["trackingInfo"][0]["url"] == "https://www.ups.com/track?loc=en_US&tracknum=1Z"


def test_more_than_is_open_cannot_be_sent(stage: Stage, order: dict[str, Any]) -> None:
    book = order["line_items"][0]["id"]
    refused = stage.control("POST", "/fulfillments", {"order_id": order["id"], "lines": [{"id": book, "quantity": 3}]})

    assert refused.status_code == 422
    assert refused.json["error"] == f"Line {book}: 3 cannot be fulfilled, 2 are open."


def test_events_move_a_parcel_by_when_they_happened_not_by_when_they_arrived(
    stage: Stage, order: dict[str, Any]
) -> None:
    parcel = stage.post("/fulfillments", {"order_id": order["id"], "tracking_number": "1Z", "company": "UPS"})["id"]
    for status, when in (("delivered", "2026-11-22T15:00:00+01:00"), ("in_transit", "2026-11-22T08:00:00+01:00")):
        stage.post("/events", {"fulfillment_id": parcel, "status": status, "happened_at": when, "city": "Kiel"})

    fields = "displayStatus deliveredAt events(first: 5) { nodes { status happenedAt city } }"
    shown = ask_order(stage, order["id"], f"fulfillments {{ {fields} }}")["fulfillments"][0]
    assert shown["displayStatus"] == "DELIVERED"
    assert shown["deliveredAt"] == "2026-11-22T14:00:00Z"
    assert [event["status"] for event in shown["events"]["nodes"]] == ["IN_TRANSIT", "DELIVERED"]
    assert stage.sent("fulfillments/update")[-1]["shipment_status"] == "delivered"


def test_an_event_taken_back_puts_the_parcel_where_it_was(stage: Stage, order: dict[str, Any]) -> None:
    parcel = stage.post("/fulfillments", {"order_id": order["id"]})["id"]
    stage.post("/events", {"fulfillment_id": parcel, "status": "in_transit", "happened_at": "2026-11-20T08:00:00Z"})
    wrong = stage.post(
        "/events", {"fulfillment_id": parcel, "status": "delivered", "happened_at": "2026-11-21T08:00:00Z"}
    )

    assert stage.control("DELETE", f"/events/{wrong['id']}").status_code == 200

    assert stage.sent("fulfillments/update")[-1]["shipment_status"] == "in_transit"
    assert stage.sent("fulfillment_events/delete")[-1]["id"] == wrong["id"]


def test_a_word_of_a_newer_version_reaches_webhooks_but_not_the_older_api(stage: Stage, order: dict[str, Any]) -> None:
    parcel = stage.post("/fulfillments", {"order_id": order["id"]})["id"]
    stage.post("/events", {"fulfillment_id": parcel, "status": "returning_to_sender"})
    stage.post("/events", {"fulfillment_id": parcel, "status": "beamed_up"})

    events = ask_order(stage, order["id"], "fulfillments { events(first: 5) { nodes { status } } }")
    assert [each["status"] for each in events["fulfillments"][0]["events"]["nodes"]] == ["FAILURE"]
    assert stage.sent("fulfillment_events/create")[-1]["status"] == "beamed_up"


def test_a_carrier_scan_finds_the_parcel_by_its_number(stage: Stage, order: dict[str, Any]) -> None:
    stage.post("/fulfillments", {"order_id": order["id"], "tracking_number": "UNIQUE-7", "company": "UPS"})

    scan = stage.post("/carrier-scans", {"tracking_number": "UNIQUE-7", "status": "out_for_delivery"})

    assert len(scan["event_ids"]) == 1
    kept = stage.control("GET", "/carrier-scans?tracking_number=UNIQUE-7").json["scans"]
    assert [each["status"] for each in kept] == ["out_for_delivery"]


def test_a_fulfilment_called_off_opens_its_lines_again(stage: Stage, order: dict[str, Any]) -> None:
    parcel = stage.post("/fulfillments", {"order_id": order["id"]})["id"]
    stage.post(f"/fulfillments/{parcel}/cancel")

    shown = ask_order(stage, order["id"], "displayFulfillmentStatus fulfillments { status displayStatus }")
    assert shown["displayFulfillmentStatus"] == "UNFULFILLED"
    assert shown["fulfillments"] == [{"status": "CANCELLED", "displayStatus": "CANCELED"}]


def test_the_merchants_own_graphql_fires_webhooks(stage: Stage, order: dict[str, Any]) -> None:
    line = order["line_items"][0]["id"]
    query = """mutation F($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) {
      fulfillment { id trackingInfo { number company } } userErrors { message } } }"""
    part = {"id": f"gid://shopify/FulfillmentOrderLineItem/{line}", "quantity": 1}
    whole = {"fulfillmentOrderId": f"gid://shopify/FulfillmentOrder/{order['id']}", "fulfillmentOrderLineItems": [part]}
    given = {"lineItemsByFulfillmentOrder": [whole], "trackingInfo": {"number": "42", "company": "DHL"}}

    body = stage.post("/merchant/graphql", {"query": query, "variables": {"f": given}})

    assert body["data"]["fulfillmentCreate"]["userErrors"] == []
    assert stage.sent("fulfillments/create")[-1]["tracking_number"] == "42"


def test_tags_are_added_once_and_kept(stage: Stage, order: dict[str, Any]) -> None:
    query = """mutation T($id: ID!, $tags: [String!]!) {
      tagsAdd(id: $id, tags: $tags) { node { id } userErrors { message } } }"""
    for tags in (["late"], ["late", "called"]):
        stage.read(query, id=f"gid://shopify/Order/{order['id']}", tags=tags)

    assert ask_order(stage, order["id"], "tags")["tags"] == ["called", "late"]
    assert stage.sent("orders/updated")[-1]["tags"] == "late, called"


PEN: dict[str, Any] = {"line_items": [{"title": "Pen", "price": "2.00"}]}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "sentence"),
    [
        ("POST", "/orders", {}, 422, "line_items must name at least one line."),
        ("POST", "/orders", {"line_items": [{"variant_id": 1}]}, 422, "There is no variant with the id 1."),
        (
            "POST",
            "/orders",
            {"line_items": [{"title": "x"}]},
            422,
            "A line needs a variant_id, or a title and a price.",
        ),
        ("POST", "/fulfillments", {"order_id": 1}, 404, "There is no order with the id 1."),
        ("POST", "/fulfillments", {}, 422, "order_id is missing or not a number."),
        ("POST", "/events", {"fulfillment_id": 1, "status": "x"}, 404, "There is no fulfillment with the id 1."),
        ("POST", "/events", {"fulfillment_id": 1}, 422, "status is missing, for example in_transit."),
        ("POST", "/clock", {"advance_seconds": "soon"}, 422, "advance_seconds must be a whole number."),
        ("POST", "/products", {}, 422, "A product needs a title."),
        ("POST", "/compliance", {"topic": "orders/create"}, 422, "topic must be one of"),
        ("POST", "/faults", {"kind": "gremlin"}, 422, "kind must be one of"),
        ("POST", "/faults", {"kind": "5xx", "count": 0}, 422, "count must be a whole number of at least 1."),
        ("POST", "/orders", {"line_items": "x"}, 422, "line_items must be a list."),
        ("POST", "/orders", {"line_items": [None]}, 422, "line_items[0] is missing."),
        ("POST", "/orders", PEN | {"customer": "Ada"}, 422, "customer must be a JSON object."),
        ("POST", "/orders", PEN | {"created_at": "soon"}, 422, "created_at must be a time like"),
        ("POST", "/orders", PEN | {"currency": "euro"}, 422, "currency must be a currency like EUR."),
        ("POST", "/orders", PEN | {"transactions": [{"gateway": "visa"}]}, 422, "transactions[0].amount is missing."),
        ("POST", "/orders", {"line_items": [{"title": "x", "price": "NaN"}]}, 422, "line_items[0].price must be an"),
        ("POST", "/orders", {"line_items": [{"title": "x", "price": -1}]}, 422, "line_items[0].price must be an"),
        ("POST", "/fulfillments", {"order_id": 1, "lines": [{}]}, 422, "lines[0].id is missing."),
        ("POST", "/payments", {"order_id": 1, "amount": "much"}, 422, "amount must be an amount like 12.34."),
        ("POST", "/products", {"title": "x", "variants": [{"stock": "a few"}]}, 422, "variants[0].stock must be a"),
        ("POST", "/clock", {"advance_seconds": 10**30}, 422, "the calendar goes"),
        ("POST", "/shop", {"iana_timezone": "Mars/Olympus"}, 422, "iana_timezone must be a time zone like"),
        ("POST", "/faults", {"kind": "late", "seconds": "long"}, 422, "seconds must be an amount like"),
        (
            "POST",
            "/compliance",
            {"topic": "customers/redact", "customer_id": "Ada"},
            422,
            "customer_id must be a whole",
        ),
        ("GET", "/nowhere", None, 404, "There is no such call"),
        ("PUT", "/orders", {}, 405, "There is no such call"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    stage: Stage, method: str, path: str, body: dict | None, status: int, sentence: str
) -> None:
    answer = stage.control(method, path, body)

    assert answer.status_code == status
    assert sentence in answer.json["error"]


def test_what_is_null_or_missing_counts_as_left_out(stage: Stage) -> None:
    order = PEN | {"shipping_lines": None, "email": None, "shipping_address": None, "transactions": None}
    product = {"title": "Lamp", "variants": [{"title": "Brass", "price": "5.00", "stock": None}]}

    taxed = {"line_items": [{"title": "Pen", "price": "2.00", "tax_lines": [{"price": "0.32"}]}]}
    for body in (order, taxed):
        assert stage.control("POST", "/orders", body).status_code == 200
    assert stage.control("POST", "/products", product).status_code == 200


def test_an_amount_in_both_currencies_needs_no_plain_one_and_one_of_them_is_needed(stage: Stage) -> None:
    def placed(tax: dict[str, Any]) -> Any:
        line = {"title": "Pen", "price": "2.00", "tax_lines": [tax]}
        return stage.control("POST", "/orders", {"line_items": [line], "presentment_currency": "SEK"})

    both = {"shop_money": {"amount": "0.32"}, "presentment_money": {"amount": "3.58", "currency_code": "SEK"}}
    assert placed({"title": "Moms", "price_set": both}).status_code == 200
    assert placed({"title": "Moms"}).json["error"] == "line_items[0].tax_lines[0].price is missing."


def test_a_body_that_is_not_json_is_told_so(stage: Stage) -> None:
    answer = stage.client.post("/control/orders", data="line_items=1")

    assert (answer.status_code, answer.json["error"]) == (422, "The body must be a JSON object.")


def test_the_clock_waits_for_the_scheduler_to_have_seen_it(small_seed: SeedShop, tmp_path: Path) -> None:
    file = tmp_path / "clock"
    stage = make_stage(small_seed, clock_file=file)

    def scheduler() -> None:
        while not file.exists():
            time.sleep(0.01)
        time.sleep(0.3)
        file.with_name("clock.seen").write_text(file.read_text())

    threading.Thread(target=scheduler, daemon=True).start()
    began = time.monotonic()
    answer = stage.post("/clock", {"advance_seconds": 3600})

    assert answer["scheduler_seen"] is True
    assert time.monotonic() - began >= 0.3
    assert file.read_text() == "3600"


def test_installing_grants_the_scopes_and_opens_the_app(small_seed: SeedShop) -> None:
    stage = make_stage(small_seed, app_url="http://127.0.0.1:9", installed_scopes="read_orders")

    answer = stage.control("POST", "/install", {})

    assert answer.status_code == 422
    assert "did not answer at http://127.0.0.1:9" in answer.json["error"]
    assert stage.exchange().json["scope"] == "read_orders"


def test_two_customers_become_one(stage: Stage) -> None:
    ada, ben = (each["id"] for each in stage.world.store.all("customer")[:2])
    placed = stage.post("/orders", {"line_items": [{"title": "Book", "price": "9.00"}], "customer": {"id": ben}})

    stage.post("/customers/merge", {"kept_id": ada, "deleted_id": ben})

    assert ask_order(stage, placed["id"], "customer { id }")["customer"]["id"] == f"gid://shopify/Customer/{ada}"
    merge = stage.sent("customers/merge")[-1]
    assert merge["admin_graphql_api_customer_deleted_id"] == f"gid://shopify/Customer/{ben}"
