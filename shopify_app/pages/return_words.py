"""What each entry of a return's timeline, each state and each ending is called. Msgids with facts; pure.

Used by the shopper's status page, by mails and by the merchant's pages: one thing, one name.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.money import Money
from shopify_app.returns import explain
from shopify_app.returns.states import ReturnState, UnitDecision
from shopify_app.returns.still_to_come import StillToCome
from shopify_app.returns.vocabulary import MoneyEvent, Outcome

STATES: dict[str, Phrase] = {
    ReturnState.REQUESTED: phrase("We have your request"),
    ReturnState.MORE_WANTED: phrase("We need something from you"),
    ReturnState.APPROVED: phrase("Your return is approved"),
    ReturnState.DECLINED: phrase("We could not accept this return"),
    ReturnState.CANCELLED: phrase("This return was cancelled"),
    ReturnState.CLOSED: phrase("Your return is complete"),
    StillToCome.AWAITED: phrase("Your items are not here yet"),
    StillToCome.ON_ITS_WAY: phrase("Your parcel is on its way to us"),
    StillToCome.REACHED_US: phrase("Your parcel has reached us"),
    StillToCome.CHOICE: phrase("Please choose what happens with your items"),
    StillToCome.SECOND_LOOK: phrase("We look at your items once more"),
    StillToCome.ANOTHER_CHOICE: phrase("Please choose again"),
    StillToCome.PAYMENT: phrase("A payment for your exchange is open"),
}
"""The headline of each state, and what lists say of what is still to come."""

_WITHDRAWAL_STATES: dict[str, Phrase] = STATES | {
    ReturnState.APPROVED: phrase("We have your withdrawal"),
    ReturnState.CANCELLED: phrase("This withdrawal was called off"),
    ReturnState.CLOSED: phrase("Your withdrawal is complete"),
}
"""The law's words, where it carries out a withdrawal: nobody had to approve it."""

ENTRIES: dict[str, Phrase] = {
    "requested": phrase("Return requested"),
    "withdrawn": phrase("You withdrew from the contract"),
    "delivery_refunded": phrase("Delivery paid back"),
    "order_cancelled": phrase("Order cancelled"),
    "approved": phrase("Return approved"),
    "declined": phrase("Return declined"),
    "more_wanted": phrase("We asked you for something"),
    "answered": phrase("You answered"),
    "changed": phrase("Return changed"),
    "cancelled": phrase("Return cancelled"),
    "reopened": phrase("Return taken up again"),
    "received": phrase("Items arrived with us"),
    "missing": phrase("An item was not in the parcel"),
    "inspected": phrase("Items checked"),
    "disposed": phrase("Items put away"),
    "released": phrase("Payment started"),
    "settled": phrase("Settled"),
    "balance_due": phrase("A payment for your exchange is open"),
    "balance_reminded": phrase("We reminded you of the payment"),
    "balance_extended": phrase("You have more time to pay"),
    "balance_paid": phrase("Payment received"),
    "balance_waived": phrase("Nothing more to pay"),
    "balance_overpaid": phrase("More was paid than was due, we are looking into it"),
    "drop_wanted": phrase("The exchange is being taken off"),
    "exchange_dropped": phrase("Exchange taken off"),
    "bonus_issued": phrase("Bonus added to your store credit"),
    "bonus_failed": phrase("The bonus is still open, we are looking into it"),
    "needs_look": phrase("Our team is looking at this return"),
    "fell_away": phrase("Nothing to pay out for a part of this return"),
    "closed": phrase("Return complete"),
    "note": phrase("Note"),
    "message": phrase("We wrote to you"),
    "changed_at_shopify": phrase("Changed by our team"),
    "refund_elsewhere": phrase("A refund was made by our team"),
    "replacement_gone": phrase("The replacement you chose is sold out"),
    "replacement_chosen": phrase("You chose another replacement"),
    "delivery_added": phrase("Return parcel on its way"),
    "label_added": phrase("Return label ready"),
    "label_withdrawn": phrase("Return label taken back"),
    "label_ends": phrase("The return label is about to end"),
    "label_failed": phrase("The return label could not be made yet"),
    "label_wanted": phrase("You asked for a new return label"),
    "label_anew": phrase("A new return label is being made"),
    "label_voided": phrase("Return label taken back"),
    "label_not_refunded": phrase("Return label taken back"),
    "label_no_code": phrase("Return label ready"),
    "first_scan": phrase("The carrier has your parcel"),
    "parcels_delivered": phrase("Your parcel has reached us"),
    "inspection_asked": phrase("We asked you what shall happen with your items"),
    "inspection_reminded": phrase("We reminded you to choose"),
    "inspection_answered": phrase("You chose what happens with your items"),
    "inspection_appealed": phrase("You asked us to look once more"),
    "inspection_decided": phrase("We looked at your items once more"),
    "goods_sent_back": phrase("Items sent back to you"),
}
"""Every kind of entry, without its facts."""

SILENT = frozenset({"disposed", "note", "needs_look"})
"""Kinds that the shopper's timeline leaves out unless a person wrote something to them: the merchant's own work."""

DECLINED_BECAUSE: dict[str, Phrase] = {
    "final_sale": phrase("The item was sold as final sale."),
    "return_period_ended": phrase("The time to return it has ended."),
}
"""Shopify's `ReturnDeclineReason`, in lower case; ``other`` says nothing that the shop's own words do not say."""

FREED_BY: dict[str, Phrase] = {
    MoneyEvent.APPROVAL: phrase("as soon as your return is approved"),
    MoneyEvent.FIRST_SCAN: phrase("as soon as the carrier has scanned your parcel"),
    MoneyEvent.DELIVERY: phrase("as soon as your parcel has reached us"),
    MoneyEvent.RECEIPT: phrase("as soon as we have received your items"),
    MoneyEvent.INSPECTION: phrase("when we have checked your items"),
    MoneyEvent.BY_HAND: phrase("when our team has looked at it"),
}
"""By which event the money of an outcome is freed."""


_CHOSEN_INSTEAD: dict[str, Phrase] = {
    Outcome.REFUND: phrase("You chose a refund instead"),
    Outcome.STORE_CREDIT: phrase("You chose store credit instead"),
}


_ANSWERED: dict[str, Phrase] = {
    "take": phrase("Left as we found after checking"),
    "send_back": phrase("Items are to be sent back"),
    "refund": phrase("A refund instead of the exchange"),
    "store_credit": phrase("Store credit instead of the exchange"),
}


def entry(kind: str, facts: Mapping[str, Any], currency: str = "") -> Phrase:
    """The words of one entry of a timeline; `facts` as they were stored (`ReturnEntry.facts`), `currency` the return's.

    Facts that are told: `units`, of a verdict that was changed with what it is now; `back` and `bonus` (minor units),
    `outcome`; `outcomes` of a new choice. A kind nobody knows gets a neutral word.
    """
    units, back, bonus = facts.get("units"), facts.get("back"), facts.get("bonus")
    if kind == "received" and isinstance(units, int):
        return phrase_n("{count} item arrived with us", "{count} items arrived with us", units)
    if kind == "missing" and isinstance(units, int):
        return phrase_n("{count} item was not in the parcel", "{count} items were not in the parcel", units)
    if kind == "inspected" and isinstance(units, int):
        checked = phrase_n("{count} item checked", "{count} items checked", units)
        return _checked_again(facts, units) if facts.get("was") else checked
    if kind == "settled" and isinstance(back, int) and currency:
        return _settled(str(facts.get("outcome", "")), Money(back, currency))
    if kind == "delivery_refunded" and isinstance(back, int) and currency:
        return phrase("{amount} for the delivery refunded", amount=Money(back, currency))
    if kind == "bonus_issued" and isinstance(bonus, int) and currency:
        return phrase("Bonus of {amount} given", amount=Money(bonus, currency))
    if kind == "inspection_answered":
        return _ANSWERED.get(str(facts.get("way")), ENTRIES[kind])
    chosen = facts.get("outcomes") or ()
    if kind == "replacement_chosen" and len(chosen) == 1 and chosen[0] in _CHOSEN_INSTEAD:
        return _CHOSEN_INSTEAD[chosen[0]]
    return ENTRIES.get(kind, phrase("Changed by our team"))


def _settled(outcome: str, amount: Money) -> Phrase:
    if outcome == Outcome.STORE_CREDIT:
        return phrase("{amount} added to your store credit", amount=amount)
    if outcome in (Outcome.VARIANT_EXCHANGE, Outcome.PRODUCT_EXCHANGE, Outcome.SHOP_NOW):
        return phrase("Exchange carried out")
    return phrase("{amount} refunded", amount=amount) if amount else phrase("Settled")


def _checked_again(facts: Mapping[str, Any], units: int) -> Phrase:
    """A verdict in place of an earlier one says what it is now: what the shopper was told before no longer holds."""
    percent = Decimal(facts.get("percent") or 100)
    if facts.get("decision") == UnitDecision.REFUSED:
        return phrase_n("{count} item checked again: not accepted", "{count} items checked again: not accepted", units)
    if facts.get("decision") != UnitDecision.ACCEPTED:
        return phrase_n("{count} item is checked again", "{count} items are checked again", units)
    if percent == 100:
        return phrase_n(
            "{count} item checked again: accepted in full", "{count} items checked again: accepted in full", units
        )
    return phrase_n(
        "{count} item checked again: accepted at {percent} %",
        "{count} items checked again: accepted at {percent} %",
        units,
        percent=explain.number(percent),
    )


def state(name: str, is_withdrawal: bool = False) -> Phrase:
    """The headline of a return's state, `is_withdrawal`: of one that carries out a withdrawal."""
    return (_WITHDRAWAL_STATES if is_withdrawal else STATES).get(name, phrase("Your return"))
