"""Ada's order at the dev store, sent and delivered, and the documents with which an app returns it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from devstage import ALL_SCOPES, Stage

SCOPES = ALL_SCOPES + ",write_returns,write_order_edits,write_gift_cards,read_gift_cards"

MONEY = "{ presentmentMoney { amount currencyCode } shopMoney { amount currencyCode } }"
RETURN = f"""id name status closedAt
  returnLineItems(first: 20) {{ nodes {{ id quantity processableQuantity processedQuantity unprocessedQuantity
    refundableQuantity refundedQuantity returnReasonNote customerNote returnReasonDefinition {{ handle }}
    ... on ReturnLineItem {{ fulfillmentLineItem {{ id }} restockingFee {{ percentage amountSet {MONEY} }} }} }} }}
  exchangeLineItems(first: 20) {{ nodes {{ id quantity processableQuantity processedQuantity unprocessedQuantity
    variantId title variantTitle lineItems {{ id quantity }} }} }}
  returnShippingFees {{ id amountSet {MONEY} }}
  refunds(first: 10) {{ nodes {{ id totalRefundedSet {MONEY} refundLineItems(first: 10) {{ nodes {{ quantity }} }} }} }}
  transactions(first: 10) {{ nodes {{ id kind status gateway amountSet {MONEY} }} }}
  decline {{ reason note }}
  reverseFulfillmentOrders(first: 5) {{ nodes {{ id status
    lineItems(first: 20) {{ nodes {{ id totalQuantity dispositions {{ type quantity location {{ id }} }}
      fulfillmentLineItem {{ id }} }} }}
    reverseDeliveries(first: 5) {{ nodes {{ id
      deliverable {{ ... on ReverseDeliveryShippingDeliverable {{
        tracking {{ number url }} label {{ publicFileUrl }} }} }}
      reverseDeliveryLineItems(first: 5) {{ nodes {{ quantity }} }} }} }} }} }}
  order {{ id returnStatus totalOutstandingSet {MONEY} }}"""
ANSWER = f"{{ return {{ {RETURN} }} userErrors {{ code field message }} }}"

CREATE = f"mutation C($in: ReturnInput!) {{ returnCreate(returnInput: $in) {ANSWER} }}"
REQUEST = f"mutation R($in: ReturnRequestInput!) {{ returnRequest(input: $in) {ANSWER} }}"
APPROVE = f"mutation A($in: ReturnApproveRequestInput!) {{ returnApproveRequest(input: $in) {ANSWER} }}"
DECLINE = f"mutation D($in: ReturnDeclineRequestInput!) {{ returnDeclineRequest(input: $in) {ANSWER} }}"
PROCESS = f"mutation P($in: ReturnProcessInput!) {{ returnProcess(input: $in) {ANSWER} }}"
REMOVE = f"""mutation X($id: ID!, $r: [ReturnLineItemRemoveFromReturnInput!],
    $e: [ExchangeLineItemRemoveFromReturnInput!])
  {{ removeFromReturn(returnId: $id, returnLineItems: $r, exchangeLineItems: $e) {ANSWER} }}"""
BY_ID = {
    name: f"mutation M($id: ID!) {{ {name}(id: $id) {ANSWER} }}"
    for name in ("returnCancel", "returnClose", "returnReopen")
}
READ = f"query Q($id: ID!) {{ return(id: $id) {{ {RETURN} }} }}"
OUTCOME = f"""query S($id: ID!, $r: [SuggestedOutcomeReturnLineItemInput!]!,
    $e: [SuggestedOutcomeExchangeLineItemInput!]!, $a: RefundMethodAllocation, $s: RefundShippingInput) {{
  return(id: $id) {{ suggestedFinancialOutcome(returnLineItems: $r, exchangeLineItems: $e, refundMethodAllocation: $a,
      refundShipping: $s) {{
    discountedSubtotal {MONEY} totalTax {MONEY} maximumRefundable {MONEY} totalCartDiscountAmount {MONEY}
    shipping {{ amountSet {MONEY} maximumRefundableSet {MONEY} }}
    financialTransfer {{ __typename
      ... on RefundReturnOutcome {{ amount {MONEY}
        suggestedTransactions {{ amountSet {MONEY} gateway kind parentTransaction {{ id }} }}
        suggestedRefundMethods {{ amount {MONEY} maximumRefundable {MONEY} }} }}
      ... on InvoiceReturnOutcome {{ amount {MONEY} }} }} }} }} }}"""
CALCULATE = f"""query C($in: CalculateReturnInput!) {{ returnCalculate(input: $in) {{
  returnLineItems {{ quantity subtotalSet {MONEY} subtotalBeforeOrderDiscountsSet {MONEY} totalTaxSet {MONEY}
    restockingFee {{ percentage amountSet {MONEY} }} fulfillmentLineItem {{ id }} }}
  exchangeLineItems {{ quantity originalUnitPriceSet {MONEY} discountedUnitPriceSet {MONEY} subtotalSet {MONEY}
    totalTaxSet {MONEY} variant {{ id }} calculatedDiscountAllocations {{ allocatedAmountSet {MONEY} }} }}
  returnShippingFee {{ amountSet {MONEY} }} }} }}"""
RETURNABLE = """query Q($id: ID!) { returnableFulfillments(orderId: $id, first: 10) { nodes { fulfillment { id }
  returnableFulfillmentLineItems(first: 20) { nodes { quantity fulfillmentLineItem { id lineItem { id } } } } } } }"""
ORDER = f"""query O($id: ID!) {{ order(id: $id) {{ returnStatus displayFinancialStatus displayFulfillmentStatus
  currentTotalPriceSet {MONEY} totalOutstandingSet {MONEY} netPaymentSet {MONEY} originalTotalPriceSet {MONEY}
  lineItems(first: 20) {{ nodes {{ id quantity currentQuantity refundableQuantity unfulfilledQuantity
    discountedTotalSet {MONEY} variant {{ id }}
    suggestedReturnReasonDefinitions(first: 20) {{ nodes {{ handle }} }} }} }}
  fulfillmentOrders(first: 10) {{ nodes {{ id status fulfillmentHolds {{ id reason }}
    lineItems(first: 10) {{ nodes {{ totalQuantity lineItem {{ id }} }} }} }} }}
  paymentCollectionDetails {{ additionalPaymentCollectionUrl }}
  transactions(first: 10) {{ id kind gateway }} }} }}"""


def gid(kind: str, id: int) -> str:
    return f"gid://shopify/{kind}/{id}"


def shown(money: dict[str, Any]) -> str:
    """A money bag's presentment amount with two places."""
    return str(Decimal(money["presentmentMoney"]["amount"]).quantize(Decimal("0.01")))


@dataclass
class Desk:
    """One order that was sent, and short words for what happens to it."""

    stage: Stage
    order_id: int
    parcel_id: int
    variants: dict[str, int]
    currency: str = "EUR"

    @property
    def order_gid(self) -> str:
        return gid("Order", self.order_id)

    def order(self) -> dict[str, Any]:
        return self.stage.read(ORDER, id=self.order_gid)["order"]

    def sent(self, place: int = 1) -> str:
        """The parcel line's global id."""
        return gid("FulfillmentLineItem", self.parcel_id * 1000 + place)

    def payment(self) -> str:
        return self.order()["transactions"][0]["id"]

    def money(self, amount: str) -> dict[str, str]:
        return {"amount": amount, "currencyCode": self.currency}

    def line(self, quantity: int = 1, place: int = 1, **more: Any) -> dict[str, Any]:
        return {"fulfillmentLineItemId": self.sent(place), "quantity": quantity, **more}

    def new(self, name: str, quantity: int = 1, discount: str | None = None) -> dict[str, Any]:
        """An exchange line of one of the shop's own goods."""
        given: dict[str, Any] = {"variantId": gid("ProductVariant", self.variants[name]), "quantity": quantity}
        if discount:
            given["appliedDiscount"] = {"description": "Bonus", "value": {"amount": self.money(discount)}}
        return given

    def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """The payload of a mutation, whatever it says."""
        (payload,) = self.stage.read(document, **variables).values()
        return payload

    def did(self, document: str, **variables: Any) -> dict[str, Any]:
        """The return after a mutation that must succeed."""
        payload = self.ask(document, **variables)
        assert payload["userErrors"] == []
        return payload["return"]

    def refused(self, document: str, **variables: Any) -> tuple[str, list[str] | None]:
        """Code and field of the one refusal; nothing may have moved."""
        before = self.ledger()
        payload = self.ask(document, **variables)
        (error,) = payload["userErrors"]
        assert error["message"]
        assert self.ledger() == before
        return error["code"], error["field"]

    def create(self, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
        wanted = {"orderId": self.order_gid, "returnLineItems": list(lines) or [self.line()], **more}
        return self.did(CREATE, **{"in": wanted})

    def everything(self, made: dict[str, Any]) -> dict[str, Any]:
        """The lines of the return that can be processed, as `ReturnProcessInput` wants them."""
        left = {
            kind: [
                {"id": each["id"], "quantity": each["processableQuantity"]}
                for each in made[kind]["nodes"]
                if each["processableQuantity"]
            ]
            for kind in ("returnLineItems", "exchangeLineItems")
        }
        return {"returnId": made["id"], **left}

    def refund(self, amount: str) -> dict[str, Any]:
        """A `financialTransfer` to the first payment."""
        paid = {"parentId": self.payment(), "transactionAmount": self.money(amount)}
        return {"issueRefund": {"orderTransactions": [paid]}}

    def credit(self, amount: str, **more: Any) -> dict[str, Any]:
        """A `financialTransfer` to store credit."""
        method = {"storeCreditRefund": {"amount": self.money(amount), **more}}
        return {"issueRefund": {"orderTransactions": [], "refundMethods": [method]}}

    def process(self, made: dict[str, Any], **more: Any) -> dict[str, Any]:
        return self.did(PROCESS, **{"in": self.everything(made) | more})

    def outcome(self, made: dict[str, Any], **more: Any) -> dict[str, Any]:
        every = self.everything(made)
        wanted = {"r": every["returnLineItems"], "e": every["exchangeLineItems"], **more}
        return self.stage.read(OUTCOME, id=made["id"], **wanted)["return"]["suggestedFinancialOutcome"]

    def ledger(self, *kinds: str) -> list[tuple[str, str]]:
        rows = self.stage.control("GET", "/ledger").json["rows"]
        own = [row for row in rows if row["order_id"] == self.order_id or row["kind"] in ("store_credit", "gift_card")]
        return [(row["kind"], row["amount"]) for row in own if not kinds or row["kind"] in kinds]


ADDRESS = {"first_name": "Ada", "last_name": "Lindholm", "address1": "Storgatan 1", "city": "Göteborg"}
"""Where it was sent; of no country, so that none has its own rules."""


def sell(stage: Stage, lines: list[dict[str, Any]], variants: dict[str, int] | None = None, **order: Any) -> Desk:
    """Ada buys, the shop sends everything in one parcel."""
    buyer = {"customer": {"id": stage.world.store.all("customer")[0]["id"]}, "shipping_address": ADDRESS} | order
    placed = stage.post("/orders", {"line_items": lines, **buyer})
    parcel = stage.post("/fulfillments", {"order_id": placed["id"]})
    return Desk(stage, placed["id"], parcel["id"], variants or {}, order.get("presentment_currency", "EUR"))


def goods(stage: Stage, tax_rate: float, **prices: str) -> dict[str, int]:
    """Variants of a product by name, each with 20 in stock."""
    wanted = [{"title": name, "price": price, "stock": 20} for name, price in prices.items()]
    made = stage.post("/products", {"title": "Wool shirt", "variants": wanted, "tax_rate": tax_rate})
    return {each["title"]: each["id"] for each in made["variants"]}


def worked_example(stage: Stage, quantity: int = 2, **order: Any) -> Desk:
    """Two shirts at 50.00, 10 % order code, 8 % tax on top; the shop also has goods at 60, 47 and 40."""
    stage.install(SCOPES)
    variants = goods(stage, 0.08, S="50.00", M="50.00", coat="60.00", vest="47.00", scarf="40.00")
    cut = f"{5 * quantity}.00"
    line = {
        "variant_id": variants["S"],
        "quantity": quantity,
        "discount_allocations": [{"amount": cut, "discount_application_index": 0}],
    }
    code = {"type": "discount_code", "code": "TEN", "value": "10.0", "value_type": "percentage",
            "target_type": "line_item", "target_selection": "all", "allocation_method": "across"}  # fmt: skip
    return sell(stage, [line], variants, taxes_included=False, discount_applications=[code], **order)
