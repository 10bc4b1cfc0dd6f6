"""The shapes of what calls of the control API bring. What is checked here is what this shop reckons with, sorts by or
draws; everything else of a body is kept as it is given, as the published payloads have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import available_timezones

from devstore.refusals import Refusal

Shape = Callable[[Any, str], None]
"""Takes a value and what to call it; raises Refusal. None counts as left out: only `needed` minds."""
Fields = Mapping[str, Shape]

LARGEST_ID = 2**63 - 1
LARGEST_AMOUNT = Decimal(10**12)


def check(given: Mapping[str, Any], fields: Fields, name: str = "") -> None:
    """Raises Refusal, with a sentence that names it, for the first of `fields` that is not what it must be."""
    for key, shape in fields.items():
        shape(given.get(key), f"{name}.{key}" if name else key)


def thing(fields: Fields) -> Shape:
    """A JSON object with these fields."""

    def shape(value: Any, name: str) -> None:
        if value is None:
            return
        if not isinstance(value, dict):
            raise _refusal(name, "a JSON object")
        check(value, fields, name)

    return shape


def each(shape: Shape) -> Shape:
    """A list of such."""

    def of_list(value: Any, name: str) -> None:
        if value is not None and not isinstance(value, list):
            raise _refusal(name, "a list")
        for place, one in enumerate(value or []):
            needed(shape)(one, f"{name}[{place}]")

    return of_list


def either(first: str, second: str, fields: Fields) -> Shape:
    """A JSON object with these fields that has at least one of the two."""

    def shape(value: Any, name: str) -> None:
        thing(fields)(value, name)
        if value is not None and value.get(first) is None and value.get(second) is None:
            raise Refusal(f"{name}.{first} is missing.", (f"{name}.{first}",))

    return shape


def needed(shape: Shape) -> Shape:
    """The same, and it must be there."""

    def there(value: Any, name: str) -> None:
        if value is None:
            raise Refusal(f"{name} is missing.", (name,))
        shape(value, name)

    return there


def text(value: Any, name: str) -> None:
    if value is not None and not isinstance(value, str):
        raise _refusal(name, "a text")


def word(value: Any, name: str) -> None:
    """A text, or a number that stands for one, such as a parcel's."""
    if isinstance(value, bool) or not isinstance(value, int):
        text(value, name)


def flag(value: Any, name: str) -> None:
    if value is not None and not isinstance(value, bool):
        raise _refusal(name, "true or false")


def whole(value: Any, name: str) -> None:
    """A number that names or counts something, plain or as digits."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    is_digits = isinstance(value, str) and value.isascii() and value.isdecimal()
    if value is not None and not ((is_whole or is_digits) and len(str(value)) < 20 and 0 <= int(value) <= LARGEST_ID):
        raise _refusal(name, "a whole number")


def number(value: Any, name: str) -> None:
    """A JSON number without a fraction; below zero too, as stock that was oversold."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST_ID):
        raise _refusal(name, "a whole number")


def amount(value: Any, name: str) -> None:
    """What something costs, as text or number, in major units."""
    if value is None:
        return
    try:
        number = Decimal(str(value)) if isinstance(value, str | int | float) else Decimal(-1)
    except InvalidOperation:
        number = Decimal(-1)
    if isinstance(value, bool) or not number.is_finite() or not 0 <= number <= LARGEST_AMOUNT:
        raise _refusal(name, "an amount like 12.34")


def currency(value: Any, name: str) -> None:
    if value is not None and not (isinstance(value, str) and len(value) == 3 and value.isascii() and value.isupper()):
        raise _refusal(name, "a currency like EUR")


def moment(value: Any, name: str) -> None:
    if value is None:
        return
    try:
        datetime.fromisoformat(value.replace("Z", "+00:00"))
    except (AttributeError, ValueError) as failure:
        raise _refusal(name, "a time like 2026-11-22T09:30:00+01:00") from failure


def zone(value: Any, name: str) -> None:
    if value is not None and (not isinstance(value, str) or value not in available_timezones()):
        raise _refusal(name, "a time zone like Europe/Stockholm")


def _refusal(name: str, what: str) -> Refusal:
    return Refusal(f"{name} must be {what}.", (name,))
