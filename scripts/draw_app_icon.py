"""Draws the App Store's icon from its SVG: ``python scripts/draw_app_icon.py``.

`docs/app-store/icon.png` has 1200 x 1200 pixels and no transparent ground, as the store asks. It carries the SHA-256 of
the SVG that it was drawn from, so that a test sees when the two have grown apart.
"""

from __future__ import annotations

import hashlib
import io
import shutil
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import sync_playwright

PAPERS = Path(__file__).resolve().parents[1] / "docs" / "app-store"
SIDE = 1200
DRAWN_FROM = "Drawn from SHA-256"


def main() -> None:
    source = (PAPERS / "icon.svg").read_bytes()
    facts = PngInfo()
    facts.add_text(DRAWN_FROM, hashlib.sha256(source).hexdigest())
    drawn(source).save(PAPERS / "icon.png", optimize=True, pnginfo=facts)


def drawn(source: bytes) -> Image.Image:
    """The SVG as a browser paints it, without an alpha channel."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": SIDE, "height": SIDE})
        page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{source.decode()}")
        picture = page.screenshot()
        browser.close()
    return Image.open(io.BytesIO(picture)).convert("RGB")


if __name__ == "__main__":
    main()
