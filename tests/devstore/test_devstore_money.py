"""Orders, payments and refunds add up by the dev store's own arithmetic."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from devstage import Stage

REFUND = """mutation R($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) {
    refund { id totalRefundedSet { presentmentMoney { amount currencyCode } }
      refundLineItems(first: 5) { nodes { quantity } } }
    order { displayFinancialStatus totalOutstandingSet { presentmentMoney { amount } } }
    userErrors { field message }
  }
}"""
CREDIT = """mutation C($id: ID!, $in: StoreCreditAccountCreditInput!) {
  storeCreditAccountCredit(id: $id, creditInput: $in) {
    storeCreditAccountTransaction { account { id balance { amount } } expiresAt }
    userErrors { code }
  }
}"""
DEBIT = """mutation D($id: ID!, $in: StoreCreditAccountDebitInput!) {
  storeCreditAccountDebit(id: $id, debitInput: $in) {
    storeCreditAccountTransaction { balanceAfterTransaction { amount } }
    userErrors { code }
  }
}"""
BALANCE = """query C($id: ID!) {
  customer(id: $id) {
    storeCreditAccounts(first: 1) { nodes { balance { amount } transactions(first: 1) { nodes { event } } } }
  }
}"""
PAYMENT = """query P($id: ID!) {
  order(id: $id) { transactions(first: 5) { id kind amountSet { presentmentMoney { amount } } } }
}"""


@pytest.fixture
def lamp(stage: Stage) -> int:
    """A product of 49.90 with 20 in stock, taxed at 19 %."""
    made = stage.post(
        "/products",
        {"title": "Lamp", "variants": [{"title": "Brass", "price": "49.90", "stock": 20}], "tax_rate": 0.19},
    )
    return made["variants"][0]["id"]


def ledger(stage: Stage, kind: str) -> list[dict[str, Any]]:
    return [row for row in stage.control("GET", "/ledger").json["rows"] if row["kind"] == kind]


def order_of(stage: Stage, id: int) -> dict[str, Any]:
    return stage.control("GET", f"/orders/{id}").json


def ada(stage: Stage) -> dict[str, Any]:
    return {"id": stage.world.store.all("customer")[0]["id"]}


def refund_input(stage: Stage, order_id: int, amount: str, **more: Any) -> dict[str, Any]:
    gid = f"gid://shopify/Order/{order_id}"
    payment = stage.read(PAYMENT, id=gid)["order"]["transactions"][0]["id"]
    money = {"orderId": gid, "parentId": payment, "gateway": "shopify_payments", "kind": "REFUND", "amount": amount}
    return {"orderId": gid, "transactions": [money], **more}


def test_a_sparse_order_is_filled_in_and_adds_up(stage: Stage, lamp: int) -> None:
    placed = stage.post(
        "/orders",
        {"line_items": [{"variant_id": lamp, "quantity": 2}], "shipping_lines": [{"title": "Post", "price": "4.90"}]},
    )
    order = order_of(stage, placed["id"])

    assert order["total_price"] == "104.70"
    assert order["total_tax"] == "15.93"  # 19 % inside 99.80
    assert order["financial_status"] == "paid"
    assert order["line_items"][0]["title"] == "Lamp"
    assert ledger(stage, "charge")[-1]["amount"] == "104.70"


def test_taxes_and_discounts_stay_as_the_caller_gave_them(stage: Stage, lamp: int) -> None:
    line = {
        "variant_id": lamp,
        "quantity": 1,
        "tax_lines": [{"title": "VAT", "rate": 0.2, "price": "7.77"}],
        "discount_allocations": [{"amount": "9.90", "discount_application_index": 0}],
    }
    applications = [{"type": "discount_code", "code": "NINE", "value": "9.90", "value_type": "fixed_amount"}]
    placed = stage.post("/orders", {"line_items": [line], "discount_applications": applications})
    order = order_of(stage, placed["id"])

    assert (order["total_price"], order["total_tax"], order["total_discounts"]) == ("40.00", "7.77", "9.90")


def test_a_sale_takes_goods_from_stock_and_says_so(stage: Stage, lamp: int) -> None:
    stage.post("/orders", {"line_items": [{"variant_id": lamp, "quantity": 3}]})

    assert stage.sent("inventory_levels/update")[-1]["available"] == 17
    assert stage.sent("products/update")[-1]["variants"][0]["inventory_quantity"] == 17


@pytest.mark.parametrize(("currency", "price"), [("JPY", "8383"), ("KWD", "16.667")])
def test_amounts_have_the_digits_of_their_currency(stage: Stage, lamp: int, currency: str, price: str) -> None:
    placed = stage.post("/orders", {"line_items": [{"variant_id": lamp}], "presentment_currency": currency})

    shown = order_of(stage, placed["id"])["total_price_set"]["presentment_money"]
    assert shown == {"amount": price, "currency_code": currency}


def test_a_refund_is_booked_once_per_key_however_often_it_is_sent(stage: Stage, lamp: int) -> None:
    placed = stage.post("/orders", {"line_items": [{"variant_id": lamp, "quantity": 2}], "customer": ada(stage)})
    wanted = refund_input(stage, placed["id"], "10.00", note="R-1")

    first = stage.read(REFUND, input=wanted, key="one")["refundCreate"]
    second = stage.read(REFUND, input=wanted, key="one")["refundCreate"]

    assert first["userErrors"] == second["userErrors"] == []
    assert first["refund"]["id"] == second["refund"]["id"]
    assert [row["amount"] for row in ledger(stage, "refund")] == ["10.00"]


def test_the_same_key_with_other_input_is_refused(stage: Stage, lamp: int) -> None:
    placed = stage.post("/orders", {"line_items": [{"variant_id": lamp}]})
    stage.read(REFUND, input=refund_input(stage, placed["id"], "1.00"), key="one")

    answer = stage.read(REFUND, input=refund_input(stage, placed["id"], "2.00"), key="one")["refundCreate"]

    assert "different parameters" in answer["userErrors"][0]["message"]
    assert len(ledger(stage, "refund")) == 1


def test_a_key_is_new_again_after_a_day(stage: Stage, lamp: int) -> None:
    placed = stage.post("/orders", {"line_items": [{"variant_id": lamp}]})
    wanted = refund_input(stage, placed["id"], "1.00")
    stage.read(REFUND, input=wanted, key="one")
    stage.world.clock.advance(86_401)
    stage.token = stage.exchange().json["access_token"]

    stage.read(REFUND, input=wanted, key="one")

    assert len(ledger(stage, "refund")) == 2


def test_a_refund_without_a_key_does_not_run(stage: Stage, lamp: int) -> None:
    placed = stage.post("/orders", {"line_items": [{"variant_id": lamp}]})
    body = stage.ask(
        REFUND.replace("@idempotent(key: $key)", "").replace(", $key: String!", ""),
        input=refund_input(stage, placed["id"], "1.00"),
    ).json

    assert "@idempotent directive is required" in body["errors"][0]["message"]
    assert ledger(stage, "refund") == []


def test_more_than_was_paid_cannot_go_back(stage: Stage, lamp: int) -> None:
    placed = stage.post("/orders", {"line_items": [{"variant_id": lamp}]})

    answer = stage.read(REFUND, input=refund_input(stage, placed["id"], "49.91"), key="k")["refundCreate"]

    assert answer["refund"] is None
    assert "cannot exceed 49.90" in answer["userErrors"][0]["message"]
    assert ledger(stage, "refund") == []


def test_refunding_pieces_one_by_one_gives_back_the_whole_line_to_the_cent(stage: Stage, lamp: int) -> None:
    cut = [{"amount": "10.00", "discount_application_index": 0}]
    applications = [{"type": "manual", "title": "Ten", "value": "10.00", "value_type": "fixed_amount"}]
    placed = stage.post(
        "/orders",
        {
            "line_items": [{"variant_id": lamp, "quantity": 3, "discount_allocations": cut}],
            "discount_applications": applications,
        },
    )
    line = order_of(stage, placed["id"])["line_items"][0]["id"]
    total = Decimal(0)
    for turn in range(3):
        goods = {"lineItemId": f"gid://shopify/LineItem/{line}", "quantity": 1, "restockType": "NO_RESTOCK"}
        wanted = {"orderId": f"gid://shopify/Order/{placed['id']}", "refundLineItems": [goods]}
        stage.read(REFUND, input=wanted, key=f"k{turn}")
        total += Decimal(
            stage.sent("refunds/create")[-1]["refund_line_items"][0]["subtotal_set"]["shop_money"]["amount"]
        )

    assert total == Decimal("139.70")
    assert order_of(stage, placed["id"])["current_total_price"] == "0.00"


def test_goods_taken_back_into_stock_are_there_again(stage: Stage, lamp: int) -> None:
    placed = stage.post("/orders", {"line_items": [{"variant_id": lamp, "quantity": 2}]})
    line = order_of(stage, placed["id"])["line_items"][0]["id"]
    place = stage.world.store.all("location")[0]["id"]
    goods = {
        "lineItemId": f"gid://shopify/LineItem/{line}",
        "quantity": 1,
        "restockType": "RETURN",
        "locationId": f"gid://shopify/Location/{place}",
    }

    answer = stage.read(REFUND, input=refund_input(stage, placed["id"], "49.90", refundLineItems=[goods]), key="k")

    assert answer["refundCreate"]["order"]["displayFinancialStatus"] == "PARTIALLY_REFUNDED"
    assert stage.sent("inventory_levels/update")[-1]["available"] == 19
    assert order_of(stage, placed["id"])["line_items"][0]["current_quantity"] == 1


def test_a_refund_to_store_credit_fills_the_customers_account(stage: Stage, lamp: int) -> None:
    placed = stage.post("/orders", {"line_items": [{"variant_id": lamp}], "customer": ada(stage)})
    credit = {"storeCreditRefund": {"amount": {"amount": "20.00", "currencyCode": "EUR"}}}
    wanted = {"orderId": f"gid://shopify/Order/{placed['id']}", "refundMethods": [credit]}

    assert stage.read(REFUND, input=wanted, key="k")["refundCreate"]["userErrors"] == []

    assert [row["amount"] for row in ledger(stage, "store_credit_refund")] == ["20.00"]
    account = stage.read(BALANCE, id=f"gid://shopify/Customer/{ada(stage)['id']}")["customer"]["storeCreditAccounts"][
        "nodes"
    ][0]
    assert account == {"balance": {"amount": "20.0"}, "transactions": {"nodes": [{"event": "ORDER_REFUND"}]}}


def test_store_credit_is_debited_up_to_the_balance_only(stage: Stage) -> None:
    owner = f"gid://shopify/Customer/{ada(stage)['id']}"
    given = {"creditAmount": {"amount": "5.00", "currencyCode": "EUR"}, "expiresAt": "2031-01-01T00:00:07Z"}
    made = stage.read(CREDIT, id=owner, **{"in": given})["storeCreditAccountCredit"]["storeCreditAccountTransaction"]
    assert made["expiresAt"] == "2031-01-01T00:00:07Z"

    account = made["account"]["id"]
    too_much = stage.read(DEBIT, id=account, **{"in": {"debitAmount": {"amount": "5.01", "currencyCode": "EUR"}}})
    enough = stage.read(DEBIT, id=account, **{"in": {"debitAmount": {"amount": "4.00", "currencyCode": "EUR"}}})

    assert too_much["storeCreditAccountDebit"]["userErrors"] == [{"code": "INSUFFICIENT_FUNDS"}]
    assert (
        enough["storeCreditAccountDebit"]["storeCreditAccountTransaction"]["balanceAfterTransaction"]["amount"] == "1.0"
    )
    assert [row["amount"] for row in ledger(stage, "store_credit_debit")] == ["4.00"]


def test_credit_that_expired_already_or_is_not_positive_is_refused(stage: Stage) -> None:
    owner = f"gid://shopify/Customer/{ada(stage)['id']}"
    past = {"creditAmount": {"amount": "5", "currencyCode": "EUR"}, "expiresAt": "2020-01-01T00:00:00Z"}
    nothing = {"creditAmount": {"amount": "0", "currencyCode": "EUR"}}

    codes = [
        stage.read(CREDIT, id=owner, **{"in": given})["storeCreditAccountCredit"]["userErrors"][0]["code"]
        for given in (past, nothing)
    ]

    assert codes == ["EXPIRES_AT_IN_PAST", "NEGATIVE_OR_ZERO_AMOUNT"]
    assert ledger(stage, "store_credit") == []


def test_a_cancelled_order_gives_money_and_goods_back(stage: Stage, lamp: int) -> None:
    placed = stage.post("/orders", {"line_items": [{"variant_id": lamp, "quantity": 2}]})

    answer = stage.post(f"/orders/{placed['id']}/cancel", {"reason": "customer"})

    assert answer["financial_status"] == "refunded"
    assert [row["amount"] for row in ledger(stage, "refund")] == ["99.80"]
    assert stage.sent("orders/cancelled")[-1]["cancel_reason"] == "customer"
    assert stage.sent("inventory_levels/update")[-1]["available"] == 20
    assert stage.control("POST", f"/orders/{placed['id']}/cancel", {}).status_code == 422


def test_an_open_amount_can_be_paid_in_parts_but_never_twice(stage: Stage, lamp: int) -> None:
    placed = stage.post("/orders", {"line_items": [{"variant_id": lamp}], "financial_status": "pending"})
    assert order_of(stage, placed["id"])["financial_status"] == "pending"

    assert stage.post("/payments", {"order_id": placed["id"], "amount": "9.90"})["financial_status"] == "partially_paid"
    assert stage.post("/payments", {"order_id": placed["id"]})["financial_status"] == "paid"

    refused = stage.control("POST", "/payments", {"order_id": placed["id"], "amount": "1.00"})
    assert refused.status_code == 422
    assert "0.00 is open" in refused.json["error"]


def test_what_is_open_is_paid_to_the_last_ore_whatever_it_is_in_the_shops_currency(stage: Stage, lamp: int) -> None:
    price = {
        "shop_money": {"amount": "9.00", "currency_code": "EUR"},
        "presentment_money": {"amount": "100.07", "currency_code": "SEK"},
    }
    line = {"variant_id": lamp, "price_set": price}
    body = {"line_items": [line], "presentment_currency": "SEK", "financial_status": "pending"}
    placed = stage.post("/orders", body)
    stage.post("/payments", {"order_id": placed["id"], "amount": "33.33"})

    assert stage.post("/payments", {"order_id": placed["id"]})["financial_status"] == "paid"

    amounts = [row["amount"] for row in ledger(stage, "charge")]
    assert amounts == ["33.33", "66.74"]


def test_every_seeded_order_still_adds_up_when_it_is_booked_anew(whole_seed: Any) -> None:
    from devstore.opening import open_shop
    from devstore.order_book import brought_up_to_date
    from devstore.store import Store

    store = Store(None)
    open_shop(store, whole_seed)
    told = (
        "current_total_price",
        "current_subtotal_price",
        "financial_status",
        "fulfillment_status",
        "total_outstanding",
    )
    different = {}
    for order in store.all("order"):
        again = brought_up_to_date(store, order, order["updated_at"])
        changes = {key: (order[key], again[key]) for key in told if order[key] != again[key]}
        if changes:
            different[order["name"]] = changes

    assert different == {}


def test_an_order_can_be_paid_in_several_ways(stage: Stage, lamp: int) -> None:
    ways = [{"gateway": "gift_card", "amount": "20.00"}, {"gateway": "visa", "amount": "29.90"}]

    placed = stage.post("/orders", {"line_items": [{"variant_id": lamp}], "transactions": ways})

    order = order_of(stage, placed["id"])
    assert order["financial_status"] == "paid"
    assert order["payment_gateway_names"] == ["gift_card", "visa"]
    assert "transactions" not in order
    assert [(row["tender"], row["amount"]) for row in ledger(stage, "charge")][-2:] == [
        ("gift_card", "20.00"),
        ("visa", "29.90"),
    ]


def test_an_order_is_not_paid_beyond_what_it_costs(stage: Stage, lamp: int) -> None:
    body = {"line_items": [{"variant_id": lamp}], "transactions": [{"gateway": "visa", "amount": "49.91"}]}

    refused = stage.control("POST", "/orders", body)

    assert refused.status_code == 422
    assert "49.91" in refused.json["error"]
