"""Texts that others wrote, made fit for a page or a mail: no control characters, nothing that turns a line round.

Escaping for HTML and Liquid is the renderers'; this is about what even escaped text may do.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

# C0/C1 controls that are no white space, the bidirectional overrides, embeddings and isolates, the byte order mark, and
# halves of a sign, which JSON can escape and no row can keep; letters, emoji and their joiners stay. Every kind of
# white space, line breaks among it, becomes one space.
HARMFUL = re.compile(
    "[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)

_DAY_AND_MONTH = re.compile(
    r"(?<=\d) (?=[^\W\d])|(?<=\d\.) (?=[^\W\d])|(?<=1er) |(?<=\d de) "
    r"|(?<=[^\W\d]) (?=\d{1,2}(?:$|,)|\d{4}\b)|(?<=[^\W\d]\.) (?=\d{4}\b)"
)
"""As days are written here: ``1 December``, ``1. Dezember``, ``1er décembre``, ``1 de diciembre``, ``December 1``, and
``1 Dec 2026``."""
_TO = "\u2009\N{EN DASH}\u2009"
"""Between the first and the last day of a span."""


@lru_cache(4096)
def plain(text: str | None, limit: int = 500) -> str:
    """`text` without what could disturb its place, on one line, at most `limit` characters."""
    words = " ".join(HARMFUL.sub("", text or "").split())
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def several_lines(text: str | None, limit: int) -> tuple[str, ...]:
    """The lines of `text` that say something, at most `limit` characters in all."""
    lines = [plain(line, limit) for line in (text or "")[: limit * 2].splitlines()]
    kept: list[str] = []
    for line in filter(None, lines):
        room = limit - sum(map(len, kept))
        if room <= 1:
            break
        kept.append(plain(line, room))
    return tuple(kept)


@lru_cache(4096)
def held(text: str) -> str:
    """A fact in which no line ends between a day's number, its month and its year, nor within an end of a span."""
    return text.replace(" ", "\u00a0") if _TO in text else _DAY_AND_MONTH.sub("\u00a0", text)


def parts_of(address: str) -> SplitResult | None:
    """The parts of a web address; None where it is none: a bracket that stays open, a sign that no host may have."""
    try:
        return urlsplit(address)
    except ValueError:
        return None


def number_in(text: str) -> int | None:
    """The number that an address or a form writes in ASCII digits: a row's, a place, a version. None for anything else,
    and for one that no column could hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def numbered(name: str, taken: Collection[str], longest: int) -> str:
    """`name` for a copy: with the first number behind it, from 2, that makes it one of its own, in `longest`
    characters."""
    for number in range(2, len(taken) + 3):
        end = f" ({number})"
        found = name[: longest - len(end)] + end
        if found not in taken:
            return found
    raise AssertionError("one of so many names is free")


def initial(title: str) -> str:
    """The letter that stands for a product without a picture."""
    return next((letter.upper() for letter in title if letter.isalnum()), "·")


def sized(url: str, width: int) -> str:
    """The address of a picture that Shopify's CDN scales to `width` pixels; other hosts keep theirs."""
    if "cdn.shopify.com/" not in url or "width=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}width={width}"
