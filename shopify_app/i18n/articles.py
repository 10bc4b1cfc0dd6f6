"""The article before a date: "am 28. November", but "morgen"; "jusqu’au 28 novembre", but "jusqu’à demain"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from shopify_app.i18n.phrases import Day, Moment

_BEFORE_A_NAME: Mapping[str, Mapping[str, str]] = {
    "de": {"am ": "", "vom ": "von "},
    "en": {"on ": ""},
    "es": {"el ": "", "del ": "de ", "al ": "a "},
    "fr": {"le ": "", "au ": "à "},
    "nl": {"op ": ""},
}
"""By language, what stands before a date and what of it stands before today, tomorrow or yesterday. Swedish: none."""
_ARTICLE = {language: re.compile(rf"(?<!\w)(?:{'|'.join(known)})$") for language, known in _BEFORE_A_NAME.items()}


def is_named(fact: Any) -> bool:
    """Whether the fact is a day, or a time on one, that is called today, tomorrow or yesterday."""
    day = fact.day if isinstance(fact, Moment) else fact
    return isinstance(day, Day) and day.name is not None


def without_article(language: str, before: str) -> str:
    """`before`, the words up to such a day, as they stand before its name."""
    known = _ARTICLE.get(language)
    return known.sub(lambda found: _BEFORE_A_NAME[language][found[0]], before) if known else before
