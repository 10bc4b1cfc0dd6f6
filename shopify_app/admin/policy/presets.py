"""The presets side by side: what each gives, in days and outcomes, and taking one as the draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from flask import Response, abort, request

from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, say, show, staff
from shopify_app.admin.policy import words
from shopify_app.admin.policy.desk import PATH, moved
from shopify_app.admin.policy.voice import number
from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.pages.policy_days import MOST_DAYS, PolicyDays, policy_days
from shopify_app.returns.amounts import Rates
from shopify_app.returns.document import to_document
from shopify_app.returns.effects import Window
from shopify_app.returns.plain_words import Telling, in_plain_words
from shopify_app.returns.presets import PRESETS, Preset, standard
from shopify_app.returns.rules import Policy, PolicyVersion
from shopify_app.returns.vocabulary import Approval, Outcome
from shopify_app.returns.writing import drafts

COLUMNS = (
    (phrase("Refund"), Outcome.REFUND),
    (phrase("Store credit"), Outcome.STORE_CREDIT),
    (phrase("Exchange"), Outcome.VARIANT_EXCHANGE),
)
_NOT = phrase("not offered")
_NONE = Phrase("–")
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
TOLD = {
    "standard": phrase("Everything for 30 days, 10 % bonus on credit."),
    "forgiving": phrase("No time limit, approved at once, no receipt needed."),
    "bulky": phrase("Notice within 30 days; you pick it up and look before you pay."),
    "trial": phrase("100 nights at home, at least 30; picked up or given away."),
    "fashion": phrase("The longer the shopper waits, the more stays in the shop."),
    "outlet": phrase("Nothing comes back but what was your mistake."),
    "eu_consumer": phrase("14 days without fees for consumers in the EU, 30 for all others."),
}
TITLES = {
    "standard": phrase("Standard 30 days"),
    "forgiving": phrase("Forgiving"),
    "bulky": phrase("Bulky goods"),
    "trial": phrase("Trial"),
    "fashion": phrase("Fashion"),
    "outlet": phrase("Final sale outlet"),
    "eu_consumer": phrase("EU consumer"),
}
RULES = (
    phrase("Our mistake"),
    phrase("Final sale"),
    phrase("Exchanges cost nothing"),
    phrase("30 days"),
    phrase("No time limit, no receipt needed"),
    phrase("Notice within 30 days, we pick it up"),
    phrase("100 nights, 30 at least"),
    phrase("14 days refund, 30 exchange, 45 credit"),
    phrase("Everything is final sale"),
    phrase("Consumers in the EU"),
    phrase("Everyone else: 30 days"),
)
"""What rules of the presets are called. Once a preset is taken these are the merchant's own words."""


@dataclass(frozen=True)
class InNumbers:
    """A preset as it is for an item that no exception fits: days by outcome, bonus, who says yes, when money moves."""

    handle: str
    title: Phrase
    summary: Phrase
    days: tuple[Phrase, ...]
    bonus: Phrase
    approval: Phrase
    money: Phrase
    exceptions: int
    is_draft: bool


@dataclass(frozen=True)
class Proposed:
    """What the shop's refund policy at Shopify says; `is_draft`: the draft is what would be proposed."""

    found: PolicyDays
    is_draft: bool


@blueprint.get("/returns/policy/presets")
def presets() -> Response:
    """All of them."""
    return _page()


@blueprint.post("/returns/policy/presets")
def choose_preset() -> Response:
    """Makes one the draft, its rules named in the language of who takes it."""
    preset = PRESETS.get(request.form.get("preset", ""))
    if preset is None:
        abort(404)
    return _taken(_renamed(preset.policy, {each.text: say(each) for each in RULES}))


@blueprint.post("/returns/policy/presets/days")
def take_days() -> Response:
    """Makes the ordinary preset the draft, with the days that were read in the shop's own policy and shown."""
    days = request.form.get("days", 0, type=int)
    if not 0 < days <= MOST_DAYS:
        abort(400)
    names = {each.text: say(each) for each in RULES} | {"30 days": say(phrase_n("{count} day", "{count} days", days))}
    return _taken(_renamed(standard(days), names))


def in_numbers(handle: str, preset: Preset, is_draft: bool = False) -> InNumbers:
    """What `preset` comes to."""
    version = PolicyVersion(1, _NEVER, preset.policy)
    told = in_plain_words(version, Telling((Rates("EUR", "EUR"),)))
    found = {each.terms.outcome: each.terms for each in told.outcomes}
    earned = next((terms.bonus for terms in found.values() if terms.bonus), None)
    approvals = [rule.then.approval for rule in preset.policy.rules if rule.then.outcomes]
    first = next(iter(found.values()), None)
    return InNumbers(
        handle=handle,
        title=TITLES[handle],
        summary=TOLD[handle],
        days=tuple(_days(found[each].window) if each in found else _NOT for _, each in COLUMNS),
        bonus=phrase("{number} %", number=number(earned.percent)) if earned else _NONE,
        approval=words.APPROVALS[approvals[-1] or Approval.REVIEW] if found else _NONE,
        money=words.EVENTS[first.money_event] if first else _NONE,
        exceptions=len(told.exceptions),
        is_draft=is_draft,
    )


def _taken(policy: Policy) -> Response:
    try:
        with adapters().database.write() as session:
            seen = request.form.get("revision", -1, type=int)
            drafts.save(session, shop_row().id, policy, seen, staff(), adapters().clock.now())
    except drafts.DraftMoved as failure:
        return _page(moved(failure), 409)
    return go(PATH, did="preset")


def _renamed(policy: Policy, names: Mapping[str, str]) -> Policy:
    return replace(policy, rules=tuple(replace(rule, name=names[rule.name]) for rule in policy.rules))


def _is_same(one: Policy, other: Policy) -> bool:
    """In everything but what rules are called."""
    return _without_names(one) == _without_names(other)


def _without_names(policy: Policy) -> dict[str, Any]:
    document = to_document(policy)
    return document | {"rules": [rule | {"name": ""} for rule in document["rules"]]}


def _days(window: Window) -> Phrase:
    first, last = window.earliest_day, window.latest_day
    if last is None:
        return phrase("no limit")
    if first:
        return phrase("day {first} to {last}", first=first, last=last)
    return phrase_n("{count} day", "{count} days", last)


def _page(refusal: str = "", status: int = 200) -> Response:
    with adapters().database.read() as session:
        draft = drafts.draft_of(session, shop_row().id)
    found = [in_numbers(handle, each, _is_same(each.policy, draft.policy)) for handle, each in PRESETS.items()]
    named = policy_days(shop_row().profile)
    proposed = Proposed(named, bool(named.days) and _is_same(standard(named.days), draft.policy)) if named else None
    told = {"presets": found, "columns": COLUMNS, "proposed": proposed}
    return show("policy/presets.html", status, draft=draft, refusal=refusal, **told)
