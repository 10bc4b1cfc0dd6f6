"""Pages that go through a theme are Liquid: nothing in them may be taken for Liquid by Shopify's renderer."""

from __future__ import annotations

import re

_OPENS_LIQUID = re.compile(r"\{(?=[{%])")


def seal(html: str) -> str:
    """`html` in which no Liquid tag can begin: the first brace of every ``{{`` and ``{%`` becomes its HTML entity.

    Applied to the finished page, so no value can be forgotten, and two that meet (``{`` and ``{``) are seen. In text
    and attributes a browser shows the brace again; our stylesheet holds no such pair.
    """
    return _OPENS_LIQUID.sub("&#123;", html) if _may_open(html) else html


def _may_open(html: str) -> bool:
    """Whether a brace stands before another or before a ``%``. A page has few braces: going from one to the next is a
    fifth of the work of looking at each sign, and most pages need no more."""
    at = html.find("{")
    while at >= 0:
        if html[at + 1 : at + 2] in {"{", "%"}:
            return True
        at = html.find("{", at + 1)
    return False
