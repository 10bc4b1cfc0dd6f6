"""`postlude link`, `settings` and `erase`: one order's page, one shop's settings, one person's data."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import IO, Any

import click
from sqlalchemy import select

from shopify_app.commands import open_adapters, shop_row
from shopify_app.orders.access import link_token, revoke_links
from shopify_app.orders.models import Order
from shopify_app.orders.projection import number_key
from shopify_app.settings.keys import get_key, set_key, set_keys
from shopify_app.settings.store import WrongSetting

SHOPIFYS_ID = click.IntRange(1, 2**63 - 1)


@click.command()
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


@click.group()
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


@settings.command("set", context_settings={"ignore_unknown_options": True})  # a value may begin with a minus
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


@settings.command("load")
@click.option("--shop", required=True, help="The shop's myshopify.com domain.")
@click.argument("file", type=click.File("rb"))
def settings_load(shop: str, file: IO[bytes]) -> None:
    """Saves every key of FILE (a JSON object, each key with its value; - is standard input), or none of them."""
    adapters = open_adapters()
    wanted = _object(file.read())
    with adapters.database.write() as session:
        shop_id = shop_row(session, shop).id
        _or_sentence(lambda: set_keys(session, shop_id, wanted, "operator", adapters.clock.now()))
    click.echo(f"Saved: {', '.join(wanted)}.")


@click.command()
@click.option("--shop", required=True, help="The shop's myshopify.com domain.")
@click.option("--customer", type=SHOPIFYS_ID, help="Shopify's id of the customer to erase.")
@click.option("--order", "orders", type=SHOPIFYS_ID, multiple=True, help="Shopify's id of an order to erase.")
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
    elif not customer and not orders:
        raise click.ClickException("Say whom: --customer, --order or --everything.")
    elif not privacy.erase_person(adapters, shop_id, customer, orders):
        raise click.ClickException("Nothing here tells of them: is the id right? That it was asked for is logged.")
    click.echo("Erased, and logged.")


def _object(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise click.ClickException("The file is no JSON object: write each key with its value.")
    return found


def _or_sentence(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except WrongSetting as failure:
        raise click.ClickException(str(failure)) from failure
