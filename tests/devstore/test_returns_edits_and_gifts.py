"""Order edits, gift cards, invoices and store credit that expires: what exchanges and bonuses lean on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from devstage import Stage
from returns_desk import SCOPES, Desk, gid, shown, worked_example

BEGIN = """mutation B($id: ID!) { orderEditBegin(id: $id) {
  calculatedOrder { id lineItems(first: 5) { nodes { id quantity variant { id } } } } userErrors { message } } }"""
ADD = """mutation A($id: ID!, $v: ID!, $q: Int!) { orderEditAddVariant(id: $id, variantId: $v, quantity: $q,
  allowDuplicates: true) { calculatedLineItem { id }
  calculatedOrder { totalOutstandingSet { presentmentMoney { amount } } } userErrors { message } } }"""
SET = """mutation S($id: ID!, $l: ID!, $q: Int!) { orderEditSetQuantity(id: $id, lineItemId: $l, quantity: $q,
  restock: true) { calculatedOrder { id totalPriceSet { presentmentMoney { amount } } } userErrors { message } } }"""
DISCOUNT = """mutation D($id: ID!, $l: ID!, $d: OrderEditAppliedDiscountInput!) {
  orderEditAddLineItemDiscount(id: $id, lineItemId: $l, discount: $d) {
    calculatedOrder { totalOutstandingSet { presentmentMoney { amount } } } userErrors { message } } }"""
COMMIT = """mutation C($id: ID!) { orderEditCommit(id: $id, notifyCustomer: false) { order { id }
  userErrors { message } } }"""
INVOICE = "mutation I($id: ID!) { orderInvoiceSend(id: $id) { order { id } userErrors { code message } } }"
CARD = """mutation G($in: GiftCardCreateInput!) { giftCardCreate(input: $in) {
  giftCard { id lastCharacters balance { amount currencyCode } expiresOn } giftCardCode
  userErrors { code field message } } }"""
FIND_CARD = "query F($q: String!) { giftCards(first: 5, query: $q) { nodes { id } } }"
CREDIT = """mutation C($id: ID!, $in: StoreCreditAccountCreditInput!) {
  storeCreditAccountCredit(id: $id, creditInput: $in) { storeCreditAccountTransaction { id }
    userErrors { code field message } } }"""
ACCOUNT = """query A($id: ID!) { customer(id: $id) { storeCreditAccounts(first: 5) { nodes { balance { amount }
  transactions(first: 10, sortKey: CREATED_AT) { nodes { __typename amount { amount }
    ... on StoreCreditAccountCreditTransaction { expiresAt remainingAmount { amount } } } } } } } }"""


@pytest.fixture
def ada(stage: Stage) -> Desk:
    return worked_example(stage)


def owed(payload: dict[str, Any]) -> str:
    return payload["calculatedOrder"]["totalOutstandingSet"]["presentmentMoney"]["amount"]


def test_an_exchange_line_that_is_no_longer_wanted_is_edited_away_once(ada: Desk) -> None:
    done = ada.process(ada.create(exchangeLineItems=[ada.new("coat")]))
    line = done["exchangeLineItems"]["nodes"][0]["lineItems"][0]["id"]
    session = ada.ask(BEGIN, id=ada.order_gid)["calculatedOrder"]["id"]
    own = line.replace("LineItem", "CalculatedLineItem")

    staged = ada.ask(SET, id=session, l=own, q=0)

    assert staged["calculatedOrder"]["totalPriceSet"]["presentmentMoney"]["amount"] == "48.6"
    assert shown(ada.order()["totalOutstandingSet"]) == "16.20"
    assert ada.ask(COMMIT, id=session)["userErrors"] == []
    order = ada.order()
    assert (shown(order["totalOutstandingSet"]), shown(order["currentTotalPriceSet"])) == ("0.00", "48.60")
    assert order["lineItems"]["nodes"][1]["unfulfilledQuantity"] == 0
    assert "already been committed" in ada.ask(COMMIT, id=session)["userErrors"][0]["message"]


def test_sent_pieces_cannot_be_edited_away(ada: Desk) -> None:
    calculated = ada.ask(BEGIN, id=ada.order_gid)["calculatedOrder"]

    refused = ada.ask(SET, id=calculated["id"], l=calculated["lineItems"]["nodes"][0]["id"], q=1)

    assert "Between 2 and 2" in refused["userErrors"][0]["message"]


def test_goods_are_added_with_a_discount_and_leave_a_balance(ada: Desk) -> None:
    session = ada.ask(BEGIN, id=ada.order_gid)["calculatedOrder"]["id"]
    added = ada.ask(ADD, id=session, v=gid("ProductVariant", ada.variants["scarf"]), q=1)
    assert owed(added) == "43.2"

    less = {"fixedValue": ada.money("10.00"), "description": "Sorry"}
    assert owed(ada.ask(DISCOUNT, id=session, l=added["calculatedLineItem"]["id"], d=less)) == "32.4"
    ada.ask(COMMIT, id=session)

    assert shown(ada.order()["totalOutstandingSet"]) == "32.40"
    assert ada.ask(INVOICE, id=ada.order_gid)["userErrors"] == []
    assert "32.40 EUR is open" in ada.stage.world.store.all("mail")[-1]["text"]
    ada.stage.post("/payments", {"order_id": ada.order_id})
    assert ada.ask(INVOICE, id=ada.order_gid)["userErrors"][0]["code"] == "ORDER_INVOICE_SEND_UNSUCCESSFUL"


def test_a_gift_card_with_our_code_is_made_once(ada: Desk) -> None:
    wanted = {"initialAmount": ada.money("10.00"), "code": "POSTLUDE0001"}

    made = ada.ask(CARD, **{"in": wanted})

    assert (made["giftCardCode"], made["giftCard"]["lastCharacters"]) == ("postlude0001", "0001")
    assert ada.refused(CARD, **{"in": wanted}) == ("TAKEN", ["input", "code"])
    assert ada.ledger("gift_card") == [("gift_card", "10.00")]
    assert len(ada.stage.read(FIND_CARD, q="POSTLUDE0001")["giftCards"]["nodes"]) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": "short"}, "TOO_SHORT"),
        ({"code": "x" * 21}, "TOO_LONG"),
        ({"code": "with-hyphen"}, "INVALID"),
        ({"initialAmount": {"amount": "0", "currencyCode": "EUR"}}, "GREATER_THAN"),
        ({"initialAmount": None}, "MISSING_ARGUMENT"),
        ({"customerId": "gid://shopify/Customer/1"}, "CUSTOMER_NOT_FOUND"),
        ({"expiresOn": "2020-01-01"}, "INVALID"),
    ],
)
def test_a_gift_card_that_cannot_be_is_refused(ada: Desk, change: dict[str, Any], code: str) -> None:
    assert ada.refused(CARD, **{"in": {"initialAmount": ada.money("10.00")} | change})[0] == code


def test_credit_expires_by_the_clock_and_the_soonest_is_spent_first(ada: Desk) -> None:
    owner = gid("Customer", ada.stage.world.store.all("customer")[0]["id"])
    for days, amount in ((20, "5.00"), (10, "3.00")):
        at = ada.stage.world.now().timestamp() + days * 86_400
        until = datetime.fromtimestamp(int(at), UTC).isoformat()
        ada.ask(CREDIT, id=owner, **{"in": {"creditAmount": ada.money(amount), "expiresAt": until}})
    debit = """mutation D($id: ID!, $in: StoreCreditAccountDebitInput!) {
      storeCreditAccountDebit(id: $id, debitInput: $in) { userErrors { code } } }"""
    ada.ask(debit, id=owner, **{"in": {"debitAmount": ada.money("2.00")}})

    ada.stage.world.clock.advance(11 * 86_400)
    ada.stage.token = ada.stage.exchange().json["access_token"]

    (account,) = ada.stage.read(ACCOUNT, id=owner)["customer"]["storeCreditAccounts"]["nodes"]
    assert account["balance"]["amount"] == "5.0"
    kinds = [each["__typename"] for each in account["transactions"]["nodes"]]
    assert kinds.count("StoreCreditAccountExpirationTransaction") == 1
    amounts = sorted(each["amount"]["amount"] for each in account["transactions"]["nodes"])
    assert amounts == ["-1.0", "-2.0", "3.0", "5.0"]
    too_much = ada.ask(debit, id=owner, **{"in": {"debitAmount": ada.money("5.01")}})
    assert too_much["userErrors"] == [{"code": "INSUFFICIENT_FUNDS"}]


def test_an_account_has_a_limit(ada: Desk) -> None:
    owner = gid("Customer", ada.stage.world.store.all("customer")[0]["id"])

    much = {"creditAmount": ada.money("9999999.00")}

    assert ada.refused(CREDIT, id=owner, **{"in": much})[0] == "CREDIT_LIMIT_EXCEEDED"


def test_the_scopes_of_returns_are_needed(stage: Stage) -> None:
    ada = worked_example(stage)
    stage.install(SCOPES.replace("write_returns,", "").replace("write_order_edits,", ""))

    answer = stage.ask(BEGIN, id=ada.order_gid).json

    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
