"""What holds for the shop as a whole: transit, where refunds go, small balances, the blocked."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from pydantic import TypeAdapter, ValidationError

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, language, show, staff
from shopify_app.admin.policy import words
from shopify_app.admin.policy.desk import PATH, moved
from shopify_app.admin.policy.rule_fields import amount_values, in_own_currency
from shopify_app.admin.policy.rule_form import amount_of
from shopify_app.admin.policy.rule_refusals import said_of
from shopify_app.i18n import Phrase, phrase
from shopify_app.i18n.countries import COUNTRIES
from shopify_app.returns.document import to_document
from shopify_app.returns.rules import Policy
from shopify_app.returns.vocabulary import BlockedMay, LeftoverTo, TenderOrder
from shopify_app.returns.writing import drafts
from shopify_app.settings.shape import KEPT, Unfit, country_code

_POLICY: TypeAdapter[Policy] = TypeAdapter(Policy)
TRANSIT = "transit."
"""Before the letters of a country: the field of its days."""
ONE_MORE, ITS_DAYS = "transit.country", "transit.days"
_CHOSEN = ("tender_order", "leftover_to", "blocked_may")


@blueprint.get("/returns/policy/general")
def general() -> Response:
    """The form as the draft has it."""
    with adapters().database.read() as session:
        draft = drafts.draft_of(session, shop_row().id)
    return _page(_values(draft.policy), draft.revision)


@blueprint.post("/returns/policy/general")
def save_general() -> Response:
    """Puts it into the draft."""
    typed = {name: text.strip() for name, text in request.form.items()}
    seen = request.form.get("revision", -1, type=int)
    with adapters().database.read() as session:
        draft = drafts.draft_of(session, shop_row().id)
    found, errors = _read(typed, draft.policy)
    if found is None:
        return _page(typed, seen, errors=errors, status=422)
    try:
        with adapters().database.write() as session:
            drafts.save(session, shop_row().id, found, seen, staff(), adapters().clock.now())
    except drafts.DraftMoved as failure:
        return _page(typed, failure.now.revision, refusal=moved(failure), status=409)
    return go(PATH, did="general")


def _values(policy: Policy) -> dict[str, str]:
    apart = {f"{TRANSIT}{code}": str(days) for code, days in policy.assumed_transit_by_country.items()}
    chosen = {name: str(getattr(policy, name)) for name in _CHOSEN}
    own = {"assumed_transit_days": str(policy.assumed_transit_days)} | apart
    waived = {name: [text] for name, text in amount_values("waive_balance_up_to", policy.waive_balance_up_to).items()}
    return own | chosen | {name: text for name, (text,) in in_own_currency(waived, shop_row().currency).items()}


def _read(typed: dict[str, str], policy: Policy) -> tuple[Policy | None, dict[str, Phrase | str]]:
    """The policy with what was typed, or what is wrong by field."""
    errors: dict[str, Phrase | str] = {}
    countries = _countries(typed, errors)
    document: dict[str, Any] = to_document(policy) | {name: typed.get(name, "") for name in _CHOSEN}
    document |= {"assumed_transit_days": typed.get("assumed_transit_days", ""), "assumed_transit_by_country": countries}
    document["waive_balance_up_to"] = amount_of(
        {name: [text] for name, text in typed.items()}, "waive_balance_up_to", shop_row().currency, errors
    )
    try:
        found = _POLICY.validate_python(document, context=KEPT)  # the rules are not what is written here
    except ValidationError as failure:
        told = {name: said for error in failure.errors() for name, said in said_of(error)}
        return None, {_field(name, typed): said for name, said in told.items()} | errors
    return (None, errors) if errors else (found, errors)


def _countries(typed: dict[str, str], errors: dict[str, Phrase | str]) -> dict[str, str]:
    """Days by country, as they stand in the countries' own fields and in those for one more; a field that is emptied
    takes its country out."""
    apart = {name.removeprefix(TRANSIT): text for name, text in typed.items() if name.startswith(TRANSIT)}
    found = {code: text for code, text in apart.items() if text and code in COUNTRIES}
    code, days = typed.get(ONE_MORE, ""), typed.get(ITS_DAYS, "")
    if days and not code:
        errors[ONE_MORE] = phrase("Choose one from the list.")
    elif code or days:
        try:
            found[country_code(code)] = days
        except Unfit as failure:
            errors[ONE_MORE] = failure.said
    return found


def _field(name: str, typed: dict[str, str]) -> str:
    """The form's field for a place in the document."""
    field, _, code = name.partition(".")
    if field != "assumed_transit_by_country":
        return name
    return f"{TRANSIT}{code}" if typed.get(f"{TRANSIT}{code}") else ITS_DAYS


def _page(
    typed: dict[str, str],
    revision: int,
    errors: dict[str, Phrase | str] | None = None,
    refusal: str = "",
    status: int = 200,
) -> Response:
    told = {name: said if isinstance(said, str) else language().say(said) for name, said in (errors or {}).items()}
    return show(
        "policy/general.html",
        status,
        typed=typed,
        revision=revision,
        errors=told,
        refusal=refusal,
        words=words,
        options={
            "tender_order": [(each, words.TENDERS[each]) for each in TenderOrder],
            "leftover_to": [(each, words.LEFTOVERS[each]) for each in LeftoverTo],
            "blocked_may": [(each, words.BLOCKED[each]) for each in BlockedMay],
        },
        currency=shop_row().currency,
        countries=language().countries,
        apart=[(f"{TRANSIT}{code}", name) for code, name in language().countries if f"{TRANSIT}{code}" in typed],
    )
