"""Page models become HTML: one environment per language, so that templates say `_("...")` without asking who reads.

Strict: a name a template expects and does not get is an error. Every value is escaped for HTML; what goes through a
theme is sealed against Liquid as a whole.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from shopify_app.i18n import Language, Phrase
from shopify_app.settings.branding import Brand
from shopify_app.storefront.folding import FoldingEnvironment
from shopify_app.storefront.icons import ICONS
from shopify_app.storefront.liquid import seal
from shopify_app.texts import held, initial, sized

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
TYPED = frozenset({f"storefront/{name}.html" for name in ("tracking", "layout_standalone", "layout_theme")})
"""Templates that are given nothing but page models; the ones they include count as theirs."""
OUTRIGHT = frozenset({"_", "_n", "say", "say_strong"})


class Surface(StrEnum):
    """Where a page is shown: inside the merchant's theme (``application/liquid``) or alone."""

    THEME = "theme"
    ALONE = "alone"


@dataclass(frozen=True)
class Frame:
    """What surrounds a page. `languages` are (tag, own name, address) of the same page in other languages.
    `withdraw`: where one withdraws from the contract that the page is about, while the law offers it."""

    brand: Brand
    shop_name: str
    shop_url: str
    surface: Surface
    languages: tuple[tuple[str, str, str], ...] = field(default=())
    withdraw: str | None = None
    no_receipt: str | None = None
    """Where people without an order number are asked in, on pages that ask for one."""


class Rendered(NamedTuple):
    """A page in bytes: what stands before the stylesheet, and what follows it. The stylesheet is more than half of a
    page and the same on all of them, so it is neither put together nor kept with each."""

    before: bytes
    behind: bytes

    @property
    def body(self) -> bytes:
        return b"".join((self.before, _stylesheet_as_sent(), self.behind))

    @property
    def etag(self) -> str:
        """Equal pages have equal ones."""
        digest = _stylesheet_digest().copy()
        digest.update(self.before)
        digest.update(self.behind)
        return digest.hexdigest()[:24]


class Renderer:
    """Renders templates of ``templates/storefront``; keeps one compiled environment per language and tone."""

    def __init__(self, templates: Path = TEMPLATES) -> None:
        self._loader = FileSystemLoader(templates)
        self._environments: dict[tuple[str, str], Environment] = {}

    def render(self, template: str, language: Language, frame: Frame, **facts: Any) -> str:
        """The finished page; `template` as in ``storefront/tracking.html``. One without a layout has no stylesheet."""
        page = self._page(template, language, frame, facts)
        return page.replace("<style>", f"<style>{stylesheet()}", 1)

    def rendered(self, template: str, language: Language, frame: Frame, **facts: Any) -> Rendered:
        """The same page as it travels; `template` has a layout."""
        before, tag, behind = self._page(template, language, frame, facts).partition("<style>")
        return Rendered((before + tag).encode(), behind.encode())

    def _page(self, template: str, language: Language, frame: Frame, facts: dict[str, Any]) -> str:
        """The page without its stylesheet. Values are escaped, so the first ``<style>`` is that of the layout."""
        environment = self._environment(language)
        layout = "theme" if frame.surface is Surface.THEME else "standalone"
        page = environment.get_template(template).render(
            frame=frame, layout=f"storefront/layout_{layout}.html", look=brand_css(frame.brand), **facts
        )
        page = page.strip() + "\n"
        return seal(page) if frame.surface is Surface.THEME else page

    def _environment(self, language: Language) -> Environment:
        key = (language.tag, language.tone)
        if key not in self._environments:
            self._environments[key] = _environment(self._loader, language)
        return self._environments[key]


def _environment(loader: FileSystemLoader, language: Language) -> Environment:
    colon = "\u00a0:" if language.code == "fr" else ":"
    text = _text(language)
    fixed = {"lang.tag": language.tag, "lang.direction": language.direction, "lang.code": language.code}
    environment = FoldingEnvironment(
        fixed=fixed | {"colon": colon} | {f"icons.{name}": icon for name, icon in ICONS.items()},
        words=text,
        typed=TYPED,
        outright=OUTRIGHT,
        loader=loader,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(
        lang=language,
        colon=colon,
        _=text,
        _n=lambda one, many, count, **facts: Markup(
            language.fill(str(escape(language.find(one, many, count))), {"count": count, **facts}, _fact)
        ),
        say=_say(language, _fact),
        say_strong=_say(language, lambda fact: f"<b>{escape(held(fact))}</b>"),
        initial=initial,
        sized=sized,
        returns_css=stylesheet("returns.css"),
        qr=qr,
        icons=ICONS,
    )
    _add_filters(environment, language)
    return environment


def _add_filters(environment: Environment, language: Language) -> None:
    environment.filters.update(
        money=lru_cache(1024)(lambda amount: escape(language.money(amount))),
        moment=lambda moment: held(language.moment(moment)),
        stamp=lambda moment: held(language.stamp(moment)),
        short_day=lambda day: held(language.short_day(day)),
    )
    environment.filters.update(say=environment.globals["say"], sized=sized)  # called often: no call is faster
    environment.filters.update(month_day=language.month_day, clock=language.time, weekday=language.weekday)


def _escape(text: str) -> str:
    return str(escape(text))


@lru_cache(4096)  # a page says most of them more than once
def _fact(text: str) -> str:
    return str(escape(held(text)))


def _text(language: Language) -> Callable[..., Markup]:
    words = lru_cache(1024)(lambda text: escape(language.find(text)))

    def text(msgid: str, **facts: Any) -> Markup:
        """Words of our own; most have no places and are the same on every page."""
        return Markup(language.fill(str(words(msgid)), facts, _fact)) if facts else words(msgid)

    return text


def _say(language: Language, dress: Callable[[str], str]) -> Callable[[Phrase | str], Markup]:
    frame = lru_cache(1024)(_escape)  # of our own words only, which are few
    known: dict[str, Markup] = {}  # those without places: as few, and most of a page

    def say(said: Phrase | str) -> Markup:
        """A phrase in words; a text of the merchant as it is."""
        if isinstance(said, str):
            return escape(said)
        if said.facts:
            return Markup(language.say(said, frame, dress))
        words = known.get(said.text)
        if words is None:
            words = known[said.text] = Markup(language.say(said, frame, dress))
        return words

    return say


def qr(url: str) -> Markup:
    """`url` as a QR code: an SVG, black on white in every scheme, since cameras want it so."""
    return Markup(segno.make(url, error="m").svg_inline(scale=4, border=2, dark="#000", light="#fff", omitsize=True))


@cache
def stylesheet(name: str = "pages.css") -> Markup:
    """A stylesheet, small enough to travel with every page: that of all pages, or ``returns.css`` besides."""
    text = resources.files("shopify_app.storefront").joinpath(f"static/{name}").read_text("utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s*([{};,>])\s*", r"\1", re.sub(r"\s+", " ", text))
    return Markup(re.sub(r":\s+", ":", text).replace(";}", "}").strip())


@cache
def _stylesheet_as_sent() -> bytes:
    return stylesheet().encode()


@cache
def _stylesheet_digest() -> Any:
    return hashlib.sha256(_stylesheet_as_sent())


def brand_css(brand: Brand) -> Markup:
    """The brand's variables; every value has been checked when it was saved (`settings.branding`)."""
    return _brand_css(brand.accent, brand.background, brand.body_css, brand.heading_css, brand.radius)


@lru_cache(256)
def _brand_css(accent: str, background: str, font: str, heading: str, radius: int) -> Markup:
    brand = Brand(accent=accent, background=background)
    return Markup(
        f".pl{{--al:{accent};--ad:{brand.accent_dark};--ol:{brand.on_accent};--od:{brand.on_accent_dark};"
        f"--gl:{background};--f:{font};--h:{heading};--r:{radius}px}}"
    )
