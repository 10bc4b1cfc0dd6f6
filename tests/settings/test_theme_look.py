"""What themes say of their colours: proposals that can be read, or none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shopify_app.settings.branding import THEME_FONTS, Brand
from shopify_app.settings.theme import look_of


def said(current: Any, **more: Any) -> str:
    return "/* written by the theme editor */\n" + json.dumps({"current": current} | more)


SCHEME = {"scheme-1": {"settings": {"background": "#FFFFFF", "button": "#2f5d4aff"}}}


@pytest.mark.parametrize(
    ("text", "accent", "background"),
    [
        (said({"color_schemes": SCHEME}), "#2f5d4a", "#ffffff"),
        (said({"colors_accent_1": "#123456"}), "#123456", None),
        (said("Dusk", presets={"Dusk": {"color_button": "#222"}}), None, None),
        (said({"color_schemes": {"scheme-1": {"settings": {"button": "red", "background": "#fff"}}}}), None, None),
        (said({"color_schemes": []}), None, None),
        (said("Gone"), None, None),
        ("{}", None, None),
        ("not json", None, None),
        ("[1]", None, None),
    ],
)
def test_a_theme_proposes_what_it_says(text: str, accent: str | None, background: str | None) -> None:
    look = look_of(text)

    if accent:
        assert look
        assert (look.accent, look.background, look.font) == (accent, background, THEME_FONTS)
    elif look:
        assert look.accent in (None, "#222222")


def test_a_pale_button_is_proposed_in_a_shade_that_can_be_read() -> None:
    look = look_of(said({"color_schemes": {"a": {"settings": {"button": "#ffcc33", "background": "#fdfbf7"}}}}))

    assert look
    assert Brand(**look.fields).accent != "#ffcc33"


@pytest.mark.parametrize(
    ("current", "logo"),
    [
        ({"logo": "shopify://shop_images/hedvall-logo_2.png"}, "hedvall-logo_2.png"),
        ({"sections": {"header": {"settings": {"logo": "shopify://shop_images/old.jpg"}}}}, "old.jpg"),
        ({"logo": "https://elsewhere.example/logo.png", "color_button": "#222222"}, None),
        ({"logo": "shopify://shop_images/../../admin", "color_button": "#222222"}, None),
        ({"logo": None, "sections": [], "color_button": "#222222"}, None),
    ],
)
def test_the_logo_is_a_file_of_the_shop_or_nothing(current: Any, logo: str | None) -> None:
    look = look_of(said(current))

    assert look
    assert look.logo == logo
