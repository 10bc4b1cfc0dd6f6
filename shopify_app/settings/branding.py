"""One brand across page, portal and mail."""

from __future__ import annotations

import re
from enum import StrEnum

from pydantic import Field, ValidationInfo, field_validator

from shopify_app.i18n import Phrase, phrase
from shopify_app.settings.contrast import DARK_GROUND, LIGHT_GROUND, ink_on, parse_colour, readable_on
from shopify_app.settings.shape import LinePerLanguage, Unfit, WebAddress, settings

SYSTEM_FONTS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif'
THEME_FONTS = f"theme, {SYSTEM_FONTS}"
"""The theme's own fonts where the page is in the theme; alone and in mails, where there is no theme, what follows."""
OF_THEME = ("var(--font-{part}-family, var(--font-{part}--family, {rest}))", "theme, ")
"""Where Shopify's themes say their fonts: Dawn and its kin, Horizon and its kin."""
_FONT_STACK = re.compile(r"[\w \"'.,-]{1,300}")


class Tone(StrEnum):
    """How German addresses the reader: du or Sie."""

    INFORMAL = "informal"
    FORMAL = "formal"


class Scheme(StrEnum):
    """Light, dark, or whatever the reader's device asks for."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@settings
class Brand:
    """Logo, colours, type and tone. The accent must read on its ground: a pale one is refused with the nearest shade
    that passes."""

    name: str = Field(default="", max_length=120)
    """How the shop calls itself; empty: the shop's name at Shopify."""
    logo_url: WebAddress = None
    """A picture at least 80 px high, on a transparent ground."""
    logo_dark_url: WebAddress = None
    """The same for dark pages; without one the logo stands on a light plate."""
    accent: str = "#1f5c4d"
    """The colour of the one primary action and of progress, as #rrggbb."""
    background: str = LIGHT_GROUND
    """The page's ground in light mode (stand-alone page)."""
    font: str = SYSTEM_FONTS
    """A CSS font stack of fonts that the reader's device has; given empty, it is the reader's own."""
    heading_font: str = ""
    """A CSS font stack for headings; empty: the same as `font`."""
    radius: int = Field(default=10, ge=0, le=28)
    """Roundness of corners in pixels."""
    tone: Tone = Tone.INFORMAL
    scheme: Scheme = Scheme.AUTO
    footer: LinePerLanguage = Field(default_factory=dict)
    """A closing line under every page, per language."""

    @field_validator("accent", "background")
    @classmethod
    def _colour(cls, value: str) -> str:
        return parse_colour(value)

    @field_validator("font", "heading_font")
    @classmethod
    def _font(cls, value: str, info: ValidationInfo) -> str:
        if not value.strip():
            return SYSTEM_FONTS if info.field_name == "font" else ""
        if not _FONT_STACK.fullmatch(value):
            raise Unfit(phrase("A font stack is names with commas between them, as in: Georgia, serif."))
        return value

    def __post_init__(self) -> None:
        if said := too_pale(self.accent, self.background):
            raise Unfit(said)

    @property
    def on_accent(self) -> str:
        """Text on a button of the accent."""
        return ink_on(self.accent)

    @property
    def accent_dark(self) -> str:
        """The accent on dark pages: the nearest shade that reads there."""
        return readable_on(self.accent, DARK_GROUND)

    @property
    def on_accent_dark(self) -> str:
        return ink_on(self.accent_dark)

    @property
    def body_css(self) -> str:
        """`font` as CSS."""
        return _as_css(self.font, "body")

    @property
    def heading_css(self) -> str:
        """`heading_font` as CSS."""
        return _as_css(self.heading_font or self.font, "heading")


def too_pale(accent: str, background: str) -> Phrase | None:
    """Why `accent` cannot be read on `background` (both ``#rrggbb``), with the nearest shade that can; None when it
    can."""
    passing = readable_on(accent, background)
    if passing == accent:
        return None
    return phrase(
        "{accent} is too pale to read on {background} (below 4.5:1). The nearest shade that passes is {passing}.",
        accent=accent,
        background=background,
        passing=passing,
    )


def _as_css(stack: str, part: str) -> str:
    of_theme, mark = OF_THEME
    return of_theme.format(part=part, rest=stack.removeprefix(mark)) if stack.startswith(mark) else stack
