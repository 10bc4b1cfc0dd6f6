"""What a merchant or a customer at the checkout does: each verb changes documents and tells the app.

A verb is one transaction: the change and its webhooks are written together. All topics of one action share an event
id. Verbs raise `Refusal` with a sentence, `Unknown` when the thing does not exist.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from devstore import fulfillment_orders, payloads
from devstore.delivery import as_chosen
from devstore.gids import gid
from devstore.ledger import Movement, enter
from devstore.money import Currencies, bag_of, text
from devstore.order_book import books, brought_up_to_date, still_owed
from devstore.order_intake import complete
from devstore.refusals import Refusal
from devstore.store import Document
from devstore.world import World

CANCEL_REASONS = ("customer", "declined", "fraud", "inventory", "other", "staff")


def place_order(world: World, given: dict[str, Any]) -> Document:
    """A checkout completed, from a body shaped like the orders/create payload: stock goes down, money comes in."""
    with world.store.transaction():
        order = complete(world, as_chosen(world, given))
        for transaction in _payments(world, order, given):
            world.store.put("transaction", transaction)
        order = brought_up_to_date(world.store, order, order["updated_at"])
        order["fulfillment_status"] = None
        world.store.put("order", order)
        body = payloads.order_body(world.store, order)
        event = world.fire("orders/create", body)
        if order["financial_status"] == "paid":
            world.fire("orders/paid", body, event)
        for line in order["line_items"]:
            if line["variant_id"] and not order["test"]:
                move_stock(world, line["variant_id"], -line["quantity"], event)
    return order


def pay(world: World, order_id: int, amount: str | None = None) -> Document:
    """The customer pays what is open, or the given part of it, in presentment money. Whoever opened the payment page of
    an exchange can still complete it: such an order takes a payment that is named even when nothing is open any more.
    """
    with world.store.transaction():
        order = world.need("order", order_id)
        of = books(world.store, order)
        due = still_owed(of, bag_of(order.get("current_total_price_set") or order["total_price_set"])).presentment
        paid = Decimal(str(amount)) if amount is not None else due
        if paid <= 0 or (paid > due and (amount is None or not _was_exchanged(world, order_id))):
            raise Refusal(f"{text(due, of.currencies.presentment)} is open on this order; {paid} cannot be paid.")
        transaction = sale(world, order, text(paid, of.currencies.presentment), of.currencies)
        world.store.put("transaction", transaction)
        _charge(world, order, transaction)
        order = changed(world, order)
        fulfillment_orders.release_paid(world, order)
        if order["financial_status"] == "paid":
            world.fire("orders/paid", payloads.order_body(world.store, order))
    return order


def _was_exchanged(world: World, order_id: int) -> bool:
    returns = world.store.find("return", order_id=order_id)
    return any(each["processed_quantity"] for made in returns for each in made["exchange_line_items"])


def change_order(world: World, order_id: int, changes: dict[str, Any]) -> Document:
    """Note, tags (as one comma-separated text), e-mail, phone, addresses, attributes."""
    with world.store.transaction():
        order = world.need("order", order_id) | changes
        if "email" in changes:
            order["contact_email"] = changes["email"]
        return changed(world, order)


def close_order(world: World, order_id: int) -> Document:
    """Archives the order."""
    with world.store.transaction():
        return changed(world, world.need("order", order_id) | {"closed_at": world.now_text()})


def delete_order(world: World, order_id: int) -> None:
    """The order and all its parts are gone."""
    with world.store.transaction():
        world.need("order", order_id)
        kinds = ("fulfillment", "fulfillment_event", "refund", "transaction", "return", "removal", "fulfillment_order")
        for kind in (*kinds, "reverse_fulfillment_order"):
            for part in list(world.store.find(kind, order_id=order_id)):
                world.store.delete(kind, part["id"])
        world.store.delete("order", order_id)
        world.fire("orders/delete", {"id": order_id})


def changed(world: World, order: Document, event_id: str | None = None, topic: str = "orders/updated") -> Document:
    """Stores the order with its sums brought up to date and tells the app."""
    updated = brought_up_to_date(world.store, order, world.now_text())
    world.store.put("order", updated)
    body = payloads.order_body(world.store, updated)
    event = world.fire(topic, body, event_id)
    if topic != "orders/updated":
        world.fire("orders/updated", body, event)
    return updated


def move_stock(
    world: World, variant_id: int, by: int, event_id: str | None = None, location_id: int | None = None
) -> None:
    """Stock of a tracked variant goes up or down at a place (the shop's first when none is named)."""
    product, variant = variant_copy(world, variant_id)
    if variant.get("inventory_management") is None:
        return
    now = world.now_text()
    variant["old_inventory_quantity"] = variant["inventory_quantity"]
    variant["inventory_quantity"] += by
    variant["updated_at"] = product["updated_at"] = now
    world.store.put("product", product)
    place = location_id or world.store.all("location")[0]["id"]
    level = payloads.inventory_level_body(variant["inventory_item_id"], place, variant["inventory_quantity"], now)
    event = world.fire("inventory_levels/update", level, event_id)
    world.fire("products/update", payloads.product_body(product), event)


def variant_copy(world: World, variant_id: int) -> tuple[Document, Document]:
    """A private copy of the product and, inside it, the variant; raises Refusal."""
    for shared in world.store.all("product"):
        if any(variant["id"] == variant_id for variant in shared["variants"]):
            product = world.need("product", shared["id"])
            return product, next(each for each in product["variants"] if each["id"] == variant_id)
    raise Refusal(f"There is no variant with the id {variant_id}.")


def sale(world: World, order: Document, amount: str, currencies: Currencies, kind: str = "sale") -> Document:
    """A payment of the order, in presentment money, not yet stored."""
    id = world.store.next_id("transaction")
    gateway = (order.get("payment_gateway_names") or ["shopify_payments"])[0]
    zero = {"amount": text(Decimal(0), currencies.presentment), "currency": currencies.presentment}
    return {
        **dict.fromkeys(("amount_rounding", "authorization", "device_id", "error_code", "location_id", "parent_id")),
        "id": id,
        "admin_graphql_api_id": gid("OrderTransaction", id),
        "order_id": order["id"],
        "kind": kind,
        "status": "success",
        "gateway": gateway,
        "amount": amount,
        "currency": currencies.presentment,
        "created_at": world.now_text(),
        "processed_at": world.now_text(),
        "manual_payment_gateway": gateway in ("cash", "bank_deposit", "manual"),
        "message": "Transaction approved",
        "payment_id": f"{order['name']}.{id % 1000}",
        "receipt": {},
        "source_name": order.get("source_name") or "web",
        "test": bool(order.get("test")),
        "total_unsettled_set": {"presentment_money": zero, "shop_money": zero},
        "user_id": None,
    }


def _payments(world: World, order: Document, given: dict[str, Any]) -> list[Document]:
    status = given.get("financial_status", "paid")
    currencies = Currencies(order["currency"], order["presentment_currency"])
    total = order["total_price_set"]["presentment_money"]["amount"]
    if status in ("pending", "voided") or not Decimal(total):
        return []
    if given.get("transactions"):
        return _shared(world, order, given["transactions"], currencies)
    if status == "authorized":
        return [sale(world, order, total, currencies, "authorization")]
    if status == "partially_paid":
        total = text(Decimal(total) / 2, currencies.presentment)
    transaction = sale(world, order, total, currencies)
    _charge(world, order, transaction)
    return [transaction]


def _shared(world: World, order: Document, wanted: list[dict[str, Any]], currencies: Currencies) -> list[Document]:
    """Several payments of one order, ``{gateway, amount}`` in presentment money, in the order given."""
    made = []
    for each in wanted:
        amount = text(Decimal(str(each["amount"])), currencies.presentment)
        made.append(sale(world, order, amount, currencies) | {"gateway": each["gateway"]})
    paid = sum((Decimal(each["amount"]) for each in made), Decimal(0))
    due = Decimal(order["total_price_set"]["presentment_money"]["amount"])
    if paid > due or any(Decimal(each["amount"]) <= 0 for each in made):
        raise Refusal(f"The payments come to {paid}, the order to {due}.", ("transactions",))
    for transaction in made:
        _charge(world, order, transaction)
    return made


def _charge(world: World, order: Document, transaction: Document) -> None:
    amount, currency = Decimal(transaction["amount"]), transaction["currency"]
    tender = transaction["gateway"]
    enter(
        world, Movement.CHARGE, amount, currency, tender=tender, cause=f"transaction {transaction['id']}", order=order
    )
