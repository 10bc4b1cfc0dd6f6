"""Webhook bodies as published, answers that are lost, and books that balance whatever is returned."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from devstage import Stage
from returns_desk import (
    BY_ID,
    CREATE,
    DECLINE,
    PROCESS,
    READ,
    REMOVE,
    REQUEST,
    RETURNABLE,
    SCOPES,
    Desk,
    gid,
    goods,
    sell,
    worked_example,
)

SCHEMAS = Path(__file__).resolve().parents[2] / ".cache" / "webhook-schemas" / "package" / "schemas" / "2026-07"
# The samples behind the schemas held null or an empty list here by chance; the fields are strings and objects.
NULL_IN_THE_SAMPLE = {"name", "public_file_url", "created_at", "tracking_url", "location"}
NULLABLE = {
    *("carrier_name", "tracking_number", "tracking_company", "note", "user_id", "location_id", "image", "destination"),
    *("billing_address", "shipping_address", "origin_address"),
}
WHOLE = {"first_name": "Ada", "last_name": "Lindholm", "address1": "Storgatan 1", "zip": "411 24", "city": "Göteborg",
         "province": "Västra Götaland", "province_code": "O", "country": "Sweden", "country_code": "SE",
         "phone": "+46701740605"}  # fmt: skip
"""An address with every field of the samples."""

CREDIT = """mutation C($id: ID!, $in: StoreCreditAccountCreditInput!) {
  storeCreditAccountCredit(id: $id, creditInput: $in) { userErrors { code } } }"""


def complaints(topic: str, body: dict[str, Any]) -> list[str]:
    file = SCHEMAS / f"{topic}.json"
    assert file.exists(), "Run `.venv/bin/python scripts/fetch_webhook_schemas.py`."
    found = []
    for error in Draft202012Validator(json.loads(file.read_text())).iter_errors(body):
        field = next((part for part in reversed(error.absolute_path) if isinstance(part, str)), "")
        unfilled = error.validator == "items" and error.validator_value is False
        narrow = error.validator == "type" and (
            (error.validator_value == "null" and field in NULL_IN_THE_SAMPLE)
            or (error.instance is None and field in NULLABLE | NULL_IN_THE_SAMPLE)
            or (field == "rate" and isinstance(error.instance, float))
        )
        if not unfilled and not narrow:
            found.append(f"{'.'.join(map(str, error.absolute_path))}: {error.message[:140]}")
    return found


def live_through_returns(stage: Stage) -> Desk:
    """Every topic of returns once."""
    ada = worked_example(stage, quantity=6, shipping_address=WHOLE)
    asked = ada.did(REQUEST, **{"in": {"orderId": ada.order_gid, "returnLineItems": [ada.line()]}})
    ada.did(DECLINE, **{"in": {"id": asked["id"], "declineReason": "OTHER", "declineNote": "No"}})
    fee = {"amount": ada.money("4.90")}
    made = ada.create(ada.line(2), exchangeLineItems=[ada.new("M", discount="5.00")], returnShippingFee=fee)
    line = made["returnLineItems"]["nodes"][0]["id"]
    order = made["reverseFulfillmentOrders"]["nodes"][0]
    send = """mutation D($id: ID!) { reverseDeliveryCreateWithShipping(reverseFulfillmentOrderId: $id,
      reverseDeliveryLineItems: [], trackingInput: {number: "RR1", url: "https://track.example/RR1"},
      labelInput: {fileUrl: "https://labels.example/1.pdf"}) { userErrors { message } } }"""
    assert ada.ask(send, id=order["id"])["userErrors"] == []
    ada.did(REMOVE, id=made["id"], r=[{"returnLineItemId": line, "quantity": 1}])
    shelf = {
        "reverseFulfillmentOrderLineItemId": order["lineItems"]["nodes"][0]["id"],
        "quantity": 1,
        "dispositionType": "RESTOCKED",
        "locationId": gid("Location", stage.world.store.all("location")[0]["id"]),
    }
    swap = made["exchangeLineItems"]["nodes"][0]["id"]
    step = {"returnId": made["id"], "returnLineItems": [{"id": line, "quantity": 1, "dispositions": [shelf]}]}
    ada.did(PROCESS, **{"in": step | {"exchangeLineItems": [{"id": swap, "quantity": 1}]}})
    ada.process(ada.create(), financialTransfer=ada.credit("40.00"))
    other = ada.create()
    for verb in ("returnClose", "returnReopen", "returnCancel"):
        ada.did(BY_ID[verb], id=other["id"])
    return ada


def test_what_a_return_tells_is_shaped_as_published(stage: Stage) -> None:
    live_through_returns(stage)

    told = stage.control("GET", "/deliveries?limit=5000").json["deliveries"]
    found = {each["topic"]: problems for each in told if (problems := complaints(each["topic"], each["body"]))}

    assert found == {}
    verbs = ("request", "approve", "decline", "cancel", "close", "reopen", "update", "process")
    assert {
        *(f"returns/{verb}" for verb in verbs),
        *("reverse_deliveries/attach_deliverable", "reverse_fulfillment_orders/dispose"),
        *("refunds/create", "orders/updated", "inventory_levels/update"),
    } <= {each["topic"] for each in told}


def test_a_body_that_lost_a_field_is_noticed(stage: Stage) -> None:
    ada = worked_example(stage)
    ada.did(BY_ID["returnClose"], id=ada.create()["id"])
    body = stage.sent("returns/close")[-1]

    assert complaints("returns/close", {key: value for key, value in body.items() if key != "order_id"})
    assert complaints("returns/close", body | {"id": "1"})


def test_a_lost_answer_of_return_process_leaves_exactly_one_movement(stage: Stage) -> None:
    ada = worked_example(stage)
    made = ada.create()
    wanted = ada.everything(made) | {"financialTransfer": ada.refund("48.60"), "note": "step 7"}
    stage.post("/faults", {"kind": "answer_lost", "match": "returnProcess"})

    lost = stage.ask(PROCESS, None, **{"in": wanted})

    assert len(lost.data) < lost.content_length
    assert ada.ledger("refund") == [("refund", "48.60")]
    (line,) = stage.read(READ, id=made["id"])["return"]["returnLineItems"]["nodes"]
    assert line["processedQuantity"] == 1
    assert ada.refused(PROCESS, **{"in": wanted})[0] == "INVALID_STATE"


def test_a_lost_answer_of_a_credit_leaves_one_and_a_blind_repeat_makes_two(stage: Stage) -> None:
    ada = worked_example(stage)
    owner = gid("Customer", stage.world.store.all("customer")[0]["id"])
    given = {"creditAmount": ada.money("4.50"), "expiresAt": "2031-01-01T00:00:07Z"}
    stage.post("/faults", {"kind": "answer_lost", "match": "storeCreditAccountCredit"})

    stage.ask(CREDIT, None, id=owner, **{"in": given})

    assert ada.ledger("store_credit") == [("store_credit", "4.50")]
    stage.ask(CREDIT, None, id=owner, **{"in": given})
    assert ada.ledger("store_credit") == [("store_credit", "4.50")] * 2


def test_ledger_rows_say_what_moved_for_which_return(stage: Stage) -> None:
    ada = worked_example(stage)
    made = ada.create(exchangeLineItems=[ada.new("scarf")])
    ada.process(made, financialTransfer=ada.refund("5.40"))

    rows = [row for row in stage.control("GET", "/ledger").json["rows"] if row["return_id"]]

    assert set(rows[0]) == {
        *("id", "at", "shop", "order_id", "return_id", "customer_id", "kind", "tender", "amount", "currency", "cause")
    }
    assert sorted((row["kind"], row["tender"], row["amount"]) for row in rows) == [
        ("exchange_sale", "exchange", "43.20"),
        ("refund", "shopify_payments", "5.40"),
    ]
    assert {gid("Return", row["return_id"]) for row in rows} == {made["id"]}
    assert all(row["at"].endswith("Z") and row["currency"] == "EUR" for row in rows)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_comes_back_the_shop_never_pays_more_than_it_got(stage: Stage, seed: int) -> None:
    draw = random.Random(seed)
    ada = random_order(stage, draw)
    paid = money(ada, "charge")
    for _ in range(8):
        made = random_return(ada, draw)
        if made is None:
            break
        suggested = ada.outcome(made)["financialTransfer"]
        transfer = {}
        if suggested and suggested["__typename"] == "RefundReturnOutcome":
            amount = suggested["amount"]["presentmentMoney"]["amount"]
            choose = ada.refund if draw.random() < 0.6 else ada.credit
            transfer = {"financialTransfer": choose(amount)}
        ada.process(made, **transfer)
        order = ada.stage.world.need("order", ada.order_id)
        back = money(ada, "refund", "store_credit_refund")
        assert back <= money(ada, "charge")
        assert balances(ada, order)
        if draw.random() < 0.5 and Decimal(order["total_outstanding"]):
            ada.stage.post("/payments", {"order_id": ada.order_id})
    assert money(ada, "charge") >= paid


def test_returning_everything_piece_by_piece_gives_back_exactly_what_was_paid(stage: Stage) -> None:
    for seed in range(6):
        ada = random_order(stage, random.Random(100 + seed))
        while left(ada):
            (id, _), *_ = left(ada)
            made = ada.create({"fulfillmentLineItemId": id, "quantity": 1})
            suggested = ada.outcome(made)["financialTransfer"]
            amount = suggested["amount"]["presentmentMoney"]["amount"] if suggested else None
            ada.process(made, **({"financialTransfer": ada.refund(amount)} if amount else {}))
        assert money(ada, "refund") == money(ada, "charge"), f"seed {100 + seed}"


def random_order(stage: Stage, draw: random.Random) -> Desk:
    """Two lines with crooked prices and discounts, with tax in or on top, in one of four currencies."""
    stage.install(SCOPES)
    rate = draw.choice([0, 0.08, 0.19, 0.25])
    prices = {name: f"{draw.randint(100, 9999) / 100:.2f}" for name in ("S", "M", "L")}
    variants = goods(stage, rate, **prices)
    lines = []
    for name in ("S", "M"):
        quantity = draw.randint(1, 3)
        cut = min(Decimal(draw.randint(0, 900)) / 100, Decimal(prices[name]) * quantity)
        cuts = [{"amount": str(cut), "discount_application_index": 0}] if cut else []
        lines.append({"variant_id": variants[name], "quantity": quantity, "discount_allocations": cuts})
    terms = {"type": "manual", "title": "Less", "value": "1.00", "value_type": "fixed_amount"}
    return sell(
        stage,
        lines,
        variants,
        taxes_included=draw.random() < 0.5,
        presentment_currency=draw.choice(["EUR", "SEK", "JPY", "KWD"]),
        discount_applications=[terms],
    )


def left(ada: Desk) -> list[tuple[str, int]]:
    found = ada.stage.read(RETURNABLE, id=ada.order_gid)["returnableFulfillments"]["nodes"]
    return [
        (line["fulfillmentLineItem"]["id"], line["quantity"])
        for each in found
        for line in each["returnableFulfillmentLineItems"]["nodes"]
    ]


def random_return(ada: Desk, draw: random.Random) -> dict[str, Any] | None:
    free = left(ada)
    if not free:
        return None
    id, most = draw.choice(free)
    line: dict[str, Any] = {"fulfillmentLineItemId": id, "quantity": draw.randint(1, most)}
    if draw.random() < 0.3:
        line["restockingFee"] = {"percentage": draw.choice([10, 33.3, 100])}
    more: dict[str, Any] = {}
    if draw.random() < 0.3:
        more["returnShippingFee"] = {"amount": ada.money(str(draw.randint(1, 9)))}
    if draw.random() < 0.4:
        more["exchangeLineItems"] = [ada.new("L", discount=draw.choice([None, "3"]))]
    return ada.did(CREATE, **{"in": {"orderId": ada.order_gid, "returnLineItems": [line], **more}})


def money(ada: Desk, *kinds: str) -> Decimal:
    return sum((Decimal(amount) for _, amount in ada.ledger(*kinds)), Decimal(0))


def balances(ada: Desk, order: dict[str, Any]) -> bool:
    """What the order is worth is what the shop holds and what is still owed."""
    current = Decimal(order["current_total_price_set"]["presentment_money"]["amount"])
    shown = ada.order()
    net = Decimal(shown["netPaymentSet"]["presentmentMoney"]["amount"])
    return current == net + Decimal(shown["totalOutstandingSet"]["presentmentMoney"]["amount"])
