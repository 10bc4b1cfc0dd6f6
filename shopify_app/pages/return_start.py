"""The pages before a return begins: whose order it is, and the code that shows it. Facts and phrases."""

from __future__ import annotations

from dataclasses import dataclass

from shopify_app.i18n import Moment, Phrase, phrase
from shopify_app.pages.texts import plain

SENT_TO_ORDER = phrase("We have sent six digits to the e-mail address of this order. They work for ten minutes.")
CONTINUE = phrase("Continue")


@dataclass(frozen=True)
class OwnOrder:
    """An order of the signed-in customer's: `titles` are the first of its items, `more` how many follow; `url` is where
    its return begins."""

    name: str
    placed: Moment
    titles: tuple[str, ...]
    more: int
    url: str


@dataclass(frozen=True)
class CodePage:
    """Where six digits are asked for: `over` says what for, `lead` where they were sent; `action` takes them, `again`
    sends new ones, `send` is what the button says."""

    over: Phrase
    action: str
    again: str
    problem: Phrase | None = None
    notice: Phrase | None = None
    lead: Phrase = SENT_TO_ORDER
    send: Phrase = CONTINUE


def of_order(name: str) -> Phrase:
    """What a code opens: an order."""
    return phrase("Order {name}", name=plain(name, 64))


@dataclass(frozen=True)
class EmailPage:
    """The address that belongs to the order is asked for: a postcode alone opens no money and no returns."""

    order_name: str
    action: str
    email: str = ""
    problem: Phrase | None = None
