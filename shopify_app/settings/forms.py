"""One way from a posted form to settings and back: typed, every wrong field with its sentence, nobody's save lost.

A form may hold fields of several groups; field names are those of the groups' dataclasses. Each value arrives as text:
switches as ``on``, texts per language as ``<field>-<code>``, several choices under one name, nothing as the empty text.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from types import MappingProxyType, UnionType
from typing import Any, Protocol, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shopify_app.i18n import Phrase, phrase
from shopify_app.settings.models import SettingsVersion
from shopify_app.settings.offers import CODE
from shopify_app.settings.shape import PerLanguage, Unfit
from shopify_app.settings.store import ADAPTERS, kind_of, load_many, save, written
from shopify_app.shops.models import Shop

WHOLE = ""
"""Where the sentences stand that belong to no field."""
ADDRESS = r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$"
"""The pattern of the groups' mail addresses (`settings.messages`)."""


class Posted(Protocol):
    """A form as werkzeug reads it."""

    def get(self, key: str, default: str) -> str: ...
    def getlist(self, key: str) -> Sequence[str]: ...
    def __contains__(self, key: object, /) -> bool: ...
    def __iter__(self) -> Iterator[str]: ...


@dataclass(frozen=True)
class Held:
    """What is in force: the groups by class, and who saved one of them last. `version` grows with every save."""

    groups: Mapping[type[Any], Any]
    version: int
    saved_by: str | None = None
    saved_at: datetime | None = None

    @property
    def values(self) -> dict[str, Any]:
        """Every field of every group, made of JSON types, as a form shows them."""
        return {name: value for group in self.groups.values() for name, value in _plain(group).items()}


@dataclass(frozen=True)
class Typed:
    """What a form says. `groups` are the new values, empty when something is wrong; `errors` has a sentence for every
    field that is; `shown` is what was typed, to be shown again."""

    shown: Mapping[str, Any]
    groups: tuple[Any, ...] = ()
    errors: Mapping[str, Phrase] = field(default_factory=dict)


class Stale(Exception):
    """Somebody else saved since the form was opened; `held` is what is in force now."""

    def __init__(self, held: Held) -> None:
        super().__init__(f"version {held.version} was saved meanwhile")
        self.held = held


def held(session: Session, shop_id: int, groups: tuple[type[Any], ...]) -> Held:
    """The settings in force, in two statements."""
    newest = session.execute(_newest(shop_id, groups)).first()
    found = load_many(session, shop_id, groups)
    return Held(found, newest.id, newest.saved_by, newest.saved_at) if newest else Held(found, 0)


def read(
    form: Posted, now_held: Held, fields: Iterable[str] | None = None, apart: Mapping[str, Any] = MappingProxyType({})
) -> Typed:
    """The groups of `now_held` as `form` wants them. `fields` are those that the form has, all of them by default; what
    it leaves out stays as it is, but a switch that does not come is off. `apart` are values that the page has read in
    its own way; of those made of parts, a sentence stands under ``<field of the part>-<place>``."""
    wanted = None if fields is None else frozenset(fields) - apart.keys()
    shown, made, errors = {}, [], {}
    for group, value in now_held.groups.items():
        own = {name: apart[name] for name, _ in _hints(group) if name in apart}
        document = _plain(value) | _read_group(form, group, wanted) | own
        shown |= document
        try:
            made.append(written(kind_of(group), document, _plain(value)))
        except ValidationError as failure:
            errors |= sentences(failure, group, apart.keys())
    return Typed(shown, () if errors else tuple(made), errors)


def save_typed(
    session: Session, shop_id: int, typed: Typed, seen: Held, version: int | None, by: str, now: datetime
) -> None:
    """Saves the groups that the form changes, each as its next version. Raises Stale unless `version`, which the form
    carries, is still the newest; two saves at once queue at the shop's row."""
    session.get_one(Shop, shop_id, with_for_update=True)
    newest = held(session, shop_id, tuple(seen.groups))
    if version != newest.version:
        raise Stale(newest)
    for group in typed.groups:
        if group != newest.groups[type(group)]:
            save(session, shop_id, group, by, now)


def sentences(failure: ValidationError, group: type[Any], apart: Collection[str] = ()) -> dict[str, Phrase]:
    """The first sentence for each field that is wrong, by field; what concerns no single field under `WHOLE`. Of texts
    per language under ``<field>-<code>``; of fields that are lists of parts and named in `apart`, by field and place of
    the part."""
    told: dict[str, Phrase] = {}
    spoken = {name for name, hint in _hints(group) if hint == PerLanguage}
    for error in failure.errors():
        name = _place(error["loc"], apart, spoken)
        told.setdefault(name, _sentence(error, _bounds(group, name)))
    return told


def field_of(name: str) -> str:
    """The field that a sentence's place belongs to."""
    return name.partition("-")[0]


def _place(where: tuple[int | str, ...], apart: Collection[str], spoken: Collection[str]) -> str:
    match where:
        case ():
            return WHOLE
        case (str(field), int(place), str(part), *_) if field in apart:
            return f"{part}-{place}"
        case (str(field), str(code), *_) if field in spoken:
            return f"{field}-{code}"
        case _:
            return str(where[0])


def differences(typed: Typed, other: Held) -> dict[str, Any]:
    """The fields in which what is in force is not what was typed, with the value in force."""
    now = other.values
    return {name: now[name] for name, value in typed.shown.items() if name in now and _text(now[name]) != _text(value)}


def _sentence(error: Any, bounds: tuple[Any, Any]) -> Phrase:
    kind, facts = error["type"], error.get("ctx") or {}
    if isinstance(facts.get("error"), Unfit):
        return facts["error"].said
    if kind in _OF_NUMBERS:
        return _number_sentence(bounds)
    if kind in _SENTENCES:
        return _SENTENCES[kind](facts)
    if kind == "string_pattern_mismatch" and facts.get("pattern") in _SHAPES:
        return _SHAPES[facts["pattern"]]
    words = str(error["msg"]).removeprefix("Value error, ")
    return Phrase(words[:1].upper() + words[1:])


def _number_sentence(bounds: tuple[Any, Any]) -> Phrase:
    least, most = bounds
    if least is not None and most is not None:
        return phrase("Write a number from {least} to {most}.", least=least, most=most)
    if least is not None:
        return phrase("Write a number, {least} or more.", least=least)
    return phrase("Write a number.")


_SHAPES: Mapping[str, Phrase] = MappingProxyType(
    {
        ADDRESS: phrase("Write a whole address, as in hello@example.com."),
        CODE: phrase("A code is one word of letters, digits, dots, hyphens and underscores, as in NEXT10."),
    }
)
_OF_NUMBERS = frozenset(
    {
        *("int_parsing", "int_type", "int_from_float", "int_parsing_size", "float_parsing", "decimal_parsing"),
        *("decimal_max_digits", "decimal_max_places", "decimal_type", "finite_number"),
        *("greater_than_equal", "less_than_equal", "greater_than", "less_than"),
    }
)
_SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], Phrase]] = {
    "string_too_long": lambda facts: phrase("That is too long: {most} characters at most.", most=facts["max_length"]),
    "string_too_short": lambda _: phrase("This cannot be empty."),
    "missing": lambda _: phrase("This cannot be empty."),
    "enum": lambda _: phrase("Choose one from the list."),
    "literal_error": lambda _: phrase("Choose one from the list."),
    "bool_parsing": lambda _: phrase("Choose one from the list."),
    "too_long": lambda facts: phrase("That is too many: {most} at most.", most=facts["max_length"]),
    "time_parsing": lambda _: phrase("Write a time, as in 14:30."),
    "time_type": lambda _: phrase("Write a time, as in 14:30."),
    "date_parsing": lambda _: phrase("Write a day, as in 2026-11-24."),
    "date_from_datetime_parsing": lambda _: phrase("Write a day, as in 2026-11-24."),
}


def _read_group(form: Posted, group: type[Any], wanted: frozenset[str] | None) -> dict[str, Any]:
    said = {name: _read_field(form, name, hint) for name, hint in _hints(group) if wanted is None or name in wanted}
    return {name: value for name, value in said.items() if value is not _UNSAID}


_UNSAID = object()


@cache
def _hints(group: type[Any]) -> tuple[tuple[str, Any], ...]:
    """The fields of a group with their types."""
    types = get_type_hints(group)
    return tuple((each.name, types[each.name]) for each in dataclasses.fields(group))


def _read_field(form: Posted, name: str, hint: Any) -> Any:
    """The text of one field in the shape of its type; `_UNSAID` where the form does not have it."""
    kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    if bool in kinds:
        return "on" in form.getlist(name)
    if PerLanguage in kinds:
        return _per_language(form, name)
    if any(get_origin(kind) in (tuple, list) for kind in kinds):
        return [text.strip() for text in form.getlist(name) if text.strip()] if name in form else _UNSAID
    if name not in form:
        return _UNSAID
    said = form.get(name, "").strip().replace("\r\n", "\n")
    return None if not said and type(None) in kinds else said


def _per_language(form: Posted, name: str) -> Any:
    """Fields ``<name>-<language>``; empty ones say nothing."""
    keys = [key for key in form if key.startswith(f"{name}-")]
    if not keys:
        return _UNSAID
    said = {key.removeprefix(f"{name}-")[:12]: form.get(key, "").strip().replace("\r\n", "\n") for key in keys}
    return {code: text for code, text in said.items() if text}


def _bounds(group: type[Any], name: str) -> tuple[Any, Any]:
    """The least and the most that a number may be, None where there is no such bound."""
    schema = TypeAdapter(group).json_schema().get("properties", {}).get(name, {})
    sides = [schema, *schema.get("anyOf", ())]
    found = (next((side[bound] for side in sides if bound in side), None) for bound in ("minimum", "maximum"))
    least, most = (int(each) if each is not None and each == int(each) else each for each in found)
    return least, most


def _newest(shop_id: int, groups: tuple[type[Any], ...]) -> Any:
    kinds = [kind_of(group) for group in groups]
    mine = (SettingsVersion.shop_id == shop_id, SettingsVersion.kind.in_(kinds))
    latest = select(func.max(SettingsVersion.id)).where(*mine).scalar_subquery()
    return select(SettingsVersion.id, SettingsVersion.saved_by, SettingsVersion.saved_at).where(
        SettingsVersion.id == latest
    )


def _plain(group: Any) -> dict[str, Any]:
    return ADAPTERS[kind_of(type(group))].dump_python(group, mode="json")


def _text(value: Any) -> str:
    return "" if value is None else str(value)
