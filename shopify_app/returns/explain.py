"""A return in words: why not, what was decided, how a sum is worked out. Msgids with facts; doors make the words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from shopify_app.i18n import Day, Phrase, phrase, phrase_n
from shopify_app.returns.reasons import NotDeliveredYet, OutsideWindow, Reason, TooEarly
from shopify_app.returns.verdicts import Aspect, Promise
from shopify_app.returns.vocabulary import Approval, Method, MoneyEvent, Outcome
from shopify_app.returns.windows import Span

_WHY: dict[str, Phrase] = {
    "final_sale": phrase("This item was sold as final sale and cannot be returned."),
    "not_covered": phrase("This item cannot be returned online. Please write to us."),
    "not_fulfilled_yet": phrase("This item has not been sent yet. Please write to us if you want to cancel it."),
    "already_returned": phrase("This item has already been returned or is part of a return."),
    "withdrawn": phrase("You have withdrawn from the contract for this item. We carry that out and write to you."),
    "gift_card_item": phrase("Gift cards cannot be returned."),
    "order_cancelled": phrase("This order was cancelled."),
    "ask_us": phrase("Please write to us about returning this item."),
    "send_apart": phrase("We look at this item first: please send it in as a return of its own."),
    "not_offered": phrase("Not offered for this item."),
    "credit_needs_customer": phrase("Store credit needs a customer account, and this order has none."),
    "credit_not_for_companies": phrase("Store credit is not available for company orders."),
    "credit_not_set_up": phrase("This shop does not offer store credit."),
    "no_exchange_with_duties": phrase("Orders with import duties cannot be exchanged. You can choose another way."),
    "too_dear_to_keep": phrase("This item needs to come back to us before we refund it."),
}
_EVENTS: dict[MoneyEvent, Phrase] = {
    MoneyEvent.APPROVAL: phrase("Settled as soon as your return is approved."),
    MoneyEvent.FIRST_SCAN: phrase("Settled as soon as the carrier has scanned your parcel."),
    MoneyEvent.DELIVERY: phrase("Settled as soon as your parcel has been delivered to us."),
    MoneyEvent.RECEIPT: phrase("Settled as soon as we have received your items."),
    MoneyEvent.INSPECTION: phrase("Settled as soon as we have checked your items."),
    MoneyEvent.BY_HAND: phrase("Settled by our team once everything is clear."),
}
OUTCOMES: dict[Outcome, Phrase] = {
    Outcome.REFUND: phrase("Refund"),
    Outcome.STORE_CREDIT: phrase("Store credit"),
    Outcome.VARIANT_EXCHANGE: phrase("Another size or colour"),
    Outcome.PRODUCT_EXCHANGE: phrase("Exchange for something else"),
    Outcome.SHOP_NOW: phrase("Shop now"),
    Outcome.KEEP_ITEM: phrase_n("Refund, and keep the item", "Refund, and keep the items", 1),
}
METHODS: dict[Method, Phrase] = {
    Method.LABEL: phrase("With a label that we give you"),
    Method.QR: phrase("With a code for the parcel shop"),
    Method.OWN_CARRIER: phrase("With a carrier of your choice"),
    Method.PICK_UP: phrase("We pick it up"),
    Method.IN_STORE: phrase("In our store"),
    Method.NONE: phrase("Nothing to send back"),
}


def outcome_of(outcome: Outcome, units: int) -> Phrase:
    """What an outcome is called for that many pieces."""
    words = OUTCOMES[outcome]
    return replace(words, facts=(("count", units),)) if words.plural else words


def why(reason: Reason) -> Phrase:
    """The sentence for a shopper."""
    match reason:
        case OutsideWindow(days_late, last_day):
            return phrase_n(
                "The return period ended {count} day ago: {day}.",
                "The return period ended {count} days ago: {day}.",
                days_late,
                day=Day(last_day),
            )
        case TooEarly(first_day):
            return phrase("Can be returned from: {day}.", day=Day(first_day))
        case NotDeliveredYet(expected):
            return phrase("Still on its way. Can be returned once it has arrived, expected: {day}.", day=Day(expected))
    return _WHY[reason.kind]


def decided(aspect: Aspect, part: str, value: Any) -> Phrase | None:
    """What a decision means for the shopper; None where there is nothing to say (no fee, no bonus, no photo).

    `value` as `Reading.of` gives it, a `Span` for windows.
    """
    match aspect:
        case Aspect.OUTCOME:
            return OUTCOMES[Outcome(part)] if value else None
        case Aspect.METHOD:
            return METHODS[Method(part)] if value else None
        case Aspect.WINDOW:
            return _until(value)
        case Aspect.RESTOCKING:
            return (
                phrase("Restocking fee: {percent} % of the price before tax.", percent=number(value)) if value else None
            )
        case Aspect.SHIPPING:
            return phrase("Return shipping: {amount}, once per return.", amount=value) if value else None
        case Aspect.BONUS:
            return _on_top(value) if value else None
        case Aspect.MONEY_EVENT:
            return _EVENTS[MoneyEvent(value)]
    return _of_the_line(aspect, value)


def _of_the_line(aspect: Aspect, value: Any) -> Phrase | None:
    if aspect is Aspect.APPROVAL:
        at_once = phrase("Approved at once."), phrase("We look at your request and answer by e-mail.")
        return at_once[value is not Approval.AT_ONCE]
    if not value:
        return None
    if aspect is Aspect.AT_FAULT:
        return phrase("This was our mistake: there are no fees.")
    if aspect is Aspect.KEEP_BELOW:
        return phrase("Items worth less than {amount} need not come back.", amount=value)
    return phrase("Please add a photo.") if aspect is Aspect.PHOTOS else None


def _until(span: Span) -> Phrase:
    if span.last is None:
        return phrase("There is no time limit.")
    return phrase("Until the end of: {day}.", day=Day(span.last))


def _on_top(promise: Promise) -> Phrase:
    if promise.flat:
        return phrase("{amount} on top as a bonus.", amount=promise.flat)
    return phrase("{percent} % on top as a bonus.", percent=number(promise.percent))


def number(value: Decimal | None) -> Decimal:
    """A percentage without needless zeros, for the language to write: ``12.5``, ``12,5``; None is zero."""
    return (value or Decimal(0)).normalize()
