"""Reading single fields out of webhook payloads: tolerant of what is missing, firm about what is wrong.

A field that is absent or null gives None (or the default); one that is there and cannot be read raises `BadPayload`
with a sentence that names the field and never its value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Any

from shopify_app.money import Money

Fields = Mapping[str, Any]

MOST_UNITS = 2**31 - 1
"""The largest count that a database keeps."""
MOST_MINOR = 2**53
"""Minor units, of which a thousand still add up to what a database keeps."""


class BadPayload(Exception):
    """A payload that cannot be read. The sentence says which field; it holds nothing of the payload's content."""


def number(fields: Fields, name: str) -> int:
    """A whole number that must be there, such as an id: an integer, its digits, or a ``gid://`` that ends in them."""
    value = number_or_none(fields, name)
    if value is None:
        raise BadPayload(f"The field {name} is missing.")
    return value


def number_or_none(fields: Fields, name: str) -> int | None:
    value = fields.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | str | float):
        raise BadPayload(f"The field {name} is no number.")
    try:
        found = int(value.rpartition("/")[2].partition("?")[0]) if isinstance(value, str) else int(value)
    except (ValueError, OverflowError) as failure:
        raise BadPayload(f"The field {name} is no number.") from failure
    if abs(found) >= 2**63:
        raise BadPayload(f"The field {name} is larger than any id.")
    return found


def units(fields: Fields, name: str) -> int | None:
    """How many of something, None when absent."""
    found = number_or_none(fields, name)
    if found is not None and abs(found) > MOST_UNITS:
        raise BadPayload(f"The field {name} is larger than any count.")
    return found


def text(fields: Fields, name: str, most: int = 255) -> str | None:
    """Trimmed text of at most `most` characters; None when absent or blank. Characters that no database keeps (NUL,
    halves of a surrogate pair) are dropped."""
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, dict | list):
        raise BadPayload(f"The field {name} is no text.")
    clean = str(value).replace("\x00", "").encode("utf-8", "ignore").decode().strip()
    return clean[:most] or None


def flag(fields: Fields, name: str, default: bool) -> bool:
    value = fields.get(name)
    return default if value is None else value is True


def instant(fields: Fields, name: str) -> datetime | None:
    """A time in UTC. One without an offset is not guessed at, and one at the ends of the calendar is none: None."""
    written = text(fields, name)
    if written is None:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as failure:
        raise BadPayload(f"The field {name} is no time.") from failure
    return moment.astimezone(UTC) if moment.tzinfo and is_reckonable(moment) else None


def is_reckonable(moment: datetime) -> bool:
    """False for the first and the last year there are: what programs write for no time and for ever."""
    return MINYEAR < moment.year < MAXYEAR


def part(fields: Fields, name: str) -> Fields | None:
    """A nested object, None when absent."""
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise BadPayload(f"The field {name} is no object.")
    return value


def parts(fields: Fields, name: str) -> Iterator[Fields]:
    """The objects of a list; nothing when the list is absent."""
    value = fields.get(name)
    if value is None:
        return
    if not isinstance(value, list):
        raise BadPayload(f"The field {name} is no list.")
    for entry in value:
        if not isinstance(entry, dict):
            raise BadPayload(f"The field {name} holds something that is no object.")
        yield entry


def texts(fields: Fields, name: str) -> tuple[str, ...]:
    """The texts of a list, blanks and doubles left out, in order."""
    value = fields.get(name)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadPayload(f"The field {name} is no list.")
    found = (text({name: entry}, name, 1000) for entry in value)
    return tuple(dict.fromkeys(entry for entry in found if entry))


def tags(fields: Fields) -> tuple[str, ...]:
    """Tags, which Shopify writes as one text with commas."""
    written = fields.get("tags")
    if isinstance(written, list):
        return texts(fields, "tags")
    return tuple(tag.strip() for tag in (text(fields, "tags", 10_000) or "").split(",") if tag.strip())


def money(fields: Fields, name: str, currency: str) -> Money:
    """What the shopper saw of the amount `name`: the presentment half of ``{name}_set``, else the plain field; zero
    when neither is there. Raises when the set speaks of another currency than the order."""
    amounts = part(fields, f"{name}_set")
    shown = part(amounts, "presentment_money") if amounts else None
    if shown is None:
        return _amount(fields.get(name), name, currency)
    spoken = shown.get("currency_code") or currency
    if spoken not in (currency, "XXX"):
        raise BadPayload(f"The field {name}_set is not in the order's currency.")
    return _amount(shown.get("amount"), name, currency)


def shop_money(fields: Fields, name: str, currency: str) -> Money | None:
    """The amount `name` in the shop's own currency: the shop's half of ``{name}_set``; None when there is none. Raises
    when it is in another currency than the shop's."""
    amounts = part(fields, f"{name}_set")
    kept = part(amounts, "shop_money") if amounts else None
    if kept is None:
        return None
    if (kept.get("currency_code") or currency) not in (currency, "XXX"):
        raise BadPayload(f"The field {name}_set is not in the shop's currency.")
    return _amount(kept.get("amount"), name, currency)


def _amount(value: Any, name: str, currency: str) -> Money:
    try:
        amount = Money.parse(value, currency)
    except (ValueError, ArithmeticError) as failure:
        raise BadPayload(f"The field {name} is no amount.") from failure
    if abs(amount.amount) > MOST_MINOR:
        raise BadPayload(f"The field {name} is no amount.")
    return amount
