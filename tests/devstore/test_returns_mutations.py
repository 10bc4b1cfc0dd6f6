"""Every step of a return: what it does, what it refuses, what it tells the app."""

from __future__ import annotations

from typing import Any

import pytest

from devstage import Stage
from returns_desk import (
    APPROVE,
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
    shown,
    worked_example,
)

REASONS = """query R($handles: [String!]) { returnReasonDefinitions(first: 50, handles: $handles) {
  nodes { id handle name deleted } } }"""
SEND_BACK = """mutation D($id: ID!, $l: [ReverseDeliveryLineItemInput!]!, $t: ReverseDeliveryTrackingInput,
    $f: ReverseDeliveryLabelInput) {
  reverseDeliveryCreateWithShipping(reverseFulfillmentOrderId: $id, reverseDeliveryLineItems: $l, trackingInput: $t,
    labelInput: $f) { reverseDelivery { id } userErrors { code field message } } }"""
NEW_LABEL = """mutation U($id: ID!, $t: ReverseDeliveryTrackingInput) {
  reverseDeliveryShippingUpdate(reverseDeliveryId: $id, trackingInput: $t) {
    reverseDelivery { id deliverable { ... on ReverseDeliveryShippingDeliverable { tracking { number } } } }
    userErrors { code field message } } }"""
DISPOSE = """mutation X($in: [ReverseFulfillmentOrderDisposeInput!]!) {
  reverseFulfillmentOrderDispose(dispositionInputs: $in) {
    reverseFulfillmentOrderLineItems { id totalQuantity dispositions { type quantity } }
    userErrors { code field message } } }"""
REFUND = """mutation R($input: RefundInput!) { refundCreate(input: $input) @idempotent(key: "one") {
  refund { id orderAdjustments(first: 5) { nodes { id } } } userErrors { field message } } }"""
RELEASE = """mutation H($id: ID!, $holds: [ID!]) { fulfillmentOrderReleaseHold(id: $id, holdIds: $holds) {
  fulfillmentOrder { id status } userErrors { code field message } } }"""
SUGGESTED = """query S($id: ID!) { order(id: $id) { suggestedRefund(suggestFullRefund: false) {
  amountSet { presentmentMoney { amount } } suggestedTransactions { amountSet { presentmentMoney { amount } } } } } }"""


@pytest.fixture
def ada(stage: Stage) -> Desk:
    return worked_example(stage)


def returnable(desk: Desk) -> list[int]:
    found = desk.stage.read(RETURNABLE, id=desk.order_gid)["returnableFulfillments"]["nodes"]
    return [line["quantity"] for each in found for line in each["returnableFulfillmentLineItems"]["nodes"]]


def reverse_line(made: dict[str, Any]) -> str:
    return made["reverseFulfillmentOrders"]["nodes"][0]["lineItems"]["nodes"][0]["id"]


def place(desk: Desk) -> str:
    return gid("Location", desk.stage.world.store.all("location")[0]["id"])


def stock(desk: Desk, name: str) -> int:
    products = desk.stage.world.store.all("product")
    return next(v["inventory_quantity"] for p in products for v in p["variants"] if v["id"] == desk.variants[name])


def test_a_return_that_is_created_is_open_and_holds_its_pieces(ada: Desk) -> None:
    assert returnable(ada) == [2]

    made = ada.create(ada.line(returnReasonNote="A bit tight"))

    (line,) = made["returnLineItems"]["nodes"]
    assert made["status"] == "OPEN"
    assert made["name"].endswith("-R1")
    assert (line["quantity"], line["processableQuantity"], line["processedQuantity"]) == (1, 1, 0)
    assert line["returnReasonNote"] == "A bit tight"
    assert made["reverseFulfillmentOrders"]["nodes"][0]["lineItems"]["nodes"][0]["totalQuantity"] == 1
    assert returnable(ada) == [1]
    assert made["order"]["returnStatus"] == "IN_PROGRESS"
    (told,) = ada.stage.sent("returns/approve")
    assert told["return_line_items"][0]["fulfillment_line_item"]["line_item"]["id"]


def test_calling_create_twice_makes_two_returns_until_nothing_is_left(ada: Desk) -> None:
    ada.create()
    ada.create()

    code, field = ada.refused(CREATE, **{"in": {"orderId": ada.order_gid, "returnLineItems": [ada.line()]}})

    assert (code, field) == ("INVALID", ["returnInput", "returnLineItems", "0", "quantity"])


NO_SENT = "gid://shopify/FulfillmentLineItem/1001"
NO_REASON = "gid://shopify/ReturnReasonDefinition/1"
NO_GOODS = {"variantId": "gid://shopify/ProductVariant/1", "quantity": 1}
FEE, OTHER_FEE = {"amount": "-1", "currencyCode": "EUR"}, {"amount": "1", "currencyCode": "USD"}


@pytest.mark.parametrize(
    ("change", "code", "end"),
    [
        ({"orderId": "gid://shopify/Order/1"}, "NOT_FOUND", "orderId"),
        ({"returnLineItems": []}, "BLANK", "returnLineItems"),
        ({"line": {"fulfillmentLineItemId": NO_SENT}}, "NOT_FOUND", "fulfillmentLineItemId"),
        ({"line": {"quantity": 3}}, "INVALID", "quantity"),
        ({"line": {"quantity": 0}}, "GREATER_THAN", "quantity"),
        ({"line": {"quantity": -1}}, "GREATER_THAN", "quantity"),
        ({"line": {"returnReasonNote": "x" * 256}}, "TOO_LONG", "returnReasonNote"),
        ({"line": {"returnReasonDefinitionId": NO_REASON}}, "NOT_FOUND", "returnReasonDefinitionId"),
        ({"line": {"restockingFee": {"percentage": 101}}}, "LESS_THAN_OR_EQUAL_TO", "percentage"),
        ({"line": {"restockingFee": {"percentage": -1}}}, "GREATER_THAN_OR_EQUAL_TO", "percentage"),
        ({"returnShippingFee": {"amount": FEE}}, "GREATER_THAN_OR_EQUAL_TO", "amount"),
        ({"returnShippingFee": {"amount": OTHER_FEE}}, "INVALID", "amount"),
        ({"exchangeLineItems": [NO_GOODS]}, "NOT_FOUND", "variantId"),
    ],
)  # fmt: skip
def test_what_cannot_be_returned_is_refused_by_field(ada: Desk, change: dict[str, Any], code: str, end: str) -> None:
    wanted = {"orderId": ada.order_gid, "returnLineItems": [ada.line() | change.pop("line", {})], **change}

    found, field = ada.refused(CREATE, **{"in": wanted})

    assert (found, (field or [""])[-1]) == (code, end)
    assert returnable(ada) == [2]


def test_pieces_that_were_never_sent_or_are_refunded_cannot_come_back(stage: Stage) -> None:
    stage.install(SCOPES)
    shirt = goods(stage, 0.25, S="50.00")["S"]
    order = stage.post("/orders", {"line_items": [{"variant_id": shirt, "quantity": 3}]})
    line = stage.control("GET", f"/orders/{order['id']}").json["line_items"][0]["id"]
    parcel = stage.post("/fulfillments", {"order_id": order["id"], "lines": [{"id": line, "quantity": 2}]})
    ada = Desk(stage, order["id"], parcel["id"], {"S": shirt})
    assert returnable(ada) == [2]
    refund = """mutation R($in: RefundInput!) { refundCreate(input: $in) @idempotent(key: "k") {
      userErrors { message } } }"""
    two = {"lineItemId": gid("LineItem", line), "quantity": 2, "restockType": "NO_RESTOCK"}

    ada.ask(refund, **{"in": {"orderId": ada.order_gid, "refundLineItems": [two]}})

    assert returnable(ada) == [1]


def test_a_request_waits_for_the_merchant(ada: Desk) -> None:
    wanted = {"orderId": ada.order_gid, "returnLineItems": [ada.line(customerNote="Too small")]}
    asked = ada.did(REQUEST, **{"in": wanted})
    assert (asked["status"], asked["order"]["returnStatus"]) == ("REQUESTED", "RETURN_REQUESTED")
    assert asked["returnLineItems"]["nodes"][0]["processableQuantity"] == 0
    assert asked["reverseFulfillmentOrders"]["nodes"] == []
    assert ada.refused(BY_ID["returnCancel"], id=asked["id"])[0] == "INVALID_STATE"

    agreed = ada.did(APPROVE, **{"in": {"id": asked["id"]}})

    assert agreed["status"] == "OPEN"
    assert len(agreed["reverseFulfillmentOrders"]["nodes"]) == 1
    assert ada.refused(APPROVE, **{"in": {"id": asked["id"]}})[0] == "INVALID_STATE"
    assert ada.stage.sent("returns/request")[-1]["return_line_items"][0]["customer_note"] == "Too small"


def test_a_declined_request_gives_its_pieces_free(ada: Desk) -> None:
    asked = ada.did(REQUEST, **{"in": {"orderId": ada.order_gid, "returnLineItems": [ada.line(2)]}})
    assert returnable(ada) == []
    too_long = {"id": asked["id"], "declineReason": "OTHER", "declineNote": "x" * 501}
    assert ada.refused(DECLINE, **{"in": too_long}) == ("TOO_LONG", ["input", "declineNote"])

    no = ada.did(DECLINE, **{"in": {"id": asked["id"], "declineReason": "FINAL_SALE", "declineNote": "Sorry"}})

    assert (no["status"], no["decline"]) == ("DECLINED", {"reason": "FINAL_SALE", "note": "Sorry"})
    assert returnable(ada) == [2]
    assert ada.refused(DECLINE, **{"in": {"id": asked["id"], "declineReason": "OTHER"}})[0] == "INVALID_STATE"


def test_processing_everything_with_a_refund_moves_the_money_and_closes(ada: Desk) -> None:
    made = ada.create()

    done = ada.process(made, financialTransfer=ada.refund("48.60"), note="step 7")

    (line,) = done["returnLineItems"]["nodes"]
    assert (line["processedQuantity"], line["refundedQuantity"], line["processableQuantity"]) == (1, 1, 0)
    assert done["status"] == "CLOSED"
    assert [shown(each["totalRefundedSet"]) for each in done["refunds"]["nodes"]] == ["48.60"]
    assert [(each["kind"], shown(each["amountSet"])) for each in done["transactions"]["nodes"]] == [("REFUND", "48.60")]
    assert ada.ledger("refund") == [("refund", "48.60")]
    assert ada.stage.sent("refunds/create")[-1]["return"]["admin_graphql_api_id"] == made["id"]
    order = ada.order()
    assert order["displayFinancialStatus"] == "PARTIALLY_REFUNDED"
    assert shown(order["currentTotalPriceSet"]) == "48.60"
    assert order["lineItems"]["nodes"][0]["currentQuantity"] == 1


def test_one_processing_tells_everything_under_one_event(ada: Desk) -> None:
    made = ada.create(exchangeLineItems=[ada.new("scarf")])
    before = len(ada.stage.control("GET", "/deliveries").json["deliveries"])

    ada.process(made, financialTransfer=ada.refund("5.40"))

    told = ada.stage.control("GET", "/deliveries").json["deliveries"][before:]
    assert [each["topic"] for each in told if "products" not in each["topic"] and "inventory" not in each["topic"]] == [
        "returns/process",
        "refunds/create",
        "orders/updated",
        "returns/close",
    ]
    assert len({each["event_id"] for each in told}) == 1
    assert set(ada.stage.sent("returns/process")[-1]) == {"id", "admin_graphql_api_id", "status"}


def test_without_a_transfer_nothing_moves_and_the_value_stays_the_customers(ada: Desk) -> None:
    done = ada.process(ada.create())

    assert done["transactions"]["nodes"] == []
    assert ada.ledger() == [("charge", "97.20")]
    suggested = ada.stage.read(SUGGESTED, id=ada.order_gid)["order"]["suggestedRefund"]
    assert suggested["amountSet"]["presentmentMoney"]["amount"] == "48.6"


def test_processing_is_repeated_only_within_the_processable_quantity(ada: Desk) -> None:
    made = ada.create(ada.line(2))
    one = {
        "returnId": made["id"],
        "returnLineItems": [{"id": made["returnLineItems"]["nodes"][0]["id"], "quantity": 1}],
    }
    step = one | {"financialTransfer": ada.refund("48.60")}

    ada.did(PROCESS, **{"in": step})
    ada.did(PROCESS, **{"in": step})

    assert ada.ledger("refund") == [("refund", "48.60"), ("refund", "48.60")]
    assert ada.refused(PROCESS, **{"in": step})[0] == "INVALID_STATE"


def test_money_without_lines_has_no_natural_limit_but_what_was_paid(ada: Desk) -> None:
    made = ada.create()
    only_money = {"returnId": made["id"], "financialTransfer": ada.refund("48.60")}

    ada.did(PROCESS, **{"in": only_money})
    ada.did(PROCESS, **{"in": only_money})

    assert ada.ledger("refund") == [("refund", "48.60")] * 2
    assert ada.refused(PROCESS, **{"in": only_money})[0] == "LESS_THAN_OR_EQUAL_TO"


def test_store_credit_takes_the_refund_with_its_expiry_and_origin(ada: Desk) -> None:
    done = ada.process(ada.create(), financialTransfer=ada.credit("48.60", expiresAt="2031-01-01T00:00:09Z"))

    assert [each["gateway"] for each in done["transactions"]["nodes"]] == ["shopify_store_credit"]
    assert ada.ledger("refund", "store_credit", "store_credit_refund") == [("store_credit_refund", "48.60")]
    (account,) = ada.stage.world.store.all("store_credit_account")
    (credited,) = account["transactions"]
    assert (account["balance"], credited["event"], credited["expires_at"]) == (
        "48.60",
        "ORDER_REFUND",
        "2031-01-01T00:00:09Z",
    )
    assert gid("OrderTransaction", credited["origin_id"]) == done["transactions"]["nodes"][0]["id"]


def test_a_refund_can_be_split_between_card_and_credit(ada: Desk) -> None:
    parts = ada.credit("8.60")["issueRefund"] | {
        "orderTransactions": ada.refund("40.00")["issueRefund"]["orderTransactions"]
    }

    ada.process(ada.create(), financialTransfer={"issueRefund": parts})

    assert ada.ledger("refund", "store_credit_refund") == [("refund", "40.00"), ("store_credit_refund", "8.60")]


@pytest.mark.parametrize(
    ("transfer", "code"),
    [
        ({"amount": "97.21"}, "LESS_THAN_OR_EQUAL_TO"),
        ({"amount": "0.00"}, "GREATER_THAN"),
        ({"amount": "-5.00"}, "GREATER_THAN"),
        ({"amount": "1.00", "currencyCode": "USD"}, "INVALID"),
        ({"parentId": "gid://shopify/OrderTransaction/1"}, "NOT_FOUND"),
        ({"credit": "97.21"}, "LESS_THAN_OR_EQUAL_TO"),
        ({"credit": "0"}, "GREATER_THAN"),
        ({"credit": "5.00", "expiresAt": "2020-01-01T00:00:00Z"}, "INVALID"),
    ],
)
def test_money_that_cannot_move_is_refused_and_nothing_is_processed(
    ada: Desk, transfer: dict[str, str], code: str
) -> None:
    made = ada.create()
    if "credit" in transfer:
        wanted = ada.credit(transfer.pop("credit"), **transfer)
    else:
        wanted = ada.refund(transfer.get("amount", "1.00"))
        paid = wanted["issueRefund"]["orderTransactions"][0]
        paid["parentId"] = transfer.get("parentId", paid["parentId"])
        paid["transactionAmount"]["currencyCode"] = transfer.get("currencyCode", "EUR")

    assert ada.refused(PROCESS, **{"in": ada.everything(made) | {"financialTransfer": wanted}})[0] == code
    assert ada.stage.read(READ, id=made["id"])["return"]["returnLineItems"]["nodes"][0]["processedQuantity"] == 0


def test_over_refunding_has_to_be_allowed(ada: Desk) -> None:
    made = ada.create()
    much = ada.credit("107.20")
    assert ada.refused(PROCESS, **{"in": ada.everything(made) | {"financialTransfer": much}})[0]
    much["issueRefund"]["allowOverRefunding"] = True

    ada.process(made, financialTransfer=much)

    assert ada.ledger("store_credit_refund") == [("store_credit_refund", "107.20")]


@pytest.mark.parametrize("buyer", ["nobody", "company", "old accounts"])
def test_store_credit_needs_a_customer_who_can_use_it(stage: Stage, buyer: str) -> None:
    ada = worked_example(stage)
    order = stage.world.need("order", ada.order_id)
    changes = {"nobody": {"customer": None}, "company": {"_company": {"id": 1, "name": "Otto AB"}}, "old accounts": {}}
    stage.world.store.put("order", order | changes[buyer])
    if buyer == "old accounts":
        stage.world.store.put("shop", stage.world.shop() | {"_customer_accounts": "CLASSIC"})

    code, _ = ada.refused(PROCESS, **{"in": ada.everything(ada.create()) | {"financialTransfer": ada.credit("5.00")}})

    assert code == ("FEATURE_NOT_ENABLED" if buyer == "old accounts" else "INVALID")


def test_an_even_swap_becomes_an_order_line_that_can_be_sent_at_once(ada: Desk) -> None:
    before = stock(ada, "M")
    made = ada.create(exchangeLineItems=[ada.new("M", discount="5.00")])
    assert made["exchangeLineItems"]["nodes"][0]["lineItems"] is None

    done = ada.process(made)

    (swap,) = done["exchangeLineItems"]["nodes"]
    order = ada.order()
    assert (swap["processedQuantity"], swap["lineItems"][0]["quantity"]) == (1, 1)
    assert [each["status"] for each in order["fulfillmentOrders"]["nodes"]] == ["CLOSED", "OPEN"]
    assert [shown(order[key]) for key in ("currentTotalPriceSet", "originalTotalPriceSet", "totalOutstandingSet")] == [
        "97.20",
        "97.20",
        "0.00",
    ]
    assert stock(ada, "M") == before - 1
    assert ada.ledger() == [("charge", "97.20"), ("exchange_sale", "48.60")]
    parcel = ada.stage.post("/fulfillments", {"order_id": ada.order_id})
    assert ada.stage.world.need("fulfillment", parcel["id"])["line_items"][0]["variant_id"] == ada.variants["M"]
    assert returnable(ada) == [1, 1]


def test_an_exchange_that_costs_more_waits_on_hold_until_it_is_paid(ada: Desk) -> None:
    ada.process(ada.create(exchangeLineItems=[ada.new("coat", discount="4.50")]))
    order = ada.order()
    held = order["fulfillmentOrders"]["nodes"][1]
    assert shown(order["totalOutstandingSet"]) == "11.34"
    assert [each["reason"] for each in held["fulfillmentHolds"]] == ["AWAITING_PAYMENT"]
    assert order["displayFulfillmentStatus"] == "ON_HOLD"
    assert order["paymentCollectionDetails"]["additionalPaymentCollectionUrl"]
    assert ada.stage.control("POST", "/fulfillments", {"order_id": ada.order_id}).status_code == 422

    ada.stage.post("/payments", {"order_id": ada.order_id})

    assert ada.order()["fulfillmentOrders"]["nodes"][1]["status"] == "OPEN"
    assert ada.ledger() == [("charge", "97.20"), ("exchange_sale", "59.94"), ("charge", "11.34")]


def test_a_payment_page_that_was_open_can_still_be_completed(ada: Desk) -> None:
    ada.process(ada.create(exchangeLineItems=[ada.new("coat", discount="4.50")]))
    ada.stage.post("/payments", {"order_id": ada.order_id})

    ada.stage.post("/payments", {"order_id": ada.order_id, "amount": "11.34"})

    assert ada.ledger("charge") == [("charge", "97.20"), ("charge", "11.34"), ("charge", "11.34")]
    assert shown(ada.order()["totalOutstandingSet"]) == "0.00"
    assert ada.stage.control("POST", "/payments", {"order_id": ada.order_id}).status_code == 422


def test_new_goods_that_were_not_paid_leave_the_order_with_the_customers_own_money(ada: Desk) -> None:
    ada.process(ada.create(exchangeLineItems=[ada.new("coat")]))
    (coat,) = [
        each for each in ada.order()["lineItems"]["nodes"] if each["variant"]["id"].endswith(str(ada.variants["coat"]))
    ]
    back = {
        "orderId": ada.order_gid,
        "parentId": ada.payment(),
        "gateway": "bogus",
        "kind": "REFUND",
        "amount": "48.60",
    }
    gone = {"lineItemId": coat["id"], "quantity": 1, "restockType": "CANCEL"}

    made = ada.ask(REFUND, input={"orderId": ada.order_gid, "refundLineItems": [gone], "transactions": [back]})

    assert made["userErrors"] == []
    assert made["refund"]["orderAdjustments"]["nodes"] == []
    order = ada.order()
    assert (shown(order["totalOutstandingSet"]), shown(order["currentTotalPriceSet"])) == ("0.00", "48.60")


def test_a_hold_can_be_released_without_payment(ada: Desk) -> None:
    ada.process(ada.create(exchangeLineItems=[ada.new("coat")]))
    held = ada.order()["fulfillmentOrders"]["nodes"][1]
    assert ada.refused(RELEASE, id="gid://shopify/FulfillmentOrder/1")[0] == "FULFILLMENT_ORDER_NOT_FOUND"

    released = ada.ask(RELEASE, id=held["id"], holds=[each["id"] for each in held["fulfillmentHolds"]])

    assert released["fulfillmentOrder"]["status"] == "OPEN"
    assert shown(ada.order()["totalOutstandingSet"]) == "16.20"


def test_removing_the_last_piece_closes_the_return_and_gives_it_free(ada: Desk) -> None:
    made = ada.create(ada.line(2), exchangeLineItems=[ada.new("M")])
    line, swap = made["returnLineItems"]["nodes"][0]["id"], made["exchangeLineItems"]["nodes"][0]["id"]
    too_many = [{"returnLineItemId": line, "quantity": 3}]
    assert ada.refused(REMOVE, id=made["id"], r=too_many)[0] == "LESS_THAN_OR_EQUAL_TO"

    left = ada.did(REMOVE, id=made["id"], r=[{"returnLineItemId": line, "quantity": 1}])
    assert (left["status"], left["returnLineItems"]["nodes"][0]["quantity"], returnable(ada)) == ("OPEN", 1, [1])
    gone = ada.did(
        REMOVE,
        id=made["id"],
        r=[{"returnLineItemId": line, "quantity": 1}],
        e=[{"exchangeLineItemId": swap, "quantity": 1}],
    )

    assert (gone["status"], gone["exchangeLineItems"]["nodes"], returnable(ada)) == ("CLOSED", [], [2])
    told = ada.stage.sent("returns/update")[-1]["return_line_items"]["removals"]
    assert told == [{"admin_graphql_api_id": line, "delta": -1}]


def test_processed_pieces_stay_in_the_return(ada: Desk) -> None:
    made = ada.create(ada.line(2))
    line = made["returnLineItems"]["nodes"][0]["id"]
    ada.did(PROCESS, **{"in": {"returnId": made["id"], "returnLineItems": [{"id": line, "quantity": 1}]}})

    assert ada.refused(REMOVE, id=made["id"], r=[{"returnLineItemId": line, "quantity": 2}])[0]
    assert ada.refused(BY_ID["returnCancel"], id=made["id"])[0] == "INVALID_STATE"


def test_a_return_is_cancelled_closed_and_opened_again(ada: Desk) -> None:
    made = ada.create()
    closed = ada.did(BY_ID["returnClose"], id=made["id"])
    assert (closed["status"], bool(closed["closedAt"])) == ("CLOSED", True)
    assert ada.refused(BY_ID["returnClose"], id=made["id"])[0] == "INVALID_STATE"
    assert ada.did(BY_ID["returnReopen"], id=made["id"])["status"] == "OPEN"

    gone = ada.did(BY_ID["returnCancel"], id=made["id"])

    assert (gone["status"], gone["reverseFulfillmentOrders"]["nodes"][0]["status"]) == ("CANCELED", "CANCELED")
    assert returnable(ada) == [2]
    assert ada.refused(BY_ID["returnReopen"], id=made["id"])[0] == "INVALID_STATE"
    assert ada.refused(BY_ID["returnCancel"], id="gid://shopify/Return/1")[0] == "NOT_FOUND"


def test_a_parcel_with_label_and_number_goes_back(ada: Desk) -> None:
    made = ada.create()
    order = made["reverseFulfillmentOrders"]["nodes"][0]["id"]
    file = {"fileUrl": "https://labels.example/1.pdf"}
    payload = ada.ask(SEND_BACK, id=order, l=[], t={"number": "RR1"}, f=file)
    assert payload["userErrors"] == []
    delivery = payload["reverseDelivery"]["id"]

    ada.ask(NEW_LABEL, id=delivery, t={"number": "RR2"})

    (back,) = ada.stage.read(READ, id=made["id"])["return"]["reverseFulfillmentOrders"]["nodes"][0][
        "reverseDeliveries"
    ]["nodes"]
    assert back["deliverable"]["tracking"]["number"] == "RR2"
    assert back["deliverable"]["label"]["publicFileUrl"] == "https://labels.example/1.pdf"
    told = ada.stage.sent("reverse_deliveries/attach_deliverable")
    assert [each["shipping_deliverable"]["tracking"]["tracking_number"] for each in told] == ["RR1", "RR2"]
    two = [{"reverseFulfillmentOrderLineItemId": reverse_line(made), "quantity": 2}]
    assert ada.refused(SEND_BACK, id=order, l=two)[0] == "INVALID"


def test_goods_are_restocked_at_a_place_after_the_money_went(ada: Desk) -> None:
    made, before = ada.create(), stock(ada, "S")
    ada.process(made, financialTransfer=ada.refund("48.60"))
    assert stock(ada, "S") == before
    wanted = {"reverseFulfillmentOrderLineItemId": reverse_line(made), "quantity": 1, "dispositionType": "RESTOCKED"}
    assert ada.refused(DISPOSE, **{"in": [wanted]}) == ("BLANK", ["dispositionInputs", "0", "locationId"])

    ada.ask(DISPOSE, **{"in": [wanted | {"locationId": place(ada)}]})

    assert stock(ada, "S") == before + 1
    assert ada.stage.read(READ, id=made["id"])["return"]["reverseFulfillmentOrders"]["nodes"][0]["status"] == "CLOSED"
    again = wanted | {"locationId": place(ada)}
    assert ada.refused(DISPOSE, **{"in": [again]})[0] == "LESS_THAN_OR_EQUAL_TO"
    assert stock(ada, "S") == before + 1


def test_dispositions_can_come_with_the_processing(ada: Desk) -> None:
    made, before = ada.create(), stock(ada, "S")
    line = made["returnLineItems"]["nodes"][0]["id"]
    shelf = {"reverseFulfillmentOrderLineItemId": reverse_line(made), "quantity": 1, "dispositionType": "RESTOCKED"}
    step = {"id": line, "quantity": 1, "dispositions": [shelf | {"locationId": place(ada)}]}

    ada.process(made, returnLineItems=[step])

    assert stock(ada, "S") == before + 1
    assert ada.stage.sent("reverse_fulfillment_orders/dispose")[-1]["dispositions"][0]["type"] == "restocked"


def test_pieces_that_wait_for_a_decision_get_it_later(ada: Desk) -> None:
    made = ada.create(ada.line(2))
    base = {"reverseFulfillmentOrderLineItemId": reverse_line(made)}
    ada.ask(DISPOSE, **{"in": [base | {"quantity": 2, "dispositionType": "PROCESSING_REQUIRED"}]})

    last = ada.ask(DISPOSE, **{"in": [base | {"quantity": 1, "dispositionType": "NOT_RESTOCKED"}]})

    (line,) = last["reverseFulfillmentOrderLineItems"]
    assert {(each["type"], each["quantity"]) for each in line["dispositions"]} == {
        ("PROCESSING_REQUIRED", 1),
        ("NOT_RESTOCKED", 1),
    }


def test_reasons_have_handles_and_suit_the_goods(ada: Desk) -> None:
    every = ada.stage.read(REASONS)["returnReasonDefinitions"]["nodes"]
    (small,) = ada.stage.read(REASONS, handles=["size-too-small"])["returnReasonDefinitions"]["nodes"]
    suggested = ada.order()["lineItems"]["nodes"][0]["suggestedReturnReasonDefinitions"]["nodes"]

    made = ada.create(ada.line(returnReasonDefinitionId=small["id"]))

    assert len([each for each in every if not each["deleted"]]) >= 15
    assert suggested[0]["handle"] == "size-too-small"
    assert made["returnLineItems"]["nodes"][0]["returnReasonDefinition"]["handle"] == "size-too-small"


def test_amounts_follow_the_shoppers_currency(stage: Stage) -> None:
    stage.install(SCOPES)
    shirt = goods(stage, 0.25, S="50.00")["S"]
    ada = sell(stage, [{"variant_id": shirt, "quantity": 1}], {"S": shirt}, presentment_currency="SEK")
    made = ada.create()
    amount = ada.outcome(made)["financialTransfer"]["amount"]
    assert amount["shopMoney"] == {"amount": "50.0", "currencyCode": "EUR"}
    assert amount["presentmentMoney"] == {"amount": "560.0", "currencyCode": "SEK"}

    ada.process(made, financialTransfer=ada.refund("560.00"))

    assert ada.ledger("refund") == [("refund", "560.00")]
    assert shown(ada.order()["currentTotalPriceSet"]) == "0.00"


def test_seeded_returns_read_like_new_ones(stage: Stage) -> None:
    stage.install(SCOPES)
    assert stage.world.store.all("return")

    for made in stage.world.store.all("return"):
        read = stage.read(READ, id=made["admin_graphql_api_id"])["return"]
        assert read["reverseFulfillmentOrders"]["nodes"][0]["lineItems"]["nodes"][0]["fulfillmentLineItem"]["id"]
