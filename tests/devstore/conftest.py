"""A small shop for each test: the seeded catalogue and customers, a few of its orders, the app installed."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

# The dev store is not installed with the product: its tests reach it from the project's own folder.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from devstage import Stage, make_stage, parts_of
from devstore.opening import open_shop
from devstore.seed import SeedShop, build
from devstore.store import Store

LATEST = 6


@pytest.fixture(scope="session")
def whole_seed() -> SeedShop:
    return build(1, datetime.now(UTC))


@pytest.fixture(scope="session")
def small_seed(whole_seed: SeedShop) -> SeedShop:
    """The newest orders and those of the showcase, with everything that belongs to them."""
    shown = set(whole_seed.showcase.values())
    orders = [order for order in whole_seed.orders[:-LATEST] if order["id"] in shown] + whole_seed.orders[-LATEST:]
    return replace(whole_seed, **parts_of(whole_seed, orders))


@pytest.fixture(scope="session")
def opened_shop(small_seed: SeedShop) -> Store:
    """The small shop on its first day, which each test gets a twin of."""
    store = Store(None)
    open_shop(store, small_seed)
    return store


@pytest.fixture
def stage(small_seed: SeedShop, opened_shop: Store) -> Stage:
    """The app is installed with all scopes; webhooks are written down, not sent."""
    return make_stage(small_seed, opened_shop.twin())
