"""The mail server of the dev store: takes every letter the product sends, keeps it as a document, sends nothing on."""

from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from devstore.store import Document, Store

MOST_BYTES = 10 * 1024 * 1024
KEPT_HEADERS = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post",
                "Content-Language", "Auto-Submitted")  # fmt: skip


class Letterbox:
    """aiosmtpd's handler: one document of the kind `mail` per letter."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self.store = store
        self.now = now

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, aiosmtpd's
        """Keeps the letter; it is in the file before the sender hears OK."""
        raw = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        keep(self.store, raw, envelope.mail_from or "", list(envelope.rcpt_tos), self.now())
        return "250 Kept"


def keep(store: Store, raw: bytes, sender: str, recipients: list[str], now: datetime) -> Document:
    """Stores one letter as it came over the wire and returns its document."""
    with store.transaction():
        letter = read(raw) | {
            "id": store.next_id("mail"),
            "received_at": now.isoformat(timespec="seconds"),
            "envelope_from": sender,
            "envelope_to": recipients,
        }
        return store.put("mail", letter)


def read(raw: bytes) -> Document:
    """Subject, addresses, the HTML and text parts, attachments by name, chosen headers, and the source."""
    letter = cast(EmailMessage, message_from_bytes(raw, policy=policy.default))
    return {
        "subject": str(letter["Subject"] or ""),
        "from": str(letter["From"] or ""),
        "to": str(letter["To"] or ""),
        "html": _part(letter, "html"),
        "text": _part(letter, "plain"),
        "attachments": [part.get_filename() or part.get_content_type() for part in letter.iter_attachments()],
        "headers": {name: str(letter[name]) for name in KEPT_HEADERS if letter[name]},
        "source": raw.decode("utf-8", "replace"),
    }


def _part(letter: EmailMessage, kind: str) -> str:
    body = letter.get_body((kind,))
    return str(body.get_content()) if body is not None else ""


def start(store: Store, port: int, now: Callable[[], datetime], host: str = "127.0.0.1") -> Controller:
    """A running mail server on its own thread; `stop()` ends it. The port has to be named: 0 is not understood."""
    controller = Controller(Letterbox(store, now), hostname=host, port=port, data_size_limit=MOST_BYTES)
    controller.start()
    return controller
