"""A return's life outside money: requested, approved or declined, created, changed, cancelled, closed, reopened."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from devstore.gids import gid
from devstore.merchant import changed
from devstore.money import currencies_of
from devstore.refusals import Refusal
from devstore.returning import bodies, parcels, pricing
from devstore.returning.reasons import chosen
from devstore.returning.returnable import returnable, sent_lines
from devstore.store import Document
from devstore.world import World

MOST_CUSTOMER_NOTE = 300
MOST_REASON_NOTE = 255
MOST_DECLINE_NOTE = 500


@dataclass(frozen=True)
class NewLine:
    """Pieces of a parcel line that are to come back; `field` is where the input named them."""

    fulfillment_line_id: int
    quantity: int
    field: tuple[str, ...]
    reason_id: int | None = None
    reason_word: str | None = None
    reason_note: str = ""
    customer_note: str | None = None
    restocking_percent: float | None = None


@dataclass(frozen=True)
class NewExchange:
    """New goods; `discount` is ``{"amount", "currency"}`` or ``{"percentage"}``, with a ``description``."""

    variant_id: int
    quantity: int
    field: tuple[str, ...]
    discount: dict[str, Any] | None = None


@dataclass(frozen=True)
class NewReturn:
    """A return to open; the shipping fee is presentment money. `field` is the name of the input object."""

    order_id: int
    lines: tuple[NewLine, ...]
    field: str
    exchanges: tuple[NewExchange, ...] = ()
    shipping_fee: tuple[Decimal, str] | None = None
    requested_at: str | None = None


def request(world: World, wanted: NewReturn) -> Document:
    """The customer asks; the merchant has to agree."""
    with world.store.transaction():
        made = _document(world, wanted, "requested")
        world.store.put("return", made)
        event = world.fire("returns/request", bodies.whole(made))
        changed(world, world.need("order", wanted.order_id), event)
    return made


def create(world: World, wanted: NewReturn) -> Document:
    """A return that is agreed to; an archived order is open again."""
    with world.store.transaction():
        made = _document(world, wanted, "open") | {"approved_at": world.now_text()}
        world.store.put("return", made)
        parcels.open_reverse_orders(world, made)
        event = world.fire("returns/approve", bodies.whole(made))
        changed(world, world.need("order", wanted.order_id) | {"closed_at": None}, event)
    return made


def approve(world: World, return_id: int) -> Document:
    """The merchant agrees to a request, for good."""
    with world.store.transaction():
        made = in_state(world, return_id, "requested", field=("input", "id"))
        made |= {"approved_at": world.now_text()}
        _move(world, made, "open")
        parcels.open_reverse_orders(world, made)
        event = world.fire("returns/approve", bodies.whole(made))
        changed(world, world.need("order", made["order_id"]) | {"closed_at": None}, event)
    return made


def decline(world: World, return_id: int, reason: str, note: str | None) -> Document:
    """The merchant refuses a request, for good; the pieces can be part of a new return."""
    with world.store.transaction():
        made = in_state(world, return_id, "requested", field=("input", "id"))
        _short_enough(note, MOST_DECLINE_NOTE, ("input", "declineNote"), "Decline note")
        made |= {"decline": {"reason": reason, "note": note}}
        return _ended(world, made, "declined", bodies.declined(made | {"status": "declined"}), "returns/decline")


def cancel(world: World, return_id: int) -> Document:
    """Off, as long as nothing was processed, refunded or disposed. Processed exchange goods would stay on the order."""
    with world.store.transaction():
        made = in_state(world, return_id, "open")
        lines = [*made["return_line_items"], *made["exchange_line_items"]]
        if any(line["processed_quantity"] for line in lines) or parcels.was_disposed(world, return_id):
            words = "Return cannot be canceled because items of it were already processed, refunded or restocked."
            raise Refusal(words, ("id",), "INVALID_STATE")
        parcels.cancel_all(world, return_id)
        return _ended(world, made, "canceled", bodies.short(made | {"status": "canceled"}), "returns/cancel")


def close(world: World, return_id: int) -> Document:
    """Nothing more is expected of it."""
    with world.store.transaction():
        made = in_state(world, return_id, "open")
        made |= {"closed_at": world.now_text()}
        return _ended(world, made, "closed", bodies.short(made | {"status": "closed"}), "returns/close")


def reopen(world: World, return_id: int) -> Document:
    """A closed return is open again."""
    with world.store.transaction():
        made = in_state(world, return_id, "closed")
        made |= {"closed_at": None}
        return _ended(world, made, "open", bodies.short(made | {"status": "open"}), "returns/reopen")


def remove(world: World, return_id: int, lines: list[tuple[int, int]], exchanges: list[tuple[int, int]]) -> Document:
    """Takes unprocessed pieces off; pairs of line id and how many. Without its last line the return closes."""
    with world.store.transaction():
        made = in_state(world, return_id, "open", field=("returnId",))
        if not lines and not exchanges:
            raise Refusal("There is nothing to remove.", None, "BLANK")
        _reduce(made["return_line_items"], lines, "returnLineItems", "returnLineItemId")
        _reduce(made["exchange_line_items"], exchanges, "exchangeLineItems", "exchangeLineItemId")
        for id, quantity in lines:
            parcels.take_off(world, made, id, quantity)
        made["return_line_items"] = [line for line in made["return_line_items"] if line["quantity"]]
        entries = [*made["return_line_items"], *made["exchange_line_items"]]
        left = [line for line in entries if line["quantity"] > line["processed_quantity"]]
        event = world.fire("returns/update", bodies.updated(made, lines))
        if left:
            world.store.put("return", made | {"updated_at": world.now_text()})
            changed(world, world.need("order", made["order_id"]), event)
            return made
        made |= {"closed_at": world.now_text()}
        return _ended(world, made, "closed", bodies.short(made | {"status": "closed"}), "returns/close", event)


def in_state(world: World, return_id: int, state: str, field: tuple[str, ...] = ("id",)) -> Document:
    """A private copy of the return, which must be in this state."""
    made = world.store.get("return", return_id)
    if made is None:
        raise Refusal("Return not found.", field, "NOT_FOUND")
    if made["status"] != state:
        words = f"Return status must be {state.upper()}; it is {made['status'].upper()}."
        raise Refusal(words, field, "INVALID_STATE")
    return made


def exchange_entry(world: World, order: Document, wanted: NewExchange) -> Document:
    """New goods with price and discount as they are now; they stay so for the life of the return."""
    currencies = currencies_of(order)
    if wanted.quantity < 1:
        raise Refusal("Quantity must be greater than 0", (*wanted.field, "quantity"), "GREATER_THAN")
    try:
        price = pricing.price_of(world, wanted.variant_id, currencies)
    except Refusal as unknown:
        raise Refusal("Variant not found.", (*wanted.field, "variantId"), "NOT_FOUND") from unknown
    _check_discount(wanted, currencies.presentment)
    return {
        "id": pricing.PREVIEW,
        "variant_id": wanted.variant_id,
        "quantity": wanted.quantity,
        "processed_quantity": 0,
        "price_set": currencies.money_set(price),
        "discount": wanted.discount,
        "line_item_ids": [],
    }


def check_percent(percent: float | None, field: tuple[str, ...]) -> None:
    """A restocking fee is between nothing and everything."""
    if percent is not None and percent < 0:
        raise Refusal("Percentage must be greater than or equal to 0", field, "GREATER_THAN_OR_EQUAL_TO")
    if percent is not None and percent > 100:
        raise Refusal("Percentage must be less than or equal to 100", field, "LESS_THAN_OR_EQUAL_TO")


def check_fee(fee: tuple[Decimal, str] | None, currency: str, field: tuple[str, ...]) -> None:
    """A return shipping fee is an amount in the order's presentment currency."""
    if fee and fee[0] < 0:
        raise Refusal("Amount must be greater than or equal to 0", field, "GREATER_THAN_OR_EQUAL_TO")
    if fee and fee[1] != currency:
        raise Refusal(f"The fee must be in the order's presentment currency, {currency}.", field, "INVALID")


def _document(world: World, wanted: NewReturn, status: str) -> Document:
    order = world.store.get("order", wanted.order_id)
    if order is None:
        raise Refusal("Order not found.", (wanted.field, "orderId"), "NOT_FOUND")
    if not wanted.lines:
        raise Refusal("Return line items can't be blank", (wanted.field, "returnLineItems"), "BLANK")
    _check_pieces(world, order, wanted)
    id, now = world.store.next_id("return"), world.now_text()
    count = len(world.store.find("return", order_id=order["id"])) + 1
    return {
        "id": id,
        "admin_graphql_api_id": gid("Return", id),
        "name": f"{order['name']}-R{count}",
        "status": status,
        "order_id": order["id"],
        "return_line_items": _lines(world, order, wanted),
        "exchange_line_items": [_exchange(world, order, each) for each in wanted.exchanges],
        "return_shipping_fees": _shipping_fee(world, order, wanted),
        "fees_booked": [],
        "decline": None,
        "requested_at": wanted.requested_at or now,
        "approved_at": None,
        "closed_at": None,
        "created_at": now,
        "updated_at": now,
    }


def _check_pieces(world: World, order: Document, wanted: NewReturn) -> None:
    free = returnable(world.store, order)
    known = {each.id for each in sent_lines(world.store, order["id"])}
    for each in wanted.lines:
        if each.fulfillment_line_id not in known:
            field = (*each.field, "fulfillmentLineItemId")
            raise Refusal("Fulfillment line item not found on this order.", field, "NOT_FOUND")
        if each.quantity < 1:
            raise Refusal("Quantity must be greater than 0", (*each.field, "quantity"), "GREATER_THAN")
        left = free.get(each.fulfillment_line_id, 0)
        if each.quantity > left:
            words = f"Quantity is not returnable: {left} of this item can be returned."
            raise Refusal(words, (*each.field, "quantity"), "INVALID")
        free[each.fulfillment_line_id] = left - each.quantity


def _lines(world: World, order: Document, wanted: NewReturn) -> list[Document]:
    sent = {each.id: each for each in sent_lines(world.store, order["id"])}
    made = []
    for each in wanted.lines:
        reason_id, word = chosen(each.reason_id, each.reason_word, each.field)
        _short_enough(each.reason_note, MOST_REASON_NOTE, (*each.field, "returnReasonNote"), "Return reason note")
        _short_enough(each.customer_note, MOST_CUSTOMER_NOTE, (*each.field, "customerNote"), "Customer note")
        check_percent(each.restocking_percent, (*each.field, "restockingFee", "percentage"))
        fee = None
        if each.restocking_percent is not None:
            fee = {"id": world.store.next_id("return_fee"), "percentage": each.restocking_percent}
        id = world.store.next_id("return_line_item")
        made.append(
            {
                "id": id,
                "admin_graphql_api_id": gid("ReturnLineItem", id),
                "fulfillment_line_item_id": each.fulfillment_line_id,
                "line_item_id": sent[each.fulfillment_line_id].line_item_id,
                "quantity": each.quantity,
                "processed_quantity": 0,
                "refunded_quantity": 0,
                "return_reason": word,
                "return_reason_definition_id": reason_id,
                "return_reason_note": each.reason_note or "",
                "customer_note": each.customer_note,
                "restocking_fee": fee,
            }
        )
    return made


def _exchange(world: World, order: Document, wanted: NewExchange) -> Document:
    return exchange_entry(world, order, wanted) | {"id": world.store.next_id("exchange_line_item")}


def _shipping_fee(world: World, order: Document, wanted: NewReturn) -> list[Document]:
    currencies = currencies_of(order)
    check_fee(wanted.shipping_fee, currencies.presentment, (wanted.field, "returnShippingFee", "amount"))
    if not wanted.shipping_fee:
        return []
    amount = currencies.money_set(currencies.bag_of_presentment(wanted.shipping_fee[0]))
    return [{"id": world.store.next_id("return_fee"), "amount_set": amount, "charged": False}]


def _check_discount(wanted: NewExchange, currency: str) -> None:
    given, field = wanted.discount, (*wanted.field, "appliedDiscount", "value")
    if given is None:
        return
    if given.get("percentage") is not None:
        check_percent(given["percentage"], (*field, "percentage"))
        return
    if Decimal(str(given["amount"])) < 0:
        raise Refusal("Amount must be greater than or equal to 0", (*field, "amount"), "GREATER_THAN_OR_EQUAL_TO")
    if given["currency"] != currency:
        words = f"The discount must be in the order's presentment currency, {currency}."
        raise Refusal(words, (*field, "amount"), "INVALID")


def _reduce(entries: list[Document], wanted: list[tuple[int, int]], name: str, id_name: str) -> None:
    for place, (id, quantity) in enumerate(wanted):
        line = next((each for each in entries if each["id"] == id), None)
        if line is None:
            raise Refusal("Line item not found in this return.", (name, str(place), id_name), "NOT_FOUND")
        left = line["quantity"] - line["processed_quantity"]
        if quantity < 1:
            raise Refusal("Quantity must be greater than 0", (name, str(place), "quantity"), "GREATER_THAN")
        if quantity > left:
            words = f"Quantity must be less than or equal to {left}: processed items stay."
            raise Refusal(words, (name, str(place), "quantity"), "LESS_THAN_OR_EQUAL_TO")
        line["quantity"] -= quantity


def _ended(
    world: World, made: Document, status: str, body: dict[str, Any], topic: str, event: str | None = None
) -> Document:
    _move(world, made, status)
    event = world.fire(topic, body, event)
    changed(world, world.need("order", made["order_id"]), event)
    return made


def _move(world: World, made: Document, status: str) -> None:
    made |= {"status": status, "updated_at": world.now_text()}
    world.store.put("return", made)


def _short_enough(text: str | None, most: int, field: tuple[str, ...], name: str) -> None:
    if text and len(text) > most:
        raise Refusal(f"{name} is too long (maximum is {most} characters)", field, "TOO_LONG")
