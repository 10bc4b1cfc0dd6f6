"""`returnProcess`: goods are taken back, exchange goods sold, fees charged and money moved, all in one step."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from devstore import fulfillment_orders, payloads, refunding, store_credit
from devstore.additions import add_lines
from devstore.ledger import Movement, enter
from devstore.merchant import changed
from devstore.money import Bag
from devstore.order_book import PAID_KINDS, Books, books, line_net, line_tax
from devstore.refunding import Wanted
from devstore.refusals import Refusal
from devstore.returning import bodies, parcels, pricing
from devstore.returning.opening import in_state
from devstore.returning.parcels import Disposal
from devstore.returning.pricing import Figures
from devstore.store import Document
from devstore.world import World

MONEY = ("input", "financialTransfer", "issueRefund")


@dataclass(frozen=True)
class Step:
    """What one call shall process: (line id, pieces) of return and exchange lines, and the money to move.

    `money` None moves nothing: what the goods leave stays on the order. Its amounts are presentment money."""

    return_id: int
    lines: tuple[tuple[int, int], ...] = ()
    exchanges: tuple[tuple[int, int], ...] = ()
    disposals: tuple[Disposal, ...] = ()
    money: Wanted | None = None
    postage: Wanted = field(default_factory=Wanted)
    note: str | None = None


def process(world: World, step: Step) -> Document:
    """Carries the step out and returns the return; it closes itself when nothing is left to process."""
    with world.store.transaction():
        made = in_state(world, step.return_id, "open", field=("input", "returnId"))
        order = world.need("order", made["order_id"])
        of = books(world.store, order)
        if not (step.lines or step.exchanges or step.money or step.postage.full_shipping or step.postage.shipping):
            raise Refusal("There is nothing to process.", ("input",), "BLANK")
        lines = processable(made["return_line_items"], step.lines, ("input", "returnLineItems"))
        exchanges = processable(made["exchange_line_items"], step.exchanges, ("input", "exchangeLineItems"))
        _check_money(world, of, step.money)
        numbers = pricing.figures(world, of, made, lines, exchanges, refunding.shipping_back(of, step.postage))
        _carry_out(world, of, made, step, numbers)
    return world.need("return", made["id"])


def processable(
    entries: list[Document], wanted: tuple[tuple[int, int], ...], field: tuple[str, ...]
) -> list[tuple[Document, int]]:
    """The entries with the pieces asked for; raises Refusal beyond `processableQuantity`."""
    chosen: list[tuple[Document, int]] = []
    for place, (id, quantity) in enumerate(wanted):
        entry = next((each for each in entries if each["id"] == id and each["quantity"]), None)
        if entry is None:
            raise Refusal("Line item not found in this return.", (*field, str(place), "id"), "NOT_FOUND")
        asked = quantity + sum(earlier for known, earlier in chosen if known["id"] == id)
        left = entry["quantity"] - entry["processed_quantity"]
        if quantity < 1:
            raise Refusal("Quantity must be greater than 0", (*field, str(place), "quantity"), "GREATER_THAN")
        if asked > left:
            words = f"Quantity must be less than or equal to {left}, the processable quantity"
            raise Refusal(words, (*field, str(place), "quantity"), "LESS_THAN_OR_EQUAL_TO")
        chosen.append((entry, quantity))
    return chosen


def _carry_out(world: World, of: Books, made: Document, step: Step, numbers: Figures) -> None:
    _write_progress(world, made, step, numbers)
    event = world.fire("returns/process", bodies.processed(made))
    refund = _refund(world, of, made, step, numbers)
    if refund:
        world.fire("refunds/create", payloads.stripped(refund), event)
    order, together = _sell(world, of, made, numbers, event)
    world.store.put("return", made)
    if step.disposals:
        parcels.dispose(world, step.disposals, event)
    order = changed(world, order, event)
    owed = -books(world.store, order).overpaid()
    if together and owed > 0 and numbers.own_value < 0:  # what another exchange owes holds nobody else's goods back
        words = f"{owed} {of.currencies.presentment} is due before these goods are sent."
        fulfillment_orders.hold(world, together, fulfillment_orders.AWAITING_PAYMENT, words)
    if made["status"] == "closed":
        world.fire("returns/close", bodies.short(made), event)


def _write_progress(world: World, made: Document, step: Step, numbers: Figures) -> None:
    for piece in numbers.pieces:
        piece.entry["processed_quantity"] += piece.quantity
        piece.entry["refunded_quantity"] += piece.quantity if step.money else 0
    for each in numbers.goods:
        each.entry["processed_quantity"] += each.quantity
    for fee, _ in numbers.fees:
        if "charged" in fee:
            fee["charged"] = True
    made["updated_at"] = world.now_text()
    entries = [*made["return_line_items"], *made["exchange_line_items"]]
    if all(each["processed_quantity"] >= each["quantity"] for each in entries):
        made |= {"status": "closed", "closed_at": world.now_text()}


def _refund(world: World, of: Books, made: Document, step: Step, numbers: Figures) -> Document | None:
    """The refund that says which goods came back, with or without money."""
    currencies = of.currencies
    charged = [amount for _, amount in numbers.fees if amount.presentment]
    made["fees_booked"] = [*made["fees_booked"], *({"amount_set": currencies.money_set(each)} for each in charged)]
    wanted = replace(step.money or Wanted(), note=step.note, return_id=made["id"])
    if not (numbers.pieces or numbers.shipping.presentment or refunding.given_by(wanted)):
        return None
    items = [
        refunding.refund_item(world, of, piece.line, piece.quantity, (piece.net, piece.tax)) for piece in numbers.pieces
    ]
    due = (max(numbers.own_value, Decimal(0)), max(numbers.balance, Decimal(0)))
    return refunding.book(world, of, wanted, items, numbers.shipping, due)


def _sell(world: World, of: Books, made: Document, numbers: Figures, event: str | None) -> tuple[Document, int | None]:
    sold: list[tuple[Document, str | None]] = []
    for each in numbers.goods:
        id = world.store.next_id("line_item")
        line = {**each.line, "id": id}
        each.entry["line_item_ids"] = [*each.entry["line_item_ids"], id]
        sold.append((line, (each.entry.get("discount") or {}).get("description") or "Exchange"))
        _enter_sale(world, of, made, line, line_net(line), line_tax(line))
    return add_lines(world, of.order, sold, event)


def _enter_sale(world: World, of: Books, made: Document, line: Document, net: Bag, tax: Bag) -> None:
    amount = (net if of.order["taxes_included"] else net + tax).presentment
    if amount > 0:
        enter(
            world,
            Movement.EXCHANGE_SALE,
            amount,
            of.currencies.presentment,
            tender="exchange",
            cause=f"line item {line['id']}",
            order=of.order,
            return_id=made["id"],
        )


def _check_money(world: World, of: Books, money: Wanted | None) -> None:
    if money is None:
        return
    payments = {each["id"]: each for each in of.transactions if each["kind"] in PAID_KINDS}
    asked: dict[int, Decimal] = {}
    for place, (parent, amount) in enumerate(money.payments):
        field = (*MONEY, "orderTransactions", str(place))
        payment = payments.get(parent or 0)
        if payment is None or payment["status"] != "success":
            words = "The parent transaction is not a sale or capture of this order."
            raise Refusal(words, (*field, "parentId"), "NOT_FOUND")
        if amount <= 0:
            raise Refusal("Amount must be greater than 0", (*field, "transactionAmount"), "GREATER_THAN")
        asked[payment["id"]] = asked.get(payment["id"], Decimal(0)) + amount
        room = refunding.room_of(of, payment)
        if asked[payment["id"]] > room:
            words = f"Amount must be less than or equal to {room}, which is left of this payment"
            raise Refusal(words, (*field, "transactionAmount"), "LESS_THAN_OR_EQUAL_TO")
    _check_credit(world, of, money)
    left = (of.paid() - of.returned()).presentment
    if refunding.given_by(money) > left and not money.allow_over_refunding:
        words = f"The refund cannot exceed the maximum refundable amount, {left}."
        raise Refusal(words, MONEY, "LESS_THAN_OR_EQUAL_TO")


def _check_credit(world: World, of: Books, money: Wanted) -> None:
    """Store credit needs new customer accounts, the feature, a customer who is no company, and a future expiry."""
    if not money.store_credit:
        return
    field = (*MONEY, "refundMethods", "0", "storeCreditRefund")
    shop = world.shop()
    if not shop.get("_store_credit_enabled", True) or "CLASSIC" in str(shop.get("_customer_accounts", "")).upper():
        raise Refusal("Store credit is not available in this shop.", field, "FEATURE_NOT_ENABLED")
    if not of.order.get("customer"):
        raise Refusal("The order must have a customer to be refunded to store credit.", field, "INVALID")
    if of.order.get("company") or of.order.get("_company"):
        raise Refusal("Orders of companies cannot be refunded to store credit.", field, "INVALID")
    currency = of.currencies.presentment
    account = store_credit.account_of(world, of.order["customer"]["id"], currency)
    balance = Decimal(account["balance"]) if account else Decimal(0)
    if balance + money.store_credit > store_credit.most_in_account(world, currency):
        raise Refusal("The operation would cause the account's credit limit to be exceeded.", field, "INVALID")
    if store_credit.expired(money.store_credit_expires_at, world.now()):
        raise Refusal("The expiry date must be in the future", (*field, "expiresAt"), "INVALID")
