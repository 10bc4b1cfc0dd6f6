"""What a webhook handler holds in its hands, and the ways it may end.

**The contract of a handler** (`def order_changed(work: Work) -> None`; by topic in `webhooks.handle.TOPICS`):

1. It makes a typed snapshot of ``work.payload`` (`shopify_app.shopify.payloads`; `BadPayload` passes through).
2. It may read: from our tables (``with work.reading() as session``), from Shopify (``work.admin()``), never with a
   transaction open while the network is awaited.
3. It applies in exactly one ``with work.applying() as session:`` block, calling one projection verb. When the block
   ends the delivery is finished by its lease in the same transaction: all of it is committed, or, when the lease has
   changed hands meanwhile, none (`leases.LeaseLost`).
4. Or it raises: `Stale` (nothing to change: done, reason noted), `NotKnownYet` (come back later), `BadPayload`
   (parked), anything of Shopify's error family (tried again later).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from shopify_app.fault_points import reached
from shopify_app.leases import finish
from shopify_app.wiring import Adapters
from webhooks.inbox import Delivery

if TYPE_CHECKING:
    from shopify_app.shopify.admin import AdminAPI

PATIENCE = timedelta(minutes=10)
"""How long a delivery waits for the order it speaks of before Shopify is asked for it."""


class NotKnownYet(Exception):
    """The thing this delivery speaks of has not reached us; deliveries come in any order, so try again."""


class Stale(Exception):
    """The delivery changes nothing (any more). It is done; the sentence is kept beside it."""


@dataclass(frozen=True)
class Work:
    """One claimed delivery. `triggered_at` is Shopify's time of the event (our receipt where it said none): the time by
    which facts without one of their own are ordered. `now` is the instant at which the work was taken up."""

    adapters: Adapters
    shop_id: int
    delivery_id: int
    topic: str
    payload: dict[str, Any] = field(repr=False)
    triggered_at: datetime
    received_at: datetime
    lease: str
    now: datetime

    @property
    def is_young(self) -> bool:
        """Whether what it speaks of may still be on its way to us."""
        return self.now - self.received_at < PATIENCE

    def admin(self) -> AdminAPI:
        """The shop's Admin API, for reading."""
        return self.adapters.admin(self.shop_id)

    def reading(self) -> AbstractContextManager[Session]:
        """A session to look things up with; close it before asking Shopify."""
        return self.adapters.database.read()

    @contextmanager
    def applying(self) -> Iterator[Session]:
        """The one transaction of this delivery; raises LeaseLost, with nothing written, when somebody else took it."""
        with self.adapters.database.write() as session:
            yield session
            finish(session, Delivery, self.delivery_id, self.lease, handled_at=self.now)
            reached("inbox.before_commit")
        reached("inbox.after_commit")
