"""The automations' page: the draft's rules as sentences, in the order in which they act, and what is done to them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Response, abort, request
from markupsafe import Markup

from shopify_app.admin.automations.desk import PATH, Desk, desk, moved
from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, language, show, staff
from shopify_app.admin.people import may
from shopify_app.admin.policy.desk import called
from shopify_app.automations import calling, edits, history, versions
from shopify_app.automations.rules import MOST_RULES, Automations
from shopify_app.i18n import Phrase, phrase
from shopify_app.shops.staff import Right
from shopify_app.texts import number_in

VERSIONS_SHOWN = 6
DID: Mapping[str, Phrase] = {
    "moved": phrase("Moved."),
    "duplicated": phrase("Duplicated. The copy is switched off until you have changed it."),
    "switched": phrase("Switched."),
    "deleted": phrase("The rule was taken out of the draft."),
    "written": phrase("Saved in the draft."),
    "discarded": phrase("The draft was thrown away. This is what is in force."),
    "published": phrase("Published. These rules act from now on."),
    "brought_back": phrase("Published again as a new version."),
}
FULL = phrase("There is room for {count} rules. Take one out first.", count=MOST_RULES)
VERBS: Mapping[str, tuple[str, Callable[[Automations, str], Automations]]] = {
    "up": ("moved", lambda rules, key: edits.moved(rules, key, -1)),
    "down": ("moved", lambda rules, key: edits.moved(rules, key, 1)),
    "first": ("moved", lambda rules, key: edits.moved(rules, key, -MOST_RULES)),
    "duplicate": ("duplicated", lambda rules, key: edits.duplicated(rules, key, new_key())),
    "switch": ("switched", edits.switched),
    "delete": ("deleted", edits.without),
}
"""What each button does, and what is said of it."""


@dataclass(frozen=True)
class RuleRow:
    """A rule as it stands in the list; `fired` how often it did of late; `mails_nobody`: its mail has no address."""

    at: int
    key: str
    name: str
    sentence: Markup
    is_off: bool
    fired: int
    mails_nobody: bool


def new_key() -> str:
    """A name for a rule that no other has."""
    return secrets.token_hex(4)


@blueprint.get("/automations")
def automations() -> Response:
    """The draft; with `before`, the versions that came before that number."""
    return overview(did=request.args.get("did", ""), key=request.args.get("key", ""))


@blueprint.post("/automations/rules")
def change_automations() -> Response:
    """Moves, duplicates, switches or deletes one rule of the draft."""
    did, edit = VERBS.get(request.form.get("verb", ""), (None, None))
    key, seen = request.form.get("key", ""), request.form.get("revision", type=int)
    if did is None or edit is None or seen is None:
        abort(400)
    try:
        with adapters().database.write() as session:
            draft = versions.draft_of(session, shop_row().id)
            changed = edit(draft.rules, key) if draft.revision == seen else draft.rules
            versions.save(session, shop_row().id, changed, seen, staff(), adapters().clock.now())
    except versions.DraftMoved as failure:
        return overview(stale=failure, status=409)
    except edits.NoSuchRule:
        abort(404)
    except edits.TooMany:
        return overview(refusal=FULL, status=422)
    return go(PATH, did=did, key=key)


@blueprint.post("/automations/discard")
def discard_automations() -> Response:
    """Throws the draft away."""
    try:
        with adapters().database.write() as session:
            seen = request.form.get("revision", -1, type=int)
            versions.discard(session, shop_row().id, seen, staff(), adapters().clock.now())
    except versions.DraftMoved as failure:
        return overview(stale=failure, status=409)
    return go(PATH, did="discarded")


def overview(
    did: str = "",
    key: str = "",
    refusal: Phrase | None = None,
    stale: versions.DraftMoved | None = None,
    status: int = 200,
) -> Response:
    """The page, with what was just done at the rule `key`, or why it was not."""
    with adapters().database.read() as session:
        here = desk(session)
        before = number_in(request.args.get("before", ""))
        past = versions.versions(session, shop_row().id, VERSIONS_SHOWN + 1, before)
        fired = history.counts(session, shop_row().id)
    why = moved(stale) if stale else None
    has_right = may(Right.PUBLISH)
    return show(
        "automations/overview.html",
        status,
        draft=here.draft,
        rows=_rows(here, fired),
        who=called,
        versions=past[:VERSIONS_SHOWN],
        has_more=len(past) > VERSIONS_SHOWN,
        has_right=has_right,
        secret=calling.secret_of(adapters().database.keyring, shop_row().domain) if has_right else "",
        calls=any(each.do == "call" for rule in here.draft.rules.rules for each in rule.then),
        did=DID.get(did),
        key=key,
        refusal=why or (language().say(refusal) if refusal else None),
    )


def _rows(here: Desk, fired: Mapping[str, int]) -> list[RuleRow]:
    rules = here.draft.rules.rules
    return [
        RuleRow(
            at,
            each.key,
            each.name,
            here.teller.markup(each),
            each.is_off,
            fired.get(each.key, 0),
            here.mails_nobody(each),
        )
        for at, each in enumerate(rules)
    ]
