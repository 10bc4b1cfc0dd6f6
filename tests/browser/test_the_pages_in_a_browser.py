"""What shoppers and Mara meet, as a browser shows it: readable by all, on a phone, without script, by keyboard."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from running import PATIENCE_MS, Running
from trade import Trade

pytestmark = [pytest.mark.browser, pytest.mark.once]

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
SIZES = {"phone": (360, 800), "desktop": (1280, 900)}
ADMIN = "admin"


@pytest.fixture(scope="module")
def addresses(demo: Running, shop: Trade) -> dict[str, str]:
    """The pages under test by name."""
    store, app = demo.facts["devstore_url"], demo.facts["app_url"]
    links = {name: demo.link(_name(demo, name)) for name in ("two_parcels", "delayed", "delivered", "forty_lines")}
    guide = demo.rows("SELECT slug FROM how_to ORDER BY id LIMIT 1")[0][0]
    return {
        "tracking": store + links["two_parcels"],
        "trouble": store + links["delayed"],
        "delivered": store + links["delivered"],
        "large": store + links["forty_lines"],
        "alone": app + "/t/" + links["two_parcels"].rpartition("/")[2],
        "lookup": f"{store}{demo.proxy_path}/track",
        "guide": f"{store}{demo.proxy_path}/h/{guide}",
        "guide_alone": f"{app}/h/{guide}",
        "message": f"{store}{demo.proxy_path}/t/{'A' * 28}",
        ADMIN: demo.facts["admin_url"],
    }


def _name(demo: Running, kind: str) -> str:
    return demo.control("GET", f"/orders/{demo.control('GET', '/showcase')[kind]}")["name"]


def _context(chromium: Browser, size: str, scheme: str = "light", **more: object) -> BrowserContext:
    width, height = SIZES[size]
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        **more,  # type: ignore[arg-type]
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


def _open(context: BrowserContext, address: str) -> Page:
    """The address in the context's window, which is opened when there is none."""
    page = context.pages[0] if context.pages else context.new_page()
    answer = page.goto(address, wait_until="load")
    assert answer
    assert answer.status == (404 if "AAAAAAAA" in address else 200), address
    if "/admin" in address:
        page.frame_locator("iframe").locator("s-page").wait_for()
    return page


@pytest.fixture(scope="module")
def visitors(chromium: Browser) -> Iterator[Callable[[str], BrowserContext]]:
    """Somebody with this screen who comes for the first time. The window stays from one visit to the next: to open one
    takes longer than most pages."""
    windows: dict[str, BrowserContext] = {}

    def visitor(size: str) -> BrowserContext:
        if size not in windows:
            windows[size] = _context(chromium, size)
        windows[size].clear_cookies()
        return windows[size]

    yield visitor
    for window in windows.values():
        window.close()


OUR_PAGES = ("tracking", "trouble", "delivered", "large", "alone", "lookup", "guide", "guide_alone", "message", ADMIN)


OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""The rules of axe to which it matters whether the reader's device is dark."""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", OUR_PAGES)
def test_no_page_keeps_anybody_out(
    visitors: Callable[[str], BrowserContext], addresses: dict[str, str], name: str, size: str
) -> None:
    page = _open(visitors(size), addresses[name])
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")

    violations = Axe().run(page).response["violations"]
    page.emulate_media(color_scheme="dark")
    violations += Axe().run(page, options=OF_COLOURS).response["violations"]

    assert [(found["id"], [node["html"][:200] for node in found["nodes"]]) for found in violations] == []


@pytest.mark.parametrize("language", ["en", "de", "sv", "fr", "es", "nl"])
def test_no_page_is_wider_than_a_phone_in_any_language(
    chromium: Browser, addresses: dict[str, str], language: str
) -> None:
    context = _context(chromium, "phone")
    page = context.new_page()
    for name in OUR_PAGES:
        address = addresses[name]
        page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}", wait_until="load")
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert too_wide <= 0, name
    context.close()


@pytest.mark.parametrize("name", ["tracking", "alone", "lookup", "guide", "trouble"])
def test_every_target_is_large_enough_for_a_thumb(
    visitors: Callable[[str], BrowserContext], addresses: dict[str, str], name: str
) -> None:
    page = _open(visitors("phone"), addresses[name])

    shown, small = page.evaluate(
        """(() => {
          const parts = [...document.querySelectorAll('.pl a, .pl button, .pl summary, .pl input:not([type=hidden])')]
            .filter(part => part.getBoundingClientRect().height > 0);
          return [parts.length, parts.filter(part => !getComputedStyle(part, '::after').content.includes('""')
            && part.getBoundingClientRect().height < 44).map(part => part.outerHTML)];
        })()"""
    )

    assert shown, "no target is found: is the page still in .pl?"
    assert small == []


@pytest.mark.parametrize("name", ["tracking", "delivered", "large", "alone", "guide"])
def test_every_picture_has_its_size_and_words_and_waits_its_turn(
    visitors: Callable[[str], BrowserContext], addresses: dict[str, str], name: str
) -> None:
    page = _open(visitors("phone"), addresses[name])

    wrong = page.evaluate(
        """[...document.querySelectorAll('.pl img')].filter(picture => !picture.getAttribute('width')
          || !picture.getAttribute('height') || picture.getAttribute('loading') !== 'lazy'
          || picture.getAttribute('alt') === null).map(picture => picture.outerHTML)"""
    )
    count = page.evaluate("document.querySelectorAll('.pl img').length")

    assert wrong == []
    assert count > 0 or name == "guide"


def test_an_order_is_found_and_read_without_any_script(
    chromium: Browser, addresses: dict[str, str], demo: Running
) -> None:
    context = _context(chromium, "phone", java_script_enabled=False)
    page = _open(context, addresses["lookup"])

    page.get_by_label("Order number").fill(demo.facts["sample_order_name"])
    page.get_by_label("E-mail address, postcode or phone number").fill(demo.facts["sample_email"])
    page.get_by_role("button", name="Show my order").click()

    page.locator("#pl-p1").wait_for()
    events = page.locator("details", has=page.locator(".pl-log")).first
    events.locator("summary").click()
    assert events.locator("li").first.is_visible()
    context.close()


def test_a_look_up_is_done_by_keyboard_alone(chromium: Browser, addresses: dict[str, str], demo: Running) -> None:
    context = _context(chromium, "desktop")
    page = _open(context, addresses["lookup"])
    _tab_to(page, "pl-order")
    page.keyboard.type(demo.facts["sample_order_name"])
    page.keyboard.press("Tab")
    page.keyboard.type(demo.facts["sample_email"])
    page.keyboard.press("Enter")
    page.locator("#pl-p1").wait_for()

    seen, unseen = _walk(page)

    context.close()
    assert unseen == []
    assert any("summary" in each for each in seen)
    assert any(each.startswith("a ") for each in seen)


def _tab_to(page: Page, id: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == id:
            return
    raise AssertionError(f"{id} is not reached by Tab")


def _walk(page: Page) -> tuple[list[str], list[str]]:
    """Everything of ours that Tab reaches, in order, and what of it shows no focus."""
    seen, unseen = [], []
    for _ in range(120):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """(() => { const part = document.activeElement, style = getComputedStyle(part);
            const shows = parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none';
            const ring = getComputedStyle(part, '::after');
            return {ours: !!part.closest('.pl'), shows: shows || parseFloat(ring.outlineWidth) >= 2,
              what: part.tagName.toLowerCase() + ' ' + part.textContent.trim().slice(0, 60)} })()"""
        )
        if here["ours"]:
            seen.append(here["what"])
            if not here["shows"]:
                unseen.append(here["what"])
    return seen, unseen


def test_the_merchant_sees_her_shop_in_the_admin(chromium: Browser, addresses: dict[str, str]) -> None:
    context = _context(chromium, "desktop")
    complaints: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(addresses[ADMIN], wait_until="load")
    frame = page.frame_locator("iframe")

    frame.get_by_text("Needs a hand today").first.wait_for()
    frame.get_by_text("Where shoppers follow their order").first.wait_for()

    context.close()
    assert complaints == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("name", "scheme", "language"),
    [
        ("tracking", "light", "en"),
        ("tracking", "dark", "de"),
        ("trouble", "light", "de"),
        ("delivered", "light", "en"),
        ("lookup", "light", "en"),
        ("guide", "light", "en"),
        (ADMIN, "light", "en"),
    ],
)
def test_a_page_has_its_picture_taken(
    chromium: Browser, addresses: dict[str, str], tmp_path: Path, name: str, scheme: str, language: str, size: str
) -> None:
    """For the README when POSTLUDE_SCREENSHOTS is set; else only to see that every picture on it loads."""
    folder = PICTURES if os.environ.get("POSTLUDE_SCREENSHOTS") else tmp_path
    context = _context(chromium, size, scheme)
    page = _open(context, addresses[name] + ("" if name == ADMIN else f"?lang={language}"))
    page.evaluate("document.querySelectorAll('img').forEach(picture => picture.loading = 'eager')")
    page.wait_for_load_state("networkidle")
    page.wait_for_function("[...document.images].every(picture => picture.complete)")

    broken = page.evaluate("[...document.images].filter(p => !p.naturalWidth).map(p => p.outerHTML)")
    file = folder / f"{name}-{size}-{scheme}{'' if language == 'en' else '-' + language}.png"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file)

    context.close()
    assert broken == []
    assert 5_000 < file.stat().st_size < 250_000
