"""What follows for a shop's own people from what happened."""

from __future__ import annotations

from sqlalchemy import select

from jobs.mails import send_one
from jobs.reactions import do_duty
from shopify_app.events import Reaction
from shopify_app.messages.models import Message
from shopify_app.wiring import Adapters


def team_is_mailed(adapters: Adapters) -> None:
    """Every duty is done twice, as after a lost message, and what was planned is sent."""
    with adapters.database.read() as session:
        duties = list(session.scalars(select(Reaction.id).where(Reaction.follower == "mail_team")))
    for duty in (*duties, *duties):
        do_duty(adapters, duty)
    with adapters.database.read() as session:
        mails = list(session.scalars(select(Message.id)))
    for row_id in mails:
        send_one(adapters, row_id)
