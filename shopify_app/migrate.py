"""Bringing a database to the tables this version needs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine


def alembic_config(url: str) -> AlembicConfig:
    """Alembic's configuration for our migrations and the database at `url`."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str) -> None:
    """Creates or upgrades every table."""
    command.upgrade(alembic_config(url), "head")


def is_current(url: str) -> bool:
    """Whether the database stands at this version's last migration."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            at = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    return at == _newest()


@cache
def _newest() -> str | None:
    """The last migration of this version, found once: to find it all of them are read."""
    return ScriptDirectory.from_config(alembic_config("")).get_current_head()
