"""Mails to the shop's own people: what is new, and what waits for one of them. Only where the shop asked for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.i18n import Day, Phrase, phrase, phrase_n
from shopify_app.messages.items import named_items, requested_items
from shopify_app.messages.letters import Button, Item, Letter, Words
from shopify_app.messages.models import Message
from shopify_app.messages.passages import facts, over
from shopify_app.messages.plan import MailKind, put_down
from shopify_app.messages.story import Story
from shopify_app.returns.no_receipt.models import RequestState
from shopify_app.returns.states import ReturnState
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load
from shopify_app.shops.models import Shop

NEW = frozenset({MailKind.TEAM_NEW_RETURN, MailKind.TEAM_ANSWERED, MailKind.TEAM_NO_RECEIPT})
"""What asks for a decision."""
LOOKS = frozenset({MailKind.TEAM_LOOK, MailKind.TEAM_APPEAL, MailKind.TEAM_SEND_BACK, MailKind.TEAM_WITHDRAWAL})
"""What stands still until a person has done something."""
TO_TEAM = NEW | LOOKS
_NOTHING_MOVES = phrase("Nothing of it moves until somebody has looked. Its page says what is known and what to do.")


def plan_for_team(
    session: Session, shop: Shop, kind: MailKind, of: int, now: datetime, **about: Any
) -> tuple[Message, ...]:
    """A mail to each address that the shop's settings name, in the shop's own language, once for the cause; none where
    nobody wants it. `about`: `order_id`, `return_id` and `references` of its row."""
    recipients = recipients_of(load(session, shop.id, Returns), kind)
    causes = [f"{kind}:{of}" if place == 0 else f"{kind}:{of}:{place}" for place in range(len(recipients))]
    known = select(Message.id).where(Message.shop_id == shop.id, Message.cause.in_(causes[:1]))
    if not recipients or session.scalar(known) is not None:
        return ()
    rows = []
    for cause, recipient in zip(causes, recipients, strict=True):
        row = Message(shop_id=shop.id, kind=kind, cause=cause, **{"references": {}} | about)
        row.locale = next(iter(shop.profile.get("locales") or ["en"]))
        rows.append(put_down(session, row, recipient, now))
    return tuple(rows)


def recipients_of(settings: Returns, kind: MailKind) -> tuple[str, ...]:
    """Who of the shop is mailed about `kind`; nobody where it is switched off or no address is known."""
    is_new = kind in NEW
    is_wanted = settings.mail_new_returns if is_new else settings.mail_looks
    own = settings.new_returns_to if is_new else settings.looks_to
    everybody = own or ((settings.team_mail,) if settings.team_mail else ())
    return everybody if is_wanted else ()


def _is_seen_to(story: Story) -> bool:
    about = story.no_receipt
    return about is None or not (about.needs_look or about.state == RequestState.RECEIVED)


OVERTAKEN: Mapping[MailKind, Callable[[Story], bool]] = {
    MailKind.TEAM_NEW_RETURN: lambda story: story.of_return.state == ReturnState.CANCELLED,
    MailKind.TEAM_ANSWERED: lambda story: story.of_return.state != ReturnState.REQUESTED,
    MailKind.TEAM_NO_RECEIPT: _is_seen_to,
    MailKind.TEAM_LOOK: lambda story: all(group.look is None for group in story.of_return.groups),
    MailKind.TEAM_APPEAL: lambda story: story.asked is None or not story.asked.is_appealed,
    MailKind.TEAM_SEND_BACK: lambda story: story.went_back is None or story.went_back.is_sent,
    MailKind.TEAM_WITHDRAWAL: lambda story: story.withdrawal is None or not story.withdrawal.needs_look,
}
"""Whether somebody has seen to it already, or nobody has to any more."""


def new_return(story: Story, language: str) -> Letter:
    """Who asks for what, and by when the shop has promised an answer."""
    ret = story.of_return
    is_decided = ret.state not in (ReturnState.REQUESTED, ReturnState.MORE_WANTED)
    words = phrase("Your policy approved it at once: there is nothing to decide.") if is_decided else _decide(story)
    return _of_return(story, phrase("New return {rma}", rma=ret.rma), words, items=requested_items(story))


def answered(story: Story, language: str) -> Letter:
    """The shopper gave what they were asked for."""
    headline = phrase("Return {rma}: the shopper has answered", rma=story.of_return.rma)
    return _of_return(story, headline, phrase("What they say is on its page."), _decide(story))


def look(story: Story, language: str) -> Letter:
    """Something does not move until a person has looked."""
    return _of_return(story, phrase("Return {rma} needs a look", rma=story.of_return.rma), _NOTHING_MOVES)


def appeal(story: Story, language: str) -> Letter:
    """The shopper does not agree with a verdict, and by when they were promised an answer."""
    headline = phrase("Return {rma}: a second look is wanted", rma=story.of_return.rma)
    first = phrase("The shopper does not agree with your verdict and asks you to look again. Why is on its page.")
    by = story.asked.decide_by if story.asked else None
    told = (phrase("They were told that you answer by {day}.", day=story.named_day(by)),) if by else ()
    return _of_return(story, headline, first, *told)


def send_back(story: Story, language: str) -> Letter:
    """Goods wait to be sent back to their shopper."""
    headline = phrase("Return {rma}: goods are to be sent back", rma=story.of_return.rma)
    pieces = story.went_back.pieces if story.went_back else 0
    first = phrase_n(
        "{count} item goes back to the shopper. Where to is on its page.",
        "{count} items go back to the shopper. Where to is on its page.",
        pieces,
    )
    return _of_return(story, headline, first, phrase("When it has left, note its parcel there: the shopper is told."))


def no_receipt(story: Story, language: str) -> Letter:
    """Somebody without an order number asks, or their credit does not move."""
    about = story.no_receipt
    if about is None:
        raise LookupError("this mail speaks of a request, and there is none")
    first: Words = phrase("It waits for your decision: find its order, or see what you can give for the item.")
    return Letter(
        headline=phrase("Request {number} needs a look", number=about.number)
        if about.needs_look
        else phrase("New request {number} without an order number", number=about.number),
        over=phrase("Request {number}", number=about.number),
        preview=_NOTHING_MOVES if about.needs_look else first,
        words=(_NOTHING_MOVES if about.needs_look else first,),
        items=(Item(about.title, about.variant, about.quantity, about.picture),),
        button=Button(phrase("Open the request"), story.link),
        small=_small(story),
    )


def withdrawal(story: Story, language: str) -> Letter:
    """A declaration that nobody carries out but a person; the law's day runs."""
    about = story.withdrawal
    if about is None:
        raise LookupError("this mail speaks of a withdrawal, and there is none")
    first = phrase("It counts, but no return could be opened for it. The list says why, and what to do.")
    return Letter(
        headline=phrase("Withdrawal {number} needs a look", number=about.number),
        over=phrase("Withdrawal {number} · Order {order}", number=about.number, order=story.order),
        preview=first,
        words=(first, phrase("The money has to be back by {day}.", day=Day(about.refund_by))),
        button=Button(phrase("Open the withdrawals"), story.link),
        small=_small(story),
    )


def _decide(story: Story) -> Phrase:
    by = story.of_return.decide_by
    if by is None:
        return phrase("It waits for your decision.")
    return phrase("It waits for your decision. The shopper was told {day}.", day=story.named_day(by))


def _of_return(story: Story, headline: Phrase, *words: Phrase, items: tuple[Item, ...] | None = None) -> Letter:
    return Letter(
        headline=headline,
        over=over(story),
        preview=words[0],
        words=words,
        items=named_items(story) if items is None else items,
        button=Button(phrase("Open the return"), story.link),
        facts=facts(story),
        small=_small(story),
    )


def _small(story: Story) -> tuple[Phrase, ...]:
    return (phrase("You get this mail because the settings of {shop} name this address.", shop=story.house.name),)


LETTERS: Mapping[MailKind, Callable[[Story, str], Letter]] = {
    MailKind.TEAM_NEW_RETURN: new_return,
    MailKind.TEAM_ANSWERED: answered,
    MailKind.TEAM_NO_RECEIPT: no_receipt,
    MailKind.TEAM_LOOK: look,
    MailKind.TEAM_APPEAL: appeal,
    MailKind.TEAM_SEND_BACK: send_back,
    MailKind.TEAM_WITHDRAWAL: withdrawal,
}
