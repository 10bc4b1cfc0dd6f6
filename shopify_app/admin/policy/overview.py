"""The policy's page: the draft's rules as sentences, in the order in which they are asked, and what is done to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Response, abort, request
from markupsafe import Markup

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, language, show, staff
from shopify_app.admin.people import may
from shopify_app.admin.policy import words
from shopify_app.admin.policy.desk import PATH, Desk, called, desk, moved
from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.pages.return_links import policy_path
from shopify_app.returns import published
from shopify_app.returns.never import Known, Never, Why, never
from shopify_app.returns.rules import Policy
from shopify_app.returns.shadowing import Shadow, shadowed
from shopify_app.returns.windows import day_of
from shopify_app.returns.writing import drafts, edits
from shopify_app.returns.writing.catalogued import without_goods
from shopify_app.returns.writing.differences import differences
from shopify_app.shops import profile
from shopify_app.shops.staff import Right

VERSIONS_SHOWN = 8
DID: Mapping[str, Phrase] = {
    "moved": phrase("Moved."),
    "duplicated": phrase("Duplicated. The copy is switched off until you have changed it."),
    "switched": phrase("Switched."),
    "deleted": phrase("The rule was taken out of the draft."),
    "written": phrase("Saved in the draft."),
    "general": phrase("Saved in the draft."),
    "preset": phrase("The preset is your draft now. Nothing changes for shoppers until you publish it."),
    "document": phrase("The document is your draft now."),
    "discarded": phrase("The draft was thrown away. This is what is in force."),
    "published": phrase("Published. Orders placed from now on carry this version."),
    "brought_back": phrase("Published again as a new version."),
}
VERBS: Mapping[str, tuple[str, Callable[[Policy, int], Policy], int]] = {
    "up": ("moved", lambda policy, at: edits.moved(policy, at, at - 1), -1),
    "down": ("moved", lambda policy, at: edits.moved(policy, at, at + 1), 1),
    "first": ("moved", lambda policy, at: edits.moved(policy, at, 0), -edits.MOST_RULES),
    "duplicate": ("duplicated", edits.duplicated, 1),
    "switch": ("switched", edits.switched, 0),
    "delete": ("deleted", edits.without, 0),
}
"""What each button does, what is said of it, and by how many places the rule moves."""


@dataclass(frozen=True)
class RuleRow:
    """A rule as it stands in the list; `shadows`: what of it never decides anything, each with why;
    `nevers`: why nothing new fits it; `is_over`: only since its days are."""

    at: int
    name: str
    sentence: Markup
    is_off: bool
    shadows: tuple[str, ...]
    nevers: tuple[str, ...] = ()
    is_over: bool = False


@blueprint.get("/returns/policy")
def policy() -> Response:
    """The draft; a link to one version (`number`) leads to its own page."""
    number = request.args.get("number", type=int)
    if number is not None:
        return go(f"{PATH}/versions/{number}")
    return overview(did=request.args.get("did", ""), at=request.args.get("at", type=int))


@blueprint.post("/returns/policy/rules")
def change_rules() -> Response:
    """Moves, duplicates, switches or deletes one rule of the draft."""
    did, edit, by = VERBS.get(request.form.get("verb", ""), (None, None, 0))
    at, seen = request.form.get("at", type=int), request.form.get("revision", type=int)
    if did is None or edit is None or at is None or seen is None:
        abort(400)
    try:
        with adapters().database.write() as session:
            draft = drafts.draft_of(session, shop_row().id)
            changed = edit(draft.policy, at) if draft.revision == seen else draft.policy
            drafts.save(session, shop_row().id, changed, seen, staff(), adapters().clock.now())
    except drafts.DraftMoved as failure:
        return overview(stale=failure, status=409)
    except edits.NoSuchRule:
        abort(404)
    except edits.LastRule:
        return overview(refusal=phrase("One rule has to stay switched on. Add another one first."), status=422)
    return go(PATH, did=did, at=max(0, min(at + by, len(changed.rules) - 1)))


@blueprint.post("/returns/policy/discard")
def discard_draft() -> Response:
    """Throws the draft away."""
    try:
        with adapters().database.write() as session:
            seen = request.form.get("revision", -1, type=int)
            drafts.discard(session, shop_row().id, seen, staff(), adapters().clock.now())
    except drafts.DraftMoved as failure:
        return overview(stale=failure, status=409)
    return go(PATH, did="discarded")


def overview(
    did: str = "",
    at: int | None = None,
    refusal: Phrase | None = None,
    stale: drafts.DraftMoved | None = None,
    status: int = 200,
) -> Response:
    """The page, with what was just done at the rule `at`, or why it was not."""
    with adapters().database.read() as session:
        here = desk(session)
        versions = published.publications(session, shop_row().id, VERSIONS_SHOWN + 1)
        bare = without_goods(session, shop_row().id, here.draft.policy)
    why = moved(stale) if stale else None
    return show(
        "policy/overview.html",
        status,
        here=here,
        who=called,
        rows=rows(here, bare),
        draft=here.draft,
        found=differences(here.draft.newest.policy, here.draft.policy),
        general=_general(here),
        versions=versions[:VERSIONS_SHOWN],
        has_more=len(versions) > VERSIONS_SHOWN,
        has_right=may(Right.PUBLISH),
        did=DID.get(did),
        at=at,
        refusal=why or (language().say(refusal) if refusal else None),
        told_at=f"{shop_row().storefront_url}{shop_row().proxy_path}/{policy_path()}",
    )


def rows(here: Desk, without_goods: frozenset[str]) -> list[RuleRow]:
    """The draft's rules as sentences, each with what shadows it and why nothing meets it."""
    policy, shop = here.draft.policy, shop_row()
    today = day_of(adapters().clock.now(), shop.timezone)
    dead: dict[str, list[Shadow]] = {}
    for each in shadowed(policy.in_use()):
        dead.setdefault(each.rule, []).append(each)
    unmet: dict[str, list[Never]] = {}
    for reason in never(policy.in_use(), Known(today, shop.currency, profile.markets(shop), without_goods)):
        unmet.setdefault(reason.rule, []).append(reason)
    return [
        RuleRow(
            at,
            rule.name,
            here.teller.markup(rule),
            rule.is_off,
            here.teller.shadows(dead.get(rule.name, ())),
            here.teller.nevers(rule, found := unmet.get(rule.name, ())),
            {each.why for each in found} == {Why.PAST},
        )
        for at, rule in enumerate(policy.rules)
    ]


def _general(here: Desk) -> list[tuple[Phrase, str]]:
    """What holds for the shop as a whole, each in a line."""
    policy, spoken = here.draft.policy, language()
    days = spoken.say(phrase_n("{count} day", "{count} days", policy.assumed_transit_days))
    some = len(policy.assumed_transit_by_country)
    if some:
        days += " " + spoken.say(phrase_n("({count} country apart)", "({count} countries apart)", some))
    waived = here.teller.amount(policy.waive_balance_up_to) if policy.waive_balance_up_to else "–"
    said = {
        "assumed_transit_days": days,
        "tender_order": spoken.say(words.TENDERS[policy.tender_order]),
        "leftover_to": spoken.say(words.LEFTOVERS[policy.leftover_to]),
        "waive_balance_up_to": waived,
        "blocked_may": spoken.say(words.BLOCKED[policy.blocked_may]),
    }
    return [(words.SETTINGS[name], text) for name, text in said.items()]
