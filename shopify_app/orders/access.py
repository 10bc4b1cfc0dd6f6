"""Who may see what of an order: look-up by number and proof, links, passes, and the limits on guessing.

Unknown and wrong are one answer, found by the same work: whoever guesses learns nothing, not even from the clock.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from functools import cache
from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import contains_eager, joinedload

from shopify_app.crypto import BadToken, Keyring, normalise_email, normalise_phone, normalise_postcode
from shopify_app.customers.models import Customer
from shopify_app.db import Session, keyring_of
from shopify_app.events import Event
from shopify_app.orders.models import LookupAttempt, Order, OrderLink
from shopify_app.orders.projection import number_key
from shopify_app.shops.models import Shop

PASS_LIFE = timedelta(minutes=30)
LINK_LIFE_AFTER_DELIVERY = timedelta(days=180)
DELIVERY_REMEMBERED = timedelta(days=90)
"""How long the event of a delivery is there to be found (`jobs.upkeep` clears it later)."""
WINDOW_SECONDS = 15 * 60
LIMITS = {"address": 20, "order": 10, "shop": 3000}
"""Look-ups per window from one network address, for one order number, and in a whole shop."""
NONCE_LENGTH = 16


class Access(IntEnum):
    """What a visitor may see; each level includes the ones below it."""

    GLANCE = 1  # states, dates and item titles
    FULL = 2  # prices and tracking numbers too
    OWNER = 3  # signed in: names, addresses, changes


class NotFound(Exception):
    """No such order, or the proof does not fit it: deliberately the same."""


class TooManyTries(Exception):
    """Somebody is guessing, or many at once; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many tries, again in {retry_after} s")
        self.retry_after = retry_after


class LinkGone(Exception):
    """The link was genuine once: revoked, expired, or its order is gone."""


@dataclass(frozen=True)
class Proof:
    """What a visitor typed beside the order number; one of the three is enough."""

    email: str | None = None
    phone: str | None = None
    postcode: str | None = None

    @classmethod
    def guess(cls, contact: str) -> Proof:
        """One field for all three: an @ makes it an e-mail, seven digits or more and no letters a phone number."""
        text = contact.strip()
        if "@" in text:
            return cls(email=text)
        digits = sum(ch.isdigit() for ch in text)
        if digits >= 7 and not any(ch.isalpha() for ch in text):
            return cls(phone=text, postcode=text)
        return cls(postcode=text)


def find_order(session: Session, shop_id: int, number: str, proof: Proof) -> tuple[Order, Access]:
    """The order and the level this proof opens: e-mail or phone FULL, postcode GLANCE. Raises NotFound for all else."""
    key = number_key(number)
    wanted = select(Order).where(Order.shop_id == shop_id, Order.number == key, Order.deleted_at.is_(None))
    candidates = session.scalars(wanted.order_by(Order.placed_at.desc(), Order.id.desc()).limit(5)).all() if key else []
    hashes = _hashes(keyring_of(session), proof)
    best: tuple[Order, Access] | None = None
    for order in [*candidates, *[None] * (5 - len(candidates))]:  # as many comparisons for none as for five
        level = _level(order, hashes)
        if order is not None and level is not None and (best is None or level > best[1]):
            best = (order, level)
    if best is None:
        raise NotFound
    return best


def count_attempt(session: Session, shop_id: int, address: str, number: str, now: datetime) -> None:
    """Counts one look-up against its address, its order number and its shop, in this order; raises TooManyTries at the
    first limit that is used up. Commit what it wrote. What is refused to an address counts against nothing else: or one
    visitor could use up everybody's tries, and write a row for each number that comes to mind."""
    keyring = keyring_of(session)
    window = int(now.timestamp()) // WINDOW_SECONDS * WINDOW_SECONDS
    keys = {
        "address": keyring.blind("try-address", address),
        "order": keyring.blind("try-order", number_key(number)),
        "shop": "shop",
    }
    for name, key in keys.items():
        if _count(session, shop_id, key, window) > LIMITS[name]:
            raise TooManyTries(window + WINDOW_SECONDS - int(now.timestamp()))


def make_pass(keyring: Keyring, order: Order, access: Access, now: datetime) -> str:
    """A token for the next half hour that opens this order at this level, for links inside the page."""
    return keyring.sign("pass", {"s": order.shop_id, "o": order.id, "a": int(access)}, now + PASS_LIFE)


def open_pass(session: Session, token: str, now: datetime) -> tuple[Order, Access]:
    """What a pass opens, the order's shop with it in one statement: the door checks that it is the shop it speaks
    for. Raises BadToken when forged or expired, NotFound when the order is gone."""
    facts = keyring_of(session).unsign("pass", token, now)
    return _living(session, facts["s"], facts["o"]), Access(facts["a"])


def link_token(session: Session, order: Order, now: datetime) -> str:
    """The token of the order's page for mails and blocks: the living link if there is one, else a new one."""
    link = session.scalar(
        select(OrderLink)
        .where(OrderLink.order_id == order.id, OrderLink.revoked_at.is_(None))
        .where(or_(OrderLink.expires_at.is_(None), OrderLink.expires_at > now))
        .limit(1)
    )
    if link is None:
        nonce = secrets.token_urlsafe(NONCE_LENGTH * 3 // 4)
        link = OrderLink(shop_id=order.shop_id, order_id=order.id, nonce=nonce, created_at=now)
        link.expires_at = now + LINK_LIFE_AFTER_DELIVERY if _may_be_delivered(session, order, now) else None
        session.add(link)
        session.flush()
    return link.nonce + keyring_of(session).stamp("link", link.nonce)


def open_link(session: Session, token: str, now: datetime) -> Order:
    """The order behind a link, its shop with it in one statement; BadToken when forged, LinkGone when it is over."""
    found = session.execute(_behind_a_link(), {"nonce": nonce_of(keyring_of(session), token)}).one_or_none()
    if found is None:
        raise LinkGone
    link, order = tuple(found)
    check_is_living(link.revoked_at, link.expires_at, order, now)
    return order


def check_is_living(revoked_at: datetime | None, expires_at: datetime | None, order: Order, now: datetime) -> None:
    """Raises LinkGone where the link or its order is over."""
    is_over = revoked_at is not None or (expires_at is not None and now >= expires_at)
    if is_over or order.deleted_at is not None or order.erased_at is not None:
        raise LinkGone


@cache
def _behind_a_link() -> Any:
    """The statement of `open_link`: building it costs more than running it."""
    return (
        select(OrderLink, Order)
        .join(Order, Order.id == OrderLink.order_id)
        .join(Shop, Shop.id == Order.shop_id)
        .options(contains_eager(Order.shop))
        .where(OrderLink.nonce == bindparam("nonce"))
    )


def nonce_of(keyring: Keyring, token: str) -> str:
    """The stored part of a link's token; raises BadToken when the rest is not our stamp on it."""
    nonce, stamp = token[:NONCE_LENGTH], token[NONCE_LENGTH:]
    if not keyring.is_stamp("link", nonce, stamp):
        raise BadToken
    return nonce


def revoke_links(session: Session, shop_id: int, order_id: int, now: datetime) -> int:
    """Ends every link of an order; how many were living."""
    ended = session.execute(
        update(OrderLink)
        .where(OrderLink.shop_id == shop_id, OrderLink.order_id == order_id, OrderLink.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return ended.rowcount  # type: ignore[attr-defined]


def end_links_after_delivery(session: Session, shop_id: int, order_id: int, delivered_at: datetime) -> None:
    """Links live on for 180 days after the last delivery; one that was made later, for 180 days from then."""
    until = delivered_at + LINK_LIFE_AFTER_DELIVERY
    session.execute(
        update(OrderLink)
        .where(OrderLink.shop_id == shop_id, OrderLink.order_id == order_id, OrderLink.revoked_at.is_(None))
        .where(or_(OrderLink.expires_at.is_(None), OrderLink.expires_at < until))
        .values(expires_at=until)
    )


def _may_be_delivered(session: Session, order: Order, now: datetime) -> bool:
    """Whether it was delivered, or is so old that nobody remembers: a delivery that is still to come lets its links
    live on (`end_links_after_delivery`)."""
    if order.placed_at < now - DELIVERY_REMEMBERED:
        return True
    told = select(Event.id).where(
        Event.shop_id == order.shop_id, Event.order_id == order.id, Event.kind == "ShipmentDelivered"
    )
    return session.scalar(told.limit(1)) is not None


def owned_order(session: Session, shop_id: int, order_id: int, customer_shopify_id: int) -> Order:
    """The order if this signed-in customer placed it; raises NotFound otherwise."""
    order = _living(session, shop_id, order_id)
    customer = session.get(Customer, order.customer_id) if order.customer_id else None
    if customer is None or customer.shopify_id != customer_shopify_id:
        raise NotFound
    return order


def orders_of(session: Session, shop_id: int, customer_shopify_id: int, limit: int = 20) -> list[Order]:
    """A signed-in customer's orders, newest first."""
    return list(
        session.scalars(
            select(Order)
            .join(Customer, Customer.id == Order.customer_id)
            .where(Order.shop_id == shop_id, Customer.shopify_id == customer_shopify_id, Order.deleted_at.is_(None))
            .order_by(Order.placed_at.desc(), Order.id.desc())
            .limit(limit)
        )
    )


def _living(session: Session, shop_id: int, order_id: int) -> Order:
    order = session.scalar(
        select(Order)
        .options(joinedload(Order.shop))
        .where(Order.shop_id == shop_id, Order.id == order_id, Order.deleted_at.is_(None))
    )
    if order is None:
        raise NotFound
    return order


def _hashes(keyring: Keyring, proof: Proof) -> dict[str, str]:
    """Look-up hashes of what was typed; a hash of nothing where nothing was, so that the work is the same."""
    typed = {
        "email": normalise_email(proof.email),
        "phone": normalise_phone(proof.phone),
        "postcode": normalise_postcode(proof.postcode),
    }
    return {kind: keyring.blind(kind if value else "nothing", value or kind) for kind, value in typed.items()}


def _level(order: Order | None, hashes: dict[str, str]) -> Access | None:
    held = [
        (Access.FULL, order.email_hash if order else None, hashes["email"]),
        (Access.FULL, order.phone_hash if order else None, hashes["phone"]),
        (Access.GLANCE, order.postcode_hash if order else None, hashes["postcode"]),
        (Access.GLANCE, order.billing_postcode_hash if order else None, hashes["postcode"]),
    ]
    fits = [level for level, ours, typed in held if hmac.compare_digest(ours or "-" * 32, typed)]
    return max(fits, default=None)


def _count(session: Session, shop_id: int, key: str, window: int) -> int:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    counted = dialect.insert(LookupAttempt).values(shop_id=shop_id, key=key, window=window, count=1)
    counted = counted.on_conflict_do_update(
        index_elements=["shop_id", "key", "window"], set_={"count": LookupAttempt.count + 1}
    )
    return session.execute(counted.returning(LookupAttempt.count)).scalar_one()
