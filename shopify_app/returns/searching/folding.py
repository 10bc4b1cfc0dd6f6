"""Words as they are compared, however they were typed. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

LONGEST_ITEM = 400
MOST_NAMES = 24
MOST_ASKED = 6
SHORTEST_NAME = 2
_BESIDE_LATIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"}
)
"""Letters that are no base letter with a mark, as people without them on the keyboard type them."""


def folded(text: str) -> str:
    """Without the difference of capitals and of ways to write one letter; single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def item(title: str, number: str | None) -> str:
    """An item's name and, on a line of its own, its number (SKU): a part of either is found, never one across both."""
    return "\n".join(folded(part) for part in (title, number) if part)[:LONGEST_ITEM]


def of_names(names: Iterable[str | None]) -> tuple[str, ...]:
    """The words by which people of these names are found: each part of a name, and parts that a sign holds together as
    one (``o'brien`` is found by *brien* and *obrien*). Accents are gone; single letters find nobody."""
    found: dict[str, None] = {}
    for name in names:
        for word in _plain(name or "").split():
            parts = "".join(sign if sign.isalnum() else " " for sign in word).split()
            found |= dict.fromkeys(part for part in (*parts, "".join(parts)) if len(part) >= SHORTEST_NAME)
    return tuple(found)[:MOST_NAMES]


def asked_names(typed: str) -> tuple[str, ...]:
    """The words of `typed` that a name must have, all of them; none where nothing of it could be a name."""
    words = ("".join(sign for sign in word if sign.isalnum()) for word in _plain(typed).split())
    return tuple(dict.fromkeys(word for word in words if len(word) >= SHORTEST_NAME))[:MOST_ASKED]


def place(country: str | None, province: str | None) -> tuple[str, ...]:
    """``US`` and ``US-CA``; nothing where nobody told a country."""
    if not country:
        return ()
    return (country, f"{country}-{province}") if province else (country,)


def _plain(text: str) -> str:
    """Small letters without marks."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).translate(_BESIDE_LATIN)
