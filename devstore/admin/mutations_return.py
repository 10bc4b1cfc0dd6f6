"""The mutations of returns. None of them takes `@idempotent`: called twice they work twice, within natural limits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from devstore.admin.fields import Ask, plain, resolver
from devstore.admin.reverse_orders import disposal
from devstore.gids import number
from devstore.money import currencies_of
from devstore.refunding import Wanted
from devstore.refusals import Refusal
from devstore.returning import opening, processing
from devstore.returning.opening import NewExchange, NewLine, NewReturn
from devstore.returning.processing import MONEY, Step
from devstore.store import Document

for _verb in ("Request", "Create", "ApproveRequest", "DeclineRequest", "Process", "Cancel", "Close", "Reopen"):
    plain(f"Return{_verb}Payload", **{"return": "return"}, userErrors="userErrors")
plain("RemoveFromReturnPayload", **{"return": "return"}, userErrors="userErrors")


@resolver("Mutation", "returnRequest")
def _request(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    return _done(opening.request(ask.world, _new_return(args["input"], "input")))


@resolver("Mutation", "returnCreate")
def _create(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    return _done(opening.create(ask.world, _new_return(args["returnInput"], "returnInput")))


@resolver("Mutation", "returnApproveRequest")
def _approve(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    return _done(opening.approve(ask.world, number(args["input"]["id"], "Return")))


@resolver("Mutation", "returnDeclineRequest")
def _decline(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    given = args["input"]
    id = number(given["id"], "Return")
    return _done(opening.decline(ask.world, id, given["declineReason"], given.get("declineNote")))


@resolver("Mutation", "returnCancel")
def _cancel(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    return _done(opening.cancel(ask.world, number(args["id"], "Return")))


@resolver("Mutation", "returnClose")
def _close(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    return _done(opening.close(ask.world, number(args["id"], "Return")))


@resolver("Mutation", "returnReopen")
def _reopen(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    return _done(opening.reopen(ask.world, number(args["id"], "Return")))


@resolver("Mutation", "removeFromReturn")
def _remove(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    lines = [
        (number(each["returnLineItemId"], "ReturnLineItem"), each["quantity"])
        for each in args.get("returnLineItems") or []
    ]
    exchanges = [
        (number(each["exchangeLineItemId"], "ExchangeLineItem"), each["quantity"])
        for each in args.get("exchangeLineItems") or []
    ]
    return _done(opening.remove(ask.world, number(args["returnId"], "Return"), lines, exchanges))


@resolver("Mutation", "returnProcess")
def _process(root: Any, ask: Ask, args: dict[str, Any]) -> Document:
    given = args["input"]
    made = ask.store.peek("return", number(given["returnId"], "Return"))
    if made is None:
        raise Refusal("Return not found.", ("input", "returnId"), "NOT_FOUND")
    if given.get("refundDuties") or given.get("tipLineId"):
        raise Refusal("This order has neither duties nor tips.", ("input",), "INVALID")
    order = ask.world.need("order", made["order_id"])
    step = Step(
        return_id=made["id"],
        lines=tuple((number(each["id"], "ReturnLineItem"), each["quantity"]) for each in given["returnLineItems"]),
        exchanges=tuple(
            (number(each["id"], "ExchangeLineItem"), each["quantity"]) for each in given["exchangeLineItems"]
        ),
        disposals=tuple(
            disposal(each, ("input", "returnLineItems", str(place), "dispositions", str(index)))
            for place, line in enumerate(given["returnLineItems"])
            for index, each in enumerate(_own(ask, made, line, place))
        ),
        money=_money(given.get("financialTransfer"), order),
        postage=postage(given.get("refundShipping"), order),
        note=given.get("note"),
    )
    return _done(processing.process(ask.world, step))


def postage(given: dict[str, Any] | None, order: Document) -> Wanted:
    """A `RefundShippingInput`."""
    given = given or {}
    amount = given.get("shippingRefundAmount")
    field = ("input", "refundShipping", "shippingRefundAmount")
    return Wanted(
        shipping=_presentment(amount, order, field) if amount else Decimal(0),
        full_shipping=bool(given.get("fullRefund")),
    )


def _own(ask: Ask, made: Document, line: dict[str, Any], place: int) -> list[dict[str, Any]]:
    """The dispositions given with a return line, which must be of that line and no more than are processed."""
    given = line.get("dispositions") or []
    field = ("input", "returnLineItems", str(place), "dispositions")
    orders = ask.store.find("reverse_fulfillment_order", return_id=made["id"])
    own = {
        each["id"]
        for order in orders
        for each in order["line_items"]
        if each["return_line_item_id"] == number(line["id"], "ReturnLineItem")
    }
    wanted = {number(each["reverseFulfillmentOrderLineItemId"], "ReverseFulfillmentOrderLineItem") for each in given}
    if wanted - own:
        raise Refusal("The disposition does not belong to this return line item.", field, "INVALID")
    if sum(each["quantity"] for each in given) > line["quantity"]:
        words = "The dispositions' quantity must be less than or equal to the processed quantity."
        raise Refusal(words, field, "LESS_THAN_OR_EQUAL_TO")
    return given


def _money(given: dict[str, Any] | None, order: Document) -> Wanted | None:
    transfer = (given or {}).get("issueRefund")
    if transfer is None:
        return None
    credits = [each["storeCreditRefund"] for each in transfer.get("refundMethods") or []]
    if len(credits) > 1:
        raise Refusal("Only one store credit refund can be issued at a time.", (*MONEY, "refundMethods"), "INVALID")
    field = (*MONEY, "refundMethods", "0", "storeCreditRefund", "amount")
    credit = sum((_presentment(each["amount"], order, field) for each in credits), Decimal(0))
    if credits and credit <= 0:
        raise Refusal("Amount must be greater than 0", field, "GREATER_THAN")
    return Wanted(
        payments=tuple(
            (
                number(each["parentId"], "OrderTransaction"),
                _presentment(each["transactionAmount"], order, (*MONEY, "orderTransactions", str(place))),
            )
            for place, each in enumerate(transfer["orderTransactions"])
        ),
        store_credit=credit,
        store_credit_expires_at=next((each.get("expiresAt") for each in credits), None),
        allow_over_refunding=bool(transfer.get("allowOverRefunding")),
    )


def _presentment(given: dict[str, Any], order: Document, field: tuple[str, ...]) -> Decimal:
    currency = currencies_of(order).presentment
    if given["currencyCode"] != currency:
        raise Refusal(f"The amount must be in the order's presentment currency, {currency}.", field, "INVALID")
    return Decimal(str(given["amount"]))


def _new_return(given: dict[str, Any], name: str) -> NewReturn:
    fee = (given.get("returnShippingFee") or {}).get("amount")
    return NewReturn(
        order_id=number(given["orderId"], "Order"),
        field=name,
        lines=tuple(
            _new_line(each, (name, "returnLineItems", str(place)))
            for place, each in enumerate(given["returnLineItems"])
        ),
        exchanges=tuple(
            new_exchange(each, (name, "exchangeLineItems", str(place)))
            for place, each in enumerate(given.get("exchangeLineItems") or [])
        ),
        shipping_fee=(Decimal(str(fee["amount"])), fee["currencyCode"]) if fee else None,
        requested_at=given.get("requestedAt"),
    )


def _new_line(given: dict[str, Any], field: tuple[str, ...]) -> NewLine:
    reason = given.get("returnReasonDefinitionId")
    return NewLine(
        fulfillment_line_id=number(given["fulfillmentLineItemId"], "FulfillmentLineItem"),
        quantity=given["quantity"],
        field=field,
        reason_id=number(reason, "ReturnReasonDefinition") if reason else None,
        reason_word=given.get("returnReason"),
        reason_note=given.get("returnReasonNote") or "",
        customer_note=given.get("customerNote"),
        restocking_percent=(given.get("restockingFee") or {}).get("percentage"),
    )


def new_exchange(given: dict[str, Any], field: tuple[str, ...]) -> NewExchange:
    """An `ExchangeLineItemInput` or `CalculateExchangeLineItemInput`."""
    if given.get("giftCardCodes"):
        raise Refusal("Only gift card variants take gift card codes.", (*field, "giftCardCodes"), "INVALID")
    if not given.get("variantId"):
        raise Refusal("Variant can't be blank", (*field, "variantId"), "BLANK")
    return NewExchange(
        variant_id=number(given["variantId"], "ProductVariant"),
        quantity=given["quantity"],
        field=field,
        discount=_discount(given.get("appliedDiscount")),
    )


def _discount(given: dict[str, Any] | None) -> dict[str, Any] | None:
    if not given:
        return None
    value = {"description": given.get("description")}
    if given["value"].get("percentage") is not None:
        return value | {"percentage": given["value"]["percentage"]}
    amount = given["value"]["amount"]
    return value | {"amount": str(amount["amount"]), "currency": amount["currencyCode"]}


def _done(made: Document) -> Document:
    return {"return": made, "userErrors": []}
