"""Money goes back: refunds, cancellations and store credit, by the dev store's own sums."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from devstore import payloads
from devstore.gids import gid
from devstore.ledger import Movement, enter
from devstore.merchant import CANCEL_REASONS, changed, move_stock, sale
from devstore.money import NOTHING, Bag, bag_of, text, total
from devstore.order_book import Books, books, worth
from devstore.refusals import Refusal, Unknown
from devstore.store import Document
from devstore.world import World

STORE_CREDIT_GATEWAY = "shopify_store_credit"


@dataclass(frozen=True)
class Wanted:
    """What a refund shall do. Amounts are presentment money.

    `lines` are ``{line_item_id, quantity, restock_type, location_id}``; `payments` pairs of parent transaction id
    (None: the first payment) and amount; `store_credit` an amount with an optional expiry.
    """

    lines: tuple[dict[str, Any], ...] = ()
    payments: tuple[tuple[int | None, Decimal], ...] = ()
    shipping: Decimal = Decimal(0)
    full_shipping: bool = False
    store_credit: Decimal = Decimal(0)
    store_credit_expires_at: str | None = None
    allow_over_refunding: bool = False
    note: str | None = None
    topic: str = "orders/updated"
    extra: dict[str, Any] = field(default_factory=dict)


def refund(world: World, order_id: int, wanted: Wanted) -> Document:
    """Books the refund, moves the money, restocks, and tells the app (refunds/create, orders/updated)."""
    with world.store.transaction():
        order = world.need("order", order_id)
        of = books(world.store, order)
        items = [_refund_line(world, of, each) for each in wanted.lines]
        shipping = _shipping(of, wanted)
        given = _money_given(of, wanted)
        document = _document(world, of, wanted, items, shipping)
        document["transactions"] = _transactions(world, of, wanted)
        document["order_adjustments"] = _discrepancy(world, of, items, shipping, given)
        world.store.put("refund", document)
        for transaction in document["transactions"]:
            world.store.put("transaction", {**transaction, "refund_id": document["id"]})
        _book(world, of, document, wanted)
        event = world.fire("refunds/create", payloads.stripped(document))
        order = changed(world, order | wanted.extra, event, wanted.topic)
        for item in items:
            if item["restock_type"] in ("cancel", "return") and item["line_item"].get("variant_id"):
                move_stock(world, item["line_item"]["variant_id"], item["quantity"], event, item["location_id"])
    return document


def cancel(
    world: World, order_id: int, *, reason: str, restock: bool, refunded: bool, to_credit: bool = False
) -> Document:
    """The order is off: what was not sent comes back into stock, the money goes back when `refunded`."""
    with world.store.transaction():
        order = world.need("order", order_id)
        if order.get("cancelled_at"):
            raise Refusal("This order is cancelled already.", field=("orderId",))
        if any(each["status"] != "cancelled" for each in world.store.find("fulfillment", order_id=order_id)):
            raise Refusal("An order with fulfilled items cannot be cancelled.", field=("orderId",))
        if reason not in CANCEL_REASONS:
            raise Refusal(f"reason must be one of {', '.join(CANCEL_REASONS)}.")
        of = books(world.store, order)
        marks = {"cancelled_at": world.now_text(), "cancel_reason": reason, "closed_at": world.now_text()}
        left = of.paid() - of.returned()
        if left.presentment <= 0 or not refunded:
            return changed(world, order | marks, topic="orders/cancelled")
        kind = "cancel" if restock else "no_restock"
        lines = tuple(
            {"line_item_id": line["id"], "quantity": line["current_quantity"], "restock_type": kind}
            for line in order["line_items"]
            if line["current_quantity"]
        )
        wanted = Wanted(
            lines=lines,
            payments=() if to_credit else _spread(of, left),
            store_credit=left.presentment if to_credit else Decimal(0),
            full_shipping=True,
            topic="orders/cancelled",
            extra=marks,
        )
        refund(world, order_id, wanted)
        return world.need("order", order_id)


def credit(world: World, owner: int, amount: Decimal, currency: str, expires_at: str | None, *, event: str) -> Document:
    """Store credit for a customer (by id); the account per customer and currency is made on first use."""
    with world.store.transaction():
        world.need("customer", owner)
        account = account_of(world, owner, currency) or _new_account(world, owner, currency)
        return _move_credit(world, account, amount, expires_at, event)


def debit(world: World, account_id: int, amount: Decimal, currency: str) -> Document:
    """Takes store credit away, soonest-expiring first; raises Refusal with Shopify's code."""
    with world.store.transaction():
        account = world.need("store_credit_account", account_id)
        if account["currency"] != currency:
            raise Refusal(
                "The currency does not match the account.", ("debitInput", "debitAmount"), "MISMATCHING_CURRENCY"
            )
        if amount <= 0:
            raise Refusal("The amount must be above zero.", ("debitInput", "debitAmount"), "NEGATIVE_OR_ZERO_AMOUNT")
        if Decimal(account["balance"]) < amount:
            raise Refusal("Insufficient funds.", ("debitInput", "debitAmount"), "INSUFFICIENT_FUNDS")
        rest = amount
        for each in sorted(account["transactions"], key=lambda one: (one["expires_at"] or "9", one["id"])):
            taken = min(rest, Decimal(each.get("remaining") or "0"))
            if taken > 0:
                each["remaining"] = text(Decimal(each["remaining"]) - taken, currency)
                rest -= taken
        return _move_credit(world, account, -amount, None, "ADJUSTMENT")


def account_of(world: World, customer_id: int, currency: str) -> Document | None:
    """A private copy of the customer's account in the currency, or None."""
    for each in world.store.find("store_credit_account", customer_id=customer_id):
        if each["currency"] == currency:
            return world.store.get("store_credit_account", each["id"])
    return None


def _new_account(world: World, owner: int, currency: str) -> Document:
    id = world.store.next_id("store_credit_account")
    return {
        "id": id,
        "customer_id": owner,
        "currency": currency,
        "balance": text(Decimal(0), currency),
        "transactions": [],
    }


def _move_credit(world: World, account: Document, amount: Decimal, expires_at: str | None, event: str) -> Document:
    currency = account["currency"]
    balance = text(Decimal(account["balance"]) + amount, currency)
    transaction = {
        "id": world.store.next_id("store_credit_transaction"),
        "kind": "credit" if amount > 0 else "debit",
        "amount": text(amount, currency),
        "remaining": text(amount, currency) if amount > 0 else None,
        "balance_after": balance,
        "expires_at": expires_at,
        "created_at": world.now_text(),
        "event": event,
    }
    account |= {"balance": balance, "transactions": [*account["transactions"], transaction]}
    world.store.put("store_credit_account", account)
    if event == "ADJUSTMENT":
        kind = Movement.STORE_CREDIT if amount > 0 else Movement.STORE_CREDIT_DEBIT
        cause = f"store credit transaction {transaction['id']}"
        customer = account["customer_id"]
        enter(world, kind, abs(amount), currency, tender="store_credit", cause=cause, customer_id=customer)
    return {**transaction, "account_id": account["id"]}


def _refund_line(world: World, of: Books, wanted: dict[str, Any]) -> Document:
    line = next((each for each in of.order["line_items"] if each["id"] == wanted["line_item_id"]), None)
    if line is None:
        raise Unknown(f"There is no line {wanted['line_item_id']} on this order.", ("refundLineItems", "lineItemId"))
    quantity, left = int(wanted["quantity"]), line["quantity"] - of.refunded_quantity(line["id"])
    if not 1 <= quantity <= left:
        raise Refusal("Quantity cannot refund more items than were purchased", ("refundLineItems", "quantity"))
    restock = wanted.get("restock_type") or "no_restock"
    location = wanted.get("location_id")
    if restock in ("return", "cancel") and location is None:
        location = world.store.all("location")[0]["id"]
    net, tax = worth(of, line, quantity)
    return {
        "id": world.store.next_id("refund_line_item"),
        "line_item_id": line["id"],
        "line_item": line,
        "quantity": quantity,
        "restock_type": restock,
        "location_id": location if restock in ("return", "cancel") else None,
        "subtotal": float(net.shop),
        "subtotal_set": of.currencies.money_set(net),
        "total_tax": float(tax.shop),
        "total_tax_set": of.currencies.money_set(tax),
    }


def _shipping(of: Books, wanted: Wanted) -> Bag:
    charged = total(bag_of(line["discounted_price_set"]) for line in of.order["shipping_lines"])
    gone = total(bag_of(line["subtotal_amount_set"]) for each in of.refunds for line in each["refund_shipping_lines"])
    adjusted = total(
        bag_of(each["amount_set"]) + bag_of(each["tax_amount_set"])
        for refund in of.refunds
        for each in refund["order_adjustments"]
        if each["kind"] == "shipping_refund"
    )
    left = charged - gone + adjusted
    if wanted.full_shipping:
        return left
    if wanted.shipping > left.presentment:
        raise Refusal("Shipping cannot be refunded beyond what was charged.", ("shipping", "amount"))
    return of.currencies.bag_of_presentment(wanted.shipping) if wanted.shipping else NOTHING


def _money_given(of: Books, wanted: Wanted) -> Decimal:
    """Presentment money that leaves; raises Refusal beyond what was received."""
    given = sum((amount for _, amount in wanted.payments), Decimal(0)) + wanted.store_credit
    left = (of.paid() - of.returned()).presentment
    if given > left and not wanted.allow_over_refunding:
        raise Refusal(
            f"Refund amount cannot exceed {text(left, of.currencies.presentment)}", ("transactions", "amount")
        )
    if wanted.store_credit and not of.order.get("customer"):
        raise Refusal("Store credit needs an order with a customer.", ("refundMethods",))
    for parent, amount in wanted.payments:
        payment = _parent(of, parent)
        room = Decimal(str(payment["amount"])) - of.returned_of(payment["id"]).presentment
        if amount > room:
            raise Refusal(f"Only {room} of this payment is left to refund.", ("transactions", "amount"))
    return given


def _parent(of: Books, id: int | None) -> Document:
    for each in of.transactions:
        if each["kind"] in ("sale", "capture") and (id is None or each["id"] == id):
            return each
    raise Unknown("The parent transaction is not a payment of this order.", ("transactions", "parentId"))


def _document(world: World, of: Books, wanted: Wanted, items: list[Document], shipping: Bag) -> Document:
    id = world.store.next_id("refund")
    now = world.now_text()
    line = of.order["shipping_lines"][0] if of.order["shipping_lines"] else None
    postage = []
    if line and shipping.presentment:
        amount = of.currencies.money_set(shipping)
        postage = [
            {
                "id": world.store.next_id("refund_shipping_line"),
                "shipping_line": line,
                "subtotal_amount_set": amount,
                "tax_amount_set": of.currencies.zero_set(),
            }
        ]
    return {
        "id": id,
        "admin_graphql_api_id": gid("Refund", id),
        "order_id": of.order["id"],
        "created_at": now,
        "processed_at": now,
        "note": wanted.note,
        "user_id": None,
        "restock": any(item["restock_type"] in ("cancel", "return") for item in items),
        "return": None,
        "duties": [],
        "total_duties_set": of.currencies.zero_set(),
        "refund_line_items": items,
        "refund_shipping_lines": postage,
    }


def _transactions(world: World, of: Books, wanted: Wanted) -> list[Document]:
    moves = []
    for parent, amount in wanted.payments:
        payment = _parent(of, parent)
        moved = sale(world, of.order, text(amount, of.currencies.presentment), of.currencies, "refund")
        moves.append(moved | {"parent_id": payment["id"], "gateway": payment["gateway"]})
    if wanted.store_credit:
        moved = sale(world, of.order, text(wanted.store_credit, of.currencies.presentment), of.currencies, "refund")
        moves.append(moved | {"parent_id": _parent(of, None)["id"], "gateway": STORE_CREDIT_GATEWAY})
    return moves


def _discrepancy(world: World, of: Books, items: list[Document], shipping: Bag, given: Decimal) -> list[Document]:
    """Money given beyond (or short of) the goods and postage refunded is an order adjustment."""
    goods = total(bag_of(item["subtotal_set"]) for item in items) + shipping
    if not of.order["taxes_included"]:
        goods = goods + total(bag_of(item["total_tax_set"]) for item in items)
    if given == goods.presentment or not given:
        return []
    id = world.store.next_id("order_adjustment")
    short = of.currencies.bag_of_presentment(goods.presentment - given)
    return [
        {
            "id": id,
            "order_id": of.order["id"],
            "refund_id": None,
            "kind": "refund_discrepancy",
            "reason": "Refund discrepancy",
            "amount": text(short.shop, of.currencies.shop),
            "amount_set": of.currencies.money_set(short),
            "tax_amount": text(Decimal(0), of.currencies.shop),
            "tax_amount_set": of.currencies.zero_set(),
        }
    ]


def _book(world: World, of: Books, document: Document, wanted: Wanted) -> None:
    for adjustment in document["order_adjustments"]:
        adjustment["refund_id"] = document["id"]
    world.store.put("refund", document)
    currency, cause = of.currencies.presentment, f"refund {document['id']}"
    for transaction in document["transactions"]:
        amount, tender = Decimal(transaction["amount"]), transaction["gateway"]
        if tender == STORE_CREDIT_GATEWAY:
            expiry = wanted.store_credit_expires_at
            credit(world, of.order["customer"]["id"], amount, currency, expiry, event="ORDER_REFUND")
            enter(
                world,
                Movement.STORE_CREDIT_REFUND,
                amount,
                currency,
                tender="store_credit",
                cause=cause,
                order=of.order,
            )
        else:
            enter(world, Movement.REFUND, amount, currency, tender=tender, cause=cause, order=of.order)


def _spread(of: Books, left: Bag) -> tuple[tuple[int | None, Decimal], ...]:
    """The amount over the order's payments, oldest first."""
    rest, parts = left.presentment, []
    for payment in of.transactions:
        if payment["kind"] not in ("sale", "capture") or payment["status"] != "success":
            continue
        room = Decimal(str(payment["amount"])) - of.returned_of(payment["id"]).presentment
        taken = min(rest, room)
        if taken > 0:
            parts.append((payment["id"], taken))
            rest -= taken
    return tuple(parts)


def expired(expires_at: str | None, now: datetime) -> bool:
    """Whether an expiry lies in the past."""
    return expires_at is not None and datetime.fromisoformat(expires_at.replace("Z", "+00:00")) <= now
