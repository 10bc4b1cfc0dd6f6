"""Policies as JSON: reading with a sentence for every wrong value, writing, and the published schema.

``docs/policy.schema.json`` is written anew by ``python -m shopify_app.returns.document > docs/policy.schema.json``.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from shopify_app.returns.rules import Policy, Rule
from shopify_app.settings.shape import KEPT

_POLICY: TypeAdapter[Policy] = TypeAdapter(Policy)
_RULE: TypeAdapter[Rule] = TypeAdapter(Rule)
LARGEST_BYTES = 1_000_000
_WHY = {
    "missing": "is missing.",
    "unexpected_keyword_argument": "is not known here; check its spelling.",
    "json_invalid": "This is not JSON.",
    "too_short": "is empty: name at least one, or leave it out.",
}


class WrongPolicy(ValueError):
    """A document that is no policy; `sentences` say what is wrong and where, for the person who wrote it."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


def read_policy(text: str | bytes) -> Policy:
    """The policy that JSON `text` describes. Unknown keys and values of the wrong kind are refused.

    Raises WrongPolicy with one sentence for each thing wrong.
    """
    if len(text) > LARGEST_BYTES:
        raise WrongPolicy((f"A policy has at most {LARGEST_BYTES:,} bytes.",))
    if "\\u0000" in (text if isinstance(text, str) else text.decode("utf-8", "replace")):
        raise WrongPolicy(("A text holds the character NUL (\\u0000), which cannot be kept: take it out.",))
    try:
        return _POLICY.validate_json(text, strict=True)
    except ValidationError as failure:
        raise WrongPolicy(tuple(_sentence(error, text) for error in _own(failure.errors()))) from failure


def kept_policy(text: str) -> Policy:
    """The policy that was stored as `text`, also where its words are longer than may be written today."""
    return _POLICY.validate_json(text, strict=True, context=KEPT)


def to_document(policy: Policy) -> dict[str, Any]:
    """`policy` as JSON values, defaults left out; `read_policy` of their text gives the same policy back."""
    written: dict[str, Any] = _POLICY.dump_python(policy, mode="json", exclude_defaults=True)
    return written


def content(rule: Rule) -> dict[str, Any]:
    """What `rule` says as plain values, whatever it is called and whether it is on. No list of a rule means anything by
    its order: forms send what is ticked as it stands there, files as it was written."""
    written = _RULE.dump_python(rule, exclude_defaults=True)
    return {name: _unordered(value) for name, value in written.items() if name not in ("name", "is_off")}


def says_the_same(policy: Policy, other: Policy) -> bool:
    """Whether both are one policy, but for the order of what a rule lists, and for how numbers are written."""
    return _said(policy) == _said(other)


def _said(policy: Policy) -> tuple[Any, ...]:
    rules = [(rule.name, rule.is_off, content(rule)) for rule in policy.rules]
    return rules, {name: value for name, value in _POLICY.dump_python(policy).items() if name != "rules"}


def _unordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unordered(each) for key, each in value.items()}
    return sorted(value, key=str) if isinstance(value, tuple | list) else value


def policy_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of a policy document."""
    schema = _POLICY.json_schema(ref_template="#/$defs/{model}")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Postlude return policy"}


def _own(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without the lists that are empty only because each of their entries is wrong, which is told of each."""
    places = [error["loc"] for error in errors]
    return [error for error in errors if error["type"] != "too_short" or not _holds_any(error["loc"], places)]


def _holds_any(outer: tuple[int | str, ...], places: list[tuple[int | str, ...]]) -> bool:
    return any(len(place) > len(outer) and place[: len(outer)] == outer for place in places)


def _sentence(error: ErrorDetails, text: str | bytes) -> str:
    why = _WHY.get(error["type"], error["msg"].removeprefix("Value error, "))
    place = _place(list(error["loc"]), text)
    return f"{place}: {why}" if place else f"{why[:1].upper()}{why[1:]}"


def _place(path: list[Any], text: str | bytes) -> str:
    """``rule 2 (“Sale”), then.windows.refund.latest_day``."""
    if path[:1] != ["rules"] or len(path) < 2 or not isinstance(path[1], int):
        return ".".join(str(part) for part in path if part != "[key]")
    name = _rule_name(path[1], text)
    rule = f"rule {path[1] + 1}" + (f" (“{name}”)" if name else "")
    inner = ".".join(str(part) for part in path[2:] if part != "[key]")
    return f"{rule}, {inner}" if inner else rule


def _rule_name(position: int, text: str | bytes) -> str:
    rule = json.loads(text)["rules"][position]
    name = rule.get("name") if isinstance(rule, dict) else None
    return name[:120] if isinstance(name, str) else ""


if __name__ == "__main__":
    sys.stdout.write(json.dumps(policy_schema(), indent=2, ensure_ascii=False) + "\n")
