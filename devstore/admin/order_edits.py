"""The `orderEdit*` mutations and the calculated order they show."""

from __future__ import annotations

from typing import Any

from devstore import order_edits
from devstore.admin.catalogue import variant
from devstore.admin.connections import page
from devstore.admin.fields import Ask, plain, resolver
from devstore.gids import gid, number
from devstore.money import bag_of
from devstore.order_book import books, still_owed
from devstore.order_intake import allocated
from devstore.refusals import Refusal
from devstore.store import Document

SESSIONS = ("CalculatedOrder", "OrderEditSession")
LINES = ("CalculatedLineItem", "LineItem")

plain("OrderEditSession", id=lambda session, ask, args: gid("OrderEditSession", session["id"]))
plain(
    "CalculatedOrder",
    id=lambda session, ask, args: gid("CalculatedOrder", session["id"]),
    committed="committed",
    originalOrder=lambda session, ask, args: ask.store.peek("order", session["order_id"]),
    lineItems=lambda session, ask, args: page(_lines(session, ask), args),
    addedLineItems=lambda session, ask, args: page([each for each in _lines(session, ask) if each["is_new"]], args),
    subtotalLineItemsQuantity=lambda session, ask, args: sum(each["quantity"] for each in _lines(session, ask)),
    totalPriceSet=lambda session, ask, args: _total(session, ask),
    totalOutstandingSet=lambda session, ask, args: _owed(session, ask),
)
plain(
    "CalculatedLineItem",
    id=lambda each, ask, args: gid("CalculatedLineItem", each["line"]["id"]),
    quantity="quantity",
    editableQuantity="editable",
    title=lambda each, ask, args: each["line"]["title"],
    variantTitle=lambda each, ask, args: each["line"]["variant_title"],
    sku=lambda each, ask, args: each["line"].get("sku"),
    variant=lambda each, ask, args: variant(ask, each["line"].get("variant_id")),
    originalUnitPriceSet=lambda each, ask, args: each["line"]["price_set"],
    hasStagedLineItemDiscount=lambda each, ask, args: each["is_new"] and bool(allocated(each["line"]).presentment),
)
_WITH_LINE = ("AddVariant", "SetQuantity", "AddLineItemDiscount")
for _verb in ("Begin", *_WITH_LINE):
    plain(f"OrderEdit{_verb}Payload", calculatedOrder="session", orderEditSession="session", userErrors="userErrors")
for _verb in _WITH_LINE:
    plain(f"OrderEdit{_verb}Payload", calculatedLineItem="line")
plain("OrderEditCommitPayload", order="order", successMessages="messages", userErrors="userErrors")


@resolver("Mutation", "orderEditBegin")
def _begin(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    return {"session": order_edits.begin(ask.world, number(args["id"], "Order")), "userErrors": []}


@resolver("Mutation", "orderEditSetQuantity")
def _set_quantity(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    id, restock = number(args["lineItemId"], *LINES), bool(args.get("restock"))
    session = order_edits.set_quantity(ask.world, number(args["id"], *SESSIONS), id, args["quantity"], restock=restock)
    return _shown(session, id, ask)


@resolver("Mutation", "orderEditAddVariant")
def _add_variant(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    wanted, id = number(args["variantId"], "ProductVariant"), number(args["id"], *SESSIONS)
    duplicates = bool(args.get("allowDuplicates"))
    session = order_edits.add_variant(ask.world, id, wanted, args["quantity"], duplicates=duplicates)
    return _shown(session, session["added"][-1]["id"], ask)


@resolver("Mutation", "orderEditAddLineItemDiscount")
def _discount(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    given, id = args["discount"], number(args["lineItemId"], *LINES)
    fixed, percent = given.get("fixedValue"), given.get("percentValue")
    if (fixed is None) == (percent is None):
        raise Refusal("Give either a fixed value or a percentage.", ("discount",))
    terms = {"description": given.get("description"), "percentage": percent}
    if fixed is not None:
        terms = {"description": given.get("description"), "amount": str(fixed["amount"])}
    return _shown(order_edits.discount(ask.world, number(args["id"], *SESSIONS), id, terms), id, ask)


@resolver("Mutation", "orderEditCommit")
def _commit(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    notify, note = bool(args.get("notifyCustomer")), args.get("staffNote")
    order = order_edits.commit(ask.world, number(args["id"], *SESSIONS), notify=notify, note=note)
    return {"order": order, "messages": ["Order updated"], "userErrors": []}


def _shown(session: Document, line_id: int, ask: Ask) -> Document:
    line = next((each for each in _lines(session, ask) if each["line"]["id"] == line_id), None)
    return {"session": session, "line": line, "userErrors": []}


def _lines(session: Document, ask: Ask) -> list[Document]:
    order = ask.world.need("order", session["order_id"])
    kept = [
        {
            "line": line,
            "quantity": session["quantities"].get(str(line["id"]), line["current_quantity"]),
            "editable": line["fulfillable_quantity"],
            "is_new": False,
        }
        for line in order["line_items"]
    ]
    added = order_edits.added_lines(ask.world, books(ask.store, order), session)
    new = [
        {"line": line, "quantity": each["quantity"], "editable": each["quantity"], "is_new": True}
        for each, line in added
    ]
    return kept if session["committed"] else [*kept, *new]


def _total(session: Document, ask: Ask) -> Document:
    of = books(ask.store, ask.world.need("order", session["order_id"]))
    if session["committed"]:
        return of.order["current_total_price_set"]
    return of.currencies.money_set(order_edits.total_after(ask.world, of, session))


def _owed(session: Document, ask: Ask) -> Document:
    of = books(ask.store, ask.world.need("order", session["order_id"]))
    return of.currencies.money_set(still_owed(of, bag_of(_total(session, ask))))
