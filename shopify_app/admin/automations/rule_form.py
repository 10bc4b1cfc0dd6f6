"""A rule as a form: flat names and what stands in their fields, out of a rule and back. Pure.

``when.*`` are the policy's conditions in the policy's own form; ``if.*`` what only an event knows; ``then.1.*``,
``then.2.*`` ... the actions in their order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from shopify_app.admin.policy import rule_fields
from shopify_app.admin.policy import rule_form as policy_form
from shopify_app.admin.policy.rule_fields import Values, amount_values
from shopify_app.admin.policy.rule_form import Wrong
from shopify_app.automations.rules import MOST_ACTIONS, Rule
from shopify_app.automations.vocabulary import Do
from shopify_app.i18n import Phrase, phrase
from shopify_app.returns.rules import Rule as PolicyRule
from shopify_app.settings.shape import Unfit
from shopify_app.shipments.directory import all_carriers

PICKED = ("parcel_states", "outcomes", "sources")
LISTED = ("order_tags", "without_tags")
BOUNDS = ("at_least", "at_most")
_RULE: TypeAdapter[Rule] = TypeAdapter(Rule)
_SLOT = re.compile(r"then\.(\d{1,2})\.do")


def values_of(rule: Rule) -> dict[str, list[str]]:
    """What stands in the fields for `rule`."""
    found = rule_fields.values_of(PolicyRule(name="-", when=rule.when.these))
    found = {name: value for name, value in found.items() if name.startswith("when.")}
    document = _RULE.dump_python(rule, mode="json", exclude_none=True)
    found |= {"name": [rule.name], "on": [str(rule.on)], "key": [rule.key]}
    for name, value in document["when"].items():
        if name in PICKED:
            found[f"if.{name}"] = [str(each) for each in value]
        elif name == "worth":
            for bound, amount in value.items():
                found |= {field: [text] for field, text in amount_values(f"if.worth.{bound}", amount).items()}
        elif name == "carriers":
            names = {each.id: each.name for each in all_carriers()}
            found["if.carriers"] = [", ".join(names.get(each, each) for each in map(str, value))]
        elif name != "these":
            found[f"if.{name}"] = [", ".join(value) if isinstance(value, list) else str(value)]
    for place, action in enumerate(document["then"], start=1):
        found |= _action_values(f"then.{place}", action)
    return found


def slots(values: Values) -> list[int]:
    """The places of the actions that the form holds, in their order."""
    return sorted(int(found[1]) for name in values if (found := _SLOT.fullmatch(name)))


def with_another(values: Values, do: str) -> dict[str, list[str]]:
    """The form with one more action, empty."""
    place = max(slots(values), default=0) + 1
    return {**values, f"then.{place}.do": [do]} if do in set(Do) and place <= 2 * MOST_ACTIONS else dict(values)


def with_moved(values: Values, place: int, by: int) -> tuple[dict[str, list[str]], int]:
    """The form with the action at `place` so many places further down (or up), and where it stands then; beyond the
    first or last place, and where there is none, all stays as it is."""
    places = slots(values)
    if place not in places or not 0 <= places.index(place) + by < len(places):
        return dict(values), place
    other = places[places.index(place) + by]
    goes_to = {f"then.{place}.": f"then.{other}.", f"then.{other}.": f"then.{place}."}
    return {_renamed(name, goes_to): list(found) for name, found in values.items()}, other


def rule_of(values: Values, currency: str, key: str, is_off: bool) -> Rule | Wrong:
    """The rule that a form describes in a shop with that currency, or every field that is wrong."""
    wrong: dict[str, Phrase | str] = {}
    shared = {name: list(value) for name, value in values.items() if name.startswith("when.")}
    these = policy_form.rule_of(shared | {"name": ["-"]}, currency)
    if isinstance(these, Wrong):
        wrong |= these.fields
    kept = [place for place in slots(values) if not _text(values, f"then.{place}.gone")]
    document = {
        "key": key,
        "name": _text(values, "name"),
        "on": _text(values, "on"),
        "is_off": is_off,
        "when": _asked(values, currency, wrong),
        "then": [_action(values, f"then.{place}") for place in kept],
    }
    try:
        _RULE.validate_python(document)
    except ValidationError as failure:
        # Of each field the first. Pydantic counts an action that is wrong as one that is not there.
        errors = [each for each in failure.errors() if not kept or (each["loc"], each["type"]) != _TOO_FEW]
        return Wrong({_field(error, kept): _said(error) for error in reversed(errors)} | wrong)
    if wrong or isinstance(these, Wrong):
        return Wrong(wrong)
    document["when"]["these"] = these.when
    return _RULE.validate_python(document)


def _action_values(field: str, action: Mapping[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in action.items():
        if isinstance(value, dict):
            found |= {f"{field}.{name}.{code}": [text] for code, text in value.items()}
        else:
            found[f"{field}.{name}"] = [str(value)]
    return found


def _renamed(name: str, goes_to: Mapping[str, str]) -> str:
    """A field's name at its action's new place."""
    return next((new + name[len(old) :] for old, new in goes_to.items() if name.startswith(old)), name)


def _asked(values: Values, currency: str, wrong: dict[str, Phrase | str]) -> dict[str, Any]:
    found: dict[str, Any] = {name: _many(values, f"if.{name}") for name in PICKED}
    found |= {name: _apart(_text(values, f"if.{name}")) for name in LISTED}
    found["carriers"] = [_carrier(name, wrong) for name in _apart(_text(values, "if.carriers"))]
    found["quiet_days"] = _text(values, "if.quiet_days") or None
    worth = {bound: policy_form.amount_of(values, f"if.worth.{bound}", currency, wrong) for bound in BOUNDS}
    found["worth"] = {bound: amount for bound, amount in worth.items() if amount is not None}
    return {name: value for name, value in found.items() if value not in (None, [], {})}


def _action(values: Values, field: str) -> dict[str, Any]:
    do = _text(values, f"{field}.do")
    found: dict[str, Any] = {"do": do}
    if do == Do.MAIL_SHOPPER:
        for name in ("subject", "words"):
            texts = {key.rpartition(".")[2]: _text(values, key) for key in values if key.startswith(f"{field}.{name}.")}
            found[name] = {code: text for code, text in texts.items() if text}
        return found
    for name in _FIELDS.get(do, ()):
        text = _text(values, f"{field}.{name}")
        if text or name != "to" or do == Do.ASSIGN:
            found[name] = text
    return found


_FIELDS: Mapping[str, tuple[str, ...]] = {
    Do.TAG: ("tag",),
    Do.MAIL_TEAM: ("words", "to"),
    Do.ASSIGN: ("to",),
    Do.CALL: ("url",),
}


def _carrier(name: str, wrong: dict[str, Phrase | str]) -> str:
    """The id of a carrier by its name or id, in whatever case."""
    for each in all_carriers():
        if name.casefold() in (each.id.casefold(), each.name.casefold()):
            return each.id
    wrong["if.carriers"] = phrase("“{name}” is no carrier we know. Write it as on its own page.", name=name)
    return name


def _text(values: Values, name: str) -> str:
    return next(iter(values.get(name, [])), "").strip().replace("\r\n", "\n")


def _many(values: Values, name: str) -> list[str]:
    return list(dict.fromkeys(each.strip() for each in values.get(name, []) if each.strip()))


def _apart(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def _field(error: ErrorDetails, kept: list[int]) -> str:
    """The field that an error is about."""
    path = [str(each) for each in error["loc"] if each != "[key]"]
    if not path:
        return "on"
    if path[0] == "when":
        named = [name for name in path[1:3] if not name.isdecimal()]  # without the place in a list
        return ".".join(["if", *named, *(["at_least"] if path[1:] == ["worth"] else [])])
    if path[0] != "then" or len(path) == 1:
        return "add" if path[0] == "then" else path[0]
    name = ".".join(path[3:]) or "do"  # of texts per language, the language's own field
    return f"then.{kept[int(path[1])]}.{name}"


def _said(error: ErrorDetails) -> Phrase | str:
    facts = error.get("ctx", {})
    if isinstance(facts.get("error"), Unfit):
        return facts["error"].said
    kind = error["type"]
    if error["loc"][:1] == ("then",) and len(error["loc"]) == 1:
        return phrase("Choose what the rule is to do.") if kind == "too_short" else _TOO_MANY
    if kind == "string_pattern_mismatch":
        return phrase("Choose one from the list.") if error["loc"][-2:] == (Do.ASSIGN, "to") else _ADDRESS
    if kind in ("enum", "literal_error", "union_tag_invalid"):
        return phrase("Choose one from the list.")
    if kind in ("missing", "string_too_short"):
        return phrase("This cannot be empty.")
    if kind == "string_too_long":
        return phrase("That is too long: {most} characters at most.", most=facts["max_length"])
    if kind in ("int_parsing", "int_parsing_size", "int_type", "greater_than_equal", "less_than_equal"):
        return phrase("Write a number from {least} to {most}.", least=1, most=30)
    return error["msg"].removeprefix("Value error, ")


_TOO_FEW = (("then",), "too_short")
_TOO_MANY = phrase("A rule does at most {count} things.", count=MOST_ACTIONS)
_ADDRESS = phrase("Write a whole address, as in hello@example.com.")
