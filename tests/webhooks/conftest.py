"""The intake and the handlers over one of the test databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from letters import Door, Letter, Shopify, adapters_for, configured, flask_stands_here
from shopify_app.db import Database
from shopify_app.wiring import Adapters
from webhooks.receive import Intake


@pytest.fixture
def shopify() -> Shopify:
    return Shopify()


@pytest.fixture
def adapters(database_url: str, tmp_path: Path, database: Database, clock: Any, shopify: Shopify) -> Adapters:
    return adapters_for(configured(database_url, tmp_path), database, clock, shopify)


@pytest.fixture
def door(adapters: Adapters) -> Door:
    return Door(Intake(flask_stands_here, adapters))


@pytest.fixture
def letter() -> Letter:
    """Ada's order, as Mara's shop tells us of it."""
    return Letter(b'{"id": 1042}')
