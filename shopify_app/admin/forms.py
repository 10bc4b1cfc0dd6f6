"""A page of settings: shown, typed, refused with a sentence beside each field, or saved; the same way everywhere.

A door says which groups its page holds; `settings_page` does the rest. Templates write fields with the macros of
``templates/admin/_fields.html``, which find values and sentences in `form`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask import Response, request

from shopify_app.admin.door import adapters, shop_row
from shopify_app.admin.frame import go, say, show, staff, who
from shopify_app.db import Session
from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.settings.forms import WHOLE, Held, Stale, Typed, differences, held, read, save_typed

SAVED = phrase("Saved.")
STALE = phrase("These settings were saved by somebody else while you were changing them.")
SHORT = 60
"""Longer values are not repeated beside a field."""


@dataclass(frozen=True)
class Form:
    """What a template knows of its form: the values to show, the sentence beside each, and what the page is told.

    `is_unsaved` when the values are what somebody typed and not what is in force.
    """

    values: Mapping[str, Any]
    version: int
    errors: Mapping[str, str] = field(default_factory=dict)
    saved_by: str | None = None
    saved_at: datetime | None = None
    refusal: str = ""
    is_unsaved: bool = False

    def value(self, name: str) -> Any:
        """The value of a field; KeyError for a field that no group of the page has."""
        return self.values[name]

    def error(self, name: str) -> str:
        """The sentence beside a field, empty when it fits."""
        return self.errors.get(name, "")


@dataclass(frozen=True)
class SettingsPage:
    """`path` is where the form is shown and sent, `groups` the settings it holds, `fields` those of their fields that
    it has (all by default), `more` what else the template needs (by name). `apart` reads fields that stand in the form
    in a way of the page's own; `said` tells what was done, by the address's `did`."""

    template: str
    path: str
    groups: tuple[type[Any], ...]
    fields: Iterable[str] | None = None
    more: Callable[[Mapping[type[Any], Any]], Mapping[str, Any]] = lambda _: {}
    apart: Callable[[], Mapping[str, Any]] = dict
    said: Mapping[str, Phrase] = field(default_factory=lambda: {"save": SAVED})


class Overtaken(Exception):
    """What stands in a form beside its settings was changed by somebody else; `said` says so."""

    def __init__(self, said: Phrase) -> None:
        super().__init__(said.text)
        self.said = said


@dataclass(frozen=True)
class Besides:
    """What a form saves besides settings, with them or not at all: a sentence for each field that is wrong, and the
    save itself, which may raise Overtaken."""

    errors: Mapping[str, Phrase]
    save: Callable[[Session], None]


def settings_page(page: SettingsPage, besides: Besides | None = None) -> Response:
    """Shows the form; a POST saves all of its groups (303) or none: 422 with every wrong field's sentence, 409 when
    somebody saved meanwhile, in both with what was typed."""
    with adapters().database.read() as session:
        now_held = held(session, shop_row().id, page.groups)
    if request.method != "POST":
        return _shown(page, now_held, _form(now_held))
    typed = read(request.form, now_held, page.fields, page.apart())
    if besides is not None and besides.errors:
        typed = replace(typed, errors={**typed.errors, **besides.errors})
    if typed.errors:
        return _shown(page, now_held, _refused(typed), 422)
    try:
        with adapters().database.write() as session:
            if besides is not None:
                besides.save(session)
            version = request.form.get("version", type=int)
            save_typed(session, shop_row().id, typed, now_held, version, staff(), adapters().clock.now())
    except Overtaken as late:
        version = request.form.get("version", 0, type=int)
        return _shown(page, now_held, Form(typed.shown, version, refusal=say(late.said), is_unsaved=True), 409)
    except Stale as late:
        return _shown(page, late.held, _overtaken(typed, late.held), 409)
    return go(page.path, did="save")


def standing(page: SettingsPage, status: int, refusal: Phrase) -> Response:
    """The page as it stands, where something was refused that is no setting of its groups."""
    with adapters().database.read() as session:
        now_held = held(session, shop_row().id, page.groups)
    form = replace(_form(now_held), refusal=say(refusal))
    return _shown(page, now_held, form, status)


def said_beside(errors: Mapping[str, Phrase]) -> dict[str, str]:
    """The sentences in the staff member's language."""
    return {name: say(words) for name, words in errors.items()}


def _form(now_held: Held) -> Form:
    return Form(now_held.values, now_held.version, saved_by=now_held.saved_by, saved_at=now_held.saved_at)


def _refused(typed: Typed) -> Form:
    errors = said_beside(typed.errors)
    counted = phrase_n(
        "{count} field needs another look. Nothing was saved.",
        "{count} fields need another look. Nothing was saved.",
        len(errors),
    )
    refusal = errors.get(WHOLE) or say(counted)
    version = request.form.get("version", 0, type=int)
    return Form(typed.shown, version, errors, refusal=refusal, is_unsaved=True)


def _overtaken(typed: Typed, now_held: Held) -> Form:
    """What was typed, with what is in force beside each field that differs; saving again is a choice made knowingly."""
    name = who(now_held.saved_by)
    capital = name[:1].upper() + name[1:]
    first = phrase("{name} saved these settings while you were changing them.", name=capital) if name else STALE
    rest = phrase("What you typed is kept below; save again to put it in its place.")
    beside = {
        each: say(phrase("Saved meanwhile: {value}", value=value if value not in (None, "") else "–"))
        for each, value in differences(typed, now_held).items()
        if isinstance(value, str | int | None) and not isinstance(value, bool) and len(str(value)) <= SHORT
    }
    return Form(
        typed.shown,
        now_held.version,
        beside,
        now_held.saved_by,
        now_held.saved_at,
        f"{say(first)} {say(rest)}",
        is_unsaved=True,
    )


def _shown(page: SettingsPage, now_held: Held, form: Form, status: int = 200) -> Response:
    done = None if form.refusal else page.said.get(request.args.get("did", ""))
    return show(page.template, status, form=form, did=say(done) if done else "", **page.more(now_held.groups))
