"""What a form of a request without an order number does. Shopify is read before the transaction, never within it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from werkzeug.datastructures import MultiDict

from shopify_app.admin.door import adapters, shop_row
from shopify_app.admin.frame import language, staff
from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase
from shopify_app.money import Money
from shopify_app.orders.models import Order
from shopify_app.returns.no_receipt import accounts as no_receipt_accounts
from shopify_app.returns.no_receipt import matching as no_receipt_matching
from shopify_app.returns.no_receipt import verbs as no_receipt
from shopify_app.returns.no_receipt.matching import OUTCOMES
from shopify_app.returns.no_receipt.models import NoReceiptRequest
from shopify_app.returns.no_receipt.plainly import REFUSALS, sentence
from shopify_app.returns.plainly import TOO_LARGE
from shopify_app.returns.states import Actor
from shopify_app.returns.timeline import By
from shopify_app.returns.vocabulary import Outcome
from shopify_app.shopify.errors import ShopifyError
from shopify_app.shopify.return_snapshots import OrderTooLarge, ReturnableOrder
from shopify_app.shopify.transport import WEB
from shopify_app.texts import number_in

AWAY = phrase("Shopify does not answer right now. Nothing was done; try again in a minute.")
Form = MultiDict[str, str]
Verb = Callable[[Session, NoReceiptRequest, By, datetime], None]


RESERVED = frozenset({"accept"})
"""Gives money by hand: the owner may keep it for some."""


class Refused(Exception):
    """The form cannot be carried out; `said` tells why."""

    def __init__(self, said: Phrase | str) -> None:
        super().__init__()
        self.said = said


def accept(request_id: int, form: Form) -> str:
    """Credit of the sum that was shown. Whether somebody has the address is asked of Shopify first."""
    # what cannot be read was never shown: like nothing, it is no sum that a request comes to
    shown = Money(number_in(form.get("amount", "")) or 0, shop_row().currency)
    # a shop that does not answer stops nothing: the credit waits for the account then
    with suppress(ShopifyError):
        admin = adapters().admin(shop_row().id, WEB)
        no_receipt_accounts.learn(adapters().database, admin, request_id, adapters().clock.now())

    def verb(session: Session, row: NoReceiptRequest, by: By, now: datetime) -> None:
        no_receipt.accept(session, row, shown, by, now)

    _carry_out(request_id, verb)
    return "accept"


def decline(request_id: int, form: Form) -> str:
    """No, in words that whoever asked reads."""
    _carry_out(request_id, lambda session, row, by, now: _no(session, row, form.get("note", ""), by, now))
    return "decline"


def match(request_id: int, form: Form) -> str:
    """A return of the order, at once; or the order noted, for a return that is set up by hand."""
    order_id, wanted = number_in(form.get("order", "")), form.get("outcome", "")
    order = _order(order_id)
    if wanted not in {*OUTCOMES, "by_hand"}:
        raise Refused(phrase("Choose what the customer gets."))
    if wanted == "by_hand":
        _carry_out(
            request_id,
            lambda session, row, by, now: _noted(session, row, order, by, now),
        )
        return "note"
    returnable = _returnable(order)

    def verb(session: Session, row: NoReceiptRequest, by: By, now: datetime) -> None:
        known = session.get_one(Order, order.id)
        no_receipt_matching.make_return(session, row, known, returnable, Outcome(wanted), by, now)

    _carry_out(request_id, verb)
    return "match"


def again(request_id: int, form: Form) -> str:
    """What kept the credit is cleared away."""
    _carry_out(request_id, no_receipt.try_again)
    return "again"


def handled(request_id: int, form: Form) -> str:
    """It was given in another way."""
    _carry_out(request_id, no_receipt.handled)
    return "handled"


VERBS: Mapping[str, Callable[[int, Form], str]] = {
    "accept": accept,
    "decline": decline,
    "match": match,
    "again": again,
    "handled": handled,
}


def _carry_out(request_id: int, verb: Verb) -> None:
    by, now = By(Actor.MERCHANT, staff()), adapters().clock.now()
    try:
        with adapters().database.write() as session:
            verb(session, session.get_one(NoReceiptRequest, request_id), by, now)
    except REFUSALS as failure:
        raise Refused(sentence(failure, language())) from failure


def _no(session: Session, row: NoReceiptRequest, note: str, by: By, now: datetime) -> None:
    no_receipt.decline(session, row, note, by, now)


def _noted(session: Session, row: NoReceiptRequest, order: Order, by: By, now: datetime) -> None:
    no_receipt.matched(session, row, session.get_one(Order, order.id), None, by, now)


def _order(order_id: int | None) -> Order:
    with adapters().database.read() as session:
        order = session.get(Order, order_id or 0)
    if order is None or order.shop_id != shop_row().id or order.deleted_at is not None:
        raise Refused(phrase("Choose the order that it was bought with."))
    return order


def _returnable(order: Order) -> ReturnableOrder:
    try:
        found = adapters().admin(order.shop_id, WEB).returnable_order(order.shopify_id)
    except ShopifyError as failure:
        raise Refused(AWAY) from failure
    except OrderTooLarge as failure:
        raise Refused(TOO_LARGE) from failure
    if found is None:
        raise Refused(phrase("Shopify does not show order {order} any more.", order=order.name))
    return found
