"""Why a verb on a request without an order number was refused, in a sentence for whoever runs the shop. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shopify_app.i18n import Language, Phrase, phrase
from shopify_app.returns import plainly
from shopify_app.returns.no_receipt.matching import NotInOrder
from shopify_app.returns.no_receipt.terms import NothingWithout
from shopify_app.returns.no_receipt.verbs import GONE, WorthMoved

REFUSALS = (NothingWithout, WorthMoved, NotInOrder, *plainly.REFUSALS)
"""What a verb may raise when it is refused; nothing has moved then."""
NOTHING: Mapping[str, Phrase] = MappingProxyType(
    {
        NothingWithout.SILENT: phrase(
            "Your policy says nothing about items without an order. Match the request to an order, or say in a rule "
            "of your policy what people get without an order number."
        ),
        NothingWithout.ORDER: phrase("Your policy asks for an order for this item. Match the request, or decline it."),
        NothingWithout.PAPER: phrase("Your policy asks for a receipt or gift receipt, and none was sent."),
        NothingWithout.CAP: phrase("This person has been given as much without an order as your policy allows."),
        NothingWithout.WORTHLESS: phrase("By your policy nothing is left of today's price."),
        GONE: phrase("The item is not in your shop any more, so it has no price of today."),
    }
)


def sentence(failure: Exception, spoken: Language) -> str:
    """What was refused and what can be done. `failure` is one of `REFUSALS`."""
    match failure:
        case NothingWithout():
            return spoken.say(NOTHING[failure.why])
        case WorthMoved():
            return spoken.say(
                phrase(
                    "A price or your policy changed meanwhile: it comes to {amount} now. Look at it again.",
                    amount=failure.now.amount,
                )
            )
        case NotInOrder():
            return spoken.say(
                phrase("This order has nothing of that product. Choose another one, or set the return up by hand.")
            )
    return plainly.sentence(failure, spoken)
