"""The jobs over one of the test databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from promising import open_shop

from letters import Shopify, adapters_for, configured
from shopify_app.db import Database
from shopify_app.wiring import Adapters
from wire import Wire


@pytest.fixture
def shopify() -> Shopify:
    return Shopify()


@pytest.fixture
def adapters(database_url: str, tmp_path: Path, database: Database, clock: Any, shopify: Shopify) -> Adapters:
    return adapters_for(configured(database_url, tmp_path), database, clock, shopify)


@pytest.fixture
def wired(database: Database, database_url: str, tmp_path: Path) -> Wire:
    """Mara's shop with boots on sale, on a Tuesday, half an hour before noon in Stockholm."""
    return open_shop(database, database_url, tmp_path)
