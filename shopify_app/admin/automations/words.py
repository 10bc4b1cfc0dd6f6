"""What events, conditions and actions of rules are called on the merchant's pages. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from shopify_app.automations.vocabulary import Do, Outcome, Trigger, Why
from shopify_app.i18n import Phrase, phrase
from shopify_app.pages.words import EVENTS
from shopify_app.returns.states import Source
from shopify_app.shipments.states import ParcelState

TRIGGERS: Mapping[Trigger, Phrase] = {
    Trigger.ORDER_PLACED: phrase("an order is placed"),
    Trigger.ORDER_PAID: phrase("an order is paid"),
    Trigger.ORDER_CHANGED: phrase("an order is changed"),
    Trigger.ORDER_CANCELLED: phrase("an order is cancelled"),
    Trigger.ORDER_REFUNDED: phrase("money of an order is refunded"),
    Trigger.WITHDRAWAL_RECEIVED: phrase("a consumer withdraws from the contract"),
    Trigger.WITHDRAWAL_NEEDS_LOOK: phrase("a withdrawal needs a look"),
    Trigger.SHIPMENT_CREATED: phrase("a parcel is sent"),
    Trigger.SHIPMENT_MOVED: phrase("a parcel's state changes"),
    Trigger.PARCEL_QUIET: phrase("a parcel has no news"),
    Trigger.ARRIVAL_REVISED: phrase("the arrival date moves by a day or more"),
    Trigger.SHIPMENT_DELIVERED: phrase("a parcel is delivered"),
    Trigger.SHIPMENT_CANCELLED: phrase("a parcel is called off"),
    Trigger.RETURN_REQUESTED: phrase("a return is requested"),
    Trigger.RETURN_ANSWERED: phrase("the shopper answers your question about a return"),
    Trigger.RETURN_MORE_WANTED: phrase("you ask the shopper for more"),
    Trigger.RETURN_APPROVED: phrase("a return is approved"),
    Trigger.RETURN_DECLINED: phrase("a return is declined"),
    Trigger.RETURN_CHANGED: phrase("a return is changed"),
    Trigger.RETURN_CANCELLED: phrase("a return is cancelled"),
    Trigger.REPLACEMENT_GONE: phrase("a replacement is out of stock"),
    Trigger.LABEL_ADDED: phrase("a return gets a label"),
    Trigger.LABEL_ENDS: phrase("an unused label is about to end"),
    Trigger.GOODS_RECEIVED: phrase("returned goods arrive"),
    Trigger.UNITS_DECIDED: phrase("returned goods are inspected"),
    Trigger.INSPECTION_ASKED: phrase("the shopper is asked about an inspection"),
    Trigger.INSPECTION_REMINDED: phrase("the shopper is reminded of an inspection"),
    Trigger.INSPECTION_APPEALED: phrase("a shopper asks you to look again"),
    Trigger.INSPECTION_DECIDED: phrase("an appeal is decided in full"),
    Trigger.GOODS_GO_BACK: phrase("goods are to be sent back to the shopper"),
    Trigger.GOODS_WENT_BACK: phrase("goods go back to the shopper"),
    Trigger.BALANCE_FELL_DUE: phrase("an exchange leaves something to pay"),
    Trigger.BALANCE_REMINDED: phrase("the shopper is reminded to pay"),
    Trigger.GROUP_NEEDS_LOOK: phrase("a return needs a look"),
    Trigger.GROUP_SETTLED: phrase("a return is settled"),
    Trigger.RETURN_CLOSED: phrase("a return is complete"),
}
"""As a clause: “When a parcel is delivered, ...”."""
PARCELS: Mapping[str, Phrase] = {
    **EVENTS,
    ParcelState.LABEL_CREATED: phrase("Being prepared or label ready"),  # also what was only asked to be sent
}
DOING: Mapping[Do, Phrase] = {
    Do.TAG: phrase("Tag the order"),
    Do.MAIL_TEAM: phrase("Mail your team"),
    Do.MAIL_SHOPPER: phrase("Mail the shopper"),
    Do.ASSIGN: phrase("Assign the return"),
    Do.HOLD: phrase("Hold the request for a person"),
    Do.APPROVE: phrase("Approve the request"),
    Do.CALL: phrase("Call a web address"),
}
SOURCES: Mapping[Source, Phrase] = {
    Source.SHOPPER: phrase("the shopper"),
    Source.MERCHANT: phrase("your team"),
    Source.SHOPIFY: phrase("Shopify's own pages"),
}
OUTCOMES: Mapping[Outcome, tuple[Phrase, str]] = {
    Outcome.PLANNED: (phrase("Under way"), "info"),
    Outcome.DONE: (phrase("Done"), "success"),
    Outcome.REFUSED: (phrase("Not done"), "warning"),
    Outcome.GIVEN_UP: (phrase("Given up"), "critical"),
}
WHY: Mapping[Why, Phrase] = {
    Why.NOBODY_TO_WRITE_TO: phrase("There is no address to write to."),
    Why.NO_RETURN: phrase("The return is gone."),
    Why.HELD: phrase("An earlier rule holds it for a person."),
    Why.DECIDED: phrase("It was decided before."),
    Why.NOT_THEIRS: phrase("Only what shoppers ask for here is approved by a rule."),
    Why.OUT_OF_STOCK: phrase("The replacement is out of stock. The shopper was asked to choose another."),
    Why.DOES_NOT_FIT: phrase("It no longer fits how things stand."),
    Why.SHOPIFY_REFUSED: phrase("Shopify refused it."),
    Why.NO_ANSWER: phrase("Nobody took it for a whole day."),
    Why.ADDRESS_REFUSED: phrase("The address leads to no public place."),
    Why.TOO_OFTEN: phrase("The rule had acted on this order five times within the hour."),
    Why.ERASED: phrase("The order was deleted or erased."),
}
