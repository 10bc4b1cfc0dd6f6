"""Lines of an order: goods, postage, discounts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from devstore.admin.catalogue import variant
from devstore.admin.connections import page
from devstore.admin.fields import Ask, Resolver, Typed, constant, identified, plain, resolver
from devstore.admin.orders import books_of
from devstore.admin.values import in_currency
from devstore.gids import gid
from devstore.money import Bag, bag_of, currencies_of, total
from devstore.order_book import line_net
from devstore.store import Document


def owned(order: Document, line: Document) -> Document:
    """A line that knows its order, for fields that need both."""
    return {**line, "_order": order}


def _worked_out(read: Any) -> Resolver:
    """A money bag from the line's numbers: ``read(line) -> Bag``."""

    def resolve(line: Document, ask: Ask, args: dict[str, Any]) -> Document:
        currencies = currencies_of(line["_order"])
        return currencies.money_set(currencies.round(read(line)))

    return resolve


def _times(line: Document, quantity: int) -> Bag:
    return bag_of(line["price_set"]).times(quantity)


def _per_piece(bag: Bag, line: Document) -> Bag:
    return bag.times(Decimal(1) / line["quantity"]) if line["quantity"] else bag


def _not_code(line: Document) -> Bag:
    """Discounts of the line itself that no code caused."""
    applications = line["_order"].get("discount_applications") or []
    kept = (
        [
            each
            for each in line.get("discount_allocations") or []
            if applications[each["discount_application_index"]].get("type") != "discount_code"
        ]
        if applications
        else []
    )
    return total(bag_of(each["amount_set"]) for each in kept)


identified("LineItem")
plain(
    "LineItem",
    title="title",
    name="name",
    sku="sku",
    vendor="vendor",
    variantTitle="variant_title",
    quantity="quantity",
    currentQuantity="current_quantity",
    unfulfilledQuantity="fulfillable_quantity",
    nonFulfillableQuantity=lambda line, ask, args: max(0, line["quantity"] - line["current_quantity"]),
    refundableQuantity=lambda line, ask, args: (
        line["quantity"] - books_of(line["_order"], ask).refunded_quantity(line["id"])
    ),
    requiresShipping="requires_shipping",
    taxable="taxable",
    isGiftCard="gift_card",
    restockable=lambda line, ask, args: line.get("variant_id") is not None,
    merchantEditable=lambda line, ask, args: line["fulfillable_quantity"] > 0,
    customAttributes="properties",
    taxLines=lambda line, ask, args: (line.get("tax_lines") or [])[: args.get("first")],
    duties=constant([]),
    weight=lambda line, ask, args: {"unit": "GRAMS", "value": float(line.get("grams") or 0)},
    variant=lambda line, ask, args: variant(ask, line.get("variant_id")),
    product=lambda line, ask, args: ask.store.peek("product", line["product_id"]) if line.get("product_id") else None,
    originalUnitPriceSet="price_set",
    originalTotalSet=_worked_out(lambda line: _times(line, line["quantity"])),
    totalDiscountSet=_worked_out(_not_code),
    discountedTotalSet=lambda line, ask, args: _discounted(line, args.get("withCodeDiscounts", False)),
    discountedUnitPriceSet=_worked_out(lambda line: _per_piece(_times(line, line["quantity"]) - _not_code(line), line)),
    discountedUnitPriceAfterAllDiscountsSet=_worked_out(lambda line: _per_piece(line_net(line), line)),
    unfulfilledOriginalTotalSet=_worked_out(lambda line: _times(line, line["fulfillable_quantity"])),
    unfulfilledDiscountedTotalSet=_worked_out(
        lambda line: _per_piece(line_net(line), line).times(line["fulfillable_quantity"])
    ),
    discountAllocations=lambda line, ask, args: _allocations(line),
)
plain("DiscountAllocation", allocatedAmountSet="amount_set", discountApplication="application")
for _type in ("DiscountCodeApplication", "ManualDiscountApplication", "AutomaticDiscountApplication"):
    plain(
        _type,
        index="_index",
        allocationMethod=lambda each, ask, args: (each.get("allocation_method") or "across").upper(),
        targetSelection=lambda each, ask, args: (each.get("target_selection") or "all").upper(),
        targetType=lambda each, ask, args: (each.get("target_type") or "line_item").upper(),
        value=lambda each, ask, args: _value(each),
    )
plain("DiscountCodeApplication", code="code")
plain(
    "ManualDiscountApplication",
    title=lambda each, ask, args: each.get("title") or "Discount",
    description="description",
)
plain("AutomaticDiscountApplication", title=lambda each, ask, args: each.get("title") or "Discount")
plain("PricingPercentageValue", percentage="percentage")

plain(
    "ShippingLine",
    id=lambda line, ask, args: gid("ShippingLine", line["id"]),
    title="title",
    code="code",
    source="source",
    phone="phone",
    carrierIdentifier="carrier_identifier",
    deliveryCategory="delivery_category",
    custom=lambda line, ask, args: line.get("code") in (None, "custom"),
    isRemoved=lambda line, ask, args: bool(line.get("is_removed")),
    originalPriceSet="price_set",
    discountedPriceSet="discounted_price_set",
    currentDiscountedPriceSet=lambda line, ask, args: (
        line.get("current_discounted_price_set") or line["discounted_price_set"]
    ),
    taxLines="tax_lines",
    discountAllocations=lambda line, ask, args: _allocations(line),
)


@resolver("LineItem", "image")
def _image(line: Document, ask: Ask, args: dict[str, Any]) -> Document | None:
    product = ask.store.peek("product", line["product_id"]) if line.get("product_id") else None
    if product is None:
        return None
    chosen = (variant(ask, line.get("variant_id")) or {}).get("image_id")
    images = product.get("images") or []
    return next((image for image in images if image["id"] == chosen), product.get("image"))


@resolver("Order", "lineItems")
def _line_items(order: Document, ask: Ask, args: dict[str, Any]) -> Any:
    return page([owned(order, line) for line in order["line_items"]], args)


@resolver("Order", "nonFulfillableLineItems")
def _non_fulfillable(order: Document, ask: Ask, args: dict[str, Any]) -> Any:
    return page([owned(order, line) for line in order["line_items"] if not line["fulfillable_quantity"]], args)


@resolver("Order", "shippingLine")
def _shipping_line(order: Document, ask: Ask, args: dict[str, Any]) -> Document | None:
    return next((owned(order, line) for line in order["shipping_lines"]), None)


@resolver("Order", "shippingLines")
def _shipping_lines(order: Document, ask: Ask, args: dict[str, Any]) -> Any:
    return page([owned(order, line) for line in order["shipping_lines"]], args)


@resolver("Order", "discountApplications")
def _applications(order: Document, ask: Ask, args: dict[str, Any]) -> Any:
    return page([_application(order, index) for index in range(len(order["discount_applications"]))], args)


def find_line(ask: Ask, line_id: int) -> Document | None:
    """The line of whichever order has it."""
    for order in ask.store.all("order"):
        for line in order["line_items"]:
            if line["id"] == line_id:
                return owned(order, line)
    return None


def _discounted(line: Document, with_codes: bool) -> Document:
    bag = line_net(line) if with_codes else _times(line, line["quantity"]) - _not_code(line)
    return currencies_of(line["_order"]).money_set(bag)


def _allocations(line: Document) -> list[Document]:
    order = line["_order"]
    if not order.get("discount_applications"):
        return []
    return [
        {"amount_set": each["amount_set"], "application": _application(order, each["discount_application_index"])}
        for each in line.get("discount_allocations") or []
    ]


def _application(order: Document, index: int) -> Typed:
    application = order["discount_applications"][index]
    names = {"discount_code": "DiscountCodeApplication", "automatic": "AutomaticDiscountApplication"}
    type_name = names.get(application.get("type", "manual"), "ManualDiscountApplication")
    return Typed(type_name, {**application, "_index": index, "_currency": order["presentment_currency"]})


def _value(application: Document) -> Typed:
    if application.get("value_type") == "percentage":
        return Typed("PricingPercentageValue", {"percentage": float(application["value"])})
    return Typed("MoneyV2", in_currency(application.get("value", "0"), application["_currency"]))
