"""The way out for mails: SMTP, and what its answers mean. The only file of the messages that opens a socket.

A mail is handed over in two breaths. Everything up to the server's word that it waits for the text can be repeated at
will. Then `hand_over` is called, which writes down that the text is about to leave; whatever breaks after it leaves
open whether the server took the mail, and it is never sent again.

Source: RFC 5321, sections 3.3, 4.2.1 (reply codes) and 4.5.3.2 (time-outs).
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage

from shopify_app.config import MailSecurity, MailServer

ANSWER_SECONDS = 30
"""For each answer; the lease of a mail outlives all of them together (`outbox.LEASE_SECONDS`)."""
READY = 354


class SendFailed(Exception):
    """The server did not take the mail. `permanent`: nor will it later. `reason` is a short code without anything
    personal: what failed and the server's number (``recipient_550``), never its words, which quote addresses."""

    def __init__(self, reason: str, permanent: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.permanent = reason, permanent


class Uncertain(Exception):
    """The connection broke after the text had begun to leave: the mail may have been taken."""


def post(server: MailServer, letter: EmailMessage, sender: str, recipient: str, hand_over: Callable[[], None]) -> None:
    """Hands `letter` to `server`, for one recipient. Returns when the server has taken it.

    `hand_over` is called once, just before the text leaves; what it raises stops the mail. Raises SendFailed where
    the server certainly has not taken it, Uncertain where nobody can tell.
    """
    text = _on_the_wire(letter)
    with _connected(server) as line:
        _answered(line.mail(sender), "sender")
        _answered(line.rcpt(recipient), "recipient")
        _answered(line.docmd("DATA"), "data", READY)
        hand_over()
        _answered(_last_word(line, text), "text")
        with suppress(smtplib.SMTPException, OSError):  # a farewell changes nothing
            line.quit()


def try_out(server: MailServer) -> None:
    """Greets the server, signs in and leaves; raises SendFailed where it would not take a mail from us."""
    with _connected(server) as line:
        _answered(line.noop(), "noop")


def _on_the_wire(letter: EmailMessage) -> bytes:
    """CRLF at the end of every line, a dot before a leading dot, the lone dot at the end (RFC 5321, 4.5.2)."""
    text = re.sub(rb"\r\n|\r|\n", b"\r\n", letter.as_bytes())
    text = re.sub(rb"(?m)^\.", b"..", text)
    return text + (b"" if text.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _last_word(line: smtplib.SMTP, text: bytes) -> tuple[int, bytes]:
    try:
        line.send(text)
        return line.getreply()
    except (smtplib.SMTPException, OSError) as failure:
        raise Uncertain(type(failure).__name__) from failure


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A greeted, encrypted and signed-in connection, closed at the end. What fails before the text is SendFailed."""
    line: smtplib.SMTP | None = None
    try:
        line = _greet(server)
        yield line
    except smtplib.SMTPResponseException as failure:
        raise SendFailed(f"sign_in_{failure.smtp_code}", _is_final(failure.smtp_code)) from failure
    except (smtplib.SMTPException, OSError) as failure:  # ssl.SSLError is an OSError
        raise SendFailed(type(failure).__name__) from failure
    finally:
        if line is not None:
            line.close()


def _greet(server: MailServer) -> smtplib.SMTP:
    """The constructor connects; the name it is given is the one the certificate must bear."""
    if server.security is MailSecurity.TLS:
        context = ssl.create_default_context()
        line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=ANSWER_SECONDS, context=context)
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=ANSWER_SECONDS)
    if server.security is MailSecurity.STARTTLS:
        line.starttls(context=ssl.create_default_context())
    line.ehlo_or_helo_if_needed()
    if server.user:
        line.login(server.user, server.password)
    return line


def _answered(answer: tuple[int, bytes], what: str, wanted: int | None = None) -> None:
    code = answer[0]
    if code != wanted if wanted else code not in (250, 251, 252):
        raise SendFailed(f"{what}_{code}", _is_final(code))


def _is_final(code: int) -> bool:
    """5yz says that asking again is of no use (RFC 5321, 4.2.1)."""
    return 500 <= code < 600
