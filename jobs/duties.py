"""What one follower owes one event, as the follower is handed it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shopify_app.events import Reaction
from shopify_app.fault_points import reached
from shopify_app.leases import finish
from shopify_app.wiring import Adapters


@dataclass(frozen=True)
class Duty:
    """One follower's duty towards one event. `facts` are the event's; a follower applies in exactly one
    ``with duty.applying() as session`` block, which finishes the row in the same transaction (or raises LeaseLost).
    `attempt` counts its tries from 1."""

    adapters: Adapters
    reaction_id: int
    shop_id: int
    facts: dict[str, Any]
    lease: str
    attempt: int
    now: datetime

    @property
    def order_id(self) -> int:
        """Our id of the order the event is about."""
        return int(self.facts["order_id"])

    @contextmanager
    def applying(self) -> Iterator[Session]:
        with self.adapters.database.write() as session:
            yield session
            finish(session, Reaction, self.reaction_id, self.lease, done_at=self.now)
            reached("reaction.before_commit")
        reached("reaction.after_commit")
