"""Letters become mails: one layout in MJML, compiled once, and the same words as plain text.

The layout is compiled to HTML by mrml when the process first needs it; what is left in it are Jinja's places, filled
for each reader. Strict: a name the layout expects and does not get is an error. HTML values are escaped; the text twin
holds no markup to escape for.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import mrml
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from shopify_app.i18n import Language, Phrase
from shopify_app.messages.envelope import Mail
from shopify_app.messages.letters import Letter
from shopify_app.messages.palette import palette
from shopify_app.messages.story import House
from shopify_app.money import Money
from shopify_app.settings.branding import Scheme
from shopify_app.texts import held, initial, plain, sized

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "mail"
SCHEMES = {Scheme.AUTO: "light dark", Scheme.LIGHT: "light only", Scheme.DARK: "light dark"}
LONGEST_CORNER = 16


def render(letter: Letter, language: Language, house: House) -> Mail:
    """The finished mail in the reader's language."""
    facts = {"letter": letter, "house": house, "closing": _closing(house, language)}
    return Mail(
        subject=plain(language.say(letter.headline), 150),
        html=_template("letter.mjml").render(**facts, **_words(language, _safe), **_look(house, language)),
        text=_tidy(_template("letter.txt").render(**facts, **_words(language, str))),
        language=language.tag,
    )


@cache
def _template(name: str) -> Template:
    source = (TEMPLATES / name).read_text("utf-8")
    is_html = name.endswith(".mjml")
    compiled = mrml.to_html(source).content if is_html else source
    environment = Environment(
        autoescape=is_html, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    return environment.from_string(compiled)


def _words(language: Language, dress: Callable[[str], str]) -> dict[str, Any]:
    """What the layouts call to say something. `dress` makes words fit for the kind of text."""

    fact = (lambda text: dress(held(text))) if dress is _safe else dress

    def say(said: Phrase | str) -> str:
        if isinstance(said, str):
            return dress(said)
        words = language.say(said, dress, fact)
        return Markup(words) if dress is _safe else words

    def value(given: Phrase | str | Money | date) -> str:
        if isinstance(given, date):
            return fact(language.full_day(given))
        return dress(language.money(given)) if isinstance(given, Money) else say(given)

    return {"say": say, "value": value, "lang": language, "initial": initial, "rule": rule, "sized": sized}


def _safe(text: str) -> Markup:
    return escape(text)


def _look(house: House, language: Language) -> dict[str, Any]:
    brand = house.brand
    shades = palette(brand.accent, brand.background)
    is_ltr = language.direction == "ltr"
    has_dark = brand.scheme is not Scheme.LIGHT
    return {
        "light": shades.light,
        "dark": shades.dark,
        "scheme": SCHEMES[brand.scheme],
        "has_dark": has_dark,
        "has_dark_logo": bool(has_dark and brand.logo_dark_url),
        "font": _font(brand.font),
        "heading": _font(brand.heading_font or brand.font),
        "corners": min(brand.radius, LONGEST_CORNER),
        "small_corners": min(brand.radius, 8),
        "start": "left" if is_ltr else "right",
        "end": "right" if is_ltr else "left",
    }


def _font(stack: str) -> str:
    """Single quotes: the stack stands in attributes that mail programs rewrite."""
    return stack.replace('"', "'")


def _closing(house: House, language: Language) -> str:
    """The brand's own closing line."""
    return house.brand.footer.get(language.code) or house.brand.footer.get("en") or ""


def rule(words: str) -> str:
    """A line under a title of plain text."""
    return "-" * min(len(words), 70)


def _tidy(text: str) -> str:
    """At most one empty line in a row."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() or (lines and lines[-1].strip()):
            lines.append(line.rstrip() if line != "-- " else line)
    return "\n".join(lines).strip() + "\n"
