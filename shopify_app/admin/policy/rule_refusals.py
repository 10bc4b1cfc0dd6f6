"""What is wrong with a rule, beside the field of its form that it is about. Pure."""

from __future__ import annotations

from typing import Any

from pydantic_core import ErrorDetails

from shopify_app.admin.policy.rule_fields import COUNTS, SUMS
from shopify_app.i18n import Phrase, phrase

_FIRST = {name: "at_least" for name in (*SUMS, *COUNTS)} | {"order_date": "first"}
_NO_ORDER = phrase("This can depend on the product and the reason alone: without an order nothing else is known.")
_WHOLE = phrase("Write a whole number.")
_NUMBER = phrase("Write a number, like 10 or 12.5.")
_DAY = phrase("Choose a day.")
_CHOOSE = phrase("Choose one of the list.")
_WHY: dict[str, Any] = {
    "int_parsing": lambda _: _WHOLE,
    "int_parsing_size": lambda _: _WHOLE,
    "int_from_float": lambda _: _WHOLE,
    "decimal_parsing": lambda _: _NUMBER,
    "decimal_max_places": lambda limits: phrase("At most {count} decimals.", count=limits["decimal_places"]),
    "finite_number": lambda _: _NUMBER,
    "greater_than": lambda limits: phrase("More than {number}.", number=str(limits["gt"])),
    "greater_than_equal": lambda limits: phrase("At least {number}.", number=str(limits["ge"])),
    "less_than_equal": lambda limits: phrase("At most {number}.", number=str(limits["le"])),
    "string_too_short": lambda _: phrase("Write something here."),
    "string_too_long": lambda limits: phrase("At most {count} characters.", count=limits["max_length"]),
    "missing": lambda _: phrase("This is missing."),
    "enum": lambda _: _CHOOSE,
    "date_from_datetime_parsing": lambda _: _DAY,
    "date_parsing": lambda _: _DAY,
}


def said_of(error: ErrorDetails) -> list[tuple[str, Phrase | str]]:
    """The field that an error is about, and the sentence beside it."""
    path = [str(each) for each in error["loc"] if each != "[key]" and not isinstance(each, int)]
    if not path:
        return [("then.no_receipt.proof", _NO_ORDER)]
    if len(path) == 2 and path[1] in _FIRST:
        path.append(_FIRST[path[1]])
    if path[:2] == ["then", "windows"] and len(path) == 3:
        path.append("latest_day")
    limits = error.get("ctx", {})
    said = _WHY.get(error["type"])
    if said is None:
        return [(".".join(path), _by_value(error))]
    return [(".".join(path), said(limits))]


def _by_value(error: ErrorDetails) -> Phrase | str:
    message = error["msg"].removeprefix("Value error, ")
    if "above" in message:
        return phrase("The first is above the second: nothing lies between them.")
    if "latest day" in message:
        return phrase("The last day lies before the first.")
    if "amount" in message or "billion" in message:
        return phrase("Write an amount, like 50 or 50.00.")
    return message
