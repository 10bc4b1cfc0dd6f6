"""Alembic's entry: the address comes from the caller (`postlude migrate`) or from the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from alembic import context
from sqlalchemy import JSON, create_engine

from shopify_app.config import database_url
from shopify_app.db import BigKey
from shopify_app.tables import metadata


def named(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Our own column types by their names, so that a migration reads like the model."""
    if kind != "type":
        return False
    if isinstance(item, JSON):
        return "shopify_app.db.Json"
    return "shopify_app.db.BigKey" if item is BigKey else False


url = context.config.get_main_option("sqlalchemy.url") or database_url(
    os.environ, Path(os.environ.get("POSTLUDE_DATA_DIR", "var")).absolute()
)
engine = create_engine(url)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=engine.dialect.name == "sqlite",
        compare_type=True,
        render_item=named,
    )
    with context.begin_transaction():
        context.run_migrations()
