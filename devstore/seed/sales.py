"""A sale, its bills, and the parts of an order document that are arithmetic: totals, taxes, discounts."""

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from devstore.seed.amounts import decimal, money_set
from devstore.seed.bills import Bill, Item, Reduction, TaxRule
from devstore.seed.people import Person

Document = dict[str, Any]


@dataclass(frozen=True)
class Postage:
    """The delivery chosen at checkout; `cents` in euro, `method` in the Admin API's word for it."""

    title: str
    code: str
    cents: int
    method: str = "SHIPPING"


@dataclass(frozen=True)
class Sale:
    """Everything that was decided about an order before Shopify wrote it down."""

    person: Person | None
    items: list[Item]
    placed_at: datetime
    tax: TaxRule
    postage: Postage | None
    currency: str = "EUR"
    reductions: list[Reduction] = field(default_factory=list)
    channel: str = "web"
    gateway: str = "shopify_payments"
    email: str | None = None
    location_id: int | None = None
    tags: str = ""
    note: str | None = None
    is_test: bool = False
    company: Document | None = None
    po_number: str | None = None
    properties: dict[int, list[dict[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Order:
    """An order document beside its sale and its bills, for whatever happens to it next."""

    document: Document
    sale: Sale
    shop_bill: Bill
    buyer_bill: Bill

    def money(self, shop: int, buyer: int) -> Document:
        """A money bag in this order's currencies."""
        return money_set(shop, buyer, self.sale.currency)


def sums(order: Order) -> Document:
    """Totals in shop currency as strings and in both currencies as sets; `current_*` starts equal."""
    shop, buyer = order.shop_bill, order.buyer_bill
    pairs = {
        "subtotal_price": (shop.subtotal, buyer.subtotal),
        "total_price": (shop.total, buyer.total),
        "total_tax": (shop.total_tax, buyer.total_tax),
        "total_discounts": (shop.discounts, buyer.discounts),
        "total_line_items_price": (sum(shop.totals), sum(buyer.totals)),
    }
    sums: Document = {"currency": "EUR", "presentment_currency": order.sale.currency}
    for name, (ours, theirs) in pairs.items():
        sums[name] = decimal(ours, "EUR")
        sums[f"{name}_set"] = order.money(ours, theirs)
        if name != "total_line_items_price":
            sums[f"current_{name}"] = sums[name]
            sums[f"current_{name}_set"] = sums[f"{name}_set"]
    return sums | _other_sums(order)


def _other_sums(order: Order) -> Document:
    shop, buyer, zero = order.shop_bill, order.buyer_bill, order.money(0, 0)
    return {
        "taxes_included": order.sale.tax.included,
        "tax_lines": tax_lines(order, shop.total_tax, buyer.total_tax),
        "total_outstanding": "0.00",
        "total_shipping_price_set": order.money(shop.shipping, buyer.shipping),
        "current_shipping_price_set": order.money(shop.shipping_net, buyer.shipping_net),
        "current_total_additional_fees_set": None,
        "current_total_duties_set": None,
        "original_total_additional_fees_set": None,
        "original_total_duties_set": None,
        "total_cash_rounding_payment_adjustment_set": zero,
        "total_cash_rounding_refund_adjustment_set": zero,
    }


def tax_lines(order: Order, ours: int, theirs: int) -> list[Document]:
    """The one tax line of an amount, or none where no tax applies."""
    rule = order.sale.tax
    if rule.rate == 0:
        return []
    return [
        {
            "title": rule.title,
            "rate": float(rule.rate),
            "price": decimal(ours, "EUR"),
            "price_set": order.money(ours, theirs),
            "channel_liable": False,
        }
    ]


def allocations(order: Order, ours: dict[int, int], theirs: dict[int, int]) -> list[Document]:
    """How much each discount took, by its index among the order's applications."""
    return [
        {
            "amount": decimal(ours.get(index, 0), "EUR"),
            "amount_set": order.money(ours.get(index, 0), theirs.get(index, 0)),
            "discount_application_index": index,
        }
        for index in sorted(ours.keys() | theirs.keys())
    ]


def application(reduction: Reduction) -> Document:
    """A discount as the order lists it."""
    terms = reduction.terms
    fact = {key: terms[key] for key in ("type", "value_type", "target_type", "target_selection", "allocation_method")}
    named = {"code": terms["code"]} if terms["code"] else {"title": terms["title"]}
    return {**fact, **named, "value": f"{terms['value']:.1f}"}


def codes(order: Order) -> list[Document]:
    """The typed-in codes and what they took off the goods, in shop currency."""
    codes = []
    for index, reduction in enumerate(order.sale.reductions):
        terms = reduction.terms
        if not terms["code"]:
            continue
        amount = sum(cut.get(index, 0) for cut in order.shop_bill.cuts)
        codes.append({"code": terms["code"], "amount": decimal(amount, "EUR"), "type": terms["value_type"]})
    return codes


def tax_rule(country_row: Document) -> TaxRule:
    """The included tax of a row of `places.toml`; exports carry none."""
    rate, title = country_row["tax"]
    return TaxRule(Fraction(int(rate), 100), title)
