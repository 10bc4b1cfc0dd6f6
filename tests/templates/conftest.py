"""Lets the tests of this folder import the situations of tests/pages, and keeps the browser's pages open for them."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

sys.path.insert(0, str(Path(__file__).parents[1] / "pages"))

Scheme = Literal["light", "dark"]
Breaches = Callable[[str, Scheme, int], list[tuple[str, list[str]]]]
OPEN_ALL = "document.querySelectorAll('details').forEach(part => part.open = true)"


@pytest.fixture(scope="session")
def breaches(browser: Browser) -> Iterator[Breaches]:
    """What axe finds wrong with a document in this scheme and width, every fold of it open. A window is kept for each:
    to open one starts a process of the browser, which takes longer than axe does."""
    windows: dict[tuple[Scheme, int], Page] = {}

    def found(document: str, scheme: Scheme, width: int) -> list[tuple[str, list[str]]]:
        if (scheme, width) not in windows:
            windows[scheme, width] = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800})
        window = windows[scheme, width]
        window.goto("about:blank")
        window.set_content(document)
        window.evaluate(OPEN_ALL)
        violations = Axe().run(window).response["violations"]
        return [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations]

    yield found
    for window in windows.values():
        window.close()
