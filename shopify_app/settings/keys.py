"""One setting by its key, as operators write it: ``return_window_days`` or ``tracking.return_window_days``."""

from __future__ import annotations

import dataclasses
import difflib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from shopify_app.settings.store import ADAPTERS, GROUPS, WrongSetting, explain, load, save, take_turn, written


def get_key(session: Session, shop_id: int, key: str) -> Any:
    """The value in force, made of JSON types. Raises WrongSetting."""
    kind, field = resolve(key)
    document = _document(session, shop_id, kind)
    return document[field] if field else document


def set_key(session: Session, shop_id: int, key: str, text: str, by: str, now: datetime) -> Any:
    """Saves the group with `key` changed to `text` (JSON, or plain text where that is no JSON) and returns the new
    value, made of JSON types. Two at once take turns. Raises WrongSetting with a sentence that names the key."""
    kind, field = resolve(key)
    take_turn(session, shop_id)
    document = _document(session, shop_id, kind)
    problems: list[str] = []
    for value in _readings(text):
        wanted = {**document, field: value} if field else value
        try:
            changed = _checked(kind, wanted, document)
        except WrongSetting as failure:
            problems.append(str(failure))
            continue
        save(session, shop_id, changed, by, now)
        return get_key(session, shop_id, key)
    raise WrongSetting(problems[0])


def set_keys(session: Session, shop_id: int, wanted: Mapping[str, Any], by: str, now: datetime) -> None:
    """Saves several settings, or none of them: values as JSON types, taken as they are, and each group as one version.
    What only fits together may stand in any order; two at once take turns. Raises WrongSetting with a sentence that
    names the key."""
    take_turn(session, shop_id)
    held: dict[str, dict[str, Any]] = {}
    documents: dict[str, dict[str, Any]] = {}
    for key, value in sorted(wanted.items(), key=lambda each: resolve(each[0])[1] is not None):  # whole groups first
        kind, field = resolve(key)
        if kind not in held:
            held[kind] = _document(session, shop_id, kind)
        if field is not None:
            documents.setdefault(kind, dict(held[kind]))[field] = value
        elif isinstance(value, dict):
            documents[kind] = dict(value)
        else:
            raise WrongSetting(f"{key}: write each setting of the group with its value.")
    changed = [_checked(kind, document, held[kind]) for kind, document in documents.items()]
    for group in changed:
        save(session, shop_id, group, by, now)


def resolve(key: str) -> tuple[str, str | None]:
    """(group, field) of a key; the field is None when `key` names a whole group. Raises WrongSetting."""
    group, _, field = key.partition(".")
    if group in GROUPS and (not field or field in fields_of(group)):
        return group, field or None
    owners = [kind for kind in GROUPS if not field and key in fields_of(kind)]
    if len(owners) == 1:
        return owners[0], key
    if owners:
        raise WrongSetting(f"“{key}” is in {' and '.join(owners)}: write {owners[0]}.{key}.")
    known = [f"{kind}.{name}" for kind in GROUPS for name in fields_of(kind)]
    near = difflib.get_close_matches(key, [*known, *(name.partition(".")[2] for name in known)], n=1)
    hint = f"did you mean {near[0]}?" if near else f"the groups are {', '.join(GROUPS)}."
    raise WrongSetting(f"There is no setting “{key}”; {hint}")


def fields_of(kind: str) -> tuple[str, ...]:
    """The names of the settings in group `kind`."""
    return tuple(field.name for field in dataclasses.fields(GROUPS[kind]))


def _document(session: Session, shop_id: int, kind: str) -> dict[str, Any]:
    """The group in force, made of JSON types."""
    return ADAPTERS[kind].dump_python(load(session, shop_id, GROUPS[kind]), mode="json")


def _checked(kind: str, document: Any, held: dict[str, Any]) -> Any:
    """The group that `document` describes, in the place of `held`. Raises WrongSetting."""
    if _has_nul(document):
        raise WrongSetting(f"{kind}: a text holds the character NUL, which cannot be kept: take it out.")
    try:
        return written(kind, document, held)
    except ValidationError as failure:
        raise WrongSetting(explain(failure, kind)) from failure


def _has_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_nul(each) for each in (*value.keys(), *value.values()))
    if isinstance(value, list):
        return any(map(_has_nul, value))
    return isinstance(value, str) and "\0" in value


def _readings(text: str) -> list[Any]:
    """What `text` may mean: as JSON first, then as it stands ("1042" may be a name)."""
    try:
        return [json.loads(text), text]
    except (ValueError, RecursionError):
        return [text]
