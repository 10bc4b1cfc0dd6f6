"""What is kept no longer than it is needed, tokens kept alive, and figures for the database to plan by.

How long each kind of row is kept is said in docs/privacy.md, which a test holds against these constants.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from jobs import no_receipt, returns
from shopify_app import row_counts
from shopify_app.automations.models import Firing
from shopify_app.casework import bulk
from shopify_app.events import Event, Reaction
from shopify_app.leases import WorkState
from shopify_app.messages.models import Message
from shopify_app.orders.models import LookupAttempt, OneTimeCode
from shopify_app.queue import celery
from shopify_app.shops import privacy, tokens
from shopify_app.wiring import Adapters
from webhooks.inbox import Delivery

BODIES_KEPT = timedelta(days=7)
DELIVERIES_KEPT = timedelta(days=30)
EVENTS_KEPT = timedelta(days=90)
ATTEMPTS_KEPT = timedelta(days=1)
CODES_KEPT = timedelta(days=1)
MESSAGES_KEPT = EVENTS_KEPT
"""Never longer than the events: a mail is unique by its cause, and SQLite may give a deleted event's number again."""
AT_ONCE = 500  # rows a transaction, so that nobody waits long for the writer's place


@celery.task(name="jobs.upkeep", bind=True)
def upkeep(self: Any) -> None:
    """Clears what has had its time."""
    clear(self.app.adapters)


@celery.task(name="jobs.refresh_tokens", bind=True)
def refresh_tokens(self: Any) -> None:
    """Renews the tokens of shops that nobody has asked anything of for a week, before their 90 days run out."""
    adapters: Adapters = self.app.adapters
    tokens.refresh_idle(adapters.database, adapters.admin_apis.tokens, adapters.clock)


@celery.task(name="jobs.count_rows", bind=True)
def count_rows(self: Any) -> None:
    """Lets the database count what its tables hold."""
    row_counts.count_rows(self.app.adapters.database)


def clear(adapters: Adapters) -> None:
    """Bodies after 7 days, deliveries after 30 (their ids dedupe until then), events whose reactions are done after 90,
    mails as long, one-time codes and counted look-up attempts after a day, unfetched exports when their time is up,
    returns that came to nothing after a week. What waits or is parked stays."""
    now = adapters.clock.now()
    for step in (_empty_bodies, _delete_deliveries, _delete_events, _delete_messages, _delete_codes):
        while _in_one_transaction(adapters, step, now) == AT_ONCE:
            pass
    with adapters.database.write() as session:
        bulk.forget_old(session, now)
        oldest = int((now - ATTEMPTS_KEPT).timestamp())
        session.execute(delete(LookupAttempt).where(LookupAttempt.window < oldest))
        privacy.drop_old_exports(session, now)
    returns.clear(adapters)
    no_receipt.clear(adapters)


def _in_one_transaction(adapters: Adapters, step: Any, now: datetime) -> int:
    with adapters.database.write() as session:
        return step(session, now)


def _empty_bodies(session: Session, now: datetime) -> int:
    old = (Delivery.received_at < now - BODIES_KEPT, Delivery.body.is_not(None), Delivery.state != WorkState.PENDING)
    ids = session.scalars(select(Delivery.id).where(*old).limit(AT_ONCE)).all()
    session.execute(update(Delivery).where(Delivery.id.in_(ids)).values(body=None))
    return len(ids)


def _delete_deliveries(session: Session, now: datetime) -> int:
    old = (Delivery.received_at < now - DELIVERIES_KEPT, Delivery.state != WorkState.PENDING)
    ids = session.scalars(select(Delivery.id).where(*old).limit(AT_ONCE)).all()
    session.execute(delete(Delivery).where(Delivery.id.in_(ids)))
    return len(ids)


def _delete_events(session: Session, now: datetime) -> int:
    waiting = select(Reaction.event_id).where(Reaction.event_id == Event.id, Reaction.state != WorkState.DONE)
    old = (Event.recorded_at < now - EVENTS_KEPT, ~waiting.exists())
    ids = session.scalars(select(Event.id).where(*old).limit(AT_ONCE)).all()
    session.execute(delete(Reaction).where(Reaction.event_id.in_(ids)))
    session.execute(delete(Firing).where(Firing.event_id.in_(ids)))
    session.execute(delete(Event).where(Event.id.in_(ids)))
    return len(ids)


def _delete_messages(session: Session, now: datetime) -> int:
    old = (Message.made_at < now - MESSAGES_KEPT, Message.state == WorkState.DONE)
    ids = session.scalars(select(Message.id).where(*old).limit(AT_ONCE)).all()
    session.execute(delete(Message).where(Message.id.in_(ids)))
    return len(ids)


def _delete_codes(session: Session, now: datetime) -> int:
    """Those of the last hour count against the next (`orders.codes`); a day leaves room for a clock that is off."""
    ids = session.scalars(select(OneTimeCode.id).where(OneTimeCode.made_at < now - CODES_KEPT).limit(AT_ONCE)).all()
    session.execute(delete(OneTimeCode).where(OneTimeCode.id.in_(ids)))
    return len(ids)
