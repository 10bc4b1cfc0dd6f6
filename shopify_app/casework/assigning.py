"""Whose a case is, by when it is answered, and the tags it carries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from shopify_app.casework.models import CaseFile, CaseTag
from shopify_app.db import Session
from shopify_app.prepared import Prepared

PERSON, TEAM = "staff", "team"
LONGEST_TEAM = 40
LONGEST_TAG = 40
MOST_TAGS = 20


class Bar(StrEnum):
    """Why a case was not given to somebody, or not tagged."""

    NOT_SOMEBODY = "not_somebody"
    TEAM_TOO_LONG = "team_too_long"
    TAG_TOO_LONG = "tag_too_long"
    TOO_MANY_TAGS = "too_many_tags"
    NO_TAG = "no_tag"


class NotAssigned(ValueError):
    """Nothing was changed; `why` says what is wrong."""

    def __init__(self, why: Bar) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Subject:
    """What a case is about: a row of `kind` (`models.CaseKind`) by our id."""

    shop_id: int
    kind: str
    id: int


def person(user_id: str) -> str:
    """The key of a member of staff, by Shopify's id."""
    return f"{PERSON}:{user_id}"


def team(name: str) -> str:
    """The key of a team. A team is nothing but its name."""
    return f"{TEAM}:{' '.join(name.split())}"


def checked(assignee: str) -> str | None:
    """A key as somebody chose it; None for nobody. Raises NotAssigned."""
    kind, _, who = assignee.strip().partition(":")
    if not assignee.strip():
        return None
    if kind == TEAM and who.strip():
        if len(who) > LONGEST_TEAM:
            raise NotAssigned(Bar.TEAM_TOO_LONG)
        return team(who)
    if kind == PERSON and who.isascii() and who.isdigit() and len(who) <= 19:
        return person(who)
    raise NotAssigned(Bar.NOT_SOMEBODY)


def file_of(session: Session, subject: Subject) -> CaseFile | None:
    """Whose the case is; None where nobody ever said."""
    return session.scalar(select(CaseFile).where(*_of(CaseFile, subject)))


def is_file_of(subject: Subject) -> ColumnElement[bool]:
    """The condition that finds `file_of` together with other rows."""
    return and_(*_of(CaseFile, subject))


def is_tag_of(subject: Subject) -> ColumnElement[bool]:
    """The condition that finds `tags_of` together with other rows."""
    return and_(*_of(CaseTag, subject))


def assign(session: Session, subject: Subject, assignee: str, by: str, now: datetime) -> CaseFile:
    """Gives the case to a person or a team, or to nobody. Raises NotAssigned."""
    key = checked(assignee)
    row = _held(session, subject, now)
    row.assignee = key
    _changed(row, by, now)
    return row


def answer_by(session: Session, subject: Subject, at: datetime | None, by: str, now: datetime) -> CaseFile:
    """Sets the clock of the case by hand; None: its own promise counts again."""
    row = _held(session, subject, now)
    row.answer_by = at
    _changed(row, by, now)
    return row


def tags_of(session: Session, subject: Subject) -> tuple[str, ...]:
    """The case's tags, by name."""
    return tuple(session.scalars(select(CaseTag.tag).where(*_of(CaseTag, subject)).order_by(CaseTag.tag)))


def add_tag(session: Session, subject: Subject, tag: str) -> bool:
    """Puts a tag on the case; False where it was on it already. Raises NotAssigned."""
    tag = tag_of(tag)
    known = tags_of(session, subject)
    if tag in known:
        return False
    if len(known) >= MOST_TAGS:
        raise NotAssigned(Bar.TOO_MANY_TAGS)
    session.add(CaseTag(shop_id=subject.shop_id, kind=subject.kind, subject_id=subject.id, tag=tag))
    session.flush()
    return True


def drop_tag(session: Session, subject: Subject, tag: str) -> None:
    """Takes a tag off the case."""
    session.execute(delete(CaseTag).where(*_of(CaseTag, subject), CaseTag.tag == tag))


def tag_of(typed: str) -> str:
    """A tag as it is kept. Raises NotAssigned."""
    tag = " ".join(typed.split())
    if not tag:
        raise NotAssigned(Bar.NO_TAG)
    if len(tag) > LONGEST_TAG:
        raise NotAssigned(Bar.TAG_TOO_LONG)
    return tag


_TEAMS = Prepared(
    select(CaseFile.assignee)
    .where(CaseFile.shop_id == bindparam("shop"), CaseFile.kind == bindparam("kind"))
    .where(CaseFile.assignee >= f"{TEAM}:", CaseFile.assignee < f"{TEAM};")
    .distinct()
)


def teams(session: Session, shop_id: int, kind: str) -> tuple[str, ...]:
    """The names of all teams that have a case, by name."""
    return tuple(sorted(_names(key for (key,) in _TEAMS.rows(session, shop=shop_id, kind=kind))))


def _names(keys: Iterable[str | None]) -> list[str]:
    return [key.partition(":")[2] for key in keys if key]


def _held(session: Session, subject: Subject, now: datetime) -> CaseFile:
    """The case's row, made if it is not there, held until this transaction ends."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"shop_id": subject.shop_id, "kind": subject.kind, "subject_id": subject.id, "version": 0, "changed_at": now}
    session.execute(dialect.insert(CaseFile).values(row).on_conflict_do_nothing())
    wanted = select(CaseFile).where(*_of(CaseFile, subject)).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def _changed(row: CaseFile, by: str, now: datetime) -> None:
    row.version += 1
    row.changed_at, row.changed_by = now, by


def _of(table: type[CaseFile] | type[CaseTag], subject: Subject) -> tuple[ColumnElement[bool], ...]:
    return (table.shop_id == subject.shop_id, table.kind == subject.kind, table.subject_id == subject.id)
