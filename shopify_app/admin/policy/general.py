"""What holds for the shop as a whole: transit, where refunds go, small balances, the blocked."""

from __future__ import annotations

import re
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
from shopify_app.returns.document import to_document
from shopify_app.returns.rules import Policy
from shopify_app.returns.vocabulary import BlockedMay, LeftoverTo, TenderOrder
from shopify_app.returns.writing import drafts

_POLICY: TypeAdapter[Policy] = TypeAdapter(Policy)
_COUNTRY = re.compile(r"\s*([A-Za-z]{2})\s+(\d{1,5})\s*")
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
    countries = ", ".join(f"{code} {days}" for code, days in policy.assumed_transit_by_country.items())
    chosen = {name: str(getattr(policy, name)) for name in _CHOSEN}
    own = {"assumed_transit_days": str(policy.assumed_transit_days), "assumed_transit_by_country": countries}
    waived = {name: [text] for name, text in amount_values("waive_balance_up_to", policy.waive_balance_up_to).items()}
    return own | chosen | {name: text for name, (text,) in in_own_currency(waived, shop_row().currency).items()}


def _read(typed: dict[str, str], policy: Policy) -> tuple[Policy | None, dict[str, Phrase | str]]:
    """The policy with what was typed, or what is wrong by field."""
    errors: dict[str, Phrase | str] = {}
    countries: dict[str, str] = {}
    for part in filter(str.strip, typed.get("assumed_transit_by_country", "").split(",")):
        written = _COUNTRY.fullmatch(part)
        if written is None:
            errors["assumed_transit_by_country"] = phrase("Write it like this: SE 3, US 9")
        else:
            countries[written[1].upper()] = written[2]
    document: dict[str, Any] = to_document(policy) | {name: typed.get(name, "") for name in _CHOSEN}
    document |= {"assumed_transit_days": typed.get("assumed_transit_days", ""), "assumed_transit_by_country": countries}
    document["waive_balance_up_to"] = amount_of(
        {name: [text] for name, text in typed.items()}, "waive_balance_up_to", shop_row().currency, errors
    )
    try:
        found = _POLICY.validate_python(document)
    except ValidationError as failure:
        errors = {name: said for error in failure.errors() for name, said in said_of(error)} | errors
        return None, _on_fields(errors)
    return (None, errors) if errors else (found, errors)


def _on_fields(errors: dict[str, Phrase | str]) -> dict[str, Phrase | str]:
    return {"assumed_transit_by_country" if "by_country" in name else name: said for name, said in errors.items()}


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
    )
