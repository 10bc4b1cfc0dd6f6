"""Why a verb was refused, in a sentence for whoever runs the shop. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from shopify_app.i18n import Language, Phrase, phrase
from shopify_app.returns import explain
from shopify_app.returns.moves import NothingSaid
from shopify_app.returns.reasons import NotEligible, Reason
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
from shopify_app.shopify.return_snapshots import OrderTooLarge
from shopify_app.states import IllegalMove

REFUSALS = (
    IllegalMove, NothingSaid, NotEligible, NotEnoughUnits, OrderTooLarge, PolicyMoved, PricesMoved, QuoteForeign,
    QuoteOver, StockGone, WishIncomplete, WrongWish,
)  # fmt: skip
"""What a verb may raise when it is refused; nothing has moved then."""
TOO_LARGE = phrase(
    "This order holds more than Shopify tells us at once, so nothing can be reckoned here. Make its return in Shopify."
)
_ALWAYS: Mapping[type[Exception], Phrase] = {
    NothingSaid: phrase("Write a word or two first."),
    OrderTooLarge: TOO_LARGE,
    StockGone: phrase("The replacement is out of stock. Choose another one, or restock it in Shopify."),
}
STALE = phrase("This return has changed since you looked at it. Nothing was done; this is how it stands now.")
_WRONG = {
    Wrong.NOTHING_CHOSEN: phrase("Choose at least one item."),
    Wrong.TOO_MANY_LINES: phrase("A return takes at most {left} different items."),
    Wrong.TOO_MANY_SWAPPED: phrase(
        "A return takes at most {left} pieces that are exchanged for another size or colour."
    ),
    Wrong.CHOSEN_TWICE: phrase("An item was chosen twice."),
    Wrong.NOT_A_QUANTITY: phrase("{asked} is no number of pieces."),
    Wrong.FOREIGN_LINE: phrase("One of the items is not of this order, or nothing of it can come back."),
    Wrong.TOO_MANY_UNITS: phrase("{asked} pieces were asked for, and {left} can come back."),
    Wrong.FOREIGN_VARIANT: phrase("The replacement is not a size or colour of the same product."),
    Wrong.TWO_REPLACEMENTS: phrase("Pieces of one order line cannot be exchanged for different replacements."),
    Wrong.NOT_FOR_SALE: phrase("One of the new items is not for sale."),
    Wrong.TOO_MANY_NEW: phrase("{asked} new pieces were chosen, and {left} can be."),
}
_MISSING = {
    Missing.REASON: phrase("a reason"),
    Missing.ANSWER: phrase("the answer to your question"),
    Missing.PHOTOS: phrase("a photo"),
    Missing.METHOD: phrase("how it comes back"),
    Missing.OUTCOME: phrase("what the shopper wants for it"),
    Missing.REPLACEMENT: phrase("the replacement"),
    Missing.CART: phrase("the new items"),
}
_PAID_OUT = phrase(
    "All of this return was paid out, and Shopify cannot take a refund back. For goods that come back after all, make "
    "a new return."
)
_BONUS_APART = phrase("Its bonus can be taken back by itself, as far as it is unspent.")
_NOT_CHANGEABLE = {
    Bar.OVER: phrase("This return is over: there is nothing left to change."),
    Bar.ON_ITS_WAY: phrase("The parcel is on its way: only you can change the return now, not its shopper."),
    Bar.HERE: phrase("Goods of this return are here: only you can change it now, not its shopper."),
    Bar.PIECES_HERE: phrase(
        "More pieces are here than would be left. Give your verdict on them instead; it can be changed "
        "until the money moves."
    ),
    Bar.PAID: phrase(
        "The money of this part has moved or is moving, so it stays as it is. Make a new return for other goods."
    ),
    Bar.WITHDRAWN: phrase("The shopper has withdrawn from the contract: the law says what they get."),
    Bar.AT_SHOPIFY: phrase("This return was begun in Shopify. Change it there, and it is followed here."),
    Bar.LOOKED_AT: phrase("A part of this return waits for you."),
    Bar.BEING_TOLD: phrase(
        "A step of this return is under way at Shopify. Try again in a minute; nothing was changed."
    ),
}
_STANDS = {
    "the return": phrase("The return is {current} and cannot become {wanted}."),
    "the release group": phrase("This part of the return is {current} and cannot become {wanted}."),
    "the unit": phrase("The piece is {current} and cannot become {wanted}."),
    "the balance": phrase("The balance is {current} and cannot become {wanted}."),
}
_STATES = {
    each.text: each
    for each in (
        *(phrase("requested"), phrase("more wanted"), phrase("approved"), phrase("declined"), phrase("cancelled")),
        *(
            phrase("closed"),
            phrase("waiting"),
            phrase("opening"),
            phrase("open"),
            phrase("released"),
            phrase("settled"),
        ),
        *(phrase("awaiting payment"), phrase("fell away"), phrase("needs look"), phrase("expected"), phrase("kept")),
        *(phrase("received"), phrase("missing"), phrase("pending"), phrase("accepted"), phrase("refused")),
        *(phrase("due"), phrase("paid"), phrase("waived"), phrase("dropped"), phrase("asked again")),
    )
}


_WHY_NOT: Mapping[str, Phrase] = MappingProxyType(
    {
        "final_sale": phrase("Sold as final sale."),
        "not_covered": phrase("No rule of the policy lets it come back."),
        "not_fulfilled_yet": phrase("Not sent yet."),
        "already_returned": phrase("Already returned, or part of a return."),
        "withdrawn": phrase("Named in a withdrawal that is still to be carried out."),
        "ask_us": phrase("The policy has customers write to you about it."),
    }
)


def why_not(reason: Reason) -> Phrase:
    """Why a line cannot come back, or an outcome cannot be had; as the shopper is told where staff need no other."""
    return _WHY_NOT.get(reason.kind) or explain.why(reason)


def sentence(failure: Exception, spoken: Language) -> str:
    """What was refused and what can be done. `failure` is one of `REFUSALS`."""
    match failure:
        case PaidOut():
            said = [_PAID_OUT, _BONUS_APART] if failure.has_bonus else [_PAID_OUT]
        case NotChangeable():
            said = [_NOT_CHANGEABLE[failure.why]]
        case IllegalMove():
            said = [_stands(failure)]
        case NothingSaid() | OrderTooLarge() | StockGone():
            said = [_ALWAYS[type(failure)]]
        case NotEligible():
            said = [why_not(reason) for reason in failure.reasons]
        case NotEnoughUnits():
            said = [_wrong(Wrong.TOO_MANY_UNITS, failure.asked, failure.left)]
        case WrongWish():
            said = [_wrong(failure.wrong, failure.asked, failure.left)]
        case WishIncomplete():
            missing = dict.fromkeys(_MISSING[lack.what] for lack in failure.lacks)
            said = [phrase("Still missing: {things}.", things=", ".join(spoken.say(each) for each in missing))]
        case _:
            said = [_about_the_quote(failure)]
    return " ".join(spoken.say(each) for each in said)


def _stands(failure: IllegalMove) -> Phrase:
    current, wanted = (str(each).replace("_", " ") for each in (failure.current, failure.wanted))
    found = _STANDS.get(failure.thing) or phrase("It is {current} and cannot become {wanted}.")
    facts = {"current": _STATES.get(current, current), "wanted": _STATES.get(wanted, wanted)}
    return replace(found, facts=tuple(facts.items()))


def _wrong(what: Wrong, asked: int | None, left: int | None) -> Phrase:
    found = _WRONG.get(what) or phrase("This choice cannot be had.")
    return replace(found, facts=(("asked", asked), ("left", left)))


def _about_the_quote(failure: Exception) -> Phrase:
    match failure:
        case QuoteOver(why=Over.EXPIRED):
            return phrase("The offer is older than a day. Make a new one; nothing has moved.")
        case QuoteOver():
            return phrase("The order or another return of it changed meanwhile. Make a new offer; nothing has moved.")
        case PolicyMoved():
            return phrase(
                "Version {number} of the policy was published meanwhile. Make a new offer.", number=failure.newest
            )
        case PricesMoved():
            return phrase("The replacement’s price changed meanwhile. Make a new offer.")
    return phrase("There is no such offer for this order.")
