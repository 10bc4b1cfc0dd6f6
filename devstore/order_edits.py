"""Order edits: changes are staged in a session and take effect when it is committed, once.

As far as exchanges need them: fewer pieces of what was not sent yet, further goods, a discount on those.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from devstore import fulfillment_orders, refunding
from devstore.additions import add_lines
from devstore.merchant import changed, move_stock
from devstore.money import NOTHING, Bag, bag_of, total
from devstore.order_book import Books, books, line_net, line_tax, worth
from devstore.refusals import Refusal
from devstore.returning import pricing
from devstore.store import Document
from devstore.world import World


def begin(world: World, order_id: int) -> Document:
    """A session for the order as it is now."""
    with world.store.transaction():
        order = world.need("order", order_id)
        if order.get("cancelled_at"):
            raise Refusal("A cancelled order cannot be edited.", ("id",))
        session = {
            "id": world.store.next_id("order_edit"),
            "order_id": order_id,
            "created_at": world.now_text(),
            "quantities": {},
            "restock": [],
            "added": [],
            "committed": False,
        }
        return world.store.put("order_edit", session)


def set_quantity(world: World, session_id: int, line_id: int, quantity: int, *, restock: bool) -> Document:
    """The line shall have this many pieces. Sent pieces stay; more of a line that was bought is not done here."""
    with world.store.transaction():
        session = _open(world, session_id)
        added = next((each for each in session["added"] if each["id"] == line_id), None)
        if quantity < 0:
            raise Refusal("Quantity must be greater than or equal to 0", ("quantity",))
        if added:
            added["quantity"] = quantity
        else:
            line = _line(world, session, line_id)
            least = line["current_quantity"] - line["fulfillable_quantity"]
            if not least <= quantity <= line["current_quantity"]:
                words = f"Between {least} and {line['current_quantity']} pieces of this line can be kept."
                raise Refusal(f"{words} Add the variant for more.", ("quantity",))
            session["quantities"][str(line_id)] = quantity
            session["restock"] = [id for id in session["restock"] if id != line_id] + [line_id] * restock
        return world.store.put("order_edit", session)


def add_variant(world: World, session_id: int, variant_id: int, quantity: int, *, duplicates: bool) -> Document:
    """Further goods at their price of now; the same variant twice only when `duplicates`."""
    with world.store.transaction():
        session = _open(world, session_id)
        order = world.need("order", session["order_id"])
        if quantity < 1:
            raise Refusal("Quantity must be greater than 0", ("quantity",))
        known = [line["variant_id"] for line in order["line_items"] if line["current_quantity"]]
        if not duplicates and variant_id in [*known, *(each["variant_id"] for each in session["added"])]:
            raise Refusal("The variant is on the order already.", ("variantId",))
        of = books(world.store, order)
        price = pricing.price_of(world, variant_id, of.currencies)
        added = {
            "id": world.store.next_id("line_item"),
            "variant_id": variant_id,
            "quantity": quantity,
            "price_set": of.currencies.money_set(price),
            "discount": None,
        }
        session["added"] = [*session["added"], added]
        return world.store.put("order_edit", session)


def discount(world: World, session_id: int, line_id: int, terms: dict[str, Any]) -> Document:
    """A discount on goods added in this session: ``{"amount"}`` for the line or ``{"percentage"}``."""
    with world.store.transaction():
        session = _open(world, session_id)
        added = next((each for each in session["added"] if each["id"] == line_id), None)
        if added is None:
            raise Refusal("Only items added in this edit can be discounted.", ("lineItemId",))
        if Decimal(str(terms.get("percentage") or terms.get("amount") or 0)) <= 0:
            raise Refusal("Discount value must be greater than 0", ("discount",))
        added["discount"] = terms
        return world.store.put("order_edit", session)


def commit(world: World, session_id: int, *, notify: bool = False, note: str | None = None) -> Document:
    """Carries the staged changes out, tells of them (orders/edited, beside orders/updated) and returns the order."""
    with world.store.transaction():
        session = _open(world, session_id)
        order = world.need("order", session["order_id"])
        of = books(world.store, order)
        taken = taken_off(session, order)
        if taken:
            items = [refunding.refund_item(world, of, line, gone, worth(of, line, gone)) for line, gone in taken]
            removal = {"id": world.store.next_id("removal"), "order_id": order["id"]}
            items = [item | {"restock_type": "cancel"} for item in items]
            world.store.put("removal", removal | {"refund_line_items": items})
        sold = [(line, (each["discount"] or {}).get("description")) for each, line in added_lines(world, of, session)]
        order, _ = add_lines(world, order, sold, None)
        world.store.put("order_edit", session | {"committed": True})
        event = world.fire("orders/edited", edited_body(world, session, taken, notify=notify, note=note))
        order = changed(world, order | {"_edited": True}, event)
        fulfillment_orders.release_paid(world, order)
        for line, gone in taken:
            if line["id"] in session["restock"] and line["variant_id"]:
                move_stock(world, line["variant_id"], gone)
    return order


def edited_body(
    world: World, session: Document, taken: list[tuple[Document, int]], *, notify: bool, note: str | None
) -> dict[str, Any]:
    """The body of orders/edited: pieces that came and went, by line. How discounts are told is published nowhere."""
    nothing: dict[str, list[Any]] = {"additions": [], "removals": []}
    told = {
        "id": session["id"],
        "app_id": None,
        "created_at": session["created_at"],
        "committed_at": world.now_text(),
        "notify_customer": notify,
        "order_id": session["order_id"],
        "staff_note": note or "",
        "user_id": None,
        "line_items": {
            "additions": [
                {"id": each["id"], "delta": each["quantity"]} for each in session["added"] if each["quantity"]
            ],
            "removals": [{"id": line["id"], "delta": gone} for line, gone in taken],
        },
        "discounts": {"line_item": nothing},
        "shipping_lines": nothing,
    }
    return {"order_edit": told}


def taken_off(session: Document, order: Document) -> list[tuple[Document, int]]:
    """Lines of the order that lose pieces in this session, with how many."""
    lines = {str(line["id"]): line for line in order["line_items"]}
    wanted = ((lines[id], lines[id]["current_quantity"] - quantity) for id, quantity in session["quantities"].items())
    return [(line, gone) for line, gone in wanted if gone > 0]


def added_lines(world: World, of: Books, session: Document) -> list[tuple[Document, Document]]:
    """What the session adds, as the order lines it becomes."""
    made = []
    for each in session["added"]:
        if each["quantity"]:
            price = bag_of(each["price_set"])
            cut = pricing.cut_of(of.currencies, price, each["quantity"], each["discount"])
            line = pricing.sold_line(world, of, each["variant_id"], each["quantity"], price, cut, each["id"])
            made.append((each, line))
    return made


def total_after(world: World, of: Books, session: Document) -> Bag:
    """What the order comes to with the staged changes."""
    extra = not of.order["taxes_included"]
    more = total(line_net(line) + (line_tax(line) if extra else NOTHING) for _, line in added_lines(world, of, session))
    less = NOTHING
    for line, gone in taken_off(session, of.order):
        net, tax = worth(of, line, gone)
        less = less + net + (tax if extra else NOTHING)
    return bag_of(of.order["current_total_price_set"]) + more - less


def _open(world: World, session_id: int) -> Document:
    session = world.store.get("order_edit", session_id)
    if session is None:
        raise Refusal("The calculated order does not exist.", ("id",))
    if session["committed"]:
        raise Refusal("The calculated order has already been committed.", ("id",))
    return session


def _line(world: World, session: Document, line_id: int) -> Document:
    order = world.need("order", session["order_id"])
    found = next((line for line in order["line_items"] if line["id"] == line_id), None)
    if found is None:
        raise Refusal("The line item does not exist.", ("lineItemId",))
    return found
