"""Money goes back: refunds and cancellations, by the dev store's own sums."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from devstore import payloads, store_credit
from devstore.gids import gid
from devstore.ledger import Movement, enter
from devstore.merchant import CANCEL_REASONS, changed, move_stock, sale
from devstore.money import NOTHING, Bag, bag_of, text, total
from devstore.order_book import PAID_KINDS, Books, books, worth
from devstore.refusals import Refusal, Unknown
from devstore.store import Document
from devstore.world import World


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
    return_id: int | None = None


def refund(world: World, order_id: int, wanted: Wanted) -> Document:
    """Books the refund, moves the money, restocks, and tells the app (refunds/create, orders/updated)."""
    with world.store.transaction():
        order = world.need("order", order_id)
        of = books(world.store, order)
        items = [_refund_line(world, of, each) for each in wanted.lines]
        shipping = shipping_back(of, wanted)
        check_money(of, wanted)
        goods = value_of(of, items, shipping)
        owed, kept = min(of.overpaid(), Decimal(0)), max(of.overpaid(), Decimal(0))
        document = book(world, of, wanted, items, shipping, due=(max(goods + owed, Decimal(0)), goods + kept))
        event = world.fire("refunds/create", payloads.stripped(document))
        order = changed(world, order | wanted.extra, event, wanted.topic)
        for item in items:
            if item["restock_type"] in ("cancel", "return") and item["line_item"].get("variant_id"):
                move_stock(world, item["line_item"]["variant_id"], item["quantity"], event, item["location_id"])
    return document


def book(
    world: World, of: Books, wanted: Wanted, items: list[Document], shipping: Bag, due: tuple[Decimal, Decimal]
) -> Document:
    """Writes the refund with its transactions, moves the money and enters it in the ledger.

    Between the two amounts of `due` (presentment money) a payment needs no explanation; what is given beyond or short
    of them becomes an order adjustment."""
    document = _document(world, of, wanted, items, shipping)
    document["transactions"] = _transactions(world, of, wanted)
    document["order_adjustments"] = _discrepancy(world, of, document["id"], given_by(wanted), due)
    world.store.put("refund", document)
    for transaction in document["transactions"]:
        world.store.put("transaction", {**transaction, "refund_id": document["id"]})
    _enter(world, of, document, wanted)
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
            payments=() if to_credit else spread(of, left),
            store_credit=left.presentment if to_credit else Decimal(0),
            full_shipping=True,
            topic="orders/cancelled",
            extra=marks,
        )
        refund(world, order_id, wanted)
        return world.need("order", order_id)


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
    item = refund_item(world, of, line, quantity, worth(of, line, quantity))
    return item | {"restock_type": restock, "location_id": location if restock in ("return", "cancel") else None}


def refund_item(world: World, of: Books, line: Document, quantity: int, value: tuple[Bag, Bag]) -> Document:
    """A refund line of this value (net, tax); where the goods go is told elsewhere."""
    net, tax = value
    return {
        "id": world.store.next_id("refund_line_item"),
        "line_item_id": line["id"],
        "line_item": line,
        "quantity": quantity,
        "restock_type": "no_restock",
        "location_id": None,
        "subtotal": float(net.shop),
        "subtotal_set": of.currencies.money_set(net),
        "total_tax": float(tax.shop),
        "total_tax_set": of.currencies.money_set(tax),
    }


def shipping_back(of: Books, wanted: Wanted) -> Bag:
    """The postage to refund; raises Refusal beyond what was charged and is still with the shop."""
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


def given_by(wanted: Wanted) -> Decimal:
    """Presentment money that leaves."""
    return sum((amount for _, amount in wanted.payments), Decimal(0)) + wanted.store_credit


def value_of(of: Books, items: list[Document], shipping: Bag) -> Decimal:
    """What refunded goods and postage come to in presentment money."""
    goods = total(bag_of(item["subtotal_set"]) for item in items) + shipping
    if not of.order["taxes_included"]:
        goods = goods + total(bag_of(item["total_tax_set"]) for item in items)
    return goods.presentment


def check_money(of: Books, wanted: Wanted) -> None:
    """Raises Refusal for money beyond what was received, in all or of one payment."""
    left = (of.paid() - of.returned()).presentment
    if given_by(wanted) > left and not wanted.allow_over_refunding:
        raise Refusal(
            f"Refund amount cannot exceed {text(left, of.currencies.presentment)}", ("transactions", "amount")
        )
    if wanted.store_credit and not of.order.get("customer"):
        raise Refusal("Store credit needs an order with a customer.", ("refundMethods",))
    asked: dict[int, Decimal] = {}
    for parent, amount in wanted.payments:
        if amount <= 0:
            raise Refusal("Refund amount must be greater than 0", ("transactions", "amount"))
        payment = _parent(of, parent)
        asked[payment["id"]] = asked.get(payment["id"], Decimal(0)) + amount
        if asked[payment["id"]] > room_of(of, payment):
            raise Refusal(f"Only {room_of(of, payment)} of this payment is left to refund.", ("transactions", "amount"))


def room_of(of: Books, payment: Document) -> Decimal:
    """What can still go back to a payment, in presentment money. What went to store credit instead still fits."""
    same = [
        Decimal(str(each["amount"]))
        for each in of.transactions
        if each["kind"] == "refund" and each["parent_id"] == payment["id"] and each["gateway"] == payment["gateway"]
    ]
    return Decimal(str(payment["amount"])) - sum(same, Decimal(0))


def _parent(of: Books, id: int | None) -> Document:
    for each in of.transactions:
        if each["kind"] in PAID_KINDS and each["status"] == "success" and id in (None, each["id"]):
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
        "return": _of_return(wanted.return_id),
        "duties": [],
        "total_duties_set": of.currencies.zero_set(),
        "refund_line_items": items,
        "refund_shipping_lines": postage,
    }


def _of_return(return_id: int | None) -> Document | None:
    return {"id": return_id, "admin_graphql_api_id": gid("Return", return_id)} if return_id else None


def _transactions(world: World, of: Books, wanted: Wanted) -> list[Document]:
    moves = []
    for parent, amount in wanted.payments:
        payment = _parent(of, parent)
        moved = sale(world, of.order, text(amount, of.currencies.presentment), of.currencies, "refund")
        moves.append(moved | {"parent_id": payment["id"], "gateway": payment["gateway"]})
    if wanted.store_credit:
        moved = sale(world, of.order, text(wanted.store_credit, of.currencies.presentment), of.currencies, "refund")
        moves.append(moved | {"parent_id": _parent(of, None)["id"], "gateway": store_credit.GATEWAY})
    return moves


def _discrepancy(
    world: World, of: Books, refund_id: int, given: Decimal, due: tuple[Decimal, Decimal]
) -> list[Document]:
    """Money given beyond (or short of) what was due is an order adjustment."""
    nearest = min(max(given, min(due)), max(due))
    if given == nearest or not given:
        return []
    id = world.store.next_id("order_adjustment")
    short = of.currencies.bag_of_presentment(nearest - given)
    return [
        {
            "id": id,
            "order_id": of.order["id"],
            "refund_id": refund_id,
            "kind": "refund_discrepancy",
            "reason": "Refund discrepancy",
            "amount": text(short.shop, of.currencies.shop),
            "amount_set": of.currencies.money_set(short),
            "tax_amount": text(Decimal(0), of.currencies.shop),
            "tax_amount_set": of.currencies.zero_set(),
        }
    ]


def _enter(world: World, of: Books, document: Document, wanted: Wanted) -> None:
    currency, cause = of.currencies.presentment, f"refund {document['id']}"
    for transaction in document["transactions"]:
        kind, amount, tender = Movement.REFUND, Decimal(transaction["amount"]), transaction["gateway"]
        if tender == store_credit.GATEWAY:
            expiry, customer = wanted.store_credit_expires_at, of.order["customer"]["id"]
            origin = transaction["id"]
            store_credit.credit(world, customer, amount, currency, expiry, event="ORDER_REFUND", origin_id=origin)
            kind, tender = Movement.STORE_CREDIT_REFUND, "store_credit"
        enter(world, kind, amount, currency, tender=tender, cause=cause, order=of.order, return_id=wanted.return_id)


def spread(of: Books, left: Bag) -> tuple[tuple[int | None, Decimal], ...]:
    """The amount (its presentment side) over the order's payments as far as they can take it, oldest first."""
    rest, parts = left.presentment, []
    for payment in of.transactions:
        if payment["kind"] not in ("sale", "capture") or payment["status"] != "success":
            continue
        taken = min(rest, room_of(of, payment))
        if taken > 0:
            parts.append((payment["id"], taken))
            rest -= taken
    return tuple(parts)
