"""The draft as a row: what it says, saved by somebody who had seen its newest revision, thrown away, published."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from shopify_app.db import Session
from shopify_app.returns import published
from shopify_app.returns.document import kept_policy, says_the_same, to_document
from shopify_app.returns.models import PublishedPolicy
from shopify_app.returns.published import Publication
from shopify_app.returns.rules import Policy, PolicyVersion
from shopify_app.returns.writing.models import PolicyDraft
from shopify_app.shops.models import Shop


@dataclass(frozen=True)
class Draft:
    """What is to be published next. Without a draft it is what is in force, `saved_at` None; `revision` is what a form
    has to bring back. `newest` is the version in force, `begun_from` the one that the draft was begun from."""

    policy: Policy
    revision: int
    newest: Publication
    begun_from: int
    saved_by: str = ""
    saved_at: datetime | None = None

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to publish."""
        return not says_the_same(self.policy, self.newest.policy)


class DraftMoved(Exception):
    """Somebody else saved the draft, or published it, since it was looked at; `now` is how it stands."""

    def __init__(self, now: Draft) -> None:
        super().__init__(f"the draft is at revision {now.revision}")
        self.now = now


class VersionMoved(Exception):
    """Another version was published since the differences were looked at."""

    def __init__(self, number: int) -> None:
        super().__init__(f"version {number} was published meanwhile")
        self.number = number


def draft_of(session: Session, shop_id: int) -> Draft:
    """The draft as it stands, in one statement."""
    since, version, row = session.execute(
        select(Shop.installed_at, PublishedPolicy, PolicyDraft)
        .outerjoin(PublishedPolicy, PublishedPolicy.shop_id == Shop.id)
        .outerjoin(PolicyDraft, PolicyDraft.shop_id == Shop.id)
        .where(Shop.id == shop_id)
        .order_by(PublishedPolicy.number.desc())
        .limit(1)
    ).one()
    newest = published.as_published(version) if version else published.standing_in(since)
    if row is None or row.document is None:
        return Draft(newest.policy, row.revision if row else 0, newest, newest.number)
    policy = kept_policy(json.dumps(row.document))
    return Draft(policy, row.revision, newest, row.begun_from, row.saved_by, row.saved_at)


def save(session: Session, shop_id: int, policy: Policy, seen: int, by: str, now: datetime) -> Draft:
    """`policy` as the draft, by somebody who saw revision `seen`. Raises DraftMoved."""
    held = _held(session, shop_id, seen)
    begun = held.begun_from if held.saved_at else held.newest.number
    _write(session, shop_id, held.revision, (by, now, begun), policy)
    return Draft(policy, held.revision + 1, held.newest, begun, by, now)


def discard(session: Session, shop_id: int, seen: int, by: str, now: datetime) -> None:
    """Throws the draft away: what is in force is the draft again. Raises DraftMoved."""
    held = _held(session, shop_id, seen)
    _write(session, shop_id, held.revision, (by, now, held.newest.number), None)


def publish(session: Session, shop_id: int, seen: int, number: int, note: str, by: str, now: datetime) -> PolicyVersion:
    """The draft as the next version, by somebody who held revision `seen` against version `number`.

    Raises DraftMoved, VersionMoved, `published.PolicyUnchanged`.
    """
    held = _held(session, shop_id, seen)
    if held.newest.number != number:
        raise VersionMoved(held.newest.number)
    made = published.publish(session, shop_id, held.policy, by, now, note)
    _write(session, shop_id, held.revision, (by, now, made.number), None)
    return made


def bring_back(
    session: Session, shop_id: int, number: int, in_force: int, note: str, by: str, now: datetime
) -> PolicyVersion:
    """Version `number` as the next version, by somebody who saw `in_force` as the newest. The draft stays as it is.

    Raises VersionMoved, `published.PolicyUnchanged`, LookupError where the shop has no such version.
    """
    session.scalar(select(Shop.id).where(Shop.id == shop_id).with_for_update())
    old, (newest, *_) = published.publication(session, shop_id, number), published.publications(session, shop_id, 1)
    if old is None:
        raise LookupError(number)
    if newest.number != in_force:
        raise VersionMoved(newest.number)
    return published.publish(session, shop_id, old.policy, by, now, note, repeats=number)


def _held(session: Session, shop_id: int, seen: int) -> Draft:
    """The draft, held until the end of the transaction. Raises DraftMoved where it is not at revision `seen`."""
    session.scalar(select(Shop.id).where(Shop.id == shop_id).with_for_update())
    held = draft_of(session, shop_id)
    if held.revision != seen:
        raise DraftMoved(held)
    return held


def _write(
    session: Session, shop_id: int, revision: int, signed: tuple[str, datetime, int], policy: Policy | None
) -> None:
    by, now, begun_from = signed
    values = {
        "revision": revision + 1,
        "begun_from": begun_from,
        "document": None if policy is None else to_document(policy),
        "saved_by": by[:80],
        "saved_at": now,
    }
    mine = session.scalar(select(PolicyDraft.id).where(PolicyDraft.shop_id == shop_id))
    if mine is None:
        session.add(PolicyDraft(shop_id=shop_id, **values))
        session.flush()
    else:
        session.execute(update(PolicyDraft).where(PolicyDraft.id == mine).values(values))
