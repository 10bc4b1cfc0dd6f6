"""The returns policy where the theme can read it: the app-data metafield `postlude.policy`, in words, per language.

The words are those of the policy page (`pages/policy_page.py`), so that block and page cannot disagree. The theme's
block prints them on the server; shape: extensions/README.md.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from shopify_app.i18n import Language, Languages, Phrase
from shopify_app.pages.policy_page import ALSO, EXCEPTIONS, QUESTIONS, PolicyPage, policy_page
from shopify_app.returns import published
from shopify_app.settings.branding import Brand
from shopify_app.settings.returns import Returns
from shopify_app.settings.store import load_many
from shopify_app.shops.models import Shop

LARGEST_BYTES = 120_000
"""Shopify takes JSON metafields of at most 128 KB (changelog of 19 February 2026)."""


def policy_of(session: Session, shop: Shop) -> dict[str, Any]:
    """The newest version as JSON. English comes first, then the shop's own languages; one that would make it too large
    is left out, and its readers get English and the link to the page."""
    groups = load_many(session, shop.id, (Brand, Returns))
    tone = groups[Brand].tone
    found = {"version": published.newest(session, shop.id).number, "url": policy_path(shop)}
    if groups[Returns].portal_open:
        found["start"] = f"{shop.proxy_path}/returns"
    texts: dict[str, Any] = {}
    for code in _in_order(shop):
        language = languages().choose([code], shop.country, tone)
        told = texts | {code: _told(policy_page(session, shop, code), language)}
        if len(written({**found, "words": told})) <= LARGEST_BYTES:
            texts = told
    return {**found, "words": texts}


def policy_path(shop: Shop) -> str:
    """The policy page's address, which holds under every domain of the shop."""
    return f"{shop.proxy_path}/returns/policy"


def written(value: dict[str, Any]) -> bytes:
    """`value` as it is stored."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _in_order(shop: Shop) -> list[str]:
    own = [str(tag)[:2] for tag in shop.profile.get("locales", [])]
    return list(dict.fromkeys([code for code in ("en", *own, *languages().codes) if code in languages().codes]))


def _told(page: PolicyPage, language: Language) -> dict[str, Any]:
    def say(said: Phrase | str) -> str:
        return language.say(said) if isinstance(said, Phrase) else said

    def each(said: tuple[Phrase | str, ...] | tuple[Phrase, ...]) -> list[str]:
        return [say(one) for one in said]

    return {
        "headline": say(page.headline),
        "own": each(page.own),
        "choices": [{"name": say(c.name), "days": say(c.days), "lines": each(c.lines)} for c in page.choices],
        "exceptions": say(EXCEPTIONS),
        "also": say(ALSO),
        "cases": [{"when": each(c.when), "own": c.own, "lines": each(c.lines)} for c in page.cases],
        "asked": say(QUESTIONS),
        "questions": [{"asked": say(q.asked), "answers": each(q.answers)} for q in page.questions],
        "version": say(page.version),
    }


@cache
def languages() -> Languages:
    """All catalogues, read once."""
    return Languages()
