"""What a shop's theme says of its colours and its logo, as far as themes say it: proposals for the brand. Pure.

Themes name their settings as they like. Shopify's own (Dawn and its kin, Horizon and its kin) keep colour schemes with
a button and a background each, and a logo for the whole theme; older ones keep single accents, and the logo with their
header. Pictures are named, not addressed. Source: shopify.dev "settings_data.json", "color_scheme_group",
"image_picker".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shopify_app.settings.branding import THEME_FONTS
from shopify_app.settings.contrast import LIGHT_GROUND, parse_colour, readable_on
from shopify_app.settings.shape import Unfit

ACCENTS = ("button", "primary_button_background", "colors_accent_1", "color_primary", "color_button", "accent_color")
GROUNDS = ("background", "colors_background_1", "color_body_bg", "color_background", "background_color")
LOGOS = ("logo", "logo_image")
_PICTURE = re.compile(r"shopify://shop_images/([\w.,()+-]{1,200})")
_COMMENT = re.compile(r"\A\s*/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True)
class ThemeLook:
    """Colours that read on one another, and a font stack; None where the theme does not say."""

    accent: str | None
    background: str | None
    font: str = THEME_FONTS
    logo: str | None = None
    """The name of the logo's file among the shop's files."""

    @property
    def fields(self) -> dict[str, str]:
        """What of it is known, by the brand's fields; the logo's address is Shopify's to know."""
        known = {"accent": self.accent, "background": self.background, "font": self.font}
        return {name: value for name, value in known.items() if value}


def look_of(text: str) -> ThemeLook | None:
    """The look in the text of ``config/settings_data.json``; None when there is nothing to read in it."""
    try:
        document = json.loads(_COMMENT.sub("", text))
    except ValueError:
        return None
    current = document.get("current") if isinstance(document, Mapping) else None
    if isinstance(current, str):  # the name of a preset
        current = (document.get("presets") or {}).get(current)
    if not isinstance(current, Mapping):
        return None
    accent, ground, logo = _first(current, ACCENTS), _first(current, GROUNDS), _logo(current)
    if accent is None and ground is None and logo is None:
        return None
    return ThemeLook(readable_on(accent, ground or LIGHT_GROUND) if accent else None, ground, logo=logo)


def _logo(current: Mapping[str, Any]) -> str | None:
    """The file of the theme's logo, else of its header's."""
    sections = current.get("sections")
    header = sections.get("header") if isinstance(sections, Mapping) else None
    of_header = header.get("settings") if isinstance(header, Mapping) else None
    for settings in (current, of_header):
        if not isinstance(settings, Mapping):
            continue
        for name in LOGOS:
            if named := _PICTURE.fullmatch(str(settings.get(name) or "")):
                return named[1]
    return None


def _first(current: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    """The first colour under one of these names: of the first colour scheme, else of the theme as a whole."""
    for settings in _levels(current):
        for name in names:
            try:
                return parse_colour(str(settings[name])[:7])
            except (KeyError, Unfit):
                continue
    return None


def _levels(current: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    schemes = current.get("color_schemes")
    for scheme in schemes.values() if isinstance(schemes, Mapping) else ():
        if isinstance(scheme, Mapping) and isinstance(scheme.get("settings"), Mapping):
            yield scheme["settings"]
    yield current
