"""What an order is worth now: quantities, statuses and sums after fulfilments, refunds and payments."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from devstore.money import NOTHING, Bag, Currencies, bag_of, currencies_of, part, text, total
from devstore.order_intake import allocated
from devstore.store import Document, Store

PAID_KINDS = ("sale", "capture")


@dataclass(frozen=True)
class Books:
    """An order with everything that was booked on it, read once."""

    order: Document
    fulfillments: list[Document]
    refunds: list[Document]
    transactions: list[Document]
    returns: list[Document] = field(default_factory=list)
    removals: list[Document] = field(default_factory=list)
    """What order edits took off, as refund lines: gone from the order, but no refund."""

    @property
    def currencies(self) -> Currencies:
        return currencies_of(self.order)

    def refunded_quantity(self, line_id: int, *restock_types: str) -> int:
        """How many pieces of the line are gone: refunded, returned or taken off; with restock types, only those that
        went without a return (a returned piece was sent, whatever its restock type says)."""
        return sum(
            each["quantity"]
            for booked in [*self.refunds, *self.removals]
            for each in booked["refund_line_items"]
            if each["line_item_id"] == line_id
            and (not restock_types or (each["restock_type"] in restock_types and not booked.get("return")))
        )

    def fees(self) -> Bag:
        """Restocking and return shipping fees that processed returns have charged."""
        return total(bag_of(fee["amount_set"]) for each in self.returns for fee in each.get("fees_booked", ()))

    def overpaid(self) -> Decimal:
        """Presentment money of the customer's that the shop holds beyond what the order is worth now; negative when
        the customer owes."""
        current = bag_of(self.order.get("current_total_price_set") or self.order["total_price_set"])
        return (self.paid() - self.returned() - current).presentment

    def fulfilled_quantity(self, line_id: int) -> int:
        """How many pieces of the line were sent, cancelled fulfilments left out."""
        return sum(
            line["quantity"]
            for fulfillment in self.fulfillments
            if fulfillment["status"] != "cancelled"
            for line in fulfillment["line_items"]
            if line["id"] == line_id
        )

    def paid(self) -> Bag:
        """Money received."""
        return total(self._moved(each) for each in self.transactions if _counts(each, *PAID_KINDS))

    def returned(self) -> Bag:
        """Money given back, to whichever method."""
        return total(self._moved(each) for each in self.transactions if _counts(each, "refund"))

    def _moved(self, transaction: Document) -> Bag:
        amount = Decimal(str(transaction["amount"]))
        if transaction["currency"] == self.currencies.presentment:
            return self.currencies.bag_of_presentment(amount)
        return self.currencies.bag(amount)


def books(store: Store, order: Document) -> Books:
    """Everything booked on the order so far."""
    id = order["id"]
    return Books(
        order,
        store.find("fulfillment", order_id=id),
        store.find("refund", order_id=id),
        store.find("transaction", order_id=id),
        store.find("return", order_id=id),
        store.find("removal", order_id=id),
    )


def line_net(line: Document) -> Bag:
    """What a line costs after discounts, whole quantity, tax as the order's prices have it."""
    return bag_of(line["price_set"]).times(line["quantity"]) - allocated(line)


def line_tax(line: Document) -> Bag:
    """The tax of a line, whole quantity."""
    return total(bag_of(each["price_set"]) for each in line.get("tax_lines", ()))


def worth(of: Books, line: Document, quantity: int, more_taken: int = 0) -> tuple[Bag, Bag]:
    """What the next `quantity` pieces of a line are worth in a refund: net of discounts, and their tax.
    `more_taken` pieces count as gone besides those that are booked."""
    taken = of.refunded_quantity(line["id"]) + more_taken
    net = part(line_net(line), taken, quantity, line["quantity"], of.currencies)
    tax = part(line_tax(line), taken, quantity, line["quantity"], of.currencies)
    return net, tax


def brought_up_to_date(store: Store, order: Document, now: str) -> Document:
    """The order document with quantities, statuses and `current_*` sums as they follow from what is booked."""
    of = books(store, order)
    lines = [_line_now(of, line, cancelled=bool(order.get("cancelled_at"))) for line in order["line_items"]]
    changed = {**order, "line_items": lines, "updated_at": now}
    changed |= current_sums(of)
    changed["fulfillment_status"] = _fulfillment_status(of, lines)
    changed["financial_status"] = _financial_status(of, bag_of(changed["current_total_price_set"]))
    changed["refunds"], changed["fulfillments"] = [], []
    return changed


def current_sums(of: Books) -> Document:
    """``current_*`` and `total_outstanding`: original sums less what was refunded."""
    order, currencies = of.order, of.currencies
    items = [each for booked in [*of.refunds, *of.removals] for each in booked["refund_line_items"]]
    gone_net = total(bag_of(each["subtotal_set"]) for each in items)
    gone_tax = total(bag_of(each["total_tax_set"]) for each in items)
    postage = total(
        bag_of(line["subtotal_amount_set"]) for each in of.refunds for line in each["refund_shipping_lines"]
    )
    adjusted = total(
        bag_of(each["amount_set"]) + bag_of(each["tax_amount_set"])
        for refund in of.refunds
        for each in refund["order_adjustments"]
    )
    # Prices that include tax lose it with the price; added tax goes on its own.
    gone = gone_net + postage + (NOTHING if order["taxes_included"] else gone_tax)
    current = (bag_of(order["total_price_set"]) - gone + adjusted + of.fees()).not_below_zero()
    sums = {
        "subtotal_price": (bag_of(order["subtotal_price_set"]) - gone_net).not_below_zero(),
        "total_price": current,
        "total_tax": (bag_of(order["total_tax_set"]) - gone_tax).not_below_zero(),
        "total_discounts": bag_of(order["total_discounts_set"]),
    }
    answer: Document = {}
    for name, bag in sums.items():
        answer[f"current_{name}"] = text(bag.shop, currencies.shop)
        answer[f"current_{name}_set"] = currencies.money_set(bag)
    shipping = total(bag_of(line["discounted_price_set"]) for line in order["shipping_lines"])
    answer["current_shipping_price_set"] = currencies.money_set((shipping - postage).not_below_zero())
    outstanding = still_owed(of, current)
    answer["total_outstanding"] = text(outstanding.shop, currencies.shop)
    return answer


def still_owed(of: Books, current: Bag) -> Bag:
    """What the customer has yet to pay of `current`; counted in presentment money, which is what changes hands."""
    due = (current - (of.paid() - of.returned())).presentment
    if of.order.get("cancelled_at") or due <= 0:
        return NOTHING
    return of.currencies.bag_of_presentment(due)


def _line_now(of: Books, line: Document, *, cancelled: bool) -> Document:
    fulfilled = of.fulfilled_quantity(line["id"])
    current = line["quantity"] - of.refunded_quantity(line["id"])
    taken_off = of.refunded_quantity(line["id"], "cancel", "no_restock", "legacy_restock")
    open_quantity = (
        0 if cancelled else max(0, line["quantity"] - fulfilled - min(taken_off, line["quantity"] - fulfilled))
    )
    status = None if not fulfilled else ("fulfilled" if open_quantity == 0 else "partial")
    return {
        **line,
        "current_quantity": 0 if cancelled and not fulfilled else current,
        "fulfillable_quantity": open_quantity,
        "fulfillment_status": status,
    }


def _fulfillment_status(of: Books, lines: list[Document]) -> str | None:
    if not any(of.fulfilled_quantity(line["id"]) for line in lines):
        return None
    return "partial" if any(line["fulfillable_quantity"] for line in lines) else "fulfilled"


def _financial_status(of: Books, current: Bag) -> str:
    paid, returned = of.paid().presentment, of.returned().presentment
    if not paid:
        if any(_counts(each, "authorization") for each in of.transactions):
            return "voided" if of.order.get("cancelled_at") else "authorized"
        if of.order.get("cancelled_at"):
            return "voided"
        return "paid" if not current.presentment and not of.refunds else "pending"
    if returned >= paid:
        return "refunded"
    if returned:
        return "partially_refunded"
    return "paid" if paid >= current.presentment else "partially_paid"


def _counts(transaction: Document, *kinds: str) -> bool:
    return transaction["kind"] in kinds and transaction["status"] == "success"
