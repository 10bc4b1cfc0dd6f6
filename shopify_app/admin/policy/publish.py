"""From draft to version: the differences in words, the note, what was published before, and bringing it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Response, abort, request
from markupsafe import Markup

from shopify_app.admin.designer.page import reader_languages
from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, language, show, staff
from shopify_app.admin.people import may, needs
from shopify_app.admin.policy import words
from shopify_app.admin.policy.desk import PATH, Desk, called, desk, moved
from shopify_app.i18n import Phrase, phrase
from shopify_app.returns import published
from shopify_app.returns.rules import Policy, Rule
from shopify_app.returns.writing import drafts
from shopify_app.returns.writing.differences import Differences, How, RuleChange, differences
from shopify_app.shops.staff import Right
from shopify_app.texts import number_in

A_PAGE = 25
HOW: Mapping[How, Phrase] = {
    How.ADDED: phrase("New"),
    How.REMOVED: phrase("Gone"),
    How.CHANGED: phrase("Changed"),
    How.RENAMED: phrase("Renamed"),
    How.SWITCHED_ON: phrase("Switched on"),
    How.SWITCHED_OFF: phrase("Switched off"),
    How.MOVED: phrase("Moved"),
}
TONES: Mapping[How, str] = {How.ADDED: "success", How.SWITCHED_ON: "success", How.REMOVED: "critical"}


@dataclass(frozen=True)
class Told:
    """One rule that differs: what became of it, and what it says before and after (None where it is not there).
    `texts`: what it asks or tells shoppers in the merchant's own words, where that differs: in which language, before
    and after."""

    name: str
    how: tuple[tuple[Phrase, str], ...]
    before: Markup | None
    after: Markup | None
    places: str = ""
    texts: tuple[tuple[str, str, str], ...] = ()


@blueprint.get("/returns/policy/publish")
def look_over() -> Response:
    """The differences between the draft and the version in force, and the note."""
    return _look_over()


@blueprint.post("/returns/policy/publish")
@needs(Right.PUBLISH)
def publish_draft() -> Response:
    """Publishes the draft as it was looked over."""
    form, note = request.form, " ".join(request.form.get("note", "").split())
    if len(note) > published.LONGEST_NOTE:
        return _look_over(note=note, wrong=phrase("At most {count} characters.", count=published.LONGEST_NOTE))
    try:
        with adapters().database.write() as session:
            seen, number = form.get("revision", -1, type=int), form.get("number", -1, type=int)
            drafts.publish(session, shop_row().id, seen, number, note, staff(), adapters().clock.now())
    except drafts.DraftMoved as failure:
        return _look_over(note=note, stale=failure)
    except drafts.VersionMoved as failure:
        return _look_over(note=note, refusal=_overtaken(failure), status=409)
    except published.PolicyUnchanged as failure:
        said = phrase("Version {number} says this already: there is nothing to publish.", number=str(failure.number))
        return _look_over(note=note, refusal=said)
    return go(PATH, did="published")


@blueprint.get("/returns/policy/versions")
def policy_versions() -> Response:
    """All versions, a page at a time."""
    before = request.args.get("before", type=number_in)
    with adapters().database.read() as session:
        here = desk(session)
        found = published.publications(session, shop_row().id, A_PAGE + 1, before)
    return show("policy/versions.html", here=here, who=called, versions=found[:A_PAGE], has_more=len(found) > A_PAGE)


@blueprint.get("/returns/policy/versions/<int:number>")
def policy_version(number: int) -> Response:
    """One version in sentences, and what it changed."""
    return _version(number)


@blueprint.post("/returns/policy/versions/<int:number>")
@needs(Right.PUBLISH)
def bring_back(number: int) -> Response:
    """Publishes an old version again, as a new one."""
    note = " ".join(request.form.get("note", "").split())[: published.LONGEST_NOTE]
    newest = request.form.get("number", -1, type=int)
    try:
        with adapters().database.write() as session:
            drafts.bring_back(session, shop_row().id, number, newest, note, staff(), adapters().clock.now())
    except LookupError:
        abort(404)
    except drafts.VersionMoved as failure:
        return _version(number, note, _overtaken(failure), 409)
    except published.PolicyUnchanged as failure:
        said = phrase("Version {number} says this already: there is nothing to publish.", number=str(failure.number))
        return _version(number, note, said, 422)
    return go(PATH, did="brought_back")


def told(here: Desk, found: Differences) -> list[Told]:
    """Rules that differ, one entry each, with everything that became of it."""
    by_rule: dict[tuple[int | None, int | None], list[RuleChange]] = {}
    for change in found.rules:
        by_rule.setdefault((change.was_at, change.is_at), []).append(change)
    return [_told(here, changes) for changes in by_rule.values()]


def settings_told(here: Desk, found: Differences, before: Policy, after: Policy) -> list[tuple[Phrase, str, str]]:
    """What holds for the whole shop and differs: its name, before and after."""
    return [
        (words.SETTINGS[name], _setting(here, before, name), _setting(here, after, name)) for name in found.settings
    ]


def _told(here: Desk, changes: list[RuleChange]) -> Told:
    first = changes[0]
    hows = [change.how for change in changes]
    says_other = not {How.MOVED, How.SWITCHED_OFF, How.SWITCHED_ON, How.RENAMED}.issuperset(hows)
    named = first.after or first.before
    assert named is not None
    places = ""
    if How.MOVED in hows:
        said = phrase("From number {before} to number {after}", before=first.was_at, after=first.is_at)
        places = language().say(said)
    name = f"{first.before.name} → {named.name}" if first.before and How.RENAMED in hows else named.name
    return Told(
        name=name,
        how=tuple((HOW[how], TONES.get(how, "info")) for how in hows),
        before=here.teller.markup(first.before) if first.before and says_other else None,
        after=here.teller.markup(first.after) if first.after else None,
        places=places,
        texts=tuple(_texts(first.before, first.after)) if first.before and first.after else (),
    )


def _texts(before: Rule, after: Rule) -> Iterator[tuple[str, str, str]]:
    """A sentence has the question in one language at most, and the shop's own sentences in none."""
    for what, old, new in (
        (words.EFFECTS["question"], before.then.question or {}, after.then.question or {}),
        (phrase("Your own sentence"), before.says, after.says),
    ):
        for code, spoken in reader_languages():
            was, now = old.get(code, ""), new.get(code, "")
            if was != now:
                yield f"{language().say(what)}, {spoken}", was or "–", now or "–"


def _setting(here: Desk, policy: Policy, name: str) -> str:
    value, spoken = getattr(policy, name), language()
    if name == "assumed_transit_by_country":
        territories = spoken.locale.territories
        return ", ".join(f"{territories.get(code, code)} {days}" for code, days in value.items()) or "–"
    if name == "waive_balance_up_to":
        return here.teller.amount(value) if value else "–"
    known = {"tender_order": words.TENDERS, "leftover_to": words.LEFTOVERS, "blocked_may": words.BLOCKED}.get(name)
    return spoken.say(known[value]) if known else str(value)


def _overtaken(failure: drafts.VersionMoved) -> Phrase:
    return phrase(
        "Version {number} was published meanwhile. These are the differences to it; publish if that is what you want.",
        number=str(failure.number),
    )


def _look_over(
    note: str = "",
    refusal: Phrase | None = None,
    wrong: Phrase | None = None,
    stale: drafts.DraftMoved | None = None,
    status: int = 200,
) -> Response:
    with adapters().database.read() as session:
        here = desk(session)
    before, after = here.draft.newest.policy, here.draft.policy
    found = differences(before, after)
    why = moved(stale) if stale else language().say(refusal) if refusal else ""
    return show(
        "policy/publish.html",
        409 if stale else status if status != 200 else 422 if refusal or wrong else 200,
        here=here,
        found=found,
        told=told(here, found),
        settings=settings_told(here, found, before, after),
        has_right=may(Right.PUBLISH),
        note=note,
        wrong=language().say(wrong) if wrong else "",
        refusal=why,
    )


def _version(number: int, note: str = "", refusal: Phrase | None = None, status: int = 200) -> Response:
    with adapters().database.read() as session:
        version = published.publication(session, shop_row().id, number)
        if version is None:
            abort(404)
        before = published.publication(session, shop_row().id, number - 1) if number > 1 else None
        here = desk(session, version.policy, *([before.policy] if before else []))
    found = differences(before.policy, version.policy) if before else Differences()
    against = differences(here.draft.newest.policy, version.policy)
    return show(
        "policy/version.html",
        status,
        here=here,
        who=called,
        version=version,
        rules=[(rule, here.teller.markup(rule)) for rule in version.policy.rules],
        told=told(here, found),
        settings=settings_told(here, found, before.policy, version.policy) if before else [],
        against=told(here, against),
        against_settings=settings_told(here, against, here.draft.newest.policy, version.policy),
        has_right=may(Right.PUBLISH),
        note=note,
        refusal=language().say(refusal) if refusal else "",
    )
