"""What the dev store sends is what Shopify publishes: every body is checked against the 2026-07 payload schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from devstage import Stage, make_stage
from devstore import payloads
from devstore.seed import SeedShop
from devstore.subscriptions import load_manifest

SCHEMAS = Path(__file__).resolve().parents[2] / ".cache" / "webhook-schemas" / "package" / "schemas" / "2026-07"
MANIFEST = Path(__file__).resolve().parents[2] / "shopify.app.toml"
TOLD_BY_RETURNS = ("returns/", "reverse_")  # held to their schemas in test_returns_exactness.py
HOW = "The published webhook schemas are missing: run `.venv/bin/python scripts/fetch_webhook_schemas.py`."

# The published schemas are inferred from one sample each, so they are narrower than the documented payloads where the
# sample held a value by chance. A null is allowed in these fields, which Shopify's documentation calls nullable:
NULLABLE = {
    "customer": "an order from a till or a draft may have no customer",
    "billing_address": "a till asks for no address",
    "shipping_address": "nothing is shipped: digital goods, a till, pick-up",
    "destination": "the same, seen from the fulfilment",
    "location_id": "a gift card is fulfilled from nowhere",
    "origin_address": "null in the sample of fulfillments/create, an object in that of orders/updated",
    "tracking_company": "a parcel without tracking",
    "tracking_number": "a parcel without tracking",
    "tracking_url": "a carrier Shopify does not know",
    "message": "FulfillmentEvent.message is nullable",
    "image": "a product without pictures",
    "note": "Refund.note is nullable",
    "user_id": "a refund made by an app has no member of staff",
}


def validator(topic: str) -> Draft202012Validator:
    file = SCHEMAS / f"{topic}.json"
    if not file.exists():
        pytest.fail(HOW)
    return Draft202012Validator(json.loads(file.read_text()))


def complaints(topic: str, body: dict[str, Any]) -> list[str]:
    """What the schema says against the body, apart from the places it is known to be narrow in."""
    return [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message[:160]}"
        for error in validator(topic).iter_errors(body)
        if not is_known_gap(error)
    ]


def is_known_gap(error: Any) -> bool:
    """Where the schema is narrower than the payload: a nullable field, a list whose sample was empty, a tax rate that
    was the whole number 0 in the sample."""
    field = next((part for part in reversed(error.absolute_path) if isinstance(part, str)), "")
    if error.validator == "items":
        return error.validator_value is False
    if error.validator == "type" and error.instance is None:
        return field in NULLABLE
    return field == "rate" and error.validator_value == "integer" and isinstance(error.instance, float)


def test_every_seeded_order_is_shaped_as_published(whole_seed: SeedShop) -> None:
    stage = make_stage(whole_seed)
    found: dict[str, str] = {}
    check = validator("orders/create")
    for order in stage.world.store.all("order"):
        body = payloads.order_body(stage.world.store, order)
        for error in check.iter_errors(body):
            if not is_known_gap(error):
                place = ".".join("*" if isinstance(part, int) else str(part) for part in error.absolute_path)
                found.setdefault(f"{place}: {error.message[-60:]}", order["name"])

    assert found == {}


@pytest.mark.parametrize(
    ("topic", "kind", "shape"),
    [
        ("fulfillments/create", "fulfillment", payloads.fulfillment_body),
        ("fulfillment_events/create", "fulfillment_event", payloads.stripped),
        ("refunds/create", "refund", payloads.stripped),
        ("products/update", "product", payloads.product_body),
        ("customers/update", "customer", payloads.customer_body),
        ("shop/update", "shop", payloads.shop_body),
    ],
)
def test_every_seeded_document_is_shaped_as_published(whole_seed: SeedShop, topic: str, kind: str, shape: Any) -> None:
    stage = make_stage(whole_seed)
    found: dict[str, int] = {}
    check = validator(topic)
    for document in stage.world.store.all(kind):
        for error in check.iter_errors(shape(document)):
            if not is_known_gap(error):
                place = ".".join("*" if isinstance(part, int) else str(part) for part in error.absolute_path)
                found.setdefault(f"{place}: {error.message[-60:]}", document["id"])

    assert found == {}


DONE = "{ userErrors { message } }"


def as_merchant(stage: Stage, mutation: str, id: str) -> dict[str, Any]:
    """What a mutation of the merchant's own answers."""
    asked = {"query": f"mutation M($id: ID!) {{ {mutation} }}", "variables": {"id": id}}
    (answer,) = stage.post("/merchant/graphql", asked)["data"].values()
    assert not answer.get("userErrors")
    return answer


def test_what_a_shop_does_in_a_day_is_shaped_as_published(stage: Stage) -> None:
    live_a_day(stage)

    topics = {each["topic"] for each in stage.control("GET", "/deliveries").json["deliveries"]}
    found = {
        topic: problems
        for topic in sorted(topics)
        for body in stage.sent(topic)
        if (problems := complaints(topic, body))
    }

    assert found == {}
    subscribed = {each.topic for each in load_manifest(MANIFEST).subscriptions}
    assert {topic for topic in subscribed if not topic.startswith(TOLD_BY_RETURNS)} <= topics


def test_a_body_that_lost_a_field_or_changed_a_type_is_noticed(stage: Stage) -> None:
    order = payloads.order_body(stage.world.store, stage.world.store.all("order")[0])

    assert complaints("orders/create", {key: value for key, value in order.items() if key != "currency"})
    assert complaints("orders/create", order | {"line_items": [order["line_items"][0] | {"quantity": "1"}]})
    assert complaints("orders/create", order | {"currency": None})


def live_a_day(stage: Stage) -> None:
    """Every topic of this chapter once."""
    lamp = stage.post("/products", {"title": "Lamp", "variants": [{"title": "Brass", "price": "49.90", "stock": 20}]})
    people = stage.world.store.all("customer")
    ada, ben, otto = people[0]["id"], people[1]["id"], people[2]["id"]
    line = {"variant_id": lamp["variants"][0]["id"], "quantity": 2}
    address = people[0]["default_address"]
    order = stage.post("/orders", {"line_items": [line], "customer": {"id": ada}, "shipping_address": address})
    parcel = stage.post(
        "/fulfillments", {"order_id": order["id"], "tracking_number": "00340434161094021501", "company": "DHL"}
    )
    scan = stage.post(
        "/events", {"fulfillment_id": parcel["id"], "status": "in_transit", "city": "Kiel", "country": "DE"}
    )
    stage.control("DELETE", f"/events/{scan['id']}")
    payment = stage.world.store.find("transaction", order_id=order["id"])[0]["id"]
    gid = f"gid://shopify/Order/{order['id']}"
    money = {"orderId": gid, "parentId": f"gid://shopify/OrderTransaction/{payment}", "gateway": "x", "kind": "REFUND"}
    refund = """mutation R($input: RefundInput!) {
      refundCreate(input: $input) @idempotent(key: "day") { userErrors { message } } }"""
    item = stage.world.store.peek("order", order["id"])["line_items"][0]["id"]  # type: ignore[index]
    goods = {"lineItemId": f"gid://shopify/LineItem/{item}", "quantity": 1, "restockType": "NO_RESTOCK"}
    wanted = {"orderId": gid, "transactions": [{**money, "amount": "40.00"}], "refundLineItems": [goods]}
    assert stage.read(refund, input=wanted)["refundCreate"]["userErrors"] == []
    begun = as_merchant(stage, "orderEditBegin(id: $id) { calculatedOrder { id } }", gid)["calculatedOrder"]["id"]
    variant = f'"gid://shopify/ProductVariant/{line["variant_id"]}"'
    added = f"variantId: {variant}, quantity: 1, allowDuplicates: true"
    as_merchant(stage, f"orderEditAddVariant(id: $id, {added}) {DONE}", begun)
    as_merchant(stage, f'orderEditCommit(id: $id, staffNote: "Ada asked") {DONE}', begun)
    for choice in ("pick_up", "local"):
        taken_home = {"line_items": [line], "customer": {"id": ben}, "shipping_address": address, "delivery": choice}
        stage.post(f"/orders/{stage.post('/orders', taken_home)['id']}/prepared")
    second = stage.post("/orders", {"line_items": [line], "customer": {"id": ben}})
    stage.post(f"/orders/{second['id']}/cancel")
    stage.control("DELETE", f"/orders/{second['id']}")
    stage.post(f"/products/{lamp['id']}", {"title": "Lamp, new"})
    stage.control("DELETE", f"/products/{lamp['id']}")
    stage.post(f"/customers/{ada}", {"phone": "+4915100000000"})
    stage.post("/customers/merge", {"kept_id": ada, "deleted_id": ben})
    stage.control("DELETE", f"/customers/{otto}")
    stage.post("/shop", {"phone": "+46313900613"})
    stage.post("/markets", {"handle": "alps", "name": "Alps", "regions": ["AT", "CH"]})
    stage.post("/markets", {"handle": "alps", "status": "DRAFT"})
    stage.control("DELETE", "/markets/alps")
    plan = stage.post("/billing", {"plan": "growth"})
    stage.post(f"/billing/{plan['id']}/approve")
    stage.post("/scopes", {"scopes": "read_orders,read_products"})
    stage.post("/compliance", {"topic": "customers/data_request", "customer_id": ada})
    stage.post("/compliance", {"topic": "customers/redact", "customer_id": ada})
    stage.post("/compliance", {"topic": "shop/redact"})
    stage.post("/uninstall")
