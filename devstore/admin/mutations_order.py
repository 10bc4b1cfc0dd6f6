"""Changing and cancelling orders; tags of anything that has them."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

from devstore import mail, merchant, payloads, refunding
from devstore.admin.fields import Ask, Typed, constant, plain, resolver
from devstore.admin.nodes import by_id
from devstore.gids import gid, number, split
from devstore.order_book import books
from devstore.refusals import Refusal, Unknown
from devstore.store import Document

plain("OrderUpdatePayload", order="order", userErrors="userErrors")
plain("OrderClosePayload", order="order", userErrors="userErrors")
plain("TagsAddPayload", node="node", userErrors="userErrors")
plain("TagsRemovePayload", node="node", userErrors="userErrors")
plain("OrderCancelPayload", job="job", orderCancelUserErrors="userErrors", userErrors="userErrors")
plain("OrderCancelUserError", code="code", field="field", message="message")
plain("Job", id="id", done=constant(True))

SIMPLE = {"note": "note", "email": "email", "phone": "phone", "poNumber": "po_number"}
ADDRESS = {
    "address1": "address1",
    "address2": "address2",
    "city": "city",
    "company": "company",
    "countryCode": "country_code",
    "firstName": "first_name",
    "lastName": "last_name",
    "phone": "phone",
    "provinceCode": "province_code",
    "zip": "zip",
}


@resolver("Mutation", "orderUpdate")
def _update(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    given = args["input"]
    id = number(given["id"], "Order")
    changes: dict[str, Any] = {SIMPLE[key]: value for key, value in given.items() if key in SIMPLE}
    unsupported = set(given) - set(SIMPLE) - {"id", "tags", "customAttributes", "shippingAddress"}
    if unsupported:
        raise Refusal(f"The dev store does not implement {', '.join(sorted(unsupported))} of orderUpdate.", ("input",))
    if "tags" in given:
        changes["tags"] = ", ".join(given["tags"])
    if "customAttributes" in given:
        pairs = [{"name": each["key"], "value": each["value"]} for each in given["customAttributes"]]
        changes["note_attributes"] = pairs
    if "shippingAddress" in given:
        changes["shipping_address"] = _address(ask, id, given["shippingAddress"])
    return {"order": merchant.change_order(ask.world, id, changes), "userErrors": []}


@resolver("Mutation", "orderClose")
def _close(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    return {"order": merchant.close_order(ask.world, number(args["input"]["id"], "Order")), "userErrors": []}


plain("OrderInvoiceSendPayload", order="order", userErrors="userErrors")
plain("OrderInvoiceSendUserError", code="code", field="field", message="message")


@resolver("Mutation", "orderInvoiceSend")
def _send_invoice(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    """Shopify's own letter asks for what is open; it lies in the inbox."""
    order = ask.world.need("order", number(args["id"], "Order"))
    given = args.get("email") or {}
    unsupported = {key for key, value in given.items() if value is not None} - {"to", "subject", "customMessage"}
    if unsupported:
        raise Refusal(f"The dev store does not implement {', '.join(sorted(unsupported))} of the e-mail.", ("email",))
    to = given.get("to") or order.get("email")
    owed = -books(ask.store, order).overpaid()
    if not to or owed <= 0:
        words = "The order has no e-mail address." if not to else "Nothing is open on this order."
        raise Refusal(words, ("id",), "ORDER_INVOICE_SEND_UNSUCCESSFUL")
    letter = EmailMessage()
    letter["From"], letter["To"] = ask.world.shop()["email"], to
    letter["Subject"] = given.get("subject") or f"Payment for order {order['name']}"
    words = given.get("customMessage") or ""
    due = f"{owed} {order['presentment_currency']} is open. Pay here: {order['order_status_url']}&pay=1"
    letter.set_content(f"{words}\n\n{due}\n".lstrip())
    mail.keep(ask.store, letter.as_bytes(), letter["From"], [to], ask.world.now())
    return {"order": order, "userErrors": []}


@resolver("Mutation", "orderCancel")
def _cancel(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    method = args.get("refundMethod") or {}
    to_credit = "storeCreditRefund" in method
    refunded = bool(args.get("refund")) or bool(method.get("originalPaymentMethodsRefund")) or to_credit
    id = number(args["orderId"], "Order")
    reason, restock = args["reason"].lower(), args["restock"]
    refunding.cancel(ask.world, id, reason=reason, restock=restock, refunded=refunded, to_credit=to_credit)
    return {"job": {"id": gid("Job", f"cancel-{id}")}, "userErrors": []}


@resolver("Mutation", "tagsAdd")
def _tags_add(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    node = _retag(ask, args["id"], lambda tags: [*tags, *(new for new in args["tags"] if new not in tags)])
    return {"node": node, "userErrors": []}


@resolver("Mutation", "tagsRemove")
def _tags_remove(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    node = _retag(ask, args["id"], lambda tags: [tag for tag in tags if tag not in args["tags"]])
    return {"node": node, "userErrors": []}


def _retag(ask: Ask, global_id: str, change: Any) -> Typed | None:
    type_name, id = split(global_id)
    kinds = {"Order": "order", "Customer": "customer", "Product": "product"}
    if type_name not in kinds:
        raise Refusal(f"{type_name} has no tags.", ("id",))
    document = ask.world.need(kinds[type_name], id)
    key = "_tags" if type_name == "Customer" and "tags" not in document else "tags"
    old = [part.strip() for part in (document.get(key) or "").split(",") if part.strip()]
    text = ", ".join(change(old))
    if type_name == "Order":
        merchant.change_order(ask.world, id, {"tags": text})
    else:
        document |= {key: text, "updated_at": ask.world.now_text()}
        ask.store.put(kinds[type_name], document)
        body = payloads.customer_body(document) if type_name == "Customer" else payloads.product_body(document)
        ask.world.fire(f"{kinds[type_name]}s/update", body)
    return by_id(ask, global_id)


def _address(ask: Ask, order_id: int, given: dict[str, Any]) -> Document:
    old = ask.world.need("order", order_id).get("shipping_address")
    if old is None:
        raise Unknown("This order is not shipped: it has no address to change.", ("input", "shippingAddress"))
    new = old | {ADDRESS[key]: value for key, value in given.items() if key in ADDRESS}
    new["name"] = " ".join(part for part in (new.get("first_name"), new.get("last_name")) if part)
    return new
