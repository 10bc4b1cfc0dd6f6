"""One rule as a form: when it applies and what it decides, every field wrong beside itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Response, abort, request

from shopify_app.admin.designer.page import reader_languages
from shopify_app.admin.door import adapters, blueprint, shop_row
from shopify_app.admin.frame import go, language, show, staff
from shopify_app.admin.policy import rule_fields, words
from shopify_app.admin.policy.choices import SEARCHED, Picker, pickers
from shopify_app.admin.policy.desk import PATH, Desk, desk, moved, shelf
from shopify_app.admin.policy.rule_fields import Values, in_own_currency, is_same, values_of
from shopify_app.admin.policy.rule_form import Wrong, rule_of
from shopify_app.i18n import Phrase, phrase, phrase_n
from shopify_app.returns.rules import Rule
from shopify_app.returns.vocabulary import Approval, MoneyEvent, Outcome, PriceBasis, ProofLevel, Start
from shopify_app.returns.writing import drafts, edits
from shopify_app.texts import number_in

NUMBERS = ("collection_ids", "product_ids", "variant_ids")
ALWAYS_CHOSEN = (".counted_from", ".price")
"""Lists without an empty entry."""
CHOICES = tuple(outcome for outcome in Outcome if outcome is not Outcome.KEEP_ITEM)


@dataclass(frozen=True)
class RuleForm:
    """What stands in the fields, the sentence beside each, and what is looked for. `at` None: a new rule; `name` is
    what the rule was called when the form was opened."""

    values: Values
    revision: int
    at: int | None
    name: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""
    is_searching: bool = False

    def value(self, name: str) -> str:
        """A field's text."""
        return next(iter(self.values.get(name, [])), "")

    def many(self, name: str) -> list[str]:
        """A field's ticked values."""
        return list(self.values.get(name, []))

    def error(self, name: str) -> str:
        """The sentence beside a field, empty where it fits."""
        return self.errors.get(name, "")

    def is_used(self, *beginnings: str) -> bool:
        """Whether a part of the form says anything, or is wrong: then it is open. A list that always has something
        chosen says nothing by itself."""
        said = (name for name, value in self.values.items() if any(value) and not name.endswith(ALWAYS_CHOSEN))
        return any(name.startswith(beginnings) for name in (*said, *self.errors))


@blueprint.get("/returns/policy/rule")
def rule() -> Response:
    """The form of the rule at `at`, or of a new one."""
    with adapters().database.read() as session:
        here = desk(session)
    draft, at = here.draft, request.args.get("at", type=int)
    try:
        values = values_of(edits.rule_at(draft.policy, at)) if at is not None else {}
    except edits.NoSuchRule:
        abort(404)
    shown = in_own_currency(values, shop_row().currency)
    return _page(here, RuleForm(shown, draft.revision, at, next(iter(values.get("name", [])), "")))


@blueprint.post("/returns/policy/rule")
def save_rule() -> Response:
    """Puts the rule into the draft; while something is looked for, only that is answered."""
    sent = {name: list(found) for name, found in request.form.lists()}
    if len(sent) > _MOST_FIELDS:
        abort(400)
    sought = {name for name in SEARCHED if any(map(str.strip, sent.get(f"find.{name}", [])))}
    with adapters().database.read() as session:
        here = desk(session)
    form = RuleForm(sent, _number("revision", -1), _number("at"), request.form.get("opened", "")[:120])
    if sought:
        return _page(here, replace(form, is_searching=True))
    before = _before(here, form)
    found = rule_of(sent, shop_row().currency, before.is_off if before else False)
    errors = dict(found.fields) if isinstance(found, Wrong) else _taken(here, form, found)
    if errors or isinstance(found, Wrong):
        told = {name: said if isinstance(said, str) else language().say(said) for name, said in errors.items()}
        return _page(here, replace(form, errors=told, refusal=counted(len(told))), 422)
    try:
        at = _save(form, before if before and is_same(found, before, shop_row().currency) else found)
    except drafts.DraftMoved as failure:
        return _overtaken(form, failure)
    except edits.NoSuchRule:
        abort(404)
    return go(PATH, did="written", at=at)


_MOST_FIELDS = 400


def _number(name: str, otherwise: int | None = None) -> Any:
    return request.form.get(name, otherwise, type=int)


def _save(form: RuleForm, rule: Rule) -> int:
    """Where the rule stands now. Raises DraftMoved."""
    with adapters().database.write() as session:
        draft = drafts.draft_of(session, shop_row().id)
        is_seen = draft.revision == form.revision
        policy = edits.written(draft.policy, form.at, rule) if is_seen else draft.policy
        drafts.save(session, shop_row().id, policy, form.revision, staff(), adapters().clock.now())
    return next(at for at, each in enumerate(policy.rules) if each.name == rule.name)


def _before(here: Desk, form: RuleForm) -> Rule | None:
    rules = here.draft.policy.rules
    return rules[form.at] if form.at is not None and 0 <= form.at < len(rules) else None


def _taken(here: Desk, form: RuleForm, rule: Rule) -> dict[str, Phrase | str]:
    """A name that another rule has: verdicts name their rule."""
    if form.revision != here.draft.revision:
        return {}
    others = [each.name for at, each in enumerate(here.draft.policy.rules) if at != form.at]
    if form.at is None and len(others) >= edits.MOST_RULES:
        return {"name": phrase("A policy has at most {count} rules.", count=edits.MOST_RULES)}
    taken = phrase("Another rule has this name. Each needs its own: decisions name their rule.")
    return {"name": taken} if rule.name in others else {}


def counted(count: int) -> str:
    """How many fields of a form are wrong, at its head."""
    said = phrase_n(
        "{count} field needs another look. Nothing was saved.",
        "{count} fields need another look. Nothing was saved.",
        count,
    )
    return language().say(said)


def _overtaken(form: RuleForm, failure: drafts.DraftMoved) -> Response:
    """What was typed, to be saved over the newest draft knowingly: the rule is found there by its name."""
    with adapters().database.read() as session:
        here = desk(session)
    rules = here.draft.policy.rules
    at = next((at for at, each in enumerate(rules) if each.name == form.name), None) if form.at is not None else None
    why = moved(failure)
    if form.at is not None and at is None:
        why += " " + language().say(phrase("The rule is gone from it: saving adds it anew."))
    elif at is not None:
        why += " " + language().say(phrase("The rule reads now: {sentence}", sentence=here.teller.text(rules[at])))
    return _page(here, replace(form, at=at, revision=here.draft.revision, refusal=why), 409)


def _page(here: Desk, form: RuleForm, status: int = 200) -> Response:
    with adapters().database.read() as session:
        picked = pickers(shelf(session), ticked(form), {name: form.value(f"find.{name}") for name in SEARCHED})
    return show(
        "policy/rule.html",
        status,
        form=form,
        here=here,
        picked=picked,
        found=_first_found(picked) if form.is_searching else "",
        words=words,
        options=_options(),
        scopes=rule_fields.SCOPES,
        earning=rule_fields.EARNING,
        outcomes=CHOICES,
        languages=reader_languages(),
        currency=shop_row().currency,
    )


def _first_found(picked: Mapping[str, Picker]) -> str:
    """The first search of the page: what was found is where the reader is taken."""
    return next((name for name, each in picked.items() if each.sought), "")


def ticked(form: RuleForm) -> dict[str, list[Any]]:
    """What is ticked of each condition; ids as numbers, what is none as it came."""
    return {
        name: [(name in NUMBERS and number_in(each)) or each for each in form.many(f"when.{name}")]
        for name in rule_fields.PICKED
    }


def _options() -> dict[str, list[tuple[str, Phrase]]]:
    """What a select offers, in the words of this page; the first is to leave it to later rules."""
    left = ("", phrase("Left to later rules"))
    return {
        "yes_no": [left, ("yes", phrase("Yes")), ("no", phrase("No"))],
        "either": [("", phrase("Does not matter")), ("yes", phrase("Yes")), ("no", phrase("No"))],
        "window": [left, ("days", phrase("Until a day")), ("endless", phrase("Without a time limit"))],
        "bonus": [left, ("percent", phrase("A percentage")), ("flat", phrase("An amount, once per order")),
                  ("none", phrase("No bonus"))],
        "outcomes": [left, ("some", phrase("These:")), ("none", phrase("Nothing: final sale"))],
        "methods": [left, ("some", phrase("These:")), ("none", phrase("None"))],
        "waive": [left, ("some", phrase("For these:")), ("none", phrase("For none"))],
        "question": [left, ("ask", phrase("Ask this:")), ("none", phrase("Ask nothing"))],
        "approval": [left, *((each, words.APPROVALS[each]) for each in Approval)],
        "event": [left, *((each, words.EVENTS[each]) for each in MoneyEvent)],
        "start": [(each, words.STARTS[each]) for each in (Start.DELIVERY, Start.FULFILMENT, Start.ORDER)],
        "proof": [left, *((each, words.PROOFS[each]) for each in ProofLevel)],
        "price": [(each, words.PRICES[each]) for each in PriceBasis],
    }  # fmt: skip
