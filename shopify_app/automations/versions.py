"""A shop's rules: the draft of the next version, and the versions that were published."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import delete, select, update

from shopify_app.automations.models import AutomationDraft, AutomationVersion
from shopify_app.automations.rules import Automations
from shopify_app.db import Session
from shopify_app.events import Listening
from shopify_app.settings.shape import KEPT
from shopify_app.shops.models import Shop

LONGEST_NOTE = 500
_DOCUMENT: TypeAdapter[Automations] = TypeAdapter(Automations)


@dataclass(frozen=True)
class Version:
    """Rules as published. Number 0, without a time: there is none yet, and nothing is done."""

    number: int
    rules: Automations
    published_at: datetime | None = None
    by: str = ""
    note: str = ""
    repeats: int | None = None


NOTHING = Version(0, Automations())


@dataclass(frozen=True)
class Draft:
    """The rules that are being written; those in force, `newest`, where there is no draft. `begun_from`: the version
    that it was begun from."""

    rules: Automations
    revision: int
    newest: Version
    begun_from: int
    saved_by: str = ""
    saved_at: datetime | None = None

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to publish."""
        return self.rules != self.newest.rules


class DraftMoved(Exception):
    """Somebody else saved the draft, or published it, since it was looked at; `now` is how it stands."""

    def __init__(self, now: Draft) -> None:
        super().__init__(f"the draft is at revision {now.revision}")
        self.now = now


class Unchanged(ValueError):
    """The rules are those of the version in force."""


def newest(session: Session, shop_id: int) -> Version:
    """The version in force."""
    return next(iter(versions(session, shop_id, 1)), NOTHING)


def versions(session: Session, shop_id: int, most: int, before: int | None = None) -> tuple[Version, ...]:
    """The newest first."""
    mine = select(AutomationVersion).where(AutomationVersion.shop_id == shop_id)
    if before is not None:
        mine = mine.where(AutomationVersion.number < before)
    return tuple(map(_version, session.scalars(mine.order_by(AutomationVersion.number.desc()).limit(most))))


def version(session: Session, shop_id: int, number: int) -> Version | None:
    """One version of the shop; None where there is no such number."""
    mine = (AutomationVersion.shop_id == shop_id, AutomationVersion.number == number)
    row = session.scalars(select(AutomationVersion).where(*mine)).one_or_none()
    return _version(row) if row is not None else None


def draft_of(session: Session, shop_id: int) -> Draft:
    """The draft as it stands."""
    last = newest(session, shop_id)
    row = session.scalars(select(AutomationDraft).where(AutomationDraft.shop_id == shop_id)).one_or_none()
    if row is None or row.document is None:
        return Draft(last.rules, row.revision if row else 0, last, last.number)
    return Draft(read(row.document), row.revision, last, row.begun_from, row.saved_by, row.saved_at)


def save(session: Session, shop_id: int, rules: Automations, seen: int, by: str, now: datetime) -> Draft:
    """`rules` as the draft, by somebody who saw revision `seen`. Raises DraftMoved."""
    held = _held(session, shop_id, seen)
    begun = held.begun_from if held.saved_at else held.newest.number
    _write(session, shop_id, held.revision, by, now, begun, rules)
    return replace(held, rules=rules, revision=held.revision + 1, begun_from=begun, saved_by=by, saved_at=now)


def discard(session: Session, shop_id: int, seen: int, by: str, now: datetime) -> None:
    """Throws the draft away: what is in force is the draft again. Raises DraftMoved."""
    held = _held(session, shop_id, seen)
    _write(session, shop_id, held.revision, by, now, held.newest.number, None)


def publish(session: Session, shop_id: int, seen: int, note: str, by: str, now: datetime) -> Version:
    """The draft as the next version, by somebody who saw revision `seen`. Raises DraftMoved, Unchanged."""
    held = _held(session, shop_id, seen)
    made = _published(session, shop_id, held.newest, Version(0, held.rules, now, by, note))
    _write(session, shop_id, held.revision, by, now, made.number, None)
    return made


def bring_back(session: Session, shop_id: int, number: int, seen: int, by: str, now: datetime) -> Version:
    """Version `number` as the next version; the draft stays as it is. Raises DraftMoved, Unchanged, LookupError where
    the shop has no such version."""
    held = _held(session, shop_id, seen)
    old = version(session, shop_id, number)
    if old is None:
        raise LookupError(number)
    return _published(session, shop_id, held.newest, Version(0, old.rules, now, by, "", number))


def read(document: dict[str, Any]) -> Automations:
    """The rules that a stored document holds."""
    return _read(json.dumps(document, sort_keys=True))


def written(rules: Any) -> dict[str, Any]:
    """Rules as JSON values; `read` gives the same rules back."""
    found: dict[str, Any] = _DOCUMENT.dump_python(rules, mode="json", exclude_none=True)
    return found


@lru_cache(256)
def _read(text: str) -> Automations:
    return _DOCUMENT.validate_json(text, context=KEPT)


def _version(row: AutomationVersion) -> Version:
    rules = read(row.document)
    return Version(row.number, rules, row.published_at, row.published_by, row.note or "", row.repeats)


def _published(session: Session, shop_id: int, last: Version, made: Version) -> Version:
    """Writes the version down, and which events the shop listens for from now on."""
    if made.rules == last.rules:
        raise Unchanged(last.number)
    made = replace(made, number=last.number + 1)
    session.add(
        AutomationVersion(
            shop_id=shop_id,
            number=made.number,
            published_at=made.published_at,
            published_by=made.by[:80],
            note=made.note[:LONGEST_NOTE] or None,
            repeats=made.repeats,
            document=written(made.rules),
        )
    )
    session.execute(delete(Listening).where(Listening.shop_id == shop_id))
    session.add_all(Listening(shop_id=shop_id, kind=kind) for kind in sorted(made.rules.kinds))
    session.flush()
    return made


def _held(session: Session, shop_id: int, seen: int) -> Draft:
    """The draft, held until the end of the transaction. Raises DraftMoved where it is not at revision `seen`."""
    session.scalar(select(Shop.id).where(Shop.id == shop_id).with_for_update())
    held = draft_of(session, shop_id)
    if held.revision != seen:
        raise DraftMoved(held)
    return held


def _write(
    session: Session, shop_id: int, revision: int, by: str, now: datetime, begun: int, rules: Automations | None
) -> None:
    document = None if rules is None else written(rules)
    values = {"revision": revision + 1, "begun_from": begun, "document": document, "saved_by": by[:80], "saved_at": now}
    mine = session.scalar(select(AutomationDraft.id).where(AutomationDraft.shop_id == shop_id))
    if mine is None:
        session.add(AutomationDraft(shop_id=shop_id, **values))
        session.flush()
    else:
        session.execute(update(AutomationDraft).where(AutomationDraft.id == mine).values(values))
