"""A rehearsal as JSON: what `postlude policy rehearse --json` prints, and the schema of it, both out of `answer`.

``docs/rehearsal.schema.json`` is written anew by
``python -m shopify_app.returns.rehearsal.document > docs/rehearsal.schema.json``. Amounts are decimals, as Shopify
writes them; `change` is draft less in force.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from shopify_app.money import Money
from shopify_app.returns.rehearsal import answer
from shopify_app.returns.rehearsal.answer import (
    ChoiceLost,
    CurrencySums,
    Direction,
    LeftOut,
    LineShift,
    Matter,
    Rehearsal,
    ReturnExample,
    ReturnsAnswer,
    Sums,
    rate_of,
)
from shopify_app.returns.rehearsal.words import shift_words
from shopify_app.returns.vocabulary import Outcome

Written = tuple[Any, Callable[[Any], Any]]
"""The type of a value, and where it comes from."""


def _rates(sums: CurrencySums) -> tuple[Decimal, Decimal]:
    return rate_of(sums.in_force.retained, sums.in_force.value), rate_of(sums.draft.retained, sums.draft.value)


_INSTEAD: Mapping[type, Mapping[str, Written | None]] = {
    Sums: {"fees": (Money, lambda sums: sums.fees), "retained": (Money, lambda sums: sums.retained)},
    CurrencySums: {"change": (Sums, lambda sums: sums.change), "retained_percent": (tuple[Decimal, Decimal], _rates)},
    ChoiceLost: {"currency": (str, lambda lost: lost.value.currency)},
    ReturnExample: {"change": (Sums, lambda example: example.change)},
    LineShift: {
        "shift": None,
        "matter": (Matter, lambda counted: counted.shift.matter),
        "outcome": (Outcome | None, lambda counted: counted.shift.outcome),
        "direction": (Direction, lambda counted: counted.shift.direction),
        "words": (str, lambda counted: shift_words(counted.shift)),
    },
    ReturnsAnswer: {"left_out": (dict[LeftOut, int], lambda returns: dict(returns.left_out))},
    Rehearsal: {"is_without_change": (bool, lambda found: found.is_without_change)},
}
"""What a document has beside the fields of `answer`, or in their place; None: what it leaves out."""


def to_json(found: Rehearsal) -> dict[str, Any]:
    """`found` in its published form."""
    written: dict[str, Any] = _json(found)
    return written


def rehearsal_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of the document."""
    shapes: dict[str, Any] = {}
    whole = _shape(Rehearsal, shapes)
    schema = shapes.pop(whole["$ref"].rpartition("/")[2])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": dict(sorted(shapes.items())),
        **schema,
        "title": "Postlude policy rehearsal",
    }


def _parts(kind: type) -> dict[str, Written]:
    """What is written of a dataclass, by name."""
    hints = get_type_hints(kind, dict(vars(answer)))
    own: dict[str, Written | None] = {
        each.name: (hints[each.name], lambda value, name=each.name: getattr(value, name)) for each in fields(kind)
    }
    return {name: part for name, part in (own | dict(_INSTEAD.get(kind, {}))).items() if part is not None}


def _json(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, Money):
        return {name: _json(ask(value)) for name, (_, ask) in _parts(type(value)).items()}
    match value:
        case tuple():
            return [_json(each) for each in value]
        case dict():
            return {str(key): _json(each) for key, each in value.items()}
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case Money() | Decimal() | StrEnum():
            return str(value)
    return value


_DECIMALS = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}
_PLAIN: Mapping[Any, Mapping[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
    Money: _DECIMALS,
    Decimal: _DECIMALS,
    type(None): {"type": "null"},
}


def _shape(kind: Any, shapes: dict[str, Any]) -> dict[str, Any]:
    """The schema of a type; dataclasses and enums are put into `shapes` under their names."""
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    if isinstance(kind, UnionType):
        return {"anyOf": [_shape(each, shapes) for each in get_args(kind)]}
    if get_origin(kind) is tuple:
        first, *rest = get_args(kind)
        if rest == [...]:
            return {"type": "array", "items": _shape(first, shapes)}
        inside = [_shape(each, shapes) for each in (first, *rest)]
        return {"type": "array", "prefixItems": inside, "minItems": len(inside), "maxItems": len(inside)}
    if get_origin(kind) is dict:
        named, each = get_args(kind)
        return {"type": "object", "propertyNames": _shape(named, shapes), "additionalProperties": _shape(each, shapes)}
    if kind.__name__ not in shapes:
        shapes[kind.__name__] = {}
        shapes[kind.__name__] = _named(kind, shapes)
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _named(kind: type, shapes: dict[str, Any]) -> dict[str, Any]:
    about = {"title": kind.__name__, "description": " ".join((kind.__doc__ or "").split())}
    if issubclass(kind, StrEnum):
        return about | {"type": "string", "enum": [str(each) for each in kind]}
    properties = {name: _shape(part, shapes) for name, (part, _) in _parts(kind).items()}
    return about | {"type": "object", "properties": properties, "required": list(properties)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(rehearsal_schema(), indent=2, ensure_ascii=False) + "\n")
