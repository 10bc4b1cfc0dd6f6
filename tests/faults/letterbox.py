"""A mail server with moods for workers in one process: it takes letters, is busy, or breaks off at the worst moment."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage

from devstore.mail import keep
from devstore.store import Document, Store
from shopify_app.config import MailServer
from shopify_app.fault_points import ProcessCrashed
from shopify_app.messages.email import SendFailed, Uncertain

MOODS = ("busy", "drops", "loses", "dies")
"""Busy: not now. Drops: takes the letter and says nothing (fault 17). Loses: breaks off and has nothing. Dies: takes
the letter, and the worker is killed before it hears of it."""
SERVER = MailServer("mail.test", 25)
BOOK = "_book"
"""Of a letter: the number of the newest row of Shopify's book when it was taken."""


@dataclass
class Letterbox:
    """Speaks as `shopify_app.messages.email.post` does, into the dev store's inbox; `troubles` come one a letter."""

    store: Store
    now: Callable[[], datetime]
    troubles: deque[str] = field(default_factory=deque)
    struck: int = 0

    def __call__(
        self, server: MailServer, letter: EmailMessage, sender: str, recipient: str, hand_over: Callable[[], None]
    ) -> None:
        mood = self.troubles.popleft() if self.troubles else ""
        self.struck += bool(mood)
        if mood == "busy":
            raise SendFailed("recipient_451")
        hand_over()
        if mood != "loses":
            self._take(letter, sender, recipient)
        if mood == "dies":
            raise ProcessCrashed("the text had left")
        if mood:
            raise Uncertain("ConnectionResetError")

    def _take(self, letter: EmailMessage, sender: str, recipient: str) -> None:
        taken = keep(self.store, letter.as_bytes(), sender, [recipient], self.now())
        newest = max((row["id"] for row in self.store.all("ledger")), default=0)
        self.store.put("mail", taken | {BOOK: newest})

    def letters(self) -> list[Document]:
        """Everything that was taken, oldest first."""
        return self.store.all("mail")
