"""Mails about requests without an order number: the code, that it has come, what came of it. Pure.

They go to the address that was shown to be the asker's, and tell nothing of an order: who asked need not be who bought.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.messages.letters import Button, Item, Letter
from shopify_app.messages.passages import said_by_shop
from shopify_app.messages.plan import MailKind
from shopify_app.messages.story import NoReceiptFacts, Story
from shopify_app.returns.no_receipt.models import RequestState
from shopify_app.returns.no_receipt.words import (
    KEEP_IT,
    NORMAL_RETURN,
    SOMEBODY_ELSE,
    WE_LOOK,
    usable,
    waits_for_account,
)

_STILL: dict[MailKind, frozenset[str]] = {
    MailKind.NO_RECEIPT_RECEIVED: frozenset({RequestState.RECEIVED}),
    MailKind.NO_RECEIPT_MATCHED: frozenset({RequestState.MATCHED}),
    MailKind.NO_RECEIPT_ACCOUNT: frozenset({RequestState.ACCOUNT_WANTED}),
    MailKind.NO_RECEIPT_CREDITED: frozenset({RequestState.CREDITED}),
    MailKind.NO_RECEIPT_DECLINED: frozenset({RequestState.DECLINED}),
}
"""In which state of the request a mail is still true."""


def is_overtaken(kind: MailKind, story: Story) -> bool:
    """Whether what the mail would say is no longer so."""
    if story.no_receipt is None:
        return True
    if kind is MailKind.NO_RECEIPT_CODE:
        return not story.code
    return story.no_receipt.state not in _STILL[kind]


def code(story: Story, language: str) -> Letter:
    """Six digits and how long they work. No link: whoever asked has the page open."""
    how_long = phrase_n(
        "Type it into the page where you asked for it. It works once, for {count} minute.",
        "Type it into the page where you asked for it. It works once, for {count} minutes.",
        story.code_minutes,
    )
    return Letter(
        headline=phrase("{code} is your code", code=story.code),
        over=phrase("Return without an order number"),
        preview=phrase_n(
            "It works once, for {count} minute.", "It works once, for {count} minutes.", story.code_minutes
        ),
        words=(how_long,),
        code=story.code,
        small=(
            phrase("Did you not ask for it? Then ignore this mail: without the code nothing is sent in."),
            phrase("{shop} will never ask you for this code by phone or chat.", shop=story.house.name),
        ),
    )


def received(story: Story, language: str) -> Letter:
    """We have it, and what happens next."""
    return _letter(story, phrase("We have your request"), (WE_LOOK, KEEP_IT))


def matched(story: Story, language: str) -> Letter:
    """The order was found; whoever placed it is told the rest."""
    about = _of(story)
    more = () if about.is_orderers else (SOMEBODY_ELSE,)
    return _letter(story, phrase("We have found the order"), (NORMAL_RETURN, *more))


def account_wanted(story: Story, language: str) -> Letter:
    """Yes, and what the credit waits for."""
    about = _of(story)
    button = Button(phrase("Create an account or sign in"), f"{story.house.home}account")
    headline = phrase("{amount} store credit waits for you", amount=about.amount)
    return _letter(story, headline, waits_for_account(about.address), button)


def credited(story: Story, language: str) -> Letter:
    """The credit, until when, and what it buys."""
    about = _of(story)
    headline = phrase("You have {amount} in store credit", amount=about.amount)
    button = Button(phrase("See your store credit"), f"{story.house.home}account")
    return _letter(story, headline, usable(about.until), button)


def declined(story: Story, language: str) -> Letter:
    """Why not, in the shop's own words."""
    words = (phrase("Nothing is charged, and the item stays yours. See it differently? Just write to us."),)
    return _letter(story, phrase("We cannot take it back"), words)


LETTERS: Mapping[MailKind, Callable[[Story, str], Letter]] = {
    MailKind.NO_RECEIPT_CODE: code,
    MailKind.NO_RECEIPT_RECEIVED: received,
    MailKind.NO_RECEIPT_MATCHED: matched,
    MailKind.NO_RECEIPT_ACCOUNT: account_wanted,
    MailKind.NO_RECEIPT_CREDITED: credited,
    MailKind.NO_RECEIPT_DECLINED: declined,
}


def _letter(story: Story, headline: Phrase, words: tuple[Phrase, ...], button: Button | None = None) -> Letter:
    about = _of(story)
    why = phrase("You get this mail because you wrote to {shop} about an item.", shop=story.house.name)
    questions = (phrase("Questions? Just answer this mail."),) if story.house.contact else ()
    return Letter(
        headline=headline,
        over=phrase("Request {number}", number=about.number),
        preview=words[0],
        words=words,
        said=said_by_shop(story, story.note),
        items=(Item(about.title, about.variant, about.quantity, about.picture),),
        button=button or Button(phrase("See your request"), story.link),
        quiet=Button(phrase("See your request"), story.link) if button else None,
        small=(*questions, why),
    )


def _of(story: Story) -> NoReceiptFacts:
    if story.no_receipt is None:
        raise LookupError("this mail speaks of a request, and there is none")
    return story.no_receipt
