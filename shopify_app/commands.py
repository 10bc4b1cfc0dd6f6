"""What every command begins with: the configuration, the tables, the adapters, the shop. Failures are sentences.

The rooms are imported by whoever opens them: `postlude serve` only looks at the tables.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from shopify_app.config import Config, ConfigError, load_config

if TYPE_CHECKING:
    from shopify_app.db import Session
    from shopify_app.shops.models import Shop
    from shopify_app.wiring import Adapters

for_shop = click.option("--shop", required=True, help="The shop's myshopify.com domain.")
"""The option that names the shop."""


def read_config() -> Config:
    """What the environment says; a sentence when it is wrong or incomplete."""
    try:
        return load_config(os.environ)
    except ConfigError as failure:
        raise click.ClickException(str(failure)) from failure


def open_adapters() -> Adapters:
    """The adapters of this deployment; events recorded through them have their followers."""
    from jobs.reactions import FOLLOWERS
    from shopify_app import observability, queue, wiring

    config = read_config()
    observability.set_up_logging("WARNING")
    needs_tables(config)
    queue.use_broker(config.redis_url)
    return wiring.build(config, FOLLOWERS)


def needs_tables(config: Config) -> None:
    """Stops where the database does not answer, or lacks this version's tables."""
    from shopify_app import migrate

    with answering():
        is_current = migrate.is_current(config.database_url)
    if not is_current:
        raise click.ClickException("The database lacks this version's tables: run `postlude migrate` first.")


@contextmanager
def answering() -> Iterator[None]:
    """A sentence instead of a trace where no database answers."""
    from sqlalchemy.exc import OperationalError

    try:
        yield
    except OperationalError as failure:
        raise click.ClickException(
            "The database does not answer: start it, or correct DATABASE_URL. `postlude doctor` looks at the rest."
        ) from failure


def shop_row(session: Session, domain: str) -> Shop:
    """The shop of that domain."""
    from shopify_app.shops.installation import find

    shop = find(session, domain)
    if shop is None:
        raise click.ClickException(f"No shop {domain} has installed the app here.")
    return shop


def print_json(document: Any) -> None:
    """`document` on standard output, for a person and for a program."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
