"""A request without an order number, from the first word to the moment from which it counts: asked, proven, received.

Whoever asks shows that the address is theirs by a one-time code that is sent there. Wrong, expired and used are one
answer, and asking tells nobody whether we know the address.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from shopify_app.crypto import Keyring, ascii_digits, normalise_email
from shopify_app.db import keyring_of
from shopify_app.events import NoReceiptCodeWanted, NoReceiptReceived, record
from shopify_app.orders.access import TooManyTries
from shopify_app.orders.codes import DIGITS, LIFE, MOST_PER_HOUR, MOST_TRIES, WrongCode
from shopify_app.returns.no_receipt import timeline
from shopify_app.returns.no_receipt.files import KeptFile
from shopify_app.returns.no_receipt.models import REQUEST_MOVES, NoReceiptFile, NoReceiptRequest, RequestState
from shopify_app.returns.states import Actor
from shopify_app.shops.models import Shop

MOST_PIECES = 20
FIRST_NUMBER = 1001
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Asked:
    """What somebody says. `key` is the form's own: sending it twice is one request. Ids are Shopify's; `bought` says
    where and when in their own words."""

    key: str
    product_id: int
    variant_id: int
    title: str
    variant_title: str
    quantity: int
    reason: str | None
    bought: str
    name: str
    email: str
    locale: str | None


def ask(session: Session, shop: Shop, said: Asked, files: Sequence[KeptFile], now: datetime) -> NoReceiptRequest:
    """Writes it down and sends a code to the address; nothing counts until the code is typed. Raises TooManyTries."""
    mine = NoReceiptRequest.shop_id == shop.id
    known = session.scalar(select(NoReceiptRequest).where(mine, NoReceiptRequest.key == said.key))
    if known is not None:
        return known
    request = NoReceiptRequest(
        shop_id=shop.id,
        key=said.key,
        state=RequestState.ASKED,
        locale=said.locale,
        product_id=said.product_id,
        variant_id=said.variant_id,
        title=said.title[:255],
        variant_title=said.variant_title[:255],
        quantity=max(1, min(said.quantity, MOST_PIECES)),
        reason=said.reason,
        bought=said.bought or None,
        name=said.name,
        email=said.email,
        email_hash=email_hash(keyring_of(session), said.email),
        code_tries=0,
        codes_made=0,
        asked_at=now,
    )
    _may_send(session, request, now)
    session.add(request)
    session.flush()
    session.add_all(_file(request, each, now) for each in files)
    _send(session, request, now)
    return request


def send_again(session: Session, request: NoReceiptRequest, now: datetime) -> None:
    """Another code; the one before ends. Raises TooManyTries."""
    if request.state == RequestState.ASKED:
        _may_send(session, request, now)
        _send(session, request, now)


def receive(session: Session, request_id: int, typed: str, now: datetime) -> NoReceiptRequest:
    """The right code: the request counts from here on, under a number of its own. Typed twice is received once.

    Raises WrongCode: the try has been counted, commit what was written.
    """
    request = session.scalar(
        update(NoReceiptRequest)
        .where(
            NoReceiptRequest.id == request_id,
            NoReceiptRequest.code_tries < MOST_TRIES,
            NoReceiptRequest.code_expires_at > now,
            NoReceiptRequest.state.in_((RequestState.ASKED, RequestState.RECEIVED)),
        )
        .values(code_tries=NoReceiptRequest.code_tries + 1)
        .returning(NoReceiptRequest)
    )
    digits = "".join(ch for ch in ascii_digits(typed) if ch.isascii() and ch.isdigit())[:12]
    if request is None or not hmac.compare_digest(request.code_hash, _hash(session, request, digits)):
        raise WrongCode
    if request.state == RequestState.RECEIVED:
        return request
    request.state = REQUEST_MOVES.check(RequestState(request.state), RequestState.RECEIVED)
    request.code, request.received_at = None, now
    request.number = _next_number(session, request.shop_id)
    session.flush()
    timeline.add(session, request, "received", Actor.SHOPPER, now)
    record(session, request.shop_id, NoReceiptReceived(request_id=request.id), now)
    return request


def email_hash(keyring: Keyring, email: str | None) -> str | None:
    """How the same person is found again, here and among the customers."""
    plain = normalise_email(email)
    return keyring.blind("email", plain) if plain else None


def _may_send(session: Session, request: NoReceiptRequest, now: datetime) -> None:
    """Codes to one address an hour, over all its requests: nobody's mailbox is flooded."""
    lately = (
        NoReceiptRequest.shop_id == request.shop_id,
        NoReceiptRequest.email_hash == request.email_hash,
        NoReceiptRequest.asked_at > now - HOUR,
    )
    sent = session.scalar(select(func.coalesce(func.sum(NoReceiptRequest.codes_made), 0)).where(*lately)) or 0
    if sent >= MOST_PER_HOUR or request.codes_made >= MOST_PER_HOUR:
        raise TooManyTries(int(HOUR.total_seconds()))


def _send(session: Session, request: NoReceiptRequest, now: datetime) -> None:
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    request.code, request.code_hash = code, _hash(session, request, code)
    request.code_expires_at, request.code_tries = now + LIFE, 0
    request.codes_made += 1
    session.flush()
    record(session, request.shop_id, NoReceiptCodeWanted(request_id=request.id, made=request.codes_made), now)


def _hash(session: Session, request: NoReceiptRequest, code: str) -> str:
    return keyring_of(session).blind("no receipt code", f"{request.shop_id}:{request.id}:{code}")


def _next_number(session: Session, shop_id: int) -> str:
    """One more than the shop's last; whoever comes second waits for the shop's row."""
    session.scalar(select(Shop.id).where(Shop.id == shop_id).with_for_update())
    mine = (NoReceiptRequest.shop_id == shop_id, NoReceiptRequest.number.is_not(None))
    return f"N-{FIRST_NUMBER + (session.scalar(select(func.count()).select_from(NoReceiptRequest).where(*mine)) or 0)}"


def _file(request: NoReceiptRequest, kept: KeptFile, now: datetime) -> NoReceiptFile:
    return NoReceiptFile(
        shop_id=request.shop_id,
        request_id=request.id,
        proof_of=kept.proof_of,
        file_name=kept.file_name,
        media_type=kept.media_type,
        bytes=kept.bytes,
        width=kept.width,
        height=kept.height,
        added_at=now,
    )
