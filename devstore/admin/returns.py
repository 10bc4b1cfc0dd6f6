"""Returns as they are read: what can come back, what does, why, and what was done with it."""

from __future__ import annotations

from typing import Any

from devstore.admin.catalogue import variant
from devstore.admin.connections import page
from devstore.admin.fields import Ask, constant, identified, plain, resolver
from devstore.admin.fulfillments import fulfillment_lines
from devstore.admin.lines import find_line
from devstore.admin.search import matching
from devstore.admin.values import at
from devstore.gids import gid, number
from devstore.money import Bag, currencies_of, part
from devstore.order_book import books, line_net, line_tax
from devstore.returning import pricing
from devstore.returning.reasons import REASONS, Reason, reason_of, suggested
from devstore.returning.returnable import LINES_PER_FULFILLMENT, returnable
from devstore.store import Document

identified("Return")
plain(
    "Return",
    name="name",
    status=lambda each, ask, args: each["status"].upper(),
    createdAt=at("created_at"),
    closedAt=at("closed_at"),
    requestApprovedAt=at("approved_at"),
    totalQuantity=lambda each, ask, args: sum(line["quantity"] for line in each["return_line_items"]),
    decline=lambda each, ask, args: each["decline"],
    staffMember=constant(None),
    order=lambda each, ask, args: ask.store.peek("order", each["order_id"]),
    returnShippingFees="return_shipping_fees",
    refunds=lambda each, ask, args: page(refunds_of(each, ask), args),
    transactions=lambda each, ask, args: page(
        [moved for refund in refunds_of(each, ask) for moved in refund["transactions"]], args
    ),
)
plain("ReturnDecline", reason="reason", note="note")
plain("ReturnShippingFee", id=lambda fee, ask, args: gid("ReturnShippingFee", fee["id"]), amountSet="amount_set")
plain(
    "RestockingFee",
    id=lambda fee, ask, args: gid("RestockingFee", fee["id"]),
    percentage="percentage",
    amountSet=lambda fee, ask, args: _restocking(fee, ask),
)
plain(
    "ReturnLineItem",
    id=lambda each, ask, args: gid("ReturnLineItem", each["id"]),
    quantity="quantity",
    refundableQuantity=lambda each, ask, args: each["quantity"] - each["refunded_quantity"],
    refundedQuantity="refunded_quantity",
    processedQuantity="processed_quantity",
    processableQuantity=lambda each, ask, args: _processable(each),
    unprocessedQuantity=lambda each, ask, args: each["quantity"] - each["processed_quantity"],
    returnReason=lambda each, ask, args: (each.get("return_reason") or "unknown").upper(),
    returnReasonNote=lambda each, ask, args: each.get("return_reason_note") or "",
    returnReasonDefinition=lambda each, ask, args: _written(reason_of(each["return_reason_definition_id"])),
    customerNote="customer_note",
    restockingFee=lambda each, ask, args: each["restocking_fee"] and {**each["restocking_fee"], "_entry": each},
    fulfillmentLineItem=lambda each, ask, args: sent_line(each["fulfillment_line_item_id"], ask),
    withCodeDiscountedTotalPriceSet=lambda each, ask, args: _discounted(each, ask),
)
plain(
    "ExchangeLineItem",
    id=lambda each, ask, args: gid("ExchangeLineItem", each["id"]),
    quantity="quantity",
    processedQuantity="processed_quantity",
    processableQuantity=lambda each, ask, args: _processable(each),
    unprocessedQuantity=lambda each, ask, args: each["quantity"] - each["processed_quantity"],
    variantId=lambda each, ask, args: gid("ProductVariant", each["variant_id"]),
    productId=lambda each, ask, args: gid("Product", _goods(each, ask)["product_id"]),
    title=lambda each, ask, args: (ask.store.peek("product", _goods(each, ask)["product_id"]) or {}).get("title"),
    variantSku=lambda each, ask, args: _goods(each, ask).get("sku"),
    variantTitle=lambda each, ask, args: _goods(each, ask)["title"],
    lineItem=lambda each, ask, args: next(iter(_sold(each, ask)), None),
    lineItems=lambda each, ask, args: _sold(each, ask) or None,
)
plain(
    "ReturnReasonDefinition",
    id=lambda each, ask, args: gid("ReturnReasonDefinition", each["id"]),
    handle="handle",
    name="name",
    deleted="deleted",
)
plain("ReturnableFulfillment", id=lambda each, ask, args: gid("ReturnableFulfillment", each["parcel"]["id"]))
plain("ReturnableFulfillment", fulfillment="parcel")
plain(
    "ReturnableFulfillment",
    returnableFulfillmentLineItems=lambda each, ask, args: page(each["lines"], args),
)
plain("ReturnableFulfillmentLineItem", quantity="quantity", fulfillmentLineItem="line")


@resolver("Order", "returns")
def _of_order(order: Document, ask: Ask, args: dict[str, Any]) -> Any:
    readers = {
        "": lambda each: [each["name"]],
        "status": lambda each: each["status"],
        "name": lambda each: each["name"],
    }
    found = matching(args.get("query"), ask.store.find("return", order_id=order["id"]), readers)
    return page(found, args, lambda each: each["id"])


@resolver("QueryRoot", "return")
def _return(root: Any, ask: Ask, args: dict[str, Any]) -> Document | None:
    return ask.store.peek("return", number(args["id"], "Return"))


@resolver("Return", "returnLineItems")
def _lines(made: Document, ask: Ask, args: dict[str, Any]) -> Any:
    lines = [{**each, "_return": made} for each in made["return_line_items"]]
    return page(_in_progress(lines, args), args, type_name="ReturnLineItem")


@resolver("Return", "exchangeLineItems")
def _exchanges(made: Document, ask: Ask, args: dict[str, Any]) -> Any:
    lines = [{**each, "_return": made} for each in made["exchange_line_items"]]
    if not args.get("includeRemovedItems"):
        lines = [each for each in lines if each["quantity"]]
    return page(_in_progress(lines, args), args)


@resolver("QueryRoot", "returnableFulfillments")
def _returnable_fulfillments(root: Any, ask: Ask, args: dict[str, Any]) -> Any:
    order = ask.store.peek("order", number(args["orderId"], "Order"))
    return page([] if order is None else _returnable(order, ask), args)


@resolver("QueryRoot", "returnableFulfillment")
def _returnable_fulfillment(root: Any, ask: Ask, args: dict[str, Any]) -> Document | None:
    id = number(args["id"], "ReturnableFulfillment")
    parcel = ask.store.peek("fulfillment", id)
    order = ask.store.peek("order", parcel["order_id"]) if parcel else None
    return next((each for each in _returnable(order, ask) if each["parcel"]["id"] == id), None) if order else None


@resolver("QueryRoot", "returnReasonDefinitions")
def _reasons(root: Any, ask: Ask, args: dict[str, Any]) -> Any:
    ids = {number(each, "ReturnReasonDefinition") for each in args.get("ids") or []}
    handles = set(args.get("handles") or [])
    chosen = [
        _whole(reason)
        for reason in REASONS
        if (not ids or reason.id in ids) and (not handles or reason.handle in handles)
    ]
    readers = {
        "": lambda each: [each["name"], each["handle"]],
        **{key: (lambda each, key=key: each[key]) for key in ("id", "handle", "name", "deleted")},
    }
    keys = {"HANDLE": lambda each: each["handle"], "NAME": lambda each: each["name"].casefold()}
    found = matching(args.get("query"), chosen, readers)
    return page(found, args, keys.get(args.get("sortKey") or "ID", lambda each: each["id"]))


@resolver("LineItem", "suggestedReturnReasonDefinitions")
def _suggested(line: Document, ask: Ask, args: dict[str, Any]) -> Any:
    product = (ask.store.peek("product", line["product_id"]) if line.get("product_id") else None) or {}
    reasons = suggested(line["title"], product.get("product_type") or "")
    return page([_whole(reason) for reason in reasons], args)


def refunds_of(made: Document, ask: Ask) -> list[Document]:
    """The refunds that processing the return made."""
    booked = ask.store.find("refund", order_id=made["order_id"])
    return [each for each in booked if (each.get("return") or {}).get("id") == made["id"]]


def sent_line(id: int, ask: Ask) -> Document | None:
    """The parcel line with the number."""
    parcel = ask.store.peek("fulfillment", id // LINES_PER_FULFILLMENT)
    if parcel is None:
        return None
    return next((each for each in fulfillment_lines(parcel, ask) if each["id"] == id), None)


def _returnable(order: Document, ask: Ask) -> list[Document]:
    free = returnable(ask.store, order)
    found = []
    for parcel in ask.store.find("fulfillment", order_id=order["id"]):
        lines = [line for line in fulfillment_lines(parcel, ask) if free.get(line["id"])]
        if lines:
            found.append({"parcel": parcel, "lines": [{"quantity": free[each["id"]], "line": each} for each in lines]})
    return found


def _in_progress(lines: list[Document], args: dict[str, Any]) -> list[Document]:
    wanted = args.get("processingStatus")
    if wanted == "PROCESSABLE":
        return [each for each in lines if _processable(each)]
    return [each for each in lines if each["processed_quantity"]] if wanted == "PROCESSED" else lines


def _processable(entry: Document) -> int:
    is_open = entry["_return"]["status"] == "open"
    return entry["quantity"] - entry["processed_quantity"] if is_open else 0


def _restocking(fee: Document, ask: Ask) -> Document:
    """The fee on all pieces of its line."""
    entry = fee["_entry"]
    order = ask.store.peek("order", entry["_return"]["order_id"])
    assert order is not None
    of = books(ask.store, order)
    net, tax = _of_pieces(entry, order)
    return of.currencies.money_set(pricing.restocking(of, fee, net, tax))


def _of_pieces(entry: Document, order: Document) -> tuple[Bag, Bag]:
    line = next(each for each in order["line_items"] if each["id"] == entry["line_item_id"])
    currencies = currencies_of(order)
    net = part(line_net(line), 0, entry["quantity"], line["quantity"], currencies)
    return net, part(line_tax(line), 0, entry["quantity"], line["quantity"], currencies)


def _discounted(entry: Document, ask: Ask) -> Document:
    order = ask.store.peek("order", entry["_return"]["order_id"])
    assert order is not None
    return currencies_of(order).money_set(_of_pieces(entry, order)[0])


def _goods(entry: Document, ask: Ask) -> Document:
    return variant(ask, entry["variant_id"]) or {"product_id": 0, "title": "", "sku": None}


def _sold(entry: Document, ask: Ask) -> list[Document]:
    found = (find_line(ask, id) for id in entry["line_item_ids"])
    return [line for line in found if line]


def _whole(reason: Reason) -> Document:
    return {"id": reason.id, "handle": reason.handle, "name": reason.name, "deleted": reason.deleted}


def _written(reason: Reason | None) -> Document | None:
    return _whole(reason) if reason else None
