"""What Shopify reckons beforehand: a return not made yet, the outcome of processing one, the refund of an order."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from devstore import refunding
from devstore.admin.catalogue import variant
from devstore.admin.fields import Ask, Typed, constant, plain, resolver
from devstore.admin.lines import owned
from devstore.admin.mutations_return import new_exchange, postage
from devstore.admin.returns import sent_line
from devstore.admin.values import in_currency
from devstore.gids import gid, number
from devstore.money import NOTHING, ZERO, Bag, bag_of, part, total
from devstore.order_book import Books, books, line_net, line_tax, worth
from devstore.order_intake import allocated
from devstore.refunding import Wanted
from devstore.refusals import Refusal
from devstore.returning import opening, pricing
from devstore.returning.processing import processable
from devstore.returning.returnable import returnable
from devstore.store import Document

plain(
    "SuggestedReturnFinancialOutcome",
    discountedSubtotal="subtotal",
    maximumRefundable="maximum",
    refundDuties=constant([]),
    shipping="shipping",
    totalAdditionalFees="nothing",
    totalCartDiscountAmount="cart_discount",
    totalDuties="nothing",
    totalTax="tax",
    financialTransfer="transfer",
)
plain("RefundReturnOutcome", amount="amount", suggestedTransactions="transactions", suggestedRefundMethods="methods")
plain("InvoiceReturnOutcome", amount="amount")
plain(
    "SuggestedStoreCreditRefund",
    amount="amount",
    maximumRefundable="maximum",
    expiresAt=constant(None),
)
plain(
    "SuggestedOrderTransaction",
    accountNumber=constant(None),
    amount=lambda each, ask, args: each["amount_set"]["shop_money"]["amount"],
    amountSet="amount_set",
    formattedGateway=lambda each, ask, args: each["parent"]["gateway"].replace("_", " ").title(),
    gateway=lambda each, ask, args: each["parent"]["gateway"],
    kind=constant("SUGGESTED_REFUND"),
    maximumRefundable=lambda each, ask, args: each["maximum_set"]["shop_money"]["amount"],
    maximumRefundableSet="maximum_set",
    parentTransaction="parent",
    paymentDetails=constant(None),
)
plain(
    "ShippingRefund",
    amount=lambda each, ask, args: each["amount"]["shop_money"]["amount"],
    amountSet="amount",
    maximumRefundable=lambda each, ask, args: each["maximum"]["shop_money"]["amount"],
    maximumRefundableSet="maximum",
    tax=lambda each, ask, args: each["nothing"]["shop_money"]["amount"],
    taxSet="nothing",
)
plain(
    "SuggestedRefund",
    amount=lambda each, ask, args: each["amount"]["shop_money"]["amount"],
    amountSet="amount",
    subtotal=lambda each, ask, args: each["subtotal"]["shop_money"]["amount"],
    subtotalSet="subtotal",
    discountedSubtotalSet="subtotal",
    totalTaxes=lambda each, ask, args: each["tax"]["shop_money"]["amount"],
    totalTaxSet="tax",
    totalCartDiscountAmountSet="cart_discount",
    totalDutiesSet="nothing",
    maximumRefundable=lambda each, ask, args: each["maximum"]["shop_money"]["amount"],
    maximumRefundableSet="maximum",
    refundDuties=constant([]),
    refundLineItems="items",
    shipping="shipping",
    suggestedTransactions="transactions",
    suggestedRefundMethods="methods",
)
plain(
    "CalculatedReturn",
    id=lambda each, ask, args: gid("CalculatedReturn", uuid.uuid4()),
    returnLineItems="lines",
    exchangeLineItems="exchanges",
    returnShippingFee="fee",
)
for _type in ("CalculatedRestockingFee", "CalculatedReturnShippingFee"):
    plain(_type, id=lambda each, ask, args, name=_type: gid(name, uuid.uuid4()), amountSet="amount")
plain("CalculatedRestockingFee", percentage="percentage")
plain(
    "CalculatedReturnLineItem",
    id=constant(None),
    quantity="quantity",
    fulfillmentLineItem="sent",
    restockingFee="fee",
    subtotalSet="subtotal",
    subtotalBeforeOrderDiscountsSet="before",
    totalTaxSet="tax",
)
plain(
    "CalculatedExchangeLineItem",
    id=constant(None),
    quantity="quantity",
    originalUnitPriceSet="price",
    discountedUnitPriceSet="discounted",
    subtotalSet="subtotal",
    totalTaxSet="tax",
    variant="variant",
    calculatedDiscountAllocations="allocations",
)
plain("CalculatedDiscountAllocation", allocatedAmountSet="amount", discountApplication="application")
plain(
    "CalculatedManualDiscountApplication",
    id=lambda each, ask, args: gid("CalculatedManualDiscountApplication", uuid.uuid4()),
    allocationMethod=constant("ACROSS"),
    appliedTo=constant("LINE"),
    description="description",
    targetSelection=constant("EXPLICIT"),
    targetType=constant("LINE_ITEM"),
    value="value",
)


@resolver("Return", "suggestedFinancialOutcome")
def _outcome(made: Document, ask: Ask, args: dict[str, Any]) -> Document | None:
    order = ask.world.need("order", made["order_id"])
    if args.get("refundDuties") or args.get("tipLineId"):
        raise Refusal("This order has neither duties nor tips.")
    of = books(ask.store, order)
    copy = ask.world.need("return", made["id"])
    lines = tuple((number(each["id"], "ReturnLineItem"), each["quantity"]) for each in args["returnLineItems"])
    wanted = tuple((number(each["id"], "ExchangeLineItem"), each["quantity"]) for each in args["exchangeLineItems"])
    numbers = pricing.figures(
        ask.world,
        of,
        copy,
        processable(copy["return_line_items"], lines, ("returnLineItems",)),
        processable(copy["exchange_line_items"], wanted, ("exchangeLineItems",)),
        refunding.shipping_back(of, postage(args.get("refundShipping"), order)),
    )
    transfer = None
    if numbers.balance > 0:
        to_credit = args.get("refundMethodAllocation") == "STORE_CREDIT"
        transfer = Typed("RefundReturnOutcome", _back(of, numbers.balance, to_credit=to_credit))
    elif numbers.balance < 0:
        owed = of.currencies.bag_of_presentment(-numbers.balance)
        transfer = Typed("InvoiceReturnOutcome", {"amount": of.currencies.money_set(owed)})
    pieces = [(piece.line, piece.quantity, piece.net, piece.tax) for piece in numbers.pieces]
    return {**_sums(of, pieces, numbers.shipping), "transfer": transfer}


@resolver("Order", "suggestedRefund")
def _suggested_refund(order: Document, ask: Ask, args: dict[str, Any]) -> Document:
    of = books(ask.store, order)
    if args.get("refundDuties"):
        raise Refusal("This order has no duties.")
    pieces = [(line, quantity, *worth(of, line, quantity)) for line, quantity in _chosen(of, args)]
    items = [
        refunding.refund_item(ask.world, of, line, quantity, (net, tax)) | {"_line": owned(order, line)}
        for line, quantity, net, tax in pieces
    ]
    wanted = Wanted(
        shipping=Decimal(str(args.get("shippingAmount") or 0)),
        full_shipping=bool(args.get("refundShipping")) or bool(args.get("suggestFullRefund")),
    )
    shipping = refunding.shipping_back(of, wanted)
    goods = total(net if order["taxes_included"] else net + tax for _, _, net, tax in pieces) + shipping
    amount = min(max(of.overpaid() + goods.presentment, ZERO), (of.paid() - of.returned()).presentment)
    back = _back(of, amount, to_credit=args.get("refundMethodAllocation") == "STORE_CREDIT")
    return {**_sums(of, pieces, shipping), **back, "items": items}


@resolver("QueryRoot", "returnCalculate")
def _calculate(root: Any, ask: Ask, args: dict[str, Any]) -> Document | None:
    given = args["input"]
    order = ask.store.peek("order", number(given["orderId"], "Order"))
    if order is None:
        return None
    of = books(ask.store, order)
    fee = (given.get("returnShippingFee") or {}).get("amount")
    shown = (Decimal(str(fee["amount"])), fee["currencyCode"]) if fee else None
    opening.check_fee(shown, of.currencies.presentment, ("input", "returnShippingFee", "amount"))
    return {
        "lines": _coming_back(ask, of, given["returnLineItems"]),
        "exchanges": [
            _going_out(ask, of, each, ("input", "exchangeLineItems", str(place)))
            for place, each in enumerate(given["exchangeLineItems"])
        ],
        "fee": {"amount": of.currencies.money_set(of.currencies.bag_of_presentment(shown[0]))} if shown else None,
    }


def _chosen(of: Books, args: dict[str, Any]) -> list[tuple[Document, int]]:
    lines = {line["id"]: line for line in of.order["line_items"]}
    left = {id: line["quantity"] - of.refunded_quantity(id) for id, line in lines.items()}
    if args.get("suggestFullRefund"):
        return [(lines[id], quantity) for id, quantity in left.items() if quantity]
    found = []
    for each in args.get("refundLineItems") or []:
        id, quantity = number(each["lineItemId"], "LineItem"), each["quantity"]
        if not 1 <= quantity <= left.get(id, 0):
            raise Refusal("Quantity cannot refund more items than were purchased")
        found.append((lines[id], quantity))
    return found


def _sums(of: Books, pieces: list[tuple[Document, int, Bag, Bag]], shipping: Bag) -> Document:
    written = of.currencies.money_set
    cuts = [
        part(_order_cuts(of, line), of.refunded_quantity(line["id"]), quantity, line["quantity"], of.currencies)
        for line, quantity, _, _ in pieces
    ]
    left = refunding.shipping_back(of, Wanted(full_shipping=True))
    return {
        "subtotal": written(total(net for _, _, net, _ in pieces)),
        "tax": written(total(tax for _, _, _, tax in pieces)),
        "cart_discount": written(total(cuts)),
        "maximum": written(_most(of)),
        "nothing": of.currencies.zero_set(),
        "shipping": {"amount": written(shipping), "maximum": written(left), "nothing": of.currencies.zero_set()},
    }


def _order_cuts(of: Books, line: Document) -> Bag:
    """What discounts of the whole order took off a line."""
    applications = of.order.get("discount_applications") or []
    return total(
        bag_of(each["amount_set"])
        for each in line.get("discount_allocations") or []
        if applications and applications[each["discount_application_index"]].get("target_selection") == "all"
    )


def _back(of: Books, amount: Decimal, *, to_credit: bool) -> Document:
    written = of.currencies.money_set
    bag = of.currencies.bag_of_presentment(amount)
    spread = () if to_credit else refunding.spread(of, bag)
    payments = {each["id"]: each for each in of.transactions}
    transactions = [
        {
            "parent": payments[parent],
            "amount_set": written(of.currencies.bag_of_presentment(given)),
            "maximum_set": written(of.currencies.bag_of_presentment(refunding.room_of(of, payments[parent]))),
        }
        for parent, given in spread
        if parent
    ]
    methods = []
    if to_credit and amount:
        methods = [Typed("SuggestedStoreCreditRefund", {"amount": written(bag), "maximum": written(_most(of))})]
    return {"amount": written(bag), "transactions": transactions, "methods": methods}


def _most(of: Books) -> Bag:
    return (of.paid() - of.returned()).not_below_zero()


def _coming_back(ask: Ask, of: Books, given: list[dict[str, Any]]) -> list[Document]:
    free = returnable(ask.store, of.order)
    chosen, shown = [], []
    for place, each in enumerate(given):
        id, field = (
            number(each["fulfillmentLineItemId"], "FulfillmentLineItem"),
            ("input", "returnLineItems", str(place)),
        )
        sent = sent_line(id, ask)
        if (
            sent is None
            or sent["line"]["_order"]["id"] != of.order["id"]
            or not 1 <= each["quantity"] <= free.get(id, 0)
        ):
            raise Refusal(f"Only {free.get(id, 0)} of this item can be returned.", (*field, "quantity"))
        percent = (each.get("restockingFee") or {}).get("percentage")
        opening.check_percent(percent, (*field, "restockingFee", "percentage"))
        fee = None if percent is None else {"percentage": percent}
        chosen.append(({"line_item_id": sent["line"]["id"], "restocking_fee": fee}, each["quantity"]))
        shown.append(sent)
    written = of.currencies.money_set
    return [
        {
            "quantity": piece.quantity,
            "sent": sent,
            "fee": {**piece.entry["restocking_fee"], "amount": written(piece.fee)}
            if piece.entry["restocking_fee"]
            else None,
            "subtotal": written(piece.net),
            "before": written(piece.net + _cuts_of(of, piece)),
            "tax": written(piece.tax),
        }
        for piece, sent in zip(pricing.pieces_of(of, chosen), shown, strict=True)
    ]


def _cuts_of(of: Books, piece: pricing.Piece) -> Bag:
    taken = of.refunded_quantity(piece.line["id"])
    return part(_order_cuts(of, piece.line), taken, piece.quantity, piece.line["quantity"], of.currencies)


def _going_out(ask: Ask, of: Books, given: dict[str, Any], field: tuple[str, ...]) -> Document:
    entry = opening.exchange_entry(ask.world, of.order, new_exchange(given, field))
    goods = pricing.new_goods(ask.world, of, entry, entry["quantity"])
    net, written = line_net(goods.line), of.currencies.money_set
    unit = of.currencies.round(net.times(Decimal(1) / entry["quantity"]))
    allocations = []
    if allocated(goods.line) != NOTHING:
        application = {"description": entry["discount"].get("description"), "value": _value(entry["discount"])}
        allocations = [
            {"amount": written(goods.cut), "application": Typed("CalculatedManualDiscountApplication", application)}
        ]
    return {
        "quantity": entry["quantity"],
        "price": entry["price_set"],
        "discounted": written(unit),
        "subtotal": written(net),
        "tax": written(line_tax(goods.line)),
        "variant": variant(ask, entry["variant_id"]),
        "allocations": allocations,
    }


def _value(discount: dict[str, Any]) -> Typed:
    if discount.get("percentage") is not None:
        return Typed("PricingPercentageValue", {"percentage": discount["percentage"]})
    return Typed("MoneyV2", in_currency(discount["amount"], discount["currency"]))
