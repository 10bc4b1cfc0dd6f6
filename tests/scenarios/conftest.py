"""Stories are told through the running product, which is started once."""

from __future__ import annotations

import pytest

from running import LIMIT_SECONDS, Running, Shopper, demo_of
from trade import Trade


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/scenarios" in item.path.as_posix():
            item.add_marker(pytest.mark.timeout(LIMIT_SECONDS))


@pytest.fixture(scope="session")
def demo(request: pytest.FixtureRequest) -> Running:
    """The product and its shop. Stories share it: each places orders of its own."""
    return demo_of(request.config)


@pytest.fixture
def ada(demo: Running) -> Shopper:
    """Somebody at the storefront."""
    return demo.shopper()


@pytest.fixture(scope="session")
def shop(demo: Running) -> Trade:
    """Mara's shop."""
    return Trade(demo)
