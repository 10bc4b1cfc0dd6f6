"""Page models said in a reader's language, as JSON: for surfaces of Shopify's that draw pages with their own parts.

Nothing is decided here. What a template would say with a phrase, a sum or a day is said once, and the structure stays
as it is in the model: what the page in the theme shows, and in which order, is what such a surface gets to show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from enum import Enum
from typing import Any

from shopify_app.i18n import Day, Days, Language, Moment, Phrase, phrase
from shopify_app.money import Money

MOST_EXACT = 2**53 - 1
"""The greatest integer that JavaScript keeps exactly; ids beyond it are sent as text."""

WORDS: Mapping[str, Phrase] = {
    "items": phrase("What would you like to send back?"),
    "reasons": phrase("Why are you sending it back?"),
    "outcome": phrase("What would you like instead?"),
    "better": phrase("Two ways, side by side"),
    "method": phrase("How will you send it back?"),
    "review": phrase("Is everything right?"),
    "over": phrase("Return for order {name}"),
    "over_change": phrase("Change of your return for order {name}"),
    "step": phrase("Step {number} of {count}"),
    "status": phrase("Return {rma}"),
    "order": phrase("Order {name}"),
    "continue": phrase("Continue"),
    "back": phrase("Back"),
    "in_short": phrase("Our returns in short"),
    "policy": phrase("The whole policy"),
    "nothing": phrase("Nothing of this order can be returned right now."),
    "closed": phrase("Cannot be returned"),
    "how_many": phrase("How many?"),
    "reason": phrase("Reason"),
    "choose": phrase("Please choose"),
    "note": phrase("Anything else we should know?"),
    "optional": phrase("optional"),
    "pictures": phrase("Pictures"),
    "pictures_wanted": phrase("Please add at least one picture that shows it."),
    "paid": phrase("you paid {value}"),
    "paid_less": phrase("you paid {value} ({price} − {discount} discount)"),
    "tax": phrase("{tax} tax"),
    "choose_one": phrase("Please choose one"),
    "for_all": phrase("For everything you send back"),
    "each": phrase("Choose for each item on its own"),
    "as_above": phrase("As chosen above"),
    "swap": phrase("New size or colour of {item}"),
    "working": phrase("How is this worked out?"),
    "better_lead": phrase("You chose a refund. As store credit you would get more. Both are fine with us."),
    "take_credit": phrase("Take store credit"),
    "keep_refund": phrase("Keep the refund"),
    "good_to_know": phrase("Good to know"),
    "you_send": phrase("You send back"),
    "you_get": phrase("You get"),
    "you_got": phrase("What you got"),
    "about": phrase("What it is about"),
    "bonus_of_it": phrase("including {amount} bonus"),
    "travels": phrase("How it travels"),
    "change_items": phrase("Change the items"),
    "change_outcome": phrase("Change what you get"),
    "change_new": phrase("Change the new items"),
    "delivery": phrase("Where we send the exchange"),
    "correct_address": phrase("Correct the address"),
    "use_address": phrase("Use this address"),
    "country": phrase("Country: {country}. For another country, please write to us."),
    "which_country": phrase("Country"),
    "promises": phrase("What we promise"),
    "confirm": phrase("Confirm the return"),
    "confirm_change": phrase("Confirm the change"),
    "leave": phrase("Leave it as it is"),
    "question": phrase("Our question"),
    "answer": phrase("Your answer"),
    "send_answer": phrase("Send the answer"),
    "other_swap": phrase("Choose another replacement"),
    "sold_out": phrase("What you chose is sold out. Nothing happens until you choose."),
    "take_this": phrase("Take this one"),
    "again": phrase("Choose your new items again"),
    "again_why": phrase("Something you chose is sold out. Nothing happens until you choose."),
    "choose_again": phrase("Choose again"),
    "next": phrase("What happens next"),
    "tracking": phrase("Tracking number of your parcel"),
    "tell": phrase("Tell the shop"),
    "happened": phrase("What has happened"),
    "change_or_cancel": phrase("Change or cancel this return"),
    "until_sent": phrase("You can do this until the parcel is on its way."),
    "change": phrase("Change it"),
    "cancel": phrase("Cancel the return"),
    "pay": phrase("Your payment"),
    "paid_rest": phrase("{paid} is paid, {rest} is left."),
    "pay_amount": phrase("Pay {amount}"),
    "pay_until": phrase("You can pay until the end of {day}."),
    "found": phrase("What we found"),
    "you_pay": phrase("you pay {amount}"),
    "second_look": phrase("After our second look"),
    "you_wrote": phrase("What you wrote"),
    "our_picture": phrase("Our picture {number} of {item}"),
    "answered_by": phrase("We answer by {day}. Until then nothing happens."),
    "until_answered": phrase("Until we have answered nothing happens."),
    "changes": phrase("What changes"),
    "now": phrase("As it is now"),
    "after": phrase("After your change"),
    "as_it_is": phrase("Until you confirm, everything stays as it is."),
}
"""What stands beside the models on the pages of a return, in the words of their templates; places are left open."""


def words(language: Language) -> dict[str, str]:
    """`WORDS` in the reader's language, ``{places}`` unfilled; and ``colon``, which French sets apart."""
    colon = "\N{NO-BREAK SPACE}:" if language.code == "fr" else ":"
    return {"colon": colon} | {name: language.find(said.text) for name, said in WORDS.items()}


def spoken(model: Any, language: Language) -> Any:
    """`model` as JSON's own kinds: phrases and days as the reader's words; a sum as ``{"amount": "48.60", "currency":
    "EUR", "text": "48,60 €"}`` (the amount as in ``data-amount``); dataclasses and named tuples by their
    fields and properties."""
    match model:
        case int() if not isinstance(model, bool) and abs(model) > MOST_EXACT:
            return str(model)
        case None | bool() | int():
            return model
        case Money():
            return {"amount": str(model), "currency": model.currency, "text": language.money(model)}
        case Phrase() | Day() | Days() | Moment() | time():
            return language.show(model)
        case date():
            return language.short_day(model)
        case Enum():
            return str(model.value)
        case str():
            return str(model)
        case Mapping():
            return {str(key): spoken(each, language) for key, each in model.items()}
    names = _names(model)
    if names:
        return {name: spoken(getattr(model, name), language) for name in names}
    return [spoken(each, language) for each in model]


def _names(model: Any) -> tuple[str, ...]:
    """The fields and properties of a dataclass or a named tuple; none of anything else."""
    own: tuple[str, ...] = getattr(model, "_fields", ())
    if not isinstance(model, type) and is_dataclass(model):
        own = tuple(field.name for field in fields(model))
    return (*own, *(name for name, each in vars(type(model)).items() if own and isinstance(each, property)))
