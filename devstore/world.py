"""What every part of the dev store shares: the documents, the configuration, the clock and the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from devstore.clock import Clock, rfc3339
from devstore.config import DevStoreConfig
from devstore.refusals import Unknown
from devstore.store import Document, Store
from devstore.webhooks import Outbox

INSTALLATION = 1


@dataclass(frozen=True)
class World:
    """One shop and everything that moves in it."""

    store: Store
    config: DevStoreConfig
    clock: Clock
    outbox: Outbox

    def now(self) -> datetime:
        return self.clock.now()

    def now_text(self) -> str:
        """The instant as payloads write it."""
        return rfc3339(self.clock.now())

    def shop(self) -> Document:
        """The one shop."""
        return self.store.all("shop")[0]

    def need(self, kind: str, id: int) -> Document:
        """A private copy of the document; raises Unknown when there is none."""
        found = self.store.get(kind, id)
        if found is None:
            raise Unknown(f"There is no {kind.replace('_', ' ')} with the id {id}.")
        return found

    def installed_scopes(self) -> str | None:
        """The scopes granted to the app, or None while it is not installed."""
        installation = self.store.peek("installation", INSTALLATION)
        return installation["scopes"] if installation and installation["installed"] else None

    def fire(self, topic: str, body: dict[str, Any], event_id: str | None = None) -> str | None:
        """Tells the app, when it is installed; returns the event id for further topics of the same action."""
        if self.installed_scopes() is None:
            return event_id
        return self.outbox.fire(topic, body, event_id)
