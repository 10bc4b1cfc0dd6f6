"""Why a verb was refused, in a sentence for whoever runs the shop. Pure."""

from __future__ import annotations

from shopify_app.i18n import Language
from shopify_app.returns import explain
from shopify_app.returns.moves import NothingSaid
from shopify_app.returns.reasons import NotEligible
from shopify_app.returns.refusals import (
    Bar,
    NotChangeable,
    Over,
    PaidOut,
    PolicyMoved,
    PricesMoved,
    QuoteForeign,
    QuoteOver,
    StockGone,
)
from shopify_app.returns.units import NotEnoughUnits
from shopify_app.returns.wishes import Missing, WishIncomplete, Wrong, WrongWish
from shopify_app.states import IllegalMove

REFUSALS = (
    IllegalMove, NothingSaid, NotEligible, NotEnoughUnits, PolicyMoved, PricesMoved, QuoteForeign, QuoteOver, StockGone,
    WishIncomplete, WrongWish,
)  # fmt: skip
"""What a verb may raise when it is refused; nothing has moved then."""
STALE = "This return has changed since you looked at it. Nothing was done; this is how it stands now."
_WRONG = {
    Wrong.NOTHING_CHOSEN: "Choose at least one item.",
    Wrong.TOO_MANY_LINES: "A return takes at most {left} different items.",
    Wrong.CHOSEN_TWICE: "An item was chosen twice.",
    Wrong.NOT_A_QUANTITY: "{asked} is no number of pieces.",
    Wrong.FOREIGN_LINE: "One of the items is not of this order, or nothing of it can come back.",
    Wrong.TOO_MANY_UNITS: "{asked} pieces were asked for, and {left} can come back.",
    Wrong.FOREIGN_VARIANT: "The replacement is not a size or colour of the same product.",
    Wrong.TWO_REPLACEMENTS: "Pieces of one order line cannot be exchanged for different replacements.",
    Wrong.NOT_FOR_SALE: "One of the new items is not for sale.",
    Wrong.TOO_MANY_NEW: "{asked} new pieces were chosen, and {left} can be.",
}
_MISSING = {
    Missing.REASON: "a reason",
    Missing.ANSWER: "the answer to your question",
    Missing.PHOTOS: "a photo",
    Missing.METHOD: "how it comes back",
    Missing.OUTCOME: "what the shopper wants for it",
    Missing.REPLACEMENT: "the replacement",
    Missing.CART: "the new items",
}
_PAID_OUT = (
    "All of this return was paid out, and Shopify cannot take a refund back. For goods that come back after all, make "
    "a new return."
)
_BONUS_APART = " Its bonus can be taken back by itself, as far as it is unspent."
_NOT_CHANGEABLE = {
    Bar.OVER: "This return is over: there is nothing left to change.",
    Bar.ON_ITS_WAY: "The parcel is on its way: only you can change the return now, not its shopper.",
    Bar.HERE: "Goods of this return are here: only you can change it now, not its shopper.",
    Bar.PIECES_HERE: "More pieces are here than would be left. Give your verdict on them instead; it can be changed "
    "until the money moves.",
    Bar.PAID: "The money of this part has moved or is moving, so it stays as it is. Make a new return for other goods.",
    Bar.WITHDRAWN: "The shopper has withdrawn from the contract: the law says what they get.",
    Bar.AT_SHOPIFY: "This return was begun in Shopify. Change it there, and it is followed here.",
    Bar.LOOKED_AT: "A part of this return waits for you.",
    Bar.BEING_TOLD: "A step of this return is under way at Shopify. Try again in a minute; nothing was changed.",
}
_THINGS = {"the return": "The return", "the release group": "This part of the return", "the unit": "The piece",
           "the balance": "The balance"}  # fmt: skip


def sentence(failure: Exception, spoken: Language) -> str:
    """What was refused and what can be done. `failure` is one of `REFUSALS`."""
    match failure:
        case PaidOut():
            return _PAID_OUT + (_BONUS_APART if failure.has_bonus else "")
        case NotChangeable():
            return _NOT_CHANGEABLE[failure.why]
        case IllegalMove():
            thing = _THINGS.get(failure.thing, failure.thing.capitalize())
            return f"{thing} is {_words(failure.current)} and cannot become {_words(failure.wanted)}."
        case NothingSaid():
            return "Write a word or two first."
        case NotEligible():
            return " ".join(spoken.say(explain.why(reason)) for reason in failure.reasons)
        case NotEnoughUnits():
            return _WRONG[Wrong.TOO_MANY_UNITS].format(asked=failure.asked, left=failure.left)
        case WrongWish():
            said = _WRONG.get(failure.wrong, "This choice cannot be had.")
            return said.format(asked=failure.asked, left=failure.left)
        case WishIncomplete():
            missing = dict.fromkeys(_MISSING[lack.what] for lack in failure.lacks)
            return f"Still missing: {', '.join(missing)}."
        case StockGone():
            return "The replacement is out of stock. Choose another one, or restock it in Shopify."
    return _about_the_quote(failure)


def _about_the_quote(failure: Exception) -> str:
    match failure:
        case QuoteOver(why=Over.EXPIRED):
            return "The offer is older than a day. Make a new one; nothing has moved."
        case QuoteOver():
            return "The order or another return of it changed meanwhile. Make a new offer; nothing has moved."
        case PolicyMoved():
            return f"Version {failure.newest} of the policy was published meanwhile. Make a new offer."
        case PricesMoved():
            return "The replacement's price changed meanwhile. Make a new offer."
    return "There is no such offer for this order."


def _words(state: str) -> str:
    return state.replace("_", " ")
