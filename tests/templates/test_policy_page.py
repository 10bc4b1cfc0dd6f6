"""The policy page as HTML and in a browser: whole in every language, light, deaf to hostile words, fit for thumbs."""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Callable
from functools import cache

import pytest
from liquid import Environment as LiquidEnvironment
from page_situations import SETTINGS
from playwright.sync_api import Browser
from policy_situations import policy_pages

from shopify_app.i18n import Languages
from shopify_app.storefront.rendering import Frame, Renderer, Surface

LANGUAGES, RENDERER = Languages(), Renderer()
NAMES = sorted(policy_pages())
OPEN_ALL = "document.querySelectorAll('details').forEach(part => part.open = true)"


@cache
def render(name: str, surface: Surface = Surface.THEME, code: str = "en") -> str:
    template, facts = policy_pages(code)[name]
    frame = Frame(SETTINGS.brand, "Hedvall", "https://hedvall.example", surface, (("de", "Deutsch", "?lang=de"),))
    return RENDERER.render(template, LANGUAGES.choose([code], "DE"), frame, **facts)


@pytest.mark.parametrize("code", LANGUAGES.codes)
@pytest.mark.parametrize("name", NAMES)
def test_the_policy_is_complete_in_every_language(name: str, code: str) -> None:
    page = render(name, Surface.ALONE, code)
    words = html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL))
    assert page.count("<h1>") == 1
    assert "None" not in words
    assert not re.search(r"\{\w+\}", words)


@pytest.mark.parametrize("name", NAMES)
def test_no_liquid_and_no_markup_of_a_merchants_words_begins_in_it(name: str) -> None:
    page = render(name)
    assert LiquidEnvironment().from_string(page).render() == page
    assert "<b>." not in page
    assert "<script" not in page


@pytest.mark.parametrize("name", NAMES)
def test_the_policy_weighs_at_most_twelve_kilobytes_compressed(name: str) -> None:
    assert len(gzip.compress(render(name).encode(), 6)) <= 12 * 1024


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["policy_seeded", "policy_many_ways", "policy_outlet"])
def test_the_policy_has_no_accessibility_violation(breaches: Callable[..., list], name: str, scheme: str) -> None:
    assert breaches(render(name, Surface.ALONE), scheme, 360) == []


@pytest.mark.browser
def test_the_policy_fits_a_small_phone_and_a_thumb_even_in_german(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 700})
    for name in NAMES:
        page.set_content(render(name, Surface.ALONE, "de"))
        page.evaluate(OPEN_ALL)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, name
        small = page.evaluate(
            """[...document.querySelectorAll('a, button, summary')].map(part => part.getBoundingClientRect().height)
            .filter(height => height > 0 && height < 44)"""
        )
        assert small == [], name
    page.close()
