"""What is kept no longer than it is needed, and tokens kept alive."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from jobs import returns
from shopify_app.events import Event, Reaction
from shopify_app.leases import WorkState
from shopify_app.orders.models import LookupAttempt
from shopify_app.queue import celery
from shopify_app.shops import privacy, tokens
from shopify_app.wiring import Adapters
from webhooks.inbox import Delivery

BODIES_KEPT = timedelta(days=7)
DELIVERIES_KEPT = timedelta(days=30)
EVENTS_KEPT = timedelta(days=90)
ATTEMPTS_KEPT = timedelta(days=1)
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


def clear(adapters: Adapters) -> None:
    """Bodies after 7 days, deliveries after 30 (their ids dedupe until then), events whose reactions are done after 90,
    counted look-up attempts after a day, unfetched exports when their time is up, returns that came to nothing after a
    week. What waits or is parked stays."""
    now = adapters.clock.now()
    for step in (_empty_bodies, _delete_deliveries, _delete_events):
        while _in_one_transaction(adapters, step, now) == AT_ONCE:
            pass
    with adapters.database.write() as session:
        oldest = int((now - ATTEMPTS_KEPT).timestamp())
        session.execute(delete(LookupAttempt).where(LookupAttempt.window < oldest))
        privacy.drop_old_exports(session, now)
    returns.clear(adapters)


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
    session.execute(delete(Event).where(Event.id.in_(ids)))
    return len(ids)
