"""Shopper's pages in a real browser: accessible in light and dark, and never wider than a small phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from page_situations import SETTINGS, situations
from playwright.sync_api import Browser
from small_pages import small_pages

from shopify_app.i18n import Languages
from shopify_app.storefront.rendering import Frame, Renderer, Surface

pytestmark = pytest.mark.browser
LANGUAGES, RENDERER = Languages(), Renderer()
GAPS_OF_THE_WAY = """() => {
  const steps = [...document.querySelector('.pl-way').children];
  document.querySelectorAll('.pl-way .pl-vh').forEach(unseen => unseen.remove());
  const ends = step => {
    const words = document.createRange();
    words.selectNodeContents(step);
    const lines = [...words.getClientRects()];
    return [Math.min(...lines.map(line => line.left)), Math.max(...lines.map(line => line.right))];
  };
  return steps.flatMap(current => {
    steps.forEach(step => step.toggleAttribute('aria-current', step === current));
    const found = steps.map(ends);
    return found.slice(1).map(([left], before) => left - found[before][1]);
  });
}"""
"""Pixels between neighbouring labels of a parcel's way, whichever of its steps is the current one."""


@pytest.fixture(scope="session")
def chromium(browser: Browser) -> Browser:
    return browser


def _html(name: str, code: str, surface: Surface = Surface.ALONE) -> str:
    language = LANGUAGES.choose([code], "DE")
    frame = Frame(SETTINGS.brand, "Hedvall", "https://hedvall.example", surface)
    if name in small_pages():
        template, facts = small_pages()[name]
        return RENDERER.render(template, language, frame, **facts)
    return RENDERER.render("storefront/tracking.html", language, frame, page=situations()[name].page(code))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["in_parts", "lost", "pickup", "lookup_wrong", "how_to"])
def test_a_page_has_no_accessibility_violation(breaches: Callable[..., list], name: str, scheme: str) -> None:
    assert breaches(_html(name, "en"), scheme, 1280) == []


def test_a_picture_without_words_is_found_after_a_page_with_nothing_wrong(breaches: Callable[..., list]) -> None:
    assert breaches(_html("how_to", "en"), "light", 1280) == []

    found = dict(breaches("<html lang=en><title>Boots</title><main><h1>Boots</h1><img src=x></main>", "light", 1280))

    assert list(found) == ["image-alt"]


def test_no_page_is_wider_than_a_small_phone_even_in_german(chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 320, "height": 700}, java_script_enabled=True)
    for name in [*situations(), *small_pages()]:
        page.set_content(_html(name, "de"))
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert too_wide <= 0, name
    page.close()


def test_no_two_steps_of_a_way_touch_on_a_phone_whose_theme_has_margins_of_its_own(chromium: Browser) -> None:
    page = chromium.new_page()
    for code in LANGUAGES.codes:
        for width in (320, 360):
            page.set_viewport_size({"width": width, "height": 700})
            page.set_content(f'<body style="margin:0 16px">{_html("transit", code, Surface.THEME)}')
            assert min(page.evaluate(GAPS_OF_THE_WAY)) >= 0, (code, width)
            assert page.evaluate("document.documentElement.scrollWidth") == width, (code, width)
    page.close()


def test_every_link_and_button_is_large_enough_for_a_thumb(chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 360, "height": 800})
    for name in ("in_parts", "lookup"):
        page.set_content(_html(name, "en"))
        small = page.evaluate(
            """[...document.querySelectorAll('a, button, summary, input:not([type=hidden])')]
            .filter(part => part.getBoundingClientRect().height > 0
              && !getComputedStyle(part, '::after').content.includes('\\"\\"')
              && part.getBoundingClientRect().height < 44)
            .map(part => part.outerHTML)"""
        )
        assert small == []
    page.close()


def test_on_paper_every_fold_is_open_and_nothing_is_for_sale(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content(_html("transit", "en"))
    page.emulate_media(media="print")
    shut = "[...document.querySelectorAll('details')].filter(part => !part.lastElementChild.checkVisibility())"
    assert page.evaluate(f"{shut}.map(part => part.innerText)") == []
    assert not page.get_by_role("heading", name="Goes well with it").is_visible()
    page.close()
