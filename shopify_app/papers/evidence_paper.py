"""The evidence pack set on pages: English, for the merchant's bank."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from shopify_app.i18n import Language, Languages, Phrase
from shopify_app.money import Money
from shopify_app.money import total as total_of
from shopify_app.papers.evidence import LANGUAGE, Evidence, Promised
from shopify_app.papers.printing import HTML, PDF, TEMPLATES, Paper, page_setter


def evidence_paper(pack: Evidence) -> Paper:
    """The pack as PDF (PDF/UA-1), or as HTML on a machine that cannot set pages."""
    html, setter = evidence_html(pack), page_setter()
    if setter is None:
        return Paper(html.encode(), HTML)
    return Paper(setter(string=html, url_fetcher=_embedded()).write_pdf(pdf_variant="pdf/ua-1") or b"", PDF)


def evidence_html(pack: Evidence) -> str:
    """The pack before it is set on pages."""
    return _template().render(pack=pack)


def _embedded() -> Any:
    """Reads the pictures that the paper itself holds; no address is ever fetched for one."""
    from weasyprint.urls import URLFetcher  # with the first paper: see `printing`

    return URLFetcher(allowed_protocols={"data"}, allow_redirects=False)


@cache
def _template() -> Template:
    language = Languages().choose([LANGUAGE])
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(at=_at, money=language.money, say=_say(language), total=_total)
    environment.filters["css"] = _in_css
    return environment.get_template("papers/evidence.html")


def _at(moment: datetime) -> str:
    """``2026-11-22 15:04``, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def _say(language: Language) -> Any:
    def say(said: Phrase | str) -> Markup:
        return escape(said) if isinstance(said, str) else Markup(language.say(said, _safe, _safe))

    return say


def _total(parts: Sequence[Promised]) -> Money:
    """What all parts came to."""
    return total_of([part.sums.gets for part in parts], parts[0].sums.gets.currency)


def _in_css(text: str) -> Markup:
    """A text inside a string of a style sheet."""
    kept = "".join(ch for ch in text if ch.isprintable() and ch not in "\"'\\<>{}&")
    return Markup(kept)


def _safe(text: str) -> str:
    return str(escape(text))
