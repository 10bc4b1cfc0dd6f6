"""Photographs the shopper's pages in every situation, for people to look at: ``python scripts/look_at_pages.py``.

Pictures land in ``.cache/looks/<situation>-<width>-<scheme>-<language>.png``. Options choose: ``--only transit,lost
--widths 360,1280 --schemes light,dark --languages en,de --theme``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Route, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "pages")]

from page_situations import SETTINGS, situations  # noqa: E402
from small_pages import small_pages  # noqa: E402

from shopify_app.i18n import Languages  # noqa: E402
from shopify_app.storefront.rendering import Frame, Renderer, Surface  # noqa: E402

LOOKS = ROOT / ".cache" / "looks"
THEME = "<style>html{color-scheme:light dark;background:Canvas;color:CanvasText}</style>"  # what a theme sets
HUES = {"jacket": "#42594d", "socks": "#a8663f", "wash": "#8aa0b5", "sweater": "#b9a178", "stove": "#5b5f66"}


def main() -> None:
    wanted = arguments()
    LOOKS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, pages in rendered(wanted).items():
            for code, html in pages.items():
                for width in wanted.widths:
                    for scheme in wanted.schemes:
                        photograph(browser, html, width, scheme, LOOKS / f"{name}-{width}-{scheme}-{code}.png")
        browser.close()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", type=lambda text: text.split(","), default=None)
    parser.add_argument("--widths", type=lambda text: [int(part) for part in text.split(",")], default=[360, 1280])
    parser.add_argument("--schemes", type=lambda text: text.split(","), default=["light", "dark"])
    parser.add_argument("--languages", type=lambda text: text.split(","), default=["en", "de"])
    parser.add_argument("--theme", action="store_true", help="as a theme shows it, without our own frame")
    return parser.parse_args()


def rendered(wanted: argparse.Namespace) -> dict[str, dict[str, str]]:
    """Situation -> language -> HTML."""
    renderer, languages = Renderer(), Languages()
    links = tuple((code, languages.choose([code]).language_name(), f"?lang={code}") for code in languages.codes)
    surface = Surface.THEME if wanted.theme else Surface.ALONE
    frame = Frame(SETTINGS.brand, "Hedvall", "https://hedvall.example", surface, links)
    pages: dict[str, dict[str, str]] = {}
    for code in wanted.languages:
        language = languages.choose([code], "DE", SETTINGS.brand.tone)
        for name, situation in situations().items():
            if wanted.only is None or name in wanted.only:
                page = situation.page(code)
                html = renderer.render("storefront/tracking.html", language, frame, page=page)
                html = THEME + html if wanted.theme else html
                pages.setdefault(name, {})[code] = html
        for name, (template, facts) in small_pages().items():
            if wanted.only is None or name in wanted.only:
                pages.setdefault(name, {})[code] = renderer.render(template, language, frame, **facts)
    return pages


def photograph(browser: Browser, html: str, width: int, scheme: str, path: Path) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    page.route("https://pictures.example/**", draw)
    page.set_content(html, wait_until="load")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if overflow > 0:
        print(f"{path.name}: {overflow} px wider than the screen")
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": height})  # so that lazy pictures load
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path, full_page=True)
    context.close()


def draw(route: Route) -> None:
    """A stand-in for a product's picture."""
    hue = HUES.get(Path(route.request.url.partition("?")[0]).stem, "#777777")
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 500"><rect width="400" height="500" fill="#e9e4da"/>'
        f'<path d="M120 120l80-30 80 30 50 110-50 30-20-40v200H140V220l-20 40-50-30z" fill="{hue}"/></svg>'
    )
    route.fulfill(body=svg, content_type="image/svg+xml")


if __name__ == "__main__":
    main()
