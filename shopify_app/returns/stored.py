"""Settlements as JSON, for rows of ours. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from shopify_app.money import Money
from shopify_app.returns.settlements import Settlement

_STORED: TypeAdapter[Settlement] = TypeAdapter(Settlement)


def settlement_to_stored(settlement: Settlement) -> dict[str, Any]:
    """`settlement` as JSON values (`ReturnQuote.settlements`, `ReleaseGroup.accepted` and `.final`)."""
    stored: dict[str, Any] = _STORED.dump_python(settlement, mode="json")
    return stored


def settlement_from_stored(document: Mapping[str, Any]) -> Settlement:
    """The settlement that `settlement_to_stored` wrote."""
    return _STORED.validate_python(document)


def comes_to(document: Mapping[str, Any]) -> Money:
    """What the settlement gives (`Settlement.comes_to`), without reading the rest of it: for lists."""
    own, bonus, lapses = (Money(**document[name]) for name in ("own", "bonus", "bonus_lapses"))
    return own + bonus - lapses
