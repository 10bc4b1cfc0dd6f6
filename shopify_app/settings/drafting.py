"""The look of the shopper's page between changing it and showing it: one draft a shop, published as a whole.

A draft holds fields, not groups: what is changed elsewhere meanwhile (a promise in the settings, a value on the command
line) stays as it is, unless the draft changes the very same field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError
from sqlalchemy import func, literal, select, union_all, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shopify_app.settings.models import SettingsVersion
from shopify_app.settings.page_models import PageDraft, PagePublication
from shopify_app.settings.store import (
    ADAPTERS,
    GROUPS,
    WrongSetting,
    as_kept,
    explain,
    kind_of,
    load_many,
    save,
    written,
)

Look = Mapping[str, Mapping[str, Any]]
"""Group -> field -> value, made of JSON types."""

FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "brand": (
            *("name", "logo_url", "logo_dark_url", "accent", "background", "font", "heading_font", "radius", "tone"),
            *("scheme", "footer"),
        ),
        "tracking": ("blocks", "lookup_fields", "seller_name"),
        "support": ("email", "phone", "chat_url", "social", "faq", "hours", "closed_on"),
        "recommendations": ("pins", "exclusions"),
        "offers": ("offers",),
    }
)
"""What belongs to the look; other fields of these groups are promises and are set elsewhere."""
_GROUPS = tuple(GROUPS[kind] for kind in FIELDS)
LISTED = 30


class DraftMoved(Exception):
    """Somebody saved or published since the page was read: who and when."""

    def __init__(self, by: str, at: datetime) -> None:
        super().__init__("the draft was saved meanwhile")
        self.by, self.at = by, at


class NothingToPublish(Exception):
    """The draft says what is in force already."""


class NoSuchPublication(LookupError):
    """The shop has published nothing under that number."""


@dataclass(frozen=True)
class Draft:
    """`look` is everything as it would be published, `changes` what of it differs from what is in force; `groups` are
    the settings in force."""

    look: Look
    changes: Look
    groups: Mapping[type[Any], Any]
    version: int = 0
    saved_by: str = ""
    saved_at: datetime | None = None

    @property
    def changed(self) -> tuple[tuple[str, str], ...]:
        """(group, field) of everything that publishing would change."""
        return tuple((kind, field) for kind, fields in self.changes.items() for field in fields)


def in_force(session: Session, shop_id: int) -> Look:
    """The look that shoppers see; one statement."""
    return _look_of(load_many(session, shop_id, _GROUPS))


def read(session: Session, shop_id: int, beside: tuple[type[Any], ...] = ()) -> Draft:
    """The draft; without one, what is in force. `beside` are groups that are wanted too. One statement."""
    kinds = [*FIELDS, *(kind_of(group) for group in beside)]
    found = session.execute(union_all(_newest(shop_id, kinds), _of_draft(shop_id)))
    rows: dict[str, tuple[Any, ...]] = {row[0]: tuple(row) for row in found}
    stored = {kind: rows[kind][1] if kind in rows else {} for kind in kinds}
    groups = {GROUPS[kind]: as_kept(kind, document) for kind, document in stored.items()}
    shown = _look_of(groups)
    if _DRAFT not in rows:
        return Draft(shown, {}, groups)
    _, kept, version, saved_by, saved_at = rows[_DRAFT]
    changes = _differing(shown, kept)
    return Draft(_over(shown, changes), changes, groups, version, saved_by, saved_at)


_DRAFT = "(draft)"


def _newest(shop_id: int, kinds: list[str]) -> Any:
    """The groups' versions in force, in the columns of `_of_draft`."""
    row = SettingsVersion
    newest = (
        select(row.kind, func.max(row.version).label("version"))
        .where(row.shop_id == shop_id, row.kind.in_(kinds))
        .group_by(row.kind)
        .subquery()
    )
    columns = select(row.kind, row.document, row.version, row.saved_by, row.saved_at).where(row.shop_id == shop_id)
    return columns.join(newest, (row.kind == newest.c.kind) & (row.version == newest.c.version))


def _of_draft(shop_id: int) -> Any:
    row = PageDraft
    columns = (literal(_DRAFT), row.changes, row.version, row.saved_by, row.saved_at)
    return select(*columns).where(row.shop_id == shop_id)


def groups_of(look: Look, base: Mapping[type[Any], Any]) -> dict[type[Any], Any]:
    """`base` with what `look` says. Raises WrongSetting."""
    return {**base, **{GROUPS[kind]: _group(kind, fields, base) for kind, fields in look.items()}}


def write(session: Session, shop_id: int, wanted: Look, seen: int, by: str, now: datetime) -> int:
    """Puts the fields of `wanted` into the draft and returns its version; `seen` is the version that its writer read.
    Raises DraftMoved, WrongSetting."""
    held = read(session, shop_id)
    if held.version != seen:
        raise DraftMoved(held.saved_by, held.saved_at or now)
    look = _over(held.look, wanted)
    groups_of(look, held.groups)
    changes = _differing(_look_of(held.groups), look)
    _turn(session, shop_id, seen, changes, by, now)
    return seen + 1


def discard(session: Session, shop_id: int, seen: int, by: str, now: datetime) -> None:
    """Throws the draft away. Raises DraftMoved."""
    _turn(session, shop_id, seen, {}, by, now)


def publish(session: Session, shop_id: int, seen: int, by: str, now: datetime) -> PagePublication:
    """Makes the draft what shoppers see, all of it in this transaction. Raises DraftMoved, NothingToPublish,
    WrongSetting."""
    held = read(session, shop_id)
    if held.version != seen:
        raise DraftMoved(held.saved_by, held.saved_at or now)
    if not held.changes:
        raise NothingToPublish
    _turn(session, shop_id, seen, {}, by, now)
    return _put_in_force(session, shop_id, held.changes, by, now)


def roll_back(session: Session, shop_id: int, number: int, seen: int, by: str, now: datetime) -> PagePublication:
    """Makes publication `number` what shoppers see again; what the draft changes stays in the draft. Raises DraftMoved,
    NoSuchPublication, NothingToPublish, WrongSetting."""
    earlier = session.scalar(
        select(PagePublication).where(PagePublication.shop_id == shop_id, PagePublication.number == number)
    )
    if earlier is None:
        raise NoSuchPublication(number)
    held = read(session, shop_id)
    if held.version != seen:
        raise DraftMoved(held.saved_by, held.saved_at or now)
    changes = _differing(in_force(session, shop_id), earlier.look)
    if not changes:
        raise NothingToPublish
    _turn(session, shop_id, seen, held.changes, by, now)
    return _put_in_force(session, shop_id, changes, by, now, back_to=number)


def publications(session: Session, shop_id: int) -> list[PagePublication]:
    """The newest first."""
    wanted = select(PagePublication).where(PagePublication.shop_id == shop_id)
    return list(session.scalars(wanted.order_by(PagePublication.number.desc()).limit(LISTED)))


def differences(newer: Look, older: Look) -> tuple[tuple[str, str], ...]:
    """(group, field) of everything in which two looks differ."""
    return tuple((kind, field) for kind, fields in _differing(older, newer).items() for field in fields)


def _put_in_force(
    session: Session, shop_id: int, changes: Look, by: str, now: datetime, back_to: int | None = None
) -> PagePublication:
    """Saves every changed group and writes down what was there before, if nobody has."""
    before = in_force(session, shop_id)
    newest = session.scalar(
        select(PagePublication).where(PagePublication.shop_id == shop_id).order_by(PagePublication.number.desc())
    )
    number = newest.number if newest else 0
    if newest is None or _differing(before, _of_known(newest.look)):
        number += 1
        session.add(PagePublication(shop_id=shop_id, number=number, look=dict(before), published_by="",
                                    published_at=now))  # fmt: skip
    groups = load_many(session, shop_id, tuple(GROUPS[kind] for kind in changes))
    for group in groups_of(changes, groups).values():
        save(session, shop_id, group, by, now)
    made = PagePublication(shop_id=shop_id, number=number + 1, look=dict(_over(before, changes)), published_by=by,
                           published_at=now, back_to=back_to)  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _turn(session: Session, shop_id: int, seen: int, changes: Look, by: str, now: datetime) -> None:
    """The next version of the draft's row, if `seen` is still its newest. Raises DraftMoved."""
    kept = {kind: dict(fields) for kind, fields in changes.items()}
    if seen == 0:
        try:
            with session.begin_nested():
                session.add(PageDraft(shop_id=shop_id, version=1, changes=kept, saved_by=by, saved_at=now))
        except IntegrityError:  # the first save of somebody else came between
            raise DraftMoved("", now) from None
        return
    mine = (PageDraft.shop_id == shop_id, PageDraft.version == seen)
    values = {"version": seen + 1, "changes": kept, "saved_by": by, "saved_at": now}
    if session.execute(update(PageDraft).where(*mine).values(values)).rowcount == 1:  # type: ignore[attr-defined]
        return
    row = session.scalar(select(PageDraft).where(PageDraft.shop_id == shop_id))
    raise DraftMoved(row.saved_by if row else "", row.saved_at if row else now)


def _group(kind: str, fields: Mapping[str, Any], base: Mapping[type[Any], Any]) -> Any:
    document = ADAPTERS[kind].dump_python(base[GROUPS[kind]], mode="json")
    try:
        return written(kind, document | dict(fields), document)
    except ValidationError as failure:
        raise WrongSetting(explain(failure, kind)) from failure


def _look_of(groups: Mapping[type[Any], Any]) -> Look:
    documents = {kind: ADAPTERS[kind].dump_python(groups[GROUPS[kind]], mode="json") for kind in FIELDS}
    return {kind: {field: documents[kind][field] for field in fields} for kind, fields in FIELDS.items()}


def _of_known(look: Look) -> Look:
    """Only fields that are still part of the look: a publication may be older than they are."""
    return {kind: {f: v for f, v in fields.items() if f in FIELDS[kind]} for kind, fields in look.items()
            if kind in FIELDS}  # fmt: skip


def _differing(base: Look, other: Look) -> Look:
    """The fields of `other` that are not as in `base`."""
    found = {
        kind: {field: value for field, value in fields.items() if value != base[kind][field]}
        for kind, fields in _of_known(other).items()
    }
    return {kind: fields for kind, fields in found.items() if fields}


def _over(base: Look, changes: Look) -> Look:
    return {kind: {**fields, **changes.get(kind, {})} for kind, fields in base.items()}
