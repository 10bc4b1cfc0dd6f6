"""The rows that say what happened, and what each of their followers owes it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shopify_app.db import Base, BigKey, Key, ShopKey
from shopify_app.events.happening import Happening
from shopify_app.leases import Leased
from shopify_app.queue import send_after_commit


class Event(Base):
    __tablename__ = "event"
    __table_args__ = (Index("ix_event_shop_id_kind_id", "shop_id", "kind", "id"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    kind: Mapped[str] = mapped_column(String(60))
    order_id: Mapped[int | None] = mapped_column(BigKey, index=True)
    facts: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]


class Reaction(Leased, Base):
    """One follower's duty towards one event."""

    __tablename__ = "reaction"
    __table_args__ = (UniqueConstraint("event_id", "follower"), Index("ix_reaction_state_due_at", "state", "due_at"))

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    event_id: Mapped[int] = mapped_column(BigKey, ForeignKey("event.id", ondelete="CASCADE"))
    follower: Mapped[str] = mapped_column(String(60))
    done_at: Mapped[datetime | None]


class Listening(Base):
    """A shop's own rules wait for events of this kind (`automations`). Where no row says so, the followers named in
    `WHERE_LISTENED` get no duty: most shops have no such rules, and pay one look for it."""

    __tablename__ = "listening"
    __table_args__ = (UniqueConstraint("shop_id", "kind"),)

    id: Mapped[Key]
    shop_id: Mapped[ShopKey]
    kind: Mapped[str] = mapped_column(String(60))


WHERE_LISTENED = frozenset({"automate"})
"""Followers that follow only where the shop listens."""
BECAUSE_OF = "because_of"
"""In `Session.info`, and then in an event's facts: the shop's own rules whose doing it is, by their keys."""


def record(session: Session, shop_id: int, happening: Happening, now: datetime) -> Event:
    """Writes the event and its followers' rows; workers are woken when the transaction commits."""
    kind = type(happening).__name__
    facts = {name: _plain(value) for name, value in asdict(happening).items()}
    if session.info.get(BECAUSE_OF):
        facts[BECAUSE_OF] = list(session.info[BECAUSE_OF])
    event = Event(shop_id=shop_id, kind=kind, order_id=facts.get("order_id"), facts=facts, recorded_at=now)
    session.add(event)
    followers = _followers(session, shop_id, kind)
    if followers:
        session.flush()
        reactions = [Reaction(shop_id=shop_id, event_id=event.id, follower=name, due_at=now) for name in followers]
        session.add_all(reactions)
        session.flush()
        for reaction in reactions:
            send_after_commit(session, "jobs.react", reaction.id)
    return event


def _followers(session: Session, shop_id: int, kind: str) -> tuple[str, ...]:
    named = tuple(session.info.get("followers", {}).get(kind, ()))
    if WHERE_LISTENED.isdisjoint(named):
        return named
    listens = session.scalar(select(Listening.id).where(Listening.shop_id == shop_id, Listening.kind == kind))
    return named if listens is not None else tuple(name for name in named if name not in WHERE_LISTENED)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return list(value) if isinstance(value, tuple) else value
