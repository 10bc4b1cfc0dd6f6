"""Mails that a shop's own rules send: the merchant's words, to its team or to whoever bought."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select

from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase
from shopify_app.messages.automated_story import Said
from shopify_app.messages.letters import Button, Letter
from shopify_app.messages.models import Message
from shopify_app.messages.plan import MailKind, put_down
from shopify_app.messages.story import Story
from shopify_app.orders.models import Order
from shopify_app.settings.shape import in_language
from shopify_app.texts import plain, several_lines

KINDS = frozenset({MailKind.TEAM_AUTOMATION, MailKind.AUTOMATED})


def plan_automated(
    session: Session,
    order: Order,
    kind: MailKind,
    cause: int,
    said: Said,
    recipient: str | None,
    now: datetime,
    return_id: int | None = None,
) -> Message | None:
    """The mail of one action (`cause`), once; None where it is planned already."""
    name = f"{kind}:{cause}"
    known = select(Message.id).where(Message.shop_id == order.shop_id, Message.cause == name)
    if session.scalar(known) is not None:
        return None
    row = Message(shop_id=order.shop_id, order_id=order.id, return_id=return_id, kind=kind, cause=name)
    is_team = kind is MailKind.TEAM_AUTOMATION
    row.locale = next(iter(order.shop.profile.get("locales") or ["en"])) if is_team else order.locale
    row.references, row.facts = {}, json.dumps(asdict(said), ensure_ascii=False)
    return put_down(session, row, recipient, now)


def to_team(story: Story, language: str) -> Letter:
    """What happened, in the words of whoever wrote the rule, and the page to go on from."""
    said = _said(story)
    label = phrase("Open the return") if said.rma else phrase("Open the order")
    return Letter(
        headline=_as_it_stands(plain(in_language(said.subject, language) or "", 200)),
        over=_over(story, said),
        preview=_first_line(said, language),
        words=several_lines(in_language(said.words, language) or "", 2000),
        button=Button(label, story.link),
        small=(phrase("You get this mail because the settings of {shop} name this address.", shop=story.house.name),),
    )


def to_shopper(story: Story, language: str) -> Letter:
    """The merchant's own words."""
    said = _said(story)
    why = phrase("You get this mail because of your order {order} at {shop}.", order=story.order, shop=story.house.name)
    return Letter(
        headline=_as_it_stands(plain(in_language(said.subject, language) or "", 200)),
        over=_over(story, said),
        preview=_first_line(said, language),
        words=several_lines(in_language(said.words, language) or "", 2000),
        small=(phrase("Questions? Just answer this mail."), why) if story.house.contact else (why,),
    )


def _said(story: Story) -> Said:
    if story.automated is None:
        raise LookupError("this mail says what a rule says, and there is none")
    return story.automated


def _over(story: Story, said: Said) -> Phrase:
    if said.rma:
        return phrase("Return {rma} · Order {order}", rma=said.rma, order=story.order)
    return phrase("Order {order}", order=story.order)


def _first_line(said: Said, language: str) -> Phrase:
    lines = several_lines(in_language(said.words, language) or "", 2000)
    return _as_it_stands(lines[0] if lines else "")


def _as_it_stands(words: str) -> Phrase:
    """Somebody else's words where a phrase is asked for; curly brackets in them are theirs."""
    return Phrase("{words}", (("words", words),))


LETTERS: Mapping[MailKind, Callable[[Story, str], Letter]] = {
    MailKind.TEAM_AUTOMATION: to_team,
    MailKind.AUTOMATED: to_shopper,
}
