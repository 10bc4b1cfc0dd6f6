"""What every command begins with: the configuration, the tables, the adapters, the shop. Failures are sentences."""

from __future__ import annotations

import json
import os
from typing import Any

import click

from shopify_app import migrate as migrations
from shopify_app import observability, queue, wiring
from shopify_app.config import Config, ConfigError, load_config
from shopify_app.db import Session
from shopify_app.shops.installation import find
from shopify_app.shops.models import Shop

for_shop = click.option("--shop", required=True, help="The shop's myshopify.com domain.")
"""The option that names the shop."""


def read_config() -> Config:
    """What the environment says; a sentence when it is wrong or incomplete."""
    try:
        return load_config(os.environ)
    except ConfigError as failure:
        raise click.ClickException(str(failure)) from failure


def open_adapters() -> wiring.Adapters:
    """The adapters of this deployment; events recorded through them have their followers."""
    config = read_config()
    observability.set_up_logging("WARNING")
    needs_tables(config)
    queue.use_broker(config.redis_url)
    return wiring.build(config, _followers())


def needs_tables(config: Config) -> None:
    """Stops where the database lacks this version's tables."""
    if not migrations.is_current(config.database_url):
        raise click.ClickException("The database lacks this version's tables: run `postlude migrate` first.")


def shop_row(session: Session, domain: str) -> Shop:
    """The shop of that domain."""
    shop = find(session, domain)
    if shop is None:
        raise click.ClickException(f"No shop {domain} has installed the app here.")
    return shop


def print_json(document: Any) -> None:
    """`document` on standard output, for a person and for a program."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _followers() -> Any:
    from jobs.reactions import FOLLOWERS

    return FOLLOWERS
