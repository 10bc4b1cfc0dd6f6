"""A mail to try the sender: to whoever of the shop's people asks for it, and what came of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from shopify_app.db import Session
from shopify_app.i18n import phrase
from shopify_app.messages.letters import Fact, Letter
from shopify_app.messages.models import Message, MessagePhase
from shopify_app.messages.plan import MailKind, put_down
from shopify_app.messages.story import Story
from shopify_app.settings.models import SettingsVersion

_MINE = f"{MailKind.SENDER_TEST}:"
_AFTER = f"{MailKind.SENDER_TEST};"
"""What follows all causes that begin with `_MINE`: the index on causes finds them."""


def plan_test(session: Session, shop_id: int, user_id: str, email: str, locale: str, now: datetime) -> Message:
    """A mail to `email`; once a minute for each person, however often they press."""
    cause = f"{_MINE}{user_id}:{int(now.timestamp()) // 60}"
    known = session.scalar(select(Message).where(Message.shop_id == shop_id, Message.cause == cause))
    if known is not None:
        return known
    row = Message(shop_id=shop_id, kind=MailKind.SENDER_TEST, cause=cause, locale=locale[:12], references={})
    return put_down(session, row, email, now)


def last_test(session: Session, shop_id: int) -> Message | None:
    """The newest of the shop's tests."""
    tests = select(Message).where(Message.shop_id == shop_id, Message.cause >= _MINE, Message.cause < _AFTER)
    return session.scalars(tests.order_by(Message.id.desc()).limit(1)).first()


def proven_at(session: Session, shop_id: int) -> datetime | None:
    """When a mail server last took a mail with the sender as it is set now; None: it has not yet."""
    saved = SettingsVersion.shop_id == shop_id, SettingsVersion.kind == "messages"
    since = select(func.max(SettingsVersion.saved_at)).where(*saved).scalar_subquery()
    sent = Message.shop_id == shop_id, Message.phase == MessagePhase.SENT, Message.sent_at >= since
    return session.scalar(select(func.max(Message.sent_at)).where(*sent))


def sender_test(story: Story, language: str) -> Letter:
    """Nothing but how it looks, and where answers go."""
    told = phrase(
        "This is a test from the settings of {shop}. Shoppers get mails from the same sender, with the same look.",
        shop=story.house.name,
    )
    contact = (Fact(phrase("Answers go to"), story.house.contact),) if story.house.contact else ()
    return Letter(
        headline=phrase("This is how your mails arrive"),
        over=phrase("Test of the sender"),
        preview=told,
        words=(told,),
        facts=contact,
    )
