"""One-time codes: six digits to the order's own address, which open it at OWNER.

Ten minutes, five tries, used once. Wrong, expired and used are one answer. Codes are made at most `MOST_PER_HOUR` times
an hour for an order, so that guessing has 25 tries in a million an hour, and nobody's mailbox is flooded.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from shopify_app.crypto import BadToken, Keyring, ascii_digits
from shopify_app.db import keyring_of
from shopify_app.events import CodeWanted, record
from shopify_app.orders.access import Access, TooManyTries, make_pass
from shopify_app.orders.models import OneTimeCode, Order

LIFE = timedelta(minutes=10)
MOST_TRIES = 5
MOST_PER_HOUR = 5
ASKING_LIFE = timedelta(minutes=30)
DIGITS = 6


class WrongCode(Exception):
    """Not this code, or not any more: wrong, expired, used or tried too often are deliberately the same."""


def ask_code(session: Session, order: Order, locale: str | None, now: datetime) -> OneTimeCode:
    """A new code for `order`, which ends those before it; whoever sends mails hears of it (`CodeWanted`).

    Raises TooManyTries when the order had its share of codes this hour.
    """
    _count(session, order, now)
    _end_others(session, order, now)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    made = OneTimeCode(
        shop_id=order.shop_id,
        order_id=order.id,
        code_hash=_hash(session, order, code),
        code=code,
        locale=locale,
        made_at=now,
        expires_at=now + LIFE,
    )
    session.add(made)
    session.flush()
    record(session, order.shop_id, CodeWanted(order.id, made.id), now)
    return made


def open_with_code(session: Session, order: Order, typed: str, now: datetime) -> str:
    """A pass at OWNER for the right code, which is used up by it.

    Raises WrongCode: the try has been counted, commit what was written.
    """
    code = session.scalar(
        update(OneTimeCode)
        .where(
            OneTimeCode.id == _newest(session, order),
            OneTimeCode.tries < MOST_TRIES,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > now,
        )
        .values(tries=OneTimeCode.tries + 1)
        .returning(OneTimeCode)
    )
    digits = "".join(ch for ch in ascii_digits(typed) if ch.isascii() and ch.isdigit())[:12]
    if code is None or not hmac.compare_digest(code.code_hash, _hash(session, order, digits)):
        raise WrongCode
    code.used_at, code.code = now, None
    session.flush()
    return make_pass(keyring_of(session), order, Access.OWNER, now)


def asking_token(keyring: Keyring, order: Order, now: datetime) -> str:
    """For the address of the page that asks for the code: which order it is about. It opens nothing by itself."""
    return keyring.sign("code", {"s": order.shop_id, "o": order.id}, now + ASKING_LIFE)


def order_asked(session: Session, token: str, now: datetime) -> Order:
    """The order of an `asking_token`; raises BadToken when forged, expired or when the order is gone."""
    facts = keyring_of(session).unsign("code", token, now)
    order = session.scalar(
        select(Order).where(
            Order.shop_id == facts["s"], Order.id == facts["o"], Order.deleted_at.is_(None), Order.erased_at.is_(None)
        )
    )
    if order is None:
        raise BadToken
    return order


def _newest(session: Session, order: Order) -> int | None:
    return session.scalar(
        select(func.max(OneTimeCode.id)).where(OneTimeCode.shop_id == order.shop_id, OneTimeCode.order_id == order.id)
    )


def _count(session: Session, order: Order, now: datetime) -> None:
    hour = timedelta(hours=1)
    made = session.execute(
        select(func.count(), func.min(OneTimeCode.made_at)).where(
            OneTimeCode.shop_id == order.shop_id, OneTimeCode.order_id == order.id, OneTimeCode.made_at > now - hour
        )
    ).one()
    if made[0] >= MOST_PER_HOUR:
        raise TooManyTries(max(1, int((made[1] + hour - now).total_seconds())))


def _end_others(session: Session, order: Order, now: datetime) -> None:
    """Only the newest code counts; what was not sent yet needs no sending."""
    session.execute(
        update(OneTimeCode)
        .where(OneTimeCode.shop_id == order.shop_id, OneTimeCode.order_id == order.id, OneTimeCode.used_at.is_(None))
        .values(expires_at=now, code=None)
    )


def _hash(session: Session, order: Order, code: str) -> str:
    return keyring_of(session).blind("one-time code", f"{order.shop_id}:{order.id}:{code}")
