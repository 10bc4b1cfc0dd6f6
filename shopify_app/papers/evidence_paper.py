"""The evidence pack set on pages: English, for the merchant's bank."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup, escape

from shopify_app.i18n import Language, Languages, Phrase
from shopify_app.money import Money
from shopify_app.money import total as total_of
from shopify_app.pages.return_items import REASON_WORDS
from shopify_app.papers.evidence import LANGUAGE, Evidence
from shopify_app.papers.printing import Paper, own_pictures, page_setter, paper_of, template
from shopify_app.returns.withdrawing.law import law_of

_MEANT_BY_CSS = frozenset("\"'\\<>{}&")


def evidence_paper(pack: Evidence) -> Paper:
    """The pack as PDF (PDF/UA-1), or as HTML on a machine that cannot set pages."""
    return paper_of(evidence_html(pack), page_setter(), own_pictures())


def evidence_html(pack: Evidence) -> str:
    """The pack before it is set on pages."""
    language = Languages().choose([LANGUAGE])
    words = {
        "at": _at,
        "money": language.money,
        "say": _say(language),
        "total": _total,
        "css": _in_css,
        "law": law_of,
        "reasons": REASON_WORDS,
    }
    html: str = template("evidence.html").render(pack=pack, **words)
    return html


def _at(moment: datetime) -> str:
    """``2026-11-22 15:04``, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def _say(language: Language) -> Any:
    def say(said: Phrase | str) -> Markup:
        return escape(said) if isinstance(said, str) else Markup(language.say(said, _safe, _safe))

    return say


def _total(pack: Evidence) -> Money:
    """What all settled parts came to, with what was given back of the delivery."""
    deliveries = [group.delivery for group in pack.ret.groups if group.delivery]
    sums = [part.sums.comes_to for part in pack.settled]
    return total_of([*sums, *deliveries], sums[0].currency)


def _in_css(text: str) -> Markup:
    """A text inside a string of a style sheet: what ends one there is written by its number."""
    return Markup("".join(f"\\{ord(ch):x} " if ch in _MEANT_BY_CSS else ch for ch in text if ch.isprintable()))


def _safe(text: str) -> str:
    return str(escape(text))
