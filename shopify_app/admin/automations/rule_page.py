"""One rule as a form: what it waits for, what must be so, what it does; every field wrong beside itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from flask import Response, abort, request

from shopify_app.admin.automations import rule_form, words
from shopify_app.admin.automations.desk import PATH, Desk, desk, moved
from shopify_app.admin.automations.overview import FULL, new_key
from shopify_app.admin.designer.page import reader_languages
from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, language, show, staff
from shopify_app.admin.policy import words as policy_words
from shopify_app.admin.policy.choices import SEARCHED, pickers
from shopify_app.admin.policy.desk import shelf
from shopify_app.admin.policy.rule_fields import in_own_currency
from shopify_app.admin.policy.rule_form import Wrong
from shopify_app.admin.policy.rule_page import CHOICES, RuleForm, counted, ticked
from shopify_app.automations import edits, versions
from shopify_app.automations.rules import Rule
from shopify_app.automations.vocabulary import ABOUT, About, Do, Trigger
from shopify_app.casework.replies import PLACES
from shopify_app.i18n import Phrase, phrase
from shopify_app.shipments.states import ParcelState

MOST_FIELDS = 400
MOVES = re.compile(r"(up|down):(\d{1,2})")
"""What the buttons beside an action say."""
GROUPS: Mapping[About, Phrase] = {
    About.ORDER: phrase("The order"),
    About.PARCEL: phrase("The parcel"),
    About.RETURN: phrase("The return"),
}
TAKEN = phrase("Another rule has this name. Give each its own, so that you can tell them apart in the log.")
EITHER = [("", phrase("Does not matter")), ("yes", phrase("Yes")), ("no", phrase("No"))]


@blueprint.get("/automations/rule")
def automation() -> Response:
    """The form of the rule `key`, or of a new one."""
    key = request.args.get("key", "")
    with adapters().database.read() as session:
        here = desk(session)
    try:
        values = rule_form.values_of(edits.rule_of(here.draft.rules, key)) if key else {}
    except edits.NoSuchRule:
        abort(404)
    shown = in_own_currency(values, shop_row().currency)
    return _page(here, RuleForm(shown, here.draft.revision, None, next(iter(values.get("name", [])), "")))


@blueprint.post("/automations/rule")
def save_automation() -> Response:
    """Puts the rule into the draft; a search, one more action, or one in another place, only shows the form again."""
    sent = {name: list(found) for name, found in request.form.lists()}
    if len(sent) > MOST_FIELDS:
        abort(400)
    with adapters().database.read() as session:
        here = desk(session)
    revision = request.form.get("revision", -1, type=int)
    form = RuleForm(sent, revision, None, request.form.get("opened", "")[:120])
    if any(form.value(f"find.{name}").strip() for name in SEARCHED):
        return _page(here, replace(form, is_searching=True))
    if move := MOVES.fullmatch(form.value("verb")):
        values, at = rule_form.with_moved(sent, int(move[2]), -1 if move[1] == "up" else 1)
        return _page(here, replace(form, values=values, is_searching=True), at=at)
    if form.value("add"):
        more = rule_form.with_another(sent, form.value("add"))
        return _page(here, replace(form, values={**more, "add": [""]}, is_searching=True))
    return _saved(here, form)


def _saved(here: Desk, form: RuleForm) -> Response:
    known = {rule.key: rule for rule in here.draft.rules.rules}
    before = known.get(form.value("key"))
    found = rule_form.rule_of(
        form.values, shop_row().currency, before.key if before else new_key(), before.is_off if before else False
    )
    errors = dict(found.fields) if isinstance(found, Wrong) else _taken(here, form, found)
    if errors or isinstance(found, Wrong):
        told = {name: said if isinstance(said, str) else language().say(said) for name, said in errors.items()}
        return _page(here, replace(form, errors=told, refusal=counted(len(told))), 422)
    try:
        with adapters().database.write() as session:
            draft = versions.draft_of(session, shop_row().id)
            rules = edits.written(draft.rules, found) if draft.revision == form.revision else draft.rules
            versions.save(session, shop_row().id, rules, form.revision, staff(), adapters().clock.now())
    except versions.DraftMoved as failure:
        return _overtaken(form, failure)
    return go(PATH, did="written", key=found.key)


def _taken(here: Desk, form: RuleForm, rule: Rule) -> dict[str, Phrase | str]:
    """What only the other rules of the draft can tell."""
    if form.revision != here.draft.revision:
        return {}
    if edits.is_name_taken(here.draft.rules, rule):
        return {"name": TAKEN}
    try:
        edits.written(here.draft.rules, rule)
    except edits.TooMany:
        return {"name": FULL}
    return {}


def _overtaken(form: RuleForm, failure: versions.DraftMoved) -> Response:
    """What was typed, to be saved over the newest draft knowingly."""
    with adapters().database.read() as session:
        here = desk(session)
    now = {rule.key: rule for rule in here.draft.rules.rules}.get(form.value("key"))
    why = moved(failure)
    if now is not None:
        why += " " + language().say(phrase("The rule reads now: {sentence}", sentence=here.teller.text(now)))
    elif form.value("key"):
        why += " " + language().say(phrase("The rule is gone from it: saving adds it anew."))
    return _page(here, replace(form, revision=here.draft.revision, refusal=why), 409)


def _page(here: Desk, form: RuleForm, status: int = 200, at: int | None = None) -> Response:
    """The form; `at` is the action that was just moved."""
    with adapters().database.read() as session:
        picked = pickers(shelf(session), ticked(form), {name: form.value(f"find.{name}") for name in SEARCHED})
    return show(
        "automations/rule.html",
        status,
        form=form,
        key=form.value("key"),
        slots=rule_form.slots(form.values),
        at=at,
        do=Do,
        doing=words.DOING,
        triggers={group: [each for each in Trigger if ABOUT[each] is about] for about, group in GROUPS.items()},
        trigger_words=words.TRIGGERS,
        sources=words.SOURCES,
        states={each: words.PARCELS[each] for each in ParcelState if each is not ParcelState.UNKNOWN},
        outcomes=CHOICES,
        words=policy_words,
        picked=picked,
        found=next((name for name, each in picked.items() if each.sought), ""),
        options={"either": EITHER},
        people=here.people.choices,
        has_team_mail=here.has_team_mail,
        languages=reader_languages(),
        places=_places(PLACES),
        team_places=_places(each for each in PLACES if each != "first_name"),
        currency=shop_row().currency,
    )


def _places(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)
