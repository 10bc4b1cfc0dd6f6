"""Money back and goods back: refund documents, returns, and what they change on the order."""

import random
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from devstore.seed.amounts import decimal, minor, spread
from devstore.seed.numbering import Numbering, gid
from devstore.seed.orders import plain_transaction, stamp
from devstore.seed.sales import Order

Document = dict[str, Any]
REASONS = {
    "SIZE_TOO_SMALL": (24, "A size too small over the shoulders"),
    "SIZE_TOO_LARGE": (20, "Roomier than I thought"),
    "COLOR": (10, "Darker than in the picture"),
    "STYLE": (10, "Not quite me"),
    "UNWANTED": (14, "I changed my mind"),
    "NOT_AS_DESCRIBED": (6, "I expected it to be thicker"),
    "DEFECTIVE": (9, "A seam has come open"),
    "WRONG_ITEM": (3, "This is the wrong colour"),
    "OTHER": (4, ""),
}


@dataclass(frozen=True)
class GoodsBack:
    """What goes back: line index -> quantity, whether the goods return to stock, and whether postage is repaid."""

    lines: dict[int, int]
    restock: str = "return"
    with_postage: bool = False
    note: str = ""


class ReturnsDesk:
    """Takes goods and gives money; keeps the refunds and returns it made, oldest first."""

    def __init__(self, numbers: Numbering, draw: random.Random, location_id: int) -> None:
        self._numbers, self._draw, self._location = numbers, draw, location_id
        self.refunds: list[Document] = []
        self.returns: list[Document] = []

    def open_return(self, order: Order, lines: dict[int, int], at: datetime, status: str = "OPEN") -> Document:
        """A return that was asked for; `status` is GraphQL's ReturnStatus, OPEN where Mara has agreed to it."""
        number = self._numbers.next("return")
        document = order.document
        made = {
            "id": number,
            "admin_graphql_api_id": gid("Return", number),
            "name": f"{document['name']}-R{len(document['returns']) + 1}",
            "status": status.lower(),
            "order": {"id": document["id"], "admin_graphql_api_id": document["admin_graphql_api_id"]},
            "order_id": document["id"],
            "exchange_line_items": [],
            "return_shipping_fees": [],
            "return_line_items": [self._return_line(order, i, quantity) for i, quantity in lines.items()],
            "total_return_line_items": sum(lines.values()),
            "total_exchange_line_items": 0,
            "created_at": stamp(at),
            "updated_at": stamp(at),
        }
        self.returns.append(made)
        document["returns"].append({"id": number, "admin_graphql_api_id": made["admin_graphql_api_id"]})
        document["updated_at"] = max(document["updated_at"], stamp(at), key=datetime.fromisoformat)
        return made

    def _return_line(self, order: Order, i: int, quantity: int) -> Document:
        number = self._numbers.next("return_line_item")
        reason = self._draw.choices(list(REASONS), [weight for weight, _ in REASONS.values()])[0]
        line = order.document["line_items"][i]
        return {
            "id": number,
            "admin_graphql_api_id": gid("ReturnLineItem", number),
            "line_item_id": line["id"],
            "quantity": quantity,
            "refundable_quantity": quantity,
            "refunded_quantity": 0,
            "return_reason": reason.lower(),
            "return_reason_note": REASONS[reason][1],
            "customer_note": None,
        }

    def refund(self, order: Order, back: GoodsBack, at: datetime, made_return: Document | None = None) -> Document:
        """Repays the lines to the way they were paid and lowers the order's current sums."""
        number = self._numbers.next("refund")
        lines = [self._refund_line(order, i, quantity, back.restock) for i, quantity in back.lines.items()]
        adjustments = [self._postage(order, number)] if back.with_postage else []
        document = {
            "id": number,
            "admin_graphql_api_id": gid("Refund", number),
            "order_id": order.document["id"],
            "created_at": stamp(at),
            "processed_at": stamp(at),
            "note": back.note,
            "restock": back.restock != "no_restock",
            "user_id": 88_312_447_069,
            "duties": [],
            "total_duties_set": order.money(0, 0),
            "order_adjustments": adjustments,
            "refund_shipping_lines": [],
            "refund_line_items": lines,
            "return": None,
            "transactions": [],
        }
        if made_return:
            document["return"] = {key: made_return[key] for key in ("id", "admin_graphql_api_id")}
            _close(made_return, at)
        document["transactions"].append(self._repayment(order, document, at))
        self._settle(order, document, at)
        return document

    def _refund_line(self, order: Order, i: int, quantity: int, restock: str) -> Document:
        line, number = order.document["line_items"][i], self._numbers.next("refund_line_item")
        start = line["quantity"] - line["current_quantity"]
        amounts = []
        for bill in (order.shop_bill, order.buyer_bill):
            each = [1] * line["quantity"]
            net = sum(spread(bill.net(i), each)[start : start + quantity])
            tax = sum(spread(bill.line_tax(i), each)[start : start + quantity])
            amounts.append((net, tax))
        line["current_quantity"] -= quantity
        (net, tax), (buyer_net, buyer_tax) = amounts
        keys = ("current_quantity", "attributed_staffs", "sales_line_item_group_id", "pre_tax_price_set")
        return {
            "id": number,
            "line_item_id": line["id"],
            "line_item": {key: deepcopy(value) for key, value in line.items() if key not in keys},
            "location_id": self._location if restock != "no_restock" else None,
            "quantity": quantity,
            "restock_type": restock,
            "subtotal": net / 100,
            "subtotal_set": order.money(net, buyer_net),
            "total_tax": tax / 100,
            "total_tax_set": order.money(tax, buyer_tax),
        }

    def _postage(self, order: Order, refund: int) -> Document:
        """Repaid postage is an adjustment with a negative amount, net of tax, and its tax beside it."""
        shop, buyer = order.shop_bill, order.buyer_bill
        tax, buyer_tax = shop.shipping_tax, buyer.shipping_tax
        included = shop.tax.included
        net = shop.shipping_net - (tax if included else 0)
        buyer_net = buyer.shipping_net - (buyer_tax if included else 0)
        return {
            "id": self._numbers.next("order_adjustment"),
            "order_id": order.document["id"],
            "refund_id": refund,
            "kind": "shipping_refund",
            "reason": "Shipping refund",
            "amount": decimal(-net, "EUR"),
            "amount_set": order.money(-net, -buyer_net),
            "tax_amount": decimal(-tax, "EUR"),
            "tax_amount_set": order.money(-tax, -buyer_tax),
        }

    def _repayment(self, order: Order, refund: Document, at: datetime) -> Document:
        number = self._numbers.next("transaction")
        currency = order.sale.currency
        sale = order.document["_transactions"][0]
        return {
            "id": number,
            "admin_graphql_api_id": gid("OrderTransaction", number),
            "order_id": order.document["id"],
            "kind": "refund",
            "status": "success",
            "gateway": order.sale.gateway,
            "amount": decimal(_repaid(order, refund, "presentment_money"), currency),
            "currency": currency,
            "created_at": stamp(at),
            "processed_at": stamp(at),
            "payment_id": f"{order.document['name']}.{len(order.document['_transactions']) + 1}",
            "parent_id": sale["id"],
            "location_id": None,
            "source_name": "1830279",
            "test": order.sale.is_test,
            **plain_transaction(currency, order.sale.gateway),
        }

    def _settle(self, order: Order, refund: Document, at: datetime) -> None:
        document = order.document
        self.refunds.append(refund)
        document["refunds"].append(deepcopy(refund))
        document["_transactions"].append(refund["transactions"][0])
        _lower_current_sums(order, refund)
        gone = document["current_total_price_set"]["shop_money"]["amount"] == "0.00"
        document["financial_status"] = "refunded" if gone else "partially_refunded"
        document["updated_at"] = max(document["updated_at"], stamp(at), key=datetime.fromisoformat)


def _close(made_return: Document, at: datetime) -> None:
    made_return["status"] = "closed"
    made_return["updated_at"] = stamp(at)
    for line in made_return["return_line_items"]:
        line["refunded_quantity"], line["refundable_quantity"] = line["quantity"], 0


def _side(money: Document, side: str) -> int:
    return minor(money[side]["amount"], money[side]["currency_code"])


def _repaid(order: Order, refund: Document, side: str) -> int:
    """Goods and postage of a refund in one currency, with tax where it came on top."""
    extra = not order.sale.tax.included
    goods = sum(
        _side(line["subtotal_set"], side) + (_side(line["total_tax_set"], side) if extra else 0)
        for line in refund["refund_line_items"]
    )
    adjusted = refund["order_adjustments"]
    return goods - sum(_side(a["amount_set"], side) + _side(a["tax_amount_set"], side) for a in adjusted)


def _lower_current_sums(order: Order, refund: Document) -> None:
    """`current_*` tells what is left after the refund; postage repaid lowers the current shipping price too."""
    document = order.document
    lowered: dict[str, list[int]] = {"total_price": [], "subtotal_price": [], "total_tax": [], "total_discounts": []}
    for side in ("shop_money", "presentment_money"):
        lines, adjusted = refund["refund_line_items"], refund["order_adjustments"]
        lowered["total_price"].append(_repaid(order, refund, side))
        lowered["subtotal_price"].append(sum(_side(line["subtotal_set"], side) for line in lines))
        taxes = sum(_side(line["total_tax_set"], side) for line in lines)
        lowered["total_tax"].append(taxes - sum(_side(a["tax_amount_set"], side) for a in adjusted))
        gross = sum(_side(line["line_item"]["price_set"], side) * line["quantity"] for line in lines)
        lowered["total_discounts"].append(gross - sum(_side(line["subtotal_set"], side) for line in lines))
    for name, parts in lowered.items():
        current = document[f"current_{name}_set"]
        left = [
            _side(current, side) - part for side, part in zip(("shop_money", "presentment_money"), parts, strict=True)
        ]
        document[f"current_{name}"] = decimal(left[0], "EUR")
        document[f"current_{name}_set"] = order.money(*left)
    if refund["order_adjustments"]:
        document["current_shipping_price_set"] = order.money(0, 0)
