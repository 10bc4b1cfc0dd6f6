"""Mails to the shop's own people: a new return, and one that needs a look. Only where the shop asked for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase
from shopify_app.messages.items import named_items, requested_items
from shopify_app.messages.letters import Button, Letter, Words
from shopify_app.messages.models import Message
from shopify_app.messages.passages import facts, over
from shopify_app.messages.plan import MailKind, put_down
from shopify_app.messages.story import Story
from shopify_app.orders.models import Order
from shopify_app.returns.states import ReturnState
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load

TO_TEAM = frozenset({MailKind.TEAM_NEW_RETURN, MailKind.TEAM_LOOK})
_TOLD: Mapping[MailKind, Callable[[Returns], tuple[bool, tuple[str, ...]]]] = {
    MailKind.TEAM_NEW_RETURN: lambda settings: (settings.mail_new_returns, settings.new_returns_to),
    MailKind.TEAM_LOOK: lambda settings: (settings.mail_looks, settings.looks_to),
}
"""Whether the shop wants the mail, and who gets it instead of the team's own address."""


def plan_for_team(
    session: Session, order: Order, kind: MailKind, of: int, return_id: int, now: datetime
) -> tuple[Message, ...]:
    """A mail to each address that the shop's settings name, in the shop's own language, once for the cause; none where
    nobody wants it."""
    recipients = recipients_of(load(session, order.shop_id, Returns), kind)
    causes = [f"{kind}:{of}" if place == 0 else f"{kind}:{of}:{place}" for place in range(len(recipients))]
    known = select(Message.id).where(Message.shop_id == order.shop_id, Message.cause.in_(causes[:1]))
    if not recipients or session.scalar(known) is not None:
        return ()
    rows = []
    for cause, recipient in zip(causes, recipients, strict=True):
        row = Message(shop_id=order.shop_id, order_id=order.id, return_id=return_id, kind=kind, cause=cause)
        row.locale, row.references = next(iter(order.shop.profile.get("locales") or ["en"])), {}
        rows.append(put_down(session, row, recipient, now))
    return tuple(rows)


def recipients_of(settings: Returns, kind: MailKind) -> tuple[str, ...]:
    """Who of the shop is mailed about `kind`; nobody where it is switched off or no address is known."""
    is_wanted, own = _TOLD[kind](settings)
    everybody = own or ((settings.team_mail,) if settings.team_mail else ())
    return everybody if is_wanted else ()


def is_overtaken(story: Story) -> bool:
    """Whether there is nothing to look at any more."""
    return story.of_return.state == ReturnState.CANCELLED


def is_looked_at(story: Story) -> bool:
    """Whether somebody has looked already."""
    return all(group.look is None for group in story.of_return.groups)


def new_return(story: Story, language: str) -> Letter:
    """Who asks for what, and by when the shop has promised an answer."""
    ret = story.of_return
    is_decided = ret.state not in (ReturnState.REQUESTED, ReturnState.MORE_WANTED)
    words: Words = phrase("Your policy approved it at once: there is nothing to decide.")
    if not is_decided:
        words = phrase("It waits for your decision.")
        if ret.decide_by:
            day = story.named_day(ret.decide_by)
            words = phrase("It waits for your decision. The shopper was told {day}.", day=day)
    return Letter(
        headline=phrase("New return {rma}", rma=ret.rma),
        over=over(story),
        preview=words,
        words=(words,),
        items=requested_items(story),
        button=Button(phrase("Open the return"), story.link),
        facts=facts(story),
        small=_small(story),
    )


def look(story: Story, language: str) -> Letter:
    """Something does not move until a person has looked."""
    words = phrase("Nothing of it moves until somebody has looked. Its page says what is known and what to do.")
    return Letter(
        headline=phrase("Return {rma} needs a look", rma=story.of_return.rma),
        over=over(story),
        preview=words,
        words=(words,),
        items=named_items(story),
        button=Button(phrase("Open the return"), story.link),
        facts=facts(story),
        small=_small(story),
    )


def _small(story: Story) -> tuple[Phrase, ...]:
    return (phrase("You get this mail because the settings of {shop} name this address.", shop=story.house.name),)


LETTERS: Mapping[MailKind, Callable[[Story, str], Letter]] = {
    MailKind.TEAM_NEW_RETURN: new_return,
    MailKind.TEAM_LOOK: look,
}
