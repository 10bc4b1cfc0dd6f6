"""One setting by its key, as operators write it: ``return_window_days`` or ``tracking.return_window_days``."""

from __future__ import annotations

import dataclasses
import difflib
import json
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from shopify_app.settings.store import ADAPTERS, GROUPS, WrongSetting, explain, load, save


def get_key(session: Session, shop_id: int, key: str) -> Any:
    """The value in force, made of JSON types. Raises WrongSetting."""
    kind, field = resolve(key)
    document = ADAPTERS[kind].dump_python(load(session, shop_id, GROUPS[kind]), mode="json")
    return document[field] if field else document


def set_key(session: Session, shop_id: int, key: str, text: str, by: str, now: datetime) -> Any:
    """Saves the group with `key` changed to `text` (JSON, or plain text where that is no JSON) and returns the new
    value, made of JSON types. Raises WrongSetting with a sentence that names the key."""
    kind, field = resolve(key)
    document = ADAPTERS[kind].dump_python(load(session, shop_id, GROUPS[kind]), mode="json")
    problems: list[str] = []
    for value in _readings(text):
        wanted = {**document, field: value} if field else value
        try:
            changed = ADAPTERS[kind].validate_python(wanted)
        except ValidationError as failure:
            problems.append(explain(failure, kind))
            continue
        save(session, shop_id, changed, by, now)
        return get_key(session, shop_id, key)
    raise WrongSetting(problems[0])


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


def _readings(text: str) -> list[Any]:
    """What `text` may mean: as JSON first, then as it stands ("1042" may be a name)."""
    try:
        return [json.loads(text), text]
    except ValueError:
        return [text]
