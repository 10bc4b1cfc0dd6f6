"""The countries that an address can name, by their two letters, and their names as CLDR has them."""

from __future__ import annotations

import unicodedata
from functools import cache

from babel import Locale

_NONE = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Groups of countries, and what CLDR keeps for tests and for the unknown."""
COUNTRIES = frozenset(code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()) - _NONE
_LAST = str.maketrans("åäö", "{|}")
"""Letters of their own in Swedish, behind z."""


@cache
def named_in(language: str) -> tuple[tuple[str, str], ...]:
    """Every country's letters and name, in the order of that language's alphabet (``sv``)."""
    names = {str(code): str(name) for code, name in Locale.parse(language).territories.items() if code in COUNTRIES}

    def place(code: str) -> str:
        text = names[code].casefold()
        text = text.translate(_LAST) if language == "sv" else text
        return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))

    return tuple((code, names[code]) for code in sorted(names, key=place))
