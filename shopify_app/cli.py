"""`postlude`: what operators type."""

from __future__ import annotations

import json
import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import click
from sqlalchemy import select

from shopify_app import migrate as migrations
from shopify_app import observability, queue, wiring
from shopify_app.commands import needs_tables, open_adapters, read_config, shop_row
from shopify_app.commands_ledger import ledger
from shopify_app.commands_policy import policy
from shopify_app.commands_returns import returns
from shopify_app.orders.access import link_token, revoke_links
from shopify_app.orders.models import Order
from shopify_app.orders.projection import number_key
from shopify_app.settings.keys import get_key, set_key
from shopify_app.settings.store import WrongSetting


@click.group()
def main() -> None:
    """Postlude: everything between "order placed" and "bought again"."""


main.add_command(policy)
main.add_command(returns)
main.add_command(ledger)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=lambda: int(os.environ.get("PORT", "8000")), show_default="8000, or $PORT")
@click.option("--workers", default=1, show_default=True, help="Web processes; more than one needs PostgreSQL.")
def serve(host: str, port: int, workers: int) -> None:
    """Answers the web: webhooks, admin, storefront."""
    from granian import Granian  # the server is not needed by any other command
    from granian.constants import Interfaces

    config = read_config()
    if config.is_sqlite and workers > 1:
        raise click.ClickException("SQLite has one writer: use one web process, or PostgreSQL by DATABASE_URL.")
    needs_tables(config)
    Granian(
        "shopify_app.app:from_environment",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        backlog=1024,
        log_access=False,
        respawn_failed_workers=True,
    ).serve()


@main.command()
@click.option("--concurrency", default=2, show_default=True)
def worker(concurrency: int) -> None:
    """Carries out what is due: deliveries, reactions, reading and writing at Shopify."""
    config = read_config()
    needs_tables(config)
    from jobs.worker import celery  # registers every task

    queue.use_broker(config.redis_url)
    celery.worker_main(["worker", "--concurrency", str(concurrency), "--loglevel", "WARNING", "--without-mingle"])


@main.command()
def scheduler() -> None:
    """Watches the clock: sweeps what a lost message left behind, wakes what is due. Run exactly one."""
    from jobs.schedule import run_scheduler

    config = read_config()
    needs_tables(config)
    observability.set_up_logging(config.log_level)
    queue.use_broker(config.redis_url)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_scheduler(wiring.build(config), stop)


@main.command()
def migrate() -> None:
    """Creates or upgrades the tables."""
    config = read_config()
    if config.is_sqlite:
        config.data_dir.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(config.database_url)
    click.echo("The database is up to date.")


@main.command()
@click.option("--new-key", is_flag=True, help="Print a fresh encryption key and stop.")
def doctor(new_key: bool) -> None:
    """Explains every wrong or missing setting in a sentence; exit status 1 when something must be done."""
    if new_key:
        click.echo(secrets.token_hex(32))
        return
    from shopify_app.doctor import examine  # looks into every room; no other command waits for that

    findings = list(examine(os.environ))
    for finding in findings:
        click.echo(f"{finding.mark} {finding.sentence}")
    sys.exit(1 if any(finding.must_act for finding in findings) else 0)


@main.command()
@click.option("--shop", required=True, help="The shop's myshopify.com domain.")
@click.option("--order", required=True, help="The order's name or number: #1042.")
@click.option("--revoke", is_flag=True, help="End the order's links instead.")
def link(shop: str, order: str, revoke: bool) -> None:
    """Prints the storefront path of an order's tracking page, for support to send on."""
    adapters = open_adapters()
    now = adapters.clock.now()
    with adapters.database.write() as session:
        owner = shop_row(session, shop)
        found = session.scalar(select(Order).where(Order.shop_id == owner.id, Order.number == number_key(order)))
        if found is None:
            raise click.ClickException(f"{shop} has no order {order}.")
        if revoke:
            click.echo(f"{revoke_links(session, owner.id, found.id, now)} link(s) ended.")
        else:
            click.echo(f"{owner.proxy_path}/t/{link_token(session, found, now)}")


@main.group()
def settings() -> None:
    """Reads and changes a shop's settings."""


@settings.command("get")
@click.option("--shop", required=True, help="The shop's myshopify.com domain.")
@click.argument("key")
def settings_get(shop: str, key: str) -> None:
    """Prints one setting (or a whole group) as JSON."""
    adapters = open_adapters()
    with adapters.database.read() as session:
        value = _or_sentence(lambda: get_key(session, shop_row(session, shop).id, key))
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


@settings.command("set")
@click.option("--shop", required=True, help="The shop's myshopify.com domain.")
@click.argument("key")
@click.argument("value", required=False)
def settings_set(shop: str, key: str, value: str | None) -> None:
    """Saves one setting; VALUE is JSON or plain text, read from standard input when left out."""
    adapters = open_adapters()
    text = value if value is not None else sys.stdin.read()
    with adapters.database.write() as session:
        saved = _or_sentence(
            lambda: set_key(session, shop_row(session, shop).id, key, text, "operator", adapters.clock.now())
        )
    click.echo(json.dumps(saved, ensure_ascii=False, indent=2))


@main.command()
@click.option("--shop", required=True, help="The shop's myshopify.com domain.")
@click.option("--customer", type=int, help="Shopify's id of the customer to erase.")
@click.option("--order", "orders", type=int, multiple=True, help="Shopify's id of an order to erase.")
@click.option("--everything", is_flag=True, help="The whole shop, for ever.")
@click.confirmation_option(prompt="This cannot be undone. Go on?")
def erase(shop: str, customer: int | None, orders: tuple[int, ...], everything: bool) -> None:
    """Erases a person's data, or a whole shop's, and writes the erasure into the log."""
    from jobs import privacy

    adapters = open_adapters()
    with adapters.database.read() as session:
        shop_id = shop_row(session, shop).id
    if everything:
        privacy.erase_shop(adapters, shop_id)
    elif customer or orders:
        privacy.erase_person(adapters, shop_id, customer, orders)
    else:
        raise click.ClickException("Say whom: --customer, --order or --everything.")
    click.echo("Erased, and logged.")


def _or_sentence(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except WrongSetting as failure:
        raise click.ClickException(str(failure)) from failure


if __name__ == "__main__":
    main()
