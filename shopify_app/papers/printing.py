"""Papers become PDFs: Jinja for the words, WeasyPrint for the page, segno for the code.

WeasyPrint and what it stands on take two seconds to import, so they are imported with the first paper. It needs the
system's Pango; without it a paper is a page that the reader's browser prints. Fonts are the machine's own; a script
that none of them has is shown as boxes (``fonts-noto-cjk`` brings Chinese, Japanese, Korean).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from shopify_app.i18n import Language, Phrase
from shopify_app.papers.slip import Slip

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PDF, HTML = "application/pdf", "text/html"


@dataclass(frozen=True)
class Paper:
    """A finished paper: `body` is of `media_type`, PDF or (on a machine that cannot make one) HTML."""

    body: bytes
    media_type: str


@lru_cache(64)
def slip_paper(slip: Slip, language: Language) -> Paper:
    """The packing slip as PDF (PDF/UA-1), in the reader's language. The same facts give the same bytes."""
    return paper_of(slip_html(slip, language), page_setter())


def paper_of(html: str, setter: Any, fetcher: Any = None) -> Paper:
    """`html` set on pages by WeasyPrint's document class; as it is where there is none (None). `fetcher` reads what the
    paper shows, None: it shows nothing that is not in its text."""
    if setter is None:
        return Paper(html.encode(), HTML)
    return Paper(setter(string=html, url_fetcher=fetcher or _nothing).write_pdf(pdf_variant="pdf/ua-1") or b"", PDF)


def can_set_pages() -> bool:
    """Whether papers are PDFs on this machine."""
    return page_setter() is not None


def slip_html(slip: Slip, language: Language) -> str:
    """The packing slip before it is set on pages."""
    return template("packing_slip.html").render(slip=slip, said=slip.said(language.code), **words(language))


@cache
def page_setter() -> Any:
    """WeasyPrint's document class; None where the system has no Pango."""
    try:
        import weasyprint  # two seconds, once
    except OSError:  # how a missing library shows
        return None
    return weasyprint.HTML


def _nothing(url: str, *_: Any, **__: Any) -> Any:
    """Papers hold everything they show: no address is ever fetched for one."""
    raise ValueError("papers fetch nothing")


def own_pictures() -> Any:
    """Reads pictures that a paper holds as data addresses, and nothing else; None where no pages are set."""
    if page_setter() is None:
        return None
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols={"data"}, allow_redirects=False)


@cache
def template(name: str) -> Any:
    """A paper's own template."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(f"papers/{name}")


def words(language: Language) -> dict[str, Any]:
    """What a paper's template writes with, in the reader's language."""

    def say(said: Phrase | str) -> Markup:
        return escape(said) if isinstance(said, str) else Markup(language.say(said, _safe, _safe))

    def text(msgid: str, **facts: Any) -> Markup:
        return Markup(language.fill(_safe(language.find(msgid)), facts, _safe))

    def count(one: str, many: str, number: int) -> Markup:
        return Markup(language.fill(_safe(language.find(one, many, number)), {"count": number}, _safe))

    return {"_": text, "_n": count, "say": say, "lang": language, "qr": qr, "day": language.full_day,
            "country": lambda code: language.show(code).upper()}  # fmt: skip


def _safe(text: str) -> str:
    return str(escape(text))


def qr(link: str) -> Markup:
    """`link` as a QR code drawn as an SVG that is as large as its place."""
    return Markup(segno.make(link, error="m", micro=False).svg_inline(border=2, dark="#000", omitsize=True))
