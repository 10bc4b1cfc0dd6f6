"""A group of commands as an operator types them, in a deployment with Mara's shop and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from click.testing import CliRunner, Result

from shopify_app.cli import main
from shopify_app.crypto import Keyring
from shopify_app.db import Database
from shopify_app.shops.models import Shop

MARA = "mara-goods.myshopify.com"


@contextmanager
def typed(environ: dict[str, str], group: str) -> Iterator[Callable[..., Result]]:
    """`postlude <group> <verb> --shop <Mara's> ...`, called with the verb and what follows the shop."""
    opened = Database(environ["DATABASE_URL"], Keyring((bytes.fromhex(environ["POSTLUDE_ENCRYPTION_KEYS"]),)))
    with opened.write() as session:
        session.add(Shop(domain=MARA, installed_at=datetime(2026, 11, 24, 12, 0, tzinfo=UTC)))

    def command(verb: str, *words: str, **more: Any) -> Result:
        return CliRunner().invoke(main, [group, verb, "--shop", MARA, *words], env=environ, **more)

    yield command
    opened.engine.dispose()
