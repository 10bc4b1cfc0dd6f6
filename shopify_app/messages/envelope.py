"""A composed mail as it travels: headers that nobody can smuggle a line into, a text part and an HTML part.

Sources: RFC 5322 (headers), RFC 2046 5.1.4 (the richest alternative last), RFC 3834 (Auto-Submitted), RFC 3282.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from shopify_app.crypto import Keyring
from shopify_app.messages.models import Message
from shopify_app.texts import plain

_PART = r"[^\s@<>()\[\]\\,;:\"\x00-\x20\x7f]+"
_ADDRESS = re.compile(f"{_PART}@{_PART}", re.ASCII)


class NoAddress(ValueError):
    """What should be an address cannot be written to."""


@dataclass(frozen=True)
class Mail:
    """What a reader gets: one sentence, and the same words as HTML and as plain text. `language`: a tag (``de-AT``)."""

    subject: str
    html: str
    text: str
    language: str


@dataclass(frozen=True)
class Sender:
    """Who a mail comes from; `reply_to` empty: answers go to `address`."""

    name: str
    address: str
    reply_to: str = ""


def address_of(text: str | None) -> str:
    """`text` as an address that a server can be told: its host in ASCII. Raises NoAddress."""
    local, _, host = (text or "").strip().rpartition("@")
    try:
        ascii_host = host.encode("idna").decode("ascii") if host else ""
    except UnicodeError as failure:
        raise NoAddress("the host of the address is none") from failure
    address = f"{local}@{ascii_host}"
    if not local.isascii() or len(address) > 254 or not _ADDRESS.fullmatch(address):
        raise NoAddress("no address a mail can be sent to")
    return address


def message_id(keyring: Keyring, row: Message, sender_address: str) -> str:
    """The same for the same row, always, and not to be guessed: a mail sent twice by somebody else's fault is shown
    once by most mail programs."""
    host = sender_address.rpartition("@")[2]
    return f"<{keyring.blind('message-id', f'{row.shop_id}:{row.cause}')}@{host}>"


def seal(mail: Mail, sender: Sender, recipient: str, message_id: str, now: datetime) -> EmailMessage:
    """The whole letter. `recipient` is an address from `address_of`."""
    letter = EmailMessage(policy=SMTP)
    letter["From"] = _named(sender.name, sender.address)
    letter["To"] = Address(addr_spec=recipient)
    if sender.reply_to and sender.reply_to != sender.address:
        letter["Reply-To"] = _named(sender.name, sender.reply_to)
    letter["Subject"] = plain(mail.subject, 150)
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = message_id
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"  # Exchange: no holiday notes in answer
    letter.set_content(mail.text, cte="quoted-printable")
    letter.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    letter["Content-Language"] = mail.language  # after the content, which clears Content-*
    return letter


def _named(name: str, address: str) -> Address:
    return Address(display_name=plain(name, 80), addr_spec=address)
