"""Calls of the merchant's own addresses: signed, short, and to nobody inside.

The name is looked up first, every address that it leads to must be public, and the connection goes to one of those
very addresses, so that a name that changes its mind in between leads nowhere else. No redirect is followed. An answer
of 200 to 299 counts as taken; anything else is tried again later, with the same id, so whoever listens may get a
message twice and can tell.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from threading import Event, Timer
from typing import Any

from shopify_app.automations.addresses import Target, is_public, target_of
from shopify_app.crypto import Keyring

ANSWER_SECONDS = 5.0
"""For the whole call: connecting, TLS, the answer's first line and its headers."""


class NotCalled(Exception):
    """The address must not be called: it is no public one."""


class NotTaken(Exception):
    """Nobody answered in time, or not with yes; `reason` is a short code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Letter:
    """What is sent."""

    body: bytes
    headers: Mapping[str, str]


Post = Callable[[str, Letter], None]
"""Sends a letter to an address. Raises NotCalled, NotTaken."""
Resolve = Callable[[str, int], Sequence[str]]
"""IP addresses of a host. Raises OSError."""


def secret_of(keyring: Keyring, shop_domain: str) -> str:
    """What the shop's messages are signed with: 32 hexadecimal digits, the same for as long as the oldest key is."""
    return keyring.blind("automation messages", shop_domain)


def sealed(secret: str, message_id: str, facts: Mapping[str, Any], now: datetime) -> Letter:
    """`facts` as JSON with its id, and a signature over the time and the body (``t=<seconds>,v1=<HMAC-SHA256>``)."""
    body = json.dumps({"id": message_id, **facts}, ensure_ascii=False, sort_keys=True).encode()
    stamp = str(int(now.timestamp()))
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return Letter(
        body,
        {
            "Content-Type": "application/json",
            "User-Agent": "Postlude",
            "X-Postlude-Id": message_id,
            "X-Postlude-Signature": f"t={stamp},v1={mac}",
        },
    )


def resolved(host: str, port: int) -> Sequence[str]:
    """The addresses that the system's resolver knows for a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def public_addresses(target: Target, resolve: Resolve = resolved) -> Sequence[str]:
    """Where the host leads. Raises NotCalled where any of it is inside, NotTaken where nobody knows it."""
    try:
        found = resolve(target.host, target.port)
    except OSError as failure:
        raise NotTaken("unknown_host") from failure
    if not found:
        raise NotTaken("unknown_host")
    if not all(is_public(address) for address in found):
        raise NotCalled(target.host)
    return found


def post(url: str, letter: Letter) -> None:
    """Sends `letter` to `url`. Raises NotCalled, NotTaken."""
    target = target_of(url)
    if target is None:
        raise NotCalled(url)
    hand_over(target, public_addresses(target)[0], letter, ssl.create_default_context())


def hand_over(
    target: Target, address: str, letter: Letter, context: ssl.SSLContext, patience: float = ANSWER_SECONDS
) -> None:
    """The same to one address of the target's host, within `patience` seconds; the certificate must bear the host's
    name. Raises NotTaken."""
    try:
        line = socket.create_connection((address, target.port), timeout=patience)
        with line, line.dup() as other_end:  # TLS takes `line` over; shutting either down ends both
            is_over = Event()
            ending = Timer(patience, _hang_up, (other_end, is_over))  # a drop now and then could go on for ever
            ending.start()
            try:
                status = _spoken(context.wrap_socket(line, server_hostname=target.host), target, letter)
            finally:
                ending.cancel()
    except (OSError, HTTPException, ValueError) as failure:  # ssl.SSLError is an OSError
        raise NotTaken(type(failure).__name__) from failure
    if is_over.is_set():
        raise NotTaken("time_out")
    if not 200 <= status < 300:
        raise NotTaken(f"answer_{status}")


def _spoken(line: ssl.SSLSocket, target: Target, letter: Letter) -> int:
    connection = HTTPConnection(target.host, target.port)
    connection.sock = line
    try:
        connection.request("POST", target.path, letter.body, {**letter.headers, "Connection": "close"})
        return connection.getresponse().status
    finally:
        connection.close()


def _hang_up(line: socket.socket, is_over: Event) -> None:
    is_over.set()
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself
