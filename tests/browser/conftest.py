"""The running product in headless Chromium."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from running import LIMIT_SECONDS, PATIENCE_MS, Running, demo_of
from trade import Trade


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.timeout(LIMIT_SECONDS))


@pytest.fixture(scope="session")
def demo(request: pytest.FixtureRequest) -> Running:
    return demo_of(request.config)


@pytest.fixture(scope="session")
def shop(demo: Running) -> Trade:
    """Mara's shop."""
    return Trade(demo)


@pytest.fixture(scope="session")
def chromium(browser: Browser) -> Browser:
    """What is expected of a page is waited for as long as anything in a story."""
    expect.set_options(timeout=PATIENCE_MS)
    return browser
