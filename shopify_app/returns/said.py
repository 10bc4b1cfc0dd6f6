"""What Shopify said when it refused something, fit to be kept and shown: its codes and its words, nobody's address."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shopify_app.shopify.errors import AccessDenied, ShopifyError, UserError

LONGEST = 400
"""Characters of Shopify's words that are kept."""
_SOMEBODY = re.compile(r"[^\s\"'<>(),;:]+@[^\s\"'<>(),;:]+|\+\d[\d ()./-]{5,}\d")
"""An e-mail address or a telephone number."""


def words(errors: Sequence[UserError]) -> str:
    """What Shopify said, each error with its code: ``The customer does not exist. (OWNER_NOT_FOUND)``. Where it gave no
    words, the fields that it named; empty where it said nothing at all."""
    return "; ".join(dict.fromkeys(said for each in errors if (said := _one(each))))[:LONGEST]


def codes(errors: Sequence[UserError]) -> list[str]:
    """The codes among them, each once."""
    return list(dict.fromkeys(each.code for each in errors if each.code))


def of(failure: Exception) -> str:
    """What is known of a call that did not give its answer: a code first where Shopify gave one."""
    if isinstance(failure, AccessDenied):
        return "ACCESS_DENIED"
    known = masked(str(failure)) if isinstance(failure, ShopifyError) else ""
    return known[:LONGEST] or type(failure).__name__


def masked(text: str) -> str:
    """`text` without addresses and telephone numbers, on one line."""
    return " ".join(_SOMEBODY.sub("…", text).split())


def _one(error: UserError) -> str:
    text = masked(error.message) or ".".join(error.field)
    if error.code and text:
        return f"{text} ({error.code})"
    return error.code or text
