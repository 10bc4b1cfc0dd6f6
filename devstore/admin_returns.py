"""Returns in Shopify's own admin: the merchant opens, answers, processes and ends them without the app.

Every button is one mutation of the Admin API in the merchant's name, so that the app hears of it by webhook alone.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from devstore.admin_actions import back, raise_errors
from devstore.control_door import ControlDoor, Refused
from devstore.drops import is_on_sale_here
from devstore.money import text
from devstore.returning.reasons import REASONS, reason_of
from devstore.returning.returnable import returnable, sent_lines
from devstore.store import Document, Store

_SHORT = "{ return { id } userErrors { field message } }"
_CREATE = f"mutation ReturnByMerchant($in: ReturnInput!) {{ returnCreate(returnInput: $in) {_SHORT} }}"
_REQUEST = f"mutation RequestByCustomer($in: ReturnRequestInput!) {{ returnRequest(input: $in) {_SHORT} }}"
_APPROVE = (
    f"mutation ApproveByMerchant($in: ReturnApproveRequestInput!) {{ returnApproveRequest(input: $in) {_SHORT} }}"
)
_DECLINE = (
    f"mutation DeclineByMerchant($in: ReturnDeclineRequestInput!) {{ returnDeclineRequest(input: $in) {_SHORT} }}"
)
_PROCESS = f"mutation ProcessByMerchant($in: ReturnProcessInput!) {{ returnProcess(input: $in) {_SHORT} }}"
_BY_ID = {
    verb: f"mutation ByMerchant($id: ID!) {{ return{verb.capitalize()}(id: $id) {_SHORT} }}"
    for verb in ("cancel", "close", "reopen")
}
_SAID = {
    "approve": "The request is approved.",
    "decline": "The request is declined.",
    "cancel": "The return is cancelled.",
    "close": "The return is closed.",
    "reopen": "The return is open again.",
}
_OUTCOME = """query OutcomeForMerchant($id: ID!, $r: [SuggestedOutcomeReturnLineItemInput!]!,
    $e: [SuggestedOutcomeExchangeLineItemInput!]!) {
  return(id: $id) { suggestedFinancialOutcome(returnLineItems: $r, exchangeLineItems: $e) { financialTransfer {
    ... on RefundReturnOutcome { amount { presentmentMoney { amount } }
      suggestedTransactions { amountSet { presentmentMoney { amount currencyCode } } parentTransaction { id } } }
    ... on InvoiceReturnOutcome { owed: amount { presentmentMoney { amount } } } } } } }"""


@dataclass(frozen=True)
class Returned:
    """One return as the page shows it."""

    document: Document
    lines: tuple[tuple[str, int, int, str], ...]
    exchanges: tuple[tuple[str, int, int], ...]
    suggested: str
    owed: str

    @property
    def tone(self) -> str:
        """Which colour the state has."""
        return {"requested": "wait", "open": "move", "closed": "good"}.get(self.document["status"], "quiet")


def add_returns(door: Blueprint, store: Store, control: ControlDoor) -> None:
    """Registers the page of an order's returns and its forms."""

    @door.get("/admin/orders/<int:order_id>/returns")
    def returns(order_id: int) -> str:
        order = _need(store, "order", order_id)
        made = store.find("return", order_id=order_id)
        return render_template(
            "admin/returns.html",
            order=order,
            returns=[_view(store, control, order, each) for each in reversed(made)],
            lines=_free_lines(store, order),
            reasons=[reason for reason in REASONS if not reason.deleted],
            goods=[product for product in store.all("product") if is_on_sale_here(product)],
        )

    @door.post("/admin/orders/<int:order_id>/returns")
    def open_return(order_id: int) -> AnyResponse:
        return back(f"/admin/orders/{order_id}/returns", partial(_open, store, control, order_id))

    @door.post("/admin/returns/<int:return_id>/<any(approve, decline, cancel, close, reopen):verb>")
    def change(return_id: int, verb: str) -> AnyResponse:
        made = _need(store, "return", return_id)
        return back(f"/admin/orders/{made['order_id']}/returns", partial(_change, control, made, verb))

    @door.post("/admin/returns/<int:return_id>/process")
    def process(return_id: int) -> AnyResponse:
        made = _need(store, "return", return_id)
        return back(f"/admin/orders/{made['order_id']}/returns", partial(_process, store, control, made))


def _view(store: Store, control: ControlDoor, order: Document, made: Document) -> Returned:
    titles = {line["id"]: line["name"] for line in order["line_items"]}
    names = {v["id"]: f"{p['title']} - {v['title']}" for p in store.all("product") for v in p["variants"]}
    transfer = _transfer(control, made) if made["status"] == "open" else {}
    amount = (transfer.get("amount") or {}).get("presentmentMoney", {}).get("amount", "")
    owed = (transfer.get("owed") or {}).get("presentmentMoney", {}).get("amount", "")
    return Returned(
        made,
        tuple(
            (titles[line["line_item_id"]], line["quantity"], line["processed_quantity"], _why(line))
            for line in made["return_line_items"]
        ),
        tuple(
            (names.get(line["variant_id"], "Sold no more"), line["quantity"], line["processed_quantity"])
            for line in made["exchange_line_items"]
            if line["quantity"]
        ),
        _shown(amount, order),
        _shown(owed, order),
    )


def _shown(amount: str, order: Document) -> str:
    return text(Decimal(amount), order["presentment_currency"]) if amount else ""


def _why(line: Document) -> str:
    reason = reason_of(line["return_reason_definition_id"])
    words = (reason.name if reason else "", line["return_reason_note"], line["customer_note"])
    return ", ".join(part for part in words if part)


def _free_lines(store: Store, order: Document) -> list[tuple[int, str, int]]:
    free = returnable(store, order)
    titles = {line["id"]: line["name"] for line in order["line_items"]}
    return [
        (each.id, titles[each.line_item_id], free[each.id])
        for each in sent_lines(store, order["id"])
        if each.id in free
    ]


def _open(store: Store, control: ControlDoor, order_id: int) -> str:
    asked = request.form.get("kind") == "request"
    lines = [
        {"fulfillmentLineItemId": _gid("FulfillmentLineItem", key.removeprefix("line-")), "quantity": int(value)}
        | {"returnReasonDefinitionId": _gid("ReturnReasonDefinition", request.form["reason"])}
        | ({"customerNote" if asked else "returnReasonNote": request.form["note"]} if request.form.get("note") else {})
        | (
            {"restockingFee": {"percentage": float(_decimal(percent))}}
            if (percent := request.form.get("restocking"))
            else {}
        )
        for key, value in request.form.items()
        if key.startswith("line-") and value.isdecimal() and int(value)
    ]
    wanted: dict[str, Any] = {"orderId": _gid("Order", order_id), "returnLineItems": lines}
    if fee := request.form.get("shipping_fee"):
        order = _need(store, "order", order_id)
        wanted["returnShippingFee"] = {"amount": {"amount": fee, "currencyCode": order["presentment_currency"]}}
    if (variant := request.form.get("variant_id")) and not asked:
        wanted["exchangeLineItems"] = [{"variantId": _gid("ProductVariant", variant), "quantity": 1}]
    _run(control, _REQUEST if asked else _CREATE, {"in": wanted})
    return "The request waits for an answer." if asked else "The return is open."


def _change(control: ControlDoor, made: Document, verb: str) -> str:
    id = made["admin_graphql_api_id"]
    if verb == "approve":
        _run(control, _APPROVE, {"in": {"id": id}})
    elif verb == "decline":
        note = request.form.get("note") or None
        _run(control, _DECLINE, {"in": {"id": id, "declineReason": request.form["reason"], "declineNote": note}})
    else:
        _run(control, _BY_ID[verb], {"id": id})
    return _SAID[verb]


def _process(store: Store, control: ControlDoor, made: Document) -> str:
    step = _everything(made)
    if "restock" in request.form:
        _restock(store, made, step)
    method, amount = request.form.get("method", "nothing"), request.form.get("amount", "").strip()
    order = _need(store, "order", made["order_id"])
    if method != "nothing" and amount:
        step["financialTransfer"] = {"issueRefund": _given(control, made, method, amount, order)}
    _run(control, _PROCESS, {"in": {"returnId": made["admin_graphql_api_id"], **step}})
    return "The return is processed."


def _given(control: ControlDoor, made: Document, method: str, amount: str, order: Document) -> dict[str, Any]:
    """The amount to store credit, or over the payments that Shopify suggests, the first taking what differs."""
    currency = order["presentment_currency"]
    if method == "store_credit":
        credit = {"amount": {"amount": amount, "currencyCode": currency}}
        return {"orderTransactions": [], "refundMethods": [{"storeCreditRefund": credit}]}
    suggested = _transfer(control, made).get("suggestedTransactions") or []
    if not suggested:
        raise Refused("Nothing was paid that could go back.", 422)
    parts = [Decimal(each["amountSet"]["presentmentMoney"]["amount"]) for each in suggested]
    parts[0] += _decimal(amount) - sum(parts)
    return {
        "orderTransactions": [
            {
                "parentId": each["parentTransaction"]["id"],
                "transactionAmount": {"amount": str(part), "currencyCode": currency},
            }
            for each, part in zip(suggested, parts, strict=True)
            if part > 0
        ]
    }


def _restock(store: Store, made: Document, step: dict[str, Any]) -> None:
    place = _gid("Location", store.all("location")[0]["id"])
    orders = store.find("reverse_fulfillment_order", return_id=made["id"])
    reverse = {
        _gid("ReturnLineItem", line["return_line_item_id"]): line for order in orders for line in order["line_items"]
    }
    for line in step["returnLineItems"]:
        found = reverse[line["id"]]
        if not found["dispositions"]:
            id = _gid("ReverseFulfillmentOrderLineItem", found["id"])
            shelf = {"reverseFulfillmentOrderLineItemId": id, "quantity": line["quantity"]}
            line["dispositions"] = [shelf | {"dispositionType": "RESTOCKED", "locationId": place}]


def _everything(made: Document) -> dict[str, Any]:
    kinds = {"returnLineItems": ("return_line_items", "ReturnLineItem")}
    kinds["exchangeLineItems"] = ("exchange_line_items", "ExchangeLineItem")
    return {
        name: [
            {"id": _gid(type_name, line["id"]), "quantity": line["quantity"] - line["processed_quantity"]}
            for line in made[key]
            if line["quantity"] > line["processed_quantity"]
        ]
        for name, (key, type_name) in kinds.items()
    }


def _transfer(control: ControlDoor, made: Document) -> Document:
    step = _everything(made)
    variables = {"id": made["admin_graphql_api_id"], "r": step["returnLineItems"], "e": step["exchangeLineItems"]}
    answer = control.post("/merchant/graphql", {"query": _OUTCOME, "variables": variables})
    found = ((answer.get("data") or {}).get("return") or {}).get("suggestedFinancialOutcome") or {}
    return found.get("financialTransfer") or {}


def _run(control: ControlDoor, document: str, variables: dict[str, Any]) -> None:
    raise_errors(control.post("/merchant/graphql", {"query": document, "variables": variables}))


def _decimal(written: str) -> Decimal:
    try:
        return Decimal(written.strip().replace(",", "."))
    except InvalidOperation as wrong:
        raise Refused(f"{written} is not a number.", 422) from wrong


def _gid(type_name: str, id: object) -> str:
    return f"gid://shopify/{type_name}/{id}"


def _need(store: Store, kind: str, id: int) -> Document:
    found = store.get(kind, id)
    if found is None:
        raise NotFound
    return found
