"""From draft to version: what changes in sentences, the note, what was published before, and bringing it back."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, abort, request
from markupsafe import Markup

from shopify_app.admin.automations.desk import PATH, Desk, desk, moved
from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, language, show, staff
from shopify_app.admin.people import may, needs
from shopify_app.admin.policy.desk import called
from shopify_app.automations import versions
from shopify_app.automations.rules import Automations, Rule
from shopify_app.i18n import Phrase, phrase
from shopify_app.shops.staff import Right

NEW, GONE, CHANGED, MOVED = phrase("New"), phrase("Gone"), phrase("Changed"), phrase("Moved")
OFF, ON = phrase("Switched off"), phrase("Switched on")
SAME = phrase("These rules are in force already: there is nothing to publish.")


@dataclass(frozen=True)
class Change:
    """A rule that differs: what became of it, and what it says before and after (None where it is not there);
    `mails_nobody`: its mail has no address."""

    name: str
    how: Phrase
    tone: str
    before: Markup | None
    after: Markup | None
    mails_nobody: bool = False


@blueprint.get("/automations/publish")
def look_over_automations() -> Response:
    """The differences between the draft and the version in force, and the note."""
    return _look_over()


@blueprint.post("/automations/publish")
@needs(Right.PUBLISH)
def publish_automations() -> Response:
    """Publishes the draft as it was looked over."""
    note = " ".join(request.form.get("note", "").split())
    if len(note) > versions.LONGEST_NOTE:
        return _look_over(note, wrong=phrase("At most {count} characters.", count=versions.LONGEST_NOTE), status=422)
    try:
        with adapters().database.write() as session:
            seen = request.form.get("revision", -1, type=int)
            versions.publish(session, shop_row().id, seen, note, staff(), adapters().clock.now())
    except versions.DraftMoved as failure:
        return _look_over(note, refusal=moved(failure), status=409)
    except versions.Unchanged:
        return _look_over(note, refusal=language().say(SAME), status=422)
    return go(PATH, did="published")


@blueprint.get("/automations/versions/<int:version>")
def automations_version(version: int) -> Response:
    """One version in sentences."""
    return _version(version)


@blueprint.post("/automations/versions/<int:version>")
@needs(Right.PUBLISH)
def bring_automations_back(version: int) -> Response:
    """Publishes an old version again, as a new one."""
    try:
        with adapters().database.write() as session:
            seen = request.form.get("revision", -1, type=int)
            versions.bring_back(session, shop_row().id, version, seen, staff(), adapters().clock.now())
    except LookupError:
        abort(404)
    except versions.DraftMoved as failure:
        return _version(version, moved(failure), 409)
    except versions.Unchanged:
        return _version(version, language().say(SAME), 422)
    return go(PATH, did="brought_back")


def changes(here: Desk, before: Automations, after: Automations) -> list[Change]:
    """Every rule that differs, in the order of the new rules, those that are gone at the end."""
    was, is_now = ({rule.key: rule for rule in each.rules} for each in (before, after))
    stayed = [[key for key in rules if key in was and key in is_now] for rules in (was, is_now)]
    out_of_place = {key for old, key in zip(*stayed, strict=True) if old != key}
    found = [_change(here, was.get(rule.key), rule, out_of_place) for rule in after.rules]
    gone = [Change(rule.name, GONE, "critical", here.teller.markup(rule), None) for rule in before.rules
            if rule.key not in is_now]  # fmt: skip
    return [*(each for each in found if each is not None), *gone]


def _change(here: Desk, old: Rule | None, new: Rule, out_of_place: set[str]) -> Change | None:
    said, lost = here.teller.markup(new), here.mails_nobody(new)
    if old is None:
        return Change(new.name, NEW, "success", None, said, lost)
    if (old.on, old.when, old.then, old.name) != (new.on, new.when, new.then, new.name):
        name = new.name if new.name == old.name else f"{old.name} → {new.name}"
        return Change(name, CHANGED, "info", here.teller.markup(old), said, lost)
    if old.is_off != new.is_off:
        return Change(new.name, OFF if new.is_off else ON, "info" if new.is_off else "success", None, said, lost)
    return Change(new.name, MOVED, "info", None, said, lost) if new.key in out_of_place else None


def _look_over(note: str = "", refusal: str = "", wrong: Phrase | None = None, status: int = 200) -> Response:
    with adapters().database.read() as session:
        here = desk(session)
    return show(
        "automations/publish.html",
        status,
        draft=here.draft,
        changes=changes(here, here.draft.newest.rules, here.draft.rules),
        has_right=may(Right.PUBLISH),
        note=note,
        wrong=language().say(wrong) if wrong else "",
        refusal=refusal,
    )


def _version(number: int, refusal: str = "", status: int = 200) -> Response:
    with adapters().database.read() as session:
        found = versions.version(session, shop_row().id, number)
        if found is None:
            abort(404)
        here = desk(session, found.rules)
    rules: list[tuple[Rule, Markup]] = [(rule, here.teller.markup(rule)) for rule in found.rules.rules]
    return show(
        "automations/version.html",
        status,
        draft=here.draft,
        version=found,
        rules=rules,
        who=called,
        has_right=may(Right.PUBLISH),
        refusal=refusal,
    )
