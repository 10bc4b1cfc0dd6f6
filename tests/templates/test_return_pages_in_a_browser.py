"""The pages of a return in a real browser: accessible in light and dark, fit for a thumb and a small phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from inspection_pages import inspection_pages
from no_receipt_pages import no_receipt_pages
from page_situations import SETTINGS
from playwright.sync_api import Browser
from return_pages import return_pages
from shop_pages import shop_pages
from status_pages import status_pages
from withdrawal_pages import withdrawal_pages

from shopify_app.i18n import Languages
from shopify_app.storefront.rendering import Frame, Renderer, Surface

pytestmark = pytest.mark.browser
LANGUAGES, RENDERER = Languages(), Renderer()
PAGES = inspection_pages() | no_receipt_pages() | return_pages() | status_pages() | shop_pages() | withdrawal_pages()
NAMES = sorted(PAGES)
DARK = (
    "return_items",
    "return_reasons_wrong",
    "return_outcome_each",
    "return_better",
    "return_review",
    "return_status",
    "return_status_anew",
    "return_anew",
    "return_asked",
    "shop_pays",
    "product",
)
"""One of each kind: what is light enough in the dark there is so everywhere."""
OPEN_ALL = "document.querySelectorAll('details').forEach(part => part.open = true)"


@pytest.fixture(scope="session")
def chromium(browser: Browser) -> Browser:
    return browser


def _html(name: str, code: str) -> str:
    template, facts = PAGES[name]
    frame = Frame(SETTINGS.brand, "Hedvall", "https://hedvall.example", Surface.ALONE)
    return RENDERER.render(template, LANGUAGES.choose([code], "DE"), frame, **facts)


@pytest.mark.parametrize(("name", "scheme"), [*((name, "light") for name in NAMES), *((name, "dark") for name in DARK)])
def test_a_page_of_a_return_has_no_accessibility_violation(
    breaches: Callable[..., list], name: str, scheme: str
) -> None:
    assert breaches(_html(name, "en"), scheme, 360 if scheme == "light" else 1280) == []


def test_no_page_of_a_return_is_wider_than_a_small_phone_even_in_german(chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 320, "height": 700})
    for name in NAMES:
        page.set_content(_html(name, "de"))
        page.evaluate(OPEN_ALL)
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert too_wide <= 0, name
    page.close()


def test_everything_on_a_page_of_a_return_is_large_enough_for_a_thumb(chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 360, "height": 800})
    for name in NAMES:
        page.set_content(_html(name, "en"))
        page.evaluate(OPEN_ALL)
        small = page.evaluate(
            """[...document.querySelectorAll('a, button, summary, select, textarea, input:not([type=hidden])')]
            .map(part => [part, part.matches('[type=radio], [type=checkbox]') ? part.labels[0] : part])
            .filter(([part, area]) => area.getBoundingClientRect().height > 0
              && area.getBoundingClientRect().height < 44)
            .map(([part]) => part.outerHTML)"""
        )
        assert small == [], name
    page.close()


@pytest.mark.parametrize("name", ["return_items", "return_outcome", "return_method", "return_review"])
def test_every_control_shows_its_focus_and_is_not_hidden_behind_the_foot(chromium: Browser, name: str) -> None:
    page = chromium.new_page(viewport={"width": 360, "height": 640}, reduced_motion="reduce")
    page.set_content(_html(name, "en"))
    seen = 0
    for _ in range(60):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """(() => { const part = document.activeElement
            if (!part.closest('.pl-flow')) return null
            const area = part.matches('[type=radio], [type=checkbox]') ? part.parentElement : part
            const foot = document.querySelector('.pl-act'), box = area.getBoundingClientRect()
            const over = foot && foot.firstElementChild.getBoundingClientRect()
            const hidden = over && !foot.contains(part) && box.top >= over.top && box.bottom <= over.bottom
            const style = getComputedStyle(area)
            return {what: part.outerHTML.slice(0, 120), hidden,
              shows: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2} })()"""
        )
        if here is None:
            continue
        seen += 1
        assert here["shows"], here
        assert not here["hidden"], here
    page.close()
    assert seen > 2


@pytest.mark.parametrize("name", ["product", "product_single", "product_wrong"])
def test_on_a_phone_the_picture_leaves_the_choice_on_the_first_screen(chromium: Browser, name: str) -> None:
    page = chromium.new_page(viewport={"width": 360, "height": 640})
    page.set_content(_html(name, "de"))
    below = page.evaluate(
        """document.querySelector('.pl-picks, .pl-few').getBoundingClientRect().top
        - document.querySelector('.pl-act').getBoundingClientRect().top"""
    )
    page.close()
    assert below < 0
