"""The shop's policy versions as rows. A shop that never published has the preset of 30 days as its version 1, for
orders placed since we were installed; older ones carry the first that it publishes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from shopify_app.db import Session
from shopify_app.orders.models import Order
from shopify_app.returns.document import kept_policy, read_policy, says_the_same, to_document
from shopify_app.returns.models import PublishedPolicy
from shopify_app.returns.presets import STANDARD
from shopify_app.returns.rules import Policy, PolicyVersion, in_force
from shopify_app.returns.shadowing import Shadow, shadowed
from shopify_app.shops.models import Shop

PRESET = "preset"
"""Who published a version that nobody chose."""
LONGEST_NOTE = 500


@dataclass(frozen=True)
class Publication:
    """One version as it was published: when, by whom (a staff member's id, "operator", or `PRESET`) and why, in their
    words. `policy` is as it was written, rules that are off with it; `repeats` the version that it brought back."""

    number: int
    published_at: datetime
    by: str
    policy: Policy
    note: str = ""
    repeats: int | None = None

    @property
    def is_preset(self) -> bool:
        """It stands in until the merchant publishes one; they may publish this very one."""
        return self.by == PRESET


class PolicyUnchanged(ValueError):
    """The document says what the newest version says already; `number` is that version."""

    def __init__(self, number: int) -> None:
        super().__init__(f"the policy is the same as version {number}")
        self.number = number


def versions(session: Session, shop_id: int) -> tuple[PolicyVersion, ...]:
    """All of the shop's versions, oldest first, at least one. Documents never change once published; which there are
    is read anew each time."""
    rows = session.execute(
        select(
            PublishedPolicy.number, PublishedPolicy.published_at, PublishedPolicy.published_by, PublishedPolicy.document
        )
        .where(PublishedPolicy.shop_id == shop_id)
        .order_by(PublishedPolicy.number)
    ).all()
    found = tuple(
        PolicyVersion(row.number, row.published_at, _policy(_text(row.document)), row.published_by == PRESET)
        for row in rows
    )
    return found or (_unpublished(session, shop_id),)


def of_number(session: Session, shop: Shop, number: int | None) -> tuple[PolicyVersion, ...]:
    """The versions of a shop whose newest is `number`; None: none was published, and nothing need be read."""
    preset = PolicyVersion(1, shop.installed_at, STANDARD, is_preset=True)
    return versions(session, shop.id) if number is not None else (preset,)


def newest(session: Session, shop_id: int) -> PolicyVersion:
    """The version that orders placed now carry."""
    return versions(session, shop_id)[-1]


def publications(
    session: Session, shop_id: int, most: int | None = None, before: int | None = None
) -> tuple[Publication, ...]:
    """All versions, newest first, at least one; at most `most` of them, and only those `before` a number."""
    mine = select(PublishedPolicy).where(PublishedPolicy.shop_id == shop_id)
    if before is not None:
        mine = mine.where(PublishedPolicy.number < before)
    found = tuple(map(as_published, session.scalars(mine.order_by(PublishedPolicy.number.desc()).limit(most))))
    if found or before is not None:
        return found
    return (standing_in(session.get_one(Shop, shop_id).installed_at),)


def publication(session: Session, shop_id: int, number: int) -> Publication | None:
    """One version of the shop; None where there is no such number."""
    row = session.scalars(
        select(PublishedPolicy).where(PublishedPolicy.shop_id == shop_id, PublishedPolicy.number == number)
    ).one_or_none()
    if row is not None:
        return as_published(row)
    (last, *_) = publications(session, shop_id, 1)
    return last if last.number == number else None


def standing_in(since: datetime) -> Publication:
    """Version 1 of a shop that has published none, `since` it was installed."""
    return Publication(1, since, PRESET, STANDARD)


def establish(session: Session, shop_id: int) -> None:
    """Writes version 1, the preset, for a shop that has none: from then on its number and time are a fact."""
    if session.scalar(select(PublishedPolicy.id).where(PublishedPolicy.shop_id == shop_id).limit(1)) is not None:
        return
    _insert(session, shop_id, standing_in(session.get_one(Shop, shop_id).installed_at))


def publish(
    session: Session,
    shop_id: int,
    policy: Policy,
    by: str,
    now: datetime,
    note: str = "",
    repeats: int | None = None,
) -> PolicyVersion:
    """The next version, in force for orders from now on. Raises PolicyUnchanged where nothing would change. What nobody
    chose may be published as it is: orders from before us carry what the merchant published first."""
    # one publication at a time: a second writer waits for the shop's row
    session.scalar(select(Shop.id).where(Shop.id == shop_id).with_for_update())
    establish(session, shop_id)
    (last, *_) = publications(session, shop_id, 1)
    is_first = last.is_preset and repeats is None
    if not is_first and says_the_same(policy, last.policy):
        raise PolicyUnchanged(last.number)
    made = PolicyVersion(last.number + 1, now, policy.in_use())
    _insert(session, shop_id, Publication(made.number, now, by, policy, note[:LONGEST_NOTE], repeats))
    if last.is_preset:
        _stamp_older(session, shop_id, made, last.published_at)
    return made


def draft_check(text: str | bytes) -> tuple[Policy, tuple[Shadow, ...]]:
    """The policy that a document describes, and its rules that can never decide anything. Raises WrongPolicy."""
    policy = read_policy(text)
    return policy, shadowed(policy.in_use())


def stamp(session: Session, order: Order) -> int | None:
    """The number of the version in force at purchase, written on the order once and for all. None for an order from
    before we were there, until the merchant's first publication: that is the one it carries."""
    if order.policy_version is None:
        establish(session, order.shop_id)
        known = versions(session, order.shop_id)
        version = in_force(known, order.placed_at)
        if order.placed_at >= version.published_at or not version.is_preset:
            order.policy_version = version.number
    return order.policy_version


def _stamp_older(session: Session, shop_id: int, first: PolicyVersion, before: datetime) -> None:
    """The merchant's first publication, written on the orders that waited for it."""
    older = update(Order).where(Order.shop_id == shop_id, Order.policy_version.is_(None), Order.placed_at < before)
    session.execute(older.values(policy_version=first.number))


def _insert(session: Session, shop_id: int, version: Publication) -> None:
    """Leaves alone a number that somebody else has written."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {
        "shop_id": shop_id,
        "number": version.number,
        "published_at": version.published_at,
        "published_by": version.by,
        "note": version.note or None,
        "repeats": version.repeats,
        "document": to_document(version.policy),
    }
    session.execute(dialect.insert(PublishedPolicy).values(row).on_conflict_do_nothing())


def as_published(row: PublishedPolicy) -> Publication:
    """A version out of its row."""
    policy = _written(_text(row.document))
    return Publication(row.number, row.published_at, row.published_by or "", policy, row.note or "", row.repeats)


def _unpublished(session: Session, shop_id: int) -> PolicyVersion:
    return PolicyVersion(1, session.get_one(Shop, shop_id).installed_at, STANDARD, is_preset=True)


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, sort_keys=True)


@lru_cache(64)
def _written(text: str) -> Policy:
    """Reading a document costs far more than telling whether it is the one read before."""
    return kept_policy(text)


@lru_cache(64)
def _policy(text: str) -> Policy:
    """The same as it decides."""
    return _written(text).in_use()
