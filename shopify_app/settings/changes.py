"""What was changed in a shop's settings, by whom and when: each version beside the one before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from shopify_app.settings.models import SettingsVersion
from shopify_app.settings.store import ADAPTERS, GROUPS

LISTED = 30


@dataclass(frozen=True)
class Change:
    """One field, made of JSON types."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Saved:
    """One version of a group; `changes` is empty where it was saved as it was."""

    id: int
    kind: str
    version: int
    by: str
    at: datetime
    changes: tuple[Change, ...]


def saved(session: Session, shop_id: int, kind: str | None = None, before: int | None = None) -> Sequence[Saved]:
    """Versions of all groups, or of one, newest first; `LISTED` at most, and one more where there is more. From id
    `before` on back."""
    now, earlier = SettingsVersion, aliased(SettingsVersion)
    last = (earlier.shop_id == now.shop_id) & (earlier.kind == now.kind) & (earlier.version == now.version - 1)
    wanted = select(now, earlier.document).outerjoin(earlier, last).where(now.shop_id == shop_id)
    if kind is not None:
        wanted = wanted.where(now.kind == kind)
    if before is not None:
        wanted = wanted.where(now.id < before)
    rows = session.execute(wanted.order_by(now.id.desc()).limit(LISTED + 1))
    return [
        Saved(row.id, row.kind, row.version, row.saved_by, row.saved_at, differing(row.kind, was or {}, row.document))
        for row, was in rows
    ]


def differing(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """The fields in which two saved documents differ; what they do not say is at its default. Documents are as old as
    they are: a field that exists no more is told by its name."""
    defaults = _defaults(kind)
    fields = dict.fromkeys((*defaults, *before, *after))
    told = ((field, *(saved.get(field, defaults.get(field)) for saved in (before, after))) for field in fields)
    return tuple(Change(field, was, now) for field, was, now in told if was != now)


@cache
def _defaults(kind: str) -> Mapping[str, Any]:
    return ADAPTERS[kind].dump_python(GROUPS[kind](), mode="json") if kind in GROUPS else {}
