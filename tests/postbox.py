"""A mail server with moods, and an office that records what happened and sends what follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from jobs.mails import send_one
from jobs.reactions import do_duty
from shopify_app.config import MailServer
from shopify_app.events import Happening, Reaction, record
from shopify_app.messages.models import Message
from shopify_app.orders.models import OneTimeCode
from shopify_app.returns.models import Return, ReturnEntry, ReturnLine, ReturnUnit
from shopify_app.returns.money_models import ReleaseGroup
from shopify_app.wiring import Adapters

CODE = "402913"


@dataclass
class Postbox:
    """aiosmtpd's handler. `mood` decides: takes, drops (takes the text and says nothing), busy, refuses, busy_late."""

    mood: str = "takes"
    server: MailServer | None = None
    taken: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mood in ("busy", "refuses"):
            return "451 4.3.0 later please" if self.mood == "busy" else "550 5.1.1 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.mood == "busy_late":
            return "451 4.3.0 later please"
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        self.taken.append(cast(EmailMessage, message_from_bytes(raw, policy=policy.default)))
        self.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos)))
        if self.mood == "drops":
            cast(Any, server.transport).abort()
        return "250 Kept"

    @property
    def subjects(self) -> list[str]:
        return [str(letter["Subject"]) for letter in self.taken]


@dataclass
class Office:
    """Mara's shop: what happens there, and the mails that follow."""

    adapters: Adapters
    shop_id: int
    order_id: int
    postbox: Postbox

    def happens(self, happening: Happening) -> None:
        """Records an event and does what follows from it, short of sending."""
        with self.adapters.database.write() as session:
            record(session, self.shop_id, happening, self.adapters.clock.now())
        with self.adapters.database.read() as session:
            duties = list(session.scalars(select(Reaction.id).where(Reaction.follower == "mail_shopper")))
        for duty in duties:
            do_duty(self.adapters, duty)

    def send(self) -> None:
        """Every mail that is planned, as the workers would."""
        for row in self.rows():
            send_one(self.adapters, row.id)

    def rows(self) -> list[Message]:
        with self.adapters.database.read() as session:
            return list(session.scalars(select(Message).order_by(Message.id)))

    def phases(self) -> list[str]:
        return [row.phase for row in self.rows()]

    def code(self, **changes: Any) -> int:
        """A code that Ada asked for."""
        now = self.adapters.clock.now()
        with self.adapters.database.write() as session:
            facts = {"code_hash": "x", "code": CODE, "made_at": now, "expires_at": now.replace(hour=now.hour + 1)}
            row = OneTimeCode(shop_id=self.shop_id, order_id=self.order_id, **(facts | changes))
            session.add(row)
            session.flush()
            return row.id

    def request(self, state: str = "requested", **changes: Any) -> int:
        """Ada's return of her boots, one group, one unit."""
        now = self.adapters.clock.now()
        with self.adapters.database.write() as session:
            facts = {"rma": "R-1042-1", "state": state, "currency": "EUR", "requested_at": now} | changes
            ret = Return(shop_id=self.shop_id, order_id=self.order_id, **facts)
            session.add(ret)
            session.flush()
            group = ReleaseGroup(
                shop_id=self.shop_id, return_id=ret.id, position=1, outcome="refund", money_event="receipt",
                currency="EUR", accepted={},
            )  # fmt: skip
            line = ReturnLine(
                shop_id=self.shop_id, return_id=ret.id, line_id=9001, fulfillment_line_id=5001, quantity=1,
                outcome="refund", method="own_carrier",
            )  # fmt: skip
            session.add_all([group, line])
            session.flush()
            line.group_id = group.id
            session.add(ReturnUnit(shop_id=self.shop_id, return_line_id=line.id, number=1))
            return ret.id

    def group_of(self, return_id: int) -> int:
        with self.adapters.database.read() as session:
            return session.scalars(select(ReleaseGroup.id).where(ReleaseGroup.return_id == return_id)).one()

    def says(self, return_id: int, kind: str, said: str) -> int:
        """An entry of the timeline in Mara's own words."""
        with self.adapters.database.write() as session:
            entry = ReturnEntry(
                shop_id=self.shop_id, return_id=return_id, at=self.adapters.clock.now(), kind=kind, actor="merchant",
                said=said,
            )  # fmt: skip
            session.add(entry)
            session.flush()
            return entry.id
