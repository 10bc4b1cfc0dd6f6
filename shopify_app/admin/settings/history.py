"""Everything that was ever saved in the settings: what changed, by whom and when."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import say, show, who
from shopify_app.admin.settings.labels import CHOSEN, FIELDS, KINDS, VALUES
from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.settings.changes import LISTED, Change, Saved, saved
from shopify_app.texts import number_in

SHORT = 80
"""Characters of a value; more of it is not read in a list."""
OFTEN_READ_LATER = frozenset({"faq", "hours", "offers", "pins", "exclusions", "addresses", "blocks_seen"})
"""Fields made of parts: that they changed is said, and how many there are now."""
TIMES = frozenset({"handover_cut_off"})
KEYS = frozenset({"api_key", "push_secret"})
"""Fields that count how often a secret was replaced: that one is there, or is another now, is all that is said."""


@blueprint.get("/settings/history", endpoint="settings_history")
def history_page() -> Response:
    """Thirty at a time; of one group, where the address names it."""
    kind = request.args.get("group") if request.args.get("group") in KINDS else None
    with adapters().database.read() as session:
        found = saved(session, shop_row().id, kind, request.args.get("before", type=number_in))
    return show(
        "settings/history.html",
        rows=[(each, KINDS.get(each.kind, Phrase(each.kind)), who(each.by), _told(each)) for each in found[:LISTED]],
        kinds=KINDS,
        kind=kind,
        more=found[LISTED - 1].id if len(found) > LISTED else None,
    )


def _told(version: Saved) -> list[tuple[str, str, str]]:
    """(what, before, now) of each field, in words and in the order of the group's page: not every database keeps a
    document's."""
    places = {name: place for place, (kind, name) in enumerate(FIELDS) if kind == version.kind}
    changes = sorted(version.changes, key=lambda change: places.get(change.field, len(places)))
    return [(_name(version.kind, change), *_both(change)) for change in changes]


def _name(kind: str, change: Change) -> str:
    return say(FIELDS.get((kind, change.field), Phrase(change.field)))


def _both(change: Change) -> tuple[str, str]:
    if change.field not in KEYS:
        return _value(change.field, change.before), _value(change.field, change.after)
    if change.before and change.after:
        return _value(change.field, None), say(phrase("Changed"))
    before, after = (_value(change.field, bool(times) or None) for times in (change.before, change.after))
    return before, after


def _value(field: str, value: Any) -> str:
    if isinstance(value, bool):
        return say(phrase("On") if value else phrase("Off"))
    if value in (None, "", [], {}):
        return "–"
    if field in CHOSEN and value in VALUES:
        return say(VALUES[value])
    if field in TIMES:
        return str(value)[:5]
    if isinstance(value, dict) and field not in OFTEN_READ_LATER:  # a text in each language
        return _short("; ".join(f"{code}: {text}" for code, text in value.items()))
    if isinstance(value, list) and all(isinstance(each, str | int) for each in value):
        return _short(", ".join(map(str, value)))
    if isinstance(value, list | dict):
        return say(phrase_n("{count} entry", "{count} entries", len(value)))
    return _short(str(value))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHORT else f"{line[: SHORT - 1]}…"
